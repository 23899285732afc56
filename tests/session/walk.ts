/**
 * Two sites and one RCT on a bad network, with clocks of their own, pushed about at random. The RCT asks things of the
 * SPTs as well, keys change from both sides, and who polls changes.
 */
import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { msToNtp } from "../../src/ip/ntp_time.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import type { PathAddress, PathIdentity } from "../../src/session/path_identity.ts";
import type { RctRequest } from "../../src/session/rct_requests.ts";
import type { RctEffect } from "../../src/session/rct_session.ts";
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { type SptEffect, SptSession } from "../../src/session/spt_session.ts";
import type { SeededRandom } from "../sim/seeded_random.ts";
import { VirtualNetwork, VirtualWorld } from "../sim/virtual_world.ts";
import { identityFor } from "./scripted.ts";

const RCT = "10.0.0.1:50136";
const ATTACKER = "203.0.113.66:6666";
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Ticks at one moment after which a timer counts as stuck. */
const TICKS_AT_MOST = 1000;
/** What the sessions of one site may hold of handles: master, active, four setups. */
const HANDLES_PER_SITE = 6;

const written = ({ hostname, port }: PathAddress) => `${hostname}:${port}`;
function address(text: string): PathAddress {
  const [hostname = "", port = "0"] = text.split(":");
  return { hostname, port: Number(port) };
}

/** The alarms of a site that the RCT has, as its journal would: by identity, in order of arrival. */
interface Journal {
  order: string[];
  data: Map<string, string>;
  offered: number;
}

/** The premises: a session, a queue that survives restarts, a clock. */
class Premises {
  readonly made: string[] = [];
  readonly queue: { id: string; time: bigint; data: Uint8Array }[] = [];
  readonly written = new Map<string, string>();
  readonly tally: Record<string, number> = {};
  session!: SptSession;
  address: string;
  skew = 0;
  /** What the RCT asked and the SPT was told to do: nothing may come twice. */
  readonly obeyed = new Set<string>();
  #run = 0;
  #wakeAt = Infinity;
  #pausedUntil = 0;
  #ticks = { at: 0, count: 0 };

  constructor(readonly walk: Walk, readonly name: string, readonly identity: PathIdentity, host: number) {
    this.address = `192.168.1.${host}:40000`;
    this.restart();
  }

  get now(): number {
    return this.walk.world.now + this.skew;
  }

  /** Kills the SPT and starts it again. */
  restart(): void {
    if (this.session !== undefined) this.checkTally();
    this.#run++;
    this.#wakeAt = Infinity;
    const { profile, random } = this.walk;
    this.session = new SptSession({
      profile,
      random: random.octets,
      identity: this.identity,
      heartbeatMs: 20_000,
      // North is renewed by its SPT, south by the RCT; both by count.
      sessionLifetimeMs: this.name === "north" ? 7 * MINUTE : 24 * HOUR,
      hashes: this.name === "north" ? ["sha-256"] : ["ripemd-256", "sha-256"],
      pollMode: random.chance(0.7) ? "push" : "pull",
    });
    for (const name of Object.keys(this.tally)) delete this.tally[name];
    this.#attach();
    this.#apply(this.session.start(this.now));
  }

  move(to: string): void {
    this.address = to;
    this.#attach();
  }

  #attach(): void {
    const run = this.#run;
    this.walk.network.attach(this.address, (bytes) => {
      if (run === this.#run) this.#apply(this.session.feed(bytes, this.now));
    });
  }

  alarm(): void {
    const time = msToNtp(this.walk.world.now) + BigInt(this.made.length) * 64n;
    const id = `${this.name}:${time}`;
    const data = new TextEncoder().encode(`#${this.name}|NBA${this.made.length}`);
    this.made.push(id);
    this.written.set(id, data.toHex());
    this.queue.push({ id, time, data });
    this.#pump();
  }

