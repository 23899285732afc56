/** A device is taken in over a bad network, with an attacker on the line, and reports its first alarm. */
import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { edition } from "../../src/ip/editions.ts";
import { planOf } from "../../src/ip/plan.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { peekHandle } from "../../src/ip/seal.ts";
import type { PathIdentity } from "../../src/session/path_identity.ts";
import { type CommissioningEffect, RctCommissionings } from "../../src/session/rct_commissionings.ts";
import { RctSessions, type SiteEffects } from "../../src/session/rct_sessions.ts";
import { SptCommissioning, type SptCommissioningEffect } from "../../src/session/spt_commissioning.ts";
import { type SptEffect, SptSession } from "../../src/session/spt_session.ts";
import { otherLayout } from "../ip/other_layout.ts";
import { SeededRandom, seedOfRun } from "../sim/seeded_random.ts";
import { type NetworkFaults, VirtualNetwork, VirtualWorld } from "../sim/virtual_world.ts";

const RCT = "10.0.0.1:50136";
const SPT = "192.168.1.7:40000";
const ATTACKER = "203.0.113.66:6666";
const MINUTE = 60_000;

function address(text: string): { hostname: string; port: number } {
  const [hostname = "", port = "0"] = text.split(":");
  return { hostname, port: Number(port) };
}

/** A site without keys, a centre with a window, a line between them. */
class Site {
  readonly world = new VirtualWorld();
  readonly network: VirtualNetwork;
  readonly sessions: RctSessions;
  readonly commissionings: RctCommissionings;
  readonly sptDeviceId: Uint8Array;
  readonly rctDeviceId: Uint8Array;
  /** What the RCT stored, the newest last; what the SPT stored. */
  readonly stored: PathIdentity[] = [];
  kept: PathIdentity | undefined;
  readonly failures: string[] = [];
  attempts = 0;
  windows = 0;
  delivered = 0;
  /** How long the RCT's disk takes, ms. */
  disk: [number, number] = [0, 0];
  #window: { kind: "secret"; secret: Uint8Array; openedAt: number } | undefined;
  #secret: Uint8Array = new Uint8Array(32);
  #session: SptSession | undefined;

  constructor(
    readonly random: SeededRandom,
    faults: Partial<NetworkFaults> = {},
    readonly profile: Ts50136Profile = reconstructed2020,
  ) {
    this.network = new VirtualNetwork(this.world, random);
    this.network.faults = { ...this.network.faults, ...faults };
    const size = planOf(profile).deviceIdSize;
    this.sptDeviceId = new Uint8Array(size).fill(1);
    this.rctDeviceId = new Uint8Array(size).fill(0x77);
    this.sessions = new RctSessions({ profile, random: random.octets }, [{ name: "site" }]);
    this.commissionings = new RctCommissionings({
      profile,
      random: random.octets,
      rctDeviceId: this.rctDeviceId,
      takeHandle: () => this.sessions.reserveHandle(),
      dropHandle: (handle) => this.sessions.releaseHandle(handle),
      window: () => this.#window,
    });
    this.network.attach(RCT, (bytes, from) => this.#onRct(bytes, from));
    this.#tickRct();
  }

  /** The operator makes a secret and reads it to the technician. */
  openWindow(): void {
    this.windows++;
    this.#secret = this.random.octets(32);
    this.#window = { kind: "secret", secret: this.#secret, openedAt: this.world.now };
  }

  closeWindow(): void {
    this.#window = undefined;
  }

  /** The technician tries, again and again; when the window is used up he asks for another. */
  commission(secret: Uint8Array = this.#secret): void {
    this.attempts++;
    const spt = new SptCommissioning({
      profile: this.profile,
      random: this.random.octets,
      sptDeviceId: this.sptDeviceId,
      way: { kind: "secret", secret },
    });
    const apply = (effects: SptCommissioningEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "send") this.network.send(effect.bytes, SPT, RCT);
        else if (effect.kind === "commissioned") {
          assertEquals(effect.identity, this.stored.at(-1), this.#title("the ends differ"));
          this.kept = effect.identity;
        } else if (effect.kind === "failed") {
          this.failures.push(effect.step);
          this.world.after(5000, () => {
            if (this.#window === undefined) this.openWindow();
            this.commission();
          });
        }
      }
      const at = spt.nextTick;
      if (at === undefined) return;
      this.world.after(Math.max(0, at - this.world.now), () => {
        if (spt.nextTick === at) apply(spt.tick(this.world.now));
      });
    };
    this.network.attach(SPT, (bytes) => apply(spt.feed(bytes, this.world.now)));
    apply(spt.start(this.world.now));
  }

  /** What is reserved for nobody is a leak. */
  get handles(): number {
    return this.sessions.handles;
  }

  /** The SPT goes to work with what it has. */
  work(): void {
    const session = new SptSession({
      profile: this.profile,
      random: this.random.octets,
      identity: this.kept!,
      heartbeatMs: 30_000,
    });
    this.#session = session;
    const apply = (effects: SptEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "send") this.network.send(effect.bytes, SPT, RCT);
        if (effect.kind === "delivered") this.delivered++;
      }
      if (session.ready && this.delivered === 0) {
        const data = new TextEncoder().encode("#1234|NBA1");
        apply(session.offer({ kind: "event", ref: "1", protocol: "sia", data, time: 5n }, this.world.now));
      }
      const at = session.nextTick;
      if (at === undefined) return;
      this.world.after(Math.max(0, at - this.world.now), () => {
        if (session === this.#session && session.nextTick === at) apply(session.tick(this.world.now));
      });
    };
    this.network.attach(SPT, (bytes) => apply(session.feed(bytes, this.world.now)));
    apply(session.start(this.world.now));
  }

