import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PanelCommand, PanelEffect } from "../../../adapters/contract.ts";
import { siaDecoder, SiaSession, type SiaSessionOptions } from "../../../adapters/sia/mod.ts";
import { block, concat, latin1 } from "./blocks.ts";

const login = { id: "a", data: latin1("?543210") };
const control = { id: "b", data: latin1("CSA*1") };
const query = { id: "c", data: latin1("XZS201") };
const account = block("#", "1234");
const event = block("N", "BA1");
const end = block("0");
const noAck = { ackRequest: false };

/** What is sent, as hex; and results, in short. */
function said(effects: PanelEffect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.kind === "send") return [effect.bytes.toHex()];
    if (effect.kind !== "command-result") return [];
    const { id, outcome, data } = effect;
    return [[id, outcome, String.fromCharCode(...data)].join(" ").trim()];
  });
}

function start(options: SiaSessionOptions = { remote: "always" }) {
  const session = new SiaSession(options);
  return {
    session,
    command: (command: PanelCommand, now = 0) => said(session.sendCommand(command, now)),
    feed: (bytes: Uint8Array, now = 0) => said(session.feed(bytes, now)),
    tick: (now: number) => said(session.tick(now)),
  };
}

/** Why a command did not go out. */
function detail(panel: ReturnType<typeof start>, command: PanelCommand): string {
  const [result, ...rest] = panel.session.sendCommand(command, 0);
  assert(result?.kind === "command-result" && rest.length === 0);
  assertEquals([result.outcome, result.data.length], ["rejected", 0]);
  return result.detail;
}

const hex = (code: string, data: string, header = {}) => block(code, data, header).toHex();

Deno.test("commands go out only where the input allows it", () => {
  assertStringIncludes(detail(start({}), control), "Set remote");
  const panel = start({ remote: "reverse-channel" });
  assertStringIncludes(detail(panel, control), "reverse channel");
  panel.feed(block("0", "", { reverseChannel: true }));
  assertEquals(panel.command(control), [hex("C", "SA*1", { reverseChannel: true })]);
  const over = start();
  over.session.end(0);
  assertEquals(over.command(control), ["b closed"]);
});

Deno.test("what is no command is rejected, with the reason", () => {
  for (const text of ["", "SA*1", "NBA1", "\xff"]) {
    assertStringIncludes(detail(start(), { id: "x", data: latin1(text) }), "function code");
  }
  assertStringIncludes(detail(start(), { id: "x", data: latin1("X" + "Z".repeat(64)) }), "at most 63 octets");
  assertEquals(start().command({ id: "x", data: latin1("X" + "Z".repeat(63)) }), [hex("X", "Z".repeat(63))]);
});

Deno.test("login, query and control as openGalaxy describes them", () => {
  const panel = start();
  assertEquals(panel.command(login, 0), [hex("?", "543210")]);
  assertEquals(panel.feed(block("8", "", noAck), 10), []);
  // The panel names what it can do, and wants that acknowledged.
  assertEquals(panel.feed(block("@", "AL4B"), 20), ["a done @AL4B", "403887"]);
  assertEquals(panel.command(query, 30), [hex("X", "ZS201")]);
  assertEquals(panel.feed(block("X", "ZS201*1"), 40), ["c done XZS201*1", "403887"]);
  assertEquals(panel.command(control, 50), [hex("C", "SA*1")]);
  panel.feed(block("8", "", noAck), 60);
  assertEquals(panel.session.nextTick, 4060);
  assertEquals([panel.tick(4059), panel.tick(4060), panel.tick(9000)], [[], ["b done"], []]);
});

Deno.test("octets above 0x7F go to the panel and come back as they are", () => {
  const panel = start();
  assertEquals(panel.command({ id: "x", data: Uint8Array.of(0x58, 0x9c, 0x00) }), [hex("X", "£\0")]);
  const [result] = panel.session.feed(block("X", "£"), 5);
  assert(result?.kind === "command-result");
  assertEquals(result.data, Uint8Array.of(0x58, 0x9c));
});

Deno.test("one at a time: the next command goes out when the one before has ended", () => {
  const panel = start();
  assertEquals(panel.command(login), [hex("?", "543210")]);
  assertEquals(panel.command(control), []);
  assertEquals(panel.feed(block("7", "", noAck)), ["a done", hex("C", "SA*1")]);
});

Deno.test("a rejected block is sent four times in all; one that is not answered is never sent twice", () => {
  const panel = start();
  panel.command(control);
  for (let i = 0; i < 3; i++) assertEquals(panel.feed(block("9", "", noAck)), [hex("C", "SA*1")]);
  assertEquals(panel.feed(block("\x09", "", noAck)), ["b rejected"]);
  assertEquals(panel.command(control, 100), [hex("C", "SA*1")]);
  assertEquals([panel.tick(2599), panel.tick(2600)], [[], ["b no-answer"]]);
});

