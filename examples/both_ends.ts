// Runs a centre and a site in one process, from the files that `tocsin init` wrote; handy for a first look in a lab.
// Run: deno run --allow-net --allow-read=. --allow-write=. examples/both_ends.ts [folder]
import { loadRctConfig, loadSptConfig, Rct, Spt } from "../mod.ts";

const folder = Deno.args[0] ?? ".";
const centre = await loadRctConfig(`${folder}/rct.toml`);
const site = await loadSptConfig(`${folder}/spt.toml`);
for (const result of [centre, site]) {
  if (!result.ok) {
    for (const { file, line, message } of result.errors) console.error(`${file}:${line}: ${message}`);
  }
}
if (!centre.ok || !site.ok) Deno.exit(78);

const rct = await Rct.open(centre.config);
const spt = await Spt.open(site.config);
spt.subscribe((event) => {
  if (event.type === "hop") console.log(event.account, event.label, event.hop.step, event.hop.detail);
});
for (const input of spt.inputs) console.log(`panel: TCP ${input.port}`);
for (const output of rct.outputs) console.log(`automation software: TCP ${output.port}`);

Deno.addSignalListener("SIGINT", async () => {
  await spt.close();
  await rct.close();
  Deno.exit(0);
});
