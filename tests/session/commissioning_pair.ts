/** One SPT and one RCT that are commissioned by hand, one datagram at a time. */
import { assert } from "@std/assert";
import { planOf } from "../../src/ip/plan.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { peekHandle } from "../../src/ip/seal.ts";
import type { PathAddress, PathIdentity } from "../../src/session/path_identity.ts";
import {
  type CommissioningEffect,
  type CommissioningWindow,
  type DtlsPeer,
  RctCommissionings,
  type RctCommissioningsOptions,
} from "../../src/session/rct_commissionings.ts";
import {
  SptCommissioning,
  type SptCommissioningEffect,
  type SptCommissioningOptions,
} from "../../src/session/spt_commissioning.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { NEAR } from "./scripted.ts";

export const START = Date.UTC(2026, 0, 1);
export const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 1);
export const OTHER_SECRET = new Uint8Array(32).fill(0x5a);
export const DTLS: DtlsPeer = { masterKey: new Uint8Array(32).fill(0x3c), commonName: "supplier.example:1" };

/** A centre: its handles, its windows, what it stored. */
export class Centre {
  readonly profile: Ts50136Profile;
  readonly deviceId: Uint8Array;
  readonly it: RctCommissionings;
  readonly windows = new Map<string, CommissioningWindow>();
  /** Handles that are taken. */
  readonly handles = new Set<number>();
  /** What was stored, and what was counted as commissioned. */
  readonly stored: PathIdentity[] = [];
  readonly commissioned: string[] = [];
  readonly effects: CommissioningEffect[] = [];
  /** Whether it can store. */
  storing: boolean | "later" = true;
  waiting: number[] = [];
  #next = 100;

  constructor(
    profile: Ts50136Profile = reconstructed2020,
    options: Partial<RctCommissioningsOptions> = {},
    seed = 7,
  ) {
    this.profile = profile;
    this.deviceId = new Uint8Array(planOf(profile).deviceIdSize).fill(0x77);
    this.it = new RctCommissionings({
      profile,
      random: new SeededRandom(seed).octets,
      rctDeviceId: this.deviceId,
      takeHandle: () => {
        this.handles.add(this.#next);
        return this.#next++;
      },
      dropHandle: (handle) => assert(this.handles.delete(handle), `handle ${handle} given back twice`),
      window: (deviceId) => this.windows.get(deviceId.toHex()),
      ...options,
    });
  }

  open(
    deviceId: Uint8Array,
    window: CommissioningWindow = { kind: "secret", secret: SECRET, openedAt: START },
  ): void {
    this.windows.set(deviceId.toHex(), window);
  }

  shut(deviceId: Uint8Array): void {
    this.windows.delete(deviceId.toHex());
  }

  /** Feeds a datagram and stores what is to be stored; undefined when it is none of commissioning. */
  feed(
    bytes: Uint8Array,
    now: number,
    from: PathAddress = NEAR,
    dtls?: DtlsPeer,
  ): CommissioningEffect[] | undefined {
    const handle = peekHandle(this.profile, bytes);
    if (handle === undefined) return undefined;
    const effects = this.it.feed(bytes, handle, from, now, dtls);
    return effects === undefined ? undefined : this.#take(effects);
  }

  tick(now: number): CommissioningEffect[] {
    return this.#take(this.it.tick(now));
  }

  settle(ref: number, ok: boolean): CommissioningEffect[] {
    return this.#take(this.it.settle(ref, ok));
  }

  #take(effects: CommissioningEffect[]): CommissioningEffect[] {
    this.effects.push(...effects);
    return effects.flatMap((effect) => {
      if (effect.kind === "commissioned") this.commissioned.push(effect.deviceId.toHex());
      if (effect.kind !== "store") return [effect];
      if (this.storing === "later") {
        this.waiting.push(effect.ref);
        return [effect];
      }
      const window = this.windows.get(effect.deviceId.toHex());
      const ok = this.storing && window !== undefined && window.openedAt === effect.openedAt;
      if (ok) {
        this.stored.push(structuredClone(effect.identity));
        this.shut(effect.deviceId);
      }
      return [effect, ...this.settle(effect.ref, ok)];
    });
  }
}

/** A device that wants to be commissioned. */
export function device(profile: Ts50136Profile = reconstructed2020, fill = 1): Uint8Array {
  return new Uint8Array(planOf(profile).deviceIdSize).fill(fill);
}

export function premises(
  options: Partial<SptCommissioningOptions> = {},
  seed = 11,
): SptCommissioning {
  const profile = options.profile ?? reconstructed2020;
  return new SptCommissioning({
    profile,
    random: new SeededRandom(seed).octets,
    sptDeviceId: device(profile),
    way: { kind: "secret", secret: SECRET },
    ...options,
  });
}

/** What happens to each datagram on its way; `undefined` loses it. */
export interface Between {
  toRct?: (bytes: Uint8Array, message: string, attempt: number) => Uint8Array | undefined;
  toSpt?: (bytes: Uint8Array, message: string, attempt: number) => Uint8Array | undefined;
  dtls?: DtlsPeer;
  /** Before the SPT's timer runs out. */
  waiting?: (step: string) => void;
}

/** Runs a commissioning to its end and gives that. */
export function run(
  spt: SptCommissioning,
  centre: Centre,
  between: Between = {},
  start = START,
): Extract<SptCommissioningEffect, { kind: "commissioned" | "failed" }> & { at: number } {
  let now = start;
  const queue = spt.start(now);
  for (let i = 0; i < 1000; i++) {
    const effect = queue.shift();
    if (effect === undefined) {
      assert(spt.nextTick !== undefined, "neither an end nor a timer");
      between.waiting?.(spt.step);
      now = spt.nextTick;
      queue.push(...spt.tick(now));
    } else if (effect.kind === "commissioned" || effect.kind === "failed") {
      return { ...effect, at: now };
    } else if (effect.kind === "send") {
      const { message, attempt } = effect;
      const lost = (bytes: Uint8Array) => bytes;
      const arrives = (between.toRct ?? lost)(effect.bytes, message, attempt);
      if (arrives === undefined) continue;
      for (const answer of centre.feed(arrives, now, NEAR, between.dtls) ?? []) {
        if (answer.kind !== "send") continue;
        const back = (between.toSpt ?? lost)(answer.bytes, message, attempt);
        if (back !== undefined) queue.push(...spt.feed(back, now));
      }
    }
  }
  throw new Error("no end");
}
