/** Who sees and forges everything in clear may delay a commissioning; no more. */
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import type { Header } from "../../src/ip/header.ts";
import type { Message } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, open } from "../../src/ip/seal.ts";
import { Centre, device, OTHER_SECRET, premises, run, START } from "./commissioning_pair.ts";
import { FAR, sent } from "./scripted.ts";
import {
  clearHeader,
  forged,
  instead,
  opened,
  result,
  rules,
  stillWorks,
  zeros,
} from "./commissioning_attacker.ts";

Deno.test("a forged DEVICE_ID_RESP ends in failure, and says that somebody interferes", () => {
  const centre = opened();
  const forgedId = zeros(16).fill(0xee);
  const end = run(
    premises(),
    centre,
    instead("DEVICE_ID_REQ", (bytes) => {
      const { handle, tx, rx } = clearHeader(bytes);
      return forged({ name: "DEVICE_ID_RESP", result, deviceId: forgedId }, {
        handle,
        tx,
        rx,
        deviceId: forgedId,
      });
    }),
  );
  assert(end.kind === "failed");
  assertEquals(end.step, "ENCRYPT_SELECT_REQ");
  assert(end.reason.includes("somebody on the line interferes"), end.reason);
  assertEquals([centre.stored, centre.commissioned], [[], []]);
  stillWorks(centre);
});

Deno.test("a DEVICE_ID_RESP with no name, or with the SPT's own, is refused at once", () => {
  for (const deviceId of [zeros(16), device()]) {
    const centre = opened();
    const end = run(
      premises(),
      centre,
      instead("DEVICE_ID_REQ", (bytes) => {
        const { handle, tx, rx } = clearHeader(bytes);
        const edit = { handle, tx, rx, deviceId: centre.deviceId };
        return forged({ name: "DEVICE_ID_RESP", result, deviceId }, edit);
      }),
    );
    assertEquals(end.kind === "failed" && end.reason, "the receiving centre gave no device ID of its own");
    stillWorks(centre);
  }
});

Deno.test("a forged CONN_HANDLE_RESP ends in failure", () => {
  for (const handle of [0, 5, 0xffffffff]) {
    const centre = opened();
    const end = run(
      premises(),
      centre,
      instead("CONN_HANDLE_REQ", (bytes) => {
        const { tx, rx, deviceId } = clearHeader(bytes);
        return forged({ name: "CONN_HANDLE_RESP", result, handle }, { tx, rx, deviceId });
      }),
    );
    assert(end.kind === "failed");
    if (handle === 0) {
      assertEquals(end.reason, "the receiving centre gave connection handle 0, which is none");
    }
    assertEquals(centre.stored, []);
    stillWorks(centre);
  }
});

Deno.test("who has not the secret gets no further than the name of the RCT, whatever he copies", () => {
  const centre = opened();
  const end = run(premises({ way: { kind: "secret", secret: OTHER_SECRET } }), centre);
  assertEquals(end.kind, "failed");
  assertEquals(centre.stored, []);
  assertEquals(centre.it.counters["unauthentic"], 4);
  assertEquals(centre.tick(START + 120_000).filter(({ kind }) => kind === "ended"), [{
    kind: "ended",
    deviceId: device(),
    reason: "no progress for 60 s; what came does not open with the secret: was it typed correctly?",
  }]);
  assertEquals([centre.it.size, centre.handles.size], [0, 0]);
  stillWorks(centre, START + 180_000);
});

