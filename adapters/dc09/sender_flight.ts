/**
 * An alarm on its way from a DC-09 transmitter, or a supervision message.
 *
 * @module
 */
import type { OutputEffect } from "../contract.ts";
import type { LineNotes } from "../line_notes.ts";
import type { Dc09Outgoing } from "./sender_message.ts";
import type { Dc09Lost, Dc09Stamped } from "./sender_writer.ts";

/** What is sent, and what goes with it. */
export interface Dc09FlightParts {
  /** The alarm's identity; absent for a supervision message. */
  id?: string;
  /** The message that goes first. */
  stamped: Dc09Stamped;
  /** The ones behind it, without numbers yet. */
  rest?: readonly Dc09Outgoing[];
  /** What is told with the first. */
  said?: LineNotes;
}

/**
 * Counts what happened to the message in flight, and keeps those of the same alarm that are still to come. One that is refused does
 * not keep back the others: they may be events that the receiver does take.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Flight } from "./sender_flight.ts";
 * import { Dc09Writer } from "./sender_writer.ts";
 *
 * const data = new TextEncoder().encode("123418113001015");
 * const item = { id: "a", account: "1234", protocol: "contact-id" as const, data, events: [], repeated: false };
 * const read = new Dc09Writer({}).alarm(item, 0);
 * if (!read.ok) throw new Error(read.message);
 * const flight = new Dc09Flight({ id: "a", ...read });
 * assertEquals(flight.sent()?.kind, "sent");
 * assertEquals([flight.attempt, flight.rest.length, flight.outcome()], [1, 0, { kind: "delivered", id: "a" }]);
 * ```
 */
export class Dc09Flight {
  /** The alarm's identity. */
  readonly id: string | undefined;
  /** What is told with the first message. */
  readonly said: LineNotes | undefined;
  /** The message in flight. */
  stamped: Dc09Stamped;
  /** Messages that follow it. */
  rest: readonly Dc09Outgoing[];
  /** Times it was sent since it was offered; times in a row without an answer; NAKs. */
  attempt = 0;
  silent = 0;
  naks = 0;
  #told = false;
  #refusal: { rule: string; message: string } | undefined;
  /** Messages of the alarm; those that were refused. */
  readonly #total: number;
  #refused = 0;

  /** Nothing is sent yet. @param parts What is to be sent. */
  constructor({ id, stamped, rest = [], said }: Dc09FlightParts) {
    this.id = id;
    this.stamped = stamped;
    this.rest = rest;
    this.said = said;
    this.#total = 1 + rest.length;
  }

  /** The message goes out. @returns The effect that tells so; undefined for a supervision message. */
  sent(): OutputEffect | undefined {
    this.attempt++;
    const { id, attempt, stamped: { line } } = this;
    if (id === undefined) return undefined;
    const first = !this.#told;
    this.#told = true;
    return { kind: "sent", id, line, attempt, ...(first ? this.#words() : {}) };
  }

  /** The message in flight is settled: the next one. */
  next(stamped: Dc09Stamped): void {
    this.stamped = stamped;
    this.rest = this.rest.slice(1);
    this.attempt = 0;
    this.silent = 0;
    this.naks = 0;
  }

  /** The message in flight is refused; the first reason is that of the alarm. */
  refuse(rule: string, message: string): void {
    this.#refusal ??= { rule, message };
    this.#refused++;
  }

  /**
   * What is to be sent again when nobody knows whether the message in flight arrived: it, and those behind it. Undefined for a
   * supervision message, and when one before was refused: then all of the alarm is.
   */
  get lost(): Dc09Lost | undefined {
    const { id, stamped, rest, said = { notes: [], lost: [], unknown: 0 } } = this;
    return id === undefined || this.#refusal !== undefined ? undefined : { id, stamped, rest, said };
  }

  /** What became of the alarm when all its messages are settled; undefined for a supervision message that was acknowledged. */
  outcome(): Extract<OutputEffect, { kind: "delivered" | "refused" }> | undefined {
    const { id } = this;
    if (id === undefined) return undefined;
    return this.#refusal === undefined
      ? { kind: "delivered", id }
      : { kind: "refused", id, ...this.#refusal, ...(this.#refused < this.#total ? { partly: true } : {}) };
  }

  #words(): { notes?: string[]; lost?: LineNotes["lost"]; unknown?: number } {
    const { notes = [], lost = [], unknown = 0 } = this.said ?? {};
    return {
      ...(notes.length === 0 ? {} : { notes }),
      ...(lost.length === 0 ? {} : { lost }),
      ...(unknown === 0 ? {} : { unknown }),
    };
  }
}
