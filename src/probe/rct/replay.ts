/**
 * Old datagrams again, from the same port and from a stranger's.
 *
 * @module
 */
import type { Heard } from "../peer.ts";
import type { Judgement } from "../row.ts";
import { type AbuseCase, type RctBench } from "./bench.ts";
import type { SptPeer } from "./spt_peer.ts";

const GROUP = "Replay";
const OK: Judgement = { verdict: "ok" };

const REPLAYED: Judgement = {
  verdict: "broken",
  meaning: "Anyone who copied the site's traffic can send it again: old alarms and polls pass for new ones.",
};

/** Everything of this session but the last request. */
function oldRequests(peer: SptPeer): Uint8Array[] {
  const session = peer.spent.filter(({ setup }) => !setup);
  return session.slice(0, -1).map(({ bytes }) => bytes);
}

/** All steps of the setup but the first. */
function setupSteps(peer: SptPeer): Uint8Array[] {
  return peer.spent.filter(({ setup, name }) => setup && name !== "CONN_HANDLE_REQ").map(({ bytes }) =>
    bytes
  );
}

/** The first datagram of every setup: it asks for a handle. */
export function handleRequests(peer: SptPeer): Uint8Array[] {
  return peer.spent.filter(({ setup, name }) => setup && name === "CONN_HANDLE_REQ").map(({ bytes }) =>
    bytes
  );
}

/** A replayed request for a handle may be answered: whoever replays it cannot read the answer. */
function onlyHandles(answers: Heard[], peer: SptPeer): Judgement {
  return answers.every(({ header }) =>
      header !== undefined && peer.nameOf(header.messageId) === "CONN_HANDLE_RESP"
    )
    ? OK
    : REPLAYED;
}

const cases: readonly AbuseCase[] = [
  {
    id: "replay-session",
    sent: "old requests of this session",
    expected: "silent",
    datagrams: oldRequests,
    answered: () => REPLAYED,
  },
  {
    id: "replay-setup",
    sent: "old requests of the connection setup",
    expected: "silent",
    datagrams: setupSteps,
    answered: () => REPLAYED,
  },
  {
    id: "replay-handle-request",
    sent: "the old CONN_HANDLE_REQ, ten times",
    expected: "silent, or a handle nobody uses; the session goes on",
    datagrams: (peer) => Array.from({ length: 10 }, () => handleRequests(peer)).flat().slice(0, 10),
    answered: onlyHandles,
  },
  {
    id: "replay-session-other-port",
    sent: "old requests of this session, from another port",
    expected: "silent, and the address stays",
    datagrams: oldRequests,
    door: "other",
    answered: () => REPLAYED,
  },
  {
    id: "replay-last-other-port",
    sent: "the last request again, from another port",
    expected: "silent or the same answer, and the address stays",
    datagrams: (peer) => peer.spent.slice(-1).map(({ bytes }) => bytes),
    door: "other",
    answered: (answers, _peer, lastAnswer) =>
      answers.every(({ bytes }) => bytes.toHex() === lastAnswer?.bytes.toHex()) ? OK : {
        verdict: "broken",
        meaning: "A copied message is worked on a second time.",
      },
  },
  {
    id: "replay-handle-other-port",
    sent: "the old CONN_HANDLE_REQ, ten times from another port",
    expected: "silent, or a handle nobody uses; the address stays",
    datagrams: (peer) => Array.from({ length: 10 }, () => handleRequests(peer)).flat().slice(0, 10),
    door: "other",
    answered: onlyHandles,
  },
];

/** Repeats, replays, and the address of the site. */
export async function replay(bench: RctBench): Promise<void> {
  await repeated(bench);
  await bench.abuse(GROUP, cases);
  await address(bench);
}

/** A repeated request is what an SPT sends when the answer was lost: it must get the same answer. */
async function repeated(bench: RctBench): Promise<void> {
  bench.checkTime();
  const { peer } = bench;
  const at = {
    id: "repeat-last",
    sent: "the last request again, as if its answer was lost",
    expected: "the same answer, octet for octet",
  };
  await peer.sound();
  const last = peer.spent.at(-1), before = peer.lastAnswer;
  if (last === undefined || before === undefined) return;
  const outcome = await peer.provoke([last.bytes]);
  const [heard] = outcome.answers;
  if (heard === undefined) {
    bench.row(GROUP, at, "silent", {
      verdict: "broken",
      meaning: "An answer that is lost on the way stays lost: the SPT takes the path for failed.",
    });
  } else if (heard.bytes.toHex() === before.bytes.toHex()) {
    bench.row(GROUP, at, `answered ${peer.describe(heard)}, the same octets`, OK);
  } else {
    const again = heard.header?.tx === before.header?.tx;
    bench.row(GROUP, at, `answered ${peer.describe(heard)}, ${again ? "sealed anew" : "with a new TX"}`, {
      verdict: again ? "note" : "weak",
      meaning: again
        ? "The same answer in other octets: allowed, as long as the request is not worked on twice."
        : "The request may have been worked on twice: an alarm could be shown twice.",
    });
  }
}

