/**
 * What a serial line tells of itself, beside its octets.
 *
 * @module
 */
import type { LineErrors } from "./line_errors.ts";

/** The device is open: octets can come and go. */
export interface LineOpen {
  /** Tells it from the others. */
  kind: "open";
  /** When, ms since the epoch. */
  at: number;
  /** Counts the times that the device was opened; what is sent names it, so that no answer goes to a later one. */
  opening: number;
  /** Path of the device. */
  device: string;
  /** Speed and character in force, e.g. `9600 8N1`. */
  character: string;
}

/** The device cannot be used: nothing comes or goes. */
export interface LineDown {
  /** Tells it from the others. */
  kind: "down";
  /** When, ms since the epoch. */
  at: number;
  /** Name of what is wrong: a `SerialRule`, or `not-opened-yet`. */
  rule: string;
  /** What is wrong, and what to do. */
  message: string;
  /** Octets that waited to be sent and were thrown away. */
  unsent: number;
}

/** The line is troubled: told when a count has grown, or it does not take what is sent. */
export interface LineTrouble {
  /** Tells it from the others. */
  kind: "trouble";
  /** When, ms since the epoch. */
  at: number;
  /** The kernel's counts since the device was opened; absent when its driver does not count. */
  errors?: LineErrors;
  /** Half-duplex lines: what was sent and did not come back as it was. */
  brokenEchoes: number;
  /** What was sent waits for seconds already: with RTS/CTS, the other end does not give its CTS. */
  stuck: boolean;
}

/** Anything that a line tells of itself. */
export type LineState = LineOpen | LineDown | LineTrouble;

/**
 * Reads a state from the other end of the socket.
 *
 * @param value What its JSON says.
 * @returns The state, or undefined when it is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readLineState } from "./line_state.ts";
 *
 * assertEquals(readLineState({ kind: "open", at: 1 }), undefined);
 * ```
 */
export function readLineState(value: unknown): LineState | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, at, opening, device, character, rule, message, unsent, brokenEchoes, stuck } =
    value as Record<
      string,
      unknown
    >;
  if (typeof at !== "number") return undefined;
  switch (kind) {
    case "open":
      return typeof opening === "number" && typeof device === "string" && typeof character === "string"
        ? { kind, at, opening, device, character }
        : undefined;
    case "down":
      return typeof rule === "string" && typeof message === "string" && typeof unsent === "number"
        ? { kind, at, rule, message, unsent }
        : undefined;
    case "trouble": {
      if (typeof brokenEchoes !== "number" || typeof stuck !== "boolean") return undefined;
      const errors = readErrors((value as Record<string, unknown>)["errors"]);
      return errors === undefined
        ? { kind, at, brokenEchoes, stuck }
        : { kind, at, brokenEchoes, stuck, errors };
    }
    default:
      return undefined;
  }
}

function readErrors(value: unknown): LineErrors | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const counts = value as Record<string, unknown>;
  const of = (name: string) => typeof counts[name] === "number" ? counts[name] : 0;
  return {
    framing: of("framing"),
    parity: of("parity"),
    breaks: of("breaks"),
    overrun: of("overrun"),
    bufferOverrun: of("bufferOverrun"),
  };
}
