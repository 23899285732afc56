import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mqttPayload, MqttSession } from "../../adapters/mqtt/mod.ts";
import { signWebhook } from "../../adapters/webhook/signature.ts";
import { readWebhookSecret } from "../../adapters/webhook/secret.ts";
import { Dc07Session } from "../../adapters/dc07/mod.ts";
import { surGardSession } from "../../adapters/sur_gard/mod.ts";
import { runAe } from "../../src/cli/ae.ts";
import { decodeEventData } from "../../src/decode/event_data.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { Output } from "../../src/gateway/output.ts";
import { WebhookOutput } from "../../src/gateway/webhook_output.ts";
import type { PanelSimulation } from "../../src/simulator/simulation.ts";
import { simulatePanel } from "../../src/simulator/simulate_panel.ts";
import { connectTcpWire } from "../../src/simulator/tcp_wire.ts";
import { openUdpWire } from "../../src/simulator/udp_wire.ts";
import { ptyTest, Wire } from "../serial/pty.ts";
import { alarm } from "../support/alarm.ts";
import { ascii } from "../support/ascii.ts";
import { Child } from "../support/child.ts";
import { brokerTest } from "../support/mosquitto.ts";
import "../support/own_ports.ts";
import { until } from "../support/until.ts";

/** Runs it in a process of its own, with the right to use the network and nothing else. */
function ae(args: string[], rights = ["--allow-net"]): Child {
  return new Child(["run", "--quiet", "--no-prompt", ...rights, "main.ts", "ae", ...args]);
}

/** One that listens, when it does. */
async function listening(language: string, args: string[]): Promise<[child: Child, port: number]> {
  const port = freePort(args.includes("--udp") ? "udp" : "tcp");
  const child = ae([language, "--listen", `127.0.0.1:${port}`, ...args]);
  await child.shows(`port ${port}`, args.includes("--json") ? "err" : "out");
  return [child, port];
}

/** The rows, without times of day and ports. */
function rows(child: Child): string[] {
  return child.out.trimEnd().split("\n").map((row) =>
    row.replace(/^\d\d:\d\d:\d\d /, "").replace(/127\.0\.0\.1:\d+/, "…")
  );
}

function objects(child: Child): Record<string, unknown>[] {
  return child.out.trimEnd().split("\n").map((row) => JSON.parse(row));
}

async function deliver(output: Output, accounts: string[]): Promise<void> {
  for (const account of accounts) {
    await output.deliver({ account, protocol: "contact-id", data: ascii(`${account}18113001015`) });
  }
}

Deno.test("each message is one line, the last one counts all, and --count ends it with status 0", async () => {
  const [child, port] = await listening("sur-gard", ["--nak", "1", "--drop-after", "1", "--count", "2"]);
  await using _ = child;
  const output = new Output({ session: surGardSession({ profile: "sg-mlr2" }), role: "connect", port });
  await deliver(output, ["1001", "1002"]);
  assertEquals(await child.status(), 0, child.err);
  await output.close();
  const said = rows(child).filter((row) => !row.includes("connected") && !row.includes("sign of life"));
  assertEquals(said.slice(1), [
    "1001     130 Burglary, area 01, zone 015 · NAK",
    "1001     130 Burglary, area 01, zone 015 · repeat, unmarked · nothing, the connection is cut",
    "1001     130 Burglary, area 01, zone 015 · repeat, marked · ACK",
    "1002     130 Burglary, area 01, zone 015 · ACK",
    rows(child).at(-1),
  ]);
  assertStringIncludes(
    child.out,
    "alarms 4, acknowledged 2, refused 2, marked repeats 1, unmarked repeats 1, unreadable 0\n",
  );
});

Deno.test("--connect: it connects to a receiver that listens, and again; --late, --twice, --rubbish and --fragments are got over", async () => {
  const output = new Output({ session: new Dc07Session(), role: "listen", port: 0 });
  const faults = ["--late", "100ms", "--twice", "--rubbish", "--fragments", "--drop-after", "1"];
  await using child = ae(["dc07", "--connect", `127.0.0.1:${output.port}`, ...faults]);
  await deliver(output, ["1001", "1002", "1003"]);
  await child.shows(/1003 .* · ACK, twice, behind rubbish, octet by octet, after 100 ms\n/);
  child.signal("SIGINT");
  assertEquals(await child.status(), 0, child.err);
  assertStringIncludes(rows(child).at(-1) ?? "", "alarms 4, acknowledged 3, refused 1, marked repeats 1");
  await output.close();
});

