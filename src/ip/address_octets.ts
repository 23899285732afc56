/**
 * IP addresses as the protocol carries them: 16 octets, IPv4 as ::ffff:a.b.c.d (ip-protocol.md §4.2, PROFILE).
 *
 * @module
 */

/**
 * An address as text.
 *
 * @param octets The address; of a longer field the first 16 octets count.
 * @returns Dotted for IPv4, hexadecimal groups for IPv6; undefined when it is too short or the unspecified address.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { addressText } from "./address_octets.ts";
 *
 * assertEquals(addressText(Uint8Array.fromHex("00000000000000000000ffffc0000201")), "192.0.2.1");
 * assertEquals(addressText(Uint8Array.fromHex("20010db8000000000000000000000001")), "2001:db8:0:0:0:0:0:1");
 * assertEquals(addressText(new Uint8Array(16)), undefined);
 * ```
 */
export function addressText(octets: Uint8Array): string | undefined {
  if (octets.length < 16) return undefined;
  const address = octets.subarray(0, 16);
  if (address.every((octet) => octet === 0)) return undefined;
  if (address.subarray(0, 10).every((octet) => octet === 0) && address[10] === 0xff && address[11] === 0xff) {
    return [...address.subarray(12)].join(".");
  }
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((address[i]! << 8 | address[i + 1]!).toString(16));
  return groups.join(":");
}

/**
 * An address as octets.
 *
 * @param text An IPv4 or IPv6 address, without a zone.
 * @returns 16 octets; undefined when the text is no address.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { addressOctets } from "./address_octets.ts";
 *
 * assertEquals(addressOctets("192.0.2.1")?.toHex(), "00000000000000000000ffffc0000201");
 * assertEquals(addressOctets("2001:db8::1")?.toHex(), "20010db8000000000000000000000001");
 * assertEquals(addressOctets("centre.example"), undefined);
 * ```
 */
export function addressOctets(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(16);
  const dotted = /^(.*?)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  let groups = text;
  if (dotted !== null) {
    const last = dotted.slice(2, 6).map(Number);
    if (last.some((octet) => octet > 255)) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = last;
    const prefix = dotted[1] === "" ? "::ffff:" : dotted[1]!;
    groups = `${prefix}${(a << 8 | b).toString(16)}:${(c << 8 | d).toString(16)}`;
  }
  const halves = groups.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...new Array<string>(missing).fill("0"), ...tail];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  all.forEach((group, i) => {
    const value = parseInt(group, 16);
    octets[2 * i] = value >> 8;
    octets[2 * i + 1] = value & 0xff;
  });
  return octets;
}
