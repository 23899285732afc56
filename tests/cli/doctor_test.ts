/** `tocsin doctor` as a user starts it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pcapHeader, pcapRecord } from "../../src/capture/pcap.ts";
import { Child, ROOT, runDeno } from "../support/child.ts";
import { dc09, galaxy, hex, joined, octets } from "../doctor/panels.ts";
import { ptyTest, Wire } from "../serial/pty.ts";

const COMMAND = [`${ROOT}main.ts`, "doctor"];
const NET = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", "--allow-net", ...COMMAND];

/** A file that is removed at the end. */
class Capture implements AsyncDisposable {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  static async of(bytes: Uint8Array): Promise<Capture> {
    const path = await Deno.makeTempFile({ prefix: "tocsin-doctor-" });
    await Deno.writeFile(path, bytes);
    return new Capture(path);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path).catch(() => {});
  }
}

const portOf = (child: Child) => Number(/listening on \w+ port (\d+)/.exec(child.err)?.[1]);

Deno.test("doctor FILE: a capture is read, with the right to read and nothing else", async () => {
  await using capture = await Capture.of(galaxy());
  const args = ["run", "--quiet", "--no-prompt", "--allow-read", ...COMMAND];
  const { code, out } = await runDeno([...args, capture.path]);
  assertEquals(code, 0, out);
  assertStringIncludes(out, "SPEAKS    SIA DC-03: sure");
  assertStringIncludes(out, "profile galaxy-flex, which the gateway finds by itself");
  const json = await runDeno([...args, "--json", capture.path]);
  const verdict = JSON.parse(json.out);
  assertEquals([verdict.language, verdict.readable, verdict.fault], ["sia", true, "nothing"]);
  assertStringIncludes(verdict.config, "[[input]]");
});

Deno.test("doctor: exit status 1 for what is not readable, 2 for nothing, 64, 66", async () => {
  await using encrypted = await Capture.of(octets("05 01 81 59 68\n"));
  const { code, out } = await runDeno([...NET, "--hex", encrypted.path]);
  assertEquals(code, 1, out);
  assertStringIncludes(out, "FAULT     key");
  await using empty = await Capture.of(new Uint8Array());
  assertEquals((await runDeno([...NET, empty.path])).code, 2);
  assertEquals((await runDeno([...NET, "/dev/null/not-there"])).code, 66);
  for (
    const wrong of [
      [],
      ["--tcp", "1", "--udp", "1"],
      ["--tcp", "99999"],
      ["--serial", "ttyUSB0"],
      ["--serial", "/dev/ttyUSB0,9600,9N1"],
      ["--connect", "4001"],
      ["--answer", "x"],
      ["--answer", "--listen-only", "--tcp", "1"],
      ["--seconds", "0", "--tcp", "1"],
      ["--expect", "klingon", "x"],
      ["--bogus", "x"],
    ]
  ) {
    const { code, err } = await runDeno([...NET, ...wrong]);
    assertEquals(code, 64, `${wrong.join(" ")}: ${err}`);
    assertStringIncludes(err, "tocsin doctor:");
  }
});

Deno.test("doctor FILE: a packet capture is searched for the panel; pcapng says what to do", async () => {
  const ends = { from: { hostname: "192.0.2.7", port: 40000 }, to: { hostname: "192.0.2.1", port: 7777 } };
  const record = pcapRecord({ at: 0, ...ends, bytes: dc09('"SIA-DCS"0001L0#1234[#1234|Nri1BA5]') });
  await using capture = await Capture.of(joined(pcapHeader(), record));
  const { code, out } = await runDeno([...NET, capture.path]);
  assertEquals(code, 0, out);
  assertStringIncludes(out, "192.0.2.7:40000 -> 192.0.2.1:7777");
  assertStringIncludes(out, 'listen = "0.0.0.0:7777"\ntransport = "udp"');
  await using newer = await Capture.of(hex("0a0d0d0a1c0000004d3c2b1a01000000"));
  const refused = await runDeno([...NET, newer.path]);
  assertEquals(refused.code, 66);
  assertStringIncludes(refused.err, "editcap -F pcap");
});

Deno.test("doctor: a port that is taken, and a serial line without the right, say what to do", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const busy = await runDeno([...NET, "--tcp", `127.0.0.1:${taken.addr.port}`]);
  assertEquals(busy.code, 69);
  assertStringIncludes(busy.err, `another program has TCP port ${taken.addr.port}, the gateway perhaps`);
  const serial = await runDeno([...NET, "--serial", "/dev/ttyUSB0,9600,8N1"]);
  assertEquals(serial.code, 69);
  assertStringIncludes(serial.err, "deno task tocsin-serial doctor");
});

