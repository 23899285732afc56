/**
 * Scancom Fast Format: channels of a panel as digits, on serial lines and TCP.
 *
 * @module
 */
import type { PanelAdapter } from "../contract.ts";
import { ScancomSession, type ScancomSessionOptions } from "./session.ts";

export { scancomDecoder } from "./decode.ts";
export {
  composeScancom,
  encodeScancom,
  type ScancomChange,
  type ScancomReport,
  type ScancomWriting,
} from "./encode.ts";
export { parseEventData, scancomEventData, writeEventData } from "./event_data.ts";
export {
  type ScancomChannels,
  type ScancomDraftOptions,
  scancomEventDrafts,
  type ScancomMeaning,
} from "./event_draft.ts";
export { ScancomFramer } from "./framer.ts";
export {
  parseScancom,
  type Scancom,
  SCANCOM_CHANNEL_COUNTS,
  type ScancomLayout,
  type ScancomRefusal,
  type ScancomResult,
  writeScancom,
} from "./message.ts";
export { scancomQuirks } from "./quirks.ts";
export { ScancomSender, type ScancomSenderOptions } from "./sender.ts";
export { ScancomSession, type ScancomSessionOptions } from "./session.ts";
export {
  contextOf,
  foldSite,
  type ScancomContext,
  type ScancomSiteState,
  unknownSite,
} from "./site_state.ts";
export { ScancomSites } from "./sites.ts";
export { parseScancomText, type ScancomForm, type ScancomText, type ScancomTextResult } from "./text.ts";

/**
 * The adapter for inputs that send Fast Format lines.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scancom } from "./mod.ts";
 *
 * const [effect] = scancom.session({}).feed(new TextEncoder().encode("1234 1555 5555 7\r"), 0);
 * assertEquals(effect?.kind, "alarm");
 * ```
 */
export const scancom: PanelAdapter & { session(options: ScancomSessionOptions): ScancomSession } = {
  name: "scancom",
  session: (options: ScancomSessionOptions) => new ScancomSession(options),
};
