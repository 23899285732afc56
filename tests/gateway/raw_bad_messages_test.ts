import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Faults } from "../../src/gateway/faults.ts";
import { RawRct } from "../../src/gateway/raw_rct.ts";
import { RawSpt } from "../../src/gateway/raw_spt.ts";
import { type RawFrame, readRawFrame, writeRawFrame } from "../../src/raw/frame.ts";
import { Ae, rctLine, sptLine, until } from "./raw_rig.ts";

const PARTS = { faults: new Faults(() => {}, () => {}), log: () => {}, serialSocket: "" };

function frame(more: Partial<RawFrame>): Uint8Array {
  const octets = new TextEncoder().encode("door");
  return writeRawFrame({
    kind: "open",
    connection: 0x10001,
    number: 0,
    clock: 0,
    until: 0,
    more: false,
    octets,
    ...more,
  });
}

/** An RCT with a line "door" for each of two sites; what it sends is taken. */
function rct(port: number) {
  const sent: { site: string; frame: RawFrame }[] = [];
  const raw = new RawRct({
    ...PARTS,
    lines: [rctLine(port, { site: "a" }), rctLine(port, { site: "b", name: "gate" })],
    ask: (site, data) => {
      const read = readRawFrame(data);
      assert(read.kind === "raw");
      sent.push({ site, frame: read.frame });
      return Promise.resolve({
        kind: "answered",
        request: { kind: "poll", ref: "" },
        result: "RESP_ACKNOWLEDGE",
      });
    },
  });
  raw.open();
  return { raw, sent };
}

Deno.test("whatever a site sends, nothing throws, and what is no raw message is left to others", async () => {
  await using ae = new Ae();
  const { raw } = rct(ae.port);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 950 }), fc.boolean(), (bytes, ours) => {
      const octets = ours ? Uint8Array.of(0x9e, 0x10 | (bytes[0] ?? 0) & 7, ...bytes) : bytes;
      const result = raw.take("a", octets);
      assertEquals(result === undefined, octets[0] !== 0x9e);
    }),
    { seed: 1 },
  );
  await raw.close();
});

Deno.test("a site reaches the lines of its own only, and no connection of another site", async () => {
  await using ae = new Ae();
  const { raw, sent } = rct(ae.port);
  assertEquals(raw.take("c", frame({})), "RESP_CMD_NOT_SUPPORTED");
  assertEquals(raw.take("b", frame({})), "RESP_CMD_NOT_SUPPORTED");
  assertEquals(raw.counters, { "raw-no-line": 2 });
  assertEquals(raw.take("a", frame({})), "RESP_ACKNOWLEDGE");
  await until(() => sent.length === 1, "the line to be open");
  assertEquals([sent[0]?.site, sent[0]?.frame.kind], ["a", "opened"]);
  const octets = new TextEncoder().encode("forged");
  const data = frame({ kind: "data", number: 1, until: 0x7fffffff, octets });
  assertEquals(raw.take("b", data), "RESP_PROCESS_ERROR");
  assertEquals(raw.take("b", frame({ kind: "reset", octets })), "RESP_ACKNOWLEDGE");
  assert((await ae.first()).connected, "it was cut from outside");
  assertEquals((await ae.first()).octets.length, 0);
  await raw.close();
});

Deno.test("no more connections than a line may have, and no second one of the same number", async () => {
  await using ae = new Ae();
  const { raw } = rct(ae.port);
  const results = Array.from({ length: 10 }, (_, at) => raw.take("a", frame({ connection: 0x10001 + at })));
  assertEquals(results.filter((result) => result === "RESP_ACKNOWLEDGE").length, 8);
  // A message that comes twice.
  assertEquals(raw.take("a", frame({ connection: 0x10001 })), "RESP_ACKNOWLEDGE");
  assertEquals(raw.status()[0]!.counters["refused"], 2);
  assertEquals(raw.status()[0]!.counters["connections"], 8);
  await raw.close();
});

Deno.test("an SPT refuses what belongs to no connection, and counts it", async () => {
  const raw = new RawSpt({ ...PARTS, lines: [sptLine()], random: (n) => new Uint8Array(n), ready: () => {} });
  raw.open();
  assertEquals(raw.take(new TextEncoder().encode('{"tocsin":"command"}')), undefined);
  assertEquals(raw.take(frame({ kind: "data", number: 1 })), { result: "RESP_PROCESS_ERROR" });
  assertEquals(raw.take(frame({ kind: "open" })), { result: "RESP_PROCESS_ERROR" });
  assertEquals(raw.take(Uint8Array.of(0x9e)), { result: "RESP_PROCESS_ERROR" });
  assertEquals(raw.take(frame({ kind: "close" })), { result: "RESP_ACKNOWLEDGE" });
  assertEquals(raw.counters, { "raw-message-refused": 2, "raw-unreadable": 1 });
  assertEquals(raw.answered("018f-alarm", "taken"), false);
  await raw.close();
});
