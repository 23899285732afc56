/** Generators for the tests of the Sur-Gard lines. */
import fc from "fast-check";
import type { SurGardMessage } from "../../../adapters/sur_gard/message.ts";

const of = (pattern: RegExp) => fc.stringMatching(pattern);

const header = { receiver: of(/^[0-9A-Z]{2}$/), line: of(/^([0-9A-U]|[0-9]{3}|[0-9]{7})$/) };
const account = of(/^[0-9A-F]{1,6}$/);

/** Any line that can be written. */
export const surGardMessage: fc.Arbitrary<SurGardMessage> = fc.oneof(
  fc.record({ kind: fc.constant("heartbeat" as const), ...header }),
  fc.record({
    kind: fc.constant("receiver-status" as const),
    ...header,
    event: of(/^[ARTP]$/),
    detail: of(/^[0-9A-U]{2}$/),
  }),
  fc.record({
    kind: fc.constant("pulse" as const),
    ...header,
    account: of(/^[1-9A-F][0-9A-F]{0,5}$/),
    event: of(/^[0-9A-Z]?$/),
    group: of(/^[0-9A-F]?$/),
    zone: of(/^[0-9A-Z]{0,3}$/),
  }),
  fc.record({
    kind: fc.constant("sia-event" as const),
    ...header,
    account,
    code: of(/^[A-Z]{2}$/),
    address: of(/^[0-9A-F]{0,4}$/),
  }),
  fc.record({
    kind: fc.constant("sia-block" as const),
    id: fc.constantFrom("S" as const, "0" as const),
    ...header,
    account: of(/^[0-9A-Za-z]{0,16}$/),
    block: of(/^[ -~]{0,66}$/),
  }),
  fc.record({
    kind: fc.constant("contact-id" as const),
    ...header,
    account: of(/^[0-9A-F]{4,8}$/),
    messageType: fc.constantFrom("18" as const, "98" as const),
    qualifier: fc.constantFrom("E" as const, "R" as const, "P" as const),
    code: of(/^[0-9B-F]{3}$/),
    group: of(/^[0-9B-F]{2}$/),
    zone: of(/^[0-9B-F]{3}$/),
  }),
  fc.record({
    kind: fc.constant("modem2" as const),
    ...header,
    account: of(/^[0-9A-F]{1,4}$/),
    code: of(/^[A-Z]{1,2}$/),
    address: of(/^[0-9]{0,4}$/),
  }),
  fc.record({
    kind: fc.constant("fast-format" as const),
    ...header,
    account,
    channels: of(/^([0-9A-F]{8}|[0-9A-F]{16})$/),
    status: of(/^[0-9]$/),
  }),
  fc.record({
    kind: fc.constant("other" as const),
    id: of(/^[A-RT-Za-z2479]$/),
    rest: of(/^[0-9]{2}[!-~][ -~]{0,60}$/),
  }),
);
