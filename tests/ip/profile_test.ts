import { assert, assertEquals, assertThrows } from "@std/assert";
import { codeTable } from "../../src/ip/code_table.ts";
import { planOf } from "../../src/ip/plan.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";

const MARKS = ["A", "B", "C", "PROFILE"];

Deno.test("every constant says how sure we are of it and why", () => {
  const { header, messages, results, encryptions, hashes, protocols, pollModes, eventFields } = profile;
  const rows = [header, messages, results, encryptions, hashes, protocols, pollModes, eventFields].flat();
  assertEquals(rows.length, 8 + 30 + 14 + 3 + 2 + 4 + 2 + 16);
  for (const row of [...rows, ...Object.values(profile.basis)]) {
    assert(MARKS.includes(row.confidence), JSON.stringify(row));
    assert(row.basis.length > 10, JSON.stringify(row));
  }
  assertEquals(Object.keys(profile.basis).sort(), Object.keys(profile.values).sort());
});

Deno.test("the profile never claims the published text for the header's layout", () => {
  for (const { confidence } of profile.header) assertEquals(confidence, "C");
});

Deno.test("a response is its request with the response bit set, in the other direction", () => {
  const plan = planOf(profile);
  for (const { name, id, direction } of profile.messages) {
    if ((id & profile.values.responseBit) !== 0) continue;
    const answer = plan.messageNames.get(id | profile.values.responseBit);
    assertEquals(answer, `${name.replace(/_(REQ|CMD|MSG)$/, "")}_RESP`);
    const back = profile.messages.find((row) => row.name === answer)?.direction;
    const opposite = { "spt-to-rct": "rct-to-spt", "rct-to-spt": "spt-to-rct", both: "both" } as const;
    assertEquals(back, opposite[direction]);
  }
});

Deno.test("the known numbers of the published text are these", () => {
  const id = (name: string) => profile.messages.find((row) => row.name === name)?.id;
  const known = [
    "POLL_MSG",
    "EVENT_MSG",
    "CONN_HANDLE_REQ",
    "PATH_SUPERVISION_REQ",
    "SET_TIME_CMD",
    "TRANSPARENT_MSG",
  ];
  assertEquals(known.map(id), [0x11, 0x30, 0x40, 0x45, 0x47, 0x70]);
  assertEquals(profile.hashes.find((row) => row.name === "sha-256")?.id, 0);
});

Deno.test("a code table names every octet and finds it again", () => {
  const { results } = planOf(profile);
  for (let id = 0; id < 256; id++) assertEquals(results.idOf(results.nameOf(id)), id);
  assertEquals(results.nameOf(0x01), "RESP_ACKNOWLEDGE");
  assertEquals(results.nameOf(0x09), "RESP_0x09");
  assertThrows(() => results.idOf("RESP_0xzz"), RangeError);
  assertThrows(() => planOf(profile).protocols.idOf("morse" as "sia"), RangeError, "morse");
});

Deno.test("a code table with a name or a number twice, or no octet, is refused", () => {
  const row = (name: string, id: number) => ({ name, id, confidence: "C", basis: "test" } as const);
  assertThrows(() => codeTable([row("a", 1), row("b", 1)], "x-0x"), RangeError, "both");
  assertThrows(() => codeTable([row("a", 1), row("a", 2)], "x-0x"), RangeError, "twice");
  assertThrows(() => codeTable([row("a", 256)], "x-0x"), RangeError, "octet");
});

Deno.test("the plan of a profile is worked out once", () => {
  assert(planOf(profile) === planOf(profile));
});
