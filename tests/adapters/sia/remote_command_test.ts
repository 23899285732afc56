import { assert, assertEquals } from "@std/assert";
import type { PanelEffect } from "../../../adapters/contract.ts";
import { siaDecoder, SiaSession, type SiaSessionOptions } from "../../../adapters/sia/mod.ts";
import { block, concat } from "./blocks.ts";

const login = { id: "a", code: "?", data: "543210" } as const;
const control = { id: "b", code: "C", data: "SA*1" } as const;
const query = { id: "c", code: "X", data: "ZS201" } as const;
const account = block("#", "1234");
const event = block("N", "BA1");
const end = block("0");
const noAck = { ackRequest: false };

function sent(effects: PanelEffect[]): string[] {
  return effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes.toHex()] : []);
}

function start(options: SiaSessionOptions = { remote: "always" }) {
  const session = new SiaSession(options);
  return {
    session,
    command: (command: Parameters<SiaSession["command"]>[0], now = 0) => {
      const result = session.command(command, now);
      return result.ok ? sent(result.effects) : [result.rule];
    },
    feed: (bytes: Uint8Array, now = 0) => sent(session.feed(bytes, now)),
    results: () =>
      session.takeCommandResults().map(({ id, outcome, code, data }) =>
        [id, outcome, ...(code === undefined ? [] : [code + String.fromCharCode(...data ?? [])])].join(" ")
      ),
  };
}

const hex = (code: string, data: string, header = {}) => block(code, data, header).toHex();

Deno.test("commands go out only where the input allows it", () => {
  assertEquals(start({}).command(control), ["remote-not-allowed"]);
  const panel = start({ remote: "reverse-channel" });
  assertEquals(panel.command(control), ["no-reverse-channel"]);
  panel.feed(block("0", "", { reverseChannel: true }));
  assertEquals(panel.command(control), [hex("C", "SA*1", { reverseChannel: true })]);
  assertEquals(start().command({ ...query, data: "Z".repeat(64) }), ["command-too-long"]);
  const over = start();
  over.session.end(0);
  assertEquals(over.command(control), ["closed"]);
});

Deno.test("login, query and control as openGalaxy describes them", () => {
  const panel = start();
  assertEquals(panel.command(login, 0), [hex("?", "543210")]);
  assertEquals(panel.feed(block("8", "", noAck), 10), []);
  // The panel names what it can do, and wants that acknowledged.
  assertEquals(panel.feed(block("@", "AL4B"), 20), ["403887"]);
  assertEquals(panel.results(), ["a answered @AL4B"]);
  assertEquals(panel.command(query, 30), [hex("X", "ZS201")]);
  assertEquals(panel.feed(block("X", "ZS201*1"), 40), ["403887"]);
  assertEquals(panel.results(), ["c answered XZS201*1"]);
  assertEquals(panel.command(control, 50), [hex("C", "SA*1")]);
  panel.feed(block("8", "", noAck), 60);
  assertEquals(panel.session.nextTick, 4060);
  panel.session.tick(4060);
  assertEquals(panel.results(), ["b acknowledged"]);
  assertEquals(panel.results(), []);
});

Deno.test("one at a time: the next command goes out when the one before has ended", () => {
  const panel = start();
  assertEquals(panel.command(login), [hex("?", "543210")]);
  assertEquals(panel.command(control), []);
  assertEquals(panel.feed(block("7", "", noAck)), [hex("C", "SA*1")]);
  assertEquals(panel.results(), ["a acknowledged"]);
});

Deno.test("a rejected block is sent four times in all; one that is not answered is never sent twice", () => {
  const panel = start();
  panel.command(control);
  for (let i = 0; i < 3; i++) assertEquals(panel.feed(block("9", "", noAck)), [hex("C", "SA*1")]);
  assertEquals(panel.feed(block("\x09", "", noAck)), []);
  assertEquals(panel.results(), ["b rejected"]);
  assertEquals(panel.command(control, 100), [hex("C", "SA*1")]);
  assertEquals(sent(panel.session.tick(2600)), []);
  assertEquals(panel.results(), ["b no-answer"]);
});

Deno.test("wait makes it wait, abort ends it", () => {
  const panel = start();
  panel.command(control, 0);
  panel.feed(block("1", ""), 2000);
  panel.session.tick(2500);
  assertEquals(panel.results(), []);
  panel.feed(block("2", ""), 3000);
  assertEquals(panel.results(), ["b rejected"]);
});

Deno.test("a command waits for the end of the panel's data group, and alarms go before it", () => {
  const panel = start();
  assertEquals(panel.feed(account, 0), ["403887"]);
  assertEquals(panel.command(control, 10), []);
  assertEquals(panel.session.nextTick, 4000);
  assertEquals(panel.feed(event, 20), []);
  assertEquals(sent(panel.session.settle(1, "accepted", 30)), ["403887"]);
  assertEquals(panel.feed(end, 40), ["403887", hex("C", "SA*1")]);
  // An alarm in the middle of it is taken and answered, and the answer to the command is not held up by it.
  assertEquals(panel.feed(account, 50), ["403887"]);
  panel.feed(event, 60);
  panel.feed(block("8", "", noAck), 70);
  assertEquals(sent(panel.session.settle(2, "accepted", 80)), ["403887"]);
  panel.session.tick(4070);
  assertEquals(panel.results(), ["b acknowledged"]);
});

Deno.test("a panel that breaks off inside a group is spoken to after 4 s of silence", () => {
  const panel = start();
  panel.feed(account, 1000);
  panel.command(control, 1000);
  assertEquals(sent(panel.session.tick(4999)), []);
  assertEquals(sent(panel.session.tick(5000)), [hex("C", "SA*1")]);
});

Deno.test("commands and results are bounded, and none is forgotten when the connection ends", () => {
  const panel = start();
  for (let i = 0; i < 8; i++) assert(panel.session.command({ ...control, id: String(i) }, 0).ok);
  assertEquals(panel.command(control), ["too-many-commands"]);
  panel.session.end(0);
  assertEquals(panel.results().length, 8);
  const cut = start();
  cut.command(control);
  cut.feed(Uint8Array.fromHex("0501815968"));
  assertEquals(cut.results(), ["b closed"]);
});

Deno.test("an unasked answer stays what it was: noted, never answered", () => {
  const effects = start().session.feed(block("8"), 0);
  assertEquals(effects.map(({ kind }) => kind), ["poll"]);
});

Deno.test("a remote code is shown nowhere", () => {
  const session = new SiaSession({ remote: "always" });
  const started = session.command(login, 0);
  const effects = session.feed(concat(block("9", "", noAck), block("?", "543210")), 0);
  const shown = JSON.stringify([
    started.ok,
    effects.filter(({ kind }) => kind !== "send"),
    session.takeCommandResults(),
  ]);
  assertEquals(shown.includes("543210"), false);
  const [decoded] = siaDecoder().feed(block("?", "543210"));
  assert(decoded?.ok);
  assertEquals(JSON.stringify(decoded).includes("543210"), false);
  assertEquals(JSON.stringify(decoded).includes("353433323130"), false);
});
