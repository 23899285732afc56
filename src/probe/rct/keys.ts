/**
 * Messages in clear, under the wrong key, on the wrong handle, with the wrong identity.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { Message } from "../../ip/messages/mod.ts";
import { clearKeys } from "../../ip/seal.ts";
import { type Changes, type Heard, randomOctets } from "../peer.ts";
import type { Judgement } from "../row.ts";
import { type AbuseCase, broken, nakOr, type RctBench } from "./bench.ts";
import { harmlessEvent, UNANSWERED } from "./conversation.ts";
import { setUp } from "./setup.ts";
import type { SptPeer } from "./spt_peer.ts";

const GROUP = "Keys and identity";

const CLEAR =
  "Anyone on the network can speak for this site without any key, and send or hold back its alarms.";
const WRONG_HASH = "A message whose check does not fit is taken: it may have been changed on the way.";

const POLL: Message = { name: "POLL_MSG" };

/** Harmless requests of every kind. */
function work(peer: SptPeer): Message[] {
  const key = new Uint8Array(peer.link.profile.values.keyOctets);
  return [
    POLL,
    { name: "VERSION_REQ", version: 1 },
    harmlessEvent(Date.now()),
    { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key },
  ];
}

function inClear(id: string, words: string, handle: (peer: SptPeer) => number): AbuseCase {
  return {
    id: `clear-${id}`,
    sent: `POLL, VERSION, EVENT and KEY requests in clear, right plain hash, ${words}`,
    expected: "silent",
    datagrams: (peer) =>
      work(peer).map((message) => peer.seal(message, { keys: clearKeys, handle: handle(peer) })),
    answered: nakOr(CLEAR),
  };
}

function sealed(peer: SptPeer, changes: Changes): Uint8Array[] {
  return work(peer).map((message) => peer.seal(message, changes));
}

function response(peer: SptPeer, id: number): Uint8Array {
  return peer.seal({ id: id | peer.link.profile.values.responseBit, data: new Uint8Array([1]) });
}

/** Refused is as good as ignored. */
function notAcknowledged(meaning: string, verdict: "weak" | "broken" = "broken") {
  return (answers: Heard[], peer: SptPeer): Judgement =>
    answers.some((heard) => peer.resultOf(heard) === "RESP_ACKNOWLEDGE")
      ? { verdict, meaning }
      : { verdict: "ok" };
}

const cases: readonly AbuseCase[] = [
  inClear("session-handle", "on the session's handle", (peer) => peer.handle),
  inClear("master-handle", "on the master handle", (peer) => peer.link.masterHandle),
  inClear("handle-0", "on handle 0", (peer) => peer.link.profile.values.initialHandle),
  {
    id: "clear-setup",
    sent: "CONN_HANDLE_REQ in clear, on the master handle",
    expected: "silent",
    datagrams: (peer) => [
      peer.seal({ name: "CONN_HANDLE_REQ" }, { keys: clearKeys, handle: peer.link.masterHandle }),
    ],
    answered: nakOr(CLEAR),
  },
  {
    id: "clear-commissioning",
    sent: "VERSION, CONN_HANDLE and DEVICE_ID requests in clear, handle 0",
    expected: "silent, unless a site is being commissioned",
    datagrams: (peer) => {
      const handle = peer.link.profile.values.initialHandle;
      const messages: Message[] = [
        { name: "VERSION_REQ", version: 1 },
        { name: "CONN_HANDLE_REQ" },
        { name: "DEVICE_ID_REQ", master: false, deviceId: peer.link.sptDeviceId },
      ];
      return messages.map((message) => peer.seal(message, { keys: clearKeys, handle }));
    },
    answered: () => ({
      verdict: "weak",
      meaning: "Commissioning is open to everybody just now. Close it when no new site is being put in.",
    }),
  },
  {
    id: "hash-none",
    sent: "POLL_MSG with a hash of zeros, right key",
    expected: "silent",
    datagrams: (peer) => [peer.seal(POLL, { hash: () => new Uint8Array(32) })],
    answered: nakOr(WRONG_HASH),
  },
  {
    id: "hash-other",
    sent: "POLL_MSG with a hash twice over and a hash cut to 16 octets, right key",
    expected: "silent",
    datagrams: (peer) => [
      peer.seal(POLL, { hash: (covered) => sha256(sha256(covered)) }),
      peer.seal(POLL, {
        hash: (covered) => {
          const cut = new Uint8Array(32);
          cut.set(sha256(covered).subarray(0, 16));
          return cut;
        },
      }),
    ],
    answered: nakOr(WRONG_HASH),
  },
  {
    id: "wrong-handle",
    sent: "POLL_MSG under the session key on 20 handles that nobody gave out",
    expected: "silent",
    datagrams: (peer) =>
      Array.from({ length: 20 }, () => {
        const [a = 0, b = 0, c = 0, d = 1] = randomOctets(4);
        return peer.seal(POLL, { handle: (a << 24 | b << 16 | c << 8 | d) >>> 0 });
      }),
    answered: nakOr("Messages are taken on handles that belong to nobody."),
  },
  {
    id: "session-key-master-handle",
    sent: "work messages under the session key, on the master handle",
    expected: "silent",
    datagrams: (peer) => sealed(peer, { handle: peer.link.masterHandle }),
    answered: nakOr("Keys and handles are mixed up: which key protects what is not certain."),
  },
  {
    id: "master-key-session-handle",
    sent: "work messages under the master key, on the session's handle",
    expected: "silent: the session has a key of its own",
    datagrams: (peer) => sealed(peer, { keys: peer.link.master }),
    answered: nakOr("The session key protects nothing: the master key still opens the session."),
  },
  {
    id: "master-handle-work",
    sent: "POLL, VERSION, EVENT and KEY requests under the master key, on the master handle",
    expected: "silent or refused",
    datagrams: (peer) =>
      sealed(peer, { keys: peer.link.master, handle: peer.link.masterHandle, tx: peer.tx + 5000 }),
    answered: notAcknowledged("Work is done under the master key: whoever records it has years to break it."),
  },
  {
    id: "wrong-device-id",
    sent: "work messages with another device ID, right key and hash",
    expected: "silent",
    datagrams: (peer) => sealed(peer, { deviceId: randomOctets(peer.link.sptDeviceId.length) }),
    answered: broken("The identity in a message is not looked at: one site can pass for another."),
  },
  {
    id: "reflected",
    sent: "the RCT's own last answer, sent back to it",
    expected: "silent",
    datagrams: (peer) => peer.lastAnswer === undefined ? [] : [peer.lastAnswer.bytes],
    answered: broken("The RCT answers itself: two machines can be made to talk for ever."),
  },
  {
    id: "rct-device-id",
    sent: "work messages with the RCT's own device ID, right key and hash",
    expected: "silent",
    datagrams: (peer) => sealed(peer, { deviceId: peer.link.rctDeviceId }),
    answered: broken("The RCT takes its own identity for a site's: its own messages can be used against it."),
  },
  {
    id: "response-unasked",
    sent: "POLL_RESP, ENCRYPT_KEY_RESP and SET_TIME_RESP that nobody asked for, right key",
    expected: "silent",
    datagrams: (peer) => [0x11, 0x43, 0x47].map((id) => response(peer, id)),
    mayUseNumber: true,
    answered: broken("Answers are answered: two machines can be made to talk for ever."),
  },
];

