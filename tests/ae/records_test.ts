/** What a played AE says of the alarms it got: repeats, marks, answers. */
import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { AlarmMemory } from "../../src/ae/alarm_memory.ts";
import { aeLanguages } from "../../src/ae/languages.ts";
import { alarm } from "../support/alarm.ts";
import { ascii } from "../support/ascii.ts";
import { AeLine } from "./line.ts";
import { alarms, CASES, startAe } from "./rig.ts";

for (const [name, tried] of Object.entries(CASES)) {
  // VdS 2465 has no mark, and no number of its own for an alarm.
  const mark = tried.language === "vds2465-tcp" ? "unmarked" : "marked";

  Deno.test(`${name}: an alarm whose connection was cut before the answer comes again, ${mark}`, () => {
    const line = new AeLine(tried.session(), startAe(tried).peer({ dropAfter: 1 }));
    line.connect();
    line.add(...alarms(tried.language, 3));
    line.pass(120_000);
    assertEquals(line.delivered, ["a1001", "a1002", "a1003"], line.log.join("\n"));
    const seen = line.alarms.map(({ account, repeat, taken }) => [account, repeat, taken]);
    assertEquals(seen, [
      ["1001", "none", true],
      ["1002", "none", false],
      ["1002", mark, true],
      ["1003", "none", true],
    ]);
    assertEquals(line.alarms[1]?.answer, "nothing, the connection is cut");
    // The webhook's client ends each connection itself.
    if (tried.language !== "webhook") assertEquals(line.connections, 2);
  });

  Deno.test(`${name}: events, octets and the answer are recorded`, () => {
    const line = new AeLine(tried.session(), startAe(tried, { naks: 1 }).peer());
    line.connect();
    line.add(...alarms(tried.language, 1));
    line.pass(60_000);
    const [refused, taken] = line.alarms;
    assert(refused !== undefined && taken !== undefined, line.log.join("\n"));
    const code = tried.language === "vds2465-tcp" ? "22" : "130";
    assertEquals(refused.events.map((event) => event.code), [code]);
    assert(refused.raw.length > 0 && refused.text !== "");
    const answers = {
      "dc09": ["NAK", "ACK"],
      "vds2465-tcp": ["nothing, connection closed", "record 03"],
      "mqtt": ["PUBACK 0x97", "PUBACK"],
      "webhook": ["503", "204"],
    }[tried.language] ?? ["NAK", "ACK"];
    assertEquals([refused.answer, taken.answer], answers);
    assertEquals([refused.taken, taken.taken, line.delivered], [false, true, ["a1001"]]);
  });

  Deno.test(`${name}: whatever octets come, nothing throws`, () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (chunks) => {
        const peer = startAe(tried, { naks: 1 }).peer({ twice: true, rubbish: true, fragmentMs: 1 });
        peer.connected(0);
        for (const [at, chunk] of chunks.entries()) peer.feed(chunk, at);
        peer.tick(100_000);
        peer.disconnected(100_001);
      }),
      { numRuns: 100 },
    );
  });
}

Deno.test("the same alarm without a mark is told as unmarked: a NAK asked for it, or two are truly alike", () => {
  const tried = CASES["sur-gard"]!;
  const line = new AeLine(tried.session(), startAe(tried).peer());
  line.connect();
  const data = "123418113001004";
  line.add(alarm("contact-id", data, { id: "a" }), alarm("contact-id", data, { id: "b" }));
  line.pass(3000);
  assertEquals(line.alarms.map(({ repeat }) => repeat), ["none", "unmarked"]);
});

Deno.test("a SIA block marked O is the repeat of the same block marked N", () => {
  const peer = startAe(CASES["sur-gard"]!).peer();
  const repeats = ["S011[#1234|Nri1/BA01]\x14", "S011[#1234|Ori1/BA01]\x14"].map((line) => {
    const [got] = peer.feed(ascii(line), 0);
    return got?.kind === "record" ? got.record.repeat : got?.kind;
  });
  assertEquals(repeats, ["none", "marked"]);
});

Deno.test("signs of life are no alarms, and are neither refused nor delayed", () => {
  for (
    const [name, heartbeat] of [["sur-gard", "1011           @    \x14"], [
      "dc07",
      "\n87C40B\t00000100[]\r",
    ]] as const
  ) {
    const peer = startAe(CASES[name]!, { naks: 5 }).peer({ lateMs: 5000, dropAfter: 0 });
    const [got, answer] = peer.feed(ascii(heartbeat), 0);
    assertEquals(got?.kind === "record" && [got.record.kind, got.record.answer], ["heartbeat", "ACK"]);
    assertEquals(answer?.kind, "send");
  }
});

Deno.test("strict and --line-digits: a line of another width is refused", () => {
  const shared = { verdicts: { next: () => "take" as const }, memory: new AlarmMemory() };
  for (const settings of [{ strict: true }, { lineDigits: 1 }, { lineDigits: 1, strict: true }]) {
    const peer = aeLanguages["sur-gard"]!.peer(settings, shared as never);
    assertEquals(peer.feed(ascii("5011 187037E13001004\x14"), 0).map(({ kind }) => kind), ["record", "send"]);
    const [refused, answer] = peer.feed(ascii("501001 187037E13001004\x14"), 0);
    assertEquals(refused?.kind === "refused" && refused.rule, "wrong-line-width");
    assertEquals(answer?.kind === "send" && answer.bytes, Uint8Array.of(0x15));
  }
});

Deno.test("strict DC-09 answers a wrong clock with NAK and its own time, and a right one with ACK", () => {
  const tried = { ...CASES["dc09"]!, settings: { strict: true } };
  const peer = startAe(tried).peer();
  peer.connected(0);
  const message = '"SIA-DCS"0001L0#1234[#1234|Nri1BA5]_12:00:00,01-02-2026';
  const frame = (content: string) => {
    let crc = 0;
    for (const octet of ascii(content)) {
      crc ^= octet;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xa001 : crc >>> 1;
    }
    const hex = (value: number) => value.toString(16).toUpperCase().padStart(4, "0");
    return ascii(`\n${hex(crc)}${hex(content.length)}${content}\r`);
  };
  const said = (now: number) =>
    peer.feed(frame(message), now).flatMap((effect) =>
      effect.kind === "send" ? [new TextDecoder().decode(effect.bytes)] : []
    ).join("");
  const noon = Date.UTC(2026, 0, 2, 12);
  assertStringIncludes(said(noon + 3_600_000), '"NAK"');
  assertStringIncludes(said(noon + 1000), '"ACK"0001L0#1234[]');
});

Deno.test("the memory of alarms is bounded: the one that was not heard for longest goes first", () => {
  const memory = new AlarmMemory(3);
  for (const key of ["a", "b", "c"]) memory.repeat(key);
  assertEquals(memory.repeat("a"), "unmarked");
  memory.repeat("d");
  assertLessOrEqual(memory.size, 3);
  assertEquals([memory.repeat("a"), memory.repeat("b")], ["unmarked", "none"]);
});
