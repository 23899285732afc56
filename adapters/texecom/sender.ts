/**
 * The communicator's side of Texecom: sends alarms as lines of Contact ID or SIA blocks, and polls.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { writeContactIdAlarm } from "../contact_id/sender.ts";
import { type PanelFrame, PanelSender, type PanelSenderFigures, type PanelWritten } from "../panel_sender.ts";
import { writeSiaAlarm } from "../sia/sender.ts";
import { texecomAnswerReader } from "./sender_answers.ts";

/** Settings of a {@link TexecomSender}. */
export interface TexecomSenderOptions extends PanelSenderFigures {
  /** How long each answer is waited for, in ms. Nothing is on record: our choice. @default {2500} */
  waitMs?: number;
  /**
   * The polls; none when absent. `account` as in the alarms, up to 16 characters; `flags` 1 line failure, 2 AC, 4 battery, 8
   * armed, 16 engineer; `everyMs` until the receiver's answer says another time.
   */
  poll?: { account: string; flags?: number; everyMs?: number };
}

/** What a communicator says when it has finished: `+++` (panel-formats.md §1.6 "Texecom", A). */
export const TEXECOM_END = new TextEncoder().encode("+++");

/**
 * Sends alarms as a Texecom communicator does: Contact ID as type `2` lines with the zeros of the account as `A`, SIA as
 * type `3` lines of blocks with headers `C0 | n` and the end-of-data block. The line is sent again after `waitMs`, four times
 * in all (our choice); there is no negative answer. Polls go out when the connection comes up, then whenever the receiver's
 * answer says. Source: panel-formats.md §1.6 "Texecom", A (an implementation, re-run; no capture of a panel).
 *
 * Events of other languages are written as Contact ID if they have its codes. Rules of refusals: `not-ready`,
 * `not-contact-id`, `not-writable`, `nothing-to-send`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TexecomSender } from "./sender.ts";
 *
 * const sender = new TexecomSender();
 * sender.connected(0);
 * const data = new TextEncoder().encode("100018113001001");
 * const item = { id: "a", account: "1000", protocol: "contact-id" as const, data, events: [], repeated: false };
 * const [, send] = sender.offer(item, 0);
 * assertEquals(send?.kind === "send" && new TextDecoder().decode(send.bytes), "21AAA181130010013\r\n");
 * assertEquals(sender.feed(Uint8Array.fromHex("32060d0a"), 10).at(-1), { kind: "delivered", id: "a" });
 * ```
 */
export class TexecomSender extends PanelSender {
  /** Starts without a connection. @param options Polls and figures. */
  constructor(options: TexecomSenderOptions = {}) {
    const { poll, ...figures } = options;
    super({
      waitMs: 2500,
      ...figures,
      reader: (control) =>
        texecomAnswerReader(
          () => control.inFlight?.bytes[0],
          (minutes) => control.pollAgainIn(minutes * 60_000),
        ),
      write: writeTexecomAlarm,
      poll: poll === undefined
        ? undefined
        : { frame: texecomPoll(poll.account, poll.flags ?? 0), everyMs: poll.everyMs ?? 60_000 },
    });
  }
}

/**
 * The line of one alarm.
 *
 * @param item The alarm.
 * @returns One frame for each message; or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeTexecomAlarm } from "./sender.ts";
 *
 * const data = new TextEncoder().encode("#1000|Nri1BA001");
 * const item = { id: "a", account: "1000", protocol: "sia" as const, data, events: [], repeated: false };
 * const written = writeTexecomAlarm(item);
 * assert(written.ok);
 * assertEquals(written.frames[0]?.bytes.toHex(), "33c42331303030" + "19" + "c84e72693142413030316140308f0d0a");
 * ```
 */
export function writeTexecomAlarm(item: OutputItem): PanelWritten {
  if (item.protocol !== "sia") {
    return writeContactIdAlarm(item, { form: "texecom" }, "\r\n");
  }
  const written = writeSiaAlarm(item, undefined, true);
  if (!written.ok) return written;
  const blocks = written.frames.filter(({ closing }) => closing !== true);
  const octets = [0x33, ...blocks.flatMap(({ bytes }) => [...bytes]), 0x40, 0x30, 0x8f, 0x0d, 0x0a];
  const line = `3 ${blocks.map((block) => block.line).join(" ")}`;
  return { ok: true, frames: [{ bytes: Uint8Array.from(octets), line }], notes: written.notes };
}

/**
 * A poll: `POLL`, the account, `#`, the flags, three zero octets, CR LF.
 *
 * @param account The account; characters that a poll cannot hold are left out, and more than 16.
 * @param flags The flag octet.
 * @returns The frame.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { texecomPoll } from "./sender.ts";
 *
 * assertEquals(texecomPoll("1000", 8).bytes.toHex(), "504f4c4c3130303023080000000d0a");
 * ```
 */
export function texecomPoll(account: string, flags: number): PanelFrame {
  const line = `POLL${account.replace(/[^!-~]|#/g, "").slice(0, 16)}#`;
  const head = new TextEncoder().encode(line);
  return { bytes: Uint8Array.of(...head, flags & 0xff, 0, 0, 0, 0x0d, 0x0a), line };
}