Deno.test("a man in the middle without the secret may change anything: nothing wrong is ever stored", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          message: fc.integer({ min: 0, max: 11 }),
          kind: fc.constantFrom("lose", "flip", "forge-handle", "forge-id", "double", "reflect"),
          at: fc.integer({ min: 0, max: 131 }),
        }),
        { maxLength: 6 },
      ),
      fc.integer({ min: 1, max: 1000 }),
      (deeds, seed) => {
        const centre = new Centre(profile, {}, seed);
        centre.open(device());
        let count = 0;
        const spt = premises({}, seed + 1);
        const middle = (toRct: boolean) => (bytes: Uint8Array): Uint8Array | undefined => {
          const number = count++;
          for (const { message, kind, at } of deeds) {
            if (message !== number) continue;
            if (kind === "lose") return undefined;
            if (kind === "double" && toRct) centre.feed(bytes, START, FAR);
            if (kind === "reflect" && toRct) spt.feed(bytes, START);
            if (kind === "flip") bytes = bytes.map((octet, i) => i === at ? octet ^ 0x10 : octet);
            const clear = open(profile, clearKeys, bytes);
            if (!clear.ok || toRct) continue;
            if (kind === "forge-handle") {
              bytes = forged({ name: "CONN_HANDLE_RESP", result, handle: 4000 + at }, clear.header);
            }
            if (kind === "forge-id") {
              const deviceId = zeros(16).fill(at + 1);
              bytes = forged({ name: "DEVICE_ID_RESP", result, deviceId }, { ...clear.header, deviceId });
            }
          }
          return bytes;
        };
        const end = run(spt, centre, { toRct: middle(true), toSpt: middle(false) });
        assertLessOrEqual(end.at - START, 22_000 * 6);
        if (end.kind !== "commissioned") return;
        assertEquals(centre.stored.at(-1), end.identity);
        assertEquals(end.identity.rctDeviceId, centre.deviceId);
        assertEquals(centre.commissioned.length, 1);
      },
    ),
    { numRuns: 300, seed: 20_26 },
  );
});

Deno.test("one who relays with a secret of his own to each side gets neither", () => {
  // He is RCT to the SPT and SPT to the RCT.
  const centre = opened();
  const fake = new Centre(profile, {}, 5);
  fake.open(device(), { kind: "secret", secret: OTHER_SECRET, openedAt: START });
  const near = run(premises(), fake);
  const far = run(premises({ way: { kind: "secret", secret: OTHER_SECRET } }), centre);
  assertEquals([near.kind, far.kind], ["failed", "failed"]);
  assertEquals([centre.stored, fake.stored], [[], []]);
});

Deno.test("a forger who begins without end pushes nobody aside who has proved himself", () => {
  const centre = opened();
  let tx = 2000;
  const flood = () => {
    for (let i = 0; i < 50; i++) {
      centre.feed(forged({ name: "CONN_HANDLE_REQ" }, { tx: tx++ & 0xffff }), START, FAR);
    }
    assertLessOrEqual(centre.it.size, 4);
    assertEquals(centre.handles.size, centre.it.size);
  };
  const end = run(premises(), centre, {
    toRct: (bytes, message) => {
      if (message === "ENCRYPT_KEY_REQ" || message === "HASH_SELECT_REQ") flood();
      return bytes;
    },
  });
  assert(end.kind === "commissioned");
  assertEquals([centre.it.size, centre.handles.size], [1, 1]);
  assertEquals(centre.effects.filter(({ kind }) => kind === "begun").length, 1, "the log is not flooded");
});

Deno.test("a flood in the name of one device leaves the others alone; there are never more than 64", () => {
  const centre = new Centre();
  const devices = Array.from({ length: 40 }, (_, i) => device(profile, i + 1));
  for (const id of devices) centre.open(id);
  for (let round = 0; round < 10; round++) {
    for (const deviceId of devices) {
      centre.feed(forged({ name: "CONN_HANDLE_REQ" }, { deviceId, tx: round }), START);
      assertLessOrEqual(centre.it.size, 64);
      assertEquals(centre.handles.size, centre.it.size);
    }
  }
  const quiet = devices[39]!;
  const end = run(premises({ sptDeviceId: quiet }), centre, {
    toRct: (bytes) => {
      for (let i = 0; i < 20; i++) {
        centre.feed(forged({ name: "CONN_HANDLE_REQ" }, { tx: 500 + i }), START, FAR);
      }
      return bytes;
    },
  });
  assertEquals(end.kind, "commissioned");
  centre.tick(START + 200_000);
  assertEquals([centre.it.size, centre.handles.size], [0, 1]);
});

