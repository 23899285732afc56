import { eventId } from "../../src/event/event_id.ts";
import { msToNtp } from "../../src/ip/ntp_time.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import type { PathAddress, PathIdentity } from "../../src/session/path_identity.ts";
import type { RctEffect } from "../../src/session/rct_session.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { type SptEffect, SptSession } from "../../src/session/spt_session.ts";
import type { SeededRandom } from "./seeded_random.ts";
import { VirtualNetwork, VirtualWorld } from "./virtual_world.ts";

/** A made-up master set. */
export function identity(fill = 1): PathIdentity {
  return {
    sptDeviceId: new Uint8Array(16).fill(fill),
    rctDeviceId: new Uint8Array(16).fill(0x77),
    masterHandle: 0x10000000 + fill,
    master: { encryption: "aes-256", key: new Uint8Array(32).fill(0x40 + fill), hash: "sha-256" },
  };
}

const RCT = "10.0.0.1:50136";

function address(text: string): PathAddress {
  const [hostname = "", port = "0"] = text.split(":");
  return { hostname, port: Number(port) };
}

/** One SPT and one RCT on a virtual network. Both can be killed and started again. */
export class SimulatedPath {
  readonly world = new VirtualWorld();
  readonly network: VirtualNetwork;
  readonly random: SeededRandom;
  readonly profile: Ts50136Profile;
  /** Alarms the RCT stored, by identity: how often each came in as new. */
  readonly stored = new Map<string, number>();
  /** The same, in order of arrival. */
  readonly order: string[] = [];
  /** Alarms waiting at the SPT, oldest first: they survive a restart, as in a journal. */
  readonly queue: { ref: string; time: bigint; data: Uint8Array }[] = [];
  readonly sptEffects: SptEffect[] = [];
  readonly rctEffects: RctEffect[] = [];
  /** Asked for each alarm that arrives; false stands for an RCT that cannot store. */
  store: (id: string) => boolean = () => true;
  spt!: SptSession;
  rct!: RctSessions;
  sptAddress = "192.168.1.7:40000";
  readonly #sptIdentity: PathIdentity;
  readonly #rctIdentity: PathIdentity;
  #made = 0;
  #sptRun = 0;
  #rctRun = 0;
  #sptTimer = Infinity;
  #rctTimer = Infinity;

  constructor(
    random: SeededRandom,
    options: { sptIdentity?: PathIdentity; rctIdentity?: PathIdentity; profile?: Ts50136Profile } = {},
  ) {
    this.random = random;
    this.profile = options.profile ?? reconstructed2020;
    this.network = new VirtualNetwork(this.world, random);
    this.#sptIdentity = options.sptIdentity ?? identity();
    this.#rctIdentity = options.rctIdentity ?? identity();
    this.startRct();
    this.startSpt();
  }

  /** Starts the RCT, or kills it and starts it again: sessions are gone, stored alarms are not. */
  startRct(): void {
    const run = ++this.#rctRun;
    this.#rctTimer = Infinity;
    this.rct = new RctSessions({ profile: this.profile, random: this.random.octets }, [
      { name: "site", identity: this.#rctIdentity },
    ]);
    this.network.attach(RCT, (bytes, from) => {
      if (run !== this.#rctRun) return;
      this.#onRct(this.rct.feed(bytes, address(from), this.world.now)?.effects ?? []);
    });
  }

  /** Starts the SPT, or kills it and starts it again: its queue is still there. */
  startSpt(): void {
    const run = ++this.#sptRun;
    this.#sptTimer = Infinity;
    this.spt = new SptSession({
      profile: this.profile,
      random: this.random.octets,
      identity: this.#sptIdentity,
      heartbeatMs: 30_000,
    });
    this.network.attach(this.sptAddress, (bytes) => {
      if (run === this.#sptRun) this.#onSpt(this.spt.feed(bytes, this.world.now));
    });
    this.#onSpt(this.spt.start(this.world.now));
  }

  /** The NAT gives the SPT another address. */
  moveSpt(to: string): void {
    const run = this.#sptRun;
    this.sptAddress = to;
    this.network.attach(to, (bytes) => {
      if (run === this.#sptRun) this.#onSpt(this.spt.feed(bytes, this.world.now));
    });
  }

  /** A panel reports. Returns the alarm's identity. */
  alarm(): string {
    const time = msToNtp(this.world.now) + BigInt(this.#made++) * 64n;
    const ref = eventId(this.#sptIdentity.sptDeviceId, time);
    this.queue.push({ ref, time, data: new TextEncoder().encode(`#1234|Nri1/BA${this.#made}`) });
    this.#pump();
    return ref;
  }

  #pump(): void {
    const next = this.queue[0];
    if (next !== undefined && this.spt.ready) {
      const { ref, time, data } = next;
      this.#onSpt(this.spt.offer({ kind: "event", ref, protocol: "sia", data, time }, this.world.now));
    }
    this.#wakeSpt();
  }

  #onSpt(effects: SptEffect[]): void {
    for (const effect of effects) {
      this.sptEffects.push(effect);
      if (effect.kind === "send") this.network.send(effect.bytes, this.sptAddress, RCT);
      if (effect.kind === "delivered") {
        this.queue.splice(this.queue.findIndex(({ ref }) => ref === effect.ref), 1);
      }
      if (effect.kind === "refused") this.world.after(2000, () => this.#pump());
    }
    if (effects.some((effect) => effect.kind === "refused")) this.#wakeSpt();
    else this.#pump();
  }

  #wakeSpt(): void {
    const run = this.#sptRun;
    const next = this.spt.nextTick;
    if (next === undefined || next >= this.#sptTimer) return;
    this.#sptTimer = next;
    this.world.after(Math.max(0, next - this.world.now), () => {
      if (run !== this.#sptRun) return;
      this.#sptTimer = Infinity;
      this.#onSpt(this.spt.tick(this.world.now));
    });
  }

  #onRct(effects: RctEffect[]): void {
    for (const effect of effects) {
      this.rctEffects.push(effect);
      if (effect.kind === "send") {
        this.network.send(effect.bytes, RCT, `${effect.to.hostname}:${effect.to.port}`);
      }
      if (effect.kind === "event") {
        const id = eventId(this.#rctIdentity.sptDeviceId, effect.event.time!);
        const session = this.rct.sites.get("site")!;
        const accepted = this.store(id);
        if (accepted) {
          const times = this.stored.get(id) ?? 0;
          this.stored.set(id, times + 1);
          if (times === 0) this.order.push(id);
        }
        this.#onRct(session.settle(effect.ref, accepted ? "RESP_ACKNOWLEDGE" : "RESP_PROCESS_ERROR"));
      }
    }
    const run = this.#rctRun;
    const next = this.rct.sites.get("site")!.nextTick;
    if (next === undefined || next >= this.#rctTimer) return;
    this.#rctTimer = next;
    this.world.after(Math.max(0, next - this.world.now), () => {
      if (run !== this.#rctRun) return;
      this.#rctTimer = Infinity;
      this.#onRct(this.rct.tick(this.world.now).flatMap((site) => site.effects));
    });
  }
}
