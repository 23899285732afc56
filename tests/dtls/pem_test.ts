import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DtlsError } from "../../src/dtls/dtls_end.ts";
import { pemCertificates, readCaFiles } from "../../src/dtls/pem.ts";

const block = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\r\n${
    der.toBase64().replaceAll(/.{64}/g, "$&\r\n")
  }\r\n-----END CERTIFICATE-----\r\n`;
const octets = (text: string) => new TextEncoder().encode(text);

Deno.test("pemCertificates() finds all certificates, whatever stands between them", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1 }), (ders) => {
      const text = ders.map((der, i) => `subject= ${i}\n${block(der)}`).join("\n");
      assertEquals(pemCertificates(octets(text), "f").map(({ der }) => der), ders);
    }),
  );
});

Deno.test("pemCertificates() refuses what holds none, or a damaged one", () => {
  const key = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
  for (const text of ["", "junk", key, block(octets("abc")).replace("YWJj", "YW*j")]) {
    const error = assertThrows(() => pemCertificates(octets(text), "ca.pem"), DtlsError, "ca.pem");
    assertEquals(error.rule, "bad-file");
  }
});

Deno.test("readCaFiles() reads files, and of folders what ends in .pem or .crt", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (
      const [name, text] of [
        ["a.pem", block(octets("a"))],
        ["b.CRT", block(octets("b1")) + block(octets("b2"))],
        ["readme.txt", "not read"],
      ] as const
    ) await Deno.writeTextFile(`${folder}/${name}`, text);
    const found = await readCaFiles([folder, `${folder}/a.pem`]);
    assertEquals(found.map(({ der }) => new TextDecoder().decode(der)), ["a", "b1", "b2", "a"]);
    const error = await assertRejects(() => readCaFiles([`${folder}/none`]), DtlsError);
    assertEquals(error.rule, "file-not-readable");
    await Deno.writeFile(`${folder}/large.pem`, new Uint8Array(5 * 1024 * 1024));
    await assertRejects(() => readCaFiles([folder]), DtlsError, "too large");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
