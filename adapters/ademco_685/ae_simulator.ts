/**
 * The automation software's side of an Ademco 685 line, for tests and the demonstration.
 *
 * @module
 */
import { LineAe, type LineAeBehaviour, type LineAeEffect } from "../../src/delivery/line_sender_ae.ts";
import { Ademco685Framer } from "./framer.ts";
import type { Ademco685Message } from "./message.ts";

/** Settings of an {@link Ademco685Ae}. */
export interface Ademco685AeOptions {
  /** How to answer alarms. @default {{ kind: "ack" }} */
  behaviour?: LineAeBehaviour;
  /** How to answer heartbeats, those it asked for included, when not like alarms. */
  heartbeats?: LineAeBehaviour;
}

/**
 * Answers lines as an AE does, and asks whether the receiver lives.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Ademco685Ae } from "./ae_simulator.ts";
 *
 * const ae = new Ademco685Ae();
 * const effects = ae.feed(new TextEncoder().encode("\n11 1234 18 E130 01 C015 \r"), 0);
 * assertEquals(effects.map(({ kind }) => kind), ["message", "send"]);
 * assertEquals(ae.ask(), { kind: "send", bytes: Uint8Array.of(0x53) });
 * ```
 */
export class Ademco685Ae extends LineAe<Ademco685Message> {
  /** Starts the AE. @param options Behaviour. */
  constructor(options: Ademco685AeOptions = {}) {
    super({
      framer: new Ademco685Framer(),
      isHeartbeat: ({ kind }) => kind === "heartbeat",
      unmarked: (message) =>
        message.kind === "contact-id" && message.messageType === "98"
          ? { message: { ...message, messageType: "18" }, marked: true }
          : { message, marked: false },
      ...options,
    });
  }

  /** Asks the receiver for a sign of life: `S`. */
  ask(): LineAeEffect<Ademco685Message> {
    return { kind: "send", bytes: Uint8Array.of(0x53) };
  }
}
