/**
 * An alarm on its way from a transmitter to a receiving centre.
 *
 * @module
 */
import { groupEvents } from "./event_group.ts";
import { isIdent, writeIdent } from "./ident.ts";
import { readRecords, type VdsRecord, writeRecords } from "./record.ts";
import { ST } from "./record_type.ts";

/** What a transmitter is given to send. */
export interface VdsTransmission {
  /** The alarm's identity. */
  id: string;
  /** Records back to back, as event data of an EVENT_MSG holds them. */
  records: Uint8Array;
}

/** An alarm made ready, or why it cannot be sent. */
export type VdsItemResult =
  | { ok: true; item: VdsTransmitterItem }
  | { ok: false; rule: "truncated-record" | "too-long" | "no-event"; message: string };

/** Records that only steer the line, which the sender of a telegram sets itself. */
const STEERING: ReadonlySet<number> = new Set([ST.ECHO, ST.HANG_UP]);
/** The longest payload of a telegram. */
const MAX_PAYLOAD = 255;

/**
 * An alarm that is sent, and the acknowledgements that it waits for.
 *
 * Records 04 go out as 02, which is the same with an acknowledgement wanted: an alarm is delivered only on a record 03
 * with the same data, a test message (40) only on 41. A telegram that holds neither (a status, a vendor's own record) is
 * delivered when the centre's next telegram shows that it was read. A telegram with one event has its records sorted by
 * type, as the guideline demands (vds2465.md §2), and gets the ident number if it has none.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readItem } from "./transmitter_item.ts";
 *
 * const alarm = readItem({ id: "a", records: Uint8Array.fromHex("05041103000122") }, "123456");
 * assert(alarm.ok);
 * assertEquals(alarm.item.payload.toHex(), "05021103000122" + "0356214365");
 * assertEquals(alarm.item.acknowledge({ type: 0x03, data: Uint8Array.fromHex("1103000122") }), true);
 * assertEquals(alarm.item.delivered, true);
 * ```
 */
export class VdsTransmitterItem {
  /** The alarm's identity. */
  readonly id: string;
  /** Payload of its telegram. */
  readonly payload: Uint8Array;
  /** False when nothing in it asks for an acknowledgement. */
  readonly wantsAcknowledgement: boolean;
  /** Data of the records 02 that are not acknowledged yet. */
  readonly #echoes: string[];
  #testOpen: boolean;

  /** @param id The alarm's identity. @param records Its records, as they go out. */
  constructor(id: string, records: readonly VdsRecord[]) {
    this.id = id;
    this.payload = writeRecords(records);
    this.#echoes = records.filter(({ type }) => type === ST.MESSAGE).map(({ data }) => data.toHex());
    this.#testOpen = records.some(({ type }) => type === ST.TEST);
    this.wantsAcknowledgement = this.#echoes.length > 0 || this.#testOpen;
  }

  /** Takes a record of the centre; true when it acknowledges a part of this alarm. */
  acknowledge({ type, data }: VdsRecord): boolean {
    if (type === ST.TEST_ACK && data.length === 0) {
      const was = this.#testOpen;
      this.#testOpen = false;
      return was;
    }
    const at = type === ST.ECHO ? this.#echoes.indexOf(data.toHex()) : -1;
    if (at >= 0) this.#echoes.splice(at, 1);
    return at >= 0;
  }

  /** True when everything that wants an acknowledgement has one. */
  get delivered(): boolean {
    return this.wantsAcknowledgement && this.#echoes.length === 0 && !this.#testOpen;
  }
}

/**
 * Makes an alarm ready to be sent.
 *
 * @param transmission The alarm.
 * @param ident Ident number for records without one; may be empty.
 * @returns The alarm, or a rule: `truncated-record`, `no-event` (nothing to send), `too-long` (more than 255 octets).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readItem } from "./transmitter_item.ts";
 *
 * const read = readItem({ id: "a", records: new Uint8Array() });
 * assertEquals(!read.ok && read.rule, "no-event");
 * ```
 */
export function readItem({ id, records: bytes }: VdsTransmission, ident = ""): VdsItemResult {
  const { records, refused } = readRecords(bytes);
  if (refused !== undefined) return { ok: false, rule: "truncated-record", message: refused.message };
  const out = records.filter(({ type, data }) =>
    !STEERING.has(type) && !(type === ST.TEST_ACK && data.length === 0)
  )
    .map(({ type, data }) => ({ type: type === ST.MESSAGE_NO_ACK ? ST.MESSAGE : type, data }));
  const events = groupEvents(out).length;
  if (events === 0) {
    return { ok: false, rule: "no-event", message: "The alarm holds no VdS 2465 record that could be sent" };
  }
  if (isIdent(ident) && !out.some(({ type }) => type === ST.IDENT)) {
    out.push({ type: ST.IDENT, data: writeIdent(ident) });
  }
  if (events === 1) out.sort((a, b) => a.type - b.type);
  const length = writeRecords(out).length;
  if (length > MAX_PAYLOAD) {
    const message = `The alarm's records have ${length} octets, and a VdS 2465 telegram holds ${MAX_PAYLOAD}`;
    return { ok: false, rule: "too-long", message };
  }
  return { ok: true, item: new VdsTransmitterItem(id, out) };
}
