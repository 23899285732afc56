/**
 * What the RCT asks of an SPT without being told to: polls in pull mode, and new session keys.
 *
 * @module
 */
import type { PollModeName } from "../ip/profile.ts";

/** The least time between two keys that the RCT brings: a refused one is not brought again at once. */
const KEY_AGAIN_MS = 10_000;

/** What {@link RctDuties} start with. Times in milliseconds. */
export interface RctDutiesOptions {
  /** Age at which the RCT brings a new key; undefined leaves the keys to the SPT. */
  keyLifetimeMs: number | undefined;
  /** TX numbers after which it brings one whatever the age. */
  messagesPerKey: number;
  /** How long a new session may take to finish its setup before it is asked something. */
  setupMs: number;
}

/** The state of a session that duties depend on. Times in milliseconds. */
export interface RctDutiesState {
  /** When the SPT was last heard. */
  lastProof: number;
  /** Who polls. */
  pollMode: PollModeName;
  /** Interval of our polls. */
  pollMs: number;
  /** TX numbers used under the key in force. */
  messages: number;
}

/**
 * When what is due.
 *
 * Nothing is asked of an SPT before it has polled or sent something: until then it negotiates, and what we ask would
 * cross with that.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RctDuties } from "./rct_duties.ts";
 *
 * const duties = new RctDuties({ keyLifetimeMs: 60_000, messagesPerKey: 60_000, setupMs: 6000 });
 * const state = { lastProof: 0, pollMode: "pull", pollMs: 30_000, messages: 8 } as const;
 * duties.begin(0);
 * assertEquals([duties.openAt, duties.nextAt(state)], [6000, 30_000]);
 * assertEquals([29_999, 30_000, 60_000].map((now) => duties.due(state, now)), [undefined, "poll", "key"]);
 * ```
 */
export class RctDuties {
  readonly #options: RctDutiesOptions;
  #keyAt = 0;
  #openAt = 0;

  /** No session yet. */
  constructor(options: RctDutiesOptions) {
    this.#options = options;
  }

  /** When the SPT may be asked something, ms. */
  get openAt(): number {
    return this.#openAt;
  }

  /** A session was set up. */
  begin(now: number): void {
    this.#keyAt = now;
    this.#openAt = now + this.#options.setupMs;
  }

  /** The SPT has finished its setup. */
  open(): void {
    this.#openAt = -Infinity;
  }

  /** A key came into force, or was not taken: the next one is brought after another lifetime. */
  keyed(now: number): void {
    this.#keyAt = now;
  }

  /** When {@link due} has something, ms; Infinity when never. */
  nextAt(state: RctDutiesState): number {
    return Math.max(this.#openAt, Math.min(this.#pollAt(state), this.#renewAt(state)));
  }

  /** What is to be asked now. */
  due(state: RctDutiesState, now: number): "key" | "poll" | undefined {
    if (now < this.#openAt) return undefined;
    if (now >= this.#renewAt(state)) return "key";
    return now >= this.#pollAt(state) ? "poll" : undefined;
  }

  /** The clock was set back by `ms`. */
  setBack(ms: number): void {
    this.#keyAt -= ms;
    this.#openAt -= ms;
  }

  #pollAt({ lastProof, pollMode, pollMs }: RctDutiesState): number {
    return pollMode === "pull" ? lastProof + pollMs : Infinity;
  }

  #renewAt({ messages }: RctDutiesState): number {
    const { keyLifetimeMs, messagesPerKey } = this.#options;
    if (keyLifetimeMs === undefined) return Infinity;
    return this.#keyAt + (messages >= messagesPerKey ? Math.min(KEY_AGAIN_MS, keyLifetimeMs) : keyLifetimeMs);
  }
}
