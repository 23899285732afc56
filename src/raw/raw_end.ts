/**
 * One end of a raw connection, without I/O: what comes from the line goes to the other end, and what comes from there to the line.
 *
 * @module
 */
import { Collector, type CollectorOptions } from "./collector.ts";
import { apart, FarClock } from "./far_clock.ts";
import { type RawFrame, type RawKind, writeRawFrame } from "./frame.ts";
import type { RawEffect, RawReset, RawTaken } from "./raw_effects.ts";
import { RawParts } from "./raw_parts.ts";
import { type RawOutgoing, RawQueue } from "./raw_queue.ts";

/** What a {@link RawEnd} needs to know. Times in ms. */
export interface RawEndOptions extends CollectorOptions {
  /** Number of the connection. */
  connection: number;
  /** At the SPT, which opens the connection: name of the line. */
  opens?: string;
  /** How long octets may wait for the other end before the connection is cut. */
  maxDelayMs: number;
}

/** How a message ended that was given to the path. `lost`: no answer; it may have arrived. */
export type RawCarried = "taken" | "refused" | "lost";

/** Octets of the line that may wait, before the connection is cut; who reads the line stops at a quarter of it. */
export const MAX_WAITING: number = 64 * 1024;
/** How long the other end may take to open its line. */
const OPEN_MS = 5000;
/** How often an end that has nothing to say shows that it is there: clocks are compared, and a forgotten end found. */
const ALIVE_MS = 300_000;
/** Pause before a message without an answer is given to the path again. */
const AGAIN_MS = 250;
/** How long the other end is told that the connection has ended. */
const END_MS = 60_000;

type State =
  /** SPT: the other end is asked to open its line. RCT: the line is not there yet. */
  | "opening"
  | "open"
  /** Cut here: the other end is to be told. */
  | "broken"
  | "done";

/**
 * One end of a connection. Who owns it gives its messages to the path one at a time ({@link wants}, {@link next}, {@link answered}),
 * hands over those of the other end ({@link take}), and the octets of its line ({@link feed}).
 *
 * What comes out at the other end is what went in, in order and unaltered, up to some point; a connection that cannot go on so is
 * cut, and both ends know it. Nothing is answered in place of the panel or its AE.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readRawFrame } from "./frame.ts";
 * import { RawEnd } from "./raw_end.ts";
 *
 * const options = { connection: 7, maxDelayMs: 2000, gapMs: 20 };
 * const spt = new RawEnd({ ...options, opens: "door" }, 0), rct = new RawEnd(options, 0);
 * const carry = (from: RawEnd, to: RawEnd) => {
 *   const read = readRawFrame(from.next(30)!);
 *   const { effects } = to.take(read.kind === "raw" ? read.frame : undefined!, 30);
 *   from.answered("taken", 30);
 *   return effects;
 * };
 * spt.feed(Uint8Array.of(1, 2), 0);
 * carry(spt, rct); // open
 * rct.lineUp();
 * assertEquals(carry(rct, spt), [{ kind: "opened" }]);
 * spt.tick(30);
 * assertEquals(carry(spt, rct), [{ kind: "octets", bytes: Uint8Array.of(1, 2) }]);
 * ```
 */
export class RawEnd {
  readonly #options: RawEndOptions;
  readonly #collector: Collector;
  readonly #far = new FarClock();
  readonly #out = new RawQueue();
  readonly #parts = new RawParts();
  readonly #openBy: number;
  #state: State = "opening";
  /** The line has ended: what waits still goes out. */
  #ended = false;
  /** What was given to the path, and until it was answered is given to it again, as it is. */
  #current: RawOutgoing | undefined;
  #carried = false;
  #againAt = 0;
  #number = 0;
  #expected = 0;
  #aliveAt: number;
  /** Since when the other end is told of the end. */
  #endedAt = Infinity;

  /** @param now A clock that goes forward only, ms; the same for all calls. */
  constructor(options: RawEndOptions, now: number) {
    this.#options = options;
    this.#collector = new Collector(options);
    this.#openBy = now + OPEN_MS;
    this.#aliveAt = now + ALIVE_MS;
    const { opens } = options;
    if (opens !== undefined) this.#out.say("open", new TextEncoder().encode(opens));
  }

  /** Number of the connection. */
  get connection(): number {
    return this.#options.connection;
  }

  /** True from when both ends have their lines. */
  get open(): boolean {
    return this.#state === "open";
  }

  /** True when nothing more comes of it. */
  get done(): boolean {
    return this.#state === "done";
  }

  /** Octets of the line that wait for the other end. */
  get waiting(): number {
    return this.#out.octets + (this.#current?.kind === "data" ? this.#current.octets.length : 0) +
      this.#collector.held;
  }

