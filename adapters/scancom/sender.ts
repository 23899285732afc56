/**
 * The panel's side of Fast Format: sends messages as lines of digits.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { displayText } from "../sia/cp437.ts";
import { PanelSender, type PanelSenderFigures, type PanelWritten } from "../panel_sender.ts";
import { encodeScancom, type ScancomWriting } from "./encode.ts";
import { parseEventData } from "./event_data.ts";
import type { ScancomLayout } from "./message.ts";

/** Settings of a {@link ScancomSender}. */
export interface ScancomSenderOptions extends PanelSenderFigures, Omit<ScancomWriting, "form"> {
  /** How long each answer is waited for, in ms. Nothing is on record: our choice. @default {2500} */
  waitMs?: number;
  /** How messages are put on the line; `bracketed` travels inside another protocol and has no answer. @default {"plain"} */
  form?: Exclude<ScancomWriting["form"], "bracketed" | undefined>;
  /** The end of a line in the plain form; an empty one leaves the receiver to wait for silence. @default {"\r\n"} */
  lineEnd?: "\r\n" | "\r" | "\n" | "";
  /** How the digits of event data are to be read, where their number leaves it open. */
  layout?: ScancomLayout;
}

/**
 * Sends Fast Format messages, one at a time: each again after `waitMs` without an answer, or after 15, four times in all.
 * Answers are 06 and 15. Attempts and waits are our choice after the neighbouring formats: no source gives any.
 *
 * Only Fast Format event data can be said: which channel stands for an event of another language is known to nobody but
 * the installer. Rules of refusals: `nak-limit`, `not-ready`, `not-scancom`, `not-writable`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ScancomSender } from "./sender.ts";
 *
 * const sender = new ScancomSender({ blanks: true });
 * sender.connected(0);
 * const data = new TextEncoder().encode("1234155555557");
 * const item = { id: "a", account: "1234", protocol: "scancom" as const, data, events: [], repeated: false };
 * const [, send] = sender.offer(item, 0);
 * assertEquals(send?.kind === "send" && new TextDecoder().decode(send.bytes), "1234 1555 5555 7\r\n");
 * assertEquals(sender.feed(Uint8Array.of(0x06), 10).at(-1), { kind: "delivered", id: "a" });
 * ```
 */
export class ScancomSender extends PanelSender {
  /** Starts without a connection. @param options Form and figures. */
  constructor(options: ScancomSenderOptions = {}) {
    const { waitMs = 2500, tries, settleMs, lineEnd = "\r\n", layout = {}, ...writing } = options;
    super({
      waitMs,
      ...(tries === undefined ? {} : { tries }),
      ...(settleMs === undefined ? {} : { settleMs }),
      write: (item) => writeScancomAlarm(item, writing, lineEnd, layout),
    });
  }
}

/**
 * The message of one alarm.
 *
 * @param item The alarm.
 * @param writing How it is put on the line.
 * @param lineEnd What takes the place of CR LF at the end.
 * @param layout Lengths of the parts, where they are known.
 * @returns One frame; or rule `not-scancom` or `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeScancomAlarm } from "./sender.ts";
 *
 * const data = new TextEncoder().encode("123456155555557");
 * const item = { id: "a", account: "123456", protocol: "scancom" as const, data, events: [], repeated: false };
 * const written = writeScancomAlarm(item, { form: "sur-gard" }, "\r\n", {});
 * assert(written.ok);
 * assertEquals(written.frames[0]?.line, "8011123456 1555 5555 7");
 * assert(!writeScancomAlarm({ ...item, protocol: "sia" }, {}, "", {}).ok);
 * ```
 */
export function writeScancomAlarm(
  item: OutputItem,
  writing: ScancomWriting,
  lineEnd: string,
  layout: ScancomLayout,
): PanelWritten {
  if (item.protocol !== "scancom") {
    const message =
      `An alarm in ${item.protocol} cannot be said in Fast Format, which knows channels only. Send it in ` +
      "its own language.";
    return { ok: false, rule: "not-scancom", message };
  }
  const read = parseEventData(item.data, layout);
  if (!read.ok) return { ok: false, rule: "not-scancom", message: read.message };
  const { scancom } = read;
  try {
    const account = scancom.account === "" ? item.account : scancom.account;
    const text = new TextDecoder().decode(encodeScancom({ ...scancom, account }, writing));
    const line = displayText(text);
    const bytes = new TextEncoder().encode(text.endsWith("\r\n") ? text.slice(0, -2) + lineEnd : text);
    return { ok: true, frames: [{ bytes, line }], notes: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `The alarm cannot be written as a Fast Format line: ${error.message}.`;
    return { ok: false, rule: "not-writable", message };
  }
}
