import { assert, assertEquals } from "@std/assert";
import { type Message, messageName, parseMessage } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { open, type PreparedKeys, prepareKeys } from "../../src/ip/seal.ts";
import type { PathIdentity, Random } from "../../src/session/path_identity.ts";
import type { RctEffect } from "../../src/session/rct_session.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { type SptEffect, SptSession } from "../../src/session/spt_session.ts";

const HANDLE = 0x73603722;
const OLD_KEY = new Uint8Array(32).fill(0x22);
const NEW_KEY = new Uint8Array(32).fill(0x33);
const identity: PathIdentity = {
  sptDeviceId: new Uint8Array(16).fill(0x88),
  rctDeviceId: new Uint8Array(16).fill(0x66),
  masterHandle: 0x11111111,
  master: { encryption: "aes-128", key: OLD_KEY, hash: "sha-256" },
};

/** Answers what a session draws: 2 octets are the start of its sequence, 4 the handle, 32 the key. */
function scripted(start: number): Random {
  return (n) => {
    if (n === 2) return new Uint8Array([start >> 8, start & 0xff]);
    if (n === 4) return new Uint8Array([0x73, 0x60, 0x37, 0x22]);
    if (n === 32) return NEW_KEY.slice();
    return new Uint8Array(n).fill(0xa5);
  };
}

/** A row of the table in ip-protocol.md §2.3: direction, message, handle, TX, RX, key, sender. */
type Row = [direction: "->" | "<-", message: string, handle: number, tx: number, rx: number, key: string];

const keys: [string, PreparedKeys][] = (["sha-256", "ripemd-256"] as const).flatMap((hash) => [
  [`old ${hash}`, prepareKeys({ encryption: "aes-128", key: OLD_KEY, hash })],
  [`new ${hash}`, prepareKeys({ encryption: "aes-128", key: NEW_KEY, hash })],
  [`new 256 ${hash}`, prepareKeys({ encryption: "aes-256", key: NEW_KEY, hash })],
]);

function read(direction: Row[0], datagram: Uint8Array): { row: Row; message: Message } {
  const opening = keys.flatMap(([key, prepared]) => {
    const opened = open(profile, prepared, datagram);
    return opened.ok ? [{ key, opened }] : [];
  });
  assertEquals(opening.length, 1, "opens under one key, one method and one hash");
  const { key, opened: { header, data } } = opening[0]!;
  assertEquals(header.deviceId, direction === "->" ? identity.sptDeviceId : identity.rctDeviceId);
  const parsed = parseMessage(profile, header.messageId, data);
  assert(parsed.ok);
  const message = messageName(profile, header.messageId)!;
  return { row: [direction, message, header.handle, header.tx, header.rx, key], message: parsed.value };
}

const from = { hostname: "192.168.1.7", port: 40000 };
const sends = (effects: (SptEffect | RctEffect)[]) =>
  effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes] : []);

/** The conversation as far as it needs no clock; then what follows from it. */
function converse(options: {
  hashes: ("sha-256" | "ripemd-256")[];
  accepted?: ("sha-256" | "ripemd-256")[];
  encryptions?: ("aes-128" | "aes-256")[];
}) {
  const { hashes, accepted = ["sha-256"], encryptions = ["aes-128"] } = options;
  const rct = new RctSessions({ profile, random: scripted(24) }, [{
    name: "site",
    identity,
    hashes: accepted,
  }]);
  const random = scripted(49);
  const spt = new SptSession({ profile, random, identity, encryptions, hashes, heartbeatMs: 15_000 });
  const rows: Row[] = [];
  const messages: Message[] = [];
  const note = (direction: Row[0], datagram: Uint8Array) => {
    const { row, message } = read(direction, datagram);
    rows.push(row);
    messages.push(message);
  };
  const exchange = (effects: SptEffect[], now: number): SptEffect[] => {
    const [request] = sends(effects);
    if (request === undefined) return effects;
    note("->", request);
    const [answer] = sends(rct.feed(request, from, now)!.effects);
    note("<-", answer!);
    return spt.feed(answer!, now);
  };
  let effects = spt.start(0);
  for (let i = 0; i < 6; i++) effects = exchange(effects, i);
  return { rct, spt, rows, messages, exchange };
}

