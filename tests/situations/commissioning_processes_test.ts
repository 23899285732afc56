import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { printSecret } from "../../src/commissioning/printed_secret.ts";
import { qrContent } from "../../src/commissioning/secret_qr.ts";
import { Relay } from "../dtls/relay.ts";
import { Child, ROOT, taskArguments } from "../support/child.ts";
import { Commissioning } from "../support/commissioning.ts";
import { until } from "../support/until.ts";

Deno.test("from init to the first alarm: the gateways run before there are keys, and need no restart", async () => {
  await using kit = await Commissioning.make();
  const rct = await kit.run("rct");
  await kit.run("spt");
  assertEquals(await kit.faults("spt"), ["path-failed", "not-commissioned"]);
  // Kept until there is somebody to send it to.
  await kit.alarm();

  const { lines, secret } = await kit.window();
  const mistyped = await kit.atSite(
    lines.replace(/(\n.*\n.*)(.)\n/, (_, head, last) => `${head}${last === "0" ? "1" : "0"}\n`),
  );
  assertEquals(mistyped.code, 65);
  assertMatch(mistyped.err, /^line 3: /i);
  assertEquals((await kit.faults("spt"))[1], "not-commissioned");

  const { code, out, err } = await kit.atSite(lines);
  assertEquals([code, err], [0, ""]);
  assertStringIncludes(out, "Commissioned");
  await kit.arrived();
  await kit.well("spt");
  await kit.alarm();
  await kit.arrived();

  const again = await kit.atSite(lines);
  assertEquals(again.code, 69, "a secret serves once");
  assertStringIncludes(again.err, "is the window open");
  const list = await kit.tocsin(["commission", "--config", kit.file("rct"), "--list"]);
  assertMatch(list.out, /^shop-12 +02000[0-9a-f]{27} +keys by secret since [^,]+, in use\n$/);
  // Both ends have the same key.
  assertEquals((await kit.keys("spt"))[1], (await kit.keys("rct"))[1]);
  await kit.alarm();
  await kit.arrived();
  assertStringIncludes(rct.err, '"commissioned"');
  await kit.holdsNone([secret]);
});

Deno.test("a site is not commissioned by a wrong secret, another device's, a window that has ended or was closed", async () => {
  await using kit = await Commissioning.make();
  await kit.change("spt", "transmissions = 3", "transmissions = 2");
  const other = crypto.getRandomValues(new Uint8Array(32));
  const { secret } = await kit.window();
  await kit.run("rct");
  const refused = async (text: string, status: number, what: RegExp) => {
    const { code, out, err } = await kit.atSite(text);
    assertEquals(code, status, err);
    assertMatch(err, what);
    assert(!out.includes("Commissioned"));
  };
  await refused(printSecret(other), 69, /the secret is probably not the one of this device/);
  await refused(qrContent(secret, new Uint8Array(16).fill(9)), 65, /this secret is for device 0909/);
  await refused("TOCSIN:1:what", 65, /code/i);
  await refused("", 65, /line 1/i);
  await refused(`${printSecret(secret)}\n${printSecret(secret)}`, 65, /line/i);
  const close = ["commission", "--config", kit.file("rct"), "--site", "shop-12", "--close"];
  assertStringIncludes((await kit.tocsin(close)).out, "closed; its secret is worthless");
  assertStringIncludes((await kit.tocsin(close)).out, "No window is open");
  await refused(printSecret(secret), 69, /is the window open/);

  await kit.windowUntil(other, 400);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await refused(printSecret(other), 69, /is the window open/);
  assertEquals((await kit.keys("rct")).length, 1, "no key was stored");
  // The text of the QR code, in small letters and with a line end, is as good as the lines.
  await kit.windowUntil(other, 60_000);
  assertEquals((await kit.atSite(`${qrContent(other, kit.deviceId).toLowerCase()}\r\n`)).code, 0);
  await kit.run("spt");
  await kit.alarm();
  await kit.arrived();
  await kit.holdsNone([secret, other]);
});

