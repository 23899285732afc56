/**
 * Addresses in configs: `host:port` and allow lists.
 *
 * @module
 */

function bits(address: string): { value: bigint; width: number } | undefined {
  const mapped = address.toLowerCase().startsWith("::ffff:") && address.includes(".")
    ? address.slice(7)
    : address;
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(mapped);
  if (v4 !== null) {
    let value = 0n;
    for (const part of v4.slice(1)) {
      if (Number(part) > 255) return undefined;
      value = value << 8n | BigInt(part);
    }
    return { value, width: 32 };
  }
  if (!/^[0-9a-f:]+$/i.test(mapped) || mapped.split("::").length > 2) return undefined;
  const [head = "", tail] = mapped.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of [...left, ...new Array<string>(missing).fill("0"), ...right]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    value = value << 16n | BigInt(parseInt(group, 16));
  }
  return { value, width: 128 };
}

/**
 * Says whether an address is in a list of addresses and CIDR ranges.
 *
 * @param address IPv4 or IPv6 address; an IPv4-mapped IPv6 address counts as IPv4.
 * @param allow Addresses (`192.168.1.7`, `::1`) and ranges (`192.168.1.0/24`).
 * @returns True when one entry covers it. Entries that are no address cover nothing.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { addressAllowed } from "./address.ts";
 *
 * assert(addressAllowed("192.168.1.7", ["192.168.1.0/24"]));
 * assert(!addressAllowed("192.168.2.7", ["192.168.1.0/24", "::1"]));
 * ```
 */
export function addressAllowed(address: string, allow: readonly string[]): boolean {
  const wanted = bits(address);
  if (wanted === undefined) return false;
  return allow.some((entry) => {
    const [base = "", length] = entry.split("/");
    const range = bits(base);
    if (range === undefined || range.width !== wanted.width) return false;
    const keep = length === undefined ? range.width : Number(length);
    if (!Number.isInteger(keep) || keep < 0 || keep > range.width) return false;
    const shift = BigInt(range.width - keep);
    return range.value >> shift === wanted.value >> shift;
  });
}
