import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { maxData } from "../../src/ip/seal.ts";
import {
  ENVELOPE_OCTETS,
  readEnvelope,
  REMOTE_DATA_OCTETS,
  type RemoteCommand,
  type RemoteEnvelope,
  remoteMisfit,
  writeEnvelope,
} from "../../src/remote/envelope.ts";

const encode = (text: string) => new TextEncoder().encode(text);

const id = fc.stringMatching(/^[0-9A-Za-z-]{1,36}$/);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((text) => text.length <= 64 && !/\p{Cc}/u.test(text));
const data = fc.uint8Array({ minLength: 1, maxLength: REMOTE_DATA_OCTETS });
const named = fc.record({ account: name, input: name, by: name }, { requiredKeys: [] });
const command = fc.tuple(id, named, data).map(([id, names, data]): RemoteCommand => ({
  kind: "command",
  id,
  ...names,
  data,
}));
const short = fc.string({ maxLength: 60 });
const answer = fc.record({ id: fc.oneof(id, fc.constant("")), accepted: fc.boolean(), detail: short })
  .map((fields): RemoteEnvelope => ({ kind: "answer", ...fields }));
const outcome = fc.record({
  id,
  outcome: fc.constantFrom("done", "rejected", "no-answer", "closed"),
  detail: short,
  data: fc.uint8Array({ maxLength: REMOTE_DATA_OCTETS }),
}).map((fields): RemoteEnvelope => ({ kind: "outcome", ...fields }));

Deno.test("what is written is read again", () => {
  fc.assert(fc.property(fc.oneof(command, answer, outcome), (envelope) => {
    assertEquals(readEnvelope(writeEnvelope(envelope)), { kind: "ours", envelope });
  }));
});

Deno.test("an envelope fits a TRANSPARENT message of every edition, as a request and as a response", () => {
  for (const name of editionNames) assert(ENVELOPE_OCTETS <= maxData(edition(name)) - 1, name);
});

Deno.test("the longest command that the rules allow fits; one that does not is told in words and not written", () => {
  const longest: RemoteCommand = {
    kind: "command",
    id: "f".repeat(32),
    account: "A".repeat(32),
    input: "é".repeat(64),
    by: "operator 12",
    data: new Uint8Array(REMOTE_DATA_OCTETS),
  };
  assertEquals(remoteMisfit(longest), undefined);
  assert(writeEnvelope(longest).length <= ENVELOPE_OCTETS);
  const wrong: [Partial<RemoteCommand>, string][] = [
    [{ data: new Uint8Array(256) }, "256 octets, 255 can be carried"],
    [{ data: new Uint8Array() }, "empty"],
    [{ id: "" }, "id"],
    [{ id: "a b" }, "id"],
    [{ account: "" }, "account"],
    [{ by: "a\nb" }, "by"],
    [{ input: "x".repeat(65) }, "input"],
    [{ input: "\u20ac".repeat(64), by: "\u20ac".repeat(64) }, "too long"],
  ];
  for (const [change, words] of wrong) {
    assertStringIncludes(remoteMisfit({ ...longest, ...change }) ?? "", words);
    assertThrows(() => writeEnvelope({ ...longest, ...change }), RangeError, words);
  }
});

Deno.test("an explanation that does not fit is cut, a panel's answer behind 255 octets too, and the rest is read", () => {
  const any = fc.record({
    detail: fc.string({ unit: "binary", maxLength: 2000 }),
    data: fc.uint8Array({ maxLength: 400 }),
  });
  fc.assert(fc.property(any, ({ detail, data }) => {
    const octets = writeEnvelope({ kind: "outcome", id: "a", outcome: "done", detail, data });
    assert(octets.length <= ENVELOPE_OCTETS);
    const read = readEnvelope(octets);
    assert(read.kind === "ours" && read.envelope.kind === "outcome");
    assertEquals(read.envelope.data, data.slice(0, 255));
    // Its last character may have been cut in two.
    assert(detail.toWellFormed().startsWith(read.envelope.detail.replace(/\ufffd$/, "")));
  }));
  assertThrows(() => writeEnvelope({ kind: "answer", id: "a b", accepted: true, detail: "" }), RangeError);
});

Deno.test("octets of others are foreign; ours that are wrong are told in words", () => {
  for (const text of ["", "tocsin probe", "{", '{"x":1}', '{"tocsin"', "\u0001raw"]) {
    assertEquals(readEnvelope(encode(text)), { kind: "foreign" }, text);
  }
  const wrong: [string, string][] = [
    ['{"tocsin":"command"', "no JSON"],
    ['{"tocsin":"dance","id":"1"}', "not known"],
    ['{"tocsin":"command","data":"00"}', "id is not"],
    ['{"tocsin":"command","id":"1","data":"0"}', "data is not"],
    ['{"tocsin":"command","id":"1","data":""}', "data is not"],
    ['{"tocsin":"command","id":"1","data":"00","account":7}', "account is not"],
    ['{"tocsin":"answer","id":"1","accepted":1,"detail":""}', "accepted or detail"],
    ['{"tocsin":"outcome","id":"1","outcome":"perhaps","detail":"","data":""}', "outcome, detail or data"],
    [`{"tocsin":"answer","id":"1","accepted":true,"detail":"${"x".repeat(900)}"}`, "900 are allowed"],
    [`{"tocsin":"answer","id":"1","accepted":true,"detail":"${"x".repeat(500)}"}`, "accepted or detail"],
    [`{"tocsin":${"[".repeat(600)}`, "no JSON"],
  ];
  for (const [text, words] of wrong) {
    const read = readEnvelope(encode(text));
    assert(read.kind === "unreadable", text);
    assertStringIncludes(read.message, words);
  }
  assertEquals(readEnvelope(Uint8Array.of(...encode('{"tocsin":"'), 0xff, 0x22, 0x7d)).kind, "unreadable");
});

Deno.test("nothing that comes makes it throw", () => {
  const start = encode('{"tocsin":');
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1000 }), fc.json(), (octets, json) => {
    readEnvelope(octets);
    readEnvelope(Uint8Array.of(...start, ...octets));
    readEnvelope(encode(`{"tocsin":${json},"id":"1"}`));
  }));
});
