/** The doctor on real sockets. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Consultation } from "../../src/doctor/consultation.ts";
import { hearNetwork, type NetworkOptions } from "../../src/doctor/hear_network.ts";
import { NO_KEYS } from "../../src/doctor/examination_options.ts";
import type { Verdict } from "../../src/doctor/verdict.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { until } from "../support/until.ts";
import { block, dc09, galaxy, hex, octets, rules } from "./panels.ts";
import "../support/own_ports.ts";

/** Far longer than any test waits for it. */
const LONG = 60_000;
/** The test says when it is over: no pause of a slow machine does. */
const PATIENT = { quietMs: LONG, latestMs: LONG };

/** A doctor at work; `port` once it listens. */
function doctor(kind: "tcp" | "udp" | "connect", options: Partial<NetworkOptions> & { port?: number } = {}) {
  const stop = new AbortController();
  const said: string[] = [];
  const kept: number[] = [];
  const { port = 0, ...rest } = options;
  const source = { kind, hostname: "127.0.0.1", port };
  const done = hearNetwork({
    keys: NO_KEYS,
    answer: false,
    signal: stop.signal,
    source,
    ms: LONG,
    progress: (text) => said.push(text),
    keep: (bytes) => kept.push(...bytes),
    ...rest,
  });
  return {
    said,
    kept,
    stop: () => stop.abort(),
    async port(): Promise<number> {
      const listening = () =>
        said.map((text) => /^listening on \w+ port (\d+)$/.exec(text)?.[1]).find((it) => it);
      await until(() => listening() !== undefined, "the port");
      return Number(listening());
    },
    async verdict(): Promise<Verdict> {
      const { consultation, port } = await done;
      return verdictOf(consultation, kind, port);
    },
  };
}

function verdictOf(consultation: Consultation, kind: "tcp" | "udp" | "connect", port: number): Verdict {
  return consultation.verdict({ source: { kind, hostname: "127.0.0.1", port } });
}

/** A panel's connection; what it hears is kept. */
async function panelOn(port: number) {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const heard: number[] = [];
  const reading = (async () => {
    const buffer = new Uint8Array(1024);
    try {
      for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
        heard.push(...buffer.subarray(0, n));
      }
    } catch { /* closed below */ }
  })();
  return {
    heard,
    text: () => Uint8Array.from(heard).toHex(),
    async say(bytes: Uint8Array) {
      for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    },
    async [Symbol.asyncDispose]() {
      try {
        conn.close();
      } catch { /* closed by the other side */ }
      await reading;
    },
  };
}

Deno.test("TCP: a Galaxy is recognised and nothing is sent to it", async () => {
  const listening = doctor("tcp");
  await using panel = await panelOn(await listening.port());
  await panel.say(galaxy());
  const verdict = await listening.verdict();
  assertEquals([verdict.language, verdict.certainty, verdict.readable], ["sia", "sure", true]);
  assertEquals(panel.heard, [], "it only listens unless it is told to answer");
  assertEquals(listening.kept, [...galaxy()]);
  assertEquals([verdict.acknowledged, verdict.acknowledgedCount], [[], 0]);
});

Deno.test("TCP: an encrypted Galaxy ends the wait at once, with the fault", async () => {
  const listening = doctor("tcp");
  await using panel = await panelOn(await listening.port());
  await panel.say(hex("0501815968"));
  const verdict = await listening.verdict();
  assertEquals([verdict.readable, verdict.fault, rules(verdict)], [false, "key", ["encrypted-session"]]);
});

Deno.test("TCP with answers: a panel that takes only 00 38 C7 is understood in the end", async () => {
  const listening = doctor("tcp", { answer: true, patience: PATIENT });
  await using panel = await panelOn(await listening.port());
  const blocks = [block("#", "123456"), block("N", "ri1/BA12"), block("0", "")];
  for (const each of blocks) {
    const before = panel.heard.length;
    const acknowledged = () => Uint8Array.from(panel.heard.slice(before)).toHex().includes("0038c7");
    for (let attempt = 0; attempt < 12 && !acknowledged(); attempt++) {
      const length = panel.heard.length;
      await panel.say(each);
      await until(() => panel.heard.length > length, "an answer");
    }
    assert(acknowledged(), `${each.toHex()}: ${panel.text()}`);
  }
  listening.stop();
  const verdict = await listening.verdict();
  assertEquals([verdict.settings["ack_style"], rules(verdict)[0]], ["00", "ack-style"]);
  assertEquals(verdict.acknowledged, ["account 123456: BA Burglary Alarm, zone 12"]);
});

