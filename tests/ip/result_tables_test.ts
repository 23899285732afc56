import { assert, assertEquals } from "@std/assert";
import { edition, editionNames } from "../../src/ip/editions.ts";
import type { ResponseName, ResultName } from "../../src/ip/profile.ts";
import { resultFits } from "../../src/ip/result_tables.ts";

const profile = edition("2020");
const responses = Object.keys(profile.responseResults) as ResponseName[];

Deno.test("a path supervision response is acknowledged or too slow, or refuses the message as such", () => {
  const fitting = profile.results.filter(({ name }) => resultFits(profile, "PATH_SUPERVISION_RESP", name));
  assertEquals(fitting.map(({ name }) => name).sort(), [
    "RESP_ACKNOWLEDGE",
    "RESP_CMD_NOT_SUPPORTED",
    "RESP_NEGATIVE_ACKNOWLEDGE",
    "RESP_POLL_TOO_SLOW",
    "RESP_REESTABLISH_CONNECTION",
    "RESP_UNKNOWN_ERROR",
  ]);
  assertEquals(profile.responseResults.PATH_SUPERVISION_RESP.confidence, "A");
});

Deno.test("every edition has a table for each of its responses, of codes that it has numbers for", () => {
  for (const used of editionNames.map(edition)) {
    const names = new Set<string>(used.results.map(({ name }) => name));
    for (const { name, id } of used.messages) {
      if ((id & used.values.responseBit) === 0) continue;
      const { results } = used.responseResults[name as ResponseName];
      assert(results.includes("RESP_ACKNOWLEDGE"), name);
      assertEquals(new Set(results).size, results.length, name);
      for (const result of results) assert(names.has(result), `${name} ${result}`);
    }
    for (const result of used.generalResults.results) assert(names.has(result), result);
  }
});

Deno.test("every code has a response to stand in, and the general ones are in no table of their own", () => {
  const general = new Set<ResultName>(profile.generalResults.results);
  const listed = new Set(responses.flatMap((name) => profile.responseResults[name].results));
  for (const { name } of profile.results) assertEquals(listed.has(name), !general.has(name), name);
});

Deno.test("a code of another response and one without a name do not fit", () => {
  for (const name of responses) {
    assertEquals(resultFits(profile, name, "RESP_0x7b"), false);
    assertEquals(resultFits(profile, name, "RESP_REESTABLISH_CONNECTION"), true);
    assertEquals(resultFits(profile, name, "RESP_HASH_NOT_SUPPORTED"), name === "HASH_SELECT_RESP");
  }
});
