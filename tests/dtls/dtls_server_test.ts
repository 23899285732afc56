import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { until } from "../support/until.ts";
import { OpensslPeer } from "./openssl_peer.ts";
import { openssl } from "./pki.ts";
import { dtlsTest, pki, Rct } from "./rct.ts";
import { Relay } from "./relay.ts";

dtlsTest("the server lets in openssl s_client with a good certificate, and echoes", async () => {
  await using rct = await Rct.open();
  await using spt = OpensslPeer.client(
    rct.port,
    pki.end("spt"),
    ...["-CAfile", pki.pem("ca"), "-verify_return_error"],
  );
  await spt.type("good evening");
  await spt.shows(/^good evening$/m);
  assertStringIncludes(spt.out, "Verify return code: 0 (ok)");
  const [connection] = rct.connections;
  assert(connection !== undefined);
  assertEquals(connection.identity?.commonName, "maker.example:0042");
  assertEquals(connection.verified, true);
  assertEquals(connection.cipherSuite, "ECDHE-ECDSA-AES256-GCM-SHA384");
  assertEquals(connection.peer.hostname, "127.0.0.1");
  const fingerprint = await openssl(["x509", "-in", pki.pem("spt"), "-noout", "-fingerprint", "-sha256"]);
  assertStringIncludes(fingerprint, connection.identity!.fingerprint);
  await spt.type("Q");
  await spt.ends();
  await until(() => rct.ends.length > 0, "the end of the connection");
  assertEquals(rct.ends[0], { rule: "closed-by-peer", message: "the SPT closed the connection" });
  assertEquals([rct.server.connections, rct.server.handshakes], [0, 0]);
});

dtlsTest("each line of s_client comes as one message", async () => {
  await using rct = await Rct.open();
  await using spt = OpensslPeer.client(rct.port, pki.end("spt"));
  await rct.connected(1);
  for (const line of ["one", "two", "three"]) {
    await spt.type(line);
    await until(() => rct.messages.includes(`${line}\n`), line);
  }
  assertEquals(rct.messages, ["one\n", "two\n", "three\n"]);
});

dtlsTest("the server takes RSA at both ends, and each modern suite", async () => {
  await using ec = await Rct.open({ caFiles: [pki.pem("ca"), pki.pem("rsa-ca")] });
  await using rsa = await Rct.open({ ...pki.end("rct-rsa"), caFiles: [pki.pem("ca"), pki.pem("rsa-ca")] });
  for (
    const [rct, identity, suite] of [
      [ec, "spt", "ECDHE-ECDSA-AES256-GCM-SHA384"],
      [ec, "spt-rsa", "ECDHE-ECDSA-AES256-SHA384"],
      [rsa, "spt", "ECDHE-RSA-AES256-GCM-SHA384"],
      [rsa, "spt-rsa", "ECDHE-RSA-AES256-SHA384"],
    ] as const
  ) {
    await using spt = OpensslPeer.client(rct.port, pki.end(identity), "-cipher", suite);
    await spt.type("x");
    await spt.shows(/^x$/m);
    assertEquals(rct.connections.at(-1)?.cipherSuite, suite);
  }
});

dtlsTest("the server refuses an SPT without a certificate", async () => {
  await using rct = await Rct.open();
  await using spt = OpensslPeer.client(rct.port, undefined);
  assertEquals((await rct.refusal()).rule, "no-certificate");
  await spt.ends();
  assertMatch(spt.out, /alert handshake failure/);
  assertEquals(rct.connections.length, 0);
});

dtlsTest(
  "the server refuses a certificate of a CA it does not know, though it has the same name",
  async () => {
    await using rct = await Rct.open();
    await using spt = OpensslPeer.client(rct.port, pki.end("rogue-spt"));
    const { rule, message } = await rct.refusal();
    assertEquals(rule, "unknown-ca");
    assertStringIncludes(message, '"maker.example:0042"');
    await spt.ends();
    assertMatch(spt.out, /alert (unknown ca|decrypt error|bad certificate)/);
  },
);

dtlsTest("the server refuses a certificate that signed itself", async () => {
  await pki.certificate("self", "maker.example:0042");
  await using rct = await Rct.open();
  await using _spt = OpensslPeer.client(rct.port, pki.end("self"));
  assertEquals((await rct.refusal()).rule, "unknown-ca");
});

