/** Forged and senseless answers end a commissioning, or are not heard. */
import { assert, assertEquals } from "@std/assert";
import type { Message } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, open, type PreparedKeys, prepareKeys, seal } from "../../src/ip/seal.ts";
import { premises, run, START } from "./commissioning_pair.ts";
import { FAR, sent } from "./scripted.ts";
import {
  clearHeader,
  forged,
  instead,
  opened,
  result,
  SECRET_KEYS,
  zeros,
} from "./commissioning_attacker.ts";

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
