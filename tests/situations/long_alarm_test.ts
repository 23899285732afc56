import { assert, assertEquals } from "@std/assert";
import { writeFrame } from "../../adapters/dc09/mod.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import { change, SPT } from "../config/samples.ts";
import { Pair } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";
import { until } from "../support/until.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

Deno.test("an alarm of the longest message that DC-09 knows does not hold up those behind it", async () => {
  const text = change(SPT, 'name = "galaxy"\nlanguage = "sia"\n', 'name = "new"\nlanguage = "dc09"\n');
  const read = parseSptConfig(text, "spt.toml");
  assert(read.ok, JSON.stringify(read));
  const config = read.config.inputs[0]!;
  await using pair = await Pair.open({
    adjust: (spt) =>
      void spt.inputs.push({
        ...config,
        line: { kind: "network", hostname: "127.0.0.1", port: 0, transport: "tcp" },
      }),
  });
  const port = pair.spt.inputs.find(({ name }) => name === "new")!.port;
  const panel = panelAt(port);
  const kept = () => true;
  const long = "x".repeat(3900);
  assert(await panel.send(writeFrame(ascii(`"SIA-DCS"0001L0#1234[#1234|Nri1BA5^${long}^]`)), kept));
  assert(await panel.send(writeFrame(ascii('"SIA-DCS"0002L0#1234[#1234|Nri1BA6]')), kept));
  panel.close();
  await until(() => pair.centre.lines.some((line) => line.includes("BA6")), "the alarm behind it", 30_000);
  await until(() => pair.centre.lines.some((line) => line.includes("BA5")), "the long alarm", 30_000);
  assertEquals(pair.centre.doubled, 0);
});