  /** Whether {@link next} has a message for the path. */
  wants(now: number): boolean {
    if (this.#carried || this.#state === "done" || now < this.#againAt) return false;
    const { first } = this.#out;
    return this.#current !== undefined || first !== undefined && this.#mayGo(first.kind) ||
      this.#state === "open" && now >= this.#aliveAt;
  }

  /** When {@link tick} wants to be called next, or {@link wants} may have changed; undefined when there is no timer. */
  get nextTick(): number | undefined {
    if (this.#state === "done") return undefined;
    const times = [this.#collector.nextTick ?? Infinity, this.#lateAt, this.#endedAt + END_MS];
    if (this.#state === "opening") times.push(this.#openBy);
    if (this.#current !== undefined && !this.#carried) times.push(this.#againAt);
    if (this.#state === "open" && this.#current === undefined) times.push(this.#aliveAt);
    const next = Math.min(...times);
    return next === Infinity ? undefined : next;
  }

  /** RCT: the line is there, and the other end is told. */
  lineUp(): void {
    if (this.#state !== "opening" || this.#options.opens !== undefined) return;
    this.#state = "open";
    this.#out.say("opened");
  }

  /** The next message shall go out soon, if only to say that this end is there: the path is a new one. */
  probe(now: number): void {
    this.#aliveAt = Math.min(this.#aliveAt, now);
  }

  /**
   * Takes octets of the line.
   *
   * @param bytes The octets; they are kept.
   * @param now The time, ms.
   * @returns What is to be done.
   */
  feed(bytes: Uint8Array, now: number): RawEffect[] {
    const effects = this.tick(now);
    if (this.#ended || this.#state === "broken" || this.#state === "done") return effects;
    this.#out.add(this.#collector.feed(bytes, now), now + this.#options.maxDelayMs);
    if (this.waiting > MAX_WAITING) {
      this.#break(effects, "raw-too-much", "more octets came from the line than the path carries", now);
    }
    return effects;
  }

  /** The line has ended in order. What waits still goes out, then the other end closes its line. */
  lineEnded(now: number): RawEffect[] {
    if (this.#ended || this.#state === "broken" || this.#state === "done") return [];
    this.#out.add(this.#collector.flush(), now + this.#options.maxDelayMs);
    this.#ended = true;
    this.#endedAt = now;
    this.#out.say("close");
    return [];
  }

  /**
   * Cuts the connection.
   *
   * @param rule Why.
   * @param message Why, in words; the other end is told them.
   * @param now The time, ms.
   * @param tell False when the other end cannot be told, or knows.
   */
  cut(rule: RawReset, message: string, now: number, tell = true): RawEffect[] {
    const effects: RawEffect[] = [];
    this.#break(effects, rule, message, now, tell);
    return effects;
  }

  /** Lets time pass. */
  tick(now: number): RawEffect[] {
    const effects: RawEffect[] = [];
    if (this.#state === "done") return effects;
    this.#out.add(this.#collector.tick(now), now + this.#options.maxDelayMs);
    if (now >= this.#lateAt) {
      const { maxDelayMs } = this.#options;
      this.#break(effects, "raw-late", `octets could not be carried within ${maxDelayMs / 1000} s`, now);
    } else if (this.#state === "opening" && now >= this.#openBy) {
      this.#break(effects, "raw-not-opened", `the line did not come up within ${OPEN_MS / 1000} s`, now);
    }
    // Whoever is not told finds out when it says something.
    if (now >= this.#endedAt + END_MS) this.#finish(effects);
    return effects;
  }

  /**
   * The next message for the path. It has to be answered ({@link answered}) before there is another.
   *
   * @param now The time, ms.
   * @returns The octets of a TRANSPARENT message; undefined unless this end {@link wants} to say something.
   */
  next(now: number): Uint8Array | undefined {
    if (!this.wants(now)) return undefined;
    this.#current ??= this.#out.take();
    const { kind, octets, more, deadline } = this.#current;
    this.#carried = true;
    this.#aliveAt = now + ALIVE_MS;
    return writeRawFrame({
      kind,
      connection: this.connection,
      number: this.#number,
      clock: Math.floor(now) >>> 0,
      until: deadline === Infinity ? 0 : (this.#far.at(now) + Math.floor(deadline - now)) >>> 0,
      more,
      octets,
    });
  }

  /** Whether what was given to the path is not answered yet. */
  get carried(): boolean {
    return this.#carried;
  }

  /** What became of the message that was given to the path. */
  answered(how: RawCarried, now: number): RawEffect[] {
    const effects: RawEffect[] = [];
    const current = this.#current;
    if (!this.#carried || current === undefined) return effects;
    this.#carried = false;
    if (this.#state === "done") return effects;
    if (how === "lost") {
      // The very same again: it may have arrived.
      this.#againAt = now + AGAIN_MS;
      if (this.#state === "broken" && current.kind !== "reset") this.#current = undefined;
      return effects;
    }
    this.#current = undefined;
    this.#againAt = 0;
    this.#number = (this.#number + 1) >>> 0;
    if (how === "refused") {
      const why = current.kind === "open"
        ? "the other end does not open this line"
        : "the other end takes no octets: its connection has ended, or they came too late";
      this.#break(effects, "raw-refused", why, now, false);
    } else if (current.kind === "close" || current.kind === "reset") this.#finish(effects);
    else if (current.octets.length > 0 && current.kind === "data") {
      effects.push({ kind: "carried", octets: current.octets.length });
    }
    return effects;
  }

  /**
   * Takes a message of the other end.
   *
   * @param frame The message.
   * @param now The time, ms.
   * @returns Whether it is taken, and what is to be done. Never throws.
   */
  take(frame: RawFrame, now: number): RawTaken {
    const effects: RawEffect[] = [];
    const taken: RawTaken = { refused: undefined, effects };
    if (this.#state === "done") return { refused: "there is no such connection", effects };
    this.#far.heard(frame.clock, now);
    if (frame.kind === "reset") {
      this.#break(effects, "raw-far-reset", `the other end: ${reason(frame.octets)}`, now, false);
      this.#finish(effects);
      return taken;
    }
    if (this.#state === "broken") {
      if (frame.kind !== "close") return { refused: "the connection was cut here", effects };
      this.#finish(effects);
      return taken;
    }
    // It came twice: its answer was lost.
    if (this.#expected > 0 && frame.number === this.#expected - 1) return taken;
    const why = frame.number === this.#expected ? this.#misfit(frame, now) : {
      rule: "raw-out-of-step" as const,
      message: `message ${this.#expected} of the other end is missing`,
    };
    if (why !== undefined) {
      this.#break(effects, why.rule, why.message, now, false);
      return { refused: why.message, effects };
    }
    this.#expected++;
    if (frame.kind === "opened") {
      this.#state = "open";
      effects.push({ kind: "opened" });
    } else if (frame.kind === "data") this.#deliver(this.#parts.add(frame.octets, frame.more), effects);
    else if (frame.kind === "close") {
      this.#deliver(this.#parts.take(), effects);
      effects.push({ kind: "close" });
      this.#finish(effects);
    }
    return taken;
  }

  /** Why a message with the right number is out of place, or too late. */
  #misfit(frame: RawFrame, now: number): { rule: RawReset; message: string } | undefined {
    const { kind } = frame;
    const opener = this.#options.opens !== undefined;
    const fits = kind === "open"
      ? !opener && frame.number === 0
      : kind === "opened"
      ? opener && this.#state === "opening"
      : this.#state === "open" || kind === "close";
    if (!fits) return { rule: "raw-out-of-step", message: `"${kind}" is out of place` };
    // Late octets could be taken for the answer to something else.
    if (kind !== "data" || frame.octets.length === 0) return undefined;
    const late = apart(Math.floor(now) >>> 0, frame.until);
    return late <= 0 ? undefined : { rule: "raw-came-late", message: `octets came ${late} ms too late` };
  }

  #deliver(bytes: Uint8Array | undefined, effects: RawEffect[]): void {
    // When the line is gone, nobody is there to hear it.
    if (bytes !== undefined && !this.#ended) effects.push({ kind: "octets", bytes });
  }

  /** SPT: no octets before the other end has its line. */
  #mayGo(kind: RawKind): boolean {
    return this.#state === "open" || kind === "open" || kind === "reset";
  }

  /** When the first octets that wait are late. */
  get #lateAt(): number {
    if (this.#state === "broken" || this.#state === "done") return Infinity;
    return Math.min(this.#current?.deadline ?? Infinity, this.#out.first?.deadline ?? Infinity);
  }

  #break(effects: RawEffect[], rule: RawReset, message: string, now: number, tell = true): void {
    if (this.#state === "broken" || this.#state === "done") {
      if (!tell) this.#finish(effects);
      return;
    }
    effects.push({ kind: "reset", rule, message });
    const unknown = this.#options.opens !== undefined && this.#number === 0 && this.#current === undefined;
    this.#out.clear();
    this.#parts.clear();
    this.#collector.flush();
    if (!tell || unknown) return this.#finish(effects);
    this.#state = "broken";
    this.#endedAt = now;
    // What is under way cannot be called back: the other end sees that it is late.
    if (!this.#carried) this.#current = undefined;
    this.#againAt = 0;
    this.#out.say("reset", new TextEncoder().encode(message.slice(0, 200)));
  }

  #finish(effects: RawEffect[]): void {
    if (this.#state === "done") return;
    this.#state = "done";
    this.#out.clear();
    this.#current = undefined;
    this.#carried = false;
    effects.push({ kind: "done" });
  }
}

/** Words of the other end, for the log: nobody knows what they hold. */
function reason(octets: Uint8Array): string {
  return new TextDecoder().decode(octets.subarray(0, 400)).replaceAll(/\p{Cc}/gu, " ") || "no reason given";
}
