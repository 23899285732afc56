import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import siaBlocks from "../../adapters/sia/vectors/sia_dc03_block.json" with { type: "json" };
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { isAck, isSiaAck } from "../../src/demo/panel_player.ts";
import { httpApp } from "../../src/http/app.ts";
import { serveHttp } from "../../src/http/server.ts";
import { Child, ROOT, WorkFolder } from "../support/child.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const FIRST = new TextEncoder().encode("1234181131010158\r\n");
const SECOND = new TextEncoder().encode("1234183131010156\r\n");

/** A Galaxy's closing report by user 001, as captured: account, event, text, end of data. */
const BURST = ["S05", "S01", "S06", "S07"].map((id) =>
  Uint8Array.fromHex(siaBlocks.find((vector) => vector.id === id)!.wire.replaceAll(" ", ""))
);

/** The text in that capture, runs of blanks as one. */
const TEXT = "+INBROTT IR Sovrum Ö";

/** The line of the header that says how to run an example. */
async function runLine(name: string): Promise<string> {
  const text = await Deno.readTextFile(`${ROOT}examples/${name}.ts`);
  const comment = text.split("\n").filter((line) => line.startsWith("//")).join(" ");
  const run = new RegExp(`Run: deno (run .*?examples/${name}\\.ts)`).exec(comment);
  assert(run !== null, `${name}.ts does not say how it is run`);
  return run[1]!;
}

/** Starts an example with no rights but those that its header names. */
async function example(name: string, args: string[] = [], cwd = ROOT): Promise<Child> {
  const words = (await runLine(name)).split(" ").slice(0, -1);
  return new Child([...words, "--no-prompt", `${ROOT}examples/${name}.ts`, ...args], { cwd });
}

/** What stands in a line after a word. */
function after(text: string, word: RegExp): number {
  return Number(new RegExp(`${word.source} (\\d+)`).exec(text)?.[1]);
}

Deno.test("examples are short, say how they are run, and ask for no right they do not name", async () => {
  let seen = 0;
  for await (const { name } of Deno.readDir(`${ROOT}examples`)) {
    if (!name.endsWith(".ts")) continue;
    seen++;
    const lines = (await Deno.readTextFile(`${ROOT}examples/${name}`)).trimEnd().split("\n").length;
    // A whole language takes a little more.
    assertLess(lines, name === "own_panel_language.ts" ? 60 : 40, name);
    const line = await runLine(name.slice(0, -3));
    for (const word of line.split(" ").slice(1, -1)) {
      assertMatch(word, /^--allow-(net|read=\.|write=[\w.]+)$/);
    }
  }
  assertEquals(seen, 7, "an example without a test?");
});

Deno.test("ip_message.ts opens what it has sealed", async () => {
  await using child = await example("ip_message");
  assertEquals([await child.status(), child.err], [0, ""]);
  assertEquals(child.out, "132 octets; EVENT_MSG, room vault\n");
});

Deno.test("decode_capture.ts says who closed which site", async () => {
  await using child = await example("decode_capture");
  assertEquals([await child.status(), child.err], [0, ""]);
  assertEquals(child.out, "account 027978: CL Closing Report, user 001\n");
});

