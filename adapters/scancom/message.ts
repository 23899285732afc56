/**
 * The Scancom Fast Format message: account, one digit for each channel, status.
 *
 * ```text
 * account (2…6)   channels (8, 16, 24 or 32)   status (1)   [checksum (1)]
 * ```
 *
 * @module
 */
import { checksumDigit, digitSum } from "../contact_id/checksum.ts";

/** How many channels a message can have. 24 and 32: confidence B, the others A (panel-formats.md §3.1). */
export const SCANCOM_CHANNEL_COUNTS: readonly number[] = [8, 16, 24, 32];

/** One message. */
export interface Scancom {
  /** Account as spelled, 2 to 6 digits, leading zeros kept. Empty when the form carries none. */
  account: string;
  /** One digit for each channel, channel 1 first: 8, 16, 24 or 32 of them. */
  channels: string;
  /** Status digit. */
  status: string;
}

/**
 * How long the parts are. The digits do not say it themselves, so set it where it is known; what is not set follows from
 * the length where only one layout has it.
 */
export interface ScancomLayout {
  /** Digits of the account, 2 to 6. */
  accountDigits?: number;
  /** Channels: 8, 16, 24 or 32. */
  channelCount?: number;
  /** True when a checksum digit follows the status. @default {false} */
  checksum?: boolean;
}

/** Why digits are no message. */
export interface ScancomRefusal {
  /** Tells a refusal from a message. */
  ok: false;
  /** Kebab-case name of the rule. */
  rule: "empty" | "bad-digit" | "wrong-length" | "wrong-checksum" | "wrong-crc" | "unknown-form" | "too-long";
  /** For the technician. */
  message: string;
}

/** What {@link parseScancom} makes of a text. */
export type ScancomResult =
  | {
    ok: true;
    /** The message. */
    scancom: Scancom;
    /** `ambiguous-form` when another layout has the same length and none is set. */
    flags: string[];
  }
  | ScancomRefusal;

/** Layouts in use, account and channels by total length (panel-formats.md §3.1: A; 24 and 32 channels B). */
const BY_LENGTH: Readonly<Record<number, readonly [number, number]>> = {
  11: [2, 8],
  12: [3, 8],
  13: [4, 8],
  14: [5, 8],
  15: [6, 8],
  19: [2, 16],
  21: [4, 16],
  23: [6, 16],
  31: [6, 24],
  39: [6, 32],
};

/** The length of 5-8-1, and of 4-8-1 with a checksum. */
const AMBIGUOUS = 14;

/**
 * Reads one message: `1234 1555 5555 7`, with or without the blanks.
 *
 * Where blanks stand between the parts they say how long the account is; else the layout says, and else the length. A
 * layout that is set must be met: the format has no checksum in normal use, and a message that lost a digit would have
 * its channels moved by one.
 *
 * @param text The digits `0`-`9` and `A`-`F`; lower case is accepted.
 * @param layout Lengths, where they are known.
 * @returns The message, or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseScancom } from "./message.ts";
 *
 * const read = parseScancom("8531 1515 5555 7");
 * assert(read.ok);
 * assertEquals(read.scancom, { account: "8531", channels: "15155555", status: "7" });
 * assert(!parseScancom("8531155555557", { accountDigits: 6 }).ok);
 * ```
 */
export function parseScancom(text: string, layout: ScancomLayout = {}): ScancomResult {
  const groups = text.toUpperCase().split(/[ \t]+/).filter((group) => group !== "");
  const digits = groups.join("");
  if (digits === "") return refused("empty", "The line is empty, expected digits such as 1234 1555 5555 7.");
  const bad = /[^0-9A-F]/.exec(digits);
  if (bad !== null) {
    return refused(
      "bad-digit",
      `Found ${JSON.stringify(bad[0])} at digit ${bad.index + 1}, expected 0-9. ` +
        "Check baud rate and parity, and that the panel is set to Fast Format.",
    );
  }
  const end = layout.checksum === true ? 2 : 1;
  const lengths = lengthsOf(digits.length, end, layout, groups);
  if (lengths === undefined) return refused("wrong-length", wrongLength(digits.length, layout));
  const [account, channels] = lengths;
  if (layout.checksum === true && digitSum(digits) !== 0) {
    return refused(
      "wrong-checksum",
      `Checksum is ${digits.slice(-1)}, expected ${
        checksumDigit(digits.slice(0, -1))
      }. The line disturbed the ` +
        "message; the panel has to send it again. If every message fails, switch the checksum off in this input.",
    );
  }
  const known = layout.accountDigits !== undefined || layout.channelCount !== undefined ||
    layout.checksum !== undefined || groups.length > 1;
  return {
    ok: true,
    scancom: {
      account: digits.slice(0, account),
      channels: digits.slice(account, account + channels),
      status: digits.charAt(account + channels),
    },
    flags: digits.length === AMBIGUOUS && !known ? ["ambiguous-form"] : [],
  };
}

