import { assertEquals, assertRejects } from "@std/assert";
import { DtlsClient } from "../../src/dtls/dtls_client.ts";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { OpensslPeer } from "./openssl_peer.ts";
import { dtlsTest, pki, Rct } from "./rct.ts";

dtlsTest("the suite of 2013 is refused unless it is asked for, at each end", async () => {
  await pki.addDsa();
  const cas = { caFiles: [pki.pem("ca"), pki.pem("dsa-ca")] };
  await using modern = await Rct.open(cas);
  await using legacy = await Rct.open({ ...cas, ...pki.end("dsa-rct"), legacyDss: true });
  await using modernSpt = await DtlsClient.open({ ...cas, ...pki.end("spt") });
  await using legacySpt = await DtlsClient.open({ ...cas, ...pki.end("dsa-spt"), legacyDss: true });
  {
    await using _spt = OpensslPeer.client(
      modern.port,
      pki.end("dsa-spt"),
      ...["-cipher", "DHE-DSS-AES256-SHA@SECLEVEL=0"],
    );
    assertEquals((await modern.refusal()).rule, "no-shared-cipher");
  }
  for (const [spt, rct] of [[modernSpt, legacy], [legacySpt, modern]] as const) {
    const error = await assertRejects(() => spt.connect(rct.to), DtlsError);
    assertEquals(error.rule, "refused-by-peer");
    assertEquals((await rct.refusal()).rule, "no-shared-cipher");
  }
  assertEquals((await legacySpt.connect(legacy.to)).cipherSuite, "DHE-DSS-AES256-SHA");
  assertEquals((await modernSpt.connect(modern.to)).verified, true);
});

dtlsTest("a 1024-bit DSA certificate is no certificate for today's suites", async () => {
  await pki.addDsa();
  const cas = { caFiles: [pki.pem("ca"), pki.pem("dsa-ca")] };
  const error = await assertRejects(() => Rct.open({ ...cas, ...pki.end("dsa-rct") }), DtlsError);
  assertEquals(error.rule, "bad-file");
  // With the suite of 2013 a weak certificate passes, and still has to be signed by a CA that is trusted.
  await using rct = await Rct.open({ ...pki.end("dsa-rct"), legacyDss: true });
  await using spt = await DtlsClient.open({ ...cas, ...pki.end("dsa-spt"), legacyDss: true });
  await assertRejects(() => spt.connect(rct.to), DtlsError);
  assertEquals((await rct.refusal()).rule, "unknown-ca");
});
