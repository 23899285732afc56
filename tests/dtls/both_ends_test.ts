/** Our client and our server, with a bad network and bad neighbours between them. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { DtlsClient, type DtlsClientOptions } from "../../src/dtls/dtls_client.ts";
import type { DtlsConnection } from "../../src/dtls/dtls_connection.ts";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { openLibssl } from "../../src/dtls/libssl.ts";
import { dtlsTest, nextMessage, octets, pki, Rct } from "./rct.ts";
import { Relay, seededFates } from "./relay.ts";
import { until } from "./until.ts";

/** A client with the certificate `spt` and the CA `ca` if nothing else is said. */
function client(options: Partial<DtlsClientOptions> = {}): Promise<DtlsClient> {
  return DtlsClient.open({ ...pki.end("spt"), caFiles: [pki.pem("ca")], ...options });
}

/** Both ends have the same key, and a message comes back. */
async function works(rct: Rct, connection: DtlsConnection): Promise<void> {
  const key = connection.masterKey.octets().toHex();
  assertEquals(key.length, 64);
  assert(rct.connections.some(({ masterKey }) => masterKey.octets().toHex() === key), "the same key");
  const answer = nextMessage(connection);
  connection.send(octets("are you there"));
  assertEquals(await answer, "are you there");
}

