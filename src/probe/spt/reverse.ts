/**
 * What an RCT may ask on its own initiative (ip-protocol.md §4.4).
 *
 * @module
 */
import { msToNtp } from "../../ip/ntp_time.ts";
import { prepareKeys } from "../../ip/seal.ts";
import { type Heard, randomOctets, type Spoken } from "../peer.ts";
import { type Judgement, type Row, withProblems } from "../row.ts";
import type { SptBench } from "./bench.ts";
import { HEARTBEAT_S, type SptAnswer } from "./rct_peer.ts";

const GROUP = "Requests of the RCT";
const OK: Judgement = { verdict: "ok" };
const NOT_SUPPORTED = "RESP_CMD_NOT_SUPPORTED";

const UNANSWERED: Judgement = {
  verdict: "weak",
  meaning: "The SPT does not answer the RCT: the centre cannot poll it, set its clock or renew its key.",
};

const UNANSWERED_OPTION: Judgement = { verdict: "note", meaning: "Optional: the SPT does not answer it." };

type Answered = Extract<SptAnswer, { kind: "answered" }>;

interface Request extends Pick<Row, "id" | "sent" | "expected"> {
  spoken: Spoken;
  judge: (answer: Answered) => Judgement;
  /** What silence means. @default UNANSWERED */
  silence?: Judgement;
}

function optional({ result }: Answered): Judgement {
  if (result === "RESP_ACKNOWLEDGE") return OK;
  return result === NOT_SUPPORTED
    ? { verdict: "note", meaning: "Optional: the SPT says that it does not support it." }
    : { verdict: "note", meaning: `Optional: the SPT answers ${result}.` };
}

function refused(meaning: string) {
  return ({ result }: Answered): Judgement =>
    result === "RESP_ACKNOWLEDGE" ? { verdict: "weak", meaning } : OK;
}

/** No other master key is tried: an SPT that took it would be lost to its own centre. */
function requests(bench: SptBench): Request[] {
  const { profile } = bench.peer.link;
  return [
    {
      id: "reverse-poll",
      sent: "POLL_MSG",
      expected: "POLL_RESP acknowledge",
      spoken: { name: "POLL_MSG" },
      judge: optional,
    },
    {
      id: "reverse-set-time",
      sent: "SET_TIME_CMD: this computer's time",
      expected: "acknowledge, time not set, or not supported",
      spoken: { name: "SET_TIME_CMD", time: msToNtp(Date.now()) },
      judge: (answer) => answer.result === "RESP_TIME_NOT_SET" ? OK : optional(answer),
      silence: UNANSWERED_OPTION,
    },
    {
      id: "reverse-supervision",
      sent: `PATH_SUPERVISION_REQ: every ${HEARTBEAT_S} s, push`,
      expected: "acknowledge, or not supported",
      spoken: { name: "PATH_SUPERVISION_REQ", intervalS: HEARTBEAT_S, mode: "push" },
      judge: optional,
    },
    {
      id: "reverse-transparent",
      sent: 'TRANSPARENT_MSG, 12 octets "tocsin probe"',
      expected: "answered; not supported is allowed",
      spoken: { name: "TRANSPARENT_MSG", data: new TextEncoder().encode("tocsin probe") },
      judge: optional,
      silence: UNANSWERED_OPTION,
    },
    {
      id: "reverse-wrong-way",
      sent: "VERSION_REQ, which only an SPT may send",
      expected: "refused or silent",
      spoken: { name: "VERSION_REQ", version: profile.values.protocolVersion },
      judge: refused("The SPT answers what only an RCT should be asked."),
      silence: OK,
    },
    {
      id: "reverse-unknown",
      sent: "message 0x46, which no edition knows",
      expected: "answered: cmd not supported",
      spoken: { id: 0x46, data: new Uint8Array([1, 2, 3]) },
      judge: refused("The SPT acknowledges what it cannot know."),
      silence: UNANSWERED_OPTION,
    },
    {
      id: "reverse-malformed",
      sent: "PATH_SUPERVISION_REQ of 2 octets",
      expected: "refused or silent",
      spoken: { id: 0x45, data: new Uint8Array([0, 0]) },
      judge: refused("The SPT acknowledges what it cannot have read."),
      silence: UNANSWERED_OPTION,
    },
  ];
}

/** Asks all there is to ask. */
export async function reverse(bench: SptBench): Promise<void> {
  let silent = 0;
  const all = requests(bench);
  for (const request of all) {
    bench.checkTime();
    // An SPT that answered none of the first two answers none.
    const answer = await ask(bench, request, silent < 2 ? 3 : 1);
    if (answer.kind === "silent") silent++;
  }
  if (silent === all.length) return;
  await repeated(bench);
  await keyChange(bench);
  await pull(bench);
}

