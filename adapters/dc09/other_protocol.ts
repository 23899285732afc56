/**
 * Recognises what a device speaks when it does not speak DC-09.
 *
 * @module
 */
import { parseBlock } from "../sia/block.ts";

/** What was recognised, and what to do. */
export interface OtherProtocol {
  /** Name of the protocol. */
  name: string;
  /** What to do, one sentence. */
  advice: string;
}

const SIGNS: readonly { sign: RegExp; name: string; advice: string }[] = [
  {
    // deno-lint-ignore no-control-regex -- the first octets of a Galaxy's encryption request.
    sign: /^\x05\x01\x81/,
    name: "encrypted SIA DC-03",
    advice:
      "Switch encryption off in the panel and set this input's language to sia, or set the panel to SIA DC-09",
  },
  {
    // deno-lint-ignore no-control-regex -- a TLS record: handshake, version 3.
    sign: /^\x16\x03[\x00-\x04]/,
    name: "TLS",
    advice: "Switch TLS (not the AES encryption of DC-09) off in the panel",
  },
  {
    sign: /^SR\d{4}L\d{4}|^0101[0-9A-F]{4}"/,
    name: "Osborne-Hoffman (a DC-09 variant with a fixed CRC)",
    advice: "Set the panel to plain SIA DC-09",
  },
  {
    sign: /^(GET|POST|PUT|HEAD|OPTIONS) \//,
    name: "HTTP",
    advice: "Something other than a panel connects here: check the address and port it is set to",
  },
  {
    sign: /^[0-9A-F]{4}18[136][0-9A-F]{8}/,
    name: "plain Contact ID",
    advice: "Set this input's language to contact-id, or the panel to ADM-CID over SIA DC-09",
  },
];

/**
 * Tells which protocol the octets look like.
 *
 * That a receiver does not notice being spoken to in DC-03 is the failure met most in the field (field-needs.md, sum (a));
 * a DC-03 block is known by its length and column parity. The other signs are ours.
 *
 * @param octets Octets that are no DC-09 frame.
 * @returns The protocol, or undefined when it is none of those known here.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { otherProtocol } from "./other_protocol.ts";
 *
 * assertEquals(otherProtocol(Uint8Array.fromHex("46233032333439399f"))?.name, "SIA DC-03");
 * assertEquals(otherProtocol(new TextEncoder().encode("hello")), undefined);
 * ```
 */
export function otherProtocol(octets: Uint8Array): OtherProtocol | undefined {
  const block = parseBlock(octets);
  if (block.ok && block.block.data.length > 0 && /^[#NOAEL]$/.test(block.block.code)) {
    return {
      name: "SIA DC-03",
      advice: "Set this input's language to sia, or set the panel to SIA DC-09",
    };
  }
  const text = String.fromCharCode(...octets.subarray(0, 64)).trimStart();
  const found = SIGNS.find(({ sign }) => sign.test(text));
  return found === undefined ? undefined : { name: found.name, advice: found.advice };
}
