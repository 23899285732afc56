import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { freePort } from "../../src/demo/free_port.ts";
import { DtlsClient, type DtlsClientOptions } from "../../src/dtls/dtls_client.ts";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { OpensslPeer } from "./openssl_peer.ts";
import { dtlsTest, nextMessage, octets, pki } from "./rct.ts";
import { Relay } from "./relay.ts";
import "../support/own_ports.ts";
import { until } from "../support/until.ts";

/** A client with the certificate `spt` and the CA `ca` if nothing else is said. */
function client(options: Partial<DtlsClientOptions> = {}): Promise<DtlsClient> {
  return DtlsClient.open({ ...pki.end("spt"), caFiles: [pki.pem("ca")], ...options });
}

/** `openssl s_server` that demands a certificate of `ca`. */
async function server(name: string, ...more: string[]): Promise<{ rct: OpensslPeer; port: number }> {
  const port = freePort("udp");
  const demand = ["-Verify", "1", "-verify_return_error", "-CAfile", pki.pem("ca")];
  return { rct: await OpensslPeer.server(port, pki.end(name), ...demand, ...more), port };
}

/** Expects that connecting fails. */
async function refused(spt: DtlsClient, port: number): Promise<DtlsError> {
  return await assertRejects(() => spt.connect({ hostname: "127.0.0.1", port }), DtlsError);
}

dtlsTest("the client connects to openssl s_server with both certificates verified", async () => {
  const { rct: peer, port } = await server("rct");
  await using rct = peer;
  await using spt = await client();
  const connection = await spt.connect({ hostname: "127.0.0.1", port });
  assertEquals(connection.identity?.commonName, "rct.example");
  assertEquals([connection.verified, connection.open], [true, true]);
  connection.send(octets("from the SPT\n"));
  await rct.shows("from the SPT");
  const message = nextMessage(connection);
  await rct.type("from the RCT");
  assertEquals(await message, "from the RCT\n");
  assertStringIncludes(rct.out, "maker.example:0042");
  connection.close();
  assertEquals(connection.open, false);
  connection.send(octets("nobody hears this"));
  connection.close();
});

dtlsTest("close() says goodbye to s_server", async () => {
  const { rct: peer, port } = await server("rct");
  await using rct = peer;
  await using spt = await client();
  const connection = await spt.connect({ hostname: "127.0.0.1", port });
  connection.close();
  await rct.shows(/^DONE|shutting down SSL|CONNECTION CLOSED/m);
});

dtlsTest("the client offers nothing but AES-256 with a fresh key", async () => {
  const { rct: peer, port } = await server("rct", "-msg");
  await using rct = peer;
  await using relay = new Relay(port);
  await using spt = await client();
  await spt.connect({ hostname: "127.0.0.1", port: relay.port });
  await rct.shows("Shared ciphers:");
  const { datagram } = relay.seen.find(({ direction }) => direction === "to-server")!;
  // Record 13, handshake 12, version 2, random 32, empty session 1, empty cookie 1, then the length of the suites.
  const at = 13 + 12 + 2 + 32 + 1 + 1;
  const length = datagram[at]! << 8 | datagram[at + 1]!;
  // 00ff is no suite: "secure renegotiation is understood" (RFC 5746).
  assertEquals(datagram.subarray(at + 2, at + 2 + length).toHex(), "c02cc030c024c02800ff");
});

dtlsTest("the client refuses an RCT of another CA, and takes it only with validateRct: false", async () => {
  {
    const { rct: peer, port } = await server("rogue-rct");
    await using _rct = peer;
    await using spt = await client();
    const error = await refused(spt, port);
    assertEquals(error.rule, "unknown-ca");
    assertStringIncludes(error.message, "no CA that is trusted here signed the RCT's certificate");
  }
  const { rct: peer, port } = await server("rogue-rct");
  await using _rct = peer;
  await using spt = await client({ validateRct: false });
  const connection = await spt.connect({ hostname: "127.0.0.1", port });
  assertEquals(connection.verified, false);
  assertEquals(connection.identity?.commonName, "rct.example");
});

dtlsTest("with validateRct: false and a CA, the client still tells whether the RCT is verified", async () => {
  const { rct: peer, port } = await server("rct");
  await using _rct = peer;
  await using spt = await client({ validateRct: false });
  assertEquals((await spt.connect({ hostname: "127.0.0.1", port })).verified, true);
});