Deno.test("doctor: wrong arguments are told in two lines, none at all with the help", async () => {
  const { err } = await runDeno([...NET, "--tcp", "99999"]);
  assertEquals(err.trimEnd().split("\n").length, 2, err);
  assertStringIncludes(err, "All options: tocsin doctor --help");
  assertStringIncludes((await runDeno(NET)).err, "Exit status");
});

Deno.test("doctor --help says that an acknowledged alarm is lost", async () => {
  const { code, out } = await runDeno([...NET, "--help"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "LOST");
});

Deno.test("doctor: keys open, come from a file too, and are never printed", async () => {
  const key = "AAAAAAAAAAAAAAAA";
  const frame =
    '05BB0076"*SIA-DCS"7654L0#1111[C07DA1EB73C617857476EE5D79436CEE5E0084485E79EC56B0D5D1F3F6E648B278050' +
    "BBCCBC8FE5DCA7E3C80DBDD4945";
  await using capture = await Capture.of(octets(`\n${frame}\r`));
  await using keys = await Capture.of(octets(`1111:${key}\n`));
  const runs = [
    await runDeno([...NET, "--key", key, capture.path]),
    await runDeno([...NET, "--json", "--key", key, capture.path]),
    await runDeno([...NET, "--key-file", keys.path, capture.path]),
  ];
  for (const { code, out, err } of runs) {
    assertEquals(code, 0, out + err);
    assert(!`${out}${err}`.includes(key));
  }
  const without = await runDeno([...NET, capture.path]);
  assertEquals(without.code, 1);
  const bad = await runDeno([...NET, "--key", "SECRET", capture.path]);
  assertEquals([bad.code, `${bad.out}${bad.err}`.includes("SECRET")], [64, false]);
});

Deno.test("doctor --tcp: a panel connects, is kept in a file, and the file gives the same verdict", async () => {
  await using kept = await Capture.of(new Uint8Array());
  await using child = new Child([...NET, "--tcp", "127.0.0.1:0", "--keep", kept.path, "--expect", "dc09"]);
  await child.shows(/listening on TCP port \d+/, "err");
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: portOf(child) });
  await conn.write(galaxy());
  assertEquals(await child.status(), 0, child.err);
  conn.close();
  assertStringIncludes(child.out, "SIA DC-03: sure");
  assertStringIncludes(child.out, "The panel speaks SIA DC-03, and the input is set to SIA DC-09");
  assertEquals(await Deno.readFile(kept.path), galaxy());
  assertEquals((await runDeno([...NET, kept.path])).code, 0);
});

Deno.test("doctor --udp --answer: says what it does, answers, and names what it acknowledged", async () => {
  await using child = new Child([...NET, "--udp", "127.0.0.1:0", "--answer"]);
  await child.shows(/listening on UDP port \d+/, "err");
  assertStringIncludes(child.err, "acknowledged here and goes nowhere");
  const panel = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const answer = panel.receive();
  await panel.send(dc09('"SIA-DCS"0001L0#1234[#1234|Nri1BA5]'), {
    transport: "udp",
    hostname: "127.0.0.1",
    port: portOf(child),
  });
  assertEquals(new TextDecoder().decode((await answer)[0]), '\n1BC10012"ACK"0001L0#1234[]\r');
  assertEquals(await child.status(), 0, child.err);
  panel.close();
  assertStringIncludes(child.out, "ATTENTION 1 alarm of the panel was acknowledged here and went nowhere");
  assertStringIncludes(child.out, 'transport = "udp"');
});

Deno.test("doctor: Ctrl-C brings the verdict on what was heard so far", async () => {
  await using child = new Child([...NET, "--tcp", "127.0.0.1:0"]);
  await child.shows(/listening on TCP port \d+/, "err");
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: portOf(child) });
  await conn.write(octets("GET / HTTP/1.1\r\n\r\n"));
  await child.shows("first octets", "err");
  child.signal("SIGINT");
  assertEquals(await child.status(), 1, child.err);
  conn.close();
  assertStringIncludes(child.out, "An HTTP request");
});

ptyTest("doctor --serial: the lines for the gateway name device and settings", async () => {
  await using wire = await Wire.make();
  await using child = new Child([
    "run",
    "--quiet",
    "--no-prompt",
    "--allow-ffi",
    ...COMMAND,
    "--serial",
    wire.device,
  ]);
  await child.shows("at 9600 8N1", "err");
  await wire.say(joined(hex("6802026840024216"), hex("6802026840024216")));
  assertEquals(await child.status(), 0, child.err);
  assertStringIncludes(child.out, `serial = "${wire.device},9600,8N1"`);
});
