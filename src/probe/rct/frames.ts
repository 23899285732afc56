/**
 * Datagrams that are cut, stretched or damaged.
 *
 * @module
 */
import { planOf } from "../../ip/plan.ts";
import { flipped, type Places } from "../craft.ts";
import type { Judgement } from "../row.ts";
import type { Heard } from "../peer.ts";
import { type AbuseCase, broken, nakOr, note } from "./bench.ts";
import { UNANSWERED } from "./conversation.ts";
import type { SptPeer } from "./spt_peer.ts";

const FORGED = "The RCT acts on a damaged message: what a site says can be changed on the way.";
const READ = "The RCT reads a message that is not whole: damaged alarms may pass for sound ones.";

const POLL = { name: "POLL_MSG" } as const;
const VERSION = { name: "VERSION_REQ", version: 1 } as const;

/** The message is authentic; refusing it and ignoring it are both right, acknowledging is not. */
function notAcknowledged(meaning: string): (answers: Heard[], peer: SptPeer) => Judgement {
  return (answers, peer) =>
    answers.some((heard) => peer.resultOf(heard) === "RESP_ACKNOWLEDGE")
      ? { verdict: "weak", meaning }
      : { verdict: "ok" };
}

/** One bit wrong in each octet of a part; the hash and the key are those of the sound message. */
function damaged(part: string, words: string, from: Edge, to: Edge): AbuseCase {
  return {
    id: `flip-${part}`,
    sent: `VERSION_REQ, one bit wrong in ${words}`,
    expected: "silent",
    datagrams(peer) {
      const datagrams: Uint8Array[] = [];
      let count = 1;
      for (let i = 0; i < count; i++) {
        datagrams.push(peer.seal(VERSION, {
          spoil(octets, places) {
            const start = from(peer, places, octets.length), end = to(peer, places, octets.length);
            count = end - start;
            octets[start + i]! ^= 1 << (i % 8);
          },
        }));
      }
      return datagrams;
    },
    answered: nakOr(FORGED),
  };
}

type Edge = (peer: SptPeer, places: Places, end: number) => number;
const plan = (peer: SptPeer) => planOf(peer.link.profile);

/** Cases of damage. */
export const frameCases: readonly AbuseCase[] = [
  {
    id: "truncated",
    sent: "POLL_MSG cut short, once at every length",
    expected: "silent",
    datagrams(peer) {
      const whole = peer.seal(POLL);
      return Array.from(whole, (_, length) => whole.slice(0, length));
    },
    answered: nakOr(READ),
  },
  {
    id: "empty",
    sent: "an empty datagram, three times",
    expected: "silent",
    datagrams: () => [new Uint8Array(), new Uint8Array(), new Uint8Array()],
    answered: broken(READ),
  },
  {
    id: "octets-after-hash",
    sent: "POLL_MSG with 1, 15, 16 and 64 octets after the hash",
    expected: "silent",
    datagrams(peer) {
      const whole = peer.seal(POLL);
      return [1, 15, 16, 64].map((more) => {
        const long = new Uint8Array(whole.length + more);
        long.set(whole);
        return long;
      });
    },
    answered: nakOr(READ),
  },
  {
    id: "length-too-long",
    sent: "message length beyond the datagram, right hash",
    expected: "silent or refused",
    datagrams: (peer) => [200, 0x7fff, 0xffff].map((length) => peer.seal(POLL, { length })),
    mayUseNumber: true,
    answered: notAcknowledged("The RCT believes a length that cannot be: it may read what is not there."),
  },
  {
    id: "length-too-short",
    sent: "VERSION_REQ with message length 0, right hash",
    expected: "refused or silent",
    datagrams: (peer) => [peer.seal(VERSION, { length: 0 })],
    mayUseNumber: true,
    answered: notAcknowledged("The RCT answers what was not asked: it reads beyond the message."),
  },
  {
    id: "trailing",
    sent: "POLL_MSG with 4 octets that no edition knows",
    expected: "acknowledge: later editions may add octets",
    datagrams: (peer) => [peer.seal({ ...POLL, trailing: new Uint8Array([1, 2, 3, 4]) })],
    mayUseNumber: true,
    silence: UNANSWERED,
    answered: (answers, peer) =>
      answers.some((heard) => peer.resultOf(heard) === "RESP_ACKNOWLEDGE")
        ? { verdict: "ok" }
        : { verdict: "note", meaning: "Refused: an SPT of a later edition may not work with it." },
  },
  damaged("device-id", "the device ID", (peer) => plan(peer).deviceIdAt, (peer) => {
    return plan(peer).deviceIdAt + plan(peer).deviceIdSize;
  }),
  damaged("tx", "TX", (peer) => plan(peer).txAt, (peer) => plan(peer).txAt + plan(peer).txSize),
  damaged("rx", "RX", (peer) => plan(peer).rxAt, (peer) => plan(peer).rxAt + plan(peer).rxSize),
  damaged(
    "head",
    "the header behind RX (flags, version, message ID, length)",
    (peer) => plan(peer).rxAt + plan(peer).rxSize,
    (peer) => plan(peer).headerOctets,
  ),
  damaged("data", "the message data", (_, places) => places.data, (_, places) => places.padding),
  damaged("padding", "the padding", (_, places) => places.padding, (_, places) => places.hash),
  damaged("hash", "the hash", (_, places) => places.hash, (_, __, end) => end),
  {
    id: "flip-cipher",
    sent: "POLL_MSG, one bit wrong in every octet as sent",
    expected: "silent",
    datagrams(peer) {
      const whole = peer.seal(POLL);
      return Array.from(whole, (_, at) => flipped(whole, at, at % 8));
    },
    answered: nakOr(FORGED),
  },
  {
    id: "oversized",
    sent: "POLL_MSG of 1,500, 2,000 and 8,000 octets, right hash",
    expected: "silent or answered",
    datagrams: (peer) => [1500, 2000, 8000].map((minRegion) => peer.seal(POLL, { minRegion })),
    mayUseNumber: true,
    answered: note("Taken although it is longer than a packet; most networks would cut it."),
  },
  {
    id: "little-padding",
    sent: "POLL_MSG with no more padding than the cipher needs",
    expected: "acknowledge: padding says nothing",
    datagrams: (peer) => [peer.seal(POLL, { minRegion: 0 })],
    mayUseNumber: true,
    silence: UNANSWERED,
    answered: () => ({ verdict: "ok" }),
  },
  {
    id: "flags",
    sent: "POLL_MSG with all header flags set",
    expected: "answered: unknown flags are passed over",
    datagrams: (peer) => [peer.seal(POLL, { flags: 0xffff })],
    mayUseNumber: true,
    silence: UNANSWERED,
    answered: () => ({ verdict: "ok" }),
  },
  {
    id: "version-octet",
    sent: "POLL_MSG with protocol version 9 in the header",
    expected: "answered or silent",
    datagrams: (peer) => [peer.seal(POLL, { version: 9 })],
    mayUseNumber: true,
    answered: () => ({ verdict: "ok" }),
  },
];
