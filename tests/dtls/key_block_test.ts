import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { findSuite, LEGACY_DSS, MODERN_SUITES } from "../../src/dtls/cipher_suites.ts";
import { clientWriteKey, prf } from "../../src/dtls/key_block.ts";

// Vectors that circulated on the TLS working group's list for the PRF of TLS 1.2.
Deno.test("prf() gives the known octets for SHA-256", () => {
  const out = prf(
    "sha256",
    Uint8Array.fromHex("9bbe436ba940f017b17652849a71db35"),
    "test label",
    Uint8Array.fromHex("a0ba9f936cda311827a6f796ffd5198c"),
    100,
  );
  assertEquals(
    out.toHex(),
    "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0" +
      "fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66",
  );
});

Deno.test("prf() gives the known octets for SHA-384", () => {
  const out = prf(
    "sha384",
    Uint8Array.fromHex("b80b733d6ceefcdc71566ea48e5567df"),
    "test label",
    Uint8Array.fromHex("cd665cf6a8447dd6ff8b27555edb7465"),
    148,
  );
  assertEquals(
    out.toHex(),
    "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0" +
      "e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d918425" +
      "9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e099070" +
      "3d73e56f",
  );
});

Deno.test("prf(): a shorter output is the beginning of a longer one", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("sha256" as const, "sha384" as const),
      fc.uint8Array({ minLength: 1, maxLength: 48 }),
      fc.uint8Array({ maxLength: 64 }),
      fc.nat(200),
      fc.nat(200),
      (hash, secret, seed, one, other) => {
        const [short, long] = [Math.min(one, other), Math.max(one, other)];
        assertEquals(
          prf(hash, secret, "x", seed, short),
          prf(hash, secret, "x", seed, long).subarray(0, short),
        );
      },
    ),
  );
});

Deno.test("clientWriteKey() skips both MAC keys, and puts the server's random first", () => {
  const masterSecret = new Uint8Array(48).fill(1);
  const clientRandom = new Uint8Array(32).fill(2);
  const serverRandom = new Uint8Array(32).fill(3);
  for (const suite of [...MODERN_SUITES, LEGACY_DSS]) {
    const seed = new Uint8Array([...serverRandom, ...clientRandom]);
    const block = prf(suite.hash, masterSecret, "key expansion", seed, 2 * suite.macKeyLength + 64);
    assertEquals(
      clientWriteKey(suite, { masterSecret, clientRandom, serverRandom }),
      block.subarray(2 * suite.macKeyLength, 2 * suite.macKeyLength + 32),
      suite.name,
    );
    assertEquals(findSuite(suite.id), suite);
  }
});
