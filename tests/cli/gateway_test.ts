import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { VERSION } from "../../src/version.ts";
import { Child, runDeno, taskArguments } from "../support/child.ts";
import { Installed, log, type LogLine } from "../support/installed.ts";
import { until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

/** Contact ID of account 1234: burglary in zones 15 and 16, and the restore of zone 15. */
const FIRST = new TextEncoder().encode("1234181131010158\r\n");
const SECOND = new TextEncoder().encode("1234183131010156\r\n");
const THIRD = new TextEncoder().encode("1234181131010167\r\n");

/** Ends a gateway with a signal: it says that it drains, and ends with status 0. */
async function stop(child: Child, signal: "SIGTERM" | "SIGINT"): Promise<void> {
  child.signal(signal);
  assertEquals(await child.status(), 0, child.err);
  const lines = log(child);
  const draining = lines.find(({ rule }) => rule === "stopping");
  assertEquals(draining?.message, `${signal}: draining, then closing`);
  assertEquals([lines.at(-1)?.rule, lines.at(-1)?.message], ["stopped", "everything is closed"]);
}

Deno.test("init, start, alarm, stop, start again: everything the panel was acknowledged arrives, once", async () => {
  await using pair = await Installed.make();
  const { ports } = pair;
  const centre = new DemoCentre(ports.ae);
  const panel = panelAt(ports.panel, 1);
  try {
    {
      await using rct = await pair.run("rct");
      await rct.shows('"started"', "err");
      centre.start();
      await using spt = await pair.run("spt");
      await spt.shows('"started"', "err");
      await until(async () => await pair.healthy("spt") && await pair.healthy("rct"), "both in health");
      assert(await panel.send(FIRST, isAck));
      await until(() => centre.alarms === 1, "the first alarm at the AE");

      // One is at the AE, unanswered, when the RCT is asked to stop; one waits behind it.
      centre.ae.behaviour = { kind: "silent" };
      assert(await panel.send(SECOND, isAck));
      await until(() => centre.alarms === 2, "the second alarm at the AE");
      assert(await panel.send(THIRD, isAck));
      await stop(rct, "SIGTERM");
      await stop(spt, "SIGINT");
      assertStringIncludes(log(spt).find(({ rule }) => rule === "listening")!.message, "store-and-forward");
    }
    centre.ae.behaviour = { kind: "ack" };
    await using rct = await pair.run("rct");
    await using spt = await pair.run("spt");
    await until(() => centre.alarms === 3, "all alarms at the AE");
    await until(async () => await pair.healthy("spt") && await pair.healthy("rct"), "both in health again");
    assertEquals(centre.doubled, 0);
    // Without the message type: what may have been handed over before the stop comes as 98, a possible repeat.
    const events = centre.ae.alarms.filter(({ seenBefore }) => !seenBefore).map(({ raw }) =>
      new TextDecoder().decode(raw).slice(7, -1)
    );
    assertEquals(events, ["1234E13101015", "1234R13101015", "1234E13101016"]);
    await stop(spt, "SIGTERM");
    await stop(rct, "SIGTERM");
  } finally {
    panel.close();
    await centre.stop();
  }
});

Deno.test("asked to stop while the software has an alarm in hand: its answer is waited for, and nothing comes twice", async () => {
  await using pair = await Installed.make();
  // An RCT that started anew knows no session; the SPT sees it when its transmissions stay unanswered. Here: soon.
  await pair.change("spt", 'heartbeat = "30s"', 'heartbeat = "30s"\nresponse_timeout = "200ms"');
  const { ports } = pair;
  const centre = new DemoCentre(ports.ae);
  const panel = panelAt(ports.panel, 1);
  try {
    await using spt = await pair.run("spt");
    {
      await using rct = await pair.run("rct");
      await rct.shows('"started"', "err");
      await spt.shows('"started"', "err");
      centre.start();
      await until(async () => await pair.healthy("spt") && await pair.healthy("rct"), "both in health");
      centre.ae.behaviour = { kind: "late", ms: 1500 };
      assert(await panel.send(FIRST, isAck));
      await until(() => centre.alarms === 1, "the alarm at the AE");
      await stop(rct, "SIGTERM");
    }
    centre.ae.behaviour = { kind: "ack" };
    await using rct = await pair.run("rct");
    await rct.shows('"started"', "err");
    assert(await panel.send(SECOND, isAck));
    await until(() => centre.alarms === 2, "the next alarm at the AE");
    assertEquals(centre.lines.length, 2, centre.lines.join("\n"));
    await stop(rct, "SIGTERM");
    await stop(spt, "SIGTERM");
  } finally {
    panel.close();
    await centre.stop();
  }
});

Deno.test("a site that stops while its centre is away keeps its alarm for the next start", async () => {
  await using pair = await Installed.make();
  const panel = panelAt(pair.ports.panel, 1);
  const centre = new DemoCentre(pair.ports.ae);
  try {
    {
      await using spt = await pair.run("spt");
      await spt.shows('"started"', "err");
      assertEquals(await pair.healthy("spt"), false, "no RCT answers");
      assert(await panel.send(FIRST, isAck));
      await stop(spt, "SIGTERM");
    }
    await using rct = await pair.run("rct");
    await rct.shows('"started"', "err");
    centre.start();
    await using spt = await pair.run("spt");
    await until(() => centre.alarms === 1, "the alarm at the AE");
    assertEquals(centre.lines.length, 1);
    await stop(spt, "SIGTERM");
    await stop(rct, "SIGTERM");
  } finally {
    panel.close();
    await centre.stop();
  }
});

Deno.test("deno task: the gateway starts under it, and SIGTERM to it stops the gateway cleanly", async () => {
  await using pair = await Installed.make();
  await using task = new Child(["task", "--quiet", "rct", "--config", pair.file("rct")]);
  await task.shows('"started"', "err");
  task.signal("SIGTERM");
  await task.shows('"stopped"', "err");
  assertEquals(await task.status(), 0);
});

Deno.test("a configuration with errors: status 78, and file, line and key of each", async () => {
  await using pair = await Installed.make();
  const { folder, ports } = pair;
  const key = /master_key = "([0-9a-f]{64})"/.exec(await folder.read("spt.toml"))![1]!;
  const lines = {
    heartbeat: await pair.change("spt", 'heartbeat = "30s"', 'heartbeat = "soon"'),
    key: await pair.change("spt", `master_key = "${key}"`, `master_key = "${key.slice(0, -1)}x"`),
    listen: await pair.change("spt", `listen = "127.0.0.1:${ports.panel}"`, 'lisen = "127.0.0.1:1"'),
  };
  const spt = await pair.refused("spt");
  assertEquals(spt.code, 78);
  const told = spt.err.trimEnd().split("\n");
  for (
    const [line, name] of [
      [lines.heartbeat, "rct.heartbeat"],
      [lines.key, "identity.master_key"],
      [lines.listen, "input.lisen"],
    ] as const
  ) {
    const place = `${pair.file("spt")}:${line}: ${name}: `;
    assert(told.some((text) => text.startsWith(place)), `${place} in:\n${spt.err}`);
  }
  for (const text of told) assertMatch(text, /^out\/[\w-]+\/spt\.toml:\d+: [\w.]+: /);
  assert(!spt.err.includes(key.slice(0, 16)), "part of the key was shown");

  const line = await pair.change("rct", 'output = "automation"', 'output = "automaton"');
  const rct = await pair.refused("rct");
  assertEquals(rct.code, 78);
  assertStringIncludes(rct.err, `${pair.file("rct")}:${line}: site.output: `);

  const absent = await pair.refused("rct", `${folder.path}/none.toml`);
  assertEquals(absent, {
    code: 78,
    err: `${folder.path}/none.toml: there is no such file: tocsin init makes one\n`,
  });
});

Deno.test("a port in use: status 69, and what wanted which port", async () => {
  await using pair = await Installed.make();
  const { ports } = pair;
  const cases = [
    ["spt", "tcp", ports.panel, ["input panel", `127.0.0.1:${ports.panel}`]],
    ["spt", "tcp", ports.spt, ["status page", `127.0.0.1:${ports.spt}`]],
    ["rct", "tcp", ports.rct, ["status page", `127.0.0.1:${ports.rct}`]],
    ["rct", "tcp", ports.ae, ["output automation", `127.0.0.1:${ports.ae}`]],
    ["rct", "udp", ports.udp, ["UDP", `:${ports.udp}`]],
  ] as const;
  for (const [role, transport, port, words] of cases) {
    const taken = transport === "tcp"
      ? Deno.listen({ hostname: "127.0.0.1", port })
      : Deno.listenDatagram({ transport, hostname: "0.0.0.0", port });
    try {
      const { code, err } = await pair.refused(role);
      assertEquals(code, 69, err);
      const failed = err.trimEnd().split("\n").map((line) => JSON.parse(line) as LogLine).find(({ rule }) =>
        rule === "start-failed"
      );
      assertEquals(failed?.level, "error", err);
      for (const word of words) assertStringIncludes(failed!.message, word);
    } finally {
      taken.close();
    }
  }
});

Deno.test("a second gateway on the same journal is refused, and the first goes on", async () => {
  await using pair = await Installed.make();
  const { ports, folder } = pair;
  const centre = new DemoCentre(ports.ae);
  const panel = panelAt(ports.panel, 1);
  try {
    await using rct = await pair.run("rct");
    await using spt = await pair.run("spt");
    await rct.shows('"started"', "err");
    await spt.shows('"started"', "err");
    centre.start();
    const text = await folder.read("spt.toml");
    await folder.write(
      "second.toml",
      text.replace(`127.0.0.1:${ports.panel}`, `127.0.0.1:${freePort("tcp")}`)
        .replace(`port = ${ports.spt}`, `port = ${freePort("tcp")}`),
    );
    const second = await pair.refused("spt", `${folder.path}/second.toml`);
    assertEquals(second.code, 69);
    const { rule, message } = JSON.parse(second.err) as LogLine;
    assertEquals(rule, "start-failed");
    assertStringIncludes(
      message,
      `Another Tocsin (process ${spt.pid}) has journal ${folder.path}/data/spt.sqlite`,
    );
    assertEquals((await pair.refused("rct")).code, 69);
    assert(await panel.send(FIRST, isAck));
    await until(() => centre.alarms === 1, "the alarm at the AE");
    await stop(spt, "SIGTERM");
    await stop(rct, "SIGTERM");
  } finally {
    panel.close();
    await centre.stop();
  }
});

Deno.test("wrong arguments: status 64, what is wrong, and where the options are; none at all: the help", async () => {
  const cases: [string[], string][] = [
    [[], "tocsin COMMAND"],
    [["rtc"], 'no command "rtc"'],
    [["rct"], "--config FILE is missing"],
    [["spt"], "--config FILE is missing"],
    [["dtls"], "--config FILE is missing"],
    [["spt", "--config"], "--config FILE is missing"],
    [["rct", "--confg", "rct.toml"], "--confg: unknown"],
    [["spt", "spt.toml"], "spt.toml: unknown"],
    [["rct", "--config", "a", "--config", "b"], "found several times"],
    [["dtls", "--config", "a", "--pcap", "b"], '--pcap is for "tocsin spt" and "tocsin rct"'],
    [["init"], "expected --site NAME"],
    [["probe"], "rct or spt is missing"],
    [["command"], "--config FILE is missing"],
    [["commission"], "--config FILE is missing"],
  ];
  const flags = await taskArguments("tocsin");
  for (const [args, message] of cases) {
    const { code, out, err } = await runDeno([...flags, ...args]);
    const [command] = args;
    assertEquals(code, command === "init" ? 2 : 64, args.join(" "));
    const shown = args.length === 0 ? out : err;
    assertStringIncludes(shown, message);
    if (command === undefined || command === "rtc") assertStringIncludes(shown, "decode");
    else if (args.length === 1) {
      assertMatch(shown, new RegExp(`\n\n.*tocsin ${command} .* +--config FILE|`, "s"));
    } else assertEquals(shown.split("\n").slice(1), [`All options: tocsin ${command} --help`, ""]);
  }
});

Deno.test("--help and --version go to standard output with status 0", async () => {
  const flags = await taskArguments("tocsin");
  for (const option of ["--version", "-V"]) {
    assertEquals(await runDeno([...flags, option]), { code: 0, out: `${VERSION}\n`, err: "" });
  }
  for (const option of ["--help", "-h", "help"]) {
    const { code, out, err } = await runDeno([...flags, option]);
    assertEquals([code, err], [0, ""]);
    for (const command of ["spt", "rct", "init", "decode", "demo"]) {
      assertMatch(out, new RegExp(`^  ${command} `, "m"));
    }
  }
  for (const command of ["spt", "rct", "init", "decode", "demo"]) {
    const { code, out, err } = await runDeno([...flags, command, "--help"]);
    assertEquals([code, err], [0, ""], command);
    assertStringIncludes(out, `tocsin ${command} `);
  }
});
