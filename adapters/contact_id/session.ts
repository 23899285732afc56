/**
 * The conversation with a panel (or its receiver board) that sends plain Contact ID digits.
 *
 * @module
 */
import type {
  AlarmOutcome,
  Framed,
  PanelAlarm,
  PanelEffect,
  PanelSession,
  PanelSessionOptions,
  Refusal,
} from "../contract.ts";
import type { Letters } from "./digits.ts";
import { contactIdEventDraft } from "./event_draft.ts";
import { writeEventData } from "./event_data.ts";
import { type ContactIdFrame, ContactIdFramer } from "./framer.ts";

/** Settings of {@link ContactIdSession}. */
export interface ContactIdSessionOptions extends PanelSessionOptions {
  /** Digits of the account, 4 when absent. */
  accountDigits?: number;
  /** What letters stand for; `auto` when absent. `dtmf` for a board that hands over raw telephone tones. */
  letters?: Letters;
  /** After this many milliseconds of silence an unfinished line is taken as ended; 1000 when absent. Our choice. */
  gapMs?: number;
}

/** Acknowledgement. Source: panel-formats.md §2.5 row 1, confidence B. */
const ACK = 0x06;
/** Negative answer. No source names one for the plain form: 0x15 is our choice, as the neighbouring formats use it. */
const NAK = 0x15;
/** Messages that wait behind one that is not settled. */
const MAX_WAITING = 64;
/** Refusals after which the panel should send again at once. */
const ANSWERED = new Set(["wrong-checksum", "missing-checksum"]);

interface Waiting {
  ref: number;
  key: string;
  alarm: PanelAlarm;
}

/**
 * One panel's conversation in plain Contact ID: each message is an alarm, complete at once; ACK (0x06) when it is
 * settled as accepted, NAK (0x15, our choice) when it failed or its checksum was wrong.
 *
 * Messages are handed over one at a time, in order; up to 64 wait behind the open one. The same octets again before
 * the acknowledgement are a `repeat`. A message beyond the limit is refused as `too-many-waiting` and not answered, so
 * that the panel sends it again. When the connection ends, the waiting messages are handed over all the same: they
 * came whole.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ContactIdSession } from "./session.ts";
 *
 * const session = new ContactIdSession();
 * const [alarm] = session.feed(new TextEncoder().encode("1234181130010019\r\n"), 0);
 * assertEquals(alarm?.kind, "alarm");
 * assertEquals(session.settle(1, "accepted", 5), [{ kind: "send", bytes: Uint8Array.of(0x06) }]);
 * ```
 */
export class ContactIdSession implements PanelSession {
  readonly #framer: ContactIdFramer;
  readonly #gapMs: number;
  #nextRef = 1;
  /** The first is the open alarm, the others wait. */
  #queue: Waiting[] = [];
  #gapEnds: number | undefined;
  #ended = false;

  /** Starts a conversation. @param options How lines are read. */
  constructor(options: ContactIdSessionOptions = {}) {
    this.#framer = new ContactIdFramer(options);
    this.#gapMs = options.gapMs ?? 1000;
  }

  /** When an unfinished line counts as ended, in ms since the epoch; undefined when nothing is buffered. */
  get nextTick(): number | undefined {
    return this.#gapEnds;
  }

  /**
   * Takes bytes from the panel.
   *
   * @param bytes Any part of the stream.
   * @param now Milliseconds since the epoch.
   * @returns Alarms, repeats, refusals and negative answers. Never throws.
   */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#ended) return [];
    const effects = this.#take(this.#framer.feed(bytes));
    this.#gapEnds = this.#framer.buffered > 0 ? now + this.#gapMs : undefined;
    return effects;
  }

  /**
   * Lets time pass.
   *
   * @param now Milliseconds since the epoch.
   * @returns What the silence completed or refused.
   */
  tick(now: number): PanelEffect[] {
    if (this.#gapEnds === undefined || now < this.#gapEnds) return [];
    this.#gapEnds = undefined;
    return this.#take(this.#framer.flush());
  }

  /**
   * Answers an alarm.
   *
   * @param ref The alarm's number.
   * @param outcome What became of it.
   * @returns The answer to the panel, and the next alarm if one waits. Nothing for an unknown number.
   */
  settle(ref: number, outcome: AlarmOutcome, _now: number): PanelEffect[] {
    if (this.#ended || this.#queue[0]?.ref !== ref) return [];
    this.#queue.shift();
    const effects: PanelEffect[] = [answer(outcome === "accepted" ? ACK : NAK)];
    const next = this.#queue[0];
    if (next !== undefined) effects.push({ kind: "alarm", ref: next.ref, alarm: next.alarm });
    return effects;
  }

  /**
   * The connection ended.
   *
   * @returns The messages that had come whole and were waiting, and the refusal of what had not. Nothing is sent.
   */
  end(_now: number): PanelEffect[] {
    if (this.#ended) return [];
    const rest = this.#take(this.#framer.flush()).filter((effect) => effect.kind !== "send");
    const waiting = this.#queue.slice(1);
    this.#ended = true;
    this.#gapEnds = undefined;
    this.#queue = [];
    return [...rest, ...waiting.map(({ ref, alarm }) => ({ kind: "alarm" as const, ref, alarm }))];
  }

  #take(found: (Framed<ContactIdFrame> | Refusal)[]): PanelEffect[] {
    const effects: PanelEffect[] = [];
    for (const item of found) {
      if (item.kind === "frame") this.#message(item, effects);
      else {
        effects.push(item);
        if (ANSWERED.has(item.rule)) effects.push(answer(NAK));
      }
    }
    return effects;
  }

  #message(item: Framed<ContactIdFrame>, effects: PanelEffect[]): void {
    const key = item.raw.toHex();
    const same = this.#queue.find((waiting) => waiting.key === key);
    if (same !== undefined) {
      effects.push({ kind: "repeat", ref: same.ref });
      return;
    }
    if (this.#queue.length > MAX_WAITING) {
      effects.push({
        kind: "refused",
        offset: item.offset,
        rule: "too-many-waiting",
        message:
          `${MAX_WAITING} messages wait for the one before them to be stored, so this one was not taken and not ` +
          `acknowledged. The panel should wait for each acknowledgement; check that Tocsin can store.`,
        raw: item.raw,
      });
      return;
    }
    const { contactId } = item.frame;
    const alarm: PanelAlarm = {
      events: [contactIdEventDraft(contactId, item.raw)],
      protocol: "contact-id",
      data: writeEventData(contactId),
      raw: item.raw,
      complete: true,
    };
    const ref = this.#nextRef++;
    this.#queue.push({ ref, key, alarm });
    if (this.#queue.length === 1) effects.push({ kind: "alarm", ref, alarm });
  }
}

function answer(octet: number): PanelEffect {
  return { kind: "send", bytes: Uint8Array.of(octet) };
}