Deno.test("a 65th device finds no place while 64 others are being stored; their master sets keep their handles", () => {
  const centre = new Centre();
  const devices = Array.from({ length: 65 }, (_, i) => device(profile, i + 1));
  for (const id of devices) centre.open(id);
  centre.storing = "later";
  for (const sptDeviceId of devices.slice(0, 64)) run(premises({ sptDeviceId, transmissions: 1 }), centre);
  assertEquals([centre.it.size, centre.waiting.length], [64, 64]);
  const last = premises({ sptDeviceId: devices[64]! });
  assertEquals(run(last, centre).kind, "failed");
  assertEquals(centre.it.counters["no-room"], 4);
  for (const ref of centre.waiting) centre.settle(ref, true);
  centre.storing = true;
  assertEquals(run(premises({ sptDeviceId: devices[64]! }), centre).kind, "commissioned");
  assertEquals([centre.it.size, centre.handles.size, centre.commissioned.length], [64, 65, 65]);
});

Deno.test("no handle left: silence, and a counter of its own", () => {
  const centre = new Centre(profile, { takeHandle: () => undefined });
  centre.open(device());
  assertEquals(rules(centre.feed(forged({ name: "CONN_HANDLE_REQ" }, {}), START)), ["no-free-handle"]);
});

Deno.test("in clear only the three messages of an open window are answered; the rest has one rule", () => {
  const centre = opened();
  const others: Message[] = [
    { name: "POLL_MSG" },
    { name: "ENCRYPT_SELECT_REQ", master: true, offers: ["aes-256"] },
    { name: "ENCRYPT_KEY_REQ", master: true, fromRct: false, key: zeros(32) },
    { name: "HASH_SELECT_REQ", offers: ["sha-256"] },
    { name: "DTLS_COMPLETE_REQ" },
    { name: "DEVICE_ID_REQ", master: true, deviceId: device() },
    { name: "VERSION_RESP", result, version: 1 },
    { name: "TRANSPARENT_MSG", data: zeros(4) },
  ];
  for (const message of others) {
    assertEquals(rules(centre.feed(forged(message, {}), START)), ["commissioning-closed"], message.name);
  }
  for (const message of [{ name: "VERSION_REQ", version: 1 }, { name: "CONN_HANDLE_REQ" }] as const) {
    const stranger = forged(message, { deviceId: device(profile, 2) });
    assertEquals(rules(centre.feed(stranger, START)), ["commissioning-closed"], "no window for this device");
    assertEquals(sent(centre.feed(forged(message, {}), START)!).length, 1, "a window for this one");
  }
  const handle = [...centre.handles][0]!;
  const named = (edit: Partial<Header>, more: Partial<Extract<Message, { name: "DEVICE_ID_REQ" }>> = {}) =>
    forged({ name: "DEVICE_ID_REQ", master: true, deviceId: device(), ...more }, {
      handle,
      tx: 1001,
      ...edit,
    });
  const refused = [
    ...others.filter(({ name }) => name !== "DEVICE_ID_REQ").map((message) =>
      forged(message, { handle, tx: 1001 })
    ),
    named({ tx: 1002 }),
    named({ deviceId: device(profile, 2) }),
    named({}, { deviceId: device(profile, 2) }),
    named({}, { master: false }),
    zeros(132).fill(0x55).map((octet, i) => i < 4 ? [0, 0, 0, handle][i]! : octet),
  ];
  for (const bytes of refused) assertEquals(rules(centre.feed(bytes, START)), ["commissioning-closed"]);
  const [first] = sent(centre.feed(named({}), START)!);
  assert(first !== undefined);
  assertEquals(sent(centre.feed(named({}), START, FAR)!), [first], "forged or not, it is the same answer");
  assertEquals(
    Object.keys(centre.it.counters).sort(),
    ["commissioning-closed", "conversations", "repeats-answered", "version-requests"],
  );
});
