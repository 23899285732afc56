/** Who sees and forges everything in clear may delay a commissioning; no more. */
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import type { Header } from "../../src/ip/header.ts";
import { type Message, messageId, writeMessage } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, open, type PreparedKeys, prepareKeys, seal } from "../../src/ip/seal.ts";
import { commissioningSteps } from "../../src/session/commissioning_way.ts";
import type { CommissioningEffect, DtlsPeer } from "../../src/session/rct_commissionings.ts";
import {
  type Between,
  Centre,
  device,
  DTLS,
  OTHER_SECRET,
  premises,
  run,
  SECRET,
  START,
} from "./commissioning_pair.ts";
import { FAR, NEAR, sent } from "./scripted.ts";

const result = "RESP_ACKNOWLEDGE" as const;
const zeros = (n: number) => new Uint8Array(n);
const SECRET_KEYS = prepareKeys({ encryption: "aes-256", key: SECRET, hash: "sha-256" });

function forged(message: Message, edit: Partial<Header>, keys: PreparedKeys = clearKeys): Uint8Array {
  const header = {
    handle: 0,
    deviceId: device(),
    tx: 1000,
    rx: 0,
    flags: 0,
    version: 1,
    messageId: messageId(profile, message.name),
    ...edit,
  };
  return seal(profile, keys, header, writeMessage(profile, message), zeros);
}

function clearHeader(bytes: Uint8Array): Header {
  const opened = open(profile, clearKeys, bytes);
  assert(opened.ok);
  return opened.header;
}

function opened(): Centre {
  const centre = new Centre();
  centre.open(device());
  return centre;
}

/** Replaces the answer to one step by what an attacker makes of it. */
function instead(step: string, forge: (bytes: Uint8Array) => Uint8Array): Between {
  return { toSpt: (bytes, message) => message === step ? forge(bytes) : bytes };
}

const rules = (effects: CommissioningEffect[] | undefined) =>
  (effects ?? []).map((effect) => effect.kind === "dropped" ? effect.rule : effect.kind);

/** After any attack the same device can still be commissioned. */
function stillWorks(centre: Centre, later = START + 120_000): void {
  centre.tick(later);
  const end = run(premises({}, 99), centre, {}, later);
  assert(end.kind === "commissioned", end.kind === "failed" ? end.reason : "");
  assertEquals(centre.stored, [end.identity]);
}

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

Deno.test("a forged NAK makes the SPT say it again once, and no more", () => {
  const spt = premises();
  const [request] = sent(spt.start(START));
  const { tx } = clearHeader(request!);
  const header = { handle: 0, deviceId: zeros(16), tx: 9, rx: tx, flags: 0, version: 1, messageId: 0xc8 };
  const nak = seal(profile, clearKeys, header, new Uint8Array([2]), zeros);
  assertEquals(sent(spt.feed(nak, START + 1)), [request]);
  for (let i = 2; i < 10; i++) assertEquals(spt.feed(nak, START + i), []);
  assertEquals(spt.counters["naks"], 9);
});

Deno.test("an RCT that has the secret but not the sense is not followed", () => {
  const cases: [string, Message, string][] = [
    [
      "ENCRYPT_SELECT_REQ",
      { name: "ENCRYPT_SELECT_RESP", result, master: true, encryption: "none" },
      "the receiving centre chose none, which was not offered",
    ],
    [
      "ENCRYPT_KEY_REQ",
      { name: "ENCRYPT_KEY_RESP", result, master: true, fromRct: false, key: zeros(32) },
      "the receiving centre gave a key of zeros",
    ],
    [
      "HASH_SELECT_REQ",
      { name: "HASH_SELECT_RESP", result, hash: "ripemd-256" },
      "the receiving centre chose ripemd-256, which was not offered",
    ],
  ];
  for (const [step, answer, reason] of cases) {
    let master: PreparedKeys | undefined;
    const end = run(premises(), opened(), {
      toSpt: (bytes, message) => {
        const under = open(profile, SECRET_KEYS, bytes);
        if (under.ok && message === "ENCRYPT_KEY_REQ") {
          master = prepareKeys({ encryption: "aes-256", key: under.data.slice(2), hash: "sha-256" });
        }
        if (message !== step) return bytes;
        const keys = under.ok ? SECRET_KEYS : master!;
        const original = open(profile, keys, bytes);
        assert(original.ok);
        const { handle, tx, rx, deviceId } = original.header;
        return forged(answer, { handle, tx, rx, deviceId }, keys);
      },
    });
    assertEquals(end.kind === "failed" && end.reason, reason);
  }
});

