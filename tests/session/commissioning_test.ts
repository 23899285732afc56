import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { clearKeys, open, prepareKeys, seal } from "../../src/ip/seal.ts";
import { messageName } from "../../src/ip/messages/mod.ts";
import { commissioningSteps } from "../../src/session/commissioning_way.ts";
import type { CommissioningWindow, DtlsPeer } from "../../src/session/rct_commissionings.ts";
import { otherLayout } from "../ip/other_layout.ts";
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
import { NEAR, sent } from "./scripted.ts";

const PROFILES: readonly Ts50136Profile[] = [...editionNames.map(edition), otherLayout];
const SECRET_WINDOW: CommissioningWindow = { kind: "secret", secret: SECRET, openedAt: START };
const WAYS = [
  { way: { kind: "secret", secret: SECRET } as const, window: SECRET_WINDOW, dtls: undefined },
  {
    way: { kind: "dtls", masterKey: DTLS.masterKey } as const,
    window: { kind: "dtls" } as const,
    dtls: DTLS,
  },
];

function centreFor(profile: Ts50136Profile = reconstructed2020, window: CommissioningWindow = SECRET_WINDOW) {
  const centre = new Centre(profile);
  centre.open(device(profile), window);
  return centre;
}

/** `between` with or without the DTLS connection. */
function through(dtls: DtlsPeer | undefined, between: Between = {}): Between {
  return dtls === undefined ? between : { ...between, dtls };
}

for (const profile of PROFILES) {
  for (const { way, window, dtls } of WAYS) {
    Deno.test(`${profile.name}: both ends have the same master set, by ${way.kind}`, () => {
      const centre = centreFor(profile, window);
      const spt = premises({ profile, way });
      const end = run(spt, centre, through(dtls));
      assert(end.kind === "commissioned", end.kind === "failed" ? end.reason : "");
      assertEquals([end.identity], centre.stored);
      assertEquals(end.identity.rctDeviceId, centre.deviceId);
      assertEquals(end.identity.sptDeviceId, device(profile));
      assert(centre.handles.has(end.identity.masterHandle));
      assertEquals(centre.commissioned, [device(profile).toHex()]);
      assertEquals(end.identity.master.encryption, "aes-256");
      if (way.kind === "dtls") assertEquals(end.identity.master.key, DTLS.masterKey);
      else assertNotEquals(end.identity.master.key.slice(0, 32), SECRET);
      assertEquals([spt.nextTick, spt.feed(new Uint8Array(132), START)], [undefined, [
        { kind: "dropped", rule: "unexpected" },
      ]]);
    });

    for (const step of commissioningSteps(way.kind)) {
      for (const lost of ["toRct", "toSpt"] as const) {
        Deno.test(`${profile.name}: by ${way.kind}, ${step} loses its ${lost === "toRct" ? "request" : "response"}`, () => {
          const centre = centreFor(profile, window);
          let losses = 0;
          const end = run(
            premises({ profile, way }),
            centre,
            through(dtls, {
              [lost]: (bytes: Uint8Array, message: string, attempt: number) => {
                if (message !== step || attempt > 1) return bytes;
                losses++;
                return undefined;
              },
            }),
          );
          assert(end.kind === "commissioned", end.kind === "failed" ? end.reason : "");
          assertEquals(losses, 1);
          assertEquals([end.identity], centre.stored);
          assertEquals(centre.handles.size, 1, "one conversation, one handle");
        });
      }
    }
  }

  Deno.test(`${profile.name}: the RCT takes the SPT's first hash that it knows, and the last response comes under it`, () => {
    for (const { way, window, dtls } of WAYS) {
      const centre = centreFor(profile, window);
      let last: Uint8Array | undefined;
      const end = run(
        premises({ profile, way, hashes: ["ripemd-256", "sha-256"] }),
        centre,
        through(dtls, {
          toSpt: (bytes, message, attempt) => {
            last = bytes;
            return message === "HASH_SELECT_REQ" && attempt === 1 ? undefined : bytes;
          },
        }),
      );
      assert(end.kind === "commissioned", end.kind === "failed" ? end.reason : "");
      const keys = way.kind === "secret"
        ? prepareKeys(end.identity.master)
        : clearKeys.withHash("ripemd-256");
      assert(open(profile, keys, last!).ok, "the response is not under the new hash");
      assertEquals(end.identity.master.hash, "ripemd-256");
      assertEquals([end.identity], centre.stored);
    }
  });
}

