import { assertEquals } from "@std/assert";
import { certificateIdentity } from "../../src/dtls/certificate_identity.ts";
import { pemCertificates } from "../../src/dtls/pem.ts";
import { openssl } from "./pki.ts";
import { dtlsTest, pki } from "./rct.ts";

/** The common name that is read from a certificate with this subject, as lines of a request's configuration. */
async function commonName(subject: string[], ...more: string[]): Promise<string | undefined> {
  const file = `${pki.folder}/subject.cnf`;
  const out = `${pki.folder}/subject.pem`;
  await Deno.writeTextFile(
    file,
    ["[req]", "prompt=no", "distinguished_name=dn", ...more, "[dn]", ...subject, ""].join("\n"),
  );
  await openssl(["req", "-x509", "-utf8", "-key", pki.key("other"), "-config", file, "-out", out]);
  return certificateIdentity(pemCertificates(await Deno.readFile(out), out)[0]!.der).commonName;
}

dtlsTest("the common name is the subject's, as it stands there", async () => {
  assertEquals(await commonName(["CN=maker.example:0042"]), "maker.example:0042");
  assertEquals(await commonName(["O=Maker", "CN=größe.example:1"]), "größe.example:1");
  assertEquals(await commonName(["O=Maker"]), undefined);
});

dtlsTest("another field of the subject cannot pass for a common name", async () => {
  assertEquals(await commonName(["O=evil\\nCN=victim.example:1"]), undefined);
  assertEquals(await commonName(["O=evil\\nCN=victim.example:1", "CN=real.example:7"]), "real.example:7");
});

dtlsTest("two common names, line breaks and undecoded text are no common name", async () => {
  assertEquals(await commonName(["0.CN=maker.example:1", "1.CN=maker.example:2"]), undefined);
  assertEquals(await commonName(["CN=maker.example:1\\nmaker.example:2"]), undefined);
  // BMPString: two octets a character, which are not put together.
  assertEquals(await commonName(["CN=maker.example:1"], "string_mask=MASK:0x800"), undefined);
});

dtlsTest("dates and fingerprint are those that openssl prints", async () => {
  const [certificate] = pemCertificates(await Deno.readFile(pki.pem("spt")), "spt.pem");
  const identity = certificateIdentity(certificate!.der);
  const shown = await openssl([
    ...["x509", "-in", pki.pem("spt"), "-noout", "-fingerprint", "-sha256", "-startdate", "-enddate"],
  ]);
  const [, print, from, until] = /=([0-9A-F:]+)\nnotBefore=(.*)\nnotAfter=(.*)\n/.exec(shown) ?? [];
  assertEquals(identity.fingerprint, print);
  assertEquals(identity.notBefore, new Date(from!));
  assertEquals(identity.notAfter, new Date(until!));
  assertEquals(identity.certificate, certificate!.der);
});