Deno.test("a forged VERSION_RESP cannot make the SPT speak another version", () => {
  for (const version of [0, 2, 255]) {
    const end = run(
      premises(),
      opened(),
      instead("VERSION_REQ", (bytes) => {
        const { tx, rx, deviceId } = clearHeader(bytes);
        return forged({ name: "VERSION_RESP", result, version }, { tx, rx, deviceId });
      }),
    );
    assertEquals(
      end.kind === "failed" && end.reason,
      `the receiving centre wants version ${version}, this is version 1`,
    );
  }
});

Deno.test("what answers another request is not taken", () => {
  const spt = premises();
  const [request] = sent(spt.start(START));
  const { tx } = clearHeader(request!);
  for (const rx of [0, tx, tx + 2, tx + 0x100]) {
    const bytes = forged({ name: "VERSION_RESP", result, version: 1 }, {
      rx: rx & 0xffff,
      deviceId: zeros(16),
    });
    assertEquals(spt.feed(bytes, START).map(({ kind }) => kind), ["dropped"]);
  }
  const other = forged({ name: "CONN_HANDLE_RESP", result, handle: 9 }, {
    rx: (tx + 1) & 0xffff,
    deviceId: zeros(16),
  });
  assertEquals(spt.feed(other, START), [{ kind: "dropped", rule: "unexpected-response" }]);
  assertEquals(spt.step, "VERSION_REQ");
});

Deno.test("under the secret nothing in clear is heard any more, by either end", () => {
  for (const step of ["ENCRYPT_SELECT_REQ", "ENCRYPT_KEY_REQ", "HASH_SELECT_REQ"] as const) {
    const centre = opened();
    const spt = premises();
    let tried = 0;
    const end = run(spt, centre, {
      toRct: (bytes, message) => {
        if (message !== step) return bytes;
        const handle = [...centre.handles].at(-1)!;
        const clear: Message[] = [
          { name: "ENCRYPT_SELECT_REQ", master: true, offers: ["aes-128"] },
          { name: "ENCRYPT_KEY_REQ", master: true, fromRct: false, key: zeros(32) },
          { name: "HASH_SELECT_REQ", offers: ["sha-256"] },
          { name: "DTLS_COMPLETE_REQ" },
          { name: "POLL_MSG" },
        ];
        for (const message of clear) {
          for (let tx = 0; tx < 16; tx++) {
            const effects = centre.feed(forged(message, { handle, tx: (baseTx + tx) & 0xffff }), START, FAR);
            assertEquals(sent(effects!), [], message.name);
            tried++;
          }
        }
        for (let rx = 0; rx < 16; rx++) {
          const edit = { handle, rx: (baseTx + rx) & 0xffff, deviceId: centre.deviceId };
          const answers: Message[] = [
            { name: "ENCRYPT_SELECT_RESP", result, master: true, encryption: "aes-128" },
            { name: "ENCRYPT_KEY_RESP", result, master: true, fromRct: false, key: zeros(32).fill(1) },
            { name: "HASH_SELECT_RESP", result, hash: "sha-256" },
          ];
          for (const answer of answers) {
            assertEquals(spt.feed(forged(answer, edit), START), [{ kind: "dropped", rule: "unauthentic" }]);
          }
        }
        return bytes;
      },
      toSpt: (bytes, message) => {
        if (message === "VERSION_REQ") baseTx = clearHeader(bytes).rx - 1;
        return bytes;
      },
    });
    assertEquals(tried, 80);
    assert(end.kind === "commissioned");
    assertEquals(centre.stored, [end.identity]);
  }
});
let baseTx = 0;

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