/** Plays a panel towards it; the AE takes what panels send themselves. */
async function panel(language: string, more: Partial<PanelSimulation>): Promise<string> {
  const steps = [{ kind: "alarm" as const, words: { code: language === "dc09" ? "BA" : "22", number: "5" } }];
  const connect = () => Promise.reject(new Error("no way"));
  const summary = await simulatePanel({ language, connect, steps, ...more });
  return `${summary.acknowledged} of ${summary.sent}`;
}

Deno.test("dc09 over UDP with a key, as JSON: octets, events and a summary", async () => {
  const key = "0123456789ABCDEF";
  const [child, port] = await listening("dc09", [
    "--udp",
    "--key",
    key,
    "--strict",
    "--json",
    "--count",
    "1",
  ]);
  await using _ = child;
  const settings = { datagram: true, key, random: (octets: number) => new Uint8Array(octets).fill(0x41) };
  assertEquals(await panel("dc09", { connect: () => openUdpWire("127.0.0.1", port), settings }), "1 of 1");
  assertEquals(await child.status(), 0, child.err);
  const [got, summary] = objects(child);
  assertEquals([got?.["language"], got?.["kind"], got?.["account"], got?.["answer"]], [
    "dc09",
    "alarm",
    "1234",
    "ACK",
  ]);
  assertEquals((got?.["events"] as { code: string }[]).map(({ code }) => code), ["BA"]);
  assertStringIncludes(
    new TextDecoder("latin1").decode(Uint8Array.fromHex(String(got?.["raw"]))),
    '"*SIA-DCS"',
  );
  assertEquals([summary?.["kind"], summary?.["acknowledged"]], ["summary", 1]);
});

Deno.test("vds2465-tcp with a key", async () => {
  const key = "7:00112233445566778899aabbccddeeff";
  const [child, port] = await listening("vds2465-tcp", ["--key", key, "--count", "1"]);
  await using _ = child;
  const random = (octets: number) => new Uint8Array(octets).fill(0x41);
  const connect = () => connectTcpWire("127.0.0.1", port);
  assertEquals(await panel("vds2465-tcp", { connect, settings: { key, random } }), "1 of 1");
  assertEquals(await child.status(), 0, child.err);
  assert(rows(child).some((row) => row.startsWith("123456 ") && row.endsWith(" · record 03")), child.out);
});

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const read = readWebhookSecret(SECRET);
assert(read.ok);
const { key: webhookKey } = read;

Deno.test("webhook: our own output gets over a 503 and an answer octet by octet", async () => {
  const args = ["--secret", SECRET, "--nak", "1", "--fragments", "--late", "50ms", "--count", "1"];
  const [child, port] = await listening("webhook", args);
  await using _ = child;
  const outcomes: string[] = [];
  const output = new WebhookOutput({
    url: `http://127.0.0.1:${port}/hook`,
    keys: [webhookKey],
    pauseMs: 10,
    onEffects: (effects) => void outcomes.push(...effects.map(({ kind }) => kind)),
  });
  const data = ascii("123418113001015");
  const events = decodeEventData("contact-id", data)
    .map((event) => ({ ...event, id: "01JD", receivedAt: new Date(0) }));
  output.offer({ id: "01JD", account: "1234", protocol: "contact-id", data, events, repeated: false });
  await until(() => outcomes.includes("delivered"), "delivered");
  await output.close();
  assertEquals(await child.status(), 0, child.err);
  assertEquals(rows(child).filter((row) => row.startsWith("1234")), [
    "1234     130 Burglary, area 01, zone 015 · 503, octet by octet, after 50 ms",
    "1234     130 Burglary, area 01, zone 015 · repeat, marked · 204, octet by octet, after 50 ms",
  ]);
});

/** Posts with a program that is not ours. */
async function curl(port: number, headers: Record<string, string>, body: string): Promise<string> {
  const lines = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const { stdout } = await new Deno.Command("curl", {
    args: [
      "-s",
      "--noproxy",
      "*",
      "--max-time",
      "60",
      "-w",
      "%{http_code}",
      ...lines,
      "-d",
      body,
      `http://127.0.0.1:${port}/`,
    ],
  }).output();
  return new TextDecoder().decode(stdout);
}

