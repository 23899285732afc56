/**
 * Checks what a panel session from outside wants done, before the gateway does it.
 *
 * @module
 */
import type { CarriedProtocol, CommandResult, PanelAlarm, PanelEffect } from "../../adapters/contract.ts";
import { LONGEST_EVENT_DATA } from "./fitted_alarm.ts";
import type { EventDraft, Qualifier } from "../event/alarm_event.ts";

/** Characters of any one text. */
const LONGEST_TEXT = 4096;
/** Octets of any one run of bytes. */
const LONGEST_BYTES = 1024 * 1024;
/** Octets that an alarm may have come as: they are kept in the journal, and compared with those of every repeat. */
const LONGEST_RAW = 64 * 1024;
/** Events of one alarm. */
const MOST_EVENTS = 256;
/** Flags of one event. */
const MOST_FLAGS = 64;

const PROTOCOLS: readonly CarriedProtocol[] = ["sia", "contact-id", "scancom", "vds2465"];
const QUALIFIERS: readonly Qualifier[] = ["new", "restore", "status"];
const OUTCOMES: readonly CommandResult["outcome"][] = ["done", "rejected", "no-answer", "closed"];
const OPTIONAL_TEXTS = ["area", "zone", "user", "device", "text"] as const;

/**
 * Checks one effect and copies it, so that the adapter cannot change it afterwards.
 *
 * @param value What the session returned.
 * @param where Its place, for the message: `feed()[0]`.
 * @returns The effect, with nothing in it that the contract does not name.
 * @throws {TypeError} When it is no effect of the contract; the message names the place, what was expected and found.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { checkedEffect } from "./guarded_effect.ts";
 *
 * assertEquals(checkedEffect({ kind: "repeat", ref: 1, more: "dropped" }, "feed()[0]"), { kind: "repeat", ref: 1 });
 * assertThrows(
 *   () => checkedEffect({ kind: "send", bytes: "ACK" }, "feed()[0]"),
 *   TypeError,
 *   'feed()[0].bytes: expected a Uint8Array, found "ACK"',
 * );
 * ```
 */
export function checkedEffect(value: unknown, where: string): PanelEffect {
  const effect = record(value, where, "an effect");
  const kind = effect["kind"];
  switch (kind) {
    case "send":
      return { kind, bytes: bytes(effect, "bytes", where) };
    case "alarm":
      return { kind, ref: whole(effect, "ref", where), alarm: alarm(effect["alarm"], `${where}.alarm`) };
    case "text": {
      const [ref, of] = [whole(effect, "ref", where), whole(effect, "of", where)];
      return { kind, ref, of, alarm: alarm(effect["alarm"], `${where}.alarm`) };
    }
    case "complete":
    case "repeat":
      return { kind, ref: whole(effect, "ref", where) };
    case "poll": {
      const detail = text(effect, "detail", where);
      return effect["account"] === undefined
        ? { kind, detail }
        : { kind, account: text(effect, "account", where), detail };
    }
    case "refused": {
      const [offset, raw] = [whole(effect, "offset", where), bytes(effect, "raw", where)];
      return { kind, offset, rule: rule(effect, where), message: text(effect, "message", where), raw };
    }
    case "command-result": {
      const { outcome } = effect;
      const known = OUTCOMES.find((each) => each === outcome) ??
        wrong(`${where}.outcome`, `one of ${OUTCOMES.join(", ")}`, outcome);
      const [id, detail] = [text(effect, "id", where), text(effect, "detail", where)];
      return { kind, id, outcome: known, detail, data: bytes(effect, "data", where) };
    }
    case "close":
      return { kind, reason: text(effect, "reason", where) };
    default:
      return wrong(
        `${where}.kind`,
        "one of send, alarm, text, complete, repeat, poll, refused, command-result, close",
        kind,
      );
  }
}

/**
 * Says in a few words what a value is, for messages: never more than a line.
 *
 * @param value Anything.
 * @returns For example `the number 3`, `a list`, `nothing`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { whatItIs } from "./guarded_effect.ts";
 *
 * assertEquals([3, [], undefined, "06"].map(whatItIs), ["the number 3", "a list", "nothing", '"06"']);
 * ```
 */
