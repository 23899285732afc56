import { assertEquals } from "@std/assert";
import { Pair, until } from "../support/pair.ts";

Deno.test("both ends are healthy once the path is up and the AE answers, and not before", async () => {
  await using pair = await Pair.open();
  await until(() => pair.rct.health(Date.now()).ok, "the RCT's health");
  assertEquals(pair.spt.health(Date.now()), { ok: true, faults: [] });
  await pair.rct.close(500);
  await until(() => !pair.spt.health(Date.now()).ok, "the SPT's fault");
  assertEquals(pair.spt.health(Date.now()).faults.map(({ rule }) => rule), ["path-failed"]);
  await pair.openRct();
  await until(() => pair.spt.health(Date.now()).ok, "the SPT's health again");
});