const HAS_CURL = await new Deno.Command("curl", { args: ["-V"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

Deno.test({
  name: `webhook: curl is answered 204 when its signature fits, and 401 when not${
    HAS_CURL ? "" : " (SKIPPED: no curl)"
  }`,
  ignore: !HAS_CURL,
  fn: async () => {
    const [child, port] = await listening("webhook", ["--secret", SECRET, "--json", "--count", "1"]);
    await using _ = child;
    const body = '{"type":"alarm","data":{"id":"01JD","account":"1234","events":[]}}';
    const signed = signWebhook({ id: "01JD", timestamp: Math.floor(Date.now() / 1000), body: ascii(body) }, [
      webhookKey,
    ]);
    assertStringIncludes(await curl(port, { ...signed, "webhook-id": "01JE" }, body), "wrong-signature");
    assertEquals(await curl(port, signed, body), "204");
    assertEquals(await child.status(), 0, child.err);
    assertEquals(objects(child).map(({ answer }) => String(answer ?? "").slice(0, 3)), ["401", "204", ""]);
    assert(!(child.out + child.err).includes(SECRET.slice(6)));
  },
});

Deno.test("webhook: --refuse-with alone refuses everything", async () => {
  const [child, port] = await listening("webhook", ["--refuse-with", "404"]);
  await using _ = child;
  for (let times = 0; times < 3; times++) {
    const body = '{"type":"alarm","data":{"id":"a","account":"1","events":[]}}';
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
    assertEquals([answer.status, await answer.text()], [404, ""]);
  }
});

brokerTest(
  "mqtt: mosquitto_pub, a publisher that is not ours, is told what was refused, and what was taken",
  async () => {
    const [child, port] = await listening("mqtt", ["--nak", "1", "--count", "2"]);
    await using _ = child;
    const item = alarm("sia", "#1234|NBA5", {
      id: "01JD",
      account: "1234",
      events: decodeEventData("sia", ascii("#1234|NBA5")),
    });
    const message = new TextDecoder().decode(mqttPayload(item, 0));
    const publish = async () => {
      const args = [
        "-h",
        "127.0.0.1",
        "-p",
        String(port),
        "-V",
        "mqttv5",
        "-q",
        "1",
        "-t",
        "alarms/1234",
        "-m",
        message,
      ];
      const { stdout, stderr, code } = await new Deno.Command("mosquitto_pub", { args }).output();
      return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
    };
    assertStringIncludes((await publish()).said, "Quota exceeded");
    assertEquals(await publish(), { code: 0, said: "" });
    const output = new Output({ session: new MqttSession({ clientId: "rct-1" }), role: "connect", port });
    await deliver(output, ["1002"]);
    assertEquals(await child.status(), 0, child.err);
    await output.close();
    const alarms = rows(child).filter((row) => /^\d{4} /.test(row));
    assertEquals(alarms.slice(0, 2).map((row) => row.replace(/ +/g, " ")), [
      "1234 BA Burglary Alarm, zone 5 · PUBACK 0x97",
      "1234 BA Burglary Alarm, zone 5 · repeat, marked · PUBACK",
    ]);
    assert(
      alarms.length === 3 && alarms[2]?.startsWith("1002 ") && alarms[2].endsWith(" · PUBACK"),
      alarms[2],
    );
    assert(rows(child).some((row) => row.includes("tocsin/available/rct-1 online")), child.out);
  },
);

ptyTest("a serial line: after a cut it goes on, and when the line is pulled out it ends, 69", async () => {
  await using wire = await Wire.make();
  const line = wire.panel();
  await using child = ae(["sur-gard", "--serial", `${wire.device},9600,8N1`, "--drop-after", "0"], [
    "--allow-ffi",
    "--allow-read",
    "--allow-write",
  ]);
  await child.shows("connecting to the receiver at");
  const conn = await line;
  await conn.write(ascii("5011 181234E13001015\x14"));
  await child.shows(/disconnected: cut in place of an answer[^]*connected: /);
  await conn.write(ascii("5011 181234E13001015\x14"));
  const answer = new Uint8Array(1);
  await conn.read(answer);
  assertEquals(answer, Uint8Array.of(0x06));
  await child.shows("1234     130 Burglary, area 01, zone 015 · repeat, unmarked · ACK\n");
  await wire.unplug();
  assertEquals(await child.status(), 69);
  assertStringIncludes(child.err, "tocsin ae: the line is gone: ");
});

/** Runs it in this process, with what it writes caught. */
async function caught(args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { log, error } = console;
  const said = { out: "", err: "" };
  console.log = (text: string) => void (said.out += `${text}\n`);
  console.error = (text: string) => void (said.err += `${text}\n`);
  try {
    return { code: await runAe(args), ...said };
  } finally {
    Object.assign(console, { log, error });
  }
}

Deno.test("--help is the help, on standard output", async () => {
  const { code, out } = await caught(["sur-gard", "--help"]);
  assertEquals(code, 0);
  for (const word of ["--stall-after", "vds2465-tcp", "Exit status"]) assertStringIncludes(out, word);
});

Deno.test("a port that is taken cannot be listened on: 69", async () => {
  using taken = Deno.listen({ port: 0 });
  const { code, err } = await caught(["dc07", "--listen", `${taken.addr.port}`]);
  assertEquals(code, 69);
  assertStringIncludes(err, "tocsin ae: another program has the port");
});

const LISTEN = ["--listen", "1025"];
const WRONG: [args: string[], words: string][] = [
  [[], "LANGUAGE is missing: expected sur-gard, "],
  [["klingon", ...LISTEN], 'no language "klingon"'],
  [["dc07", "more", ...LISTEN], '"more": expected one language'],
  [["dc07"], "one of --listen"],
  [["dc07", ...LISTEN, "--connect", "a:1"], "one of --listen"],
  [["dc07", "--listen", "0"], "--listen: expected a port"],
  [["dc07", "--listen", "a:b"], "--listen: expected a port"],
  [["dc07", "--connect", "localhost"], "--connect: expected HOST:PORT"],
  [["dc07", "--connect", "1025"], "--connect: expected HOST:PORT"],
  [["dc07", "--serial", "/dev/ttyUSB0,9600"], '--serial: line "/dev/ttyUSB0,9600"'],
  [["mqtt", "--connect", "a:1"], "--connect means nothing in mqtt"],
  [["webhook", "--serial", "/dev/ttyUSB0,9600,8N1"], "--serial means nothing in webhook"],
  [["dc07", ...LISTEN, "--udp"], "--udp means nothing in dc07"],
  [["dc09", "--connect", "a:1", "--udp"], "--udp goes with --listen"],
  [["dc09", ...LISTEN, "--udp", "--fragments"], "a datagram comes whole"],
  [["dc07", ...LISTEN, "--strict"], "--strict means nothing in dc07"],
  [["sur-gard", ...LISTEN, "--line-digits", "8"], "--line-digits: expected a whole number from 1 to 7"],
  [["sur-gard", ...LISTEN, "--key", "x"], "--key means nothing in sur-gard"],
  [["dc09", ...LISTEN, "--key", "SecretSecret"], "--key: The key has 12 characters"],
  [["vds2465-tcp", ...LISTEN, "--key", "SecretSecret"], "--key: expected the key number"],
  [["webhook", ...LISTEN, "--secret", "SecretSecret"], "--secret: A webhook secret starts with"],
  [["webhook", ...LISTEN, "--refuse-with", "200"], "--refuse-with: expected a whole number from 300 to 599"],
  [["mqtt", ...LISTEN, "--refuse-with", "1"], "from 128 to 255"],
  [["dc07", ...LISTEN, "--late", "soon"], "--late: expected a duration"],
  [["dc07", ...LISTEN, "--nak", "many"], "--nak: expected a whole number"],
  [["dc07", ...LISTEN, "--nak", "1", "--nak", "2"], "--nak: given more than once"],
  [["dc07", ...LISTEN, "--nak"], "--nak: its value is missing"],
  [["dc07", ...LISTEN, "--silent", "--count", "1"], "--count never ends with --silent"],
  [["mqtt", ...LISTEN, "--refuse-with", "135", "--count", "1"], "--count never ends with --refuse-with"],
  [["dc07", ...LISTEN, "--colour"], "--colour: unknown"],
];

for (const [args, words] of WRONG) {
  Deno.test(`wrong arguments, 64: ${args.join(" ")}`, async () => {
    const { code, err } = await caught(args);
    assertEquals(code, 64);
    const [first = "", ...rest] = err.trimEnd().split("\n");
    assertStringIncludes(first, words);
    assert(!err.includes("SecretSecret"));
    // A page of help would push what was wrong off the screen.
    if (args.length === 0) assertStringIncludes(err, "Exit status");
    else assertEquals(rest, ["All options: tocsin ae --help"]);
  });
}
