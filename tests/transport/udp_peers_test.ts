import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  listenUdpPeers,
  type UdpPeer,
  type UdpPeerHandler,
  type UdpPeersOptions,
} from "../../src/transport/udp_peers.ts";
import { openUdp } from "../../src/transport/udp.ts";
import { until } from "../support/until.ts";

/** A listener that keeps what happens to each peer, and peers to talk to it. */
class Rig implements AsyncDisposable {
  readonly refused: string[] = [];
  readonly seen: { peer: UdpPeer; heard: string[]; ended: string[]; busy: boolean }[] = [];
  readonly listener;
  readonly #sockets: { close(): Promise<void> }[] = [];

  constructor(options: Partial<UdpPeersOptions> = {}) {
    this.listener = listenUdpPeers({
      hostname: "127.0.0.1",
      port: 0,
      onRefused: (_peer, rule) => void this.refused.push(rule),
      ...options,
    }, (peer): UdpPeerHandler => {
      const entry = { peer, heard: [] as string[], ended: [] as string[], busy: false };
      this.seen.push(entry);
      return {
        data: (bytes) => void entry.heard.push(new TextDecoder().decode(bytes)),
        closed: (reason) => void entry.ended.push(reason),
        get busy() {
          return entry.busy;
        },
      };
    });
  }

  /** A peer: says something, and keeps what it hears. */
  peer() {
    const heard: string[] = [];
    const socket = openUdp(
      { hostname: "127.0.0.1", port: 0 },
      (bytes) => void heard.push(new TextDecoder().decode(bytes)),
    );
    this.#sockets.push(socket);
    const to = { transport: "udp" as const, hostname: "127.0.0.1", port: this.listener.port };
    return { heard, say: (text: string) => socket.send(new TextEncoder().encode(text), to) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listener.close();
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }
}

Deno.test("each address and port is a peer of its own, and is answered there", async () => {
  await using rig = new Rig();
  const a = rig.peer(), b = rig.peer();
  a.say("one");
  await until(() => rig.seen.length === 1, "the first");
  b.say("two");
  a.say("three");
  await until(() => rig.seen.length === 2 && rig.seen[0]!.heard.length === 2, "all");
  assertEquals(rig.seen.map(({ heard }) => heard), [["one", "three"], ["two"]]);
  rig.seen[1]!.peer.send(new TextEncoder().encode("for b"));
  await until(() => b.heard.length === 1, "the answer");
  assertEquals([a.heard, b.heard, rig.listener.peers], [[], ["for b"], 2]);
});

Deno.test("the peer that is silent for longest makes room, but none that waits for an answer", async () => {
  await using rig = new Rig({ maxPeers: 2 });
  const [a, b, c, d] = [rig.peer(), rig.peer(), rig.peer(), rig.peer()];
  for (const [at, peer] of [a, b].entries()) {
    peer.say("hello");
    await until(() => rig.seen.length === at + 1, "the peer");
  }
  rig.seen[0]!.busy = true;
  c.say("hello");
  await until(() => rig.seen.length === 3, "the third");
  assertEquals(rig.seen.map(({ ended }) => ended.length), [0, 1, 0]);
  rig.seen[2]!.busy = true;
  d.say("hello");
  await until(() => rig.refused.length === 1, "the refusal");
  assertEquals([rig.refused, rig.seen.length, rig.listener.peers], [["too-many-peers"], 3, 2]);
  rig.seen[2]!.busy = false;
  d.say("hello again");
  await until(() => rig.seen.length === 4, "the fourth");
  assertEquals(rig.seen.map(({ ended }) => ended.length), [0, 1, 1, 0]);
});

Deno.test("a flood of addresses does not grow the memory", async () => {
  await using rig = new Rig({ maxPeers: 3 });
  for (let i = 0; i < 20; i++) {
    rig.peer().say("flood");
    await until(() => rig.seen.length === i + 1, "the peer");
    assert(rig.listener.peers <= 3);
  }
  assertEquals(rig.seen.filter(({ ended }) => ended.length === 1).length, 17);
});

Deno.test("a silent peer is forgotten, one that waits for an answer is not", async () => {
  await using rig = new Rig({ idleMs: 40 });
  const a = rig.peer(), b = rig.peer();
  a.say("hello");
  await until(() => rig.seen.length === 1, "the first");
  rig.seen[0]!.busy = true;
  b.say("hello");
  await until(() => rig.seen.length === 2 && rig.seen[1]!.ended.length === 1, "the end");
  assertEquals(rig.seen[0]!.ended, []);
  rig.seen[0]!.busy = false;
  await until(() => rig.seen[0]!.ended.length === 1, "the end of the other");
  a.say("back");
  await until(() => rig.seen.length === 3, "a new conversation");
});

Deno.test("only addresses that are allowed are heard; closing ends every conversation once; a port in use is told", async () => {
  const rig = new Rig({ allow: ["192.0.2.0/24"] });
  rig.peer().say("hello");
  await until(() => rig.refused.length === 1, "the refusal");
  assertEquals([rig.refused, rig.seen.length], [["address-not-allowed"], 0]);
  await rig[Symbol.asyncDispose]();

  const other = new Rig();
  other.peer().say("hello");
  await until(() => other.seen.length === 1, "the peer");
  assertThrows(() => new Rig({ port: other.listener.port }), Deno.errors.AddrInUse);
  other.seen[0]!.peer.close();
  await other[Symbol.asyncDispose]();
  assertEquals(other.seen[0]!.ended, ["closed by Tocsin"]);
});
