import { assert, assertEquals } from "@std/assert";
import { panelAt } from "../support/panel.ts";
import { Ae, Caller, counters, rawPair, rctLine, sptLine, sptPort, until } from "./raw_rig.ts";

const random = (octets: number) => crypto.getRandomValues(new Uint8Array(octets));
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("random octets go through as they are, both ways at once, also more than a message carries", async () => {
  await using ae = new Ae();
  await using pair = await rawPair([sptLine()], [rctLine(ae.port)]);
  await using panel = new Caller(sptPort(pair));
  const every = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  const up = Uint8Array.from([...every, ...random(20_000)]);
  const down = Uint8Array.from([...every.toReversed(), ...random(20_000)]);
  await until(() => panel.connected, "the panel's connection");
  panel.say(up);
  const peer = await ae.first();
  peer.say(down);
  await until(() => peer.octets.length >= up.length && panel.octets.length >= down.length, "all octets");
  assertEquals(peer.octets, up);
  assertEquals(panel.octets, down);
  const [spt, rct] = [await counters(pair, "spt"), await counters(pair, "rct")];
  assertEquals([spt["octets-in"], spt["octets-out"]], [up.length, down.length]);
  assertEquals([rct["octets-in"], rct["octets-out"]], [down.length, up.length]);
  assertEquals([spt["resets"], rct["resets"]], [undefined, undefined]);
});

Deno.test("a hang-up at one end is one at the other, after what was sent before it", async () => {
  await using ae = new Ae();
  await using pair = await rawPair([sptLine()], [rctLine(ae.port)]);
  await using panel = new Caller(sptPort(pair));
  const said = random(5000);
  await until(() => panel.connected, "the panel's connection");
  panel.say(said);
  panel.hangUp();
  const peer = await ae.first();
  await until(() => peer.closed, "the AE's connection to end");
  assertEquals(peer.octets, said);

  await using second = new Caller(sptPort(pair));
  await until(() => ae.peers.length === 2, "the second call");
  const other = ae.peers[1]!;
  other.say(said);
  other.hangUp();
  await until(() => second.closed, "the panel's connection to end");
  assertEquals(second.octets, said);
  const status = await pair.spt.status(Date.now());
  await until(
    async () => (await pair.spt.status(Date.now())).inputs.at(-1)!.connections === 0,
    "nothing to be left",
  );
  assertEquals(status.inputs.at(-1)!.mode, "raw");
});

Deno.test("two panels of one line each have their own connection to the AE", async () => {
  await using ae = new Ae();
  await using pair = await rawPair([sptLine()], [rctLine(ae.port)]);
  await using one = new Caller(sptPort(pair));
  await using two = new Caller(sptPort(pair));
  await until(() => one.connected && two.connected && ae.peers.length === 2, "both panels at the AE");
  one.say(bytes("one"));
  two.say(bytes("two"));
  await until(() => ae.peers.every((peer) => peer.octets.length === 3), "what they say");
  const said = ae.peers.map((peer) => new TextDecoder().decode(peer.octets));
  assertEquals(said.toSorted(), ["one", "two"]);
  for (const [at, peer] of ae.peers.entries()) peer.say(bytes(`to ${said[at]}`));
  await until(() => one.octets.length === 6 && two.octets.length === 6, "the answers");
  assertEquals([one, two].map(({ octets }) => new TextDecoder().decode(octets)), ["to one", "to two"]);
});

Deno.test("an AE that connects to us: panels are turned away while it is not there, and one at a time is joined", async () => {
  await using pair = await rawPair([sptLine()], [rctLine("listen")]);
  const port = pair.rct.raws[0]!.port;
  await using early = new Caller(sptPort(pair));
  await until(() => early.closed, "the early panel to be turned away");
  const faults = () => pair.rct.health(Date.now()).faults.map(({ rule }) => rule);
  assert(faults().includes("raw-ae-absent:shop-12/door"), faults().join());
  assert(pair.spt.health(Date.now()).faults.some(({ rule }) => rule === "raw-refused:door"));
  assertEquals((await counters(pair, "rct"))["refused"], 1);

  await using ae = new Caller(port);
  await until(() => !faults().includes("raw-ae-absent:shop-12/door"), "the AE to be there");
  await using panel = new Caller(sptPort(pair));
  await until(() => panel.connected, "the panel's connection");
  panel.say(bytes("alarm"));
  await until(() => ae.octets.length === 5, "the alarm");
  ae.say(Uint8Array.of(6));
  await until(() => panel.octets.length === 1, "the answer");
  assert(!pair.spt.health(Date.now()).faults.some(({ rule }) => rule === "raw-refused:door"));

  await using second = new Caller(sptPort(pair));
  await until(() => second.closed, "the second panel to be turned away");
  assert(panel.connected && ae.connected);
  panel.hangUp();
  await until(() => ae.closed, "the AE's connection to end");
});

Deno.test("an AE that cannot be reached: the panel's connection is closed, and the fault stands until it can", async () => {
  const ae = new Ae();
  const { port } = ae;
  await ae[Symbol.asyncDispose]();
  await using pair = await rawPair([sptLine()], [rctLine(port)]);
  await using panel = new Caller(sptPort(pair));
  await until(() => panel.closed, "the panel to be turned away");
  const rules = pair.rct.health(Date.now()).faults.map(({ rule }) => rule);
  assert(rules.includes("raw-ae-absent:shop-12/door"), rules.join());
  assertEquals((await counters(pair, "spt"))["resets"], 1);
});

