/** Lines of a Texecom communicator for tests. */
import { assert } from "@std/assert";
import { writeBlock } from "../../../adapters/sia/block.ts";
import vectors from "../../../adapters/texecom/vectors/texecom.json" with { type: "json" };
import { ascii } from "../contact_id/arbitrary.ts";

/** Octets of a vector. */
export function wire(id: string): Uint8Array {
  const vector = vectors.find((it) => it.id === id);
  assert(vector !== undefined, id);
  return vector.encoding === "hex" ? Uint8Array.fromHex(vector.wire.replaceAll(" ", "")) : ascii(vector.wire);
}

/** A SIA block as these communicators write it. */
export function block(code: string, data: string): Uint8Array {
  return writeBlock({ ackRequest: true, reverseChannel: true, code, data: ascii(data) });
}