  /** The session's counters are what its effects say. */
  checkTally(): void {
    const { counters } = this.session;
    for (const name of ["delivered", "refused", "retransmissions", "setups", "path-failures"]) {
      assertEquals(counters[name] ?? 0, this.tally[name] ?? 0, `${this.walk.title}: SPT counter ${name}`);
    }
    for (const [name, count] of Object.entries(this.tally)) {
      assertEquals(counters[name], count, `${this.walk.title}: SPT counter ${name}`);
    }
  }

  #count(name: string): void {
    this.tally[name] = (this.tally[name] ?? 0) + 1;
  }

  #apply(effects: SptEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          if (effect.message === "response") this.#count("repeats-answered");
          else if (effect.attempt > 1) this.#count("retransmissions");
          else if (effect.message === "CONN_HANDLE_REQ") this.#count("setups");
          this.walk.network.send(effect.bytes, this.address, RCT);
          break;
        case "delivered": {
          this.#count("delivered");
          const first = this.queue.shift();
          assertEquals(effect.ref, first?.id, `${this.walk.title}: delivered out of turn`);
          assert(
            this.walk.journals.get(this.name)!.data.has(effect.ref),
            `${this.walk.title}: acknowledged, not stored`,
          );
          break;
        }
        case "refused":
          this.#count("refused");
          this.#pausedUntil = this.walk.world.now + 1000;
          this.walk.world.after(1000, () => this.#pump());
          break;
        case "path-failed":
          this.#count("path-failures");
          break;
        case "set-time":
          this.#obey(`time ${effect.time}`, effect.ref);
          break;
        case "transparent":
          this.#obey(`octets ${effect.data.toHex()}`, effect.ref);
          break;
        case "dropped":
          this.#count(effect.rule);
      }
    }
    this.#pump();
  }

  /** Does what the RCT wants, now, later or never. */
  #obey(what: string, ref: number): void {
    assert(!this.obeyed.has(what), `${this.walk.title}: ${this.name}: ${what} came twice`);
    this.obeyed.add(what);
    const { random, world, calm } = this.walk;
    const session = this.session;
    const settle = () => {
      if (session === this.session) this.#apply(session.settle(ref, "RESP_ACKNOWLEDGE"));
    };
    if (calm || random.chance(0.8)) settle();
    else if (random.chance(0.75)) world.after(random.between(1, 30_000), settle);
  }

  #pump(): void {
    const next = this.queue[0];
    if (next !== undefined && this.session.ready && this.walk.world.now >= this.#pausedUntil) {
      const { id: ref, time, data } = next;
      return this.#apply(this.session.offer({ kind: "event", ref, protocol: "sia", data, time }, this.now));
    }
    // As the gateway: a timer runs for what was left when it was set, whatever becomes of the clock.
    const at = this.walk.world.now + Math.max(0, (this.session.nextTick ?? Infinity) - this.now);
    if (at >= this.#wakeAt || at === Infinity) return;
    this.#wakeAt = at;
    const run = this.#run;
    this.walk.world.after(at - this.walk.world.now, () => {
      if (run !== this.#run || this.#wakeAt !== at) return;
      this.#wakeAt = Infinity;
      const { world } = this.walk;
      this.#ticks = this.#ticks.at === world.now
        ? { at: world.now, count: this.#ticks.count + 1 }
        : { at: world.now, count: 0 };
      assertLessOrEqual(
        this.#ticks.count,
        TICKS_AT_MOST,
        `${this.walk.title}: ${this.name}: its timer is stuck`,
      );
      this.#apply(this.session.tick(this.now));
    });
  }
}

/** One random walk. */
export class Walk {
  readonly world = new VirtualWorld();
  readonly network: VirtualNetwork;
  readonly journals = new Map<string, Journal>();
  readonly premises: Premises[];
  readonly title: string;
  rct!: RctSessions;
  rctSkew = 0;
  readonly #tally = new Map<string, Record<string, number>>();
  /** Datagrams that brought an alarm since the RCT started: none may bring it again. */
  readonly #taken = new Set<string>();
  /** Requests of the RCT that have not ended. */
  readonly asked = new Map<string, RctRequest>();
  /** How requests ended, by kind and result or reason. */
  readonly ended: Record<string, number> = {};
  rekeyed = 0;
  #made = 0;
  #unreached = 0;
  #run = 0;
  calm = false;

  constructor(readonly random: SeededRandom, readonly profile: Ts50136Profile = reconstructed2020) {
    this.title = `seed ${random.seed}, ${profile.name}`;
    this.network = new VirtualNetwork(this.world, random);
    const names = ["north", "south"];
    for (const name of names) this.journals.set(name, { order: [], data: new Map(), offered: 0 });
    this.#startRct();
    this.premises = names.map((name, i) => new Premises(this, name, identityFor(profile, i + 1), i + 7));
  }

  #startRct(): void {
    if (this.rct !== undefined) this.checkRct();
    const run = ++this.#run;
    this.#unreached = 0;
    this.#taken.clear();
    this.asked.clear();
    this.rct = new RctSessions(
      { profile: this.profile, random: this.random.octets },
      [...this.journals.keys()].map((name, i) => ({
        name,
        identity: identityFor(this.profile, i + 1),
        heartbeatMs: [1000, 20_000] as const,
        ...(name === "south" ? { keyLifetimeMs: 9 * MINUTE } : {}),
      })),
    );
    for (const name of this.journals.keys()) this.#tally.set(name, {});
    this.network.attach(RCT, (bytes, from) => {
      if (run !== this.#run) return;
      const found = this.rct.feed(bytes, address(from), this.world.now + this.rctSkew);
      if (found === undefined) return void this.#unreached++;
      if (found.effects.some(({ kind }) => kind === "event")) {
        assert(!this.#taken.has(bytes.toHex()), `${this.title}: a replayed datagram brought its alarm again`);
        this.#taken.add(bytes.toHex());
      }
      this.#apply(found.site, found.effects);
    });
    const tick = () => {
      if (run !== this.#run) return;
      for (const { site, effects } of this.rct.tick(this.world.now + this.rctSkew)) {
        this.#apply(site, effects);
      }
      this.world.after(1000, tick);
    };
    tick();
  }

  #apply(site: string, effects: RctEffect[]): void {
    const tally = this.#tally.get(site)!;
    const count = (name: string) => tally[name] = (tally[name] ?? 0) + 1;
    const next = this.rct.sites.get(site)!.nextTick;
    // A tick has just been; what is due must have been done.
    assert(next === undefined || next > -Infinity, `${this.title}: ${site}: its timer is stuck`);
    for (const effect of effects) {
      if (effect.kind === "send") this.network.send(effect.bytes, RCT, written(effect.to));
      if (effect.kind === "dropped") count(effect.rule);
      if (effect.kind === "established") count("sessions");
      if (effect.kind === "path-failed") count("path-failures");
      if (effect.kind === "moved") count("address-changes");
      if (effect.kind === "rekeyed") {
        count("rekeys");
        this.rekeyed++;
      }
      if (effect.kind === "answered" || effect.kind === "unanswered") this.#end(effect);
      if (effect.kind !== "event") continue;
      count("events");
      const journal = this.journals.get(site)!;
      journal.offered++;
      const id = `${site}:${effect.event.time}`;
      const stores = this.calm || this.random.chance(0.95);
      if (stores && !journal.data.has(id)) {
        journal.order.push(id);
        journal.data.set(id, effect.event.data.toHex());
      }
      const session = this.rct.sites.get(site)!;
      const run = this.#run;
      const settle = () => {
        if (run !== this.#run) return;
        this.#apply(site, session.settle(effect.ref, stores ? "RESP_ACKNOWLEDGE" : "RESP_PROCESS_ERROR"));
      };
      if (this.calm || this.random.chance(0.6)) settle();
      else if (this.random.chance(0.9)) this.world.after(this.random.between(1, 30_000), settle);
    }
  }

  #end(end: Extract<RctEffect, { kind: "answered" | "unanswered" }>): void {
    const { ref, kind } = end.request;
    assert(this.asked.delete(ref), `${this.title}: ${kind} ${ref} ended twice`);
    const how = `${kind} ${end.kind === "answered" ? end.result : end.reason}`;
    this.ended[how] = (this.ended[how] ?? 0) + 1;
  }

  /** The RCT asks something of a site. */
  ask(name: string): void {
    const { random } = this;
    const made = ++this.#made;
    const ref = `${made}`;
    const requests: RctRequest[] = [
      { kind: "set-time", ref, time: BigInt(made) },
      { kind: "transparent", ref, data: new Uint8Array([made >> 8, made & 0xff]) },
      { kind: "key", ref },
      { kind: "poll", ref },
      {
        kind: "heartbeat",
        ref,
        heartbeatMs: random.between(5, 20) * 1000,
        pollMode: random.chance(0.5) ? "push" : "pull",
      },
    ];
    const request = requests[random.between(0, requests.length - 1)]!;
    this.asked.set(ref, request);
    this.#apply(name, this.rct.sites.get(name)!.request(request, this.world.now + this.rctSkew));
  }

  /** Something ordinary happens on a network that is slow and repeats itself, but loses nothing. */
  gentleStep(): void {
    const { random, network } = this;
    this.calm = true;
    network.faults = { loss: 0, duplication: 0.2, delay: [1, 300] };
    const site = this.premises[random.between(0, this.premises.length - 1)]!;
    const kind = random.between(0, 9);
    if (kind < 4) site.alarm();
    else if (kind < 9) this.ask(site.name);
    else site.move(`192.168.${random.between(2, 9)}.${site.name.length}:${random.between(1025, 65_535)}`);
    this.world.run(random.chance(0.7) ? random.between(0, 500) : random.between(0, 40_000));
    this.check();
  }

  /** Alarms and requests on a network that loses, repeats and reorders, but nobody restarts and no clock is moved. */
  lossyStep(): void {
    const { random, network } = this;
    const site = this.premises[random.between(0, this.premises.length - 1)]!;
    const kind = random.between(0, 99);
    if (kind < 40) site.alarm();
    else if (kind < 85) this.ask(site.name);
    else if (kind < 93) {
      const delay: [number, number] = [1, random.between(1, random.chance(0.8) ? 300 : 2500)];
      network.faults = { loss: random.next() * 0.3, duplication: random.next() * 0.3, delay };
    } else this.#attack(random.between(1, 20));
    this.world.run(random.chance(0.8) ? random.between(0, 2000) : random.between(0, 60_000));
    this.check();
  }

  /** Something happens, whatever it is; then some time passes. */
  step(): void {
    const { random, network } = this;
    const site = this.premises[random.between(0, this.premises.length - 1)]!;
    const kind = random.between(0, 99);
    if (kind < 32) site.alarm();
    else if (kind < 46) this.ask(site.name);
    else if (kind < 60) {
      network.faults = {
        loss: random.chance(0.5) ? 0 : random.next() * 0.5,
        duplication: random.next() * 0.3,
        delay: [1, random.between(1, random.chance(0.8) ? 300 : 5000)],
      };
    } else if (kind < 64) network.up = !network.up;
    else if (kind < 70) site.restart();
    else if (kind < 73) this.#startRct();
    else if (kind < 77) {
      site.move(`192.168.${random.between(2, 9)}.${site.name.length}:${random.between(1025, 65_535)}`);
    } else if (kind < 81) site.skew = random.between(-HOUR, HOUR);
    else if (kind < 84) this.rctSkew = random.between(-HOUR, HOUR);
    else this.#attack(random.between(1, 20));
    this.world.run(random.chance(0.9) ? random.between(0, 4000) : random.between(0, 90_000));
    this.check();
  }

  /** Plays recorded datagrams to either side, whole or damaged. */
  #attack(times: number): void {
    const { random, network } = this;
    const tape = network.seen;
    for (let i = 0; i < times && tape.length > 0; i++) {
      const recent = random.chance(0.5) ? Math.max(0, tape.length - 30) : 0;
      const { to, bytes } = tape[random.between(recent, tape.length - 1)]!;
      const copy = bytes.slice();
      if (random.chance(0.3)) copy[random.between(0, copy.length - 1)]! ^= random.between(1, 255);
      const site = this.premises[random.between(0, this.premises.length - 1)]!;
      network.send(
        random.chance(0.1) ? copy.subarray(0, random.between(0, copy.length)) : copy,
        random.chance(0.5) ? ATTACKER : site.address,
        random.chance(0.9) ? to : site.address,
      );
    }
  }

  /** What holds at every moment. */
  check(): void {
    for (const { name, made, written } of this.premises) {
      const { order, data } = this.journals.get(name)!;
      assertEquals(
        order,
        made.slice(0, order.length),
        `${this.title}: ${name}: lost, doubled or out of order`,
      );
      for (const id of order) {
        assertEquals(data.get(id), written.get(id), `${this.title}: ${name}: other content`);
      }
    }
    assertLessOrEqual(
      this.rct.handles,
      HANDLES_PER_SITE * this.premises.length,
      `${this.title}: handles leak`,
    );
    this.checkRct();
    for (const site of this.premises) site.checkTally();
  }

  /** The RCT's counters are what its effects say. */
  checkRct(): void {
    for (const [name, tally] of this.#tally) {
      const { counters } = this.rct.sites.get(name)!;
      for (const kind of ["events", "sessions", "path-failures", "address-changes", "rekeys"]) {
        assertEquals(counters[kind] ?? 0, tally[kind] ?? 0, `${this.title}: ${name}: RCT counter ${kind}`);
      }
      for (const [kind, count] of Object.entries(tally)) {
        assertEquals(counters[kind], count, `${this.title}: ${name}: RCT counter ${kind}`);
      }
    }
    const { "clock-set-back": _clock, ...drops } = this.rct.counters;
    const dropped = Object.values(drops).reduce((sum, count) => sum + count, 0);
    assertEquals(dropped, this.#unreached, `${this.title}: datagrams that reached no site`);
  }

  /** The line is cut and the RCT's clock set back at that moment: the silence must show all the same. */
  cut(limitMs: number): void {
    this.world.run(10_000);
    this.network.up = false;
    this.rctSkew -= HOUR;
    this.world.run(limitMs);
    for (const [name, { state }] of this.rct.sites) {
      assertEquals(state, "failed", `${this.title}: the RCT does not miss ${name}`);
    }
  }

  /** The faults end: within `limitMs` all is delivered, all that was asked has ended, and both sides say connected. */
  settleDown(limitMs: number): void {
    this.calm = true;
    this.network.up = true;
    this.network.faults = { loss: 0, duplication: 0, delay: [1, 5] };
    const well = () =>
      this.premises.every(({ name, queue, session }) =>
        queue.length === 0 && session.state === "connected" && this.rct.sites.get(name)!.state === "connected"
      ) && this.asked.size === 0;
    this.world.run(limitMs, well);
    const states = this.premises.map(({ name, queue, session }) =>
      `${name}: ${queue.length} waiting, SPT ${session.state}, RCT ${this.rct.sites.get(name)!.state}`
    );
    states.push(`${this.asked.size} requests of the RCT open`);
    assert(well(), `${this.title}: not well after ${limitMs} ms: ${states.join("; ")}`);
    this.check();
    for (const { name, made } of this.premises) {
      assertEquals(this.journals.get(name)!.order, made, `${this.title}: ${name}`);
    }
  }
}