Deno.test("clear messages played again make nothing but places that give way", () => {
  const centre = opened();
  const tape: Uint8Array[] = [];
  const spt = premises();
  const end = run(spt, centre, {
    toRct: (bytes) => {
      tape.push(bytes);
      // All that was heard so far, again and again, from elsewhere.
      for (let i = 0; i < 5; i++) for (const old of tape.slice(0, -1)) centre.feed(old, START, FAR);
      return bytes;
    },
  });
  assert(end.kind === "commissioned");
  assertEquals(centre.stored, [end.identity]);
  assertEquals(centre.handles.size, 1);
  const before = structuredClone(centre.it.counters);
  for (const old of tape.slice(0, -1)) centre.feed(old, START + 1, FAR);
  assertEquals(centre.it.counters["conversations"], before["conversations"], "the window is used");
});

Deno.test("a CONN_HANDLE_REQ played once its SPT has gone on is silently dropped", () => {
  const centre = opened();
  let hello: Uint8Array | undefined;
  const end = run(premises(), centre, {
    toRct: (bytes, message) => {
      if (message === "CONN_HANDLE_REQ") hello = bytes;
      if (message === "ENCRYPT_SELECT_REQ") assertEquals(sent(centre.feed(hello!, START, FAR)!).length, 1);
      if (message === "ENCRYPT_KEY_REQ") {
        assertEquals(rules(centre.feed(hello!, START, FAR)), ["commissioning-closed"]);
      }
      return bytes;
    },
  });
  assertEquals(end.kind, "commissioned");
  assertEquals(centre.it.counters["conversations"], 1);
});

Deno.test("inside DTLS the name must be that of the header, and for the master set", () => {
  for (const edit of [{ master: false }, { deviceId: device(profile, 2) }]) {
    const centre = new Centre();
    centre.open(device(), { kind: "dtls" });
    centre.feed(forged({ name: "CONN_HANDLE_REQ" }, { tx: 10 }), START, NEAR, DTLS);
    const handle = [...centre.handles][0]!;
    const message: Message = { name: "DEVICE_ID_REQ", master: true, deviceId: device(), ...edit };
    const [bytes] = sent(centre.feed(forged(message, { handle, tx: 11 }), START, NEAR, DTLS)!);
    const answer = open(profile, clearKeys, bytes!);
    assertEquals(answer.ok && [...answer.data], [8], "RESP_DEVICE_NOT_ALLOWED");
  }
});

Deno.test("a recorded commissioning, played under the same window, stores nothing", () => {
  const centre = opened();
  centre.storing = false;
  const tape: Uint8Array[] = [];
  run(premises(), centre, {
    toRct: (bytes) => {
      tape.push(bytes);
      return bytes;
    },
  });
  centre.tick(START + 61_000);
  centre.storing = true;
  const stores = centre.effects.filter(({ kind }) => kind === "store").length;
  for (let i = 0; i < 3; i++) for (const bytes of tape) centre.feed(bytes, START + 62_000, FAR);
  assertEquals(centre.effects.filter(({ kind }) => kind === "store").length, stores);
  assertEquals(centre.stored, []);
  stillWorks(centre, START + 200_000);
});

Deno.test("the SPT that was commissioned cannot be commissioned again with the used secret", () => {
  const centre = opened();
  assertEquals(run(premises(), centre).kind, "commissioned");
  const [master] = centre.stored;
  const again = run(premises({}, 50), centre, {}, START + 1000);
  assertEquals(again.kind === "failed" && again.step, "VERSION_REQ");
  assertEquals(centre.stored, [master!]);
});

