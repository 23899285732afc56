/** Our client and our server, with a bad network between them. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { dtlsTest, pki, Rct } from "./rct.ts";
import { Relay, seededFates } from "./relay.ts";
import { until } from "../support/until.ts";
import { client, works } from "./both_ends.ts";

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

dtlsTest("a handshake that stands still is ended in time", async () => {
  // Long enough for the first two datagrams of a slow machine.
  await using rct = await Rct.open({ handshakeMs: 1000 });
  await using spt = await client({ handshakeMs: 1000 });
  // The second ClientHello comes through, and nothing of what the client says then.
  await using relay = new Relay(
    rct.port,
    (direction, i) => direction === "to-server" && i > 1 ? "lost" : "pass",
  );
  const error = await assertRejects(
    () => spt.connect({ hostname: "127.0.0.1", port: relay.port }),
    DtlsError,
    "did not end within 1 s",
  );
  assertEquals(error.rule, "timeout");
  const refusal = await rct.refusal();
  assertEquals([refusal.rule, refusal.peer.port], ["timeout", relay.clientPort]);
  assertEquals(rct.server.handshakes, 0);
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
