/**
 * The automation software's side of a line in D6500 mode, for tests and the demonstration.
 *
 * @module
 */
import { LineAe, type LineAeBehaviour, type LineAeEffect } from "../../src/delivery/line_sender_ae.ts";
import { type Bosch6500Command, writeCommand } from "./command.ts";
import { Bosch6500Framer, type Bosch6500FramerOptions } from "./framer.ts";
import type { Bosch6500Message } from "./message.ts";

/** Settings of a {@link Bosch6500Ae}. */
export interface Bosch6500AeOptions extends Bosch6500FramerOptions {
  /** How to answer alarms. @default {{ kind: "ack" }} */
  behaviour?: LineAeBehaviour;
  /** How to answer link tests, when not like alarms. */
  heartbeats?: LineAeBehaviour;
}

/**
 * Answers lines as an AE does, and sends commands.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Bosch6500Ae } from "./ae_simulator.ts";
 *
 * const ae = new Bosch6500Ae();
 * const effects = ae.feed(new TextEncoder().encode("a011 123418113001015\x14"), 0);
 * assertEquals(effects.map(({ kind }) => kind), ["message", "send"]);
 * ```
 */
export class Bosch6500Ae extends LineAe<Bosch6500Message> {
  /** Starts the AE. @param options Behaviour, trailer, longest line. */
  constructor(options: Bosch6500AeOptions = {}) {
    const { behaviour, heartbeats, ...framer } = options;
    super({
      framer: new Bosch6500Framer(framer),
      isHeartbeat: ({ kind }) => kind === "link-test" || kind === "text" || kind === "receiver-event",
      unmarked,
      ...(behaviour === undefined ? {} : { behaviour }),
      ...(heartbeats === undefined ? {} : { heartbeats }),
    });
  }

  /** Sends a command. @param command The command. */
  command(command: Bosch6500Command): LineAeEffect<Bosch6500Message> {
    return { kind: "send", bytes: writeCommand(command) };
  }
}

function unmarked(message: Bosch6500Message): { message: Bosch6500Message; marked: boolean } {
  if (message.kind === "contact-id" && message.messageType === "98") {
    return { message: { ...message, messageType: "18" }, marked: true };
  }
  if (message.kind === "sia-block" && message.block.startsWith("O")) {
    return { message: { ...message, block: `N${message.block.slice(1)}` }, marked: true };
  }
  return { message, marked: false };
}
