/**
 * A gateway's data as JSON. Every field is copied by name, so that nothing unforeseen (a key that a caller left on an
 * object, a value JSON cannot hold) gets out. Bytes are lower-case hex, dates RFC 3339 in UTC, 64-bit numbers decimal
 * strings, counters finite numbers.
 *
 * @module
 */
import { type AlarmEvent, type AlarmEventJson, eventToJson } from "../event/alarm_event.ts";
import type { AlarmLife, Hop, HopStep, JournalStats } from "../journal/journal.ts";
import type {
  GatewayView,
  Health,
  InputStatus,
  LiveEvent,
  OutputStatus,
  RouteStatus,
  SiteStatus,
  Status,
} from "./view.ts";

/** A hop as JSON: `at` is RFC 3339, with microseconds where the journal has them. */
export interface HopJson {
  at: string | null;
  step: HopStep;
  detail: string;
}

/** An alarm and its life as JSON. */
export interface AlarmJson {
  id: string;
  /** Order of acceptance. */
  seq: number;
  /** `delivered` when the next stage took it. */
  state: "waiting" | "delivered";
  lane: string;
  origin: string;
  account: string;
  protocol: string;
  /** Event data as the IP protocol carries it, hex. */
  data: string;
  /** Bytes as they came, hex. */
  raw: string;
  /** Time event, 64-bit NTP time as a decimal string. */
  time: string;
  open: boolean;
  offered: boolean;
  /** Whether the previous stage was told. */
  told: boolean;
  storedAt: string | null;
  deliveredAt?: string | null;
  events: AlarmEventJson[];
  hops: HopJson[];
}

/** {@link Health} as JSON. */
export interface HealthJson {
  ok: boolean;
  faults: { rule: string; message: string; since: string | null }[];
}

/** The answer of `/api/status`. */
export interface StatusJson extends Status {
  role: string;
  name: string;
  version: string;
  startedAt: string | null;
  /** The gateway's clock when the status was taken. */
  now: string | null;
  health: HealthJson;
}

/**
 * Writes a time as RFC 3339 in UTC: three digits of the second, six when the time has a fraction of a millisecond.
 *
 * @param ms Milliseconds since the epoch.
 * @returns The date, or null when `ms` is no time that a date can hold.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rfc3339 } from "./view_json.ts";
 *
 * assertEquals(rfc3339(1_000), "1970-01-01T00:00:01.000Z");
 * assertEquals(rfc3339(1_000.25), "1970-01-01T00:00:01.000250Z");
 * assertEquals(rfc3339(Number.NaN), null);
 * ```
 */