/** One who sends whatever he likes. */
class Stranger implements Disposable {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });

  async send(rct: Rct, datagram: Uint8Array): Promise<void> {
    await this.#socket.send(datagram, { transport: "udp", ...rct.to });
  }

  async receive(): Promise<Uint8Array> {
    let got: Uint8Array | undefined;
    const receiving = this.#socket.receive().then(([datagram]) => got = datagram);
    await until(() => got !== undefined, "an answer of the server");
    return await receiving;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A ClientHello without a cookie, as {@link DtlsClient} sends it. */
async function clientHello(): Promise<Uint8Array> {
  await using spt = await client({ handshakeMs: 60_000 });
  await using relay = new Relay(1, () => "lost");
  const stop = new AbortController();
  const connecting = assertRejects(() =>
    spt.connect({ hostname: "127.0.0.1", port: relay.port }, { signal: stop.signal })
  );
  await until(() => relay.seen.length > 0, "a ClientHello");
  stop.abort();
  await connecting;
  return relay.seen[0]!.datagram;
}

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

dtlsTest("lost, repeated and overtaken flights, EC and RSA, at MTU 300", async () => {
  const more = { caFiles: [pki.pem("ca"), pki.pem("rsa-ca")], mtu: 300, handshakeMs: 120_000 };
  await using ec = await Rct.open(more);
  await using rsa = await Rct.open({ ...pki.end("rct-rsa"), ...more });
  await using ecSpt = await client(more);
  await using rsaSpt = await client({ ...pki.end("spt-rsa"), ...more });
  const total = { pass: 0, lost: 0, twice: 0, late: 0 };
  await Promise.all(Array.from({ length: 12 }, async (_, seed) => {
    const rct = seed % 2 === 0 ? ec : rsa;
    const spt = seed % 4 < 2 ? ecSpt : rsaSpt;
    await using relay = new Relay(rct.port, seededFates(seed * 7919 + 17, 8));
    const connection = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
    // The server may still wait for what proves that the client has finished.
    await until(
      () => rct.connections.some(({ peer }) => peer.port === relay.clientPort),
      `seed ${seed} at the server`,
      60_000,
    );
    await works(rct, connection);
    for (const fate of ["pass", "lost", "twice", "late"] as const) total[fate] += relay.fates[fate];
    connection.close();
  }));
  assert(total.lost > 20 && total.twice > 10 && total.late > 10, JSON.stringify(total));
  assertEquals([...ec.refusals, ...rsa.refusals], []);
});

dtlsTest("the server repeats its last flight when the client has not got it", async () => {
  await using rct = await Rct.open();
  await using spt = await client();
  let lost = 0;
  // The first datagram to the client after the server has finished is the one that finishes the client.
  await using relay = new Relay(rct.port, (direction) => {
    const last = direction === "to-client" && rct.connections.length > 0 && lost === 0;
    if (last) lost++;
    return last ? "lost" : "pass";
  });
  await works(rct, await spt.connect({ hostname: "127.0.0.1", port: relay.port }));
  assertEquals(lost, 1);
});

dtlsTest("junk from the peer's own address disturbs neither the handshake nor the connection", async () => {
  await using rct = await Rct.open();
  await using spt = await client();
  const junk = (n: number) => crypto.getRandomValues(new Uint8Array(n));
  await using relay = new Relay(rct.port, (direction) => {
    for (const n of [0, 1, 12, 13, 14, 60, 300, 1400]) void relay.forge(direction, junk(n));
    return "pass";
  });
  const connection = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
  await until(() => rct.connections.length === 1, "the connection at the server");
  await works(rct, connection);
  // A record with a good header whose content was forged, and one that was sent before.
  const record = relay.seen.findLast(({ direction }) => direction === "to-server")!.datagram;
  await relay.forge("to-server", record);
  const forged = record.slice();
  forged[forged.length - 1]! ^= 1;
  forged[10]! += 1;
  await relay.forge("to-server", forged);
  // A fatal alert in the clear.
  await relay.forge("to-server", Uint8Array.fromHex("15fefd000000000000000900020228"));
  await relay.forge("to-client", Uint8Array.fromHex("15fefd000000000000000900020228"));
  await works(rct, connection);
  assertEquals(rct.messages, ["are you there", "are you there"]);
  assertEquals(rct.refusals, []);
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

/** Puts a cookie into a ClientHello that has none, as the second one of a handshake. */
function withCookie(hello: Uint8Array, cookie: Uint8Array): Uint8Array {
  const at = 13 + 12 + 2 + 32 + 1;
  assertEquals([hello[at - 1], hello[at]], [0, 0], "no session, no cookie");
  const out = new Uint8Array(hello.length + cookie.length);
  out.set(hello.subarray(0, at));
  out[at] = cookie.length;
  out.set(cookie, at + 1);
  out.set(hello.subarray(at + 1), at + 1 + cookie.length);
  const view = new DataView(out.buffer);
  view.setUint16(9, 1); // record number
  view.setUint16(11, out.length - 13);
  for (const length of [14, 22]) view.setUint16(length + 1, out.length - 25);
  view.setUint16(17, 1); // message number
  return out;
}

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

dtlsTest("a handshake that stands still is ended in time", async () => {
  await using rct = await Rct.open({ handshakeMs: 300 });
  await using spt = await client({ handshakeMs: 300 });
  // The second ClientHello comes through, and nothing of what the client says then.
  await using relay = new Relay(
    rct.port,
    (direction, i) => direction === "to-server" && i > 1 ? "lost" : "pass",
  );
  const error = await assertRejects(
    () => spt.connect({ hostname: "127.0.0.1", port: relay.port }),
    DtlsError,
    "did not end within 0.3 s",
  );
  assertEquals(error.rule, "timeout");
  const refusal = await rct.refusal();
  assertEquals([refusal.rule, refusal.peer.port], ["timeout", relay.clientPort]);
  assertEquals(rct.server.handshakes, 0);
});

dtlsTest("a connection without messages is ended, and the peer is told", async () => {
  await using rct = await Rct.open({ idleMs: 300 });
  await using spt = await client();
  const connection = await spt.connect(rct.to);
  const { promise, resolve } = Promise.withResolvers<string>();
  connection.onClosed = ({ rule }) => resolve(rule);
  assertEquals(await promise, "closed-by-peer");
  assertEquals(rct.ends.map(({ rule }) => rule), ["idle"]);
});

dtlsTest("an SPT that restarts on the same port replaces its connection", async () => {
  await using rct = await Rct.open();
  await using spt = await client();
  await using relay = new Relay(rct.port);
  const one = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
  await works(rct, one);
  // It lost its power: no goodbye. For the server, the relay makes both the same address and port.
  relay.forget();
  const two = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
  await works(rct, two);
  assertEquals(rct.ends.map(({ rule }) => rule), ["replaced"]);
  assertEquals(rct.server.connections, 1);
});

dtlsTest("twenty clients at once", async () => {
  await using rct = await Rct.open();
  await using spt = await client();
  const connections = await Promise.all(Array.from({ length: 20 }, () => spt.connect(rct.to)));
  await rct.connected(20);
  await Promise.all(connections.map((connection) => works(rct, connection)));
  const keys = new Set(connections.map(({ masterKey }) => masterKey.octets().toHex()));
  assertEquals(keys.size, 20);
  assertEquals(rct.server.connections, 20);
});

dtlsTest("more connections than allowed are refused", async () => {
  await using rct = await Rct.open({ maxConnections: 1 });
  await using spt = await client();
  await using hasty = await client({ handshakeMs: 500 });
  const one = await spt.connect(rct.to);
  await works(rct, one);
  await assertRejects(() => hasty.connect(rct.to), DtlsError);
  assertEquals((await rct.refusal()).rule, "too-many-connections");
  one.close();
  await until(() => rct.server.connections === 0, "the end of the first");
  await works(rct, await spt.connect(rct.to));
});

dtlsTest("two that come for the last place: one gets it", async () => {
  await using rct = await Rct.open({ maxConnections: 1 });
  await using spt = await client();
  const ends: string[] = [];
  const connections = await Promise.all([1, 2].map(async () => {
    const connection = await spt.connect(rct.to);
    connection.onClosed = ({ rule }) => ends.push(rule);
    return connection;
  }));
  await until(() => ends.length === 1, "the end of one");
  assertEquals([(await rct.refusal()).rule, ends[0]], ["too-many-connections", "closed-by-peer"]);
  await works(rct, connections.find(({ open }) => open)!);
  assertEquals([rct.connections.length, rct.server.connections], [1, 1]);
});

dtlsTest(
  "after reload() nobody is judged by a CA that was deleted, however the ClientHello came",
  async () => {
    const folder = await Deno.makeTempDir({ dir: pki.folder });
    await Deno.copyFile(pki.pem("ca"), `${folder}/ca.pem`);
    await using rct = await Rct.open({ caFiles: [folder] });
    await using spt = await client();
    using stranger = new Stranger();
    await stranger.send(rct, await clientHello());
    await stranger.receive();
    await Deno.remove(`${folder}/ca.pem`);
    await Deno.copyFile(pki.pem("rsa-ca"), `${folder}/rsa-ca.pem`);
    await rct.server.reload();
    await assertRejects(() => spt.connect(rct.to), DtlsError, "does not know the CA");
    assertEquals((await rct.refusal()).rule, "unknown-ca");
  },
);

dtlsTest("everything that OpenSSL gave is given back", async () => {
  const lib = openLibssl() as unknown as Record<string, (...args: unknown[]) => unknown>;
  const made: Record<string, number> = {};
  const kept = { ...lib };
  /** Counts what a function makes (+1), or gives back if it is given something (-1). */
  const count = (name: string, what: string, by: 1 | -1) => {
    made[what] = 0;
    lib[name] = (...args) => {
      const result = kept[name]!(...args);
      if (by === 1 ? result !== null : args[0] !== null) made[what]! += by;
      return result;
    };
  };
  for (
    const [make, free, what] of [
      ["SSL_new", "SSL_free", "SSL"],
      ["SSL_CTX_new", "SSL_CTX_free", "SSL_CTX"],
      ["PEM_read_bio_PrivateKey", "EVP_PKEY_free", "EVP_PKEY"],
      ["BIO_ADDR_new", "BIO_ADDR_free", "BIO_ADDR"],
      ["SSL_get1_peer_certificate", "X509_free", "X509"],
    ] as const
  ) {
    count(make, what, 1);
    count(free, what, -1);
  }
  count("d2i_X509_bio", "X509", 1);
  count("BIO_new", "BIO", 1);
  count("BIO_free", "BIO", -1);
  let connections = 0;
  lib["SSL_set_bio"] = (...args) => {
    // The SSL owns both now.
    made["BIO"]! -= 2;
    connections++;
    return kept["SSL_set_bio"]!(...args);
  };
  try {
    await using rct = await Rct.open();
    await using spt = await client();
    await using rogue = await client(pki.end("rogue-spt"));
    for (let i = 0; i < 3; i++) await works(rct, await spt.connect(rct.to));
    (await spt.connect(rct.to)).close();
    await assertRejects(() => rogue.connect(rct.to), DtlsError);
    await assertRejects(() => Rct.open(pki.end("rct", "spt")), DtlsError);
    await assertRejects(() => spt.connect(rct.to, { signal: AbortSignal.abort() }));
    await rct.server.reload();
    using stranger = new Stranger();
    await stranger.send(rct, await clientHello());
    await stranger.receive();
    await spt.connect(rct.to);
    assert(made["SSL"]! > 4 && made["SSL_CTX"]! > 1, "the counting works");
  } finally {
    Object.assign(lib, kept);
  }
  assert(connections > 10);
  assertEquals(made, { SSL: 0, SSL_CTX: 0, EVP_PKEY: 0, BIO_ADDR: 0, X509: 0, BIO: 0 });
});

dtlsTest("no key is shown by anything that is printed", async () => {
  await using rct = await Rct.open();
  await using spt = await client();
  const connection = await spt.connect(rct.to);
  await works(rct, connection);
  const key = connection.masterKey.octets();
  const shown = [rct, rct.server, spt, connection, rct.connections, connection.masterKey].flatMap((thing) => [
    Deno.inspect(thing, { depth: 20, showHidden: true, iterableLimit: 100_000 }),
    JSON.stringify(thing, (_name, value) => typeof value === "bigint" ? `${value}` : value),
  ]).join("\n");
  assert(shown.includes("[key]"));
  for (const form of [key.toHex(), key.toBase64(), key.join(", "), key.join(",")]) {
    assert(!shown.toLowerCase().includes(form.toLowerCase()));
  }
});

dtlsTest("a handshake that runs while the CAs change is not judged by the old ones", async () => {
  const folder = await Deno.makeTempDir({ dir: pki.folder });
  await Deno.copyFile(pki.pem("ca"), `${folder}/ca.pem`);
  await using rct = await Rct.open({ caFiles: [folder] });
  await using spt = await client();
  await using relay = new Relay(
    rct.port,
    (direction) => direction === "to-server" && rct.server.handshakes === 1 ? "lost" : "pass",
  );
  const stop = new AbortController();
  const connecting = assertRejects(() =>
    spt.connect({ hostname: "127.0.0.1", port: relay.port }, { signal: stop.signal })
  );
  await until(() => rct.server.handshakes === 1, "a handshake under way");
  // A program that reads them again every few seconds must not end slow handshakes each time.
  assertEquals(await rct.server.reload(), false);
  assertEquals([rct.server.handshakes, rct.refusals], [1, []]);
  await Deno.copyFile(pki.pem("rsa-ca"), `${folder}/rsa-ca.pem`);
  assertEquals(await rct.server.reload(), true);
  assertEquals((await rct.refusal()).rule, "trust-changed");
  stop.abort();
  await connecting;
});

dtlsTest("reload() twice at once, and while the server closes, leaves nothing behind", async () => {
  const folder = await Deno.makeTempDir({ dir: pki.folder });
  await Deno.copyFile(pki.pem("ca"), `${folder}/ca.pem`);
  await using rct = await Rct.open({ caFiles: [folder] });
  await using spt = await client();
  await Deno.copyFile(pki.pem("rsa-ca"), `${folder}/rsa-ca.pem`);
  const changed = await Promise.all([rct.server.reload(), rct.server.reload()]);
  assertEquals(changed.filter(Boolean).length, 1);
  await works(rct, await spt.connect(rct.to));
  await Deno.remove(`${folder}/rsa-ca.pem`);
  const [late] = await Promise.all([rct.server.reload(), rct.server.close()]);
  assertEquals(late, false);
});

dtlsTest("close() of the server ends connections with a goodbye", async () => {
  const rct = await Rct.open();
  await using spt = await client();
  const connection = await spt.connect(rct.to);
  const { promise, resolve } = Promise.withResolvers<string>();
  connection.onClosed = ({ rule }) => resolve(rule);
  await rct.server.close();
  assertEquals(await promise, "closed-by-peer");
  assertEquals(rct.ends.map(({ rule }) => rule), ["closed-here"]);
  assertEquals(rct.refusals, []);
  await rct.server.close();
});

dtlsTest("handlers that throw end their own connection and nothing else", async () => {
  let fail = true;
  await using rct = await Rct.open({
    onConnection: (connection) => {
      if (fail) throw new Error("on purpose: 00112233");
      connection.onMessage = (message) => {
        if (message.length === 1) throw new Error("on purpose");
        connection.send(message);
      };
    },
    onRefused: (refusal) => {
      rct.refusals.push(refusal);
      throw new Error("on purpose");
    },
  });
  await using spt = await client();
  const one = await spt.connect(rct.to);
  const refusal = await rct.refusal();
  assertEquals(refusal.rule, "internal-error");
  assert(!refusal.message.includes("00112233"), "the text of the error stays inside");
  fail = false;
  const two = await spt.connect(rct.to);
  const three = await spt.connect(rct.to);
  two.send(new Uint8Array(1));
  await until(() => !one.open && !two.open, "the end of both");
  const answer = nextMessage(three);
  three.send(octets("unharmed"));
  assertEquals(await answer, "unharmed");
});

dtlsTest("messages from 1 to 16384 octets pass as one; others are a mistake of the caller", async () => {
  await using rct = await Rct.open();
  await using spt = await client();
  const connection = await spt.connect(rct.to);
  for (const length of [1, 16, 1173, 1500, 16_384]) {
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    connection.onMessage = resolve;
    const message = crypto.getRandomValues(new Uint8Array(length));
    connection.send(message);
    assertEquals(await promise, message);
  }
  for (const length of [0, 16_385]) {
    let thrown: unknown;
    try {
      connection.send(new Uint8Array(length));
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof RangeError);
  }
  assert(connection.open);
});

dtlsTest("the first messages wait for a handler, sixteen at most", async () => {
  const connections: DtlsConnection[] = [];
  await using rct = await Rct.open({ onConnection: (connection) => void connections.push(connection) });
  await using spt = await client();
  const connection = await spt.connect(rct.to);
  await until(() => connections.length === 1, "the connection at the server");
  await using relay = new Relay(rct.port);
  for (let i = 0; i < 20; i++) connection.send(new Uint8Array([i]));
  // One more connection over the same socket of the server: what was sent before has been read when it stands.
  await spt.connect({ hostname: "127.0.0.1", port: relay.port });
  const got: number[] = [];
  connections[0]!.onMessage = (message) => got.push(message[0]!);
  assertEquals(got, Array.from({ length: 16 }, (_, i) => i));
});
