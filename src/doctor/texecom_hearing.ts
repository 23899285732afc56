/**
 * Listens for Texecom's TCP wrapper.
 *
 * @module
 */
import { TexecomFramer, type TexecomMessage } from "../../adapters/texecom/mod.ts";
import { type Hearing, hearing } from "./hearing.ts";
import type { Score } from "./score.ts";

/**
 * Makes the hearing for Texecom communicators: polls, and lines of type 2 (Contact ID) and 3 (SIA blocks). Source:
 * panel-formats.md §1.6 "Texecom".
 *
 * @param score Where to keep score.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Score } from "./score.ts";
 * import { texecomHearing } from "./texecom_hearing.ts";
 *
 * const score = new Score("texecom", {}, true);
 * texecomHearing(score).feed(new TextEncoder().encode("21AAA181130010013\r\n"), undefined);
 * assertEquals([...score.accounts.keys()], ["1000"]);
 * ```
 */
export function texecomHearing(score: Score): Hearing {
  return hearing(score, new TexecomFramer(), {
    frame({ frame, raw }) {
      score.frame(raw.length, bitsOf(frame));
      score.kind(frame.kind === "end" ? "end (+++)" : `${frame.kind} line`);
      if (frame.kind === "contact-id") {
        score.account(frame.contactId.account);
        score.events++;
      }
      if (frame.kind === "poll") score.account(frame.account);
      if (frame.kind === "sia") {
        for (const { code, data } of frame.blocks) {
          if (code === "#") score.account(String.fromCharCode(...data));
          if (code === "N") score.events++;
        }
      }
      return frame.kind !== "end";
    },
    refusal({ rule, message, raw }) {
      score.refuse(/^[23]/.test(String.fromCharCode(raw[0] ?? 0)) && raw.length > 10 ? 2 : 0);
      score.find({
        rule,
        fault: rule === "parity" || rule === "truncated" || rule === "wrong-checksum" ? "wiring" : "protocol",
        weight: score.frames > 0 ? "warn" : "stop",
        what: message,
        todo: "",
      });
    },
  });
}

/** The line's form is worth some bits beside those of the language in it. */
function bitsOf(frame: TexecomMessage): number {
  switch (frame.kind) {
    case "contact-id":
      // The 2 in front and the checksum of the digits behind it tell it from plain digits.
      return frame.checksum === undefined ? 7 : 18;
    case "sia":
      return Math.min(
        80,
        frame.blocks.reduce((sum, { data }) => sum + 20 + Math.min(20, 2 * data.length), 0),
      );
    case "poll":
      return 30;
    case "end":
      return 4;
  }
}
