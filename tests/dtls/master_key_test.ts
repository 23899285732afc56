/** The master key, against what OpenSSL itself computes from its own log of secrets. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { freePort } from "../../src/demo/free_port.ts";
import { DtlsClient } from "../../src/dtls/dtls_client.ts";
import { OpensslPeer } from "./openssl_peer.ts";
import { openssl } from "./pki.ts";
import { dtlsTest, pki, Rct } from "./rct.ts";
import { Relay } from "./relay.ts";
import "../support/own_ports.ts";
import { until } from "../support/until.ts";

/** The random of the ServerHello that came through a relay. */
function serverRandom(relay: Relay): string {
  const hello = relay.seen.find(({ direction, datagram }) =>
    direction === "to-client" && datagram[0] === 22 && datagram[13] === 2
  );
  assert(hello !== undefined, "a ServerHello");
  return hello.datagram.subarray(13 + 12 + 2, 13 + 12 + 2 + 32).toHex();
}

/** The client write key from a key log (NSS format: `CLIENT_RANDOM random secret`), by `openssl kdf`. */
async function expectedKey(
  log: string,
  server: string,
  digest: "SHA256" | "SHA384",
  macKeyLength: number,
): Promise<string> {
  const line = (await Deno.readTextFile(log)).split("\n").find((text) => text.startsWith("CLIENT_RANDOM"));
  const [, client = "", secret = ""] = line?.trim().split(" ") ?? [];
  assertMatch(`${client} ${secret}`, /^[0-9a-f]{64} [0-9a-f]{96}$/i);
  const label = new TextEncoder().encode("key expansion").toHex();
  const length = 2 * macKeyLength + 32;
  const block = await openssl([
    ...["kdf", "-keylen", String(length), "-kdfopt", `digest:${digest}`, "-kdfopt", `hexsecret:${secret}`],
    ...["-kdfopt", `hexseed:${label}${server}${client}`, "TLS1-PRF"],
  ]);
  return block.trim().replaceAll(":", "").toLowerCase().slice(4 * macKeyLength);
}

const SUITES = [
  ["ECDHE-ECDSA-AES256-GCM-SHA384", "ec", "SHA384", 0],
  ["ECDHE-RSA-AES256-GCM-SHA384", "rsa", "SHA384", 0],
  ["ECDHE-ECDSA-AES256-SHA384", "ec", "SHA384", 48],
  ["ECDHE-RSA-AES256-SHA384", "rsa", "SHA384", 48],
] as const;

for (const [suite, kind, digest, mac] of SUITES) {
  dtlsTest(`the server's master key is the client write key that s_client has: ${suite}`, async () => {
    await using rct = await Rct.open(kind === "rsa" ? pki.end("rct-rsa") : {});
    await using relay = new Relay(rct.port);
    const log = `${pki.folder}/${suite}.keys`;
    await using _spt = OpensslPeer.client(
      relay.port,
      pki.end("spt"),
      ...["-cipher", suite, "-keylogfile", log],
    );
    await rct.connected(1);
    const key = rct.connections[0]!.masterKey.octets().toHex();
    assertEquals(key, await expectedKey(log, serverRandom(relay), digest, mac));
  });

  dtlsTest(`the client's master key is the client write key that s_server has: ${suite}`, async () => {
    const port = freePort("udp");
    const log = `${pki.folder}/${suite}.server-keys`;
    await using _rct = await OpensslPeer.server(
      port,
      pki.end(kind === "rsa" ? "rct-rsa" : "rct"),
      ...["-cipher", suite, "-keylogfile", log],
    );
    await using relay = new Relay(port);
    await using spt = await DtlsClient.open({
      ...pki.end("spt"),
      caFiles: [pki.pem("ca"), pki.pem("rsa-ca")],
    });
    const connection = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
    assertEquals(connection.cipherSuite, suite);
    const key = connection.masterKey.octets().toHex();
    assertEquals(key, await expectedKey(log, serverRandom(relay), digest, mac));
  });
}

dtlsTest("the suite of 2013 gives the same key at s_client, s_server and both of our ends", async () => {
  await pki.addDsa();
  const dss = { caFiles: [pki.pem("dsa-ca")], legacyDss: true };
  const weak = ["-cipher", "DHE-DSS-AES256-SHA@SECLEVEL=0"];
  await using rct = await Rct.open({ ...pki.end("dsa-rct"), ...dss });
  {
    await using relay = new Relay(rct.port);
    const log = `${pki.folder}/dss.keys`;
    await using _spt = OpensslPeer.client(relay.port, pki.end("dsa-spt"), ...weak, "-keylogfile", log);
    await rct.connected(1);
    assertEquals(rct.connections[0]?.cipherSuite, "DHE-DSS-AES256-SHA");
    assertEquals(rct.connections[0]?.identity?.commonName, "maker.example:2013");
    const key = rct.connections[0]!.masterKey.octets().toHex();
    assertEquals(key, await expectedKey(log, serverRandom(relay), "SHA256", 20));
  }
  await using spt = await DtlsClient.open({ ...pki.end("dsa-spt"), ...dss });
  const ours = await spt.connect(rct.to);
  await rct.connected(2);
  assertEquals(ours.masterKey.octets(), rct.connections[1]?.masterKey.octets());
  const port = freePort("udp");
  const log = `${pki.folder}/dss.server-keys`;
  await using _theirs = await OpensslPeer.server(port, pki.end("dsa-rct"), ...weak, "-keylogfile", log);
  await using relay = new Relay(port);
  const connection = await spt.connect({ hostname: "127.0.0.1", port: relay.port });
  const key = connection.masterKey.octets().toHex();
  assertEquals(key, await expectedKey(log, serverRandom(relay), "SHA256", 20));
  // Nothing else was offered; 00ff is no suite (RFC 5746).
  const { datagram } = relay.seen[0]!;
  assertEquals(datagram.subarray(61, 67).toHex(), "0004003800ff");
  await until(() => rct.server.handshakes === 0, "nothing under way");
});