Deno.test("TCP with answers: a panel that hangs up on a wrong ACK and comes back gets another form each time", async () => {
  const listening = doctor("tcp", { answer: true, patience: PATIENT });
  const port = await listening.port();
  const answers: string[] = [];
  for (let connection = 0; connection < 3; connection++) {
    await using panel = await panelOn(port);
    await panel.say(block("#", "123456"));
    await until(() => panel.heard.length === 3, "an answer");
    answers.push(panel.text());
    if (panel.text() !== "4008b7") continue;
    await panel.say(block("0", ""));
    await until(() => panel.heard.length === 6, "the answer to what comes behind");
    break;
  }
  assertEquals(answers, ["403887", "0038c7", "4008b7"]);
  listening.stop();
  assertEquals((await listening.verdict()).settings["ack_style"], "40-08");
});

Deno.test("TCP with answers: VdS 2465 gets its first telegram, and what the device says then is read", async () => {
  const listening = doctor("tcp", { answer: true });
  await using device = await panelOn(await listening.port());
  await until(() => device.heard.length >= 18, "the synchronisation request");
  assertEquals(device.heard.slice(0, 4), [0, 0, 0, 14]);
  await device.say(hex("0000000e000000a0ec5d1000000002010101"));
  const verdict = await listening.verdict();
  assertEquals([verdict.language, verdict.certainty], ["vds2465-tcp", "sure"]);
});

Deno.test("TCP: visitors before the panel do not end the wait, and several panels are heard", async () => {
  const listening = doctor("tcp", { patience: PATIENT });
  const port = await listening.port();
  await using visitor = await panelOn(port);
  await visitor.say(octets("GET / HTTP/1.1\r\n\r\n"));
  await until(() => listening.kept.length >= 18, "the visitor");
  {
    await using first = await panelOn(port);
    await using second = await panelOn(port);
    const [one, two] = [galaxy("111111"), galaxy("222222")];
    await first.say(one);
    await second.say(two);
    await until(() => listening.kept.length === 18 + one.length + two.length, "both panels");
    listening.stop();
    const verdict = await listening.verdict();
    assertEquals([verdict.language, verdict.certainty], ["sia", "sure"]);
    assertEquals(verdict.accounts.sort(), ["111111", "222222"]);
  }
});

Deno.test("TCP: a silent connection is told apart from no connection", async () => {
  const waiting = doctor("tcp");
  await using _panel = await panelOn(await waiting.port());
  await until(() => waiting.said.some((text) => text.startsWith("connected")), "the connection");
  waiting.stop();
  const verdict = await waiting.verdict();
  assertEquals([verdict.octets, rules(verdict)], [0, ["silent-connection"]]);
  const alone = doctor("tcp", { ms: 1 });
  assertEquals(rules(await alone.verdict()), ["nothing-heard"]);
});

Deno.test("UDP: DC-09 datagrams are recognised, and answered only when that is wanted", async () => {
  for (const answer of [false, true]) {
    const listening = doctor("udp", { answer });
    const port = await listening.port();
    const panel = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const answers: string[] = [];
    const reading = (async () => {
      try {
        for (;;) answers.push(new TextDecoder().decode((await panel.receive())[0]));
      } catch { /* closed below */ }
    })();
    const frame = dc09('"SIA-DCS"0001L0#1234[#1234|Nri1BA5]');
    // A datagram may be lost on its way: it is sent until it is heard.
    await until(async () => {
      await panel.send(frame, { transport: "udp", hostname: "127.0.0.1", port });
      return listening.kept.length > 0;
    }, "the datagram");
    const verdict = await listening.verdict();
    assertEquals([verdict.language, verdict.certainty, verdict.source.kind], ["dc09", "sure", "udp"]);
    if (answer) {
      await until(() => answers.length > 0, "the acknowledgement");
      assertEquals(answers[0], '\n1BC10012"ACK"0001L0#1234[]\r');
      assertEquals(verdict.acknowledgedCount >= 1, true);
    } else assertEquals(answers, []);
    panel.close();
    await reading;
  }
});

Deno.test("connects to a serial server, and to one that is not there yet", async () => {
  const port = freePort("tcp");
  const connecting = doctor("connect", { port });
  await until(() => connecting.said.some((text) => text.startsWith("cannot connect")), "a failed attempt");
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const conn = await listener.accept();
  await conn.write(hex("6802026840024216"));
  const verdict = await connecting.verdict();
  assertEquals([verdict.language, verdict.certainty], ["vds2465-serial", "sure"]);
  conn.close();
  listener.close();
});

Deno.test("nobody to connect to: that is said, and not that nothing was heard", async () => {
  const connecting = doctor("connect", { port: freePort("tcp"), ms: 300 });
  const verdict = await connecting.verdict();
  assertEquals([verdict.findings[0]?.rule, verdict.fault], ["not-connected", "wiring"]);
});

Deno.test("a port that is taken is an error in words", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const taken = hearNetwork({
    keys: NO_KEYS,
    answer: false,
    signal: new AbortController().signal,
    source: { kind: "tcp", hostname: "127.0.0.1", port },
    ms: 1,
  });
  await assertRejects(() => taken, Deno.errors.AddrInUse);
  listener.close();
});
