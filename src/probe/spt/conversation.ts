/**
 * The conversation with an SPT as it should be: its connection setup, its polls, its repetitions.
 *
 * @module
 */
import { type Heard } from "../peer.ts";
import { ProbeOver } from "../rct/bench.ts";
import { type Judgement, withProblems } from "../row.ts";
import type { SptBench } from "./bench.ts";
import { HEARTBEAT_S, type Request } from "./rct_peer.ts";

const SETUP = "Connection setup";
const GROUP = "Conversation";
const OK: Judgement = { verdict: "ok" };

/** What each request of a setup should be. */
const EXPECTED: Record<string, string> = {
  CONN_HANDLE_REQ: "under the master key, on the master handle, RX 0",
  ENCRYPT_SELECT_REQ: "an offer for the session, AES only",
  ENCRYPT_KEY_REQ: "asks for a session key",
  HASH_SELECT_REQ: "under the new key, offers SHA-256",
  PATH_SUPERVISION_REQ: "an interval of 1 s or more",
  POLL_MSG: "under the new key",
  VERSION_REQ: "a version",
  DEVICE_ID_REQ: "the SPT's device ID",
  RCT_IP_PARAM_REQ: "no data",
  EVENT_MSG: "one alarm",
};

/** What is not right about what a request says. */
function judge({ heard: { message } }: Request): Judgement {
  switch (message?.name) {
    case undefined:
      return {
        verdict: "broken",
        meaning: "The message cannot be read: the two ends speak different editions.",
      };
    case "ENCRYPT_SELECT_REQ":
      if (message.master) {
        return { verdict: "note", meaning: "Asked for the master set; the probe answers for the session." };
      }
      return message.offers.includes("none")
        ? {
          verdict: "weak",
          meaning: "The SPT offers to speak without encryption: somebody may take the offer.",
        }
        : OK;
    case "ENCRYPT_KEY_REQ":
      return message.fromRct || message.master
        ? { verdict: "note", meaning: "Not a plain request for a session key." }
        : message.key.some((octet) => octet !== 0)
        ? { verdict: "weak", meaning: "A request for a key carries a key: it should be zeros." }
        : OK;
    case "HASH_SELECT_REQ":
      return message.offers.includes("sha-256")
        ? OK
        : { verdict: "broken", meaning: "SHA-256, which every end knows, is not offered." };
    case "PATH_SUPERVISION_REQ":
      return message.intervalS >= 1 ? OK : {
        verdict: "broken",
        meaning: "Supervision without an interval: nobody notices when the path fails.",
      };
    default:
      return OK;
  }
}

/**
 * Waits for the SPT and sets up a session with it.
 *
 * @returns False when nothing came that opens with the master key.
 */
export async function meet(bench: SptBench, waitMs: number): Promise<boolean> {
  const { peer } = bench;
  const seen = new Set<string>();
  let last = "";
  bench.onRequest = (request) => {
    last = request.name;
    if (!seen.has(last)) tell(bench, request);
    seen.add(last);
  };
  const first = await bench.nextRequest(waitMs);
  if (first === undefined) return false;
  const { did, judgement, instead } = await repeats(bench);
  const at = {
    id: "request-repeated",
    sent: "no answer to its first CONN_HANDLE_REQ",
    expected: "the same request again, octet for octet",
  };
  bench.row(SETUP, at, did, judgement);
  for (let request: Request | undefined = instead ?? first; request !== undefined;) {
    peer.serve(request);
    if (request.name === "POLL_MSG") return true;
    bench.checkTime();
    request = await bench.nextRequest(bench.options.patienceMs);
  }
  throw new ProbeOver(`the SPT went silent after ${last}`);
}

interface Repetition {
  did: string;
  judgement: Judgement;
  /** What it sent instead of the same request. */
  instead?: Request;
}

