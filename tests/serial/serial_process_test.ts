import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sia } from "../../adapters/sia/mod.ts";
import { capturedTraffic } from "../../src/demo/captured_panels.ts";
import { isSiaAck, PanelPlayer } from "../../src/demo/panel_player.ts";
import { PanelLink } from "../../src/gateway/panel_link.ts";
import { encodeFrame, FrameReader, LINK_VERSION } from "../../src/serial/link_frames.ts";
import { connectSerial } from "../../src/transport/serial_client.ts";
import { PanelRig } from "../gateway/panel_rig.ts";
import { Child, ROOT, runDeno } from "../support/child.ts";
import { log } from "../support/installed.ts";
import { until } from "../support/until.ts";
import { ascii, noise, ptyTest, Wire } from "./pty.ts";

/** The rights that the process needs; FFI has every other right of the user. */
function serialArguments(socket: string, ...lines: string[]): string[] {
  const folder = socket.slice(0, socket.lastIndexOf("/"));
  return [
    ...["run", "--no-prompt", "--allow-ffi", `--allow-net=unix:${socket}`],
    ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
    ...[`${ROOT}main.ts`, "serial"],
    ...lines.flatMap((line) => ["--line", line]),
    ...["--socket", socket],
  ];
}

/** A gateway with no right but to connect to the socket. */
function gateway(socket: string): Child {
  return new Child([
    ...[
      "run",
      "--no-prompt",
      `--allow-net=unix:${socket}`,
      `--allow-read=${socket}`,
      `--allow-write=${socket}`,
    ],
    `${ROOT}tests/serial/gateway_child.ts`,
    socket,
    "galaxy",
  ]);
}

/** What a gateway printed of the line's octets. */
function heardBy(child: Child): Uint8Array {
  const lines = child.out.split("\n").filter((text) => text.startsWith("= "));
  return Uint8Array.fromHex(lines.map((text) => text.slice(2)).join(""));
}