Deno.test("the sequence numbers of both ends go on by one from the first message to the last", () => {
  const centre = centreFor();
  const master: Uint8Array[] = [];
  const seen: { name: string | undefined; tx: number; rx: number; handle: number; key: string }[] = [];
  const see = (bytes: Uint8Array) => {
    const keys = {
      clear: clearKeys,
      secret: prepareKeys({ encryption: "aes-256", key: SECRET, hash: "sha-256" }),
    };
    for (const [key, prepared] of Object.entries(keys)) {
      const opened = open(reconstructed2020, prepared, bytes);
      if (!opened.ok) continue;
      const { messageId, tx, rx, handle } = opened.header;
      seen.push({ name: messageName(reconstructed2020, messageId), tx, rx, handle, key });
      return bytes;
    }
    master.push(bytes.slice());
    return bytes;
  };
  const end = run(premises(), centre, { toRct: see, toSpt: see });
  assert(end.kind === "commissioned");
  assertEquals(master.length, 2);
  for (const bytes of master) {
    const opened = open(reconstructed2020, prepareKeys(end.identity.master), bytes);
    assert(opened.ok);
    const { messageId, tx, rx, handle } = opened.header;
    seen.push({ name: messageName(reconstructed2020, messageId), tx, rx, handle, key: "master" });
  }
  assertEquals(seen.map(({ name, key }) => `${name} ${key}`), [
    "VERSION_REQ clear",
    "VERSION_RESP clear",
    "CONN_HANDLE_REQ clear",
    "CONN_HANDLE_RESP clear",
    "DEVICE_ID_REQ clear",
    "DEVICE_ID_RESP clear",
    "ENCRYPT_SELECT_REQ secret",
    "ENCRYPT_SELECT_RESP secret",
    "ENCRYPT_KEY_REQ secret",
    "ENCRYPT_KEY_RESP secret",
    "HASH_SELECT_REQ master",
    "HASH_SELECT_RESP master",
  ]);
  const { masterHandle } = end.identity;
  assertEquals(seen.map(({ handle }) => handle), [0, 0, 0, 0, ...new Array(8).fill(masterHandle)]);
  const [spt, rct] = [seen[0]!.tx, seen[1]!.tx];
  for (const [i, { tx, rx }] of seen.entries()) {
    const turn = i >> 1;
    const answer = i % 2 === 1;
    assertEquals(tx, ((answer ? rct : spt) + turn) & 0xffff, `TX of message ${i}`);
    const peer = answer ? spt + turn + 1 : rct + turn;
    assertEquals(rx, i === 0 ? 0 : peer & 0xffff, `RX of message ${i}`);
  }
});

Deno.test("the SPT says at which step it failed and why, in plain words", () => {
  const failed = (between: Between, centre = centreFor(), spt = premises()) => {
    const end = run(spt, centre, between);
    assert(end.kind === "failed");
    return [end.step, end.reason, end.at - START];
  };
  const silent = (step: string): Between => ({
    toSpt: (bytes, message) => message === step ? undefined : bytes,
  });
  assertEquals(failed({}, new Centre()), [
    "VERSION_REQ",
    "no answer after 4 transmissions: is the window open at the receiving centre, are address and port right?",
    22_000,
  ]);
  for (const step of ["CONN_HANDLE_REQ", "DEVICE_ID_REQ", "ENCRYPT_KEY_REQ"]) {
    assertEquals(failed(silent(step)).slice(0, 2), [
      step,
      "no answer after 4 transmissions: the line is bad or the window was closed meanwhile; try again",
    ]);
  }
  assertEquals(
    failed({}, centreFor(), premises({ way: { kind: "secret", secret: OTHER_SECRET } })).slice(0, 2),
    [
      "ENCRYPT_SELECT_REQ",
      "no answer after 4 transmissions: the secret is probably not the one of this device; compare it with the " +
      "print, or ask the receiving centre for a new one",
    ],
  );
  assertEquals(failed(silent("HASH_SELECT_REQ")).slice(0, 2), [
    "HASH_SELECT_REQ",
    "no answer after 4 transmissions to the last step: the receiving centre may have used the secret up; ask it for " +
    "a new one and try again",
  ]);
});

