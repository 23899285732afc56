/**
 * Sequence numbers that do not follow.
 *
 * @module
 */
import { type Heard, randomOctets } from "../peer.ts";
import type { Judgement } from "../row.ts";
import { type AbuseCase, type RctBench } from "./bench.ts";
import { setUp } from "./setup.ts";

const GROUP = "Sequence numbers";
const POLL = { name: "POLL_MSG" } as const;
const VERSION = { name: "VERSION_REQ", version: 1 } as const;

/** One number, one answer, however often it is given. */
function once(answers: Heard[]): Judgement {
  return new Set(answers.map(({ bytes }) => bytes.toHex())).size <= 1
    ? { verdict: "ok" }
    : { verdict: "weak", meaning: "One number was worked on twice: an alarm could be shown twice." };
}

function jump(id: string, words: string, steps: readonly number[], behind: boolean): AbuseCase {
  return {
    id,
    sent: `POLL_MSG with TX ${words}, right key and hash`,
    expected: "silent",
    datagrams: (peer) => steps.map((n) => peer.seal(POLL, { tx: peer.tx + n })),
    mayUseNumber: !behind,
    answered: (): Judgement =>
      behind
        ? {
          verdict: "broken",
          meaning: "Old numbers are taken: copied messages can be sent again and count as new.",
        }
        : {
          verdict: "weak",
          meaning: "Numbers may be left out: nobody notices when messages of the site are held back.",
        },
  };
}

const cases: readonly AbuseCase[] = [
  jump("tx-minus", "2, 3 and 100 behind", [-2, -3, -100], true),
  {
    id: "tx-minus-1-other",
    sent: "VERSION_REQ with the TX of the last poll, right key and hash",
    expected: "silent",
    datagrams: (peer) => [peer.seal(VERSION, { tx: peer.tx - 1 })],
    answered: () => ({
      verdict: "broken",
      meaning: "A number that was used counts again, for another message.",
    }),
  },
  jump("tx-half", "32,768 off", [0x8000], true),
  jump("tx-plus-100", "100 ahead", [100], false),
  jump("tx-plus-1", "1 ahead", [1], false),
  {
    id: "rx-wrong",
    sent: "POLL_MSG with RX 0, 7 ahead and 7 behind, right TX",
    expected: "at most one answer, or the same again",
    datagrams: (peer) => [0, peer.rx + 7, peer.rx - 7].map((rx) => peer.seal(POLL, { rx })),
    mayUseNumber: true,
    answered: once,
  },
  {
    id: "number-twice",
    sent: "two polls with the same TX and different padding",
    expected: "worked on once; the second gets the same answer or none",
    datagrams: (peer) => [peer.seal(POLL), peer.seal(POLL)],
    mayUseNumber: true,
    answered: once,
  },
];

/** Jumps, and the end of the 16 bits. */
export async function sequence(bench: RctBench): Promise<void> {
  await bench.abuse(GROUP, cases);
  await wrap(bench);
}

/** A new session that begins just before the 16 bits are used up. */
async function wrap(bench: RctBench): Promise<void> {
  bench.checkTime();
  const { peer } = bench;
  const at = {
    id: "wrap",
    sent: "a new session whose TX goes from 65535 to 0",
    expected: "it goes on",
  };
  const meaning = "After 65,536 messages the site is cut off until a new session is set up.";
  peer.restart(0xfff9 - (randomOctets(1)[0]! & 1));
  if (!await setUp(peer)) {
    bench.row(GROUP, at, `setup ends at TX ${peer.tx}`, { verdict: "broken", meaning });
  } else {
    peer.settled();
    let state = "sound";
    for (let i = 0; i < 3 && state === "sound"; i++) state = (await peer.sound()).after;
    if (state === "sound") {
      return bench.row(GROUP, at, `all answered, TX is now ${peer.tx}`, { verdict: "ok" });
    }
    bench.row(GROUP, at, `silent at TX ${peer.tx}`, { verdict: "broken", meaning });
  }
  await bench.revive();
}
