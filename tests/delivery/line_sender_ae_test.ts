import { assertEquals } from "@std/assert";
import { LineFramer } from "../../adapters/line_framer.ts";
import { LineAe, type LineAeBehaviour, type LineAeEffect } from "../../src/delivery/line_sender_ae.ts";
import { ascii } from "../support/ascii.ts";

function ae(behaviour?: LineAeBehaviour, heartbeats?: LineAeBehaviour): LineAe<string> {
  return new LineAe<string>({
    framer: new LineFramer<string>({
      name: "Echo",
      longest: 80,
      tooLong: "too-long",
      read: (frame) =>
        frame.startsWith("bad") ? { ok: false, rule: "bad-layout", message: "bad" } : { ok: true, frame },
    }),
    isHeartbeat: (line) => line === "@",
    unmarked: (line) => ({ message: line.replace("?", ""), marked: line.endsWith("?") }),
    ...(behaviour === undefined ? {} : { behaviour }),
    ...(heartbeats === undefined ? {} : { heartbeats }),
  });
}

function brief(effects: LineAeEffect<string>[]): string[] {
  return effects.map((effect) =>
    effect.kind === "send"
      ? effect.bytes.toHex()
      : effect.kind === "refused"
      ? effect.rule
      : effect.kind === "drop"
      ? "drop"
      : effect.record.message
  );
}

Deno.test("each behaviour answers as it says", () => {
  const cases: [LineAeBehaviour, string[][]][] = [
    [{ kind: "ack" }, [["06"], ["06"]]],
    [{ kind: "nak", times: 1 }, [["15"], ["06"]]],
    [{ kind: "garbled", times: 1 }, [["3f"], ["06"]]],
    [{ kind: "garbled", times: 1, octet: 0x86 }, [["86"], ["06"]]],
    [{ kind: "silent" }, [[], []]],
    [{ kind: "noisy", octets: ascii("!!") }, [["2121", "06"], ["2121", "06"]]],
    [{ kind: "twice" }, [["0606"], ["0606"]]],
    [{ kind: "drop" }, [["drop"], ["drop"]]],
  ];
  for (const [behaviour, answers] of cases) {
    const one = ae(behaviour);
    assertEquals(answers.map(() => brief(one.feed(ascii("a\r"), 0)).slice(1)), answers, behaviour.kind);
  }
});

Deno.test("a late answer comes at its time, and not on a connection that has ended", () => {
  const one = ae({ kind: "late", ms: 500 });
  one.feed(ascii("a\r"), 1000);
  assertEquals(one.nextTick, 1500);
  assertEquals(brief(one.tick(1499)), []);
  assertEquals(brief(one.tick(1500)), ["06"]);
  one.feed(ascii("a\rhalf"), 2000);
  one.disconnected();
  assertEquals([one.nextTick, brief(one.tick(9999))], [undefined, []]);
  assertEquals(brief(one.feed(ascii("b\r"), 9999))[0], "b");
});

Deno.test("repeats are told apart, heartbeats are none, and a line that cannot be read gets NAK", () => {
  const one = ae(undefined, { kind: "silent" });
  assertEquals(brief(one.feed(ascii("a\ra?\r@\r@\rbad\r\x01\rb\r"), 7)), [
    ...["a", "06", "a?", "06", "@", "@", "bad-layout", "15", "noise", "b", "06"],
  ]);
  assertEquals(one.alarms.map(({ marked, seenBefore }) => [marked, seenBefore]), [
    [false, false],
    [true, true],
    [false, false],
  ]);
  assertEquals(one.records.length, 5);
});
