import { assertEquals } from "@std/assert";
import { connectUdp } from "../../src/transport/udp_client.ts";
import { until } from "../support/until.ts";

const address = (socket: Deno.DatagramConn) => socket.addr as Deno.NetAddr;
const open = (hostname = "127.0.0.1") => Deno.listenDatagram({ transport: "udp", hostname, port: 0 });

Deno.test("datagrams of the peer alone are heard, one call for each; closing ends it once", async () => {
  const peer = open(), stranger = open();
  const heard: string[] = [], refused: string[] = [], ends: string[] = [];
  let send: ((bytes: Uint8Array) => void) | undefined;
  const client = connectUdp({
    resolve: () => Promise.resolve(address(peer)),
    onRefused: (from) => void refused.push(from),
  }, (connection) => {
    send = (bytes) => connection.send(bytes);
    return {
      data: (bytes) => void heard.push(new TextDecoder().decode(bytes)),
      closed: (reason) => void ends.push(reason),
    };
  });
  await until(() => send !== undefined, "the socket");
  send!(new TextEncoder().encode("alarm"));
  const [datagram, from] = await peer.receive();
  assertEquals(new TextDecoder().decode(datagram), "alarm");
  const back = { ...(from as Deno.NetAddr), hostname: "127.0.0.1" };
  await stranger.send(new TextEncoder().encode("ACK"), back);
  await until(() => refused.length === 1, "the stranger");
  await peer.send(new TextEncoder().encode("one"), back);
  await peer.send(new TextEncoder().encode("two"), back);
  await until(() => heard.length === 2, "the peer");
  assertEquals(heard, ["one", "two"]);
  assertEquals(refused, [`127.0.0.1:${address(stranger).port}`]);
  await client.close();
  assertEquals(ends, ["closed by Tocsin"]);
  peer.close();
  stranger.close();
});

Deno.test("a name that cannot be found is told, and tried again; closing does not wait for it", async () => {
  const failures: string[] = [];
  let tries = 0;
  const client = connectUdp({
    resolve: (stop) => {
      if (++tries < 3) return Promise.reject(new Error("no such name"));
      return new Promise((_resolve, reject) => {
        stop.addEventListener("abort", () => reject(new Error("stopped")));
      });
    },
    retryMs: 1,
    onFailed: (reason) => void failures.push(reason),
  }, () => {
    throw new Error("accepted");
  });
  await until(() => tries === 3, "the third try");
  assertEquals(failures, ["no such name", "no such name"]);
  await client.close();
});

Deno.test("closed by its owner, the socket is opened anew", async () => {
  const peer = open();
  let opened = 0;
  const client = connectUdp({ resolve: () => Promise.resolve(address(peer)), retryMs: 1 }, (connection) => {
    if (++opened === 1) connection.close();
    return { data: () => {}, closed: () => {} };
  });
  await until(() => opened === 2, "the second socket");
  await client.close();
  peer.close();
});

Deno.test("a name server that does not answer is asked one thing at a time, and again when it has answered", async () => {
  const peer = open();
  const asked: PromiseWithResolvers<Deno.NetAddr>[] = [];
  // Every five minutes in the world.
  const begin = globalThis.setInterval;
  globalThis.setInterval = ((call: () => void) => begin(call, 1)) as typeof setInterval;
  let opened = false;
  let turns = 0;
  const counting = begin(() => turns++, 1);
  const client = connectUdp({
    resolve: () => {
      if (!opened) return Promise.resolve(address(peer));
      return asked[asked.push(Promise.withResolvers()) - 1]!.promise;
    },
  }, () => {
    opened = true;
    return { data: () => {}, closed: () => {} };
  });
  try {
    await until(() => asked.length > 0, "the question");
    const later = turns + 50;
    await until(() => turns >= later, "times at which it would be asked again");
    assertEquals(asked.length, 1);
    asked[0]!.resolve(address(peer));
    await until(() => asked.length === 2, "the next question");
    asked[1]!.reject(new Error("no name server"));
    await until(() => asked.length === 3, "the one after a failure");
  } finally {
    globalThis.setInterval = begin;
    clearInterval(counting);
    asked.at(-1)?.reject(new Error("stopped"));
    await client.close();
    peer.close();
  }
});