export function whatItIs(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string") {
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  }
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object of another kind";
  return `a ${typeof value}`;
}

function alarm(value: unknown, where: string): PanelAlarm {
  const found = record(value, where, "an alarm");
  const events = list(found, "events", where, MOST_EVENTS);
  if (events.length === 0) wrong(`${where}.events`, "at least one event", events);
  const { protocol, complete } = found;
  const carried = PROTOCOLS.find((each) => each === protocol) ??
    wrong(`${where}.protocol`, `one of ${PROTOCOLS.join(", ")}`, protocol);
  if (typeof complete !== "boolean") return wrong(`${where}.complete`, "true or false", complete);
  return {
    events: events.map((event, at) => draft(event, `${where}.events[${at}]`)),
    protocol: carried,
    // SIA ends in text, which can be cut; of the others nothing can be left out.
    data: bytes(found, "data", where, carried === "sia" ? LONGEST_BYTES : LONGEST_EVENT_DATA),
    raw: bytes(found, "raw", where, LONGEST_RAW),
    complete,
  };
}

function draft(value: unknown, where: string): EventDraft {
  const found = record(value, where, "an event");
  const { qualifier, occurredAt } = found;
  const event: EventDraft = {
    account: text(found, "account", where),
    language: text(found, "language", where),
    code: text(found, "code", where),
    qualifier: QUALIFIERS.find((each) => each === qualifier) ??
      wrong(`${where}.qualifier`, `one of ${QUALIFIERS.join(", ")}`, qualifier),
    label: text(found, "label", where),
    flags: list(found, "flags", where, MOST_FLAGS).map((flag, at) =>
      typeof flag === "string" && flag.length <= LONGEST_TEXT
        ? flag
        : wrong(`${where}.flags[${at}]`, "text", flag)
    ),
    raw: bytes(found, "raw", where),
  };
  for (const key of OPTIONAL_TEXTS) if (found[key] !== undefined) event[key] = text(found, key, where);
  if (occurredAt !== undefined) {
    const fits = occurredAt instanceof Date && !Number.isNaN(occurredAt.getTime());
    event.occurredAt = fits
      ? new Date(occurredAt)
      : wrong(`${where}.occurredAt`, "a valid Date or nothing", occurredAt);
  }
  return event;
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown, where: string, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(where, what, value);
  return value as Fields;
}

function text(from: Fields, key: string, where: string): string {
  const value = from[key];
  if (typeof value === "string" && value.length <= LONGEST_TEXT) return value;
  return wrong(`${where}.${key}`, `text of at most ${LONGEST_TEXT} characters`, value);
}

function rule(from: Fields, where: string): string {
  const value = from["rule"];
  if (typeof value === "string" && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value) && value.length <= 64) return value;
  return wrong(`${where}.rule`, "a name in small letters with hyphens (it names a counter)", value);
}

function whole(from: Fields, key: string, where: string): number {
  const value = from[key];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  return wrong(`${where}.${key}`, "a whole number, 0 or more", value);
}

function bytes(from: Fields, key: string, where: string, most = LONGEST_BYTES): Uint8Array {
  const value = from[key];
  if (value instanceof Uint8Array && value.length <= most) return new Uint8Array(value);
  if (value instanceof Uint8Array) {
    return wrong(`${where}.${key}`, `at most ${most} octets`, value.length);
  }
  return wrong(`${where}.${key}`, "a Uint8Array", value);
}

function list(from: Fields, key: string, where: string, most: number): unknown[] {
  const value = from[key];
  if (!Array.isArray(value)) return wrong(`${where}.${key}`, "a list", value);
  if (value.length > most) {
    return wrong(`${where}.${key}`, `a list of at most ${most}`, `one of ${value.length}`);
  }
  return value;
}

function wrong(where: string, expected: string, found: unknown): never {
  throw new TypeError(`${where}: expected ${expected}, found ${whatItIs(found)}`);
}
