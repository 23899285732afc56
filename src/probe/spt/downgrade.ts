/**
 * A centre that sends the SPT away, and one that chooses what was not offered.
 *
 * @module
 */
import type { Judgement, Row } from "../row.ts";
import { type Spoken } from "../peer.ts";
import type { SptBench } from "./bench.ts";
import type { Request } from "./rct_peer.ts";

const GROUP = "New sessions";
const OK: Judgement = { verdict: "ok" };

interface Downgrade extends Pick<Row, "id" | "sent" | "expected"> {
  /** The request that gets the bad choice. */
  asked: string;
  choice: Spoken;
  /** The request that shows that the SPT goes along with it. */
  next: string;
  meaning: string;
}

const DOWNGRADES: readonly Downgrade[] = [
  {
    id: "chosen-clear",
    sent: 'ENCRYPT_SELECT_RESP: "none", which it did not offer',
    expected: "gives up this setup and begins anew",
    asked: "ENCRYPT_SELECT_REQ",
    choice: { name: "ENCRYPT_SELECT_RESP", result: "RESP_ACKNOWLEDGE", master: false, encryption: "none" },
    next: "ENCRYPT_KEY_REQ",
    meaning: "The SPT can be talked out of encryption: its alarms then go in clear over the network.",
  },
  {
    id: "chosen-hash",
    sent: "HASH_SELECT_RESP: hash 0x7F, which it did not offer",
    expected: "gives up this setup and begins anew",
    asked: "HASH_SELECT_REQ",
    choice: { name: "HASH_SELECT_RESP", result: "RESP_ACKNOWLEDGE", hash: "hash-0x7f" },
    next: "PATH_SUPERVISION_REQ",
    meaning: "The SPT agrees to a check that it cannot do: forged messages may pass.",
  },
];

/** Sends the SPT away, then makes it bad offers. */
export async function downgrade(bench: SptBench): Promise<void> {
  for (const [i, one] of DOWNGRADES.entries()) {
    bench.checkTime();
    const asked = await sendAway(bench, i === 0);
    if (asked === undefined) return;
    await choose(bench, one, asked);
  }
  const at = {
    id: "comes-back",
    sent: "nothing wrong any more",
    expected: "a new session, then polls",
  };
  await bench.settle();
  bench.row(GROUP, at, "set up a new session and polls", OK);
}

/** Tells the SPT to set up a new connection. Returns its first request. */
async function sendAway(bench: SptBench, tell: boolean): Promise<Request | undefined> {
  const { peer } = bench;
  const at = {
    id: "sent-away",
    sent: "POLL_RESP reestablish connection",
    expected: "a new connection setup",
  };
  // The poll of a setup is another matter: the session is not there yet.
  await bench.settle();
  const poll = await bench.nextPoll();
  bench.release();
  peer.respond(poll.request, { name: "POLL_RESP", result: "RESP_REESTABLISH_CONNECTION" });
  for (;;) {
    bench.checkTime();
    const request = await bench.nextRequest(bench.options.patienceMs);
    if (request?.name === "CONN_HANDLE_REQ") {
      if (tell) bench.row(GROUP, at, "set up a new connection", OK);
      return request;
    }
    const did = request === undefined ? "silent" : `went on with ${request.name}`;
    if (request !== undefined) peer.serve(request);
    const verdict = request === undefined ? "broken" : "weak";
    bench.row(GROUP, at, did, {
      verdict,
      meaning:
        "A centre that lost its sessions, after a restart, has to wait until the SPT notices by itself.",
    });
    return undefined;
  }
}

async function choose(bench: SptBench, one: Downgrade, first: Request): Promise<void> {
  const { peer } = bench;
  let request: Request | undefined = first;
  while (request !== undefined && request.name !== one.asked) {
    if (request.name === "POLL_MSG") {
      peer.serve(request);
      return bench.row(GROUP, one, `never sent ${one.asked}`, {
        verdict: "note",
        meaning: "It could not be tried.",
      });
    }
    peer.serve(request);
    bench.checkTime();
    request = await bench.nextRequest(bench.options.patienceMs);
  }
  if (request === undefined) {
    return bench.row(GROUP, one, "silent before it could be tried", { verdict: "not-run" });
  }
  peer.respond(request, one.choice);
  const next = await bench.nextRequest(bench.options.patienceMs);
  if (next?.name === one.next) {
    bench.row(GROUP, one, `went on with ${one.next}`, { verdict: "broken", meaning: one.meaning });
  } else if (next === undefined) {
    bench.row(GROUP, one, "silent, for good", {
      verdict: "broken",
      meaning: "The SPT gave up for good: nothing of the site gets through until somebody goes there.",
    });
    return;
  } else {
    bench.row(
      GROUP,
      one,
      next.name === "CONN_HANDLE_REQ" ? "gave up and began anew" : `sent ${next.name}`,
      OK,
    );
  }
  peer.serve(next);
}
