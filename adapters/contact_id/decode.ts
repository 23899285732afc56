/**
 * Decodes whatever Contact ID text a person holds: a log, a capture, a spool file.
 *
 * @module
 */
import type { Decoded, StreamDecoder } from "../contract.ts";
import { contactIdEventDraft } from "./event_draft.ts";
import { ContactIdFramer } from "./framer.ts";
import { hidePassword } from "./password.ts";
import { contactIdTextDraft, parseContactIdText } from "./text.ts";

/** Octets of a line after which it is given up. */
const MAX_LINE = 1024;
/** A line longer than this of nothing but digits, without a blank, holds messages glued together. */
const GLUED = 28;

/**
 * A decoder for all textual forms, one message a line (CR, LF or the receivers' 0x14 end a line), for messages in
 * brackets one after the other, for plain digits glued together without line ends, and for Asterisk spool files, whose
 * lines after `[events]` are raw telephone tones.
 *
 * @returns A fresh decoder. Its refusals are those of `parseContactIdText` and `ContactIdFramer`, and `too-long`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdDecoder } from "./decode.ts";
 *
 * const [decoded] = contactIdDecoder().feed(new TextEncoder().encode("1234 1110 02 003\r\n"));
 * assertEquals(decoded?.ok && decoded.events[0]?.label, "Fire alarm");
 * ```
 */
export function contactIdDecoder(): StreamDecoder {
  return new ContactIdDecoder();
}

class ContactIdDecoder implements StreamDecoder {
  #line: number[] = [];
  #lineAt = 0;
  #position = 0;
  /** Not undefined while glued digits are read; they began at the offset beside it. */
  #glued: ContactIdFramer | undefined;
  #gluedAt = 0;
  #skipping = false;
  #section: "none" | "metadata" | "events" = "none";

  feed(bytes: Uint8Array): Decoded[] {
    const out: Decoded[] = [];
    for (const octet of bytes) {
      this.#octet(octet, out);
      this.#position++;
    }
    return out;
  }

  end(): Decoded[] {
    const out: Decoded[] = [];
    this.#endLine(out);
    this.#section = "none";
    return out;
  }

  #octet(octet: number, out: Decoded[]): void {
    if (octet === 0x0d || octet === 0x0a || octet === 0x14) return this.#endLine(out);
    if (this.#skipping) return;
    if (this.#glued !== undefined) return this.#feedGlued(Uint8Array.of(octet), out);
    if (this.#line.length === 0) this.#lineAt = this.#position;
    // "(…)(…)" and "[…][…]": the bracket that follows a closed one starts another message.
    const last = this.#line.at(-1);
    if ((octet === 0x5b && last === 0x5d) || (octet === 0x28 && last === 0x29)) {
      this.#endLine(out);
      this.#lineAt = this.#position;
    }
    this.#line.push(octet);
    if (this.#line.length === GLUED + 1 && this.#line.every(isPlain)) {
      this.#glued = new ContactIdFramer({ letters: this.#section === "events" ? "dtmf" : "auto" });
      this.#gluedAt = this.#lineAt;
      this.#feedGlued(Uint8Array.from(this.#line), out);
      this.#line = [];
    } else if (this.#line.length > MAX_LINE) {
      const offset = this.#lineAt;
      const message = `No line end within ${MAX_LINE} octets, expected one Contact ID message a line. ` +
        `Skipped to the next line end; check that this is a text file or a serial capture.`;
      out.push({ ok: false, language: "contact-id", offset, rule: "too-long", message });
      this.#line = [];
      this.#skipping = true;
    }
  }

  #feedGlued(bytes: Uint8Array, out: Decoded[], flush = false): void {
    const framer = this.#glued;
    if (framer === undefined) return;
    for (const item of flush ? framer.flush() : framer.feed(bytes)) {
      const offset = this.#gluedAt + item.offset;
      if (item.kind === "refused") {
        const { rule, message } = item;
        out.push({ ok: false, language: "contact-id", offset, rule, message });
      } else {
        const { contactId, checksum } = item.frame;
        out.push({
          ok: true,
          language: "contact-id",
          offset,
          message: { form: "plain", ...contactId, ...(checksum === undefined ? {} : { checksum }) },
          events: [contactIdEventDraft(contactId, item.raw)],
        });
      }
    }
  }

  #endLine(out: Decoded[]): void {
    this.#skipping = false;
    if (this.#glued !== undefined) {
      this.#feedGlued(new Uint8Array(), out, true);
      this.#glued = undefined;
      return;
    }
    const text = String.fromCharCode(...this.#line);
    this.#line = [];
    if (text.trim() === "" || this.#isSpoolHeader(text.trim())) return;
    const read = parseContactIdText(text, this.#section === "events" ? { letters: "dtmf" } : {});
    const offset = this.#lineAt;
    if (!read.ok) {
      out.push({ ok: false, language: "contact-id", offset, rule: read.rule, message: read.message });
      return;
    }
    const { form, contactId, checksum, fields } = read;
    out.push({
      ok: true,
      language: "contact-id",
      offset,
      message: { form, ...contactId, ...(checksum === undefined ? {} : { checksum }), ...fieldsOf(fields) },
      events: [contactIdTextDraft(read, Uint8Array.from(hidePassword(text), (each) => each.charCodeAt(0)))],
    });
  }

  /** Follows the sections of an Asterisk spool file (panel-formats.md §2.5 row 2, A). */
  #isSpoolHeader(line: string): boolean {
    if (/^\[metadata\]$/i.test(line)) this.#section = "metadata";
    else if (/^\[events\]$/i.test(line)) this.#section = "events";
    else return this.#section === "metadata" && line.includes("=");
    return true;
  }
}

function fieldsOf(fields: Record<string, string>): Record<string, unknown> {
  return Object.keys(fields).length === 0 ? {} : { fields };
}

/** Digits and telephone keys. */
function isPlain(octet: number): boolean {
  return (octet >= 0x30 && octet <= 0x39) || (octet >= 0x41 && octet <= 0x46) ||
    (octet >= 0x61 && octet <= 0x66) || octet === 0x2a || octet === 0x23;
}
