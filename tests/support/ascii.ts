/** Octets of ASCII text. */
export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
