import { assert, assertEquals, assertThrows } from "@std/assert";
import { codeTable } from "../../src/ip/code_table.ts";
import { planOf } from "../../src/ip/plan.ts";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";

const MARKS = ["A", "B", "C", "PROFILE"];

for (const one of editionNames.map(edition)) {
  Deno.test(`every constant of ${one.name} says how sure we are of it and why`, () => {
    const { header, messages, results, encryptions, hashes, protocols, pollModes, eventFields } = one;
    const tables = [header, messages, results, encryptions, hashes, protocols, pollModes, eventFields];
    for (const table of tables) assert(table.length > 1);
    const { responseResults, generalResults, basis, values } = one;
    const rows = [...Object.values(responseResults), generalResults, ...Object.values(basis)];
    for (const row of [...tables.flat(), ...rows]) {
      assert(MARKS.includes(row.confidence), JSON.stringify(row));
      assert(row.basis.length > 10, JSON.stringify(row));
    }
    assertEquals(Object.keys(basis).sort(), Object.keys(values).sort());
  });
}

Deno.test("the tables of the 2020 profile are complete", () => {
  const { header, messages, results, encryptions, hashes, protocols, pollModes, eventFields } = profile;
  const sizes = [header, messages, results, encryptions, hashes, protocols, pollModes, eventFields];
  assertEquals(sizes.map(({ length }) => length), [8, 26, 14, 3, 2, 4, 2, 16]);
  assertEquals(Object.keys(profile.responseResults).length, 15);
});

Deno.test("the profile never claims the published text for the header's layout", () => {
  for (const { confidence } of profile.header) assertEquals(confidence, "C");
});

for (const profile of editionNames.map(edition)) {
  Deno.test(`a response is its request with the response bit set, in the other direction (${profile.name})`, () => {
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
}

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
