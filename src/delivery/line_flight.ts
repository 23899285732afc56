/**
 * What a line sender is at, and what it has in flight.
 *
 * @module
 */
import type { OutputEffect, Written, WrittenLine } from "../../adapters/contract.ts";
import { nakLimitText, NOT_READY_TEXT, NOTHING_TO_SEND_TEXT } from "./line_sender_messages.ts";

/**
 * What a line sender is at:
 * `down` no connection · `idle` ready · `waiting` for an answer · `pausing` between a NAK and the resend · `settling` after
 * an ACK while answers are still owed, or it is watched whether a second comes · `resting` after silence, where there is no
 * heartbeat to probe with.
 */
export type LinePhase = "down" | "idle" | "waiting" | "pausing" | "settling" | "resting";

type SentEffect = Extract<OutputEffect, { kind: "sent" }>;
type DeliveredEffect = Extract<OutputEffect, { kind: "delivered" }>;
type RefusedEffect = Extract<OutputEffect, { kind: "refused" }>;

/** An alarm that is being sent, line by line. */
export interface AlarmFlight {
  /** Tells it from a heartbeat. */
  kind: "alarm";
  /** The alarm's identity. */
  id: string;
  /** Its lines; at least one. */
  lines: WrittenLine[];
  /** What the writer noted. */
  notes: string[];
  /** What goes with the first `sent` effect. */
  said: Pick<SentEffect, "notes" | "lost" | "unknown">;
  /** The line that is in flight. */
  index: number;
  /** Lines refused by the AE, counted from 1. */
  refused: number[];
}

/** What is in flight: an alarm or a heartbeat. */
export type Flight = AlarmFlight | { kind: "heartbeat" };

/** How it stands with the frame in flight. */
export interface FrameTries {
  /** Times sent. */
  attempt: number;
  /** Times in a row without an answer. */
  silent: number;
  /** NAKs to it. */
  naks: number;
  /** Whether octets that are no answer have cut a wait for one short. */
  garbled: boolean;
  /** Whether they have since it was last sent. */
  hurried: boolean;
  /** Whether the resend waits for the second NAK of an AE that answers twice. */
  awaitsSecondNak: boolean;
}

/**
 * A frame that was not sent yet.
 *
 * @returns A new object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noTries } from "./line_flight.ts";
 *
 * assertEquals(noTries().attempt, 0);
 * ```
 */
export function noTries(): FrameTries {
  return { attempt: 0, silent: 0, naks: 0, garbled: false, hurried: false, awaitsSecondNak: false };
}

/**
 * An alarm at its first line.
 *
 * @param id Its identity.
 * @param written What the output's writer made of it.
 * @returns The flight; or the refusal when nothing can be sent, with the writer's rule or `nothing-to-send`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { alarmFlight } from "./line_flight.ts";
 *
 * const flight = alarmFlight("a", { ok: true, lines: [], notes: [] });
 * assert(flight.kind === "refused" && flight.rule === "nothing-to-send");
 * ```
 */
export function alarmFlight(id: string, written: Written): AlarmFlight | RefusedEffect {
  if (!written.ok) return { kind: "refused", id, rule: written.rule, message: written.message };
  const { lines, notes, lost = [], unknown = 0 } = written;
  if (lines.length === 0) {
    return { kind: "refused", id, rule: "nothing-to-send", message: NOTHING_TO_SEND_TEXT };
  }
  const said = {
    ...(notes.length === 0 ? {} : { notes }),
    ...(lost.length === 0 ? {} : { lost }),
    ...(unknown === 0 ? {} : { unknown }),
  };
  return { kind: "alarm", id, lines, notes, said, index: 0, refused: [] };
}

/**
 * An alarm that was offered at the wrong time.
 *
 * @param id Its identity.
 * @returns The refusal, rule `not-ready`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notReady } from "./line_flight.ts";
 *
 * assertEquals(notReady("a").rule, "not-ready");
 * ```
 */
export function notReady(id: string): RefusedEffect {
  return { kind: "refused", id, rule: "not-ready", message: NOT_READY_TEXT };
}

/**
 * Says that an alarm's line goes out.
 *
 * @param flight The alarm.
 * @param attempt How often this line was sent, this time included.
 * @returns The effect; what the writer said goes with the first attempt of the first line.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { alarmFlight, sentEffect } from "./line_flight.ts";
 *
 * const lines = [{ bytes: new Uint8Array([0x35]), line: "5" }];
 * const flight = alarmFlight("a", { ok: true, lines, notes: [], unknown: 1 });
 * assert(flight.kind === "alarm");
 * assertEquals(sentEffect(flight, 1), { kind: "sent", id: "a", line: "5", attempt: 1, unknown: 1 });
 * ```
 */
export function sentEffect({ id, lines, index, said }: AlarmFlight, attempt: number): SentEffect {
  const line = lines[index]?.line ?? "";
  return { kind: "sent", id, line, attempt, ...(index === 0 && attempt === 1 ? said : {}) };
}

/**
 * What became of an alarm whose lines are all answered.
 *
 * @param flight The alarm.
 * @param nakLimit NAKs until a line is refused.
 * @returns `delivered`, or `refused` with rule `nak-limit` when any line was.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { alarmFlight, flightOutcome } from "./line_flight.ts";
 *
 * const flight = alarmFlight("a", { ok: true, lines: [{ bytes: new Uint8Array([0x35]), line: "5" }], notes: [] });
 * assert(flight.kind === "alarm");
 * assertEquals(flightOutcome(flight, 20), { kind: "delivered", id: "a" });
 * ```
 */
export function flightOutcome(flight: AlarmFlight, nakLimit: number): DeliveredEffect | RefusedEffect {
  const { id, refused, lines, notes } = flight;
  if (refused.length === 0) return { kind: "delivered", id };
  const message = nakLimitText(nakLimit, refused, lines.length, lines[0]?.line ?? "", notes);
  const partly = refused.length < lines.length ? { partly: true } : {};
  return { kind: "refused", id, rule: "nak-limit", message, ...partly };
}