Deno.test("panel_to_log.ts: what it acknowledged is in the file, also after a kill", async () => {
  await using folder = await WorkFolder.make();
  await using child = await example("panel_to_log", ["0"], `${ROOT}${folder.path}`);
  await child.shows(/listening on \d+\n/);
  const panel = panelAt(after(child.out, /listening on/), 1);
  try {
    for (const frame of BURST) assert(await panel.send(frame, isSiaAck));
    child.signal("SIGKILL");
    const lines = (await folder.read("alarms.log")).trimEnd().split("\n").map((line) => line.split("\t"));
    for (const [time] of lines) assertMatch(time!, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const alarm = ["027978", "CL", "Closing Report", "", "", "001"];
    assertEquals(lines.map((line) => line.slice(1)), [[...alarm, ""], [...alarm, TEXT]]);
  } finally {
    panel.close();
  }
});

Deno.test("panel_to_log.ts tells of bytes it cannot read", async () => {
  await using folder = await WorkFolder.make();
  await using child = await example("panel_to_log", ["0"], `${ROOT}${folder.path}`);
  await child.shows(/listening on \d+\n/);
  using panel = await Deno.connect({ hostname: "127.0.0.1", port: after(child.out, /listening on/) });
  const damaged = BURST[1]!.slice();
  damaged[5]! ^= 1;
  await panel.write(damaged);
  await child.shows(/^127\.0\.0\.1:\d+: [a-z-]+: .{20,}$/m, "err");
  assertEquals(await folder.read("alarms.log"), "");
});

Deno.test("panel_to_automation.ts: the panel is acknowledged when the software has acknowledged, not before", async () => {
  await using child = await example("panel_to_automation", ["0", "0"]);
  await child.shows(/panels \d+, automation \d+\n/);
  const centre = new DemoCentre(after(child.out, /automation/));
  const panel = panelAt(after(child.out, /panels/), 1);
  try {
    let acknowledged = false;
    const sending = panel.send(FIRST, isAck).then((yes) => acknowledged = yes);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertEquals(acknowledged, false, "acknowledged without automation software");
    centre.start();
    assert(await sending);
    assertEquals(centre.alarms, 1);
    assertMatch(centre.lines[0]!, /^5011 [19]81234E13101015<DC4>$/);
    assert(await panel.send(SECOND, isAck));
    assertEquals([centre.alarms, centre.doubled], [2, 0]);
    await child.shows(/^delivered: 1234 131 .+\ndelivered: 1234 131 .+\n/m);
    assertEquals(child.err, "");
  } finally {
    panel.close();
    await centre.stop();
  }
});

for (const role of ["spt", "rct"] as const) {
  Deno.test(`watch_gateway.ts follows an alarm and a fault of a running ${role.toUpperCase()}`, async () => {
    await using pair = await Pair.open();
    await until(() => pair.spt.health(0).ok && pair.rct.health(0).ok, "health");
    const server = serveHttp(httpApp(pair[role]), { port: 0 });
    const panel = panelAt(pair.ports.contactId);
    try {
      await using child = await example("watch_gateway", [`http://127.0.0.1:${server.addr.port}`]);
      await child.shows("all is well\n");
      await child.shows(/^hello /m);
      assert(await panel.send(FIRST, isAck));
      await child.shows(role === "spt" ? /^1234 131 .+ delivered EVENT_RESP/m : /^1234 131 .+ delivered /m);
      for (const step of ["received", "stored"]) {
        assertMatch(child.out, new RegExp(`^1234 131 \\S.* ${step} `, "m"));
      }
      if (role === "rct") {
        await pair.centre.stop();
        await child.shows(/^fault ae-absent:automation output automation: /m);
        pair.centre.start();
        await child.shows(/^restored ae-absent:automation /m);
      } else {
        await pair.rct.close(0);
        await child.shows(/^fault path-failed path to the RCT: /m);
        await pair.openRct();
        await child.shows(/^restored path-failed /m);
      }
      assert(!child.out.includes("undefined"), child.out);
      assertEquals(child.err, "");
    } finally {
      panel.close();
      await server.shutdown();
    }
  });
}

Deno.test("watch_gateway.ts names the faults it finds", async () => {
  await using pair = await Pair.open();
  await pair.centre.stop();
  await until(() => !pair.rct.health(0).ok, "the fault");
  const server = serveHttp(httpApp(pair.rct), { port: 0 });
  try {
    await using child = await example("watch_gateway", [`http://127.0.0.1:${server.addr.port}`]);
    await child.shows("faults: ae-absent:automation\n");
  } finally {
    await server.shutdown();
  }
});

Deno.test("both_ends.ts: a centre and a site from the files of a folder, and Ctrl-C ends both", async () => {
  await using folder = await WorkFolder.make();
  const { ports } = await writeDemoConfigs(`${ROOT}${folder.path}`);
  await using child = await example("both_ends", [folder.path]);
  await child.shows(`automation software: TCP ${ports.ae}\n`);
  for (const port of [ports.sia, ports.contactId, ports.texecom]) {
    assertStringIncludes(child.out, `panel: TCP ${port}\n`);
  }
  const centre = new DemoCentre(ports.ae);
  const panel = panelAt(ports.contactId);
  try {
    centre.start();
    assert(await panel.send(FIRST, isAck));
    await until(() => centre.alarms === 1, "the alarm at the AE");
    await child.shows(/^1234 131 .+ delivered EVENT_RESP acknowledge from RCT$/m);
    child.signal("SIGINT");
    assertEquals(await child.status(), 0);
  } finally {
    panel.close();
    await centre.stop();
  }
});

Deno.test("both_ends.ts: files with errors are told, line by line, with status 78", async () => {
  await using folder = await WorkFolder.make();
  await folder.write("rct.toml", "name = 1\n");
  await folder.write("spt.toml", "name = 1\n");
  await using child = await example("both_ends", [folder.path]);
  assertEquals(await child.status(), 78);
  for (const file of ["rct.toml", "spt.toml"]) assertStringIncludes(child.err, `${folder.path}/${file}:1: `);
});
