/**
 * The panel's side of SIA: sends alarms as blocks, as Galaxy and similar panels do.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { parseBlock, writeBlock } from "./block.ts";
import { decodeCp437, displayText, encodeCp437 } from "./cp437.ts";
import { encodeSia } from "./encode.ts";
import { type PanelFrame, PanelSender, type PanelSenderFigures, type PanelWritten } from "../panel_sender.ts";
import { siaAnswerReader } from "../sender_answers.ts";
import { siaParts } from "./sender_blocks.ts";

/** Settings of a {@link SiaSender}. */
export interface SiaSenderOptions extends PanelSenderFigures {
  /**
   * How long each answer is waited for, in ms: 2000 to 2500 for Galaxy (panel-formats.md §1.6, A).
   *
   * @default {2500}
   */
  waitMs?: number;
  /**
   * See `LineSenderOptions.settleMs`; with one wait it may not exceed the 4 s that a receiver allows between the blocks of a
   * group (panel-formats.md §1.6, A).
   *
   * @default {1500}
   */
  settleMs?: number;
  /**
   * Writes the events anew as a panel of this level does: 1 and 2 without the text, 3 with an ASCII block. When absent, SIA
   * event data goes out as it is, to the octet, and events of other languages at level 3.
   */
  level?: 1 | 2 | 3;
  /** Offers a reverse channel in every header. @default {false} */
  reverseChannel?: boolean;
  /**
   * Begins each connection like a Galaxy that encrypts (`05 01 81 59 68`, panel-formats.md §1.6, A): a receiver cannot read
   * it and has to say so. For tests of receivers.
   *
   * @default {false}
   */
  encrypted?: boolean;
}

/** The beginning of an encrypted Galaxy session, as captured (panel-formats.md §1.6, A). */
const ENCRYPTED = Uint8Array.of(0x05, 0x01, 0x81, 0x59, 0x68);

/**
 * Sends alarms as SIA blocks: account, event, text if there is one, end of data. Each asks for an answer and is sent again
 * after 2.5 s or a reject, four times in all (panel-formats.md §1.6, A).
 *
 * Any form of ACK and NAK is understood: see `siaAnswerReader`. An alarm is delivered when its event and text blocks are
 * acknowledged; an end-of-data block that nobody acknowledges changes nothing. A panel repeats its blocks unchanged, so
 * `repeated` makes no difference.
 *
 * Rules of refusals: `nak-limit`, `not-ready`, `nothing-to-send`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaSender } from "./sender.ts";
 *
 * const sender = new SiaSender();
 * sender.connected(0);
 * const data = new TextEncoder().encode("#023499|NBA1");
 * const item = { id: "a", account: "023499", protocol: "sia" as const, data, events: [], repeated: false };
 * const [, send] = sender.offer(item, 0);
 * assertEquals(send?.kind === "send" && send.bytes.toHex(), "46233032333439399f");
 * const effects = sender.feed(Uint8Array.fromHex("403887"), 10);
 * assertEquals(effects.map((effect) => effect.kind === "sent" ? effect.line : effect.kind), ["present", "NBA1", "send"]);
 * ```
 */
export class SiaSender extends PanelSender {
  /** Starts without a connection. @param options Level and figures. */
  constructor(options: SiaSenderOptions = {}) {
    const { level, reverseChannel = false, encrypted = false, ...figures } = options;
    super({
      waitMs: 2500,
      settleMs: 1500,
      ...figures,
      reader: (control) => siaAnswerReader(() => control.hangUp()),
      write: (item) => writeSiaAlarm(item, level, reverseChannel),
      greeting: encrypted ? ENCRYPTED : undefined,
    });
  }
}

/**
 * The blocks of one alarm.
 *
 * @param item The alarm.
 * @param level The level; undefined to send SIA event data as it is.
 * @param reverseChannel Whether headers offer a reverse channel.
 * @returns Account, event, text and end-of-data blocks with what was lost; or rule `nothing-to-send`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeSiaAlarm } from "./sender.ts";
 *
 * const data = new TextEncoder().encode("#1234|Nri1/BA1|AHall");
 * const item = { id: "a", account: "1234", protocol: "sia" as const, data, events: [], repeated: false };
 * const written = writeSiaAlarm(item, undefined, false);
 * assert(written.ok);
 * assertEquals(written.frames.map(({ line }) => line), ["#1234", "Nri1/BA1", "AHall", "0"]);
 * ```
 */
export function writeSiaAlarm(
  item: OutputItem,
  level: 1 | 2 | 3 | undefined,
  reverseChannel: boolean,
): PanelWritten {
  const parts = level === undefined && item.protocol === "sia" ? siaParts(item.data) : undefined;
  if (parts !== undefined) {
    const block = (code: string, data: Uint8Array) =>
      writeBlock({ ackRequest: true, reverseChannel, code, data });
    const blocks = [
      // The site may be known to the receiver by another account than the panel spelled, or by none.
      block("#", encodeCp437(parts.account === "" ? item.account.slice(0, 16) : parts.account)),
      block(parts.code, parts.packet),
      ...(parts.text === undefined ? [] : [block("A", parts.text)]),
      block("0", new Uint8Array()),
    ];
    return { ok: true, frames: blocks.map(siaFrame), notes: [] };
  }
  if (item.events.length === 0) {
    return {
      ok: false,
      rule: "nothing-to-send",
      message: "The alarm holds no event, and its data is no SIA event data such as #1234|NBA1.",
    };
  }
  const account = item.account === "" ? item.events[0]?.account ?? "" : item.account;
  const { blocks, dropped } = encodeSia(account, item.events, { level: level ?? 3, reverseChannel });
  return { ok: true, frames: blocks.map(siaFrame), notes: dropped };
}

function siaFrame(bytes: Uint8Array): PanelFrame {
  const read = parseBlock(bytes);
  const { code, data } = read.ok ? read.block : { code: "?", data: bytes };
  return { bytes, line: code + displayText(decodeCp437(data)), closing: code === "0" };
}
