import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { hmacSha256 } from "../../../adapters/webhook/hmac_sha256.ts";
import { readWebhookSecret } from "../../../adapters/webhook/secret.ts";
import { signWebhook } from "../../../adapters/webhook/signature.ts";
import { verifyWebhook } from "../../../adapters/webhook/verify.ts";
import { SecretKey } from "../../../src/keys/secret_key.ts";

const NOW = 1_800_000_000_000;
const BODY = new TextEncoder().encode('{"type":"alarm"}');
const OLD = new SecretKey(new Uint8Array(32).fill(7));
const NEW = new SecretKey(new Uint8Array(24).fill(8));

function signed(keys: SecretKey[], timestamp = NOW / 1000, id = "01JD7Z0000AAAAAAAAAAAAAAAA") {
  return signWebhook({ id, timestamp, body: BODY }, keys);
}

function rule(
  headers: Record<string, string>,
  more: Partial<Parameters<typeof verifyWebhook>[0]> = {},
): string {
  const result = verifyWebhook({ headers: new Headers(headers), body: BODY, keys: [OLD], now: NOW, ...more });
  return result.ok ? "ok" : result.rule;
}

// RFC 4231, test cases 1, 2, 3, 4, 6 and 7: key, data, HMAC-SHA-256.
const RFC_4231: [string, string, string][] = [
  ["0b".repeat(20), "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
  [
    "4a656665",
    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  ["aa".repeat(20), "dd".repeat(50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
  [
    "0102030405060708090a0b0c0d0e0f10111213141516171819",
    "cd".repeat(50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  [
    "aa".repeat(131),
    "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    "aa".repeat(131),
    "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e642061" +
    "206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f2062652068617368" +
    "6564206265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
];

Deno.test("HMAC-SHA-256 is that of RFC 4231", () => {
  for (const [key, data, mac] of RFC_4231) {
    assertEquals(hmacSha256(Uint8Array.fromHex(key), Uint8Array.fromHex(data)).toHex(), mac);
  }
});

Deno.test("HMAC-SHA-256 is that of the Web Crypto API, for keys and messages of any length", async () => {
  const length = fc.integer({ min: 1, max: 200 });
  await fc.assert(
    fc.asyncProperty(length, fc.uint8Array({ maxLength: 300 }), fc.nat(300), async (octets, data, cut) => {
      const raw = new Uint8Array(octets).fill(0x5a);
      const hmac = { name: "HMAC", hash: "SHA-256" };
      const key = await crypto.subtle.importKey("raw", raw, hmac, false, ["sign"]);
      const message = Uint8Array.from(data);
      const theirs = new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
      assertEquals(hmacSha256(raw, message.subarray(0, cut), message.subarray(cut)), theirs);
    }),
  );
});

Deno.test("what was signed is verified, with the id and the time of sending", () => {
  const headers = new Headers(signed([OLD]));
  const result = verifyWebhook({ headers, body: BODY, keys: [OLD], now: NOW + 1500 });
  assertEquals(result, { ok: true, id: "01JD7Z0000AAAAAAAAAAAAAAAA", sentAt: NOW });
});

Deno.test("while a key is changed, each side may have the old one, the new one, or both", () => {
  for (const [sender, receiver] of [[[OLD, NEW], [NEW]], [[OLD], [NEW, OLD]], [[NEW, OLD], [OLD]]] as const) {
    assertEquals(rule(signed([...sender]), { keys: receiver }), "ok");
  }
  assertEquals(rule(signed([NEW]), { keys: [OLD] }), "wrong-signature");
});

Deno.test("any change of id, time, body or signature is noticed", () => {
  const good = signed([OLD]);
  assertEquals(rule(good), "ok");
  assertEquals(rule({ ...good, "webhook-id": "01JD7Z0000AAAAAAAAAAAAAAAB" }), "wrong-signature");
  assertEquals(rule({ ...good, "webhook-timestamp": String(NOW / 1000 + 1) }), "wrong-signature");
  assertEquals(rule(good, { body: new TextEncoder().encode('{"type":"alarN"}') }), "wrong-signature");
  assertEquals(rule(good, { body: new Uint8Array() }), "wrong-signature");
  const mac = good["webhook-signature"];
  assertEquals(rule({ ...good, "webhook-signature": mac.slice(0, -1) }), "wrong-signature");
  assertEquals(rule({ ...good, "webhook-signature": mac.replace("v1,", "v2,") }), "wrong-signature");
  for (let at = 3; at < mac.length - 1; at++) {
    const other = mac[at] === "A" ? "Q" : "A";
    const bent = mac.slice(0, at) + other + mac.slice(at + 1);
    assertEquals(rule({ ...good, "webhook-signature": bent }), "wrong-signature", `character ${at}`);
  }
});

Deno.test("signatures of other kinds beside ours do no harm; more than sixteen are not looked at", () => {
  const good = signed([OLD]);
  const mac = good["webhook-signature"];
  assertEquals(rule({ ...good, "webhook-signature": `v1a,xyz ${mac} v9` }), "ok");
  assertEquals(rule({ ...good, "webhook-signature": `${"v1a,x ".repeat(15)}${mac}` }), "ok");
  assertEquals(rule({ ...good, "webhook-signature": `${"v1a,x ".repeat(16)}${mac}` }), "wrong-signature");
});

Deno.test("old and future webhooks are refused at the limit, both ways", () => {
  const at = (ms: number) => rule(signed([OLD]), { now: NOW + ms });
  assertEquals([at(300_000), at(300_001), at(-300_000), at(-300_001)], ["ok", "too-old", "ok", "too-new"]);
  assertEquals(rule(signed([OLD]), { now: NOW + 2000, toleranceMs: 1000 }), "too-old");
});

Deno.test("missing and unreadable headers are named", () => {
  const good = signed([OLD]);
  for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"]) {
    const result = verifyWebhook({
      headers: new Headers(Object.entries(good).filter(([key]) => key !== name)),
      body: BODY,
      keys: [OLD],
      now: NOW,
    });
    assertEquals(result.ok ? "ok" : result.rule, "missing-header");
    assert(!result.ok && result.message.includes(name));
  }
  for (const time of ["now", "-1", "1e9", "1800000000.5", "9".repeat(30)]) {
    assertEquals(rule({ ...good, "webhook-timestamp": time }), "bad-timestamp");
  }
});

Deno.test("random headers never throw and never pass", () => {
  const value = fc.oneof(fc.stringMatching(/^[ -~]{0,80}$/), fc.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/));
  fc.assert(fc.property(value, fc.stringMatching(/^\d{0,13}$/), value, (id, time, mac) => {
    const map = new Map([["webhook-id", id], ["webhook-timestamp", time], ["webhook-signature", mac]]);
    const headers = { get: (name: string) => map.get(name) ?? null };
    assert(!verifyWebhook({ headers, body: BODY, keys: [OLD], now: NOW }).ok);
  }));
});

Deno.test("a secret is read as the convention writes it; what is none is refused without showing it", () => {
  const good = `whsec_${new Uint8Array(32).fill(9).toBase64()}`;
  const read = readWebhookSecret(good);
  assert(read.ok);
  assertEquals(read.key.octets(), new Uint8Array(32).fill(9));
  const bad = [
    "hunter2hunter2hunter2hunter2hunter2hunter2",
    good.slice("whsec_".length),
    `whsec_${new Uint8Array(23).fill(9).toBase64()}`,
    `whsec_${new Uint8Array(65).fill(9).toBase64()}`,
    `${good}!`,
    "whsec_",
    "",
  ];
  for (const text of bad) {
    const refused = readWebhookSecret(text);
    assert(!refused.ok, text);
    assertEquals(refused.rule, "bad-secret");
    if (text.length > 6) assert(!refused.message.includes(text.slice(6)), text);
  }
});

Deno.test("the key itself is in no header", () => {
  const key = new SecretKey(new Uint8Array(32).fill(0x41));
  const headers = Object.values(signed([key], 1, "01JD")).join();
  for (const found of ["A".repeat(16), "QUFBQUFB", "41414141"]) assert(!headers.includes(found), found);
  assertNotEquals(signed([key])["webhook-signature"], signed([OLD])["webhook-signature"]);
});
