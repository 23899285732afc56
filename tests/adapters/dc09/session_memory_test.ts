/** A panel that comes again over another connection, or from another port: nothing is lost, and nothing told twice unmarked. */
import { assert, assertEquals } from "@std/assert";
import type { PanelEffect } from "../../../adapters/contract.ts";
import {
  Dc09Memory,
  Dc09Session,
  type Dc09SessionOptions,
  writeDc09,
  writeFrame,
  writeTimestamp,
} from "../../../adapters/dc09/mod.ts";
import { DC09_REPEAT_WINDOW } from "../../../adapters/dc09/repeats.ts";
import { frame, keysOf, text } from "./arbitrary.ts";

const NOW = Date.UTC(2026, 0, 2, 12);
const KEYS = keysOf("0123456789ABCDEF");
const STAMPED = '"SIA-DCS"0007L0#1234[#1234|NBA5]_12:00:00,01-02-2026';
const PLAIN = '"SIA-DCS"0007L0#1234[#1234|NBA5]';

function kinds(effects: PanelEffect[]): string[] {
  return effects.map((it) => it.kind === "refused" ? it.rule : it.kind);
}

/** The alarm as the centre gets it, and its flags. */
function alarm(effects: PanelEffect[]): [string, string[]] {
  const found = effects.find((it) => it.kind === "alarm");
  assert(found?.kind === "alarm", kinds(effects).join());
  return [text(found.alarm.data), found.alarm.events[0]?.flags ?? []];
}

/** Conversations of one input. */
function input(options: Dc09SessionOptions = {}): () => Dc09Session {
  const memory = new Dc09Memory();
  return () => new Dc09Session({ ...options, memory });
}

function sealed(pad: number, stamp = NOW): Uint8Array {
  return writeFrame(writeDc09({
    id: "SIA-DCS",
    encrypted: true,
    sequence: "0007",
    line: "0",
    account: "1234",
    data: "#1234|NBA5",
    extended: [],
    encoding: "ascii",
    timestamp: writeTimestamp(stamp),
  }, { key: KEYS[0]!, random: (count) => new Uint8Array(count).fill(pad) }));
}

Deno.test("the same message from another port, after its acknowledgement: acknowledged again, and no second alarm", () => {
  const begin = input({ datagrams: true });
  const first = begin(), second = begin();
  assertEquals(alarm(first.feed(frame(STAMPED), NOW)), ["#1234|NBA5", []]);
  first.settle(1, "accepted", NOW);
  assertEquals(kinds(second.feed(frame(STAMPED), NOW + 5000)), ["repeat", "send"]);
});

Deno.test("an encrypted message over a new connection, padded anew: the same", () => {
  const begin = input({ encryption: { key: KEYS, random: (count) => new Uint8Array(count) } });
  const first = begin(), second = begin(), third = begin();
  first.feed(sealed(1), NOW);
  first.settle(1, "accepted", NOW);
  assertEquals(kinds(second.feed(sealed(2), NOW + 5000)), ["repeat", "send"]);
  assertEquals(alarm(third.feed(sealed(3, NOW + 10_000), NOW + 10_000)), [
    "#1234|OBA5",
    ["possible-duplicate"],
  ], "stamped anew it is only likely to be the same");
});

Deno.test("over a new connection while the alarm of the old one is being stored: kept, and marked", () => {
  const begin = input();
  const first = begin(), second = begin();
  first.feed(frame(STAMPED), NOW);
  first.end(NOW + 1000);
  assertEquals(alarm(second.feed(frame(STAMPED), NOW + 5000)), ["#1234|OBA5", ["possible-duplicate"]]);
  assertEquals(kinds(second.settle(1, "accepted", NOW + 5001)), ["send"]);
});

Deno.test("a panel without a time that counts from the beginning loses no alarm", () => {
  const begin = input();
  const first = begin(), second = begin(), third = begin();
  first.feed(frame(PLAIN), NOW);
  first.settle(1, "accepted", NOW);
  assertEquals(alarm(second.feed(frame(PLAIN), NOW + 5000)), ["#1234|OBA5", ["possible-duplicate"]]);
  second.settle(1, "accepted", NOW + 5000);
  const late = NOW + 5001 + DC09_REPEAT_WINDOW;
  assertEquals(alarm(third.feed(frame(PLAIN), late)), ["#1234|NBA5", []]);
});

Deno.test("an alarm that failed is forgotten: wherever it comes from next, it is new", () => {
  const begin = input();
  const first = begin(), second = begin();
  first.feed(frame(STAMPED), NOW);
  first.settle(1, "failed", NOW);
  assertEquals(alarm(second.feed(frame(STAMPED), NOW + 5000)), ["#1234|NBA5", []]);
});

Deno.test("two panels that count alike are two panels, and one without numbers is not suspected for its next event", () => {
  const begin = input();
  const first = begin(), second = begin();
  first.feed(frame(STAMPED), NOW);
  first.settle(1, "accepted", NOW);
  const other = STAMPED.replaceAll("1234", "5678");
  assertEquals(alarm(second.feed(frame(other), NOW)), ["#5678|NBA5", []]);
  const unnumbered = (time: string) => frame(`"SIA-DCS"0000L0#77[#77|NBA5]_${time},01-02-2026`);
  const third = begin(), fourth = begin();
  third.feed(unnumbered("12:00:00"), NOW);
  third.settle(1, "accepted", NOW);
  assertEquals(alarm(fourth.feed(unnumbered("12:00:30"), NOW + 30_000)), ["#77|NBA5", []]);
});

Deno.test("the mark of a likely repeat reaches the centre", () => {
  const session = new Dc09Session({});
  session.feed(frame(STAMPED), NOW);
  session.settle(1, "accepted", NOW);
  const later = frame(STAMPED.replace("12:00:00", "12:00:10"));
  assertEquals(alarm(session.feed(later, NOW + 10_000)), ["#1234|OBA5", ["possible-duplicate"]]);
});

Deno.test("the memory is bounded", () => {
  const memory = new Dc09Memory(3);
  const session = new Dc09Session({ memory });
  for (let number = 1; number <= 10; number++) {
    session.feed(frame(PLAIN.replace("0007", `000${number % 10}`)), NOW);
    session.settle(number, "accepted", NOW);
  }
  assertEquals(memory.size, 3);
});
