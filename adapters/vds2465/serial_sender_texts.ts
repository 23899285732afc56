/**
 * What a serial VdS 2465 sender tells a technician, in place of the words of the line sender behind it.
 *
 * @module
 */
import type { OutputEffect, Refusal } from "../contract.ts";
import { hex, vdsErrorText } from "./names.ts";

const CHECK_LINE =
  "Check the cable, the line settings (8 data bits, no parity, 1 stop bit) and that the centre runs";

const TEXTS: Readonly<Record<string, string>> = {
  "disconnected": `The line to the centre was lost. ${CHECK_LINE}`,
  "no-answer": `The centre does not confirm frames. ${CHECK_LINE}`,
  "nak-limit":
    "The centre confirmed the frame negatively (NAK) up to the limit. Check what it says of this site",
  "heartbeat-refused":
    "The centre answers polls with a negative confirmation (NAK). It is there, so alarms are sent all the same",
  "late-answer": "The centre confirmed a copy of a frame that is settled already. It counts for nothing",
  "unexpected-answer": "The centre confirmed a frame, and none was waiting. It counts for nothing",
  "not-ready": "The alarm was offered while another one, or a poll, was not confirmed yet. Wait for `ready`",
};

/**
 * Says an effect of the line sender in the words of VdS 2465.
 *
 * @param effect The effect.
 * @returns The same with another message, if there is one for its rule.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { inVdsWords } from "./serial_sender_texts.ts";
 *
 * const effect = inVdsWords({ kind: "absent", rule: "no-answer", message: "The AE did not answer" });
 * assertStringIncludes(effect.kind === "absent" ? effect.message : "", "centre");
 * ```
 */
export function inVdsWords(effect: OutputEffect): OutputEffect {
  if (effect.kind !== "absent" && effect.kind !== "refused" && effect.kind !== "stray") return effect;
  const message = Object.hasOwn(TEXTS, effect.rule) ? TEXTS[effect.rule] : undefined;
  return message === undefined ? effect : { ...effect, message };
}

/**
 * An alarm that the centre refused with an error (record 11).
 *
 * @param code The error's code.
 * @param id The alarm's identity.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { refusedBy } from "./serial_sender_texts.ts";
 *
 * const effect = refusedBy(0x10, "a");
 * assertEquals(effect.kind === "refused" && effect.rule, "error-10");
 * ```
 */
export function refusedBy(code: number, id: string): OutputEffect {
  const message = `The centre refused the alarm: ${
    vdsErrorText(code)
  }. Check the ident number and what the centre expects of this site`;
  return { kind: "refused", id, rule: `error-${hex(code).toLowerCase()}`, message };
}

/**
 * Octets of the centre that cannot be read.
 *
 * @param refusal What was wrong with them.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { strayOf } from "./serial_sender_texts.ts";
 *
 * const raw = new Uint8Array(3);
 * assertEquals(strayOf({ kind: "refused", offset: 0, rule: "noise", message: "", raw }).kind, "stray");
 * ```
 */
export function strayOf({ rule, raw }: Refusal): OutputEffect {
  const message =
    `The centre sent ${raw.length} octets that cannot be read (${rule}). Check baud rate, parity (none) ` +
    "and cable";
  return { kind: "stray", rule, message, raw };
}