Deno.test("who waits at the centre is told that the site has come, and when its window was closed", async () => {
  await using kit = await Commissioning.make();
  await kit.run("rct");
  const wait = async () => {
    const args = ["commission", "--config", kit.file("rct"), "--site", "shop-12", "--no-qr", "--wait"];
    const child = new Child([...await taskArguments("tocsin"), ...args]);
    await child.shows("Waiting for the site");
    return child;
  };
  {
    await using waiting = await wait();
    const lines = [...waiting.out.matchAll(/^ {2}[1-4] {2}(\S+)$/gm)].map(([, line]) => line).join("\n");
    assertEquals((await kit.atSite(lines)).code, 0);
    assertEquals(await waiting.status(), 0);
    assertStringIncludes(waiting.out, "Site shop-12 is commissioned");
  }
  {
    // Closed right after a commissioning: the keys of before are not taken for new ones.
    await using waiting = await wait();
    await kit.tocsin(["commission", "--config", kit.file("rct"), "--site", "shop-12", "--close"]);
    assertEquals(await waiting.status(), 69);
    assertStringIncludes(waiting.err, "closed or opened anew");
  }
  {
    // The technician at the centre is called away: Ctrl-C ends the waiting, the site may still come.
    await using waiting = await wait();
    const lines = [...waiting.out.matchAll(/^ {2}[1-4] {2}(\S+)$/gm)].map(([, line]) => line).join("\n");
    waiting.signal("SIGINT");
    assertGreater(await waiting.status(), 0);
    assertEquals((await kit.atSite(lines)).code, 0);
  }
});

Deno.test("commissioned anew while alarms flow: none is lost, none comes twice unmarked, the old key ends", async () => {
  await using kit = await Commissioning.make();
  await kit.run("rct");
  await kit.run("spt");
  await kit.commission();
  await kit.well("spt");
  const [, first] = await kit.keys("rct");
  let flowing = true;
  let failed: unknown;
  const flow = (async () => {
    while (flowing) await kit.alarm();
  })().catch((error) => failed = error);
  try {
    for (let i = 0; i < 2; i++) {
      await kit.commission();
      await until(async () => (await kit.keys("rct")).length === 2, "the older key's end");
    }
  } finally {
    flowing = false;
    await flow;
  }
  assertEquals(failed, undefined);
  await kit.arrived();
  assertGreater(kit.centre.alarms, 10);
  const [, last] = await kit.keys("rct");
  assert(last!.toHex() !== first!.toHex());
  assertEquals((await kit.keys("spt"))[1], last);
});

Deno.test("the last answer is lost: the keys of before serve, and the second try works", async () => {
  await using kit = await Commissioning.make();
  await kit.run("rct");
  await kit.run("spt");
  await kit.commission();
  await kit.well("spt");
  // VERSION, CONN_HANDLE, DEVICE_ID, ENCRYPT_SELECT and ENCRYPT_KEY are answered; HASH_SELECT is not.
  await using relay = new Relay(kit.ports.udp, (way, i) => way === "to-client" && i >= 5 ? "lost" : "pass");
  await kit.copy("spt", "lossy", `port = ${kit.ports.udp}`, `port = ${relay.port}`);
  const { lines } = await kit.window();
  const lost = await kit.atSite(lines, "lossy");
  assertEquals(lost.code, 69);
  assertStringIncludes(lost.err, "may have used the secret up");
  assertGreater(relay.fates.lost, 1);
  assertEquals((await kit.keys("rct")).length, 3, "the centre has the new key and the one of before");
  assertEquals((await kit.keys("spt")).length, 2);
  await kit.alarm();
  await kit.arrived();
  const second = await kit.commission();
  await until(async () => (await kit.keys("rct")).length === 2, "the older keys' end");
  await kit.alarm();
  await kit.arrived();
  assertEquals((await kit.keys("rct"))[1], (await kit.keys("spt"))[1]);
  await kit.holdsNone([second]);
});

Deno.test("the RCT is killed in the middle of storing: the keys of before serve, and the next try works", async () => {
  await using kit = await Commissioning.make();
  await kit.run("spt");
  {
    await using rct = await kit.run("rct");
    await kit.commission();
    await kit.well("spt");
    rct.signal("SIGKILL");
  }
  for (const wait of [0, 2]) {
    await using rct = await kit.run("rct");
    // The sixth request is the one that has it store.
    await using relay = new Relay(kit.ports.udp, (way, i) => {
      if (way === "to-server" && i === 5) setTimeout(() => rct.signal("SIGKILL"), wait);
      return way === "to-client" && i >= 5 ? "lost" : "pass";
    });
    await kit.folder.write("killed.toml", await kit.folder.read("spt.toml"));
    await kit.change("killed", `port = ${kit.ports.udp}`, `port = ${relay.port}`);
    const { lines } = await kit.window();
    assertEquals((await kit.atSite(lines, "killed")).code, 69);
    await rct.status();
    await kit.alarm();
  }
  await kit.run("rct");
  await kit.arrived();
  await kit.commission();
  await until(async () => (await kit.keys("rct")).length === 2, "the older keys' end");
  await kit.alarm();
  await kit.arrived();
});

