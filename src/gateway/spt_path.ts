/**
 * The path from the premises to the receiving centre: the socket, the session, and where the RCT is to be found.
 *
 * @module
 */
import type { SptConfig } from "../config/spt_config.ts";
import type { SiteState } from "../http/view.ts";
import { edition } from "../ip/editions.ts";
import type { Result } from "../ip/profile.ts";
import { type PathAddress, type PathIdentity, sameAddress } from "../session/path_identity.ts";
import { type SptEffect, type SptItem, SptSession } from "../session/spt_session.ts";
import { openUdp, type UdpSocket } from "../transport/udp.ts";
import type { Capture } from "./capture.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";
import { systemRandom } from "./random.ts";
import { resolvePeer } from "./resolve.ts";
import type { SetupMarks } from "./setup_marks.ts";
import type { SiteTime } from "./site_time.ts";
import { Wake } from "./wake.ts";

/** Addresses of the RCT that are kept beside the configured one. */
const MAX_ADDRESSES = 8;
/** Shortest and longest pause before a socket that could not be opened is tried again. */
const OPEN_AGAIN_MS = [1000, 30_000] as const;
/** A look-up beside a running session is given up after this: the address of before may still be right. */
const LOOK_UP_MS = 10_000;
/** The rule of the fault that stands while the RCT is not reached. */
export const PATH_FAULT = "path-failed";

/** What is told to the RCT beside the alarms waits in a queue of this length: the oldest goes first when it is full. */
const MAX_TOLD = 32;
/** How its items are named: alarms have names of their own. */
const ASIDE = "aside:";

/** What a path tells the gateway. */
export interface SptPathEvents {
  /** An item was sent. */
  sent(ref: string, message: string, attempt: number): void;
  /** The RCT took an item. */
  delivered(ref: string): void;
  /** The RCT did not take it. */
  refused(ref: string, result: Result, reason: string | undefined): void;
  /** No answer: the item comes back. */
  returned(ref: string): void;
  /** Something may have changed: it may be time for the next item. */
  moved(): void;
  /** The state changed. */
  state(state: SiteState): void;
  /** Opaque octets from the RCT; undefined when nobody here takes any. */
  transparent(data: Uint8Array): { result: Result; data?: Uint8Array } | undefined;
}

/** What a {@link SptPath} works with. */
export interface SptPathParts {
  config: SptConfig;
  events: SptPathEvents;
  faults: Faults;
  log: Log;
  time: SiteTime;
  capture: Capture | undefined;
  /** Setups of before, so that no recording of one passes for a new one; undefined: of this process only. */
  marks?: SetupMarks | undefined;
  /** Shortest and longest wait before another connection setup, ms; those of the profile when missing. */
  backoffMs?: readonly [number, number] | undefined;
}

const STATES = {
  idle: "unknown",
  "setting-up": "setting-up",
  connected: "connected",
  waiting: "failed",
} as const;

/**
 * Runs one session over one socket. When the RCT does not answer at one address, the next one it has told of is tried, and
 * the configured name is looked up anew in its turn.
 */
export class SptPath {
  /** Datagrams by rule, beside those of the session. */
  readonly counters: Record<string, number> = {};

