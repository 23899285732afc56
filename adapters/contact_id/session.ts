/**
 * The conversation with a panel (or its receiver board) that sends plain Contact ID digits.
 *
 * @module
 */
import type {
  AlarmOutcome,
  Framed,
  Framer,
  PanelEffect,
  PanelSession,
  PanelSessionOptions,
  Refusal,
} from "../contract.ts";
import { AlarmQueue } from "../alarm_queue.ts";
import { applyQuirk, type Quirk } from "../quirk.ts";
import { contactIdAnswer } from "./answers.ts";
import type { Letters } from "./digits.ts";
import { writeEventData } from "./event_data.ts";
import { type ContactIdFrame, ContactIdFramer } from "./framer.ts";
import type { ContactId } from "./message.ts";
import { type ContactIdText, contactIdTextDraft } from "./text.ts";
import { type ContactIdTextFrame, ContactIdTextFramer } from "./text_framer.ts";

/** Settings of {@link ContactIdSession}. */
export interface ContactIdSessionOptions extends PanelSessionOptions {
  /** Digits of the account, 4 when absent. */
  accountDigits?: number;
  /** What letters stand for; `auto` when absent. `dtmf` for a board that hands over raw telephone tones. */
  letters?: Letters;
  /**
   * `digits`: plain messages, glued together or one a line. `text`: any form of `parseContactIdText`, one a line or in
   * brackets, each answered in its own way.
   *
   * @default {"digits"}
   */
  input?: "digits" | "text";
  /** What this family of panels does in its own way; settings of the input go before its options. */
  quirk?: Quirk;
  /** After this many milliseconds of silence an unfinished line is taken as ended; 1000 when absent. Our choice. */
  gapMs?: number;
}

/** Negative answer to what could not be read: our choice, as the neighbouring formats use it. */
const NAK = 0x15;
/** Messages that wait behind one that is not settled. */
const MAX_WAITING = 64;
/** Refusals after which the panel should send again at once. */
const ANSWERED = new Set(["wrong-checksum", "missing-checksum", "wrong-tail"]);

/** What either framer gives. */
type Frame = ContactIdFrame | ContactIdTextFrame;

/** The answers to one message. */
interface Answers {
  positive: Uint8Array;
  negative: Uint8Array;
}

/**
 * One panel's conversation in Contact ID: each message is an alarm, complete at once; ACK (0x06) when it is settled as
 * accepted, NAK (0x15, our choice) when it failed or its checksum was wrong. With `input: "text"` each form is answered
 * in its own way (see `contactIdAnswer`).
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
  readonly #options: ContactIdSessionOptions;
  readonly #framer: Framer<Frame>;
  readonly #gapMs: number;
  readonly #queue = new AlarmQueue<Answers>("messages", MAX_WAITING);
  #gapEnds: number | undefined;
  #ended = false;

  /** Starts a conversation. @param options How lines are read. */
  constructor(options: ContactIdSessionOptions = {}) {
    this.#options = { ...quirkOptions(options.quirk), ...options };
    this.#framer = this.#options.input === "text"
      ? new ContactIdTextFramer()
      : new ContactIdFramer(this.#options);
    this.#gapMs = this.#options.gapMs ?? 1000;
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
    const settled = this.#queue.settle(ref, outcome);
    if (settled === undefined) return [];
    const { positive, negative } = settled.tag;
    return [...answer(settled.accepted ? positive : negative), ...this.#queue.next()];
  }

  /**
   * The connection ended.
   *
   * @returns The messages that had come whole and were waiting, and the refusal of what had not. Nothing is sent.
   */
  end(_now: number): PanelEffect[] {
    if (this.#ended) return [];
    const rest = this.#take(this.#framer.flush()).filter((effect) => effect.kind !== "send");
    this.#ended = true;
    this.#gapEnds = undefined;
    return [...rest, ...this.#queue.end()];
  }

  #take(found: (Framed<Frame> | Refusal)[]): PanelEffect[] {
    const effects: PanelEffect[] = [];
    for (const item of found) {
      if (item.kind === "frame") effects.push(...this.#message(item));
      else {
        effects.push(item);
        // While an alarm is being stored the panel would take a negative answer for the alarm's.
        if (ANSWERED.has(item.rule) && !this.#queue.busy) effects.push(...answer(Uint8Array.of(NAK)));
      }
    }
    return effects;
  }

  #message({ frame, raw, offset }: Framed<Frame>): PanelEffect[] {
    const line = "line" in frame ? frame.line : "";
    const text: ContactIdText = "text" in frame
      ? frame.text
      : { ok: true, form: "plain", fields: {}, flags: [], ...frame };
    const account = text.contactId.account === ""
      ? this.#options.defaultAccount ?? ""
      : text.contactId.account;
    const contactId = { ...text.contactId, account };
    const alarm = () => ({
      events: applyQuirk(this.#options.quirk, [contactIdTextDraft({ ...text, contactId }, raw)]),
      protocol: "contact-id" as const,
      data: writeEventData(carried(contactId)),
      raw,
      complete: true,
    });
    const tag = {
      positive: contactIdAnswer(text.form, true, line),
      negative: contactIdAnswer(text.form, false, line),
    };
    return this.#queue.take({ raw, offset, alarms: [alarm], tag });
  }
}

/**
 * The message as EVENT_MSG carries it. Event data is ASCII, and an account there has 16 characters. 98 is another way of
 * saying 18 for a panel, but the mark of a possible repeat between SPT and RCT: a panel that always sends it must not
 * have all its alarms taken for repeats.
 */
function carried(contactId: ContactId): ContactId {
  const account = contactId.account.replace(/[^!-~]/g, "").slice(0, 16);
  return { ...contactId, account, messageType: "18" };
}

/** The options of a quirk that this session knows. */
function quirkOptions(quirk: Quirk | undefined): ContactIdSessionOptions {
  if (quirk === undefined) return {};
  const { accountDigits, input, letters } = quirk.options;
  return {
    ...(typeof accountDigits === "number" ? { accountDigits } : {}),
    ...(input === "text" || input === "digits" ? { input } : {}),
    ...(letters === "auto" || letters === "digits" || letters === "dtmf" ? { letters } : {}),
  };
}

function answer(bytes: Uint8Array): PanelEffect[] {
  return bytes.length === 0 ? [] : [{ kind: "send", bytes }];
}