Deno.test("wait makes it wait, abort ends it", () => {
  const panel = start();
  panel.command(control, 0);
  panel.feed(block("1", ""), 2000);
  assertEquals(panel.tick(2500), []);
  assertEquals(panel.feed(block("2", ""), 3000)[0], "b rejected");
});

Deno.test("a command waits for the end of the panel's data group, and alarms go before it", () => {
  const panel = start();
  assertEquals(panel.feed(account, 0), ["403887"]);
  assertEquals(panel.command(control, 10), []);
  assertEquals(panel.session.nextTick, 4000);
  assertEquals(panel.feed(event, 20), []);
  assertEquals(said(panel.session.settle(1, "accepted", 30)), ["403887"]);
  assertEquals(panel.feed(end, 40), ["403887", hex("C", "SA*1")]);
  // An alarm in the middle of it is taken and answered, and the answer to the command is not held up by it.
  assertEquals(panel.feed(account, 50), ["403887"]);
  panel.feed(event, 60);
  assertEquals(panel.feed(block("8", "", noAck), 70), []);
  assertEquals(said(panel.session.settle(2, "accepted", 80)), ["403887"]);
  assertEquals(panel.tick(4070), ["b done"]);
});

Deno.test("a panel that breaks off inside a group is spoken to after 4 s of silence", () => {
  const panel = start();
  panel.feed(account, 1000);
  panel.command(control, 1000);
  assertEquals(panel.tick(4999), []);
  assertEquals(panel.tick(5000), [hex("C", "SA*1")]);
});

Deno.test("a command that finds no room for 30 s is not sent any more, and says so", () => {
  const panel = start();
  panel.feed(concat(account, event), 0);
  panel.command(control, 1000);
  panel.command(query, 2000);
  assertEquals(panel.tick(30_999), []);
  assertEquals(panel.session.nextTick, 31_000);
  assertEquals(panel.tick(31_000), ["b rejected"]);
  assertEquals(said(panel.session.settle(1, "accepted", 31_500)), ["403887", hex("X", "ZS201")]);
});

Deno.test("commands are bounded, and none is forgotten when the connection ends", () => {
  const panel = start();
  for (let i = 0; i < 8; i++) {
    assertEquals(panel.command({ ...control, id: String(i) }, 0), i === 0 ? [hex("C", "SA*1")] : []);
  }
  assertStringIncludes(detail(panel, control), "8 commands wait");
  assertEquals(said(panel.session.end(0)), Array.from({ length: 8 }, (_, i) => `${i} closed`));
  assertEquals(panel.session.end(0), []);
  const taken = start();
  taken.command(control);
  taken.feed(block("8", "", noAck));
  assertEquals(said(taken.session.end(0)), ["b done"]);
  const cut = start();
  cut.command(control);
  assertEquals(cut.feed(Uint8Array.fromHex("0501815968")), ["b closed"]);
});

Deno.test("a session names the account that the panel told, or the default, for commands to find it by", () => {
  const session = new SiaSession();
  assertEquals(session.account, undefined);
  session.feed(account, 0);
  assertEquals(session.account, "1234");
  assertEquals(new SiaSession({ defaultAccount: "77" }).account, "77");
});

Deno.test("an unasked answer stays what it was: noted, never answered", () => {
  const effects = start().session.feed(block("8"), 0);
  assertEquals(effects.map(({ kind }) => kind), ["poll"]);
});

Deno.test("a remote code is shown nowhere", () => {
  const session = new SiaSession({ remote: "always" });
  const effects = [
    ...session.sendCommand(login, 0),
    ...session.feed(concat(block("9", "", noAck), block("?", "543210")), 0),
    ...session.sendCommand({ ...login, data: latin1("?543210" + "9".repeat(70)) }, 0),
    ...session.end(0),
  ].filter(({ kind }) => kind !== "send");
  assertEquals(effects.filter(({ kind }) => kind === "command-result").length, 2);
  const shown = JSON.stringify(effects, (_, value) => value instanceof Uint8Array ? value.toHex() : value);
  for (const code of ["543210", "353433323130"]) assertEquals(shown.includes(code), false, shown);
  const [decoded] = siaDecoder().feed(block("?", "543210"));
  assert(decoded?.ok);
  assertEquals(JSON.stringify(decoded).includes("543210"), false);
  assertEquals(JSON.stringify(decoded).includes("353433323130"), false);
});
