/** What of the peers' packages is loaded, and that this folder tests with the versions that Tocsin runs with. */
import { assert, assertEquals } from "@std/assert";
import { createRequire } from "node:module";
import { SiaReceiver } from "./iobroker_sia.ts";
import { VdsReceiver } from "./iobroker_vds2465.ts";

Deno.test("of the peers the receiver classes are loaded, and nothing of the system they are a part of", () => {
  assertEquals([SiaReceiver.name, VdsReceiver.name], ["sia", "vds2465server"]);
  const files = Object.keys(createRequire(import.meta.url).cache).map((file) => file.replaceAll("\\", "/"));
  const own = files.filter((file) => file.includes("/iobroker.")).map((file) =>
    file.split("/").slice(-2).join("/")
  );
  assertEquals(own.sort(), [
    "lib/sia.js",
    "lib/tools.js",
    "lib/vds2465server.js",
  ]);
  assertEquals(files.filter((file) => file.includes("@iobroker/")), []);
});

Deno.test("what both folders import has one version", async () => {
  const imports = async (path: string): Promise<Record<string, string>> =>
    JSON.parse(await Deno.readTextFile(new URL(path, import.meta.url))).imports;
  const main = await imports("../../deno.json");
  const here = await imports("./deno.json");
  // These two are files of ours in the main configuration.
  const ours = ["@std/assert", "fast-check"];
  const shared = Object.keys(here).filter((key) => key in main && !ours.includes(key));
  assert(shared.length > 0);
  assertEquals(shared.map((key) => here[key]), shared.map((key) => main[key]));
});