ptyTest(
  "a gateway is killed while the panel speaks: the next one gets the rest, not an octet is missing",
  async () => {
    await using wire = await Wire.make();
    await using serial = new Child(serialArguments(wire.socket, `galaxy=${wire.device},115200,8N1`));
    await serial.shows('"line-open"', "err");
    const all = noise(60_000);
    await using first = gateway(wire.socket);
    await first.shows("open\n");
    const speaking = (async () => {
      for (let at = 0; at < all.length; at += 250) {
        await wire.say(all.subarray(at, at + 250));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    await until(() => heardBy(first).length > 5000, "it hears");
    first.signal("SIGKILL");
    await first.status();
    await until(() => serial.err.includes('"gateway-gone"'), "it is said");
    const one = heardBy(first);
    assert(one.length < all.length, "killed in the middle");
    await using second = gateway(wire.socket);
    await speaking;
    await until(
      () => heardBy(second).at(-1) === all.at(-1) && heardBy(second).length >= all.length - one.length,
      "the rest",
    );
    const two = heardBy(second);
    // What the first had dealt with, and could not say so any more, comes twice: rather than not at all.
    const twice = one.length + two.length - all.length;
    assert(twice >= 0 && twice <= 16_384, `${twice} octets twice`);
    assertEquals(Uint8Array.from([...one.subarray(0, one.length - twice), ...two]), all);
    second.signal("SIGKILL");
    await second.status();
    serial.signal("SIGTERM");
    assertEquals(await serial.status(), 0);
  },
);

ptyTest("a SIA panel on a serial line: its alarms are in the journal, and it is acknowledged", async () => {
  await using wire = await Wire.make();
  await using serial = new Child(serialArguments(wire.socket, `galaxy=${wire.device},9600,8N1`));
  const rig = await PanelRig.open();
  const links: PanelLink[] = [];
  let ended = 0;
  const client = connectSerial({ socket: wire.socket, line: "galaxy", retryMs: 20 }, (connection) => {
    const link = new PanelLink(connection, {
      input: "galaxy",
      mode: "store-and-forward",
      passThroughWaitMs: 1000,
      session: sia.session({}),
      intake: rig.intake,
      counters: rig.counters,
      log: (_level, rule) => void rig.logged.push(rule),
    });
    links.push(link);
    return {
      data: (bytes, readAt) => link.data(bytes, readAt),
      closed: (reason) => {
        ended++;
        link.closed(reason);
      },
    };
  });
  await until(() => links.length === 1, "the line is up");
  const panel = new PanelPlayer({ port: wire.port, waitMs: 20_000 });
  const transmissions = capturedTraffic().filter(({ input }) => input === "galaxy");
  assert(transmissions.length >= 2);
  for (const { frames, title } of transmissions) {
    for (const frame of frames) assert(await panel.send(frame, isSiaAck), title);
  }
  assertEquals(panel.repeats, 0);
  const alarms = transmissions.reduce((sum, { alarms }) => sum + alarms, 0);
  const lives = await rig.journal.recent(10);
  assertEquals(lives.length, alarms);
  for (const { alarm, hops } of lives) {
    assertEquals(alarm.origin, "galaxy");
    assert(hops.some(({ step }) => step === "acknowledged"));
    assertStringIncludes(hops[0]!.detail ?? "", wire.device);
  }
  // The cable is pulled and put back: the session begins afresh, and the panel is heard again.
  panel.close();
  await wire.unplug();
  await until(() => ended === 1, "the session ends");
  await wire.plug();
  await until(() => links.length === 2, "the line is up again");
  const again = new PanelPlayer({ port: wire.port, waitMs: 20_000 });
  for (const frame of transmissions[0]!.frames) assert(await again.send(frame, isSiaAck));
  again.close();
  await client.close();
  serial.signal("SIGTERM");
  assertEquals(await serial.status(), 0);
});

ptyTest(
  "SIGTERM: what the panel said is handed on, what it is owed is sent, the socket is gone",
  async () => {
    await using wire = await Wire.make();
    await using serial = new Child(serialArguments(wire.socket, `galaxy=${wire.device},9600,8N1`));
    await serial.shows('"line-open"', "err");
    await serial.shows('"serving"', "err");
    assertEquals((await Deno.stat(wire.socket)).mode! & 0o777, 0o600);
    await using child = gateway(wire.socket);
    await child.shows("open\n");
    await wire.say(ascii("ALARM"));
    await until(() => heardBy(child).length === 5, "it is heard");
    serial.signal("SIGTERM");
    assertEquals(await serial.status(), 0);
    await child.shows("closed-here");
    const rules = log(serial).map(({ rule }) => rule);
    assertEquals(rules.filter((rule) => rule !== "serving" && rule !== "line-open").slice(-4), [
      "stopping",
      "line-closed",
      "gateway-gone",
      "stopped",
    ]);
    assertEquals(await Deno.stat(wire.socket).then(() => "there", () => "gone"), "gone");
    await child.shows("no-serial-process");
  },
);

ptyTest("stopped with octets that nobody fetched: it says how many end with it", async () => {
  await using wire = await Wire.make();
  await using serial = new Child(serialArguments(wire.socket, `galaxy=${wire.device},9600,8N1`));
  await serial.shows('"line-open"', "err");
  await serial.shows('"serving"', "err");
  await wire.say(ascii("ALARM"));
  // Somebody looks at it and does not take it: so it is known to have arrived.
  const conn = await Deno.connect({ transport: "unix", path: wire.socket });
  await conn.write(encodeFrame({ kind: "hello", version: LINK_VERSION, line: "galaxy" }));
  const reader = new FrameReader();
  const buffer = new Uint8Array(1024);
  for (let octets = 0; octets < 5;) {
    const n = await conn.read(buffer);
    assert(n !== null);
    for (const frame of reader.feed(buffer.subarray(0, n))) {
      if (frame.kind === "data") octets += frame.bytes.length;
    }
  }
  conn.close();
  await serial.shows('"gateway-gone"', "err");
  serial.signal("SIGINT");
  assertEquals(await serial.status(), 0);
  const lost = log(serial).filter(({ rule }) => rule === "octets-lost");
  assertEquals(lost.map(({ message }) => message), [
    "5 octets were not fetched by a gateway and end with this process",
  ]);
});

ptyTest("killed and started again: the socket that was left behind is no obstacle", async () => {
  await using wire = await Wire.make();
  const args = serialArguments(wire.socket, `galaxy=${wire.device},9600,8N1`);
  await using first = new Child(args);
  await first.shows('"line-open"', "err");
  await first.shows('"serving"', "err");
  const twin = await runDeno(args);
  assertEquals(twin.code, 69);
  assertStringIncludes(twin.err, 'another \\"tocsin serial\\" serves there');
  await using child = gateway(wire.socket);
  await child.shows("open\n");
  first.signal("SIGKILL");
  await first.status();
  await using second = new Child(args);
  await second.shows('"line-open"', "err");
  await second.shows('"gateway-here"', "err");
  await wire.say(ascii("A"));
  await until(() => heardBy(child).length === 1, "it is heard");
  second.signal("SIGTERM");
  assertEquals(await second.status(), 0);
});

ptyTest("--check opens each line once, and says how it is", async () => {
  await using wire = await Wire.make();
  const run = async (...args: string[]) =>
    await runDeno(["run", "--no-prompt", "--allow-ffi", `${ROOT}main.ts`, "serial", ...args]);
  const good = await run("--line", `galaxy=${wire.device},31250,8N1`, "--check");
  assertEquals([good.code, good.err], [0, ""]);
  assertStringIncludes(
    good.out,
    `galaxy: ${wire.device} is ready at 31250 8N1; its driver does not count errors`,
  );
  const bad = await run(
    ...[
      "--line",
      `galaxy=${wire.device},9600,8N1`,
      "--line",
      "bus=/dev/ttyNOT0,9600,8N1",
      "--line",
      "nul=/dev/null,300,7E1",
    ],
    "--check",
  );
  assertEquals(bad.code, 69);
  assertEquals(bad.out.split("\n").map((text) => text.slice(0, 24)), [
    `galaxy: ${wire.device}`.slice(0, 24),
    "bus: no such device /dev",
    "nul: /dev/null is no ser",
    "",
  ]);
});

Deno.test("arguments that cannot be used: what is wrong, and the help", async () => {
  const main = [`${ROOT}main.ts`, "serial"];
  const line = ["--line", "a=/dev/ttyUSB0,9600,8N1"];
  for (
    const [args, says] of [
      [[], "--config or --line is missing"],
      [line, "--socket: expected an absolute path, found none"],
      [[...line, "--socket", "x.sock"], 'found "x.sock"'],
      [[...line, "--socket", "/a", "--socket", "/b"], "expected once"],
      [[...line, ...line, "--socket", "/a"], "that of line a too"],
      [[...line, "--line", "b=/dev/ttyUSB0,300,7E1", "--socket", "/a"], "that of line a too"],
      [["--line", "a=/dev/ttyUSB0,9600,8N1,x", "--socket", "/a"], 'option "x"'],
      [["--lines", "x"], "--lines: unknown"],
    ] as const
  ) {
    const { code, err, out } = await runDeno(["run", "--no-prompt", ...main, ...args]);
    assertEquals([code, out], [64, ""], err);
    assertStringIncludes(err.split("\n")[0]!, says);
    // Nothing at all is a question for help.
    assertStringIncludes(err, args.length === 0 ? "--socket PATH" : "All options: tocsin serial --help");
  }
  const help = await runDeno(["run", "--no-prompt", ...main, "--help"]);
  assertEquals(help.code, 0);
  assertStringIncludes(help.out, "tocsin serial --line");
  const rights = await runDeno(["run", "--no-prompt", ...main, ...line, "--check"]);
  assertEquals(rights.code, 69);
  assertStringIncludes(rights.err, "start with --allow-ffi");
});

// Only root can give up its right to open everything; the device belongs to somebody else then.
ptyTest("no rights to the device: the message names the group (as root only)", async () => {
  await using wire = await Wire.make();
  await Deno.chown(wire.device, 65534, 65534);
  const { code, stdout, stderr } = await new Deno.Command("setpriv", {
    args: [
      ...["--bounding-set", "-dac_override,-dac_read_search", Deno.execPath()],
      ...["run", "--no-prompt", "--allow-ffi", `${ROOT}main.ts`, "serial"],
      ...["--line", `galaxy=${wire.device},9600,8N1`, "--check"],
    ],
  }).output();
  const out = new TextDecoder().decode(stdout);
  assertEquals(code, 69, out + new TextDecoder().decode(stderr));
  assertStringIncludes(out, "sudo usermod -aG dialout USER");
}, Deno.uid() !== 0);
