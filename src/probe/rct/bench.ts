/**
 * What the groups of cases against an RCT share: the session, the report, and what to do when the session is lost.
 *
 * @module
 */
import type { Heard } from "../peer.ts";
import { type Judgement, type Report, type Row, type Verdict, withProblems, worse } from "../row.ts";
import type { Door } from "../wire.ts";
import { setUp } from "./setup.ts";
import type { Answer, SptPeer } from "./spt_peer.ts";

/** The RCT has gone, or time is up: what is left is not run. */
export class ProbeOver extends Error {}

/** How a probe of an RCT is run. */
export interface RctBenchOptions {
  /** Takes the rows. */
  readonly report: Report;
  /** When to stop, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Account of a real test alarm; undefined for none. */
  readonly sendAlarm: string | undefined;
  /** Datagrams of each flood. */
  readonly flood: number;
}

/** Something that deserves no answer, or only a refusal. */
export interface AbuseCase {
  /** Row name. */
  readonly id: string;
  /** What is sent, in words. */
  readonly sent: string;
  /** What the RCT should do. */
  readonly expected: string;
  /** Makes the datagrams, with the numbers and keys of the moment. */
  readonly datagrams: (peer: SptPeer) => Uint8Array[];
  /** From which port. @default "main" */
  readonly door?: Door;
  /** True when an RCT may take a sequence number for it: the holder of the key sent it. */
  readonly mayUseNumber?: boolean;
  /** What it means when it does not answer. @default ok */
  readonly silence?: Judgement;
  /** What it means when the RCT answers; `lastAnswer` is the last one before the provocation. */
  readonly answered: (answers: Heard[], peer: SptPeer, lastAnswer: Heard | undefined) => Judgement;
}

const OK: Judgement = { verdict: "ok" };

/** An answer that should not have come. */
export function broken(meaning: string): () => Judgement {
  return () => ({ verdict: "broken", meaning });
}

/** An answer that would better not have come. */
export function weak(meaning: string): () => Judgement {
  return () => ({ verdict: "weak", meaning });
}

/** An answer that is a matter of taste or edition. */
export function note(meaning: string): () => Judgement {
  return () => ({ verdict: "note", meaning });
}

/** The editions of 2013 and 2017 answer what they cannot read with a negative acknowledgement; other answers are broken. */
export function nakOr(meaning: string): (answers: Heard[], peer: SptPeer) => Judgement {
  return (answers, peer) => {
    const naks = answers.every((heard) => peer.resultOf(heard) === "RESP_NEGATIVE_ACKNOWLEDGE");
    if (!naks) return { verdict: "broken", meaning };
    if (peer.link.profile.values.nakOnBadHash) return OK;
    return {
      verdict: "note",
      meaning: "The editions of 2013 and 2017 answer so; the edition of 2020 stays silent.",
    };
  };
}

/** Session, report and the rules they follow. */
export class RctBench {
  /** The probe's end. */
  readonly peer: SptPeer;
  /** How it is run. */
  readonly options: RctBenchOptions;

  /** Begins. */
  constructor(peer: SptPeer, options: RctBenchOptions) {
    this.peer = peer;
    this.options = options;
  }

  /** Writes a row. */
  row(group: string, at: Pick<Row, "id" | "sent" | "expected">, did: string, judgement: Judgement): void {
    const { id, sent, expected } = at;
    this.options.report({ group, id, sent, did, expected, ...judgement });
  }

  /** Stops the probe when its time is up. */
  checkTime(): void {
    if (performance.now() > this.options.deadline) throw new ProbeOver("time is up");
  }

  /** A request that deserves an answer. */
  async ask(
    group: string,
    at: Pick<Row, "id" | "sent" | "expected">,
    send: () => Promise<Answer>,
    judge: (answer: Extract<Answer, { kind: "answered" }>) => Judgement,
    silence: Judgement,
  ): Promise<Answer> {
    this.checkTime();
    const answer = await send();
    if (answer.kind === "answered") {
      const { did, ...judgement } = withProblems(
        `answered ${this.peer.describe(answer.heard)}`,
        judge(answer),
        answer.problems,
      );
      this.row(group, at, did, judgement);
      return answer;
    }
    // Silence may have used up the number; and it may be the silence of the dead.
    const { after: state } = await this.peer.sound([], true);
    if (state === "lost") {
      this.row(group, at, "silent, also to the polls after it: session lost", lost(at.sent));
      await this.revive();
    } else {
      this.row(group, at, "silent", silence);
    }
    return answer;
  }

  /** Sends what deserves no answer, and looks how the session is afterwards. */
  async abuse(group: string, cases: readonly AbuseCase[]): Promise<void> {
    for (const abuse of cases) {
      this.checkTime();
      const { lastAnswer } = this.peer;
      const datagrams = abuse.datagrams(this.peer);
      const outcome = await this.peer.provoke(datagrams, abuse.door, abuse.mayUseNumber);
      const { answers } = outcome;
      let judgement = answers.length === 0
        ? abuse.silence ?? OK
        : abuse.answered(answers, this.peer, lastAnswer);
      let did = answers.length === 0 ? "silent" : this.summary(answers, datagrams.length);
      if (outcome.after === "number-used" && abuse.mayUseNumber !== true && answers.length === 0) {
        did += "; a sequence number was used up";
        judgement = worse(judgement, {
          verdict: "broken",
          meaning: "Anyone can make the RCT throw away the site's next message.",
        });
      }
      if (outcome.after === "moved") {
        did += "; address moved: answers now go to the other port";
        judgement = worse(judgement, {
          verdict: "broken",
          meaning: "Anyone who can copy one datagram takes the site's path over: the RCT now speaks to him.",
        });
      }
      if (outcome.after === "lost") {
        this.row(group, abuse, `${did}; then silent: session lost`, lost(abuse.sent));
        await this.revive();
        continue;
      }
      const settled = withProblems(did, judgement, outcome.problems);
      this.row(group, abuse, settled.did, settled);
      // Answers now go to the wrong port: only a new session brings them back.
      if (outcome.after === "moved") await this.revive();
    }
  }

  /** Answers in a few words: `answered POLL_RESP acknowledge (3 of 132)`. */
  summary(answers: readonly Heard[], sent: number): string {
    const counts = new Map<string, number>();
    for (const heard of answers) {
      const name = this.peer.describe(heard) + (heard.door === "other" ? " to the other port" : "");
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const [first = ["nothing", 0], ...more] = [...counts].sort((a, b) => b[1] - a[1]);
    const times = sent > 1 || first[1] > 1 ? ` (${first[1]} to ${sent})` : "";
    const others = more.length > 0 ? `, and ${more.length} other kinds` : "";
    return `answered ${first[0]}${times}${others}`;
  }

  /** A new session, so that the other cases can be tried. */
  async revive(): Promise<void> {
    this.peer.restart();
    if (!await setUp(this.peer)) throw new ProbeOver("the RCT no longer answers");
    this.peer.settled();
  }
}

function lost(sent: string): Judgement {
  const verdict: Verdict = "broken";
  return {
    verdict,
    meaning:
      `One such datagram (${sent}) cuts the site off: no alarm gets through until a new session is set up.`,
  };
}
