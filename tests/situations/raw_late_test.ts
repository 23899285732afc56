import { assert, assertEquals } from "@std/assert";
import { Relay } from "../dtls/relay.ts";
import { Ae, Caller, counters, rawPair, rctLine, sptLine, sptPort, until } from "../gateway/raw_rig.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A pair over a network that can be cut. */
async function onNetwork(ae: Ae, maxDelayMs: number) {
  let relay: Relay | undefined;
  const network = { cut: false };
  const pair = await rawPair([sptLine({ maxDelayMs })], [rctLine(ae.port, { maxDelayMs })], {
    adjust: (spt, rct) => {
      relay = new Relay(rct.listen.port, () => network.cut ? "lost" : "pass");
      spt.rct.port = relay.port;
      spt.rct.responseTimeoutMs = 200;
      spt.rct.transmissions = 10;
    },
  });
  return { pair, network, relay: relay! };
}

const rules = (pair: { spt: Awaited<ReturnType<typeof onNetwork>>["pair"]["spt"] }) =>
  pair.spt.health(Date.now()).faults.map(({ rule }) => rule);

Deno.test("what cannot be carried in time never comes out late: both ends are cut, there is a fault, and the next call clears it", async () => {
  await using ae = new Ae();
  const { pair, network, relay } = await onNetwork(ae, 1000);
  await using _pair = pair;
  await using _relay = relay;
  await using panel = new Caller(sptPort(pair));
  const peer = await ae.first();
  // The limit is short: on a slow machine even this could be late.
  await until(() => panel.connected && peer.connected, "the connection");
  network.cut = true;
  panel.say(bytes("late alarm"));
  await until(() => panel.closed, "the panel's connection to be cut");
  assert(rules(pair).includes("raw-late:door"), rules(pair).join());
  assertEquals((await counters(pair, "spt"))["raw-late"], 1);
  network.cut = false;
  // Its datagrams are still repeated by the session: they arrive now, and are not passed on.
  await until(() => peer.closed, "the AE's connection to be cut");
  assertEquals(peer.octets.length, 0);

  // Calls until one is answered in time.
  for (let heard = false; !heard;) {
    await using again = new Caller(sptPort(pair));
    await until(() => again.connected || again.closed, "the call");
    if (again.connected) again.say(bytes("again"));
    await until(() => again.closed || ae.peers.some(({ octets }) => octets.length === 5), "an end of it");
    heard = ae.peers.some(({ octets }) => octets.length === 5);
  }
  await until(() => !rules(pair).includes("raw-late:door"), "the fault to be gone");
});

Deno.test("a late acknowledgement is not handed to the panel: it could take it for the next alarm's", async () => {
  await using ae = new Ae();
  const { pair, network, relay } = await onNetwork(ae, 1000);
  await using _pair = pair;
  await using _relay = relay;
  await using panel = new Caller(sptPort(pair));
  const peer = await ae.first();
  await until(() => panel.connected && peer.connected, "the connection");
  network.cut = true;
  peer.say(Uint8Array.of(6));
  await until(() => peer.closed, "the AE's connection to be cut");
  network.cut = false;
  await until(() => panel.closed, "the panel's connection to be cut");
  assertEquals(panel.octets.length, 0);
  const standing = pair.rct.health(Date.now()).faults.map(({ rule }) => rule);
  assert(standing.includes("raw-late:shop-12/door"), standing.join());
});