/** The site's address follows fresh messages, and nothing else. */
async function address(bench: RctBench): Promise<void> {
  const { peer } = bench;
  const pulled = await pull(bench);
  if (pulled) {
    bench.checkTime();
    const at = {
      id: "pull-after-replay",
      sent: "replays from another port, while the RCT polls by itself",
      expected: "the RCT goes on polling the site, not the stranger",
    };
    peer.reverse.length = 0;
    await peer.wire.sendAll([...oldRequests(peer), ...handleRequests(peer)], "other");
    // The first may have been on its way before the replays.
    await waitForPolls(bench, 3, 8000);
    const strayed = peer.reverse.filter(({ door }) => door === "other").length;
    const judgement: Judgement = strayed === 0 ? OK : {
      verdict: "broken",
      meaning: "A copied datagram moves the site's address: commands of the RCT go to a stranger.",
    };
    bench.row(
      GROUP,
      at,
      `${peer.reverse.length - strayed} polls to the site, ${strayed} to the stranger`,
      judgement,
    );
  }
  await fresh(bench);
  await peer.ask({ name: "PATH_SUPERVISION_REQ", intervalS: 30, mode: "push" });
}

/** Asks the RCT to poll by itself. */
async function pull(bench: RctBench): Promise<boolean> {
  const { peer } = bench;
  const at = {
    id: "pull",
    sent: "PATH_SUPERVISION_REQ: every 1 s, pull (the RCT polls)",
    expected: "POLL_MSG of the RCT each second, or push as before",
  };
  let wait = 0;
  bench.checkTime();
  const answer = await peer.ask({ name: "PATH_SUPERVISION_REQ", intervalS: 1, mode: "pull" });
  if (answer.kind === "silent") {
    await peer.sound([], true);
    bench.row(GROUP, at, "silent", {
      verdict: "weak",
      meaning: "Supervision cannot be agreed anew in a session.",
    });
    return false;
  }
  const { message } = answer;
  const did = `answered ${peer.describe(answer.heard)}`;
  if (message?.name === "PATH_SUPERVISION_RESP" && message.bare !== true && message.mode === "pull") {
    wait = message.intervalS;
  }
  if (wait === 0 || wait > 10) {
    bench.row(GROUP, at, did, {
      verdict: "note",
      meaning: "The RCT does not poll by itself; the SPT goes on polling.",
    });
    return false;
  }
  peer.reverse.length = 0;
  await waitForPolls(bench, 1, wait * 1000 + 4000);
  const polled = peer.reverse.filter(({ name }) => name === "POLL_MSG");
  bench.row(
    GROUP,
    at,
    polled.length === 0 ? `${did}, then no poll` : `${did}, and polls`,
    polled.length === 0
      ? {
        verdict: "broken",
        meaning: "The RCT takes over the polling and does not do it: nobody watches the path.",
      }
      : OK,
  );
  return polled.length > 0;
}

async function waitForPolls({ peer }: RctBench, count: number, ms: number): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end && peer.reverse.length < count;) {
    await peer.idle(100);
  }
}

/** A fresh message from another port is followed: the router gave the site another address. */
async function fresh(bench: RctBench): Promise<void> {
  bench.checkTime();
  const { peer } = bench;
  const at = {
    id: "address-follows",
    sent: "a fresh POLL_MSG from another port (the router changed it)",
    expected: "POLL_RESP to that port",
  };
  const { responseMs, transmissions } = peer.link.timing;
  const bytes = peer.seal({ name: "POLL_MSG" });
  let heard: Heard | undefined;
  for (let i = 0; i < transmissions && heard === undefined; i++) {
    peer.wire.send(bytes, "other");
    heard = await peer.hear(performance.now() + responseMs);
  }
  const outcome = await peer.sound([], true);
  if (heard === undefined) {
    bench.row(GROUP, at, "silent", {
      verdict: "broken",
      meaning: "When the site's router changes its port, the site is cut off until a new session.",
    });
  } else if (heard.door === "main") {
    bench.row(GROUP, at, `answered ${peer.describe(heard)} to the old port`, {
      verdict: "broken",
      meaning: "Answers go to an address that may be gone: the site is cut off.",
    });
  } else if (outcome.after === "lost" || outcome.after === "moved") {
    bench.row(GROUP, at, `answered ${peer.describe(heard)}; then nothing at the first port`, {
      verdict: "broken",
      meaning: "The address follows one change and no second.",
    });
  } else {
    bench.row(GROUP, at, `answered ${peer.describe(heard)} there, and here again`, OK);
  }
}
