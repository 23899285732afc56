import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { dc09Decoder } from "../../../adapters/dc09/mod.ts";
import vectors from "../../../adapters/dc09/vectors/dc09.json" with { type: "json" };
import { cut } from "../contact_id/arbitrary.ts";
import { ascii, frame, keysOf } from "./arbitrary.ts";

const V14 = vectors.find((it) => it.id === "V14")?.wire ?? "";

Deno.test("an encrypted message without a key shows its head, with the wrong one it is named, with the right one read", () => {
  const bytes = ascii(`\n${V14}\r`);
  const [without] = dc09Decoder().feed(bytes);
  assert(without?.ok);
  assertEquals([without.message["account"], without.message["encrypted"], without.events], [
    "1111",
    true,
    [],
  ]);
  const [wrong] = dc09Decoder({ key: keysOf("BBBBBBBBBBBBBBBB") }).feed(bytes);
  assert(wrong !== undefined && !wrong.ok);
  assertEquals(wrong.rule, "wrong-key");
  const [right] = dc09Decoder({ key: [...keysOf("BBBBBBBBBBBBBBBB"), ...keysOf("AAAAAAAAAAAAAAAA")] }).feed(
    bytes,
  );
  assertEquals(right?.ok && right.events[0]?.code, "WA");
});

Deno.test("extended data is named, and a key that is sent is not shown", () => {
  const [decoded] = dc09Decoder().feed(frame('"RSP"0001L0#1234[][KTopSecretTopSecr][RHall][Q1]'));
  assert(decoded?.ok);
  assertEquals(decoded.message["extended"], [
    { id: "K", name: "key", text: "(a key, not shown)" },
    { id: "R", name: "room", text: "Hall" },
    { id: "Q", text: "1" },
  ]);
  assert(!JSON.stringify(decoded.message).includes("TopSecret"));
});

Deno.test("all vectors in one capture, in any chunking, with offsets", () => {
  const all = Uint8Array.from(
    vectors.flatMap((
      it,
    ) => [...it.encoding === "hex" ? Uint8Array.fromHex(it.wire) : ascii(`\n${it.wire}\r`)]),
  );
  const whole = dc09Decoder();
  const expected = [...whole.feed(all), ...whole.end()];
  assertEquals(expected.filter((it) => it.ok).length, vectors.length);
  assertEquals(expected.length, vectors.length);
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
      const decoder = dc09Decoder();
      assertEquals([...cut(all, places).flatMap((part) => decoder.feed(part)), ...decoder.end()], expected);
    }),
    { numRuns: 50 },
  );
});
