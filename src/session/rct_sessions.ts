/**
 * All paths of an RCT: finds the session a datagram belongs to by its connection handle.
 *
 * @module
 */
import { planOf } from "../ip/plan.ts";
import type { Ts50136Profile } from "../ip/profile.ts";
import { peekHandle } from "../ip/seal.ts";
import type { PathAddress, PathIdentity } from "./path_identity.ts";
import { type RctEffect, RctSession, type RctSessionOptions } from "./rct_session.ts";

/** Random handles tried before the search goes on beside the last. */
const RANDOM_TRIES = 16;

/** A path to serve. */
export interface RctSite extends Omit<RctSessionOptions, "profile" | "random" | "takeHandle" | "dropHandle"> {
  /** Name of the site in configs and logs. */
  name: string;
  /** Another edition than the RCT's own, with the same place for the handle. */
  profile?: Ts50136Profile;
}

/** A session that a datagram or the passing of time concerned, and what it wants done. */
export interface SiteEffects {
  site: string;
  session: RctSession;
  effects: RctEffect[];
}

/**
 * The sessions of all sites, by connection handle.
 *
 * A datagram with a handle that nobody has is dropped before any cipher is touched.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { RctSessions } from "./rct_sessions.ts";
 * import { SptSession } from "./spt_session.ts";
 *
 * let made = 0;
 * const random = (n: number) => new Uint8Array(n).fill(++made);
 * const identity = {
 *   sptDeviceId: new Uint8Array(16).fill(1),
 *   rctDeviceId: new Uint8Array(16).fill(2),
 *   masterHandle: 0x73603722,
 *   master: { encryption: "aes-256", key: new Uint8Array(32), hash: "sha-256" },
 * } as const;
 * const rct = new RctSessions({ profile, random }, [{ name: "shop 12", identity }]);
 * const spt = new SptSession({ profile, random, identity, heartbeatMs: 30_000 });
 * const from = { hostname: "192.0.2.7", port: 40_000 };
 *
 * let effects = spt.start(0);
 * while (spt.state === "setting-up") {
 *   const request = effects.find((effect) => effect.kind === "send")!;
 *   const answer = rct.feed(request.bytes, from, 0)!.effects.find((effect) => effect.kind === "send")!;
 *   effects = spt.feed(answer.bytes, 0);
 * }
 * assertEquals([spt.state, rct.sites.get("shop 12")!.state], ["connected", "connected"]);
 * assertEquals(rct.feed(new Uint8Array(132).fill(9), from, 0), undefined);
 * ```
 */
export class RctSessions {
  /** Datagrams that reached no session, by rule. */
  readonly counters: Record<string, number> = {};

  readonly #basis: Pick<RctSessionOptions, "profile" | "random">;
  /** Who has a handle; undefined where it is reserved for somebody else. */
  readonly #byHandle = new Map<number, { name: string; session: RctSession } | undefined>();
  readonly #sites = new Map<string, RctSession>();
  readonly #masters = new Map<string, readonly number[]>();

  /** The last `now`, to see a clock that is set back. */
  #seen = -Infinity;

  constructor(basis: Pick<RctSessionOptions, "profile" | "random">, sites: Iterable<RctSite>) {
    this.#basis = { profile: basis.profile, random: basis.random };
    for (const site of sites) this.add(site);
  }

  /** Sessions by site name. */
  get sites(): ReadonlyMap<string, RctSession> {
    return this.#sites;
  }

  /** Connection handles in use: one per site for its master set, and those of sessions and setups under way. */
  get handles(): number {
    return this.#byHandle.size;
  }