/** Waits for the repetition of a request that is left unanswered. */
async function repeats({ peer, options }: SptBench): Promise<Repetition> {
  const deadline = performance.now() + Math.min(options.patienceMs, 20_000);
  for (let took; (took = await peer.take(deadline)) !== undefined;) {
    if (took.kind === "request") {
      const meaning = "One lost answer costs the session.";
      const did = `sent ${took.request.name} with another TX`;
      return { did, judgement: { verdict: "weak", meaning }, instead: took.request };
    }
    if (took.kind !== "repeat") continue;
    return took.same ? { did: "sent the same octets again", judgement: OK } : {
      did: "sent other octets with the same TX",
      judgement: {
        verdict: "note",
        meaning: "Sealed anew: allowed, as long as the RCT takes it for the same.",
      },
    };
  }
  return {
    did: "did not repeat it",
    judgement: { verdict: "broken", meaning: "One lost datagram, and the message is lost with it." },
  };
}

function tell(bench: SptBench, request: Request): void {
  const expected = EXPECTED[request.name] ?? "nothing in particular";
  const settled = withProblems("as expected", judge(request), request.problems);
  const did = settled.verdict === "ok" || request.problems.length > 0 ? settled.did : "see below";
  bench.row(
    SETUP,
    { id: `asks-${slug(request.name)}`, sent: `waits for its ${request.name}`, expected },
    did,
    settled,
  );
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** Polls, their rhythm, and what happens when one is not answered. */
export async function conversation(bench: SptBench): Promise<void> {
  await rhythm(bench);
  await unanswered(bench);
}

async function rhythm(bench: SptBench): Promise<void> {
  const at = {
    id: "heartbeat",
    sent: `PATH_SUPERVISION_RESP: every ${HEARTBEAT_S} s instead of what it asked for`,
    expected: `polls every ${HEARTBEAT_S} s`,
  };
  await bench.settle();
  const others: Heard[] = [];
  const started = performance.now();
  const problems = [];
  for (let i = 0; i < 2; i++) {
    const poll = await bench.nextPoll();
    others.push(...poll.others);
    problems.push(...poll.problems);
    bench.answer();
  }
  const seconds = (performance.now() - started) / 2000;
  const judgement: Judgement = seconds <= 3 * HEARTBEAT_S ? OK : {
    verdict: "weak",
    meaning: "The SPT polls by an interval of its own: the centre takes the path for failed while it works.",
  };
  const settled = withProblems(`polls every ${seconds.toFixed(1)} s`, judgement, problems);
  bench.row(GROUP, at, settled.did, settled);
}

async function unanswered(bench: SptBench): Promise<void> {
  const { peer } = bench;
  const at = {
    id: "poll-repeated",
    sent: "no answer to a poll, then the answer to its repetition",
    expected: "the same poll again, then it goes on",
  };
  const poll = await bench.nextPoll();
  const repeated = await repeats(bench);
  if (repeated.instead === undefined) bench.answer();
  else {
    bench.release();
    peer.serve(repeated.instead);
  }
  const next = await bench.nextPoll();
  const went = next.reconnected
    ? "; then set up a new session"
    : next.request.heard.header.rx === peer.tx
    ? "; went on"
    : "";
  const judgement: Judgement = next.reconnected
    ? { verdict: "weak", meaning: "One lost answer costs the session." }
    : repeated.judgement;
  const settled = withProblems(repeated.did + went, judgement, [...poll.problems, ...next.problems]);
  bench.row(GROUP, at, settled.did, settled);
  bench.answer();
}

/** What became of alarms that the SPT sent meanwhile: none was acknowledged, so each must come again. */
export function alarms(bench: SptBench): void {
  const { alarms } = bench.peer;
  if (alarms === 0) return;
  bench.row(
    GROUP,
    {
      id: "alarms-meanwhile",
      sent: "RESP_PROCESS_ERROR to every alarm of the SPT",
      expected: "the SPT keeps them and offers them again",
    },
    `${alarms} transmissions of alarms came`,
    {
      verdict: "note",
      meaning: "The probe takes no alarm. Look that the real centre gets them when the SPT is back with it.",
    },
  );
}