/** Everything about keys; last, what a setup that is not finished is good for. */
export async function keys(bench: RctBench): Promise<void> {
  await bench.abuse(GROUP, cases);
  await unknownMessages(bench);
  await beforeKey(bench);
}

async function unknownMessages(bench: RctBench): Promise<void> {
  const { peer } = bench;
  for (const id of [0x46, 0x01, 0x7f]) {
    const text = `0x${id.toString(16).padStart(2, "0")}`;
    const at = {
      id: `unknown-message-${id.toString(16).padStart(2, "0")}`,
      sent: `message ${text}, which no edition knows`,
      expected: "answered: cmd not supported",
    };
    await bench.ask(
      GROUP,
      at,
      () => peer.ask({ id, data: new Uint8Array([1, 2, 3]) }, {}, 2),
      ({ result }) => {
        if (result === "RESP_CMD_NOT_SUPPORTED") return { verdict: "ok" };
        return result === "RESP_ACKNOWLEDGE"
          ? { verdict: "weak", meaning: "It acknowledges what it cannot know." }
          : { verdict: "note", meaning: `Refused, but with ${result}.` };
      },
      UNANSWERED,
    );
  }
}

/** On a handle without a session key, nothing but the setup may be done. */
async function beforeKey(bench: RctBench): Promise<void> {
  bench.checkTime();
  const { peer } = bench;
  const at = {
    id: "work-before-key",
    sent: "EVENT_MSG on a new handle, before a session key was made",
    expected: "silent or refused (reestablish connection)",
  };
  const fork = peer.fork();
  if (!await setUp(fork, undefined, 1)) {
    bench.row(GROUP, at, "no second handle was given", {
      verdict: "note",
      meaning: "One setup at a time: an SPT that restarts may have to wait.",
    });
    return;
  }
  const answer = await fork.ask(harmlessEvent(Date.now()), {}, 1);
  const { after } = await peer.sound();
  if (after === "lost") {
    bench.row(GROUP, at, "the running session was lost", {
      verdict: "broken",
      meaning: "A setup that is begun and not finished ends the session that works.",
    });
    return await bench.revive();
  }
  if (answer.kind === "silent") return bench.row(GROUP, at, "silent", { verdict: "ok" });
  const did = `answered ${fork.describe(answer.heard)}`;
  const taken = !["RESP_REESTABLISH_CONNECTION", "RESP_NEGATIVE_ACKNOWLEDGE", "RESP_CMD_NOT_SUPPORTED"]
    .includes(answer.result);
  bench.row(GROUP, at, did, {
    verdict: taken ? "weak" : "ok",
    ...(taken ? { meaning: "Alarms are worked on under the master key, which lasts for years." } : {}),
  });
}
