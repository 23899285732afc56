/**
 * Forged and damaged answers, while a poll of the SPT waits for the real one.
 *
 * @module
 */
import { clearKeys } from "../../ip/seal.ts";
import { flipped } from "../craft.ts";
import { after, type Changes, randomOctets } from "../peer.ts";
import type { Judgement } from "../row.ts";
import type { SptCase } from "./bench.ts";
import type { RctPeer, Request } from "./rct_peer.ts";

const FORGED: Judgement = {
  verdict: "broken",
  meaning: "Anyone on the network can pass for the centre: the site believes that its alarms have arrived.",
};
const DAMAGED: Judgement = {
  verdict: "broken",
  meaning: "A damaged answer counts: the site may believe that an alarm has arrived when it has not.",
};

const GOOD = { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" } as const;

/** The answer to the poll that waits, with something else about it. */
function answer(peer: RctPeer, tx: number, poll: Request, changes: Changes = {}): Uint8Array {
  const { handle, tx: asked } = poll.heard.header;
  return peer.seal(GOOD, { handle, tx, rx: after(asked), ...changes });
}

type Forge = (peer: RctPeer, tx: number, poll: Request) => Uint8Array[];

function forged(id: string, words: string, datagrams: Forge, taken: Judgement = FORGED): SptCase {
  return { id: `answer-${id}`, sent: words, expected: "ignored", datagrams, taken };
}

/** Cases while a poll waits. */
export const answerCases: readonly SptCase[] = [
  forged("truncated", "its POLL_RESP cut short, once at every length", (peer, tx, poll) => {
    const whole = answer(peer, tx, poll);
    return Array.from(whole, (_, length) => whole.slice(0, length));
  }, DAMAGED),
  forged("flipped", "its POLL_RESP, one bit wrong in every octet as sent", (peer, tx, poll) => {
    const whole = answer(peer, tx, poll);
    return Array.from(whole, (_, at) => flipped(whole, at, at % 8));
  }, DAMAGED),
  forged("hash", "its POLL_RESP with a hash of zeros, right key", (peer, tx, poll) => [
    answer(peer, tx, poll, { hash: () => new Uint8Array(32) }),
  ], DAMAGED),
  forged("length", "its POLL_RESP with a message length beyond the datagram", (peer, tx, poll) => [
    answer(peer, tx, poll, { length: 0xffff }),
  ], DAMAGED),
  forged("no-result", "its POLL_RESP without a result", (peer, tx, poll) => {
    const { handle, tx: asked } = poll.heard.header;
    const id = peer.octetsOf(GOOD).id;
    return [peer.seal({ id, data: new Uint8Array() }, { handle, tx, rx: after(asked) })];
  }, { verdict: "weak", meaning: "An answer that says nothing counts as an answer." }),
  forged(
    "clear",
    "its POLL_RESP in clear, right plain hash: on its handle, the master's and 0",
    (peer, tx, poll) => {
      const handles = [poll.heard.header.handle, peer.link.masterHandle, 0];
      return handles.map((handle) => answer(peer, tx, poll, { keys: clearKeys, handle }));
    },
  ),
  forged(
    "master-key",
    "its POLL_RESP under the master key: on its handle and the master's",
    (peer, tx, poll) => {
      const handles = [poll.heard.header.handle, peer.link.masterHandle];
      return handles.map((handle) => answer(peer, tx, poll, { keys: peer.link.master, handle }));
    },
  ),
  forged("other-key", "its POLL_RESP sealed with another key", (peer, tx, poll) => {
    const copy = answer(peer, tx, poll);
    copy.set(randomOctets(16), 4);
    return [copy];
  }),
  forged("handle", "its POLL_RESP on another handle", (peer, tx, poll) => [
    answer(peer, tx, poll, { handle: (poll.heard.header.handle ^ 0x00010001) >>> 0 }),
  ], { verdict: "weak", meaning: "Answers are taken on a handle that nobody gave out." }),
  forged("device-id", "its POLL_RESP with another device ID, and with the SPT's own", (peer, tx, poll) => [
    answer(peer, tx, poll, { deviceId: randomOctets(peer.peerId.length) }),
    answer(peer, tx, poll, { deviceId: peer.peerId }),
  ], {
    verdict: "broken",
    meaning: "The identity in an answer is not looked at: one centre can pass for another.",
  }),
  forged("reflected", "the poll itself, sent back", (_peer, _tx, poll) => [poll.heard.bytes]),
  forged("rx", "its POLL_RESP with RX 1 ahead, 1 behind, and 0", (peer, tx, poll) => {
    const asked = poll.heard.header.tx;
    return [asked + 2, asked, 0].map((rx) => answer(peer, tx, poll, { rx }));
  }, {
    verdict: "broken",
    meaning: "An answer to another message counts: an alarm may pass for delivered when it is not.",
  }),
  forged("other-message", "EVENT_RESP acknowledge in answer to a poll", (peer, tx, poll) => {
    const { handle, tx: asked } = poll.heard.header;
    return [peer.seal({ name: "EVENT_RESP", result: "RESP_ACKNOWLEDGE" }, { handle, tx, rx: after(asked) })];
  }, { verdict: "broken", meaning: "An answer to another kind of message counts." }),
  forged("replayed", "all answers of before, setup included", (peer) => {
    return peer.spent.map(({ bytes }) => bytes);
  }, FORGED),
  forged("oversized", "its POLL_RESP of 1,500 and 4,000 octets", (peer, tx, poll) => {
    return [1500, 4000].map((minRegion) => answer(peer, tx, poll, { minRegion }));
  }, { verdict: "note", meaning: "Taken although it is longer than a packet; most networks would cut it." }),
  forged("junk", "500 datagrams of random octets, and empty ones", () => {
    return Array.from({ length: 500 }, (_, i) => randomOctets(i % 50 === 0 ? 0 : 1 + i * 2));
  }, DAMAGED),
];

/** Cases that a sound SPT may take, tried one by one. */
export const tolerableCases: readonly SptCase[] = [
  {
    id: "answer-tx-ahead",
    sent: "its POLL_RESP with a TX far ahead, right key and RX",
    expected: "ignored, or taken: the RX ties it to the poll",
    datagrams: (peer, tx, poll) => [answer(peer, tx, poll)],
    taken: { verdict: "note", meaning: "Only the holder of the key can send it; nothing is lost." },
  },
  {
    id: "answer-other-port",
    sent: "its POLL_RESP from another port, right key and RX",
    expected: "ignored or taken",
    datagrams: (peer, tx, poll) => [answer(peer, tx, poll)],
    otherPort: true,
    taken: { verdict: "note", meaning: "Only the holder of the key can send it; nothing is lost." },
  },
  {
    id: "answer-trailing",
    sent: "its POLL_RESP with 4 octets that no edition knows",
    expected: "taken: later editions may add octets",
    datagrams: (peer, tx, poll) => {
      const { handle, tx: asked } = poll.heard.header;
      return [peer.seal({ ...GOOD, trailing: new Uint8Array(4) }, { handle, tx, rx: after(asked) })];
    },
    taken: { verdict: "ok" },
  },
  {
    id: "answer-unknown-result",
    sent: "POLL_RESP with the unknown result 0x7B",
    expected: "it goes on",
    datagrams: (peer, tx, poll) => {
      const { handle, tx: asked } = poll.heard.header;
      const id = peer.octetsOf(GOOD).id;
      return [peer.seal({ id, data: new Uint8Array([0x7b]) }, { handle, tx, rx: after(asked) })];
    },
    taken: { verdict: "ok" },
  },
];