/**
 * Writes a message as digits.
 *
 * @param scancom The message.
 * @param options `blanks` writes `1234 1555 5555 7` for people; `checksum` appends a digit by the rule of Contact ID, as
 *   is assumed for the variant that has one (panel-formats.md §3.5, C).
 * @returns The digits.
 * @throws {RangeError} When a part has a length or a character that the format does not have.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeScancom } from "./message.ts";
 *
 * const scancom = { account: "1234", channels: "15555555", status: "7" };
 * assertEquals(writeScancom(scancom), "1234155555557");
 * assertEquals(writeScancom(scancom, { blanks: true }), "1234 1555 5555 7");
 * ```
 */
export function writeScancom(
  scancom: Scancom,
  options: { blanks?: boolean; checksum?: boolean } = {},
): string {
  const { account, channels, status } = scancom;
  if (!/^[0-9A-F]{2,6}$/.test(account)) {
    throw new RangeError(`account ${JSON.stringify(account)} is not 2 to 6 digits out of 0-9 and A-F`);
  }
  if (!/^[0-9A-F]+$/.test(channels) || !SCANCOM_CHANNEL_COUNTS.includes(channels.length)) {
    throw new RangeError(
      `channels ${JSON.stringify(channels)} are not 8, 16, 24 or 32 digits out of 0-9 and A-F`,
    );
  }
  if (!/^[0-9A-F]$/.test(status)) throw new RangeError(`status ${JSON.stringify(status)} is not one digit`);
  const sum = options.checksum === true ? checksumDigit(account + channels + status) ?? "" : "";
  return options.blanks === true
    ? `${account}${channels.replace(/.{4}/g, " $&")} ${status}${sum}`
    : account + channels + status + sum;
}

/** Lengths of account and channels, or undefined when no layout fits. */
function lengthsOf(
  total: number,
  end: number,
  layout: ScancomLayout,
  groups: readonly string[],
): readonly [number, number] | undefined {
  const spaced = /^([^ ]{2,6})((?: [^ ]{4}){2,8}) ([^ ]{1,2})$/.exec(groups.join(" "));
  const body = total - end;
  const spelled = (spaced?.[1] ?? "").length;
  if (spaced !== null && (spaced[3] ?? "").length !== end) return undefined;
  const found = spaced !== null
    ? [spelled, body - spelled] as const
    : layout.accountDigits !== undefined
    ? [layout.accountDigits, body - layout.accountDigits] as const
    : layout.channelCount !== undefined
    ? [body - layout.channelCount, layout.channelCount] as const
    : end === 1
    ? BY_LENGTH[total]
    // Only of 4-8-1 is a variant with checksum on record.
    : BY_LENGTH[total === AMBIGUOUS ? total - 1 : 0];
  if (found === undefined) return undefined;
  const [account, channels] = found;
  const asSet = (layout.accountDigits ?? account) === account &&
    (layout.channelCount ?? channels) === channels;
  return asSet && account >= 2 && account <= 6 && SCANCOM_CHANNEL_COUNTS.includes(channels)
    ? found
    : undefined;
}

function wrongLength(total: number, layout: ScancomLayout): string {
  const account = layout.accountDigits ?? "2 to 6";
  const channels = layout.channelCount ?? "8, 16, 24 or 32";
  const sum = layout.checksum === true ? ", checksum 1" : "";
  return `Got ${total} digits, expected account ${account}, channels ${channels}, status 1${sum}. Digits were lost, or ` +
    "the panel is set to another account length: compare it with this input's account_digits and channel_count.";
}

function refused(rule: ScancomRefusal["rule"], message: string): ScancomRefusal {
  return { ok: false, rule, message };
}