dtlsTest("without CA files a client does not start, unless validation is off", async () => {
  const error = await assertRejects(() => client({ caFiles: [] }), DtlsError);
  assertEquals(error.rule, "no-ca");
  await using _spt = await client({ caFiles: [], validateRct: false });
});

dtlsTest("the client refuses an RCT that shows a stolen certificate", async () => {
  await pki.stolenKey("stolen-rct", "rct", "other");
  const port = freePort("udp");
  await using _rct = await OpensslPeer.server(port, pki.end("rct", "stolen-rct"));
  await using spt = await client();
  assertEquals((await refused(spt, port)).rule, "bad-signature");
});

dtlsTest("an SPT's certificate is no RCT's, if it says what it is for or a name is asked for", async () => {
  await pki.certificate("spt-only", "maker.example:1", {
    by: "ca",
    extensions: ["extendedKeyUsage=clientAuth"],
  });
  const { rct: one, port } = await server("spt-only");
  await using _one = one;
  await using spt = await client();
  assertEquals((await refused(spt, port)).rule, "certificate-refused");
  const { rct: two, port: other } = await server("other");
  await using _two = two;
  await using named = await client({ rctName: "rct.example" });
  const error = await refused(named, other);
  assertEquals(error.rule, "wrong-name");
  assertStringIncludes(error.message, '"maker.example:0099"');
  const { rct: three, port: right } = await server("rct");
  await using _three = three;
  assertEquals((await named.connect({ hostname: "127.0.0.1", port: right })).verified, true);
});

dtlsTest("the client says why an RCT refused it", async () => {
  const { rct: peer, port } = await server("rct");
  await using _rct = peer;
  await using spt = await client(pki.end("expired-spt"));
  const error = await refused(spt, port);
  assertEquals(error.rule, "refused-by-peer");
  assertStringIncludes(error.message, "the RCT refused: our certificate has expired");
});

dtlsTest("the client cuts its flights to the MTU", async () => {
  const { rct: peer, port } = await server("rct", "-mtu", "300");
  await using rct = peer;
  await using relay = new Relay(port);
  await using spt = await client({ mtu: 300 });
  const connection = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
  connection.send(octets("through\n"));
  await rct.shows("through");
  const largest = Math.max(...relay.seen.map(({ datagram }) => datagram.length));
  assert(largest <= 300, `a datagram of ${largest} octets`);
});

dtlsTest("nobody there: the client gives up in time and says what to check", async () => {
  await using spt = await client({ handshakeMs: 300 });
  const error = await refused(spt, freePort("udp"));
  assertEquals(error.rule, "timeout");
  assertStringIncludes(error.message, "no answer from the RCT at 127.0.0.1, UDP port");
});

dtlsTest("connect() takes addresses only, obeys its signal, and ends when the client is closed", async () => {
  await using spt = await client();
  const named = await assertRejects(() => spt.connect({ hostname: "rct.example", port: 5684 }), DtlsError);
  assertEquals(named.rule, "bad-setting");
  const stop = new AbortController();
  const port = freePort("udp");
  const connecting = assertRejects(
    () => spt.connect({ hostname: "127.0.0.1", port }, { signal: stop.signal }),
    Error,
    "enough",
  );
  stop.abort(new Error("enough"));
  await connecting;
  const closing = refused(spt, port);
  await spt.close();
  assertEquals((await closing).rule, "closed-here");
  assertEquals((await refused(spt, port)).rule, "closed-here");
});

dtlsTest("datagrams of somebody else do not disturb the client", async () => {
  const { rct: peer, port } = await server("rct");
  await using _rct = peer;
  let quiet = true;
  await using relay = new Relay(port, (direction) => quiet && direction === "to-client" ? "lost" : "pass");
  await using spt = await client();
  const connecting = spt.connect({ hostname: "127.0.0.1", port: relay.port });
  await until(() => relay.seen.length > 1, "the ClientHello and its answer");
  const stranger = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const to = relay.client as Deno.NetAddr;
  // A fatal alert in the clear: from the RCT's address it would end the handshake.
  for (let i = 0; i < 10; i++) {
    await stranger.send(Uint8Array.fromHex("15fefd00000000000000000002" + "0228"), to);
  }
  stranger.close();
  quiet = false;
  assertEquals((await connecting).verified, true);
});
