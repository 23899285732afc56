/** Generators for the tests of the lines of the 685. */
import fc from "fast-check";
import type { Ademco685Message } from "../../../adapters/ademco_685/message.ts";

const of = (pattern: RegExp) => fc.stringMatching(pattern);
const header = { receiver: of(/^[0-9A-Z]$/), line: of(/^[0-9A-Z]$/) };
const account = of(/^[0-9A-F]{4,6}$/);
const channels = of(/^[0-9]{8}$/);

const event = of(/^[0-9A-F]$/);

/** Any line that can be written. */
export const ademco685Message: fc.Arbitrary<Ademco685Message> = fc.oneof(
  fc.record({ kind: fc.constant("heartbeat" as const), ...header }),
  fc.record({
    kind: fc.constant("receiver-status" as const),
    ...header,
    name: fc.constantFrom("LINE", "RCVA", "RCVB"),
    channels,
    status: of(/^[0-9]$/),
  }),
  fc.record({
    kind: fc.constant("pulse" as const),
    ...header,
    account,
    event,
    detail: event,
    spaced: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("pulse" as const), ...header, account, event }).map((pulse) => ({
    ...pulse,
    detail: "",
    spaced: false,
  })),
  fc.record({
    kind: fc.constant("caps" as const),
    ...header,
    account,
    event,
    detail: event,
    spaced: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("high-speed" as const),
    ...header,
    account,
    channels,
    status: of(/^[0-9SW]$/),
  }),
  fc.record({
    kind: fc.constant("contact-id" as const),
    ...header,
    account,
    messageType: fc.constantFrom("18" as const, "98" as const),
    qualifier: fc.constantFrom("E" as const, "R" as const, "P" as const),
    code: of(/^[0-9B-F]{3}$/),
    group: of(/^[0-9B-F]{2}$/),
    zone: of(/^[0-9B-F]{3}$/),
    address: fc.constantFrom("zone" as const, "user" as const),
  }),
);
