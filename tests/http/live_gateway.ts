/**
 * A gateway in memory for the tests of the window: alarms come in, take hops and are told live, as in a running one.
 *
 * @module
 */
import type { AlarmEvent } from "../../src/event/alarm_event.ts";
import type { AlarmLife, Hop, HopStep } from "../../src/journal/journal.ts";
import type {
  Fault,
  GatewayView,
  Health,
  LiveEvent,
  OutputStatus,
  RouteStatus,
  SiteState,
  SiteStatus,
  Status,
} from "../../src/http/view.ts";

/** A gateway that remembers in memory and tells its listeners. */
export class LiveGateway implements GatewayView {
  readonly role = "rct";
  readonly version = "0.1.0";
  name = "Alarm centre north";
  startedAt = Date.now();
  faults: Fault[] = [];
  sites: SiteStatus[] = [];
  outputs: OutputStatus[] = [];
  routes: RouteStatus[] | undefined;
  readonly lives: AlarmLife[] = [];
  readonly listeners = new Set<(event: LiveEvent) => void>();
  /** How often the status was asked for. */
  asked = 0;

  health(): Health {
    return { ok: this.faults.length === 0, faults: this.faults };
  }

  status(_now: number): Status | Promise<Status> {
    this.asked++;
    return {
      sites: this.sites,
      inputs: [],
      outputs: this.outputs,
      ...(this.routes === undefined ? {} : { routes: this.routes }),
      journal: {
        waiting: { ae: this.lives.filter(({ alarm }) => alarm.deliveredAt === undefined).length },
        stored: this.lives.length,
        bytes: 4096 * (1 + this.lives.length),
      },
      counters: { "events-received": this.lives.length },
    };
  }

  alarms(limit: number): Promise<AlarmLife[]> {
    return Promise.resolve(this.lives.toReversed().slice(0, limit));
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells everybody who listens. */
  tell(event: LiveEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** An alarm comes in and is stored; returns its identity. */
  alarm(event: Partial<AlarmEvent>, at = Date.now()): string {
    const id = String(this.lives.length + 1).padStart(26, "0");
    const raw = new TextEncoder().encode("Nri2/BA227");
    const full: AlarmEvent = {
      id,
      account: "027978",
      language: "sia",
      code: "BA",
      qualifier: "new",
      label: "Burglary Alarm",
      receivedAt: new Date(at),
      flags: [],
      raw,
      ...event,
    };
    this.lives.push({
      alarm: {
        id,
        lane: "ae",
        origin: "Mill Lane",
        account: full.account,
        protocol: "sia",
        data: new TextEncoder().encode("#027978|Nri2/BA227"),
        raw,
        time: 0xe8d4a51000000000n,
        events: [full],
        open: false,
        offered: false,
        seq: this.lives.length + 1,
        storedAt: at,
        deliveredAt: undefined,
        told: false,
      },
      hops: [],
    });
    this.hop(id, "received", "EVENT_MSG of Mill Lane 192.0.2.10:50136", at);
    this.hop(id, "stored", "journal", at + 0.4);
    return id;
  }

  /** An alarm takes a step. */
  hop(id: string, step: HopStep, detail: string, at = Date.now()): void {
    const life = this.lives.find(({ alarm }) => alarm.id === id);
    if (life === undefined) throw new Error(`no alarm ${id}`);
    const hop: Hop = { at, step, detail };
    life.hops.push(hop);
    if (step === "delivered") life.alarm.deliveredAt = at;
    if (step === "acknowledged") life.alarm.told = true;
    const [event] = life.alarm.events;
    this.tell({ type: "hop", id, account: life.alarm.account, label: event?.label ?? "", hop });
  }

  /** A path changes its state. */
  link(name: string, state: SiteState, at = Date.now()): void {
    for (const site of this.sites) if (site.name === name) site.state = state;
    this.tell({ type: "link", site: name, state, at });
  }
}