export function rfc3339(ms: number): string | null {
  const micros = Math.round((ms - Math.floor(ms)) * 1000);
  const date = new Date(Math.floor(ms) + (micros === 1000 ? 1 : 0));
  if (Number.isNaN(date.getTime())) return null;
  const iso = date.toISOString();
  return micros === 0 || micros === 1000 ? iso : `${iso.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}

/**
 * Writes the health of a gateway.
 *
 * @param health The health.
 * @returns A plain object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { healthToJson } from "./view_json.ts";
 *
 * const json = healthToJson({ ok: false, faults: [{ rule: "output-absent", message: "…", since: 0 }] });
 * assertEquals(json.faults[0]?.since, "1970-01-01T00:00:00.000Z");
 * ```
 */
export function healthToJson(health: Health): HealthJson {
  return {
    ok: health.ok,
    faults: health.faults.map(({ rule, message, since }) => ({ rule, message, since: rfc3339(since) })),
  };
}

/**
 * Writes the status of a gateway.
 *
 * @param view The gateway: its role, name, version and start.
 * @param health Its health at `now`.
 * @param status Its status at `now`.
 * @param now When, in ms since the epoch.
 * @returns A plain object with the fields named in `view.ts` and no others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { statusToJson } from "./view_json.ts";
 *
 * const json = statusToJson(
 *   { role: "rct", name: "north", version: "1.0.0", startedAt: 0 },
 *   { ok: true, faults: [] },
 *   { sites: [], inputs: [], outputs: [], journal: { waiting: {}, stored: 7, bytes: 4096 }, counters: {} },
 *   1000,
 * );
 * assertEquals(json.journal.stored, 7);
 * assertEquals(json.now, "1970-01-01T00:00:01.000Z");
 * ```
 */
export function statusToJson(
  view: Pick<GatewayView, "role" | "name" | "version" | "startedAt">,
  health: Health,
  status: Status,
  now: number,
): StatusJson {
  return {
    role: view.role,
    name: view.name,
    version: view.version,
    startedAt: rfc3339(view.startedAt),
    now: rfc3339(now),
    health: healthToJson(health),
    sites: status.sites.map(site),
    inputs: status.inputs.map(input),
    outputs: status.outputs.map(output),
    ...(status.routes === undefined ? {} : { routes: status.routes.map(route) }),
    journal: journal(status.journal),
    counters: counts(status.counters),
  };
}

/**
 * Writes an alarm with its hops.
 *
 * @param life The alarm and its life.
 * @returns A plain object; an event's date that no calendar holds is left out rather than losing the alarm.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { alarmToJson } from "./view_json.ts";
 *
 * const json = alarmToJson({
 *   alarm: {
 *     id: "x", lane: "ae", origin: "mill", account: "0042", protocol: "sia", data: new Uint8Array([0x4e]),
 *     raw: new Uint8Array(), time: 2n ** 63n, events: [], open: false, offered: true, seq: 1, storedAt: 0,
 *     deliveredAt: undefined, told: true,
 *   },
 *   hops: [{ at: 0.5, step: "received", detail: "panel" }],
 * });
 * assertEquals(json.state, "waiting");
 * assertEquals(json.time, "9223372036854775808");
 * assertEquals(json.hops[0]?.at, "1970-01-01T00:00:00.000500Z");
 * ```
 */
export function alarmToJson({ alarm, hops }: AlarmLife): AlarmJson {
  return {
    id: alarm.id,
    seq: alarm.seq,
    state: alarm.deliveredAt === undefined ? "waiting" : "delivered",
    lane: alarm.lane,
    origin: alarm.origin,
    account: alarm.account,
    protocol: alarm.protocol,
    data: alarm.data.toHex(),
    raw: alarm.raw.toHex(),
    time: alarm.time.toString(),
    open: alarm.open,
    offered: alarm.offered,
    told: alarm.told,
    storedAt: rfc3339(alarm.storedAt),
    ...(alarm.deliveredAt === undefined ? {} : { deliveredAt: rfc3339(alarm.deliveredAt) }),
    events: alarm.events.map((event) => eventJson(event, alarm.storedAt)),
    hops: hops.map(hopToJson),
  };
}

/**
 * Writes a live event.
 *
 * @param event The event.
 * @returns A plain object without `type`, which travels as the name of the server-sent event.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { liveEventToJson } from "./view_json.ts";
 *
 * assertEquals(
 *   liveEventToJson({ type: "link", site: "mill", state: "failed", at: 0 }),
 *   { site: "mill", state: "failed", at: "1970-01-01T00:00:00.000Z" },
 * );
 * ```
 */
export function liveEventToJson(event: LiveEvent): Record<string, unknown> {
  switch (event.type) {
    case "hop":
      return { id: event.id, account: event.account, label: event.label, hop: hopToJson(event.hop) };
    case "fault":
    case "restored":
      return { rule: event.rule, message: event.message, at: rfc3339(event.at) };
    case "link":
      return { site: event.site, state: event.state, at: rfc3339(event.at) };
  }
}

function hopToJson({ at, step, detail }: Hop): HopJson {
  return { at: rfc3339(at), step, detail };
}

function eventJson(event: AlarmEvent, storedAt: number): AlarmEventJson {
  const { id, account, language, code, qualifier, label, area, zone, user, device, text, flags, lost, raw } =
    event;
  const occurredAt = valid(event.occurredAt);
  return eventToJson({
    id,
    account,
    language,
    code,
    qualifier,
    label,
    ...(area === undefined ? {} : { area }),
    ...(zone === undefined ? {} : { zone }),
    ...(user === undefined ? {} : { user }),
    ...(device === undefined ? {} : { device }),
    ...(text === undefined ? {} : { text }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
    // Never refuse an alarm for its clock: the time of storing is the next best.
    receivedAt: valid(event.receivedAt) ?? valid(new Date(storedAt)) ?? new Date(0),
    flags: [...flags],
    ...(lost === undefined ? {} : { lost: [...lost] }),
    raw,
  });
}

function valid(date: Date | undefined): Date | undefined {
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

function site(from: SiteStatus): SiteStatus {
  return {
    name: from.name,
    ...(from.account === undefined ? {} : { account: from.account }),
    state: from.state,
    ...(from.lastProofAgeMs === undefined ? {} : { lastProofAgeMs: from.lastProofAgeMs }),
    ...(from.address === undefined ? {} : { address: from.address }),
    counters: counts(from.counters),
  };
}

function input(from: InputStatus): InputStatus {
  return {
    name: from.name,
    language: from.language,
    where: from.where,
    mode: from.mode,
    connections: from.connections,
    counters: counts(from.counters),
  };
}

function output(from: OutputStatus): OutputStatus {
  return {
    name: from.name,
    language: from.language,
    where: from.where,
    state: from.state,
    queued: from.queued,
    ...(from.inFlight === undefined ? {} : { inFlight: from.inFlight }),
    counters: counts(from.counters),
  };
}

function route(from: RouteStatus): RouteStatus {
  return { name: from.name, mode: from.mode, outputs: [...from.outputs], queued: from.queued };
}

function journal(from: JournalStats): JournalStats {
  return { waiting: counts(from.waiting), stored: from.stored, bytes: from.bytes };
}

function counts(from: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => Number.isFinite(value)));
}
