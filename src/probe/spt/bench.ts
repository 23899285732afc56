/**
 * What the groups of cases against an SPT share: waiting for its polls, and what they say about what was done to it.
 *
 * @module
 */
import type { Heard } from "../peer.ts";
import { ProbeOver } from "../rct/bench.ts";
import type { Judgement, Problem, Report, Row } from "../row.ts";
import type { RctPeer, Request } from "./rct_peer.ts";

/** How a probe of an SPT is run. */
export interface SptBenchOptions {
  /** Takes the rows. */
  readonly report: Report;
  /** When to stop, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Longest wait for an SPT that is expected to speak, ms. */
  readonly patienceMs: number;
}

/** A poll of the SPT that waits for its answer. */
export interface Poll {
  /** The poll. */
  readonly request: Request;
  /** True when the SPT set up a new session before it. */
  readonly reconnected: boolean;
  /** What came before it and was no request. */
  readonly others: Heard[];
  /** What was not right about the poll and the requests before it. */
  readonly problems: Problem[];
}

/** Something that deserves no attention. */
export interface SptCase {
  /** Row name. */
  readonly id: string;
  /** What is sent, in words. */
  readonly sent: string;
  /** What the SPT should do. */
  readonly expected: string;
  /**
   * Makes the datagrams.
   *
   * @param peer The probe's end.
   * @param tx TX number to use: an SPT that takes it for real gives itself away by the RX of its next message.
   * @param poll The poll that waits for its answer; undefined when none does.
   */
  readonly datagrams: (peer: RctPeer, tx: number, poll: Request) => Uint8Array[];
  /** Send from another port. */
  readonly otherPort?: true;
  /** What it means when the SPT takes it; by the number of its answers, if that matters. */
  readonly taken: Judgement | ((answers: number) => Judgement);
}

const OK: Judgement = { verdict: "ok" };
const NAK: Judgement = {
  verdict: "note",
  meaning: "The editions of 2013 and 2017 answer so; the edition of 2020 stays silent.",
};
/** Distance of the TX numbers of provocations from the sound ones. */
const APART = 1000;

/** Session, report and the rules they follow. */
export class SptBench {
  /** The probe's end. */
  readonly peer: RctPeer;
  /** How it is run. */
  readonly options: SptBenchOptions;
  /** Told of every fresh request of the SPT. */
  onRequest: (request: Request) => void = () => {};
  /** The poll that waits for its answer. */
  #waiting: Poll | undefined;