  /**
   * Takes on a site.
   *
   * @param site The site.
   * @throws {RangeError} When its name or master handle is taken.
   */
  add(site: RctSite): void {
    const { name, identity, ...rest } = site;
    if (this.#sites.has(name)) throw new RangeError(`site "${name}" is there already`);
    if (identity !== undefined) this.#freeForMaster(name, identity.masterHandle);
    const session: RctSession = new RctSession({
      ...this.#basis,
      ...rest,
      takeHandle: (owner) => this.#takeHandle({ name, session: owner }),
      dropHandle: (handle) => void this.#byHandle.delete(handle),
    });
    this.#sites.set(name, session);
    if (identity !== undefined) this.setMasters(name, [identity]);
  }

  /**
   * Gives a site other master sets, see {@link RctSession.setMasters}.
   *
   * @param name The site.
   * @param identities Its master sets, the newest first.
   * @returns What is to be done.
   * @throws {RangeError} When there is no such site, or a master handle belongs to another site.
   */
  setMasters(name: string, identities: readonly PathIdentity[]): RctEffect[] {
    const session = this.#sites.get(name);
    if (session === undefined) throw new RangeError(`there is no site "${name}"`);
    for (const { masterHandle } of identities) this.#freeForMaster(name, masterHandle);
    for (const handle of this.#masters.get(name) ?? []) this.#byHandle.delete(handle);
    const handles = identities.map(({ masterHandle }) => masterHandle);
    this.#masters.set(name, handles);
    for (const handle of handles) this.#byHandle.set(handle, { name, session });
    return session.setMasters(identities);
  }

  /**
   * Takes a handle that nobody has, for a commissioning under way.
   *
   * @returns The handle; undefined when there is none left.
   */
  reserveHandle(): number | undefined {
    return this.#takeHandle(undefined);
  }

  /**
   * Gives a reserved handle back; one that has become somebody's stays.
   *
   * @param handle The handle.
   */
  releaseHandle(handle: number): void {
    if (this.#byHandle.get(handle) === undefined) this.#byHandle.delete(handle);
  }

  /** A master handle must be nobody else's: sessions of this site, or of others, may have it by chance. */
  #freeForMaster(name: string, handle: number): void {
    const owner = this.#byHandle.get(handle);
    const own = this.#masters.get(name)?.includes(handle) === true;
    if (owner !== undefined && !own) {
      throw new RangeError(`site "${name}": its master handle belongs to another site`);
    }
  }

  /**
   * Takes a datagram.
   *
   * @param datagram Its octets.
   * @param from Where it came from.
   * @param now The time, ms since the epoch.
   * @returns The site concerned and what is to be done, or undefined when it concerned none.
   */
  feed(datagram: Uint8Array, from: PathAddress, now: number): SiteEffects | undefined {
    this.#watchClock(now);
    const handle = peekHandle(this.#basis.profile, datagram);
    const found = handle === undefined ? undefined : this.#byHandle.get(handle);
    if (handle === undefined || found === undefined) {
      const rule = handle === undefined
        ? "datagram-too-short"
        : handle === 0
        ? "commissioning-closed"
        : "unknown-handle";
      this.counters[rule] = (this.counters[rule] ?? 0) + 1;
      return undefined;
    }
    const { name, session } = found;
    return { site: name, session, effects: session.feed(datagram, handle, from, now) };
  }

  /**
   * Lets time pass for every site.
   *
   * @param now The time, ms since the epoch.
   * @returns The sites that want something done.
   */
  tick(now: number): SiteEffects[] {
    this.#watchClock(now);
    const all: SiteEffects[] = [];
    for (const [site, session] of this.#sites) {
      const next = session.nextTick;
      if (next === undefined || now < next) continue;
      const effects = session.tick(now);
      if (effects.length > 0) all.push({ site, session, effects });
    }
    return all;
  }

  /** Sessions not heard for long would not notice a clock that is set back, and keep their supervision waiting. */
  #watchClock(now: number): void {
    const back = this.#seen - now;
    this.#seen = now;
    if (!(back > 0)) return;
    this.counters["clock-set-back"] = (this.counters["clock-set-back"] ?? 0) + 1;
    for (const session of this.#sites.values()) session.setBack(back);
  }

  /** A random handle that fits the header; beside a taken one when chance finds none. Zero is no handle. */
  #takeHandle(owner: { name: string; session: RctSession } | undefined): number | undefined {
    const handles = 2 ** (8 * planOf(this.#basis.profile).handleSize);
    let handle = 0;
    for (let i = 0; i < RANDOM_TRIES + this.#byHandle.size + 2; i++) {
      handle = i < RANDOM_TRIES ? this.#randomHandle() % handles : (handle + 1) % handles;
      if (handle === 0 || this.#byHandle.has(handle)) continue;
      this.#byHandle.set(handle, owner);
      return handle;
    }
    return undefined;
  }

  #randomHandle(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#basis.random(4);
    return (a << 24 | b << 16 | c << 8 | d) >>> 0;
  }
}
