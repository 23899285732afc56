/**
 * The frames of SIA DC-07 and of Bosch's "SIA mode", in both directions.
 *
 * ```text
 * <LF> CCCC LL T SSSS RR NN [data] <CR>
 * ```
 *
 * | part | octets | what |
 * |---|---|---|
 * | `CCCC` | 4 | CRC-16/ARC of `T` to `]`, hexadecimal |
 * | `LL` | 2 | how many octets that is, hexadecimal |
 * | `T` | 1 | message type: TAB for SIA and for answers, else a letter (`a` Contact ID, `f` and `g` Fast Format) |
 * | `SSSS` | 4 | sequence number, 0001 to 9999; 0000 in a negative answer |
 * | `RR`, `NN` | 2 each | receiver and line; 00 is the receiver itself |
 * | `[data]` | 2 to 246 | `[#account\|…]`; `[]` in answers and link tests |
 *
 * Source: receiver-outputs.md §4.1, confidence A+ (recomputed on the frames of a manual).
 *
 * @module
 */
import { crc16 } from "../dc09/crc16.ts";
import { latin1 } from "../latin1.ts";

/** The message type of SIA data, answers and link tests. */
export const TAB = "\t";

/** One frame, without its check. */
export interface Dc07Message {
  /** Message type, one character. */
  type: string;
  /** Four digits. */
  sequence: string;
  /** Receiver number, two characters. */
  receiver: string;
  /** Line number, two characters. */
  line: string;
  /** What stands between the brackets, one character an octet; empty in answers and link tests. */
  data: string;
}

/** A frame as it was read. */
export interface Dc07Frame extends Dc07Message {
  /** `wrong-length`: the check is right, but `LL` is not the number of octets. */
  flags: string[];
}

/** What {@link parseDc07} makes of a frame. */
export type Dc07Result = { ok: true; frame: Dc07Frame } | {
  ok: false;
  /** Kebab-case name of the rule. */
  rule: "no-frame" | "too-short" | "bad-head" | "wrong-crc" | "bad-layout";
  /** For the technician. */
  message: string;
};

const LF = 0x0a;
const CR = 0x0d;
/** `LF CCCC LL`. */
const HEAD = 7;
/** Head, `T SSSS RR NN []` and CR. */
const SHORTEST = HEAD + 11 + 1;

/**
 * Reads a frame.
 *
 * Hexadecimal letters may be small. A frame whose check is right and whose length is not is taken, and flagged: the check
 * covers all that matters, and to refuse an answer would repeat an alarm for ever.
 *
 * @param bytes The frame from LF to CR.
 * @returns The frame, or the rule that refused it: `no-frame` (not from LF to CR), `too-short`, `bad-head` (check or length
 *   is not hexadecimal), `wrong-crc`, `bad-layout`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseDc07 } from "./message.ts";
 *
 * const read = parseDc07(new TextEncoder().encode("\n8EFA16v00430101[#1234|NBA98]\r"));
 * assert(read.ok);
 * assertEquals(read.frame, {
 *   type: "v", sequence: "0043", receiver: "01", line: "01", data: "#1234|NBA98", flags: [],
 * });
 * ```
 */
export function parseDc07(bytes: Uint8Array): Dc07Result {
  if (bytes[0] !== LF || bytes.at(-1) !== CR) {
    return refuse("no-frame", "Expected a frame from LF (0x0A) to CR (0x0D).");
  }
  const text = latin1(bytes);
  if (bytes.length < SHORTEST) {
    return refuse(
      "too-short",
      `The frame ${dc07Line(bytes)} has ${bytes.length} octets, the shortest there is has ${SHORTEST}. ` +
        "Octets were lost on the way.",
    );
  }
  const head = /^\n([0-9A-F]{4})([0-9A-F]{2})/i.exec(text);
  if (head === null) {
    return refuse(
      "bad-head",
      `In ${dc07Line(bytes)} four digits of check and two of length are expected behind LF, hexadecimal. ` +
        "Check that the sender speaks DC-07 (Bosch: SIA mode) and not DC-09, which has a quote in the ninth place behind LF.",
    );
  }
  const crc = crc16(bytes, 0, HEAD, bytes.length - 1);
  if (crc !== Number.parseInt(head[1] ?? "", 16)) {
    return refuse(
      "wrong-crc",
      `The check of ${dc07Line(bytes)} is ${head[1]}, expected ${
        hex(crc, 4)
      }. The frame was disturbed on the way: ` +
        "check baud rate, parity and the cable.",
    );
  }
  const body = /^([\t!-~])(\d{4})([0-9A-Z]{2})([0-9A-Z]{2})\[([ -\xff]*)\]$/i.exec(text.slice(HEAD, -1));
  if (body === null) {
    return refuse(
      "bad-layout",
      `The check of ${
        dc07Line(bytes)
      } is right, but it is not laid out as type, sequence (4), receiver (2), line (2) and ` +
        "[data]. Check that both sides are set to DC-07 (Bosch: SIA mode).",
    );
  }
  const [, type = "", sequence = "", receiver = "", line = "", data = ""] = body;
  const flags = Number.parseInt(head[2] ?? "", 16) === bytes.length - HEAD - 1 ? [] : ["wrong-length"];
  return { ok: true, frame: { type, sequence, receiver, line, data, flags } };
}

/** What a frame of an AE says. */
export type Dc07Meaning =
  /** It has the frame of this sequence number. From a receiver the same octets are a link test. */
  | "ack"
  /** It wants the frame again; which one is not said. */
  | "nak"
  /** Anything with data: an alarm, or a command of the AE. */
  | "data";

/**
 * Says what a frame is, by its sequence number and data (receiver-outputs.md §4.1, A).
 *
 * @param message The frame.
 * @returns What it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc07Meaning, TAB } from "./message.ts";
 *
 * const answer = { type: TAB, sequence: "0000", receiver: "01", line: "00", data: "" };
 * assertEquals(dc07Meaning(answer), "nak");
 * assertEquals(dc07Meaning({ ...answer, sequence: "0043" }), "ack");
 * ```
 */
export function dc07Meaning(message: Dc07Message): Dc07Meaning {
  if (message.data !== "") return "data";
  return message.sequence === "0000" ? "nak" : "ack";
}

/**
 * A frame as it can be shown: control characters as `<LF>`, `<CR>`, `<TAB>`, others as `<00>`.
 *
 * @param bytes The frame.
 * @returns One line of text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc07Line } from "./message.ts";
 *
 * assertEquals(dc07Line(new TextEncoder().encode("\n87C40B\t00000100[]\r")), "<LF>87C40B<TAB>00000100[]<CR>");
 * ```
 */
export function dc07Line(bytes: Uint8Array): string {
  return latin1(bytes).replace(/[^ -~]/g, (character) => {
    const code = character.charCodeAt(0);
    return NAMES[code] ?? `<${hex(code, 2)}>`;
  });
}

const NAMES: Readonly<Record<number, string>> = { [LF]: "<LF>", [CR]: "<CR>", 0x09: "<TAB>" };

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

function refuse(rule: (Dc07Result & { ok: false })["rule"], message: string): Dc07Result {
  return { ok: false, rule, message };
}
