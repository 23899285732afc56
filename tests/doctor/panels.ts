/** What panels say, and mistakes made with it. */
import { crc16 } from "../../adapters/dc09/mod.ts";
import { writeBlock } from "../../adapters/sia/mod.ts";
import { Examination } from "../../src/doctor/examination.ts";
import type { ExaminationOptions } from "../../src/doctor/examination_options.ts";
import { type DoctorKeys } from "../../src/doctor/examination_options.ts";
import { readDoctorKeys } from "../../src/doctor/keys.ts";
import type { Circumstances, Verdict } from "../../src/doctor/verdict.ts";

/** A TCP port, as good as any. */
export const TCP: Circumstances = { source: { kind: "tcp", hostname: "0.0.0.0", port: 10002 } };
/** A serial line. */
export const SERIAL: Circumstances = {
  source: { kind: "serial", device: "/dev/ttyUSB0", baud: 9600, frame: "8N1" },
};
/** A time: 2026-11-21 12:00:00 UTC. */
export const NOON = Date.UTC(2026, 10, 21, 12);

/** Octets of a text, one for each character. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

/** Octets of hex digits. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits.replaceAll(/\s/g, ""));
}

/** Octets one after the other. */
export function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The same octets again and again. */
export function times(count: number, bytes: Uint8Array): Uint8Array {
  return joined(...Array.from({ length: count }, () => bytes));
}

/** 7 data bits and even parity, as a line set to 8 data bits receives them. */
export function evenParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((octet) => {
    let ones = 0;
    for (let bits = octet & 0x7f; bits > 0; bits >>= 1) ones += bits & 1;
    return octet & 0x7f | (ones % 2) << 7;
  });
}

/** A SIA block. */
export function block(code: string, text: string): Uint8Array {
  return writeBlock({ ackRequest: true, reverseChannel: false, code, data: octets(text) });
}

/** A burst of a Galaxy at level III. */
export function galaxy(account = "123456", time = "12:01"): Uint8Array {
  return joined(
    block("#", account),
    block("N", `ti${time}/ri1/BA1012`),
    block("A", "+BURGLARY  SITE"),
    block("0", ""),
  );
}

/** A DC-09 frame. */
export function dc09(
  content: string,
  wrong: { crc?: string; length?: string; head?: string } = {},
): Uint8Array {
  const bytes = new TextEncoder().encode(content);
  const four = (value: number) => value.toString(16).toUpperCase().padStart(4, "0");
  const head = wrong.head ?? `${wrong.crc ?? four(crc16(bytes))}${wrong.length ?? four(bytes.length)}`;
  return joined(octets(`\n${head}`), bytes, octets("\r"));
}

/** Keys as typed. */
export function keys(...texts: string[]): DoctorKeys {
  const read = readDoctorKeys(texts);
  if (!read.ok) throw new Error(read.message);
  return read.keys;
}

/** Examines one stream. */
export function examine(
  bytes: Uint8Array,
  { circumstances = TCP, now, ...options }: ExaminationOptions & {
    circumstances?: Circumstances;
    now?: number;
  } = {},
): Verdict {
  const examination = new Examination(options);
  examination.feed("panel", bytes, now);
  return examination.verdict(circumstances, now);
}

/** Names of what was found. */
export function rules(verdict: Verdict): string[] {
  return verdict.findings.map(({ rule }) => rule);
}