  /** Begins. */
  constructor(peer: RctPeer, options: SptBenchOptions) {
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

  /** The next fresh request, whatever it is; a repeated one gets its answer again. */
  async nextRequest(ms: number, others: Heard[] = []): Promise<Request | undefined> {
    const deadline = Math.min(performance.now() + ms, this.options.deadline);
    for (let took; (took = await this.peer.take(deadline)) !== undefined;) {
      if (took.kind === "request") {
        this.onRequest(took.request);
        return took.request;
      }
      if (took.kind === "repeat") this.peer.repeat();
      else if (others.length < 1000) others.push(took.heard);
    }
    return undefined;
  }

  /** Serves the SPT until it polls; the poll waits for its answer. */
  async nextPoll(): Promise<Poll> {
    const held = this.#waiting;
    if (held !== undefined) return held;
    const { sessions } = this.peer;
    const others: Heard[] = [], problems: Problem[] = [];
    for (;;) {
      this.checkTime();
      const request = await this.nextRequest(this.options.patienceMs, others);
      if (request === undefined) throw new ProbeOver("the SPT no longer speaks");
      problems.push(...request.problems);
      if (request.name === "POLL_MSG") {
        const reconnected = this.peer.sessions !== sessions;
        return this.#waiting = { request, reconnected, others, problems };
      }
      this.peer.serve(request);
    }
  }

  /** Answers the poll that waits. */
  answer(): void {
    const poll = this.#waiting;
    this.#waiting = undefined;
    if (poll !== undefined) this.peer.serve(poll.request);
  }

  /** The poll that waits is answered by somebody else. */
  release(): void {
    this.#waiting = undefined;
  }

  /** A poll, answered at once: leaves nothing waiting. */
  async settle(): Promise<void> {
    await this.nextPoll();
    this.answer();
  }

  /**
   * Sends datagrams that deserve no attention. A sound SPT shows at its next poll that it took none of them, so all are sent
   * at once; only when something was not as before is each tried alone, to find out which.
   *
   * @param group Heading of the rows.
   * @param cases What to send.
   * @param when `asked` while a poll waits for its answer, `idle` while none does.
   */
  async abuse(group: string, cases: readonly SptCase[], when: "asked" | "idle"): Promise<void> {
    const all = await this.#provoke(group, cases, when);
    if (all.did === "ignored") {
      for (const at of cases) this.row(group, at, all.did, OK);
      return;
    }
    for (const one of cases) {
      const { did, taken, lost, allowed, answers = 0 } = await this.#provoke(group, [one], when);
      const lostIt: Judgement = {
        verdict: "broken",
        meaning:
          `One such datagram (${one.sent}) makes the site give up its session: alarms are late or lost.`,
      };
      const tookIt = typeof one.taken === "function" ? one.taken(answers) : one.taken;
      const judgement = allowed ?? (lost ? lostIt : taken ? tookIt : OK);
      this.row(group, one, did, judgement);
    }
  }

  async #provoke(
    group: string,
    cases: readonly SptCase[],
    when: "asked" | "idle",
  ): Promise<{ did: string; taken: boolean; lost: boolean; allowed?: Judgement; answers?: number }> {
    const { peer } = this;
    this.checkTime();
    const poll = await this.nextPoll();
    const { sessions } = peer;
    if (when === "idle") this.answer();
    let numbers = 0;
    for (const one of cases) {
      const tx = (peer.tx + APART + numbers++) & 0xffff;
      const datagrams = one.datagrams(peer, when === "asked" ? tx : peer.tx, poll.request);
      await peer.wire.sendAll(datagrams, one.otherPort ? "other" : "main");
    }
    const { others: heard, early, problems } = await this.#linger();
    // An SPT that goes on already has taken something for the answer.
    if (when === "asked" && early) this.#waiting = undefined;
    else this.answer();
    const next = await this.#nextPollOrSilence();
    if (next === undefined) {
      const [first] = cases;
      const sent = cases.length === 1
        ? first!.sent
        : `one of ${cases.length}: ${first!.sent}, and what follows it`;
      this.row(group, { ...first!, sent }, "silent afterwards, for good", {
        verdict: "broken",
        meaning: "The SPT no longer speaks: no alarm of the site gets through until somebody goes there.",
      });
      throw new ProbeOver("the SPT no longer speaks");
    }
    const answers = [...heard, ...next.others].filter(({ header }) => header !== undefined);
    if (peer.sessions !== sessions) {
      return { did: "gave up the session and set up a new one", taken: true, lost: true };
    }
    if (answers.length > 0) {
      const did = `answered ${peer.describe(answers[0]!)} (${answers.length})`;
      const naks = answers.every((heard) => peer.resultOf(heard) === "RESP_NEGATIVE_ACKNOWLEDGE");
      return { did, taken: true, lost: false, answers: answers.length, ...(naks ? { allowed: NAK } : {}) };
    }
    if (when === "asked" && early) return { did: "took it for the answer", taken: true, lost: false };
    const [problem] = [...problems, ...next.problems];
    if (problem !== undefined) return { did: `took it (${problem.text})`, taken: true, lost: false };
    return { did: "ignored", taken: false, lost: false };
  }

  /** Time for an SPT that acts at once. */
  async #linger(): Promise<{ others: Heard[]; early: boolean; problems: Problem[] }> {
    const others: Heard[] = [], problems: Problem[] = [];
    let early = false;
    const deadline = performance.now() + this.peer.link.timing.lingerMs;
    for (let took; (took = await this.peer.take(deadline)) !== undefined;) {
      if (took.kind === "other") others.push(took.heard);
      if (took.kind !== "request") continue;
      early = true;
      problems.push(...took.request.problems);
      this.peer.serve(took.request);
    }
    return { others, early, problems };
  }

  async #nextPollOrSilence(): Promise<Poll | undefined> {
    try {
      return await this.nextPoll();
    } catch (error) {
      if (!(error instanceof ProbeOver) || error.message === "time is up") throw error;
      return undefined;
    }
  }
}