dtlsTest("the server refuses an expired certificate, and says since when", async () => {
  await using rct = await Rct.open();
  await using spt = OpensslPeer.client(rct.port, pki.end("expired-spt"));
  const { rule, message } = await rct.refusal();
  assertEquals(rule, "certificate-expired");
  const end = (await openssl(["x509", "-in", pki.pem("expired-spt"), "-noout", "-enddate"])).split("=")[1]!;
  assertStringIncludes(
    message,
    `the SPT's certificate has expired on ${new Date(end).toISOString().slice(0, 10)}`,
  );
  await spt.ends();
  assertMatch(spt.out, /alert certificate expired/);
});

dtlsTest("the server refuses a stolen certificate: the right one, with another key", async () => {
  await pki.stolenKey("stolen", "spt", "other");
  await using rct = await Rct.open();
  await using spt = OpensslPeer.client(rct.port, pki.end("spt", "stolen"));
  assertEquals((await rct.refusal()).rule, "bad-signature");
  await spt.ends();
  assertEquals(rct.connections.length, 0);
});

dtlsTest("the server refuses a certificate that is only for servers", async () => {
  await pki.certificate("server-only", "maker.example:1", {
    by: "ca",
    extensions: ["extendedKeyUsage=serverAuth"],
  });
  await using rct = await Rct.open();
  await using _spt = OpensslPeer.client(rct.port, pki.end("server-only"));
  assertEquals((await rct.refusal()).rule, "certificate-refused");
});