Deno.test("of two conversations of one device one is stored; the other ends with it", () => {
  const centre = opened();
  centre.storing = "later";
  const first = run(premises({}, 1), centre);
  const second = run(premises({}, 2), centre, {}, START + 30_000);
  assertEquals(first.kind, "failed");
  assertEquals(second.kind === "failed" && second.reason.includes("RESP_PROCESS_ERROR"), true);
  assertEquals(centre.waiting.length, 1);
  assertEquals(centre.it.counters["stored-twice"], 1);
  centre.settle(centre.waiting[0]!, true);
  assertEquals([centre.it.size, centre.handles.size], [1, 1]);
});

Deno.test("a window that closes in the middle ends the conversation, at every step", () => {
  const steps = commissioningSteps("secret").slice(1);
  for (const step of steps) {
    for (const how of ["expires", "is replaced"]) {
      const centre = opened();
      const end = run(premises(), centre, {
        toRct: (bytes, message, attempt) => {
          if (message === step && attempt === 1) {
            if (how === "expires") centre.shut(device());
            else centre.open(device(), { kind: "secret", secret: SECRET, openedAt: START + 1 });
          }
          return bytes;
        },
      });
      if (step === "CONN_HANDLE_REQ" && how === "is replaced") {
        // Nothing was begun under the old one.
        assertEquals(end.kind, "commissioned");
        continue;
      }
      assertEquals(end.kind === "failed" && end.step, step);
      assertEquals([centre.stored, centre.handles.size, centre.it.size], [[], 0, 0], `${step}, ${how}`);
    }
  }
});

Deno.test("close() and tick() end what was begun under a closed window", () => {
  for (const by of ["close", "tick"] as const) {
    const centre = opened();
    centre.feed(forged({ name: "CONN_HANDLE_REQ" }, {}), START);
    centre.shut(device());
    const effects = by === "close" ? centre.it.close(device()) : centre.tick(START);
    assertEquals(effects, [{ kind: "ended", deviceId: device(), reason: "the window is closed" }]);
    assertEquals(centre.handles.size, 0);
  }
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

Deno.test("a window for DTLS takes nothing over UDP, one for a secret nothing inside DTLS", () => {
  const hello = forged({ name: "VERSION_REQ", version: 1 }, {});
  const byDtls = new Centre();
  byDtls.open(device(), { kind: "dtls" });
  assertEquals(rules(byDtls.feed(hello, START)), ["commissioning-closed"]);
  assertEquals(sent(byDtls.feed(hello, START, NEAR, DTLS)!).length, 1);
  assertEquals(rules(opened().feed(hello, START, NEAR, DTLS)), ["commissioning-closed"]);
});

Deno.test("a conversation inside DTLS stays in its connection", () => {
  const centre = new Centre();
  centre.open(device(), { kind: "dtls" });
  const other: DtlsPeer = { masterKey: zeros(32).fill(0x99) };
  const spt = premises({ way: { kind: "dtls", masterKey: DTLS.masterKey } });
  let last: Uint8Array | undefined;
  const end = run(spt, centre, {
    dtls: DTLS,
    toRct: (bytes, message) => {
      if (clearHeader(bytes).handle !== 0 && message !== "VERSION_REQ") {
        for (const peer of [undefined, other]) {
          assertEquals(rules(centre.feed(bytes, START, FAR, peer)), ["commissioning-closed"], message);
        }
      }
      last = bytes;
      return bytes;
    },
  });
  assert(end.kind === "commissioned" && last !== undefined);
  assertEquals(centre.feed(last, START, FAR), undefined, "over UDP the handle is that of the master set now");
  assertEquals(sent(centre.feed(last, START, NEAR, DTLS)!).length, 1);
});

Deno.test("the gateway may refuse a certificate that is not this device's", () => {
  const seen: (string | undefined)[] = [];
  const centre = new Centre(profile, {
    window: (_, dtls) => {
      seen.push(dtls?.commonName);
      return dtls?.commonName === "supplier.example:2" ? { kind: "dtls" } : undefined;
    },
  });
  assertEquals(rules(centre.feed(forged({ name: "CONN_HANDLE_REQ" }, {}), START, NEAR, DTLS)), [
    "commissioning-closed",
  ]);
  assertEquals(seen, [DTLS.commonName]);
});

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