Deno.test("connection setup is the worked example of the standard, number by number (ip-protocol.md §2.3, A)", () => {
  const { spt, rows, messages } = converse({ hashes: ["sha-256", "ripemd-256"] });
  assertEquals(spt.state, "connected", "an alarm can go as soon as the poll is answered");
  const old = "old sha-256", fresh = "new sha-256";
  assertEquals(rows, [
    // The first two exchanges are inferred (C); they fit the numbers of the example.
    ["->", "CONN_HANDLE_REQ", 0x11111111, 49, 0, old],
    ["<-", "CONN_HANDLE_RESP", 0x11111111, 24, 50, old],
    ["->", "ENCRYPT_SELECT_REQ", HANDLE, 50, 25, old],
    ["<-", "ENCRYPT_SELECT_RESP", HANDLE, 25, 51, old],
    // From here on the example itself.
    ["->", "ENCRYPT_KEY_REQ", HANDLE, 51, 26, old],
    ["<-", "ENCRYPT_KEY_RESP", HANDLE, 26, 52, old],
    ["->", "HASH_SELECT_REQ", HANDLE, 52, 27, fresh],
    ["<-", "HASH_SELECT_RESP", HANDLE, 27, 53, fresh],
    ["->", "PATH_SUPERVISION_REQ", HANDLE, 53, 28, fresh],
    ["<-", "PATH_SUPERVISION_RESP", HANDLE, 28, 54, fresh],
    ["->", "POLL_MSG", HANDLE, 54, 29, fresh],
    ["<-", "POLL_RESP", HANDLE, 29, 55, fresh],
  ]);
  const result = "RESP_ACKNOWLEDGE";
  const none = new Uint8Array(32);
  assertEquals(messages.slice(4), [
    { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: none },
    { name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: false, key: NEW_KEY },
    { name: "HASH_SELECT_REQ", offers: ["sha-256", "ripemd-256"] },
    { name: "HASH_SELECT_RESP", result, hash: "sha-256" },
    { name: "PATH_SUPERVISION_REQ", intervalS: 15, mode: "push" },
    { name: "PATH_SUPERVISION_RESP", result, intervalS: 15, mode: "push" },
    { name: "POLL_MSG" },
    { name: "POLL_RESP", result },
  ]);
});

Deno.test("the method chosen before comes into force with the new key, not sooner", () => {
  const { rows } = converse({ hashes: ["sha-256"], encryptions: ["aes-256"] });
  assertEquals(rows.map(([, , , , , key]) => key), [
    ...Array(6).fill("old sha-256"),
    ...Array(6).fill("new 256 sha-256"),
  ]);
});

Deno.test("HASH_SELECT_RESP is the first message under the hash it chooses (A)", () => {
  const { spt, rct, rows } = converse({ hashes: ["ripemd-256", "sha-256"], accepted: ["ripemd-256"] });
  assertEquals(rows.slice(6).map(([, message, , , , key]) => `${message} ${key}`), [
    "HASH_SELECT_REQ new sha-256",
    "HASH_SELECT_RESP new ripemd-256",
    "PATH_SUPERVISION_REQ new ripemd-256",
    "PATH_SUPERVISION_RESP new ripemd-256",
    "POLL_MSG new ripemd-256",
    "POLL_RESP new ripemd-256",
  ]);
  assertEquals([spt.state, rct.sites.get("site")!.state], ["connected", "connected"]);
});

Deno.test("what the path can do without is asked when there is time, the numbers go on", () => {
  const { spt, rows, exchange } = converse({ hashes: ["sha-256"] });
  rows.length = 0;
  for (let i = 0; i < 10 && spt.nextTick! <= 5; i++) exchange(spt.tick(5), 5);
  assertEquals(rows.map(([, message, , tx, rx]) => [message, tx, rx]), [
    ["VERSION_REQ", 55, 30],
    ["VERSION_RESP", 30, 56],
    ["DEVICE_ID_REQ", 56, 31],
    ["DEVICE_ID_RESP", 31, 57],
    ["RCT_IP_PARAM_REQ", 57, 32],
    ["RCT_IP_PARAM_RESP", 32, 58],
  ]);
  assertEquals(spt.nextTick, 5 + 15_000);
});

Deno.test("an alarm does not wait for what the path can do without", () => {
  const { spt } = converse({ hashes: ["sha-256"] });
  const effects = spt.offer(
    { kind: "event", ref: "a", protocol: "sia", data: new Uint8Array(9), time: 1n },
    6,
  );
  const [request] = sends(effects);
  assertEquals(read("->", request!).row.slice(1, 5), ["EVENT_MSG", HANDLE, 55, 30]);
});
