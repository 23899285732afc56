/**
 * Texecom communicators: Contact ID or SIA blocks in lines over TCP, with polls.
 *
 * @module
 */
import type { PanelAdapter } from "../contract.ts";
import { TexecomSession, type TexecomSessionOptions } from "./session.ts";

export { texecomDecoder } from "./decode.ts";
export { TexecomFramer } from "./framer.ts";
export { lineAlarms } from "./line_alarms.ts";
export { acknowledgement, pollFlags, pollReply, type TexecomMessage } from "./message.ts";
export { TEXECOM_END, texecomPoll, TexecomSender, type TexecomSenderOptions } from "./sender.ts";
export { TexecomSession, type TexecomSessionOptions } from "./session.ts";

/**
 * The adapter for inputs that speak Texecom.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { texecom } from "./mod.ts";
 *
 * const effects = texecom.session({}).feed(new TextEncoder().encode("+++"), 0);
 * assertEquals(effects[0]?.kind, "close");
 * ```
 */
export const texecom: PanelAdapter & { session(options: TexecomSessionOptions): TexecomSession } = {
  name: "texecom",
  session: (options: TexecomSessionOptions) => new TexecomSession(options),
};
