/** Whatever comes, in whatever order: no throw, no store. */
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { type Message, messageId } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, open, seal } from "../../src/ip/seal.ts";
import { device, DTLS, premises, run, START } from "./commissioning_pair.ts";
import { FAR, sent } from "./scripted.ts";
import { forged, opened, SECRET_KEYS, stillWorks, zeros } from "./commissioning_attacker.ts";

Deno.test("steps out of order are refused under the secret, and change nothing", () => {
  const centre = opened();
  const [handleAnswer] = sent(centre.feed(forged({ name: "CONN_HANDLE_REQ" }, { tx: 10 }), START)!);
  assert(handleAnswer !== undefined);
  const handle = [...centre.handles][0]!;
  centre.feed(forged({ name: "DEVICE_ID_REQ", master: true, deviceId: device() }, { handle, tx: 11 }), START);
  const attempts: Message[] = [
    { name: "HASH_SELECT_REQ", offers: ["sha-256"] },
    { name: "ENCRYPT_KEY_REQ", master: true, fromRct: false, key: zeros(32) },
    { name: "DTLS_COMPLETE_REQ" },
    { name: "POLL_MSG" },
    { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256"] },
    { name: "ENCRYPT_SELECT_REQ", master: true, offers: ["none"] },
    { name: "ENCRYPT_SELECT_REQ", master: true, offers: [] },
    { name: "ENCRYPT_SELECT_REQ", master: true, offers: ["aes-256"] },
    { name: "ENCRYPT_KEY_REQ", master: true, fromRct: true, key: zeros(32).fill(1) },
    { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: zeros(32) },
    { name: "ENCRYPT_KEY_REQ", master: true, fromRct: false, key: zeros(32) },
    // Under the secret still, not under the master key.
    { name: "HASH_SELECT_REQ", offers: ["sha-256"] },
  ];
  const results = attempts.map((message, i) => {
    const [bytes] = sent(centre.feed(forged(message, { handle, tx: 12 + i }, SECRET_KEYS), START)!);
    const answer = open(profile, SECRET_KEYS, bytes!);
    assert(answer.ok);
    return answer.data[0];
  });
  const [ok, error, cipher, unsupported] = [1, 3, 6, 0];
  assertEquals(results, [
    error,
    error,
    error,
    error,
    cipher,
    cipher,
    cipher,
    ok,
    unsupported,
    unsupported,
    ok,
    error,
  ]);
  assertEquals(centre.effects.filter(({ kind }) => kind === "store"), []);
  // What cannot be read, or is not known, is refused as anywhere.
  for (const [id, data, refusal] of [[0x44 + 0x0f, zeros(0), 0], [0x42, zeros(0), 2]] as const) {
    const header = {
      handle,
      deviceId: device(),
      tx: id === 0x42 ? 25 : 24,
      rx: 0,
      flags: 0,
      version: 1,
      messageId: id,
    };
    const [bytes] = sent(centre.feed(seal(profile, SECRET_KEYS, header, data, zeros), START)!);
    const answer = open(profile, SECRET_KEYS, bytes!);
    assertEquals(answer.ok && answer.data[0], refusal);
  }
});

Deno.test("random datagrams never throw and never store, at any step", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 0, maxLength: 200 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 5 }),
      (noise, when) => {
        const centre = opened();
        const spt = premises();
        let count = 0;
        const end = run(spt, centre, {
          toRct: (bytes) => {
            if (count++ !== when) return bytes;
            for (const octets of noise) {
              const handle = [0, 0, 0, [...centre.handles].at(-1) ?? 0];
              for (const some of [octets, octets.map((octet, i) => handle[i] ?? octet)]) {
                for (const peer of [undefined, DTLS]) {
                  for (const effect of centre.feed(some, START, FAR, peer) ?? []) {
                    assertEquals(effect.kind, "dropped");
                  }
                }
                for (const effect of spt.feed(some, START)) assertEquals(effect.kind, "dropped");
              }
            }
            return bytes;
          },
        });
        assertEquals(end.kind, "commissioned");
      },
    ),
    { numRuns: 200, seed: 60 },
  );
});

Deno.test("any clear message with any members, from anywhere, at any time: no throw, no store", () => {
  const centre = opened();
  const names = [
    "VERSION_REQ",
    "CONN_HANDLE_REQ",
    "DEVICE_ID_REQ",
    "ENCRYPT_SELECT_REQ",
    "HASH_SELECT_RESP",
    "EVENT_MSG",
  ] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0, max: 120 }),
      (name, data, tx, handle) => {
        const header = {
          handle,
          deviceId: device(),
          tx,
          rx: 0,
          flags: 0,
          version: 1,
          messageId: messageId(profile, name),
        };
        const bytes = seal(profile, clearKeys, header, data, zeros);
        for (const effect of centre.feed(bytes, START, FAR) ?? []) assert(effect.kind !== "store");
        assertLessOrEqual(centre.it.size, 4);
      },
    ),
    { numRuns: 2000, seed: 61 },
  );
  stillWorks(centre);
});