Deno.test("a site of another edition than the centre's, with the other hash, is commissioned and served", async () => {
  await using kit = await Commissioning.make();
  await kit.change("rct", 'name = "shop-12"', 'name = "shop-12"\nedition = "2013"');
  await kit.change("spt", 'heartbeat = "1s"', 'heartbeat = "1s"\nedition = "2013"\nhash = "ripemd-256"');
  await kit.run("rct");
  const spt = await kit.run("spt");
  await kit.commission();
  await kit.alarm();
  await kit.arrived();
  await spt.shows("session with aes-256 and ripemd-256", "err");
  using store = await kit.store("rct");
  assertEquals(store.device(kit.deviceId)?.masters.map(({ hash }) => hash), ["ripemd-256"]);
});

Deno.test("a site that is revoked is served no more: its path fails, its alarms wait; commissioned again they go out", async () => {
  await using kit = await Commissioning.make();
  const rct = await kit.run("rct");
  await kit.run("spt");
  await kit.commission();
  await kit.well("spt");
  await kit.alarm();
  await kit.arrived();
  const [, before] = await kit.keys("rct");
  const revoke = ["commission", "--config", kit.file("rct"), "--site", "shop-12", "--revoke"];
  assertStringIncludes((await kit.tocsin(revoke)).out, "keys are destroyed");
  await until(async () => (await kit.faults("spt")).includes("path-failed"), "the path's fault at the site");
  await until(async () => (await kit.faults("rct")).includes("path-failed:shop-12"), "… at the centre");
  await rct.shows('"revoked"', "err");
  await kit.alarm();
  const list = await kit.tocsin(["commission", "--config", kit.file("rct"), "--list"]);
  assertMatch(list.out, / revoked \d{4}-/);
  assertEquals(kit.centre.alarms, 1);
  await kit.commission();
  await kit.arrived();
  await kit.well("rct");
  assert((await kit.keys("rct"))[1]!.toHex() !== before!.toHex());
  await kit.holdsNone([before!]);
});

Deno.test("revoked at the site: the running SPT uses the keys no more and says so; commissioned again it goes on", async () => {
  await using kit = await Commissioning.make();
  await kit.run("rct");
  await kit.run("spt");
  await kit.commission();
  await kit.well("spt");
  const revoke = ["commission", "--config", kit.file("spt"), "--revoke"];
  assertStringIncludes((await kit.tocsin(revoke)).out, "destroyed");
  await until(async () => (await kit.faults("spt")).includes("not-commissioned"), "the fault");
  await kit.alarm();
  // A try that fails does not bring back what was revoked.
  await kit.window();
  assertEquals((await kit.atSite(printSecret(new Uint8Array(32)))).code, 69);
  {
    using store = await kit.store("spt");
    assert(store.device(kit.deviceId)?.revokedAt !== undefined);
  }
  assertEquals(kit.centre.alarms, 0);
  await kit.commission();
  await kit.arrived();
  await kit.well("spt");
});

Deno.test("keys in the files are replaced by commissioning; once the new ones are used the old ones are refused", async () => {
  await using kit = await Commissioning.make({ keysInFile: true });
  for (const role of ["spt", "rct"] as const) {
    await kit.folder.write(`${role}.key`, `${crypto.getRandomValues(new Uint8Array(32)).toHex()}\n`);
    const keys = `[keys]\npath = "data/${role}-keys.sqlite"\nkey_file = "${role}.key"\n`;
    const text = await kit.folder.read(`${role}.toml`);
    await kit.folder.write(`${role}.toml`, text.replace("[identity]", `${keys}\n[identity]`));
  }
  await kit.run("rct");
  const key = /^master_key = "([0-9a-f]{64})"$/m.exec(await kit.folder.read("spt.toml"))![1]!;
  {
    await using spt = await kit.run("spt");
    await kit.well("spt");
    await kit.alarm();
    await kit.arrived();
    await kit.commission();
    await until(async () => {
      using store = await kit.store("rct");
      return store.device(kit.deviceId)?.masters[0]?.proved === true;
    }, "the new keys in use");
    await kit.alarm();
    await kit.arrived();
    spt.signal("SIGTERM");
    assertEquals(await spt.status(), 0);
  }
  // Somebody has a copy of the site's file of before.
  await kit.copy("spt", "thief", "data/spt-keys.sqlite", "data/none.sqlite");
  await using thief = await kit.run("spt", "thief");
  await thief.shows('"path-waiting"', "err");
  assertEquals(await kit.faults("spt"), ["path-failed"]);
  assertEquals(kit.centre.alarms, 2);
  assert(!thief.err.includes(key));
});