Deno.test("a line that the RCT has no end for, or has for another site only, is refused and told", async () => {
  await using ae = new Ae();
  await using pair = await rawPair([sptLine({ name: "side" })], [rctLine(ae.port)]);
  await using panel = new Caller(sptPort(pair, "side"));
  await until(() => panel.closed, "the panel to be turned away");
  assert(pair.spt.health(Date.now()).faults.some(({ rule }) => rule === "raw-refused:side"));
  assertEquals((await pair.rct.status(Date.now())).counters["raw-no-line"], 1);
  assertEquals(ae.peers.length, 0);
});

Deno.test("while the path is down, panels are turned away at once; open connections are closed at both ends", async () => {
  await using ae = new Ae();
  await using pair = await rawPair([sptLine()], [rctLine(ae.port)], {
    adjust: (spt) => {
      spt.rct.responseTimeoutMs = 200;
      spt.rct.transmissions = 2;
    },
  });
  await using panel = new Caller(sptPort(pair));
  const peer = await ae.first();
  await pair.rct.close(0);
  await until(() => peer.closed, "the AE's connection to end");
  panel.say(bytes("anybody?"));
  await until(() => panel.closed, "the panel's connection to end");
  await until(() => pair.spt.pathState !== "connected", "the SPT to know");
  await using late = new Caller(sptPort(pair));
  await until(() => late.closed, "the late panel to be turned away");
  assertEquals((await counters(pair, "spt"))["refused:path-down"], 1);
  await pair.openRct();
  await until(() => pair.spt.pathState === "connected", "the path again");
  await using back = new Caller(sptPort(pair));
  await until(() => ae.peers.length === 2, "the panel at the AE");
  back.say(bytes("here"));
  await until(() => ae.peers[1]!.octets.length === 4, "what it says");
});

Deno.test("an RCT that has started anew does not know a connection: it ends at once, not with the next alarm", async () => {
  await using ae = new Ae();
  await using pair = await rawPair([sptLine()], [rctLine(ae.port)], {
    adjust: (spt) => spt.rct.heartbeatMs = 1000,
  });
  await using panel = new Caller(sptPort(pair));
  await ae.first();
  await pair.rct.close(0);
  await pair.openRct();
  await until(() => panel.closed, "the panel's connection to end");
});

Deno.test("an SPT that has started anew: what it had at the AE ends, and the line is free", async () => {
  await using pair = await rawPair([sptLine()], [rctLine("listen")]);
  await using ae = new Caller(pair.rct.raws[0]!.port);
  await until(() => ae.connected, "the AE");
  await using panel = new Caller(sptPort(pair));
  await until(() => panel.connected, "the panel");
  panel.say(bytes("a"));
  await until(() => ae.octets.length === 1, "the panel at the AE");
  await pair.spt.close(0);
  await pair.openSpt();
  await until(() => pair.spt.pathState === "connected", "the path again");
  // The AE sees a connection that ended, and makes another one; so does the panel.
  await until(() => ae.closed, "the old connection to end");
  await using next = new Caller(pair.rct.raws[0]!.port);
  await until(() => next.connected, "the AE again");
  await until(
    async () => (await pair.rct.status(Date.now())).outputs.at(-1)!.state === "present",
    "it to be known",
  );
  await using third = new Caller(sptPort(pair));
  await until(() => third.connected, "the panel again");
  third.say(bytes("b"));
  await until(() => next.octets.length === 1, "what it says");
});

Deno.test("addresses that are not allowed are turned away at both ends", async () => {
  const allow = ["192.0.2.0/24"];
  await using pair = await rawPair(
    [sptLine({ line: { kind: "network", hostname: "127.0.0.1", port: 0, allow, maxConnections: 1 } })],
    [rctLine("listen", { line: { kind: "listen", hostname: "127.0.0.1", port: 0, allow } })],
  );
  await using panel = new Caller(sptPort(pair));
  await using ae = new Caller(pair.rct.raws[0]!.port);
  await until(() => panel.closed && ae.closed, "both to be turned away");
  assertEquals((await counters(pair, "spt"))["refused:address-not-allowed"], 1);
  assertEquals((await counters(pair, "rct"))["refused:address-not-allowed"], 1);
});

Deno.test("alarms and a raw line that is never silent take turns on the path", async () => {
  await using ae = new Ae();
  await using pair = await rawPair([sptLine()], [rctLine(ae.port)]);
  await using panel = new Caller(sptPort(pair));
  const peer = await ae.first();
  let stop = false;
  const flood = (async () => {
    while (!stop) {
      panel.say(random(900));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  await until(() => peer.octets.length > 20_000, "the flood");
  const before = pair.centre.alarms;
  const other = panelAt(pair.ports.contactId);
  assert(await other.send(bytes("1234181131010158\r\n"), (answer) => answer[0] === 6));
  other.close();
  await until(() => pair.centre.alarms === before + 1, "the alarm beside the flood");
  const heard = peer.octets.length;
  await until(() => peer.octets.length > heard, "the flood to go on");
  stop = true;
  await flood;
});