  #onRct(bytes: Uint8Array, from: string): void {
    const { now } = this.world;
    const handle = peekHandle(this.profile, bytes);
    if (handle === 0 || (handle !== undefined && this.commissionings.has(handle))) {
      const effects = this.commissionings.feed(bytes, handle, address(from), now);
      if (effects !== undefined) return this.#commissioning(effects);
    }
    this.#serve(this.sessions.feed(bytes, address(from), now));
  }

  #serve(found: SiteEffects | undefined): void {
    for (const effect of found?.effects ?? []) {
      if (effect.kind === "send") {
        this.network.send(effect.bytes, RCT, `${effect.to.hostname}:${effect.to.port}`);
      }
      if (effect.kind === "event") {
        this.#serve({ ...found!, effects: found!.session.settle(effect.ref, "RESP_ACKNOWLEDGE") });
      }
    }
  }

  #commissioning(effects: CommissioningEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") {
        this.network.send(effect.bytes, RCT, `${effect.to.hostname}:${effect.to.port}`);
      }
      if (effect.kind !== "store") continue;
      this.world.after(this.random.between(...this.disk), () => {
        const ok = this.#window?.openedAt === effect.openedAt;
        if (ok) {
          this.#window = undefined;
          this.stored.push(effect.identity);
          this.#serve({
            site: "site",
            session: this.sessions.sites.get("site")!,
            effects: this.sessions.setMasters("site", [effect.identity]),
          });
        }
        this.#commissioning(this.commissionings.settle(effect.ref, ok));
      });
    }
  }

  #tickRct(): void {
    this.#commissioning(this.commissionings.tick(this.world.now));
    for (const found of this.sessions.tick(this.world.now)) this.#serve(found);
    this.world.after(1000, () => this.#tickRct());
  }

  #title(text: string): string {
    return `${text} (seed ${this.random.seed})`;
  }

  /** Runs until the SPT has its keys, then until it has reported; checks what is left. */
  check(limitMs: number): void {
    this.world.run(limitMs, () => this.kept !== undefined);
    assert(this.kept !== undefined, this.#title(`no keys after ${this.attempts} attempts: ${this.failures}`));
    assertEquals(this.stored.length, this.windows, this.#title("a window is good for one set"));
    this.work();
    this.world.run(30 * MINUTE, () => this.delivered > 0);
    assertEquals(this.delivered, 1, this.#title("the first alarm"));
    this.network.faults = { loss: 0, duplication: 0, delay: [1, 1] };
    this.world.run(3 * MINUTE);
    assertEquals(this.commissionings.size, 0, this.#title("conversations are left"));
    assertEquals(this.handles, 2, this.#title("handles: the master set and the session"));
  }
}

Deno.test("on a good line a device is taken in at the first attempt, and its session works at once", () => {
  for (
    const profile of [reconstructed2020, edition("2013"), edition("2017"), edition("iec-2019"), otherLayout]
  ) {
    const site = new Site(new SeededRandom(1), {}, profile);
    site.openWindow();
    site.commission();
    site.check(1000);
    assertEquals([site.attempts, site.failures], [1, []]);
  }
});

const LINES: [string, Partial<NetworkFaults>, number][] = [
  ["a line that loses one in five", { loss: 0.2 }, 10 * MINUTE],
  ["a line that doubles and reorders", { duplication: 0.5, delay: [1, 5000] }, 10 * MINUTE],
  ["a line that does all of it", { loss: 0.3, duplication: 0.3, delay: [1, 3000] }, 60 * MINUTE],
];

for (const [name, faults, limitMs] of LINES) {
  Deno.test(`${name}: the device is taken in, both ends with the same keys`, () => {
    const first = seedOfRun(7100);
    let lost = 0;
    for (let seed = first; seed < first + 100; seed++) {
      const site = new Site(new SeededRandom(seed), faults);
      site.disk = [0, 1500];
      site.openWindow();
      site.commission();
      site.check(limitMs);
      lost += site.network.lost + site.network.doubled;
    }
    assertGreater(lost, 100, "the line was not bad at all");
  });
}

Deno.test("an attacker who plays everything again, at once and later, delays nothing", () => {
  const first = seedOfRun(7400);
  for (let seed = first; seed < first + 30; seed++) {
    const site = new Site(new SeededRandom(seed), { delay: [1, 20] });
    let played = 0;
    const play = () => {
      const { seen } = site.network;
      const tape = seen.filter(({ to }) => to === RCT).slice(0, 12);
      if (played++ < 400) {
        for (let i = 0; i < 3; i++) {
          const one = tape[site.random.between(0, tape.length - 1)];
          if (one !== undefined) site.network.send(one.bytes, ATTACKER, RCT);
        }
        site.world.after(10, play);
      }
    };
    site.openWindow();
    play();
    site.commission();
    site.check(10_000);
    assertLessOrEqual(site.attempts, 1);
  }
});

Deno.test("who tries with a wrong secret is told so, and the window stays good for the right one", () => {
  const site = new Site(new SeededRandom(7500));
  site.openWindow();
  site.commission(new Uint8Array(32).fill(9));
  site.check(5 * MINUTE);
  assertEquals(site.failures, ["ENCRYPT_SELECT_REQ"]);
  assertEquals(site.windows, 1);
});

/** The RCT has stored the master set, its last response is lost, and the line is down. */
function cutAtTheLastResponse(seed: number): Site {
  const site = new Site(new SeededRandom(seed));
  site.disk = [100, 100];
  site.openWindow();
  site.commission();
  // Eleven datagrams, the last one the HASH_SELECT_REQ, which is being stored.
  site.world.run(10_000, () => site.network.seen.length === 11);
  site.world.run(50);
  assertEquals(site.stored, []);
  site.network.up = false;
  site.world.run(100);
  assertEquals([site.stored.length, site.kept], [1, undefined]);
  return site;
}

Deno.test("the line is cut just before the last response: a new window takes the device in", () => {
  const site = cutAtTheLastResponse(7501);
  site.world.run(30_000, () => site.failures.length > 0);
  assertEquals(site.failures, ["HASH_SELECT_REQ"]);
  assertEquals(site.kept, undefined);
  site.network.up = true;
  site.check(5 * MINUTE);
  assertEquals([site.windows, site.stored.length], [2, 2]);
});

Deno.test("the line is cut for a while at the last response: the repeat brings it", () => {
  const site = cutAtTheLastResponse(7502);
  site.world.after(10_000, () => void (site.network.up = true));
  site.check(MINUTE);
  assertGreater(site.network.lost, 1);
  assertEquals([site.attempts, site.windows], [1, 1]);
});

Deno.test("the window closes while the device speaks: silence, and nothing is left", () => {
  const site = new Site(new SeededRandom(7503), { delay: [50, 50] });
  site.openWindow();
  site.commission();
  site.world.run(350);
  site.closeWindow();
  site.world.run(20_000);
  assertEquals([site.stored, site.kept], [[], undefined]);
  assertEquals([site.commissionings.size, site.handles], [0, 0]);
});