Deno.test("keys that cannot be opened are named, with the file and what to do, at both ends", async () => {
  await using kit = await Commissioning.make();
  const folder = `${ROOT}${kit.folder.path}`;
  const refused = async (role: "spt" | "rct", what: RegExp) => {
    const args = role === "rct"
      ? ["--site", "shop-12", "--no-qr"]
      : ["--secret-file", `${kit.folder.path}/secret.txt`];
    const { code, err } = await kit.tocsin(["commission", "--config", kit.file(role), ...args]);
    assertEquals(code, 69, err);
    assertMatch(err, what);
    assertEquals(err.trimEnd().split("\n").length, 1, err);
  };
  await kit.folder.write("secret.txt", printSecret(new Uint8Array(32)));
  await kit.window();
  await Deno.mkdir(`${folder}/data`, { recursive: true });
  for (const role of ["rct", "spt"] as const) {
    const file = `${folder}/${role}.key`;
    await Deno.chmod(file, 0o644);
    await refused(role, /can be read or written by other users \(mode 644\).*chmod 600/);
    await Deno.chmod(file, 0o600);
    const right = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, right.slice(1));
    await refused(role, /must hold 64 hex digits/);
    await Deno.writeTextFile(file, right);
  }
  const right = await Deno.readTextFile(`${folder}/rct.key`);
  await Deno.writeTextFile(`${folder}/rct.key`, `${"5a".repeat(32)}\n`);
  await refused("rct", /was made with another store key/);
  await Deno.remove(`${folder}/rct.key`);
  await refused(
    "rct",
    /rct-keys\.sqlite is there, but the file of its key, .*rct\.key, is not: bring it back/,
  );
  // A running RCT says the same on its page, and goes on with what it has.
  await kit.run("rct");
  assert((await kit.faults("rct")).includes("key-store"));
  await kit.folder.write("rct.key", right);
  await until(async () => !(await kit.faults("rct")).includes("key-store"), "the store opened");
  await kit.run("spt");
  await kit.commission();
  await kit.alarm();
  await kit.arrived();
});

Deno.test("a key store that is damaged is named at start; a new one is not made over it", async () => {
  await using kit = await Commissioning.make();
  await kit.window();
  const file = `${ROOT}${kit.folder.path}/data/rct-keys.sqlite`;
  const octets = await Deno.readFile(file);
  const damaged = octets.slice(0, octets.length / 2);
  await Deno.writeFile(file, damaged);
  const { code, err } = await kit.tocsin(["commission", "--config", kit.file("rct"), "--list"]);
  assertEquals(code, 69);
  assertMatch(err, /rct-keys\.sqlite/);
  await kit.run("rct");
  assert((await kit.faults("rct")).includes("key-store"));
  assertEquals(await Deno.readFile(file), damaged);
});

Deno.test("typed at a terminal: a mistaken line is asked for again, and the right four commission the site", async (t) => {
  const terminal = await new Deno.Command("script", { args: ["--version"], stdout: "null", stderr: "null" })
    .output()
    .then(() => true, () => false);
  await t.step({
    name: "with a terminal of script(1)",
    ignore: !terminal,
    fn: async () => {
      await using kit = await Commissioning.make();
      await kit.run("rct");
      await kit.run("spt");
      const { lines, secret } = await kit.window();
      const [one, ...rest] = lines.split("\n");
      const args = [...await taskArguments("tocsin"), "commission", "--config", kit.file("spt")];
      const process = new Deno.Command("script", {
        args: ["-qec", [Deno.execPath(), ...args].join(" "), "/dev/null"],
        cwd: ROOT,
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      let shown = "";
      const reading = (async () => {
        for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) shown += chunk;
      })();
      const writer = process.stdin.getWriter();
      const asked = new Map<number, number>();
      const type = async (line: number, text: string) => {
        const times = (asked.get(line) ?? 0) + 1;
        asked.set(line, times);
        await until(() => shown.split(`Line ${line}:`).length > times, `line ${line} asked for in ${shown}`);
        await writer.write(new TextEncoder().encode(`${text}\r`));
      };
      await type(1, one!.replace(/.$/, (last) => last === "0" ? "1" : "0"));
      await until(() => /mistyp|checksum|does not|wrong/i.test(shown), `the mistake in ${shown}`);
      await type(1, `  ${one!.toLowerCase().replaceAll("-", " ")}`);
      for (const [i, text] of rest.entries()) await type(i + 2, text);
      await until(() => shown.includes("Commissioned"), `the end in ${shown}`);
      await writer.close();
      assertEquals((await process.status).code, 0);
      await reading;
      await kit.alarm();
      await kit.arrived();
      await kit.holdsNone([secret]);
    },
  });
});
