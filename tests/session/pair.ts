/** A real SPT and a real RCT on a line that the test holds in its hand: every datagram can be read, kept, lost, played. */
import { assert, assertEquals } from "@std/assert";
import { type Message, messageName, parseMessage } from "../../src/ip/messages/mod.ts";
import type { Header } from "../../src/ip/header.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { open, type PreparedKeys, prepareKeys } from "../../src/ip/seal.ts";
import type { PathAddress, PathIdentity } from "../../src/session/path_identity.ts";
import type { RctRequest } from "../../src/session/rct_requests.ts";
import type { RctEffect, RctSession } from "../../src/session/rct_session.ts";
import { RctSessions, type RctSite } from "../../src/session/rct_sessions.ts";
import {
  type SptEffect,
  type SptItem,
  SptSession,
  type SptSessionOptions,
} from "../../src/session/spt_session.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { identityFor, NEAR } from "./scripted.ts";

/** Where the clock of a pair begins. */
export const START = Date.UTC(2026, 0, 1);

/** A datagram as somebody who knows all keys reads it. */
export interface Telegram {
  to: "spt" | "rct";
  bytes: Uint8Array;
  name: string;
  header: Header;
  message: Message | undefined;
  /** 0 for the master key, then the keys in the order in which the RCT made them. */
  key: number;
  hash: string;
  encryption: string;
}

/** What a pair is made with. */
export interface PairOptions {
  profile?: Ts50136Profile;
  spt?: Partial<SptSessionOptions>;
  rct?: Partial<RctSite>;
  seed?: number;
}

/** An SPT, its RCT, the line and the clock. */
export class Pair {
  readonly profile: Ts50136Profile;
  readonly identity: PathIdentity;
  readonly spt: SptSession;
  readonly rct: RctSessions;
  readonly session: RctSession;
  now = START;
  /** All that was said, by name and key, as `->POLL_MSG 1`. */
  readonly log: string[] = [];
  /** All datagrams that were sent. */
  readonly tape: Telegram[] = [];
  /** Datagrams that were handed over once. */
  readonly arrived = new Set<Uint8Array>();
  /** Datagrams on the line. */
  readonly line: Telegram[] = [];
  readonly sptSaid: Exclude<SptEffect, { kind: "send" }>[] = [];
  readonly rctSaid: Exclude<RctEffect, { kind: "send" }>[] = [];
  /** Which datagrams are lost. */
  loses: (telegram: Telegram) => boolean = () => false;
  /** Whether alarms and requests that a gateway has to answer are answered at once. */
  settles = true;
  readonly #keys: { key: number; prepared: PreparedKeys }[] = [];
  #made = 0;

  constructor({ profile = reconstructed2020, spt = {}, rct = {}, seed = 1 }: PairOptions = {}) {
    this.profile = profile;
    this.identity = identityFor(profile);
    const chance = new SeededRandom(seed);
    this.#know(0, this.identity.master.key);
    const random = (n: number) => {
      const octets = chance.octets(n);
      if (n === profile.values.keyOctets) this.#know(++this.#made, octets);
      return octets;
    };
    this.rct = new RctSessions({ profile, random }, [{ name: "site", identity: this.identity, ...rct }]);
    this.session = this.rct.sites.get("site")!;
    const sptChance = new SeededRandom(seed + 1000);
    this.spt = new SptSession({
      profile,
      random: sptChance.octets,
      identity: this.identity,
      heartbeatMs: 30_000,
      ...spt,
    });
  }

