import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { loadRctConfig, loadSptConfig } from "../../src/config/load.ts";
import { writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { ROOT, WorkFolder } from "../support/child.ts";
import "../support/own_ports.ts";

Deno.test("the demo's files are read without an error or a warning; every language over a network has an input", async () => {
  await using folder = await WorkFolder.make();
  const { spt, rct, ports } = await writeDemoConfigs(`${ROOT}${folder.path}`);
  const site = await loadSptConfig(spt), centre = await loadRctConfig(rct);
  assert(site.ok && centre.ok);
  assertEquals([...site.warnings, ...centre.warnings], []);
  const inputs = site.config.inputs.map(({ language, line }) => {
    assert(line.kind === "network");
    assertEquals(line.hostname, "127.0.0.1");
    return [language, line.transport, line.port];
  });
  assertEquals(inputs, [
    ["sia", "tcp", ports.sia],
    ["contact-id", "tcp", ports.contactId],
    ["texecom", "tcp", ports.texecom],
    ["scancom", "tcp", ports.scancom],
    ["dc09", "tcp", ports.dc09],
    ["dc09", "udp", ports.dc09Udp],
    ["vds2465-tcp", "tcp", ports.vds2465],
  ]);
  assertEquals(new Set(Object.values(ports)).size, Object.values(ports).length, "no port is given twice");
});

Deno.test("each run of the demo has keys of its own, for the path and for the panels", async () => {
  await using one = await WorkFolder.make();
  await using two = await WorkFolder.make();
  const [first, second] = await Promise.all(
    [one, two].map((folder) => writeDemoConfigs(`${ROOT}${folder.path}`)),
  );
  assertNotEquals(first!.panelKeys.dc09, second!.panelKeys.dc09);
  assertNotEquals(first!.panelKeys.vds2465, second!.panelKeys.vds2465);
  const master = async ({ spt }: { spt: string }) =>
    /^master_key = "(\w+)"$/m.exec(await Deno.readTextFile(spt))?.[1];
  assertNotEquals(await master(first!), await master(second!));
});
