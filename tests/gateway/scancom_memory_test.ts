import { assert, assertEquals } from "@std/assert";
import { unknownSite } from "../../adapters/scancom/site_state.ts";
import { keptSites } from "../../src/gateway/scancom_memory.ts";

Deno.test("what was set is there after a restart, the last of many changes too", async () => {
  const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
  const path = `${dir}/j.sites.json`;
  const sites = await keptSites(path, () => {});
  for (let at = 0; at < 50; at++) sites.set(`${1000 + at}`, { channels: { "7": "65555555" } });
  sites.set("1000", { channels: { "7": "55555556" } });
  await sites.flush();
  const again = await keptSites(path, () => {});
  assertEquals([again.size, again.get("1000")], [50, { channels: { "7": "55555556" } }]);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a file cut anywhere by a power cut: nothing throws, the sites are not known, and new ones are kept", async () => {
  const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
  const path = `${dir}/j.sites.json`;
  const whole = JSON.stringify({ "1234": { channels: { "7": "65555555" }, lowBattery: true } });
  for (let length = 0; length < whole.length; length++) {
    await Deno.writeTextFile(path, whole.slice(0, length));
    const logged: string[] = [];
    const sites = await keptSites(path, (_level, rule) => void logged.push(rule));
    assertEquals([sites.get("1234"), logged], [unknownSite, ["sites-not-read"]], `${length} octets`);
  }
  const sites = await keptSites(path, () => {});
  sites.set("77", { channels: { "7": "65555555" } });
  await sites.flush();
  assertEquals((await keptSites(path, () => {})).size, 1);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a folder that cannot be written costs a warning and nothing else", async () => {
  const logged: string[] = [];
  const sites = await keptSites("/nowhere/at/all.json", (_level, rule) => void logged.push(rule));
  sites.set("1234", { channels: {} });
  await sites.flush();
  assert(logged.includes("sites-not-written"));
  assertEquals(sites.get("1234"), { channels: {} });
});
