/** What an AE may do that takes every line in the end. */
import type { LineAeBehaviour } from "../../src/delivery/line_sender_ae.ts";
import fc from "fast-check";

/** The longest answer, and the most NAKs in a row. */
interface Bounds {
  lateMs: number;
  naks: number;
}

/** What every simulated AE can do. */
export function plainBehaviour({ lateMs, naks }: Bounds) {
  return fc.oneof(
    fc.constant({ kind: "ack" as const }),
    fc.record({ kind: fc.constant("nak" as const), times: fc.integer({ min: 0, max: naks }) }),
    fc.constant({ kind: "silent" as const }),
    fc.record({ kind: fc.constant("late" as const), ms: fc.integer({ min: 1, max: lateMs }) }),
  );
}

/** What an AE that answers with one octet can do. */
export function anyBehaviour(bounds: Bounds): fc.Arbitrary<LineAeBehaviour> {
  return fc.oneof(
    { weight: 4, arbitrary: plainBehaviour(bounds) },
    fc.record({ kind: fc.constant("garbled" as const), times: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      kind: fc.constant("noisy" as const),
      octets: fc.uint8Array({ min: 0x20, max: 0x7e, minLength: 1, maxLength: 3 }),
    }),
    fc.constant({ kind: "twice" as const }),
    fc.constant({ kind: "drop" as const }),
  );
}