async function ask(bench: SptBench, request: Request, transmissions = 3): Promise<SptAnswer> {
  const { peer } = bench;
  const { sessions } = peer;
  bench.answer();
  const answer = await peer.ask(request.spoken, transmissions);
  if (peer.sessions !== sessions) {
    bench.row(GROUP, request, "set up a new session", {
      verdict: "broken",
      meaning: "A request of the centre makes the SPT drop its session.",
    });
  } else if (answer.kind === "silent") {
    bench.row(GROUP, request, "silent", request.silence ?? UNANSWERED);
  } else {
    const settled = withProblems(
      `answered ${peer.describe(answer.heard)}`,
      request.judge(answer),
      answer.problems,
    );
    bench.row(GROUP, request, settled.did, settled);
  }
  return answer;
}

/** The last request again: the answer was lost. */
async function repeated(bench: SptBench): Promise<void> {
  const { peer } = bench;
  const at = {
    id: "reverse-repeated",
    sent: "the last POLL_MSG again, as if its answer was lost",
    expected: "the same answer, octet for octet",
  };
  bench.answer();
  const answer = await peer.ask({ name: "POLL_MSG" }, 3);
  const last = peer.asked.at(-1);
  if (answer.kind === "silent" || last === undefined) return;
  peer.wire.send(last);
  let again: Heard | undefined;
  const deadline = performance.now() + peer.link.timing.responseMs;
  for (let took; again === undefined && (took = await peer.take(deadline)) !== undefined;) {
    if (took.kind === "request") peer.serve(took.request);
    if (took.kind === "repeat") peer.repeat();
    if (took.kind === "other" && took.heard.header?.rx === answer.heard.header.rx) again = took.heard;
  }
  const same = again?.bytes.toHex() === answer.heard.bytes.toHex();
  bench.row(
    GROUP,
    at,
    again === undefined
      ? "silent"
      : `answered ${peer.describe(again)}, ${same ? "the same" : "other"} octets`,
    same ? OK : {
      verdict: "weak",
      meaning: again === undefined
        ? "An answer that is lost on the way stays lost."
        : "The request may have been worked on twice.",
    },
  );
}

/** The RCT brings a key: in force after the response. */
async function keyChange(bench: SptBench): Promise<void> {
  const { peer } = bench;
  const key = randomOctets(peer.link.profile.values.keyOctets);
  const next = prepareKeys({ encryption: peer.encryption, key, hash: peer.keys.hash });
  let taken = false;
  await ask(bench, {
    id: "reverse-key",
    sent: "ENCRYPT_KEY_REQ: a new session key",
    expected: "acknowledge under the old key, then polls under the new one",
    spoken: { name: "ENCRYPT_KEY_REQ", master: false, fromRct: true, key },
    judge: (answer) => {
      taken = answer.result === "RESP_ACKNOWLEDGE";
      return optional(answer);
    },
  });
  if (!taken) return;
  peer.next = next;
  const after = {
    id: "reverse-key-in-force",
    sent: "nothing more",
    expected: "the next poll is under the new key",
  };
  const poll = await bench.nextPoll();
  const { under } = poll.request.heard;
  const judgement: Judgement = poll.reconnected
    ? { verdict: "broken", meaning: "Changing the key costs the session." }
    : under === "next"
    ? OK
    : {
      verdict: "broken",
      meaning: "The SPT acknowledged a key and does not use it: the two ends lose each other.",
    };
  const did = poll.reconnected
    ? "set up a new session"
    : `polls under the ${under === "next" ? "new" : "old"} key`;
  if (under !== "next") peer.next = undefined;
  const settled = withProblems(did, judgement, poll.problems);
  bench.row(GROUP, after, settled.did, settled);
  bench.answer();
}

/** The RCT takes over the polling, and gives it back. */
async function pull(bench: SptBench): Promise<void> {
  const { peer } = bench;
  const at = {
    id: "reverse-pull",
    sent: "PATH_SUPERVISION_REQ: pull (the RCT polls), then two polls",
    expected: "answers the polls, or stays with push",
  };
  bench.checkTime();
  bench.answer();
  const asked = await peer.ask({ name: "PATH_SUPERVISION_REQ", intervalS: HEARTBEAT_S, mode: "pull" }, 3);
  if (asked.kind === "silent") return bench.row(GROUP, at, "silent", UNANSWERED);
  const { message } = asked;
  const agreed = message?.name === "PATH_SUPERVISION_RESP" && message.bare !== true &&
    message.mode === "pull";
  const did = `answered ${peer.describe(asked.heard)}`;
  if (!agreed) {
    return bench.row(GROUP, at, did, { verdict: "note", meaning: "The SPT goes on polling by itself." });
  }
  const polls = [await peer.ask({ name: "POLL_MSG" }, 3), await peer.ask({ name: "POLL_MSG" }, 3)];
  const missing = polls.filter(({ kind }) => kind === "silent").length;
  await peer.ask({ name: "PATH_SUPERVISION_REQ", intervalS: HEARTBEAT_S, mode: "push" }, 3);
  bench.row(
    GROUP,
    at,
    `${did}, and ${2 - missing} of 2 polls`,
    missing === 0 ? OK : {
      verdict: "broken",
      meaning: "The SPT leaves the polling to the centre and does not answer: the path counts as failed.",
    },
  );
}
