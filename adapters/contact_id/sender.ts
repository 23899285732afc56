/**
 * The panel's side of Contact ID: sends messages as digits, or in the textual forms that are answered.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { ByteAnswerReader } from "../../src/delivery/answer_reader.ts";
import { displayText } from "../sia/cp437.ts";
import { PanelSender, type PanelSenderFigures, type PanelWritten } from "../panel_sender.ts";
import { contactIdOf, type ContactIdWriting, encodeContactId } from "./encode.ts";
import { parseEventData } from "./event_data.ts";
import type { ContactId } from "./message.ts";
import { hidePassword } from "./password.ts";
import { EchoReader } from "./sender_echo.ts";

/** The forms that a receiver answers by themselves (panel-formats.md §2.5). */
export type ContactIdSenderForm = "plain" | "climax" | "csv-ip" | "sur-gard" | "radionics" | "ademco-685";

/** Settings of a {@link ContactIdSender}. */
export interface ContactIdSenderOptions extends PanelSenderFigures, Omit<ContactIdWriting, "form"> {
  /**
   * How long each answer is waited for, in ms: what a dialler waits for its kiss-off (panel-formats.md §2.4, A; for serial
   * lines and TCP nothing is on record).
   *
   * @default {1250}
   */
  waitMs?: number;
  /** How messages are put on the line. @default {"plain"} */
  form?: ContactIdSenderForm;
  /** The end of a line in the plain and the CSV-IP form; some boards send one of the two octets, or none. @default {"\r\n"} */
  lineEnd?: "\r\n" | "\r" | "\n" | "";
}

/**
 * Sends Contact ID messages, one at a time: each again after 1.25 s without an answer, or after 15, four times in all
 * (panel-formats.md §2.4, A: four attempts). 06 accepts; the CSV-IP form is accepted by its echo.
 *
 * Contact ID event data goes out as it is; events of it otherwise, one message each. Rules of refusals: `nak-limit`,
 * `not-ready`, `not-contact-id`, `not-writable`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ContactIdSender } from "./sender.ts";
 *
 * const sender = new ContactIdSender();
 * sender.connected(0);
 * const data = new TextEncoder().encode("123418113101015");
 * const item = { id: "a", account: "1234", protocol: "contact-id" as const, data, events: [], repeated: false };
 * const [, send] = sender.offer(item, 0);
 * assertEquals(send?.kind === "send" && new TextDecoder().decode(send.bytes), "1234181131010158\r\n");
 * assertEquals(sender.feed(Uint8Array.of(0x06), 10).at(-1), { kind: "delivered", id: "a" });
 * ```
 */
export class ContactIdSender extends PanelSender {
  /** Starts without a connection. @param options Form and figures. */
  constructor(options: ContactIdSenderOptions = {}) {
    const { waitMs = 1250, tries, settleMs, lineEnd = "\r\n", ...writing } = options;
    super({
      waitMs,
      ...(tries === undefined ? {} : { tries }),
      ...(settleMs === undefined ? {} : { settleMs }),
      reader: (control) =>
        writing.form === "csv-ip" ? new EchoReader(() => control.inFlight?.bytes) : new ByteAnswerReader(),
      write: (item) => writeContactIdAlarm(item, writing, lineEnd),
    });
  }
}

/**
 * The messages of one alarm.
 *
 * @param item The alarm.
 * @param writing How messages are put on the line.
 * @param lineEnd What takes the place of CR LF at the end.
 * @returns One frame for each event; or rule `not-contact-id` or `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeContactIdAlarm } from "./sender.ts";
 *
 * const data = new TextEncoder().encode("123418113101015");
 * const item = { id: "a", account: "1234", protocol: "contact-id" as const, data, events: [], repeated: false };
 * const written = writeContactIdAlarm(item, { form: "ademco-685" }, "\r\n");
 * assert(written.ok);
 * assertEquals(written.frames[0]?.line, "11 1234 18 E131 01 C015");
 * ```
 */
export function writeContactIdAlarm(
  item: OutputItem,
  writing: ContactIdWriting,
  lineEnd: string,
): PanelWritten {
  const found = messages(item);
  if (!found.ok) return found;
  try {
    const frames = found.messages.map((contactId) => {
      const text = new TextDecoder().decode(encodeContactId(contactId, writing));
      const line = displayText(text);
      return {
        bytes: new TextEncoder().encode(text.endsWith("\r\n") ? text.slice(0, -2) + lineEnd : text),
        line: hidePassword(line),
      };
    });
    return { ok: true, frames, notes: found.dropped };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message =
      `The alarm cannot be written in this form: ${error.message}. Set another account, or another form.`;
    return { ok: false, rule: "not-writable", message };
  }
}

type Found =
  | { ok: true; messages: ContactId[]; dropped: string[] }
  | { ok: false; rule: string; message: string };

function messages(item: OutputItem): Found {
  if (item.protocol === "contact-id") {
    const read = parseEventData(item.data);
    if (!read.ok) return read;
    const { contactId } = read;
    return {
      ok: true,
      messages: [contactId.account === "" ? { ...contactId, account: item.account } : contactId],
      dropped: [],
    };
  }
  const found: ContactId[] = [];
  const dropped: string[] = [];
  for (const event of item.events) {
    const made = contactIdOf(item.account === "" ? event : { ...event, account: item.account });
    if (!made.ok) return made;
    found.push(made.contactId);
    dropped.push(...made.dropped);
  }
  return { ok: true, messages: found, dropped };
}
