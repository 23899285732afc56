/**
 * Datagrams that come to an SPT unasked, while nothing waits for an answer.
 *
 * @module
 */
import { clearKeys } from "../../ip/seal.ts";
import { flipped } from "../craft.ts";
import { type Changes, randomOctets } from "../peer.ts";
import type { Judgement } from "../row.ts";
import type { SptCase } from "./bench.ts";
import type { RctPeer } from "./rct_peer.ts";

const FORGED: Judgement = {
  verdict: "broken",
  meaning: "Anyone on the network can command this SPT.",
};
const DAMAGED: Judgement = { verdict: "broken", meaning: "A damaged command counts." };

/** Harmless requests. */
function requests(peer: RctPeer, tx: number, changes: Changes): Uint8Array[] {
  const all = [
    { name: "POLL_MSG" },
    { name: "TRANSPARENT_MSG", data: new Uint8Array([1, 2, 3]) },
    { name: "PATH_SUPERVISION_REQ", intervalS: 1, mode: "push" },
  ] as const;
  return all.map((message) => peer.seal(message, { tx, ...changes }));
}

function unasked(
  id: string,
  words: string,
  datagrams: (peer: RctPeer, tx: number) => Uint8Array[],
  taken: SptCase["taken"] = FORGED,
): SptCase {
  return { id: `unasked-${id}`, sent: words, expected: "ignored", datagrams, taken };
}

/** Cases while nothing waits. */
export const unaskedCases: readonly SptCase[] = [
  unasked("truncated", "POLL_MSG cut short, once at every length", (peer, tx) => {
    const whole = peer.seal({ name: "POLL_MSG" }, { tx });
    return Array.from(whole, (_, length) => whole.slice(0, length));
  }, DAMAGED),
  unasked("flipped", "POLL_MSG, one bit wrong in every octet as sent", (peer, tx) => {
    const whole = peer.seal({ name: "POLL_MSG" }, { tx });
    return Array.from(whole, (_, at) => flipped(whole, at, at % 8));
  }, DAMAGED),
  unasked("clear", "requests in clear, right plain hash: on its handle, the master's and 0", (peer, tx) => {
    const handles = [peer.handle, peer.link.masterHandle, 0];
    return handles.flatMap((handle) => requests(peer, tx, { keys: clearKeys, handle }));
  }),
  unasked("master-key", "requests under the master key: on its handle and the master's", (peer, tx) => {
    const handles = [peer.handle, peer.link.masterHandle];
    return handles.flatMap((handle) => requests(peer, tx, { keys: peer.link.master, handle }));
  }),
  unasked("handle", "requests on another handle", (peer, tx) => {
    return requests(peer, tx, { handle: (peer.handle ^ 0x00010001) >>> 0 });
  }),
  unasked("device-id", "requests with another device ID, and with the SPT's own", (peer, tx) => [
    ...requests(peer, tx, { deviceId: randomOctets(peer.peerId.length) }),
    ...requests(peer, tx, { deviceId: peer.peerId }),
  ]),
  unasked("tx-behind", "fresh requests with TX 1, 50 and 100 behind, right key and hash", (peer, tx) => {
    return [1, 50, 100].flatMap((n) => requests(peer, tx - n, {}));
  }, (answers) =>
    answers <= 1
      ? {
        verdict: "note",
        meaning:
          "A request that an answer overtook is still taken, once. Only the holder of the key can send one.",
      }
      : { verdict: "broken", meaning: "Old numbers are taken: copied commands can be sent again." }),
  unasked("replayed", "old requests of this probe but the last", (peer) => {
    return peer.asked.slice(0, -1);
  }, { verdict: "broken", meaning: "Copied commands can be sent again and count as new." }),
  unasked("answers", "POLL_RESP, EVENT_RESP and CONN_HANDLE_RESP that it did not ask for", (peer, tx) => [
    peer.seal({ name: "POLL_RESP", result: "RESP_REESTABLISH_CONNECTION" }, { tx }),
    peer.seal({ name: "EVENT_RESP", result: "RESP_ACKNOWLEDGE" }, { tx }),
    peer.seal({ name: "CONN_HANDLE_RESP", result: "RESP_ACKNOWLEDGE", handle: 0x12345678 }, { tx }),
  ], { verdict: "broken", meaning: "An answer to nothing counts: an alarm may pass for delivered." }),
  unasked("junk", "500 datagrams of random octets, and empty ones", () => {
    return Array.from({ length: 500 }, (_, i) => randomOctets(i % 50 === 0 ? 0 : 1 + i * 2));
  }, DAMAGED),
];
