/**
 * The input of a command: a file, or standard input.
 *
 * @module
 */

/**
 * Opens it.
 *
 * @param name Path of a file, or `-` for standard input.
 * @returns Its octets, from the beginning.
 * @throws {Error} When the file cannot be opened.
 */
export async function openInput(name: string): Promise<ReadableStream<Uint8Array>> {
  return name === "-" ? Deno.stdin.readable : (await Deno.open(name)).readable;
}

/**
 * Reads an input as a whole, but not without end: when `most` octets are there, the rest is left, and the input closed.
 *
 * @param input The octets.
 * @param most Where to stop, in octets.
 * @returns What was read: when there is more, at least `most` octets, and at most one chunk beyond.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readInput } from "./read_input.ts";
 *
 * const input = ReadableStream.from([Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(5)]);
 * assertEquals(await readInput(input, 3), Uint8Array.of(1, 2, 3, 4));
 * ```
 */
export async function readInput(input: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    chunks.push(chunk);
    // Leaving the loop closes the input.
    if (size >= most) break;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
