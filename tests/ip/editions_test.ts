import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { edition, type EditionName, editionNames } from "../../src/ip/editions.ts";
import { messageName, parseMessage, refusal } from "../../src/ip/messages/mod.ts";
import { planOf } from "../../src/ip/plan.ts";
import { reconstructed2020 } from "../../src/ip/profile.ts";

const all = editionNames.map(edition);
const perEdition = <T>(of: (name: EditionName) => T) =>
  Object.fromEntries(editionNames.map((n) => [n, of(n)]));
const hasMessage = (name: string) => (edition_: EditionName) =>
  edition(edition_).messages.some((row) => row.name === name);

Deno.test("there are four editions, each a reconstruction by name, and 2020 is the base profile", () => {
  assertEquals(all.map(({ name }) => name), [
    "reconstructed-2013/0",
    "reconstructed-2017/0",
    "reconstructed-iec-2019/0",
    "reconstructed-2020/0",
  ]);
  assertStrictEquals(edition("2020"), reconstructed2020);
  for (const name of editionNames) assertStrictEquals(edition(name), edition(name));
});

Deno.test("the path MTU messages are in the edition of 2013 alone", () => {
  for (const name of ["PMTU_REQ", "PMTU_RESP", "PMTU_PROBE", "PMTU_PROBE_RESP"]) {
    assertEquals(perEdition(hasMessage(name)), { 2013: true, 2017: false, "iec-2019": false, 2020: false });
  }
  const ids = [0x60, 0x61, 0xe0, 0xe1].map((id) => messageName(edition("2013"), id));
  assertEquals(ids, ["PMTU_REQ", "PMTU_PROBE", "PMTU_RESP", "PMTU_PROBE_RESP"]);
});

Deno.test("the RCT IP parameters came after 2013", () => {
  for (const name of ["RCT_IP_PARAM_REQ", "RCT_IP_PARAM_RESP"]) {
    assertEquals(perEdition(hasMessage(name)), { 2013: false, 2017: true, "iec-2019": true, 2020: true });
    const row = edition("2017").messages.find((row) => row.name === name);
    assertEquals([row?.confidence, row?.basis.includes("presumably")], ["C", true]);
  }
});

Deno.test("all other messages have the same numbers in every edition", () => {
  const shared = all.map(({ messages }) =>
    messages.filter(({ name }) => !/PMTU|IP_PARAM/.test(name)).map(({ name, id }) => `${name} ${id}`).sort()
  );
  assertEquals(shared[0]!.length, 24);
  for (const one of shared) assertEquals(one, shared[0]);
});

Deno.test("the event fields from alarm text to altitude are in 2017 and 2020", () => {
  const extra = (name: EditionName) =>
    edition(name).eventFields.filter(({ id }) => id >= 0x03 && id <= 0x0b).length;
  assertEquals(perEdition(extra), { 2013: 0, 2017: 9, "iec-2019": 0, 2020: 9 });
  const always = (name: EditionName) => edition(name).eventFields.length - extra(name);
  assertEquals(perEdition(always), { 2013: 7, 2017: 7, "iec-2019": 7, 2020: 7 });
  for (const { id, basis } of edition("2017").eventFields) {
    assertEquals(basis.includes("presumably"), id >= 0x03 && id <= 0x0b);
  }
});

Deno.test("a bad hash is answered with a NAK in 2013 and 2017, and what is not known is called so", () => {
  const nak = (name: EditionName) => edition(name).values.nakOnBadHash;
  assertEquals(perEdition(nak), { 2013: true, 2017: true, "iec-2019": false, 2020: false });
  const confidence = (name: EditionName) => edition(name).basis.nakOnBadHash.confidence;
  assertEquals(perEdition(confidence), { 2013: "B", 2017: "B", "iec-2019": "PROFILE", 2020: "B" });
});

Deno.test("a link's address has 32 octets in 2013 and 2017, then 16", () => {
  const size = (name: EditionName) => edition(name).values.addressOctets;
  assertEquals(perEdition(size), { 2013: 32, 2017: 32, "iec-2019": 16, 2020: 16 });
});

Deno.test("in everything else the editions are alike", () => {
  for (const one of all) {
    const { nakOnBadHash: _nak, addressOctets: _size, ...rest } = one.values;
    const { nakOnBadHash: _, addressOctets: __, ...base } = reconstructed2020.values;
    assertEquals(rest, base);
    const tables = ["header", "results", "encryptions", "hashes", "protocols", "pollModes"] as const;
    for (const table of tables) assertStrictEquals(one[table], reconstructed2020[table], table);
    assertStrictEquals(one.responseResults, reconstructed2020.responseResults);
    assertStrictEquals(one.generalResults, reconstructed2020.generalResults);
  }
});

Deno.test("no edition contradicts itself, and sequence numbers outlast a key", () => {
  for (const one of all) {
    const { txSize } = planOf(one);
    const { messagesPerKey, sequenceWindow } = one.values;
    assert(messagesPerKey + sequenceWindow < 2 ** (8 * txSize));
  }
});

Deno.test("a path MTU request is told RESP_CMD_NOT_SUPPORTED in octets that a peer of 2013 reads", () => {
  for (const receiver of all) {
    for (const id of [0x60, 0x61]) {
      const parsed = parseMessage(receiver, id, new Uint8Array([5, 0xdc]));
      assertEquals(parsed.ok || parsed.rule, receiver.name === "reconstructed-2013/0" || "unknown-message");
      const answer = refusal(receiver, "RESP_CMD_NOT_SUPPORTED");
      const read = parseMessage(edition("2013"), id | receiver.values.responseBit, answer);
      assert(read.ok && "result" in read.value);
      assertEquals(read.value.result, "RESP_CMD_NOT_SUPPORTED");
    }
  }
});
