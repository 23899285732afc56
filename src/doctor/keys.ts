/**
 * Keys from the command line.
 *
 * @module
 */
import { type Dc09Key, dc09Keys } from "../../adapters/dc09/mod.ts";
import type { DoctorKeys } from "./examination_options.ts";

/** The keys; or what is wrong, without the key in it. */
export type DoctorKeysResult = { ok: true; keys: DoctorKeys } | { ok: false; message: string };

/**
 * Reads keys: `KEY` for SIA DC-09, 16, 24 or 32 characters or 32, 48 or 64 hex digits as typed into the panel; `ACCOUNT:KEY`
 * or `*:KEY` the same for one account or all; `NR:HEX` with 32 hex digits also for VdS 2465, by key number.
 *
 * @param texts The keys. They are never part of a message.
 * @returns The keys.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readDoctorKeys } from "./keys.ts";
 *
 * const read = readDoctorKeys(["7:00112233445566778899aabbccddeeff", "0123456789ABCDEF"]);
 * assert(read.ok);
 * assertEquals(Object.keys(read.keys.vds), ["7"]);
 * assertEquals(read.keys.dc09.map(({ account }) => account), ["7", "*"]);
 * const wrong = readDoctorKeys(["hunter2"]);
 * assert(!wrong.ok && !wrong.message.includes("hunter2"));
 * ```
 */
export function readDoctorKeys(texts: readonly string[]): DoctorKeysResult {
  const dc09: { account: string; keys: readonly Dc09Key[] }[] = [];
  const vds: Record<number, Uint8Array> = {};
  for (const [at, text] of texts.entries()) {
    const [, account, rest] = /^(\*|[0-9A-Za-z]{1,16}):(.*)$/s.exec(text) ?? [];
    const key = rest ?? text;
    const read = dc09Keys(key);
    if (!read.ok) return { ok: false, message: `--key, the ${at + 1}. one: ${read.message}` };
    dc09.push({ account: account ?? "*", keys: read.keys });
    const number = /^\d{1,5}$/.test(account ?? "") ? Number(account) : 0;
    if (number >= 1 && number <= 65534 && /^[0-9A-Fa-f]{32}$/.test(key)) {
      vds[number] = Uint8Array.fromHex(key);
    }
  }
  return { ok: true, keys: { dc09, vds } };
}