  #know(key: number, octets: Uint8Array): void {
    for (const encryption of ["aes-256", "aes-128"] as const) {
      for (const hash of ["sha-256", "ripemd-256"] as const) {
        // The newest first: it is the most likely.
        this.#keys.unshift({ key, prepared: prepareKeys({ encryption, key: octets, hash }) });
      }
    }
  }

  /** Reads a datagram. */
  read(to: "spt" | "rct", bytes: Uint8Array): Telegram {
    for (const { key, prepared } of this.#keys) {
      const opened = open(this.profile, prepared, bytes);
      if (!opened.ok) continue;
      const { header, data } = opened;
      const name = messageName(this.profile, header.messageId) ?? `0x${header.messageId.toString(16)}`;
      const parsed = parseMessage(this.profile, header.messageId, data);
      const message = parsed.ok ? parsed.value : undefined;
      const { hash, encryption } = prepared;
      return { to, bytes, name, header, message, key, hash, encryption };
    }
    throw new Error("opens under no key that was ever made");
  }

  /** Sets up, and lets everything be said that can be said now. */
  connect(): this {
    this.doSpt(this.spt.start(this.now));
    this.run();
    assertEquals([this.spt.state, this.session.state], ["connected", "connected"]);
    this.log.length = 0;
    return this;
  }

  doSpt(effects: SptEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") this.#send("rct", effect.bytes);
      else {
        this.sptSaid.push(effect);
        if (this.settles && effect.kind === "set-time") this.settleSpt(effect.ref);
        if (this.settles && effect.kind === "transparent") this.settleSpt(effect.ref, new Uint8Array([7]));
      }
    }
  }

  settleSpt(ref: number, data?: Uint8Array): void {
    this.doSpt(this.spt.settle(ref, "RESP_ACKNOWLEDGE", data));
  }

  doRct(effects: RctEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") this.#send("spt", effect.bytes);
      else {
        this.rctSaid.push(effect);
        if (this.settles && (effect.kind === "event" || effect.kind === "transparent")) {
          this.settleRct(effect.ref);
        }
      }
    }
  }

  settleRct(ref: number): void {
    this.doRct(this.session.settle(ref, "RESP_ACKNOWLEDGE"));
  }

  #send(to: "spt" | "rct", bytes: Uint8Array): void {
    const telegram = this.read(to, bytes.slice());
    this.tape.push(telegram);
    this.log.push(`${to === "rct" ? "->" : "<-"}${telegram.name} ${telegram.key}`);
    this.line.push(telegram);
  }

  /** Takes the first datagram of this name off the line. */
  take(name: string): Telegram {
    const at = this.line.findIndex((telegram) => telegram.name === name);
    assert(at >= 0, `no ${name} on the line: ${this.line.map((telegram) => telegram.name)}`);
    return this.line.splice(at, 1)[0]!;
  }

  /** Hands a datagram over, whether it is on the line or not. */
  deliver({ to, bytes }: Pick<Telegram, "to" | "bytes">, from: PathAddress = NEAR): void {
    this.arrived.add(bytes);
    if (to === "spt") this.doSpt(this.spt.feed(bytes.slice(), this.now));
    else this.doRct(this.rct.feed(bytes.slice(), from, this.now)?.effects ?? []);
  }

  /** Delivers what is on the line, and what follows, until nothing is left. */
  flush(): void {
    for (let i = 0; this.line.length > 0; i++) {
      assert(i < 10_000, `they talk without end: ${this.log.slice(-8)}`);
      const telegram = this.line.shift()!;
      if (!this.loses(telegram)) this.deliver(telegram);
    }
  }

  /** Lets time pass; timers are asked when they want it, and must not want it at a time that is over. */
  run(ms = 0): void {
    const end = this.now + ms;
    this.flush();
    for (let idle = 0;;) {
      const next = Math.min(this.spt.nextTick ?? Infinity, this.session.nextTick ?? Infinity);
      if (next > end) break;
      idle = next > this.now ? 0 : idle + 1;
      assert(idle < 100, `a timer stays at ${next - this.now} ms and does nothing`);
      this.now = Math.max(this.now, next);
      if ((this.spt.nextTick ?? Infinity) <= this.now) this.doSpt(this.spt.tick(this.now));
      if ((this.session.nextTick ?? Infinity) <= this.now) {
        for (const { effects } of this.rct.tick(this.now)) this.doRct(effects);
      }
      this.flush();
    }
    this.now = end;
  }

  /** Offers an alarm to the SPT. */
  alarm(ref: string): void {
    const data = new TextEncoder().encode(`#1234|NBA${ref}`);
    this.offer({ kind: "event", ref, protocol: "sia", data, time: BigInt(this.now) << 20n });
  }

  offer(item: SptItem): void {
    this.doSpt(this.spt.offer(item, this.now));
  }

  /** Has the RCT ask something. */
  ask(request: RctRequest): void {
    this.doRct(this.session.request(request, this.now));
  }

  /** What became of a request of the RCT: its result, or why there is none. */
  ends(ref: string): string[] {
    return this.rctSaid.flatMap((effect) =>
      (effect.kind === "answered" || effect.kind === "unanswered") && effect.request.ref === ref
        ? [effect.kind === "answered" ? effect.result : effect.reason]
        : []
    );
  }

  /** How often the SPT was told that an item arrived. */
  delivered(ref: string): number {
    return this.sptSaid.filter((effect) => effect.kind === "delivered" && effect.ref === ref).length;
  }

  /** How often this was said, by either side. */
  said(kind: SptEffect["kind"] | RctEffect["kind"]): number {
    return [...this.sptSaid, ...this.rctSaid].filter((effect) => effect.kind === kind).length;
  }

  /** Both sides still understand each other: an alarm, and a question back, each answered at once. */
  works(): void {
    const ref = `probe ${this.tape.length}`;
    this.loses = () => false;
    this.alarm(ref);
    this.ask({ kind: "poll", ref });
    this.run();
    assertEquals([this.delivered(ref), this.ends(ref)], [1, ["RESP_ACKNOWLEDGE"]], this.log.slice(-8).join());
  }

  /** All that can be seen from outside, for "nothing has changed". */
  snapshot(): unknown {
    const { spt, session, rct } = this;
    return {
      spt: [spt.state, spt.ready, spt.nextTick, spt.heartbeatMs, spt.pollMode, spt.lastProof],
      rct: [session.state, session.address, session.heartbeatMs, session.pollMode, session.lastProof],
      // Setups that are under way have a timer of their own.
      tick: rct.handles > 2 ? undefined : session.nextTick,
    };
  }
}
