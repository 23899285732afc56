/** Generators for the tests of DC-07. */
import fc from "fast-check";
import type { Dc07Message } from "../../../adapters/dc07/message.ts";

const of = (pattern: RegExp) => fc.stringMatching(pattern);

/** Any frame that can be written. */
export const dc07Message: fc.Arbitrary<Dc07Message> = fc.record({
  type: fc.oneof(fc.constant("\t"), of(/^[A-Za-z0-9]$/)),
  sequence: of(/^[0-9]{4}$/),
  receiver: of(/^[0-9A-F]{2}$/),
  line: of(/^[0-9]{2}$/),
  data: fc.oneof(fc.constant(""), of(/^#[0-9A-F]{0,16}\|[ -Z^-~]{0,200}$/)),
});