  readonly #parts: SptPathParts;
  readonly #wake = new Wake(() =>
    this.#session !== undefined && this.#apply(this.#session.tick(this.#now()))
  );
  readonly #stop = new AbortController();
  readonly #random = systemRandom();
  #session: SptSession | undefined;
  #udp: UdpSocket | undefined;
  /** Where the configured name is; undefined until it was found. */
  #home: Deno.NetAddr | undefined;
  /** Where datagrams go. */
  #target: Deno.NetAddr | undefined;
  /** What the RCT told; the configured address comes before them. */
  #told: Deno.NetAddr[] = [];
  /** Which of them is the target: 0 is the configured one. */
  #turn = 0;
  /** Octets for the RCT that wait until no alarm does. */
  readonly #aside: { ref: string; data: Uint8Array }[] = [];
  #nextAside = 1;
  #reaching: Promise<void> | undefined;
  #lookingUp: Promise<void> | undefined;

  /** Does nothing yet. */
  constructor(parts: SptPathParts) {
    this.#parts = parts;
  }

  /** State of the path. */
  get state(): SiteState {
    return this.#session === undefined ? "unknown" : STATES[this.#session.state];
  }

  /** True when an item can be offered. */
  get ready(): boolean {
    return this.#session?.ready === true;
  }

  /** True when an item is on its way. */
  get busy(): boolean {
    return this.#session?.state === "connected" && !this.#session.ready;
  }

  /** Age of the RCT's last sign of life, ms. */
  get lastProofAgeMs(): number | undefined {
    const proof = this.#session?.lastProof;
    return proof === undefined ? undefined : Math.max(0, this.#now() - proof);
  }

  /** Where datagrams go. */
  get address(): string {
    const { hostname = "?", port = this.#parts.config.rct.port } = this.#target ?? {};
    return `${isSix(hostname) ? `[${hostname}]` : hostname}:${port}`;
  }

  /** Counters of session and socket. */
  get sessionCounters(): Record<string, number> {
    return { ...this.#session?.counters };
  }

  /** Datagrams that could not be handed to the system. */
  get sendErrors(): number {
    return this.#udp?.sendErrors ?? 0;
  }

  /**
   * Takes a master set into use: the first one, or another after commissioning. What was on its way comes back.
   *
   * @param identity Who we are and the master set.
   */
  use(identity: PathIdentity): void {
    const { config: { rct }, marks, backoffMs } = this.#parts;
    const profile = edition(rct.edition);
    const values = { ...profile.values, minRegion: rct.minRegion };
    const before = this.#session?.stop() ?? [];
    this.#session = new SptSession({
      profile: { ...profile, values },
      random: this.#random,
      identity,
      encryptions: [rct.encryption],
      // SHA-256 is always offered: it is the default of the protocol.
      hashes: rct.hash === "sha-256" ? ["sha-256"] : [rct.hash, "sha-256"],
      pollMode: rct.pollMode,
      heartbeatMs: rct.heartbeatMs,
      responseTimeoutMs: rct.responseTimeoutMs,
      transmissions: rct.transmissions,
      sessionLifetimeMs: rct.sessionLifetimeMs,
      ...(marks === undefined ? {} : { setupMarks: marks.all }),
      ...(backoffMs === undefined ? {} : { backoffMs }),
    });
    this.#apply(before);
    if (this.#udp !== undefined) this.#apply(this.#session.start(this.#now()));
    else this.#reaching ??= this.#reach();
  }

  /**
   * Ends the session: there are no keys to speak with. What was on its way comes back.
   *
   * @param reason Why, for the fault that stands from now on.
   */
  leave(reason: string): void {
    const effects = this.#session?.stop() ?? [];
    this.#session = undefined;
    this.#apply(effects);
    this.#parts.faults.raise(PATH_FAULT, `path to the RCT: ${reason}`);
    this.#parts.events.state(this.state);
  }

  /** Offers an item; only while {@link ready}. */
  offer(item: SptItem): void {
    if (this.#session === undefined) return this.#parts.events.returned(item.ref);
    for (const effect of this.#session.offer(item, this.#now())) this.#do(effect);
    this.#wake.set(this.#wakeAt);
  }

  /**
   * Tells the RCT something in a TRANSPARENT message, when no alarm waits for the path; again until the RCT has answered. It
   * is kept in memory only, and logged when it is given up: the RCT did not want it, or more than 32 wait.
   *
   * @param data The octets.
   */
  tell(data: Uint8Array): void {
    this.#aside.push({ ref: `${ASIDE}${this.#nextAside++}`, data });
    if (this.#aside.length > MAX_TOLD) {
      this.#aside.shift();
      this.#parts.log(
        "warn",
        "not-told",
        `more than ${MAX_TOLD} messages wait for the RCT: the oldest is given up`,
      );
    }
    this.#apply([]);
  }

  /** Ends the session and closes the socket. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake.clear();
    this.#session?.stop();
    this.#session = undefined;
    await Promise.all([this.#reaching, this.#lookingUp]);
    await this.#udp?.close();
  }

  #now(): number {
    return this.#parts.time.now();
  }

  get #wakeAt(): number | undefined {
    const next = this.#session?.nextTick;
    return next === undefined ? undefined : next - this.#parts.time.offsetMs;
  }

  /** Finds the RCT's address and opens a socket, for as long as it takes, and begins to speak. */
  async #reach(): Promise<void> {
    const { hostname, port } = this.#parts.config.rct;
    const [shortest, longest] = OPEN_AGAIN_MS;
    for (let pause: number = shortest; !this.#stop.signal.aborted; pause = Math.min(2 * pause, longest)) {
      try {
        this.#aim(this.#home = await resolvePeer(hostname, port, this.#stop.signal));
        break;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#parts.faults.raise(PATH_FAULT, `path to RCT ${hostname}:${port}: ${reason}; tried again`);
      }
      await this.#pause(pause);
    }
    if (this.#session !== undefined) this.#apply(this.#session.start(this.#now()));
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const end = () => resolve();
    signal.addEventListener("abort", end, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }

  /**
   * From now on datagrams go there. One socket speaks one kind of address: the other kind gets another one.
   *
   * @throws {Error} When no socket can be opened; then everything stays as it was.
   */
  #aim(target: Deno.NetAddr): void {
    if (this.#stop.signal.aborted) return;
    if (this.#udp === undefined || isSix(this.#udp.hostname) !== isSix(target.hostname)) {
      const hostname = isSix(target.hostname) ? "::" : "0.0.0.0";
      const before = this.#udp;
      this.#udp = openUdp({ hostname, port: 0 }, (bytes, from) => this.#receive(bytes, from));
      void before?.close();
    }
    this.#target = target;
  }

  /** The RCT did not answer: the next address it told of, and the configured one in its turn. */
  #nextTarget(): void {
    this.#turn = (this.#turn + 1) % (this.#told.length + 1);
    const next = this.#turn === 0 ? this.#home : this.#told[this.#turn - 1];
    if (next === undefined) return;
    if (!sameAddress(this.#target, next)) {
      this.#parts.log("info", "next-address", `trying the RCT at ${next.hostname}:${next.port}`);
    }
    this.#tryToAim(next);
    // The name may stand for another address by now.
    if (this.#turn === 0) this.#lookingUp ??= this.#lookUp().finally(() => this.#lookingUp = undefined);
  }

  async #lookUp(): Promise<void> {
    const { hostname, port } = this.#parts.config.rct;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), LOOK_UP_MS);
    try {
      this.#home = await resolvePeer(hostname, port, AbortSignal.any([this.#stop.signal, late.signal]));
    } catch {
      return; // Not found, or stopped meanwhile.
    } finally {
      clearTimeout(timer);
    }
    // A session that has come up meanwhile stays where it is.
    if (this.#turn === 0 && this.#session?.state !== "connected") this.#tryToAim(this.#home);
  }

  #tryToAim(target: Deno.NetAddr): void {
    try {
      this.#aim(target);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.log("warn", "socket", `no socket towards ${target.hostname}: ${reason}`);
    }
  }

  /** What the configured address is already would be tried twice. */
  #remember(addresses: readonly PathAddress[]): void {
    this.#told = addresses.filter((to) => !sameAddress(this.#home, to))
      .slice(0, MAX_ADDRESSES)
      .map((to) => ({ transport: "udp", ...to }));
    // The next one is counted from the one in use.
    this.#turn = 1 + this.#told.findIndex((to) => sameAddress(this.#target, to));
    const list = this.#told.map(({ hostname, port }) =>
      `${isSix(hostname) ? `[${hostname}]` : hostname}:${port}`
    );
    this.#parts.log(
      "info",
      "rct-addresses",
      `the RCT can also be reached at ${list.join(", ") || "no other address"}`,
    );
  }

  #transparent(ref: number, data: Uint8Array): void {
    const session = this.#session!;
    let effects: SptEffect[];
    try {
      const answer = this.#parts.events.transparent(data) ?? { result: "RESP_CMD_NOT_SUPPORTED" };
      effects = session.settle(ref, answer.result, answer.data);
    } catch (error) {
      // The integrator's code fails, or answers more than fits: the alarms must not stop with it.
      this.#parts.log("error", "transparent-failed", error instanceof Error ? error.message : String(error));
      effects = session.settle(ref, "RESP_PROCESS_ERROR");
    }
    this.#apply(effects);
  }

  /** A disk that takes no mark must not stop the alarms: the mark counts for this process then. */
  #mark(mark: string): void {
    const { marks, faults } = this.#parts;
    try {
      marks?.add(mark);
      faults.clear("setup-marks");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      faults.raise("setup-marks", `the connection setup cannot be noted on disk: ${reason}`);
    }
  }

  #receive(bytes: Uint8Array, from: Deno.NetAddr): void {
    const { capture } = this.#parts;
    capture?.add("in", this.#udp!, from, bytes, Date.now());
    // Not a protection (addresses can be forged, the seal protects): it keeps noise out of the counters.
    if (from.port !== this.#target?.port) {
      return void (this.counters["not-from-rct"] = (this.counters["not-from-rct"] ?? 0) + 1);
    }
    if (this.#session !== undefined) this.#apply(this.#session.feed(bytes, this.#now()));
  }

  #apply(effects: SptEffect[]): void {
    for (const effect of effects) this.#do(effect);
    // Alarms first.
    this.#parts.events.moved();
    const [next] = this.#aside;
    if (next !== undefined && this.ready) this.offer({ kind: "transparent", ...next });
    this.#wake.set(this.#wakeAt);
  }

  /** An item of {@link tell} came to its end; true when it is none of the gateway's. */
  #tookAside(ref: string, problem?: string): boolean {
    if (!ref.startsWith(ASIDE)) return false;
    const at = this.#aside.findIndex((each) => each.ref === ref);
    if (at >= 0) this.#aside.splice(at, 1);
    if (problem !== undefined) {
      this.#parts.log("warn", "not-told", `the RCT did not take a message: ${problem}`);
    }
    return true;
  }

  #do(effect: SptEffect): void {
    const { events, faults, log } = this.#parts;
    switch (effect.kind) {
      case "send":
        if (this.#udp === undefined || this.#target === undefined) return;
        this.#parts.capture?.add("out", this.#udp, this.#target, effect.bytes, Date.now());
        this.#udp.send(effect.bytes, this.#target);
        if (effect.ref !== undefined && !effect.ref.startsWith(ASIDE)) {
          events.sent(effect.ref, effect.message, effect.attempt);
        }
        return;
      case "delivered":
        if (this.#tookAside(effect.ref)) return;
        return events.delivered(effect.ref);
      case "refused":
        if (this.#tookAside(effect.ref, effect.reason ?? effect.result)) return;
        return events.refused(effect.ref, effect.result, effect.reason);
      case "returned":
        // What is told aside is still in its queue.
        if (effect.ref.startsWith(ASIDE)) return;
        return events.returned(effect.ref);
      case "set-time": {
        const before = this.#now();
        const result = this.#parts.time.set(effect.time);
        this.#apply(this.#session!.settle(effect.ref, result));
        // A clock that is set back takes the session's times with it, before anybody counts with them.
        if (this.#now() < before) this.#apply(this.#session!.tick(this.#now()));
        return;
      }
      case "transparent":
        return this.#transparent(effect.ref, effect.data);
      case "heartbeat":
        return log(
          "info",
          "heartbeat",
          `the RCT sets the heartbeat to ${effect.heartbeatMs / 1000} s, ${effect.pollMode}`,
        );
      case "rct-addresses":
        return this.#remember(effect.addresses);
      case "setup-mark":
        return this.#mark(effect.mark);
      case "rekeyed":
        return log(
          "info",
          "rekeyed",
          `a new session key is in force, at the ${effect.by.toUpperCase()}'s wish`,
        );
      case "state":
        log("info", `path-${effect.state}`, effect.reason);
        if (effect.state === "connected") faults.clear(PATH_FAULT);
        if (effect.state === "waiting") this.#nextTarget();
        return events.state(this.state);
      case "path-failed":
        return faults.raise(PATH_FAULT, `path to the RCT: ${effect.reason}`);
      case "path-restored":
        return faults.clear(PATH_FAULT);
      case "dropped":
        return log("warn", effect.rule, `a datagram from the RCT's address was dropped: ${effect.rule}`);
    }
  }
}

function isSix(hostname: string): boolean {
  return hostname.includes(":");
}
