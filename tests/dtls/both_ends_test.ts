/** Our client and our server, with bad neighbours beside them. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { dtlsTest, Rct } from "./rct.ts";
import { Relay } from "./relay.ts";
import { until } from "../support/until.ts";
import { client, clientHello, Stranger, withCookie, works } from "./both_ends.ts";

dtlsTest("both ends get the same key, a new one each time, and messages go both ways", async () => {
  await using rct = await Rct.open();
  await using spt = await client();
  const one = await spt.connect(rct.to);
  await works(rct, one);
  const two = await spt.connect(rct.to);
  await works(rct, two);
  await works(rct, one);
  assertNotEquals(one.masterKey.octets(), two.masterKey.octets());
  assertEquals(rct.server.connections, 2);
  one.close();
  await until(() => rct.ends.length === 1, "the end of one");
  assertEquals(rct.ends[0]?.rule, "closed-by-peer");
  await works(rct, two);
});

dtlsTest("over IPv6", async () => {
  await using rct = await Rct.open({ hostname: "::1" });
  await using spt = await client();
  await works(rct, await spt.connect({ hostname: "::1", port: rct.port }));
  await works(rct, await spt.connect({ hostname: "0:0:0:0:0:0:0:1", port: rct.port }));
});

dtlsTest("a server on :: takes IPv4 too", async () => {
  await using rct = await Rct.open({ hostname: "::" });
  await using spt = await client();
  await works(rct, await spt.connect({ hostname: "127.0.0.1", port: rct.port }));
});

dtlsTest("forged ClientHellos cost the server nothing: no cookie, no handshake", async () => {
  const hello = await clientHello();
  await using rct = await Rct.open();
  using stranger = new Stranger();
  const answers: number[] = [];
  for (let i = 0; i < 300; i++) {
    await stranger.send(rct, hello);
    answers.push((await stranger.receive()).length);
  }
  assertEquals([rct.server.handshakes, rct.server.connections], [0, 0]);
  assert(Math.max(...answers) < hello.length, "an answer is smaller than what asked for it");
  // The cookie is the stranger's own: it does not fit another address.
  const answer = (await (stranger.send(rct, hello), stranger.receive())).slice();
  const cookie = answer.subarray(13 + 12 + 2 + 1);
  assertEquals(cookie.length, 32);
  const forged = withCookie(hello, cookie);
  using other = new Stranger();
  await other.send(rct, forged);
  assertEquals((await other.receive())[13], 3, "another HelloVerifyRequest");
  assertEquals(rct.server.handshakes, 0);
  await stranger.send(rct, forged);
  await until(() => rct.server.handshakes === 1, "the handshake of the one who has the cookie");
});

dtlsTest("every broken ClientHello is survived", async () => {
  const hello = await clientHello();
  await using rct = await Rct.open();
  await using spt = await client();
  using stranger = new Stranger();
  for (let length = 0; length < hello.length; length++) await stranger.send(rct, hello.subarray(0, length));
  for (let at = 0; at < hello.length; at++) {
    const broken = hello.slice();
    broken[at]! ^= 0xff;
    await stranger.send(rct, broken);
  }
  // Longer than any record: its rest must not run into the next datagram.
  const long = new Uint8Array(17_500);
  long.set(hello);
  await works(rct, await spt.connect(rct.to));
  using last = new Stranger();
  for (const datagram of [long, hello]) {
    await last.send(rct, datagram);
    assertEquals((await last.receive())[13], 3, "a HelloVerifyRequest");
  }
  assert(rct.server.ignored > 0);
});

dtlsTest("a flood of ClientHellos does not keep an SPT out", async () => {
  const hello = await clientHello();
  await using rct = await Rct.open();
  await using spt = await client();
  using stranger = new Stranger();
  let flooding = true;
  const flood = (async () => {
    while (flooding) {
      for (let i = 0; i < 20; i++) await stranger.send(rct, hello);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  try {
    for (let i = 0; i < 3; i++) await works(rct, await spt.connect(rct.to));
  } finally {
    flooding = false;
    await flood;
  }
});

dtlsTest("one address that leaves its handshakes open cannot keep the others out", async () => {
  await using rct = await Rct.open({ maxHandshakes: 4 });
  await using spt = await client();
  const hello = await clientHello();
  const strangers: Stranger[] = [];
  const open = async () => {
    const stranger = new Stranger();
    strangers.push(stranger);
    await stranger.send(rct, hello);
    const answer = await stranger.receive();
    await stranger.send(rct, withCookie(hello, answer.slice(28)));
  };
  try {
    for (let i = 0; i < 4; i++) await open();
    await until(() => rct.server.handshakes === 4, "four handshakes");
    await open();
    assertEquals((await rct.refusal()).rule, "too-many-handshakes");
    assertEquals(rct.server.handshakes, 4);
    // Another address of this machine.
    await using relay = new Relay(rct.port, () => "pass", "127.0.0.2");
    const connection = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
    await works(rct, connection);
    assertEquals(rct.connections[0]?.peer.hostname, "127.0.0.2");
    assertEquals((await rct.refusal()).peer.hostname, "127.0.0.1");
    assertEquals(rct.server.refused.get("too-many-handshakes"), 2);
  } finally {
    for (const stranger of strangers) stranger[Symbol.dispose]();
  }
});
