/**
 * SIA (DC-03): blocks on serial lines and TCP, and the same as text.
 *
 * @module
 */
import type { PanelAdapter } from "../contract.ts";
import { SiaSession, type SiaSessionOptions } from "./session.ts";

export {
  columnParity,
  parseBlock,
  SIA_MAX_DATA,
  type SiaBlock,
  type SiaBlockResult,
  writeBlock,
} from "./block.ts";
export { siaDecoder, siaTextDecoder } from "./decode.ts";
export { encodeSia, type SiaEncoded, type SiaWriting } from "./encode.ts";
export { siaEvents, writeEventData } from "./event_data.ts";
export { type SiaEventContext, siaEventDrafts } from "./event_draft.ts";
export {
  parseEventPacket,
  type SiaModifier,
  type SiaPacket,
  type SiaPacketEvent,
  type SiaPacketOptions,
} from "./event_packet.ts";
export { SiaFramer } from "./framer.ts";
export { type SiaFunction, siaFunction, type SiaFunctionKind } from "./function_code.ts";
export { siaQuirks } from "./quirks.ts";
export {
  type PanelFrame,
  PanelSender,
  type PanelSenderControl,
  type PanelSenderFigures,
  type PanelSenderOptions,
  type PanelWritten,
} from "../panel_sender.ts";
export { SiaSender, type SiaSenderOptions } from "./sender.ts";
export { SiaSession, type SiaSessionOptions } from "./session.ts";
export { type SiaAckStyle, siaAnswer } from "./session_answer.ts";
export { parseSiaHs, type SiaHs, type SiaHsResult } from "./siahs.ts";
export { parseSiaText, SIA_MAX_TEXT, type SiaText, type SiaTextResult } from "./text.ts";

/**
 * The adapter for inputs that send SIA blocks: Galaxy and other panels with DC-03 over TCP or a serial line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sia } from "./mod.ts";
 *
 * const effects = sia.session({}).feed(Uint8Array.fromHex("46233032333439399f"), 0);
 * assertEquals(effects, [{ kind: "send", bytes: Uint8Array.fromHex("403887") }]);
 * ```
 */
export const sia: PanelAdapter & { session(options: SiaSessionOptions): SiaSession } = {
  name: "sia",
  session: (options: SiaSessionOptions) => new SiaSession(options),
};