Deno.test("inside DTLS the reasons do not speak of secrets", () => {
  const { way, window } = WAYS[1]!;
  for (const step of commissioningSteps("dtls")) {
    const end = run(premises({ way }), centreFor(reconstructed2020, window), {
      dtls: DTLS,
      toSpt: (bytes, message) => message === step ? undefined : bytes,
    });
    assert(end.kind === "failed");
    assertEquals(end.step, step);
    assert(!end.reason.includes("secret"), end.reason);
  }
});

Deno.test("refusals of the RCT are told by name", () => {
  const cases = [
    [
      new Centre(reconstructed2020, { encryptions: ["aes-128"] }),
      premises({ encryptions: ["aes-256"] }),
      "ENCRYPT_SELECT_REQ",
      "RESP_ENCRYPTION_NOT_SUPPORTED",
    ],
    [
      new Centre(reconstructed2020, { hashes: ["sha-256"] }),
      premises({ hashes: ["ripemd-256"] }),
      "HASH_SELECT_REQ",
      "RESP_HASH_NOT_SUPPORTED",
    ],
    [new Centre(), premises(), "HASH_SELECT_REQ", "RESP_PROCESS_ERROR"],
  ] as const;
  for (const [centre, spt, step, result] of cases) {
    centre.open(device());
    centre.storing = false;
    const end = run(spt, centre);
    assert(end.kind === "failed");
    assertEquals(end.step, step);
    assert(end.reason.startsWith(`the receiving centre refuses with ${result}: `), end.reason);
    assertEquals(centre.stored, []);
    centre.tick(START + 60_000);
    assertEquals([centre.handles.size, centre.it.size], [0, 0], "handles are given back");
  }
});

Deno.test("a master set under AES-128, when the RCT wants it so", () => {
  const centre = new Centre(reconstructed2020, { encryptions: ["aes-128"] });
  centre.open(device());
  const end = run(premises(), centre);
  assert(end.kind === "commissioned");
  assertEquals(end.identity.master.encryption, "aes-128");
  assertEquals([end.identity], centre.stored);
});

Deno.test("nothing is agreed on without a cipher", () => {
  assertThrows(() => premises({ encryptions: ["none"] }), RangeError, "needs a cipher");
  assertThrows(() => new Centre(reconstructed2020, { encryptions: ["none"] }), RangeError, "needs a cipher");
});

Deno.test("a secret of the wrong length is refused without showing it", () => {
  const error = assertThrows(
    () => premises({ way: { kind: "secret", secret: new Uint8Array(31).fill(0xab) } }),
    RangeError,
    "a shared secret has 32 octets, this one 31",
  );
  assert(!/171|abab/.test(error.message));
  assertThrows(
    () => premises({ way: { kind: "dtls", masterKey: new Uint8Array(16) } }),
    RangeError,
    "the master key out of DTLS has 32 octets, this one 16",
  );
  const centre = centreFor(reconstructed2020, {
    kind: "secret",
    secret: new Uint8Array(31),
    openedAt: START,
  });
  const end = run(premises(), centre);
  assertEquals(end.kind === "failed" && end.step, "VERSION_REQ");
  assert((centre.it.counters["unfit-window"] ?? 0) > 0);
});

Deno.test("neither end shows a key when it is printed", () => {
  const centre = centreFor();
  const spt = premises();
  const end = run(spt, centre);
  assert(end.kind === "commissioned");
  const text = Deno.inspect([spt, centre.it], { depth: 20, iterableLimit: 10_000 }) +
    JSON.stringify([spt, centre.it]);
  for (const key of [SECRET, end.identity.master.key]) {
    assert(!text.includes(key.slice(0, 4).join(", ")) && !text.includes(key.toHex().slice(0, 12)));
  }
});

Deno.test("an SPT whose clock is set back still repeats and gives up", () => {
  const spt = premises();
  spt.start(START);
  const back = START - 3_600_000;
  assertEquals(spt.tick(back), []);
  assertEquals(spt.nextTick, back + 2000);
  assertEquals(sent(spt.tick(back + 2000)).length, 1);
});

Deno.test("a second start says nothing; before the start nothing is heard", () => {
  const spt = premises();
  assertEquals([spt.nextTick, spt.tick(START)], [undefined, []]);
  assertEquals(spt.feed(new Uint8Array(200), START), [{ kind: "dropped", rule: "unexpected" }]);
  assertEquals(sent(spt.start(START)).length, 1);
  assertEquals(spt.start(START), []);
});