dtlsTest(
  "the server refuses suites with another key length, RSA key exchange, and old versions",
  async () => {
    await using rct = await Rct.open();
    for (
      const [rule, ...more] of [
        ["no-shared-cipher", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"],
        ["no-shared-cipher", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
        ["no-shared-cipher", "-cipher", "AES256-GCM-SHA384"],
        ["no-shared-cipher", "-cipher", "DHE-DSS-AES256-SHA@SECLEVEL=0"],
      ] as const
    ) {
      await using spt = OpensslPeer.client(rct.port, pki.end("spt"), ...more);
      assertEquals((await rct.refusal()).rule, rule, more.join(" "));
      await spt.ends();
    }
    await using old = new OpensslPeer([
      ...["s_client", "-dtls1", "-cipher", "ALL@SECLEVEL=0", "-connect", `127.0.0.1:${rct.port}`],
    ]);
    assertEquals((await rct.refusal()).rule, "wrong-version");
    await old.ends();
    assertEquals(Object.fromEntries(rct.server.refused), { "no-shared-cipher": 4, "wrong-version": 1 });
  },
);

dtlsTest(
  "no session is given out that could be taken up again: each connection makes its own key",
  async () => {
    await using rct = await Rct.open();
    const file = `${pki.folder}/session`;
    await using spt = OpensslPeer.client(rct.port, pki.end("spt"), "-sess_out", file);
    await spt.type("x");
    await spt.shows(/^x$/m);
    await spt.type("Q");
    await spt.ends();
    assertMatch(spt.out, /^ +Session-ID: *$/m);
    assert(!spt.out.includes("session ticket"));
    await assertRejects(() => Deno.stat(file), Deno.errors.NotFound);
  },
);

dtlsTest("flights are cut to the MTU, in both directions", async () => {
  await using rct = await Rct.open({ mtu: 400 });
  await using relay = new Relay(rct.port);
  await using spt = OpensslPeer.client(relay.port, pki.end("spt"), "-mtu", "400");
  await spt.type("small");
  await spt.shows(/^small$/m);
  const largest = Math.max(...relay.seen.map(({ datagram }) => datagram.length));
  assert(largest <= 400, `a datagram of ${largest} octets`);
  assert(relay.seen.filter(({ direction }) => direction === "to-client").length > 3);
});

dtlsTest("an issuing CA is enough, without the root above it; a root takes chains", async () => {
  await pki.certificate("issuing", "Issuing CA", { by: "ca", ca: true });
  await pki.certificate("chained", "maker.example:0500", { by: "issuing" });
  const chain = await Deno.readTextFile(pki.pem("chained")) + await Deno.readTextFile(pki.pem("issuing"));
  await Deno.writeTextFile(pki.pem("chain"), chain);
  {
    await using rct = await Rct.open({ caFiles: [pki.pem("issuing")] });
    await using spt = OpensslPeer.client(rct.port, pki.end("chained"));
    await spt.type("issuing");
    await spt.shows(/^issuing$/m);
  }
  {
    await using rct = await Rct.open();
    await using spt = OpensslPeer.client(
      rct.port,
      pki.end("chained"),
      ...["-cert_chain", pki.pem("chain")],
    );
    await spt.type("root");
    await spt.shows(/^root$/m);
  }
  await using rct = await Rct.open();
  await using _alone = OpensslPeer.client(rct.port, pki.end("chained"));
  assertEquals((await rct.refusal()).rule, "unknown-ca");
});

dtlsTest("reload() adds and deletes CAs of a folder; a bad file changes nothing", async () => {
  const folder = await Deno.makeTempDir({ dir: pki.folder });
  await Deno.copyFile(pki.pem("ca"), `${folder}/ca.pem`);
  await using rct = await Rct.open({ caFiles: [folder] });
  const tries = async (name: string) => {
    const before = rct.connections.length;
    await using spt = OpensslPeer.client(rct.port, pki.end(name));
    await until(() => rct.connections.length + rct.refusals.length > before, "an answer");
    const refused = rct.refusals.shift()?.rule;
    if (refused === undefined) await spt.type("Q");
    await spt.ends();
    rct.connections.length = 0;
    return refused ?? "let in";
  };
  assertEquals([await tries("spt"), await tries("spt-rsa")], ["let in", "unknown-ca"]);
  await Deno.copyFile(pki.pem("rsa-ca"), `${folder}/rsa.crt`);
  assertEquals(await tries("spt-rsa"), "unknown-ca");
  await rct.server.reload();
  assertEquals([await tries("spt"), await tries("spt-rsa")], ["let in", "let in"]);
  await Deno.writeTextFile(`${folder}/junk.pem`, "junk");
  await assertRejects(() => rct.server.reload(), DtlsError, "junk.pem holds no certificate");
  assertEquals(await tries("spt"), "let in");
  await Deno.remove(`${folder}/junk.pem`);
  await Deno.remove(`${folder}/ca.pem`);
  await rct.server.reload();
  assertEquals([await tries("spt"), await tries("spt-rsa")], ["unknown-ca", "let in"]);
  await Deno.remove(`${folder}/rsa.crt`);
  const none = await assertRejects(() => rct.server.reload(), DtlsError);
  assertEquals(none.rule, "no-ca");
});

dtlsTest("a server does not start with files that do not fit, and says which", async () => {
  const cases: [string, string, Partial<Parameters<typeof Rct.open>[0]>][] = [
    ["file-not-readable", "none.pem cannot be read: there is no such file", {
      certificateFile: pki.pem("none"),
    }],
    ["bad-file", "spt.key holds no certificate", { certificateFile: pki.key("spt") }],
    ["bad-file", "spt.pem holds no private key", { keyFile: pki.pem("spt") }],
    ["key-mismatch", "spt.key is not the one of", { keyFile: pki.key("spt") }],
    ["no-ca", "no file or folder was given", { caFiles: [] }],
    ["file-not-readable", "none.pem cannot be read", { caFiles: [pki.pem("none")] }],
    ["bad-file", "spt.pem holds a certificate that is no CA's", { caFiles: [pki.pem("spt")] }],
    ["bad-setting", "mtu has to be 256-16000, found 100", { mtu: 100 }],
    ["bad-setting", "maxHandshakes has to be", { maxHandshakes: 0 }],
    ["library-missing", "install libssl3", { libraries: { ssl: "libssl.so.none" } }],
  ];
  for (const [rule, words, options] of cases) {
    const error = await assertRejects(() => Rct.open(options), DtlsError);
    assertEquals(error.rule, rule);
    assertStringIncludes(error.message, words);
  }
});

dtlsTest("an encrypted key is an error, and not a question on the terminal", async () => {
  const file = `${pki.folder}/encrypted.key`;
  await openssl(["pkey", "-in", pki.key("rct"), "-aes256", "-passout", "pass:secret", "-out", file]);
  const error = await assertRejects(() => Rct.open({ keyFile: file }), DtlsError);
  assertEquals(error.rule, "bad-file");
  assertStringIncludes(error.message, "an encrypted one");
});
