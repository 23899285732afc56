import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { explain, type Failure } from "../../src/dtls/explain.ts";
import { pemCertificates } from "../../src/dtls/pem.ts";
import { dtlsTest, pki } from "./rct.ts";

const FAILURE: Failure = {
  peer: "RCT",
  errors: [],
  verifyResult: 0,
  verifyText: "ok",
  chain: [],
  established: false,
};
const error = (reason: number, lib = 20, text = "words") => ({ lib, reason, text });

Deno.test("explain() names reasons and alerts, and takes the first one of libssl that says something", () => {
  for (
    const [rule, ...reasons] of [
      ["no-certificate", 199],
      ["bad-signature", 123],
      ["no-shared-cipher", 193],
      ["no-shared-cipher", 376],
      ["wrong-version", 258],
      ["refused-by-peer", 1048],
      ["refused-by-peer", 1255],
      ["handshake-failed", 777],
      ["handshake-failed"],
      ["bad-signature", 777, 123, 199],
    ] as [string, ...number[]][]
  ) {
    const end = explain({ ...FAILURE, errors: reasons.map((reason) => error(reason)) });
    assertEquals(end.rule, rule, `${reasons}`);
    assertStringIncludes(end.message, rule === "no-shared-cipher" ? "" : "RCT");
  }
});

Deno.test("explain() does not take a number of another library for one of libssl", () => {
  const errors = [error(199, 4, "invalid padding"), error(123)];
  assertEquals(explain({ ...FAILURE, errors }).rule, "bad-signature");
});

Deno.test("explain() tells a connection that broke from a handshake that failed", () => {
  const end = explain({ ...FAILURE, established: true, errors: [error(777)] });
  assertEquals(end, { rule: "connection-failed", message: "the connection with the RCT failed: words" });
});

Deno.test("explain() knows why a certificate did not pass, without seeing it too", () => {
  for (
    const [rule, verifyResult] of [
      ["certificate-expired", 10],
      ["certificate-not-yet-valid", 9],
      ["unknown-ca", 20],
      ["unknown-ca", 18],
      ["wrong-name", 62],
      ["certificate-refused", 26],
    ] as const
  ) {
    for (const chain of [[], [new Uint8Array([1, 2, 3])]]) {
      const end = explain({ ...FAILURE, errors: [error(134)], verifyResult, chain });
      assertEquals(end.rule, rule);
      assert(!end.message.includes("undefined"), end.message);
    }
  }
});

dtlsTest("explain() says which certificate of the chain has expired", async () => {
  const der = async (name: string) => pemCertificates(await Deno.readFile(pki.pem(name)), name)[0]!.der;
  const [spt, old] = [await der("spt"), await der("expired-spt")];
  const failure = { ...FAILURE, peer: "SPT" as const, errors: [error(134)], verifyResult: 10 };
  const own = explain({ ...failure, chain: [old, spt] }).message;
  assertStringIncludes(own, "the SPT's certificate has expired on ");
  assertStringIncludes(own, 'common name "maker.example:0044"');
  const above = explain({ ...failure, chain: [spt, old] }).message;
  assertStringIncludes(
    above,
    `the CA certificate "maker.example:0044" above the SPT's certificate has expired`,
  );
  const later = explain({ ...failure, chain: [spt], verifyResult: 9 }).message;
  assertStringIncludes(later, "is valid only from ");
});
