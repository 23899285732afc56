import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { type DemoConfigs, writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { playSimulated, simulatedTraffic } from "../../src/demo/simulated_panels.ts";
import { Child, ROOT, taskArguments, WorkFolder } from "../support/child.ts";
import { Collected, tap } from "../support/collected.ts";
import { keysShown } from "../support/key_search.ts";
import { until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const ALARM = new TextEncoder().encode("1234181131010158\r\n");

/** The keys that stand in a configuration. */
function keysOf(text: string): Uint8Array[] {
  return [...text.matchAll(/^master_key = "([0-9a-f]{64})"$/gm)].map(([, hex]) => Uint8Array.fromHex(hex!));
}

async function start(role: "spt" | "rct", file: string): Promise<Child> {
  return new Child([...await taskArguments(role), "--config", file]);
}

/** Asks each gateway everything its window answers, and what it refuses. */
async function askEverything(collected: Collected, { ports }: DemoConfigs): Promise<void> {
  for (const port of [ports.sptHttp, ports.rctHttp]) {
    const url = `http://127.0.0.1:${port}`;
    const paths = [
      "/healthz",
      "/api/status",
      "/api/alarms?limit=500",
      "/",
      "/page.js",
      "/page.css",
      "/api/keys",
    ];
    paths.push("/api/alarms?limit=master_key", "/spt.toml", "/..%2frct.toml", "/data/rct.sqlite");
    for (const path of paths) await collected.fetch(url + path);
    await collected.fetch(`${url}/api/status`, { method: "POST", body: "master_key" });
    await collected.fetch(`${url}/api/status`, { headers: { "sec-fetch-site": "cross-site" } });
  }
}

/** Follows what a gateway tells live, until aborted. */
async function follow(collected: Collected, port: number, signal: AbortSignal): Promise<void> {
  const url = `http://127.0.0.1:${port}/api/events`;
  try {
    const { body } = await fetch(url, { signal });
    for await (const chunk of body!) collected.add(`live ${url}`, chunk);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

Deno.test("no key in log, pages, live events, datagrams or journals: an alarm's way, and a site with a wrong key", async () => {
  await using folder = await WorkFolder.make();
  const configs = await writeDemoConfigs(`${ROOT}${folder.path}`);
  const { ports } = configs;
  const collected = new Collected();
  const way = tap(ports.udp, collected);
  const right = (await folder.read("spt.toml")).replace(`port = ${ports.udp}`, `port = ${way.port}`);
  const keys = keysOf(right);
  const wrongKey = crypto.getRandomValues(new Uint8Array(32));
  const panelKeys = Object.values(configs.panelKeys).map((text) =>
    Uint8Array.fromHex(text.split(":").at(-1)!)
  );
  const wrongPanelKey = crypto.getRandomValues(new Uint8Array(16));
  keys.push(wrongKey, ...panelKeys, wrongPanelKey);
  assertEquals(keysShown(new TextEncoder().encode(right), keys), ["hex", "hex in groups"], "the control");
  const centre = new DemoCentre(ports.ae);
  const panel = panelAt(ports.contactId);
  const looking = new AbortController();
  const followers: Promise<void>[] = [];
  const watch = (port: number) => followers.push(follow(collected, port, looking.signal));
  try {
    await using rct = await start("rct", `${folder.path}/rct.toml`);
    await rct.shows('"started"', "err");
    watch(ports.rctHttp);
    centre.start();

    await folder.write("spt.toml", right.replace(keys[0]!.toHex(), wrongKey.toHex()));
    {
      await using spt = await start("spt", `${folder.path}/spt.toml`);
      await spt.shows('"started"', "err");
      watch(ports.sptHttp);
      assert(await panel.send(ALARM, isAck));
      await rct.shows('"unauthentic"', "err");
      await spt.shows('"path-failed"', "err");
      await askEverything(collected, configs);
      spt.signal("SIGTERM");
      assertEquals(await spt.status(), 0);
      collected.addChild("SPT with a wrong key", spt);
    }

    await folder.write("spt.toml", right);
    await using spt = await start("spt", `${folder.path}/spt.toml`);
    await spt.shows('"started"', "err");
    watch(ports.sptHttp);
    await until(() => centre.alarms === 1, "the alarm at the AE");
    // Panels with keys of their own, and one with a wrong one.
    const traffic = simulatedTraffic(configs, 60_000);
    for (const transmission of traffic) {
      assert((await playSimulated(transmission)).acknowledged, transmission.title);
    }
    await until(() => centre.alarms === 1 + traffic.length, "the panels' alarms at the AE");
    const stray = traffic.find(({ language }) => language === "dc09")!;
    const settings = { ...stray.settings, key: wrongPanelKey.toHex(), waitMs: 200, tries: 1 };
    assert(!(await playSimulated({ ...stray, settings })).acknowledged);
    await spt.shows('"wrong-key"', "err");
    // Datagrams that nobody sealed, and panel bytes that nobody can read: refusals are told, too.
    const noise = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    for (let i = 1; i < 60; i += 7) {
      const to = { transport: "udp" as const, hostname: "127.0.0.1", port: ports.udp };
      await noise.send(crypto.getRandomValues(new Uint8Array(i * 4)), to);
    }
    noise.close();
    {
      using stranger = await Deno.connect({ hostname: "127.0.0.1", port: ports.contactId });
      await stranger.write(new TextEncoder().encode("no alarm at all\r\n"));
      await spt.shows('"noise"', "err");
    }
    await centre.stop();
    await rct.shows("ae-absent:automation", "err");
    await askEverything(collected, configs);
    for (const child of [spt, rct]) {
      child.signal("SIGTERM");
      assertEquals(await child.status(), 0);
    }
    collected.addChild("SPT", spt);
    collected.addChild("RCT", rct);
    for (const line of centre.lines) collected.add("AE", new TextEncoder().encode(line));
  } finally {
    looking.abort();
    await Promise.all(followers);
    panel.close();
    await centre.stop();
    await way.close();
  }
  for await (const { name } of Deno.readDir(`${ROOT}${folder.path}`)) {
    if (name.includes(".sqlite")) collected.add(name, await Deno.readFile(`${ROOT}${folder.path}/${name}`));
  }
  for (
    const [where, atLeast] of [
      ["SPT, standard error", 500],
      ["SPT with a wrong key, standard error", 500],
      ["RCT, standard error", 500],
      ["UDP, SPT to RCT", 1000],
      ["UDP, RCT to SPT", 300],
      [`live http://127.0.0.1:${ports.sptHttp}/api/events`, 100],
      [`live http://127.0.0.1:${ports.rctHttp}/api/events`, 500],
      [`GET http://127.0.0.1:${ports.rctHttp}/api/status`, 500],
      [`GET http://127.0.0.1:${ports.rctHttp}/`, 500],
      ["spt.sqlite", 4096],
      ["rct.sqlite", 4096],
      ["AE", 20],
    ] as const
  ) assertGreater(collected.size(where), atLeast, `too little collected to prove anything: ${where}`);
  collected.holdsNone(keys);
});

Deno.test("no key in what is said of a broken configuration", async () => {
  await using folder = await WorkFolder.make();
  await writeDemoConfigs(`${ROOT}${folder.path}`);
  for (const role of ["spt", "rct"] as const) {
    const sound = await folder.read(`${role}.toml`);
    const [key] = keysOf(sound);
    const hex = key!.toHex(), line = `master_key = "${hex}"`;
    const other = role === "spt" ? "rct_device_id" : "acknowledge";
    const broken: [string, string][] = [
      ["a digit short", sound.replace(line, line.slice(0, -2) + '"')],
      ["a digit too many", sound.replace(hex, `${hex}a`)],
      ["a letter that is no digit", sound.replace(hex, `${hex.slice(0, -1)}O`)],
      ["upper case and blanks", sound.replace(hex, ` ${hex.toUpperCase().slice(0, 62)} `)],
      ["as base64", sound.replace(hex, key!.toBase64())],
      ["no quotes", sound.replace(line, `master_key = ${hex}`)],
      ["one quote", sound.replace(line, `master_key = "${hex}`)],
      ["twice", sound.replace(line, `${line}\n${line}`)],
      ["a list of octets", sound.replace(line, `master_key = [${key!.join(", ")}]`)],
      ["a misspelt name", sound.replace("master_key", "master_kay")],
      ["as the name of a key", sound.replace(line, `"${hex}" = 1`)],
      ["as the name of a table", sound.replace(line, `${line}\n[${hex}]\n`)],
      ["where a number belongs", sound.replace(/^port = \d+$/m, `port = "${hex}"`)],
      ["where a choice belongs", sound.replace(new RegExp(`^${other} = .*$`, "m"), `${other} = "${hex}"`)],
      ["as the handle", sound.replace(/^master_handle = .*$/m, `master_handle = "${hex}"`)],
      ["as the host", sound.replace(/^host = .*$/m, `host = "${hex}"`)],
      ["a line of its own", sound.replace(line, `${line}\n${hex}`)],
      ["not UTF-8", ""],
    ];
    for (const [what, text] of broken) {
      await folder.write(`${role}.toml`, text);
      if (what === "not UTF-8") {
        const bytes = new Uint8Array([
          ...new TextEncoder().encode(sound.replace(line, line.slice(0, -1))),
          0xff,
        ]);
        await Deno.writeFile(`${ROOT}${folder.path}/${role}.toml`, bytes);
      }
      await using child = await start(role, `${folder.path}/${role}.toml`);
      // A host's name that cannot be known is no error of the file.
      if (what === "as the host") {
        await until(() => child.err !== "" || child.out !== "", "a word");
        child.signal("SIGKILL");
        await child.status();
      } else assertEquals(await child.status(), 78, `${role}, key ${what}: ${child.err}`);
      for (const stream of ["out", "err"] as const) {
        assertEquals(keysShown(child.octets(stream), [key!]), [], `${role}, key ${what}: ${child[stream]}`);
      }
    }
    await folder.write(`${role}.toml`, sound);
  }
});

Deno.test("no key in what a gateway says that cannot start: a journal that is none, a folder, a taken port", async () => {
  await using folder = await WorkFolder.make();
  const { ports } = await writeDemoConfigs(`${ROOT}${folder.path}`);
  for (const role of ["spt", "rct"] as const) {
    const keys = keysOf(await folder.read(`${role}.toml`));
    assertEquals(keys.length, 1);
    const journal = `${ROOT}${folder.path}/${role}.sqlite`;
    const fails = async (what: string) => {
      await using child = await start(role, `${folder.path}/${role}.toml`);
      assertEquals(await child.status(), 69, `${what}: ${child.err}`);
      assertStringIncludes(child.err, '"start-failed"');
      for (const stream of ["out", "err"] as const) {
        assertEquals(keysShown(child.octets(stream), keys), [], `${role}, ${what}: ${child[stream]}`);
      }
    };
    await Deno.writeFile(journal, crypto.getRandomValues(new Uint8Array(9000)));
    await fails("random octets");
    await Deno.writeTextFile(journal, `SQLite format 3\0${await folder.read(`${role}.toml`)}`);
    await fails("a configuration in the journal");
    await Deno.remove(journal);
    await Deno.mkdir(journal);
    await fails("a folder");
    await Deno.remove(journal);
    const taken = Deno.listen({ hostname: "127.0.0.1", port: role === "spt" ? ports.sia : ports.ae });
    await fails("a taken port");
    taken.close();
  }
});

Deno.test("no key in what the other commands say of one that is wrong", async () => {
  await using folder = await WorkFolder.make();
  await writeDemoConfigs(`${ROOT}${folder.path}`);
  const key = keysOf(await folder.read("rct.toml"))[0]!;
  await folder.write("capture.hex", "00010203040506070809\n");
  await folder.write(
    "rct.toml",
    (await folder.read("rct.toml")).replace(`"${key.toHex()}"`, `"${key.toHex()}`),
  );
  const tocsin = await taskArguments("tocsin");
  const decode = ["decode", "--as", "ip", "--hex", "--key"];
  for (
    const args of [
      [...decode, key.toHex(), `${folder.path}/capture.hex`],
      [...decode, key.toHex().slice(0, 63), `${folder.path}/capture.hex`],
      [...decode, key.toHex().replace(/.$/, "x"), `${folder.path}/capture.hex`],
      [...decode, key.toBase64(), `${folder.path}/capture.hex`],
      ["init", "--add-site", "shop-13", "--dir", folder.path],
      ["init", "--site", "shop-13", "--dir", folder.path],
    ]
  ) {
    await using child = new Child([...tocsin, ...args]);
    assertGreater(await child.status(), 0, args.join(" "));
    assertGreater(child.err.length + child.out.length, 20, args.join(" "));
    for (const stream of ["out", "err"] as const) {
      assertEquals(keysShown(child.octets(stream), [key]), [], `${args[0]}: ${child[stream]}`);
    }
  }
});
