/** Connections that are up: how many, for how long, what they carry, and what is left of them. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { DtlsConnection } from "../../src/dtls/dtls_connection.ts";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { openLibssl } from "../../src/dtls/libssl.ts";
import { dtlsTest, nextMessage, octets, pki, Rct } from "./rct.ts";
import { Relay } from "./relay.ts";
import { until } from "../support/until.ts";
import { client, clientHello, Stranger, works } from "./both_ends.ts";

dtlsTest("a connection without messages is ended, and the peer is told", async () => {
  await using rct = await Rct.open({ idleMs: 300 });
  await using spt = await client();
  const connection = await spt.connect(rct.to);
  const { promise, resolve } = Promise.withResolvers<string>();
  connection.onClosed = ({ rule }) => resolve(rule);
  assertEquals(await promise, "closed-by-peer");
  assertEquals(rct.ends.map(({ rule }) => rule), ["idle"]);
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
  await using hasty = await client({ handshakeMs: 60_000 });
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