Deno.test("repeats are octet for octet the same", () => {
  const spt = premises();
  const [first] = sent(spt.start(START));
  assertEquals(sent(spt.tick(spt.nextTick!)), [first]);
  assertEquals(spt.counters, { retransmissions: 1 });
});

Deno.test("the store is told before the SPT, and the SPT hears nothing until it is settled", () => {
  const centre = centreFor();
  centre.storing = "later";
  let last: Uint8Array | undefined;
  const spt = premises();
  const end = run(spt, centre, {
    toRct: (bytes, message) => {
      if (message === "HASH_SELECT_REQ") last = bytes;
      return bytes;
    },
  });
  assertEquals(end.kind === "failed" && end.step, "HASH_SELECT_REQ");
  const kinds = centre.effects.map(({ kind }) => kind);
  assertEquals(kinds.filter((kind) => kind === "store").length, 1, "repeats store nothing again");
  assert(!kinds.includes("commissioned"));
  const effects = centre.settle(centre.waiting[0]!, true);
  assertEquals(effects.map(({ kind }) => kind), ["send", "commissioned"]);
  assertEquals(effects[0]!.kind === "send" && effects[0]!.to, NEAR);
  assertEquals(
    sent(centre.feed(last!, START + 30_000)!),
    sent(effects),
    "the repeat is answered with the same",
  );
  assertEquals(centre.settle(centre.waiting[0]!, true), [], "settled is settled");
});

Deno.test("what is being stored is not given up, whatever the window and the clock do", () => {
  const centre = centreFor();
  centre.storing = "later";
  const end = run(premises(), centre);
  assertEquals(end.kind, "failed");
  centre.shut(device());
  assertEquals(centre.it.close(device()), []);
  assertEquals(centre.tick(START + 600_000), []);
  assertEquals(centre.it.nextTick, undefined);
  assertEquals(centre.settle(centre.waiting[0]!, true).map(({ kind }) => kind), ["send", "commissioned"]);
  assertEquals(centre.handles.size, 1, "the handle belongs to the master set");
  centre.tick(START + 700_000);
  assertEquals([centre.it.size, centre.handles.size], [0, 1]);
});

Deno.test("the last response is repeated for a minute; all else on the handle belongs to the sessions", () => {
  const centre = centreFor();
  let last: Uint8Array | undefined;
  const end = run(premises(), centre, {
    toRct: (bytes, message) => {
      if (message === "HASH_SELECT_REQ") last = bytes;
      return bytes;
    },
  });
  assert(end.kind === "commissioned" && last !== undefined);
  const { masterHandle } = end.identity;
  assert(centre.it.has(masterHandle));
  assertEquals(sent(centre.feed(last, START + 59_999)!).length, 1);
  // What an SPT says next under its master key is no commissioning either, though it fits the sequence.
  const master = prepareKeys(end.identity.master);
  const opened = open(reconstructed2020, master, last);
  assert(opened.ok);
  const { header } = opened;
  const next = { ...header, tx: (header.tx + 1) & 0xffff, messageId: 0x40 };
  assertEquals(
    centre.feed(seal(reconstructed2020, master, next, new Uint8Array(), (n) => new Uint8Array(n)), START),
    undefined,
  );
  const noise = last.map((octet, i) => i < 4 ? octet : octet ^ 0x55);
  assertEquals(centre.feed(noise, START + 59_999), undefined);
  assertEquals(centre.feed(last, START + 60_000), undefined);
  assert(!centre.it.has(masterHandle));
  assert(centre.handles.has(masterHandle), "it is not given back");
});

Deno.test("a clock that is set back takes the conversations with it", () => {
  const centre = centreFor();
  run(premises(), centre, { toRct: (bytes, message) => message === "DEVICE_ID_REQ" ? undefined : bytes });
  const next = centre.it.nextTick!;
  centre.it.setBack(3_600_000);
  assertEquals(centre.it.nextTick, next - 3_600_000);
  assertEquals(centre.tick(next - 3_600_001), []);
  assertEquals(centre.tick(next - 3_600_000), [
    { kind: "ended", deviceId: device(), reason: "no progress for 60 s" },
  ]);
});
