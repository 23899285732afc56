/** Generators for the tests of the lines in D6500 mode. */
import fc from "fast-check";
import type { Bosch6500Message } from "../../../adapters/bosch_6500/message.ts";

const of = (pattern: RegExp) => fc.stringMatching(pattern);
const header = { receiver: of(/^[0-9A-F]{2}$/), line: of(/^[0-9A-Z]$/) };

/** Any line that can be written. */
export const bosch6500Message: fc.Arbitrary<Bosch6500Message> = fc.oneof(
  fc.record({ kind: fc.constant("link-test" as const), ...header }),
  fc.record({
    kind: fc.constant("receiver-event" as const),
    ...header,
    account: of(/^([0-9]{4})?$/),
    detail: of(/^[0-9]{0,3}$/),
  }),
  fc.record({
    kind: fc.constant("pulse" as const),
    ...header,
    id: fc.constantFrom("1" as const, "b" as const, "c" as const),
    account: of(/^[0-9A-F]{1,10}$/),
    event: of(/^( [AB-WYZ]|[A-Z] |[A-Z]{2})$/),
    zone: of(/^[0-9A-F]{0,4}$/),
  }),
  fc.record({ kind: fc.constant("text" as const), ...header, text: of(/^[ -~]{0,40}$/) }),
  fc.record({
    kind: fc.constant("contact-id" as const),
    ...header,
    account: of(/^[0-9A-F]{4,8}$/),
    messageType: fc.constantFrom("18" as const, "98" as const),
    qualifier: fc.constantFrom(
      "1" as const,
      "3" as const,
      "6" as const,
      "E" as const,
      "R" as const,
      "P" as const,
    ),
    code: of(/^[0-9B-F]{3}$/),
    group: of(/^[0-9B-F]{2}$/),
    zone: of(/^[0-9B-F]{3}$/),
  }),
  fc.record({
    kind: fc.constant("fast-format" as const),
    ...header,
    account: of(/^[0-9A-F]{1,8}$/),
    channels: of(/^([0-9A-F]{8}|[0-9A-F]{16})$/),
    status: of(/^[0-9]$/),
  }),
  fc.record({
    kind: fc.constant("sia-block" as const),
    ...header,
    account: of(/^[0-9A-Za-z]{0,16}$/),
    block: of(/^[ -~]{0,66}$/),
  }),
  fc.record({
    kind: fc.constant("other" as const),
    ...header,
    id: of(/^[9dEeFIijklmnNpV7]$/),
    body: of(/^[ -~]{0,40}$/),
  }),
);
