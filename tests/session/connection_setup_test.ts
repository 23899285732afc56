import { assert, assertEquals } from "@std/assert";
import { messageName } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { open, type PreparedKeys, prepareKeys } from "../../src/ip/seal.ts";
import type { PathIdentity, Random } from "../../src/session/path_identity.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { SptSession } from "../../src/session/spt_session.ts";

const HANDLE = 0x73603722;
const MASTER_KEY = new Uint8Array(32).fill(0x22);
const SESSION_KEY = new Uint8Array(32).fill(0x33);
const identity: PathIdentity = {
  sptDeviceId: new Uint8Array(16).fill(0x88),
  rctDeviceId: new Uint8Array(16).fill(0x66),
  masterHandle: 0x11111111,
  master: { encryption: "aes-256", key: MASTER_KEY, hash: "sha-256" },
};

/** Answers what a session draws: 2 octets are the start of its sequence, 4 the handle, 32 the key. */
function scripted(start: number): Random {
  return (n) => {
    if (n === 2) return new Uint8Array([start >> 8, start & 0xff]);
    if (n === 4) return new Uint8Array([0x73, 0x60, 0x37, 0x22]);
    if (n === 32) return SESSION_KEY.slice();
    return new Uint8Array(n).fill(0xa5);
  };
}

/** What of a datagram the table of ip-protocol.md §2.3 shows. */
interface Row {
  direction: "->" | "<-";
  message: string;
  handle: number;
  tx: number;
  rx: number;
  key: "master" | "session";
}

const keys: ["master" | "session", PreparedKeys][] = [
  ["master", prepareKeys(identity.master)],
  ["session", prepareKeys({ encryption: "aes-128", key: SESSION_KEY, hash: "sha-256" })],
];

function row(direction: Row["direction"], datagram: Uint8Array): Row {
  for (const [key, prepared] of keys) {
    const opened = open(profile, prepared, datagram);
    if (!opened.ok) continue;
    const { handle, tx, rx, messageId, deviceId } = opened.header;
    const sender = direction === "->" ? identity.sptDeviceId : identity.rctDeviceId;
    assertEquals(deviceId, sender);
    return { direction, message: messageName(profile, messageId) ?? "?", handle, tx, rx, key };
  }
  throw new Error("opens under neither key");
}

Deno.test("connection setup runs as the worked example of the standard does (ip-protocol.md §2.3, A)", () => {
  const rct = new RctSessions({ profile, random: scripted(24) }, [{ name: "site", identity }]);
  const spt = new SptSession({
    profile,
    random: scripted(49),
    identity,
    encryptions: ["aes-128"],
    heartbeatMs: 15_000,
  });
  const rows: Row[] = [];
  const from = { hostname: "192.168.1.7", port: 40000 };
  let effects = spt.start(0);
  for (let i = 0; i < 8; i++) {
    const request = effects.find((effect) => effect.kind === "send");
    assert(request?.kind === "send");
    rows.push(row("->", request.bytes));
    const answer = rct.feed(request.bytes, from, i)!.effects.find((effect) => effect.kind === "send");
    assert(answer?.kind === "send");
    rows.push(row("<-", answer.bytes));
    effects = spt.feed(answer.bytes, i);
  }
  assertEquals(spt.state, "connected");
  const session = { handle: HANDLE, key: "session" } as const;
  const master = { handle: HANDLE, key: "master" } as const;
  assertEquals(rows.slice(0, 12), [
    // The first two exchanges are inferred (C); they fit the numbers of the example.
    { direction: "->", message: "CONN_HANDLE_REQ", handle: 0x11111111, tx: 49, rx: 0, key: "master" },
    { direction: "<-", message: "CONN_HANDLE_RESP", handle: 0x11111111, tx: 24, rx: 50, key: "master" },
    { direction: "->", message: "ENCRYPT_SELECT_REQ", ...master, tx: 50, rx: 25 },
    { direction: "<-", message: "ENCRYPT_SELECT_RESP", ...master, tx: 25, rx: 51 },
    // From here on the example itself.
    { direction: "->", message: "ENCRYPT_KEY_REQ", ...master, tx: 51, rx: 26 },
    { direction: "<-", message: "ENCRYPT_KEY_RESP", ...master, tx: 26, rx: 52 },
    { direction: "->", message: "HASH_SELECT_REQ", ...session, tx: 52, rx: 27 },
    { direction: "<-", message: "HASH_SELECT_RESP", ...session, tx: 27, rx: 53 },
    { direction: "->", message: "PATH_SUPERVISION_REQ", ...session, tx: 53, rx: 28 },
    { direction: "<-", message: "PATH_SUPERVISION_RESP", ...session, tx: 28, rx: 54 },
    { direction: "->", message: "POLL_MSG", ...session, tx: 54, rx: 29 },
    { direction: "<-", message: "POLL_RESP", ...session, tx: 29, rx: 55 },
  ]);
  assertEquals(rows.slice(12).map(({ message }) => message), [
    "VERSION_REQ",
    "VERSION_RESP",
    "DEVICE_ID_REQ",
    "DEVICE_ID_RESP",
  ]);
});
