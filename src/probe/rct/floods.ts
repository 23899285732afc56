/**
 * Many datagrams at once: what the RCT does then for a site that is sound.
 *
 * @module
 */
import { planOf } from "../../ip/plan.ts";
import { randomOctets } from "../peer.ts";
import type { Judgement } from "../row.ts";
import type { RctBench } from "./bench.ts";
import { handleRequests } from "./replay.ts";
import type { SptPeer } from "./spt_peer.ts";

const GROUP = "Floods";

/** An answer after a flood may take this much longer, ms. */
const SLOWER_MS = 500;

interface Flood {
  id: string;
  words: string;
  make: (peer: SptPeer) => (i: number) => Uint8Array;
}

const floods: readonly Flood[] = [
  {
    id: "flood-handles",
    words: "datagrams with forged handles",
    make: (peer) => {
      const { handleAt, handleSize } = planOf(peer.link.profile);
      const bytes = randomOctets(132);
      return () => {
        const copy = bytes.slice();
        copy.set(randomOctets(handleSize), handleAt);
        return copy;
      };
    },
  },
  {
    id: "flood-own-handle",
    words: "datagrams on the session's handle, sealed with another key",
    make: (peer) => {
      const bytes = peer.seal({ name: "POLL_MSG" });
      const { clear } = planOf(peer.link.profile);
      return () => {
        const copy = bytes.slice();
        copy.set(randomOctets(16), clear);
        return copy;
      };
    },
  },
  {
    id: "flood-setups",
    words: "replayed CONN_HANDLE_REQ",
    make: (peer) => {
      const old = handleRequests(peer);
      return (i) => old[i % old.length] ?? new Uint8Array(1);
    },
  },
  {
    id: "flood-junk",
    words: "datagrams of random octets and lengths",
    make: () => () => {
      const [a = 0, b = 0] = randomOctets(2);
      return randomOctets(1 + (a << 8 | b) % 1400);
    },
  },
];

/** Sends the floods one after the other; after each, a good poll is timed. */
export async function flood(bench: RctBench): Promise<void> {
  const { peer, options } = bench;
  if (options.flood < 1) return;
  for (const { id, words, make } of floods) {
    bench.checkTime();
    const at = {
      id,
      sent: `${options.flood} ${words}`,
      expected: "the session goes on, polls are answered as fast as before",
    };
    await peer.sound();
    const before = peer.latency;
    const next = make(peer);
    const started = performance.now();
    await peer.wire.sendAll(many(options.flood, next));
    const sentMs = performance.now() - started;
    const first = performance.now();
    // Answers to the flood fill the inbox; they are read and forgotten.
    const outcome = await peer.sound();
    const wait = performance.now() - first;
    if (outcome.after === "lost") {
      bench.row(GROUP, at, "silent afterwards: session lost", {
        verdict: "broken",
        meaning: "Anyone who sends enough datagrams cuts the site off.",
      });
      await bench.revive();
      continue;
    }
    const judgement: Judgement = wait - before > SLOWER_MS
      ? { verdict: "weak", meaning: "While somebody floods the RCT, alarms are late." }
      : { verdict: "ok" };
    const rate = Math.round(options.flood / Math.max(sentMs, 1) * 1000);
    bench.row(
      GROUP,
      at,
      `${outcome.answers.length} answers, then two good polls in ${ms(wait)} (one before: ${
        ms(before)
      }); sent ${rate}/s`,
      judgement,
    );
  }
}

function* many(count: number, make: (i: number) => Uint8Array): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) yield make(i);
}

function ms(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
