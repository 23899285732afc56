import { assertEquals } from "@std/assert";
import { OutageLedger } from "../../src/evidence/outage_ledger.ts";
import { transmissionTime, type TransmissionTimes } from "../../src/evidence/transmission_time.ts";

/** Fault `+`, restore `-`, at a time, perhaps with a text. */
function outages(...messages: [sign: "+" | "-", rule: string, at: number, text?: string][]) {
  const ledger = new OutageLedger();
  for (const [sign, rule, at, text = ""] of messages) ledger.add({ rule, over: sign === "-", at, text });
  return ledger.outages().map((
    { kind, name, path, from, to, length },
  ) => [kind, name, path, from, to, length]);
}

Deno.test("copies for other outputs, and tellings after a restart, count once", () => {
  assertEquals(
    outages(
      ["+", "path-failed:a", 1],
      ["+", "path-failed:a", 1],
      ["+", "path-failed:a", 4],
      ["-", "path-failed:a", 9],
      ["-", "path-failed:a", 9],
    ),
    [["site", "a", 0, 1, 9, "exact"]],
  );
});

Deno.test("paths, lines, queues and the journal are told apart; what is not told is passed over", () => {
  assertEquals(
    outages(
      ["+", "one-path-failed:2:a:b", 1],
      ["+", "serial-line:east", 2],
      ["+", "queue-long:east", 3],
      ["+", "journal", 4],
      ["+", "ae-refuses:east", 5],
      ["-", "one-path-failed:2:a:b", 6],
    ),
    [
      ["path", "a:b", 2, 1, 6, "exact"],
      ["ae", "east", 0, 2, undefined, "exact"],
      ["queue", "east", 0, 3, undefined, "exact"],
      ["journal", "", 0, 4, undefined, "exact"],
    ],
  );
});

Deno.test("only the end was told: its length is in the text, or not known", () => {
  const at = 10_000_000;
  assertEquals(
    outages(
      ["-", "ae-absent:a", at, "AE a was absent 2 h"],
      ["-", "ae-absent:b", at, "AE b was absent 12 min (3 times)"],
      ["-", "ae-absent:c 5 min", at, "AE c 5 min was absent 30 s"],
    ).map((outage) => [outage[1], outage[3], outage[5]]),
    [["a", at - 7_200_000, "from-text"], ["b", at, "unsure"], ["c 5 min", at - 30_000, "from-text"]],
  );
});

Deno.test("an end before the beginning, as the clock was set: no length, and said so", () => {
  assertEquals(outages(["+", "path-failed:a", 100], ["-", "path-failed:a", 50]), [
    ["site", "a", 0, 100, 100, "unsure"],
  ]);
});

Deno.test("a stamp is trusted only as far as the clocks agree", () => {
  const good: TransmissionTimes = {
    stampedAt: 1000,
    clockOff: false,
    receivedAt: 1040,
    deliveredAt: 1100,
    answeredAt: 1045,
    premises: { receivedAt: 1000, deliveredAt: 1060, acknowledgedAt: 1001 },
  };
  const of = (change: Partial<TransmissionTimes>) => transmissionTime({ ...good, ...change });
  const parts = { measure: "two-parts", ms: 60 + 60 } as const;
  assertEquals(of({}), { measure: "one-way", ms: 100 });
  assertEquals(of({ stampedAt: undefined }), parts);
  assertEquals(of({ clockOff: true }), parts);
  assertEquals(of({ stampedAt: 1041 }), parts, "ahead");
  // Behind by a second: the way would have taken longer than the SPT waited for its answer.
  assertEquals(of({ stampedAt: 40 }), parts);
  assertEquals(of({ stampedAt: 40, premises: undefined }), { measure: "one-way", ms: 1060 });
  assertEquals(of({ clockOff: true, premises: undefined }), undefined);
  // Pass-through at the RCT, and at the SPT too.
  assertEquals(of({ clockOff: true, answeredAt: 1100 }), { measure: "round-trip", ms: 60 });
  const premises = { receivedAt: 5000, deliveredAt: 5120, acknowledgedAt: 5125 };
  assertEquals(of({ clockOff: true, answeredAt: 1100, premises }), { measure: "round-trip", ms: 125 });
  // Its clock was set while it waited.
  const set = { receivedAt: 5000, deliveredAt: 4000, acknowledgedAt: 5001 };
  assertEquals(of({ clockOff: true, premises: set }), undefined);
  assertEquals(of({ clockOff: true, premises: { ...set, deliveredAt: undefined } }), undefined);
  assertEquals(of({ deliveredAt: 1039 }), undefined, "the receiver's clock was set back");
});
