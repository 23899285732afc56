/**
 * The conversation with a panel (or its receiver board) that sends Contact ID.
 *
 * @module
 */
import { AlarmQueue } from "../alarm_queue.ts";
import type { Framed, PanelEffect, Refusal } from "../contract.ts";
import { LineSession } from "../line_session.ts";
import { lineWork } from "../line_work.ts";
import { applyQuirk } from "../quirk.ts";
import { QuirkChooser } from "../quirk_choice.ts";
import { QuirkFramer } from "../quirk_framer.ts";
import { contactIdAnswer } from "./answers.ts";
import { writeEventData } from "./event_data.ts";
import { type ContactIdFrame, ContactIdFramer } from "./framer.ts";
import type { ContactId } from "./message.ts";
import { contactIdQuirks } from "./quirks.ts";
import { contactIdQuirkOptions, type ContactIdSessionOptions } from "./session_options.ts";
import { type ContactIdText, contactIdTextDraft } from "./text.ts";
import { type ContactIdTextFrame, ContactIdTextFramer } from "./text_framer.ts";

export type { ContactIdSessionOptions } from "./session_options.ts";

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
 * What the settings do not say comes from the quirk, which the first octets show if no name is given (see `QuirkFramer`).
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
export class ContactIdSession extends LineSession {
  readonly #quirks: QuirkChooser;

  /**
   * Starts a conversation.
   *
   * @param options How lines are read.
   * @throws {RangeError} When no quirk has a name that the options give.
   */
  constructor(options: ContactIdSessionOptions = {}) {
    const quirks = new QuirkChooser(contactIdQuirks, options.quirks, options.quirk);
    super(contactIdWork(options, quirks), options.gapMs ?? 1000);
    this.#quirks = quirks;
  }

  /** Name of the quirk in force: that of the last message's account, else the named or the found one. */
  get quirkName(): string | undefined {
    return this.#quirks.quirk?.name;
  }
}

function contactIdWork(options: ContactIdSessionOptions, quirks: QuirkChooser) {
  const queue = new AlarmQueue<Answers>("messages", MAX_WAITING);
  return lineWork<Frame, Answers>({
    framer: new QuirkFramer<Frame>(quirks, (quirk) => {
      const all = { ...contactIdQuirkOptions(quirk), ...options };
      return all.input === "text" ? new ContactIdTextFramer() : new ContactIdFramer(all);
    }),
    queue,
    take({ frame, raw, offset }: Framed<Frame>): PanelEffect[] {
      const line = "line" in frame ? frame.line : "";
      const text: ContactIdText = "text" in frame
        ? frame.text
        : { ok: true, form: "plain", fields: {}, flags: [], ...frame };
      const account = text.contactId.account === "" ? options.defaultAccount ?? "" : text.contactId.account;
      const contactId = { ...text.contactId, account };
      quirks.hear(account);
      const alarm = () => ({
        events: applyQuirk(quirks.of(account), [contactIdTextDraft({ ...text, contactId }, raw)]),
        protocol: "contact-id" as const,
        data: writeEventData(carried(contactId)),
        raw,
        complete: true,
      });
      const tag = {
        positive: contactIdAnswer(text.form, true, line),
        negative: contactIdAnswer(text.form, false, line),
      };
      return queue.take({ raw, offset, alarms: [alarm], tag });
    },
    refuse: ({ rule }: Refusal) => ANSWERED.has(rule) ? send(Uint8Array.of(NAK)) : [],
    answer: ({ accepted, tag }) => send(accepted ? tag.positive : tag.negative),
  });
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

function send(bytes: Uint8Array): PanelEffect[] {
  return bytes.length === 0 ? [] : [{ kind: "send", bytes }];
}
