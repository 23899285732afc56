/** What a faulty transmitter does, and what our receiver makes of it. */
import { assert, assertEquals } from "@std/assert";
import type { OutputItem } from "../../../adapters/contract.ts";
import {
  type Dc09Quirks,
  Dc09Sender,
  type Dc09SenderOptions,
  Dc09Session,
  type Dc09SessionOptions,
} from "../../../adapters/dc09/mod.ts";
import { ascii, keysOf, zeros } from "./arbitrary.ts";
import { PanelLine } from "./panel_line.ts";

const KEY = keysOf("0123456789ABCDEF")[0]!;
const OTHER = keysOf("FEDCBA9876543210")[0]!;
const SEALING = { key: KEY, random: zeros };
const OPENING = { encryption: { key: [KEY], random: zeros } };

function item(id: string): OutputItem {
  return {
    id,
    account: "1234",
    protocol: "sia",
    data: ascii(`#1234|Nri1/BA${id}`),
    events: [],
    repeated: false,
  };
}

/** Sends two alarms and gives what both sides said. */
function play(
  quirks: Dc09Quirks,
  options: Dc09SenderOptions = {},
  session: Dc09SessionOptions = {},
): PanelLine {
  const line = new PanelLine(new Dc09Sender({ ...options, quirks }), () => new Dc09Session(session));
  line.send(item("1"), item("2"));
  line.pass(70_000);
  return line;
}

for (
  const [flags, quirks] of [
    [["binary-crc"], { crc: "binary" }],
    [["lower-case-crc"], { crc: "lower-case" }],
    [["cr-in-crc"], { crc: "with-cr" }],
    [["decimal-length"], { length: "decimal" }],
    [["short-length"], { length: "short" }],
    [["missing-lf"], { missing: "lf" }],
    [["missing-cr"], { missing: "cr" }],
    [["binary-crc", "decimal-length"], { crc: "binary", length: "decimal" }],
  ] as [string[], Dc09Quirks][]
) {
  Deno.test(`${JSON.stringify(quirks)}: understood, and flagged ${flags.join(", ")}`, () => {
    const line = play(quirks);
    assertEquals(line.delivered, ["1", "2"]);
    assertEquals(line.accepted.map(({ events }) => events[0]?.flags), [flags, flags]);
  });
}

Deno.test("a CRC without its leading zeros: those that have some are flagged", () => {
  const line = new PanelLine(new Dc09Sender({ quirks: { crc: "short" } }), () => new Dc09Session());
  const items = Array.from({ length: 60 }, (_, at) => item(`${at}`));
  line.send(...items);
  line.pass(10_000);
  assertEquals(line.delivered.length, 60);
  const short = line.accepted.filter(({ events }) => events[0]?.flags.includes("short-crc"));
  assert(short.length > 0 && short.length < 20, `${short.length}`);
});

Deno.test("wrong CRC: nothing is delivered when all have it; every second one only costs time", () => {
  const all = play({ wrongCrcEvery: 1 }, { datagram: true, tries: 2 }, { datagrams: true });
  assertEquals([all.delivered, all.accepted], [[], []]);
  assertEquals(new Set(all.heard), new Set(["refused wrong-crc"]));
  assert(all.log.includes("absent 1 no-answer"));
  const some = play({ wrongCrcEvery: 2 });
  assertEquals(some.delivered, ["1", "2"]);
  assertEquals(some.heard, ["alarm", "refused wrong-crc", "alarm"]);
});

Deno.test("a clock that is off is set by the NAK; one that is not set by it is refused, or flagged where that is kept", () => {
  for (const clockOffsetMs of [3_600_000, -120_000]) {
    const set = play({ clockOffsetMs }, { timestamps: true }, { clock: "nak" });
    assertEquals(set.heard, ["refused clock", "alarm", "alarm"]);
    assertEquals(set.delivered, ["1", "2"]);
    const stubborn = play({ clockOffsetMs, ignoreNakTime: true }, { sealing: SEALING }, {
      ...OPENING,
      clock: "nak",
    });
    assertEquals(stubborn.heard, ["refused clock", "refused clock", "refused clock", "refused clock"]);
    assertEquals(stubborn.refused, ["1", "2"]);
    const kept = play({ clockOffsetMs, ignoreNakTime: true }, { timestamps: true });
    assertEquals(kept.accepted.map(({ events }) => events[0]?.flags), [["clock-off"], ["clock-off"]]);
  }
});

Deno.test("a wrong key is told to the transmitter, which tells the alarm as refused", () => {
  const line = play({ wrongKey: OTHER }, { sealing: SEALING }, OPENING);
  assertEquals(line.heard, ["refused wrong-key", "refused wrong-key"]);
  assertEquals(line.log.filter((it) => it.startsWith("refused")), ["refused 1 duh", "refused 2 duh"]);
  assertEquals(line.accepted, []);
});
