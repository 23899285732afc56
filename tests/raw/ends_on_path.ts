/** Two ends of a raw connection on a path that loses, repeats and delays what it carries, with a virtual clock. */
import { readRawFrame } from "../../src/raw/frame.ts";
import { RawEnd, type RawEndOptions } from "../../src/raw/raw_end.ts";
import type { RawEffect } from "../../src/raw/raw_effects.ts";
import type { SeededRandom } from "../sim/seeded_random.ts";
import { VirtualWorld } from "../sim/virtual_world.ts";

/** What may happen to a message, as probabilities; delays in ms. */
export interface PathFaults {
  /** It does not arrive. */
  lost: number;
  /** It arrives, its answer does not. */
  answerLost: number;
  /** It arrives once more, much later. */
  ghost: number;
  /** Shortest and longest way, of a message and of an answer. */
  delay: readonly [number, number];
  /** Now and then it takes so long. */
  stall: { chance: number; ms: number };
}

export const NO_FAULTS: PathFaults = {
  lost: 0,
  answerLost: 0,
  ghost: 0,
  delay: [10, 40],
  stall: { chance: 0, ms: 0 },
};

/** One end, its clock, and what its line saw. */
export class End {
  readonly end: RawEnd;
  /** What was fed, and when. */
  readonly said: { octet: number; at: number }[] = [];
  /** What came out, in blocks. */
  readonly heard: { bytes: Uint8Array; at: number }[] = [];
  readonly effects: RawEffect[] = [];
  /** Octets that were fed when the end took none any more. */
  far!: End;
  readonly #path: EndsOnPath;
  readonly #skew: (now: number) => number;

  constructor(path: EndsOnPath, options: RawEndOptions, skew: (now: number) => number) {
    this.#path = path;
    this.#skew = skew;
    this.end = new RawEnd(options, skew(path.world.now));
  }

  get now(): number {
    return this.#skew(this.#path.world.now);
  }

  get octets(): Uint8Array {
    return Uint8Array.from(this.heard.flatMap(({ bytes }) => [...bytes]));
  }

  get resets(): string[] {
    return this.effects.flatMap((effect) => effect.kind === "reset" ? [effect.rule] : []);
  }

  feed(bytes: Uint8Array): void {
    const at = this.#path.world.now;
    for (const octet of bytes) this.said.push({ octet, at });
    this.apply(this.end.feed(bytes.slice(), this.now));
  }

  apply(effects: RawEffect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.kind === "octets") this.heard.push({ bytes: effect.bytes, at: this.#path.world.now });
    }
    this.#path.pump(this);
  }
}

/** The path and both ends: `spt` opens. */
export class EndsOnPath {
  readonly world = new VirtualWorld();
  readonly spt: End;
  readonly rct: End;
  faults: PathFaults = NO_FAULTS;
  readonly #random: SeededRandom;
  readonly #timers = new Map<End, number>();

  constructor(random: SeededRandom, options: Partial<RawEndOptions> = {}) {
    this.#random = random;
    const all = { connection: 0x10001, maxDelayMs: 2000, gapMs: 20, ...options };
    this.spt = new End(this, { ...all, opens: "door" }, (now) => now);
    // A clock that began elsewhere, close to coming round, and runs a little fast.
    this.rct = new End(this, all, (now) => 4_294_960_000 + now * 1.00005);
    this.spt.far = this.rct;
    this.rct.far = this.spt;
    this.pump(this.spt);
  }

  /** Gives the path what an end has, and sets its timer. */
  pump(from: End): void {
    const data = from.end.next(from.now);
    if (data !== undefined) this.#carry(from, data);
    const next = from.end.nextTick;
    if (next === undefined) return;
    const wait = Math.max(1, Math.ceil(next - from.now));
    const at = this.world.now + wait;
    const set = this.#timers.get(from) ?? Infinity;
    if (set > this.world.now && set <= at) return;
    this.#timers.set(from, at);
    this.world.after(wait, () => {
      this.#timers.delete(from);
      from.apply(from.end.tick(from.now));
    });
  }

  #carry(from: End, data: Uint8Array): void {
    const { lost, answerLost, ghost } = this.faults;
    const answer = (how: "taken" | "refused" | "lost", wait: number) =>
      this.world.after(wait, () => from.apply(from.end.answered(how, from.now)));
    // The session repeats a while, and gives up.
    const givenUp = () => answer("lost", this.#random.between(500, 8000));
    if (this.#random.chance(ghost)) {
      this.world.after(this.#random.between(1000, 20_000), () => void this.#arrive(from.far, data));
    }
    if (this.#random.chance(lost)) return givenUp();
    this.world.after(this.#way(), () => {
      const taken = this.#arrive(from.far, data);
      if (this.#random.chance(answerLost)) givenUp();
      else answer(taken ? "taken" : "refused", this.#way());
    });
  }

  #arrive(to: End, data: Uint8Array): boolean {
    const read = readRawFrame(data);
    if (read.kind !== "raw") throw new Error("the path carries what is none");
    const { refused, effects } = to.end.take(read.frame, to.now);
    // The AE is there a moment later.
    if (read.frame.kind === "open" && refused === undefined) {
      this.world.after(5, () => {
        to.end.lineUp();
        to.apply([]);
      });
    }
    to.apply(effects);
    return refused === undefined;
  }

  #way(): number {
    const { delay: [least, most], stall } = this.faults;
    return this.#random.chance(stall.chance) ? stall.ms : this.#random.between(least, most);
  }
}
