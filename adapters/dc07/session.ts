/**
 * The conversation of a DC-07 receiver with automation software.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession, Written } from "../contract.ts";
import { LineSender } from "../../src/delivery/line_sender.ts";
import type { LineSenderCounts } from "../../src/delivery/line_sender_counts.ts";
import { checkFigures } from "../check_figures.ts";
import type { StrayEffect } from "../../src/delivery/line_sender_messages.ts";
import { Dc07AnswerReader } from "./answer_reader.ts";
import { TAB } from "./message.ts";
import { type Dc07Profile, type Dc07ProfileName, dc07Profiles } from "./profiles.ts";
import { type Dc07WriteOptions, writeDc07Alarm } from "./write_alarm.ts";
import { writeDc07 } from "./write_message.ts";

/** Settings of a DC-07 output. Times are in ms. */
export interface Dc07SessionOptions {
  /** As the standard has it, or as Bosch does it. @default {"dc07"} */
  profile?: Dc07ProfileName;
  /** Receiver number, 1 to 99; two letters or digits are taken too. @default {"01"} */
  receiver?: string;
  /** Line number, likewise; 00 is the receiver itself and not for alarms. @default {"01"} */
  line?: string;
  /** Put the text of SIA alarms behind their events. @default {false} */
  text?: boolean;
  /**
   * Sequence number of the first frame, 1 to 9999. An AE may take a frame with the number of the one before for its repeat:
   * draw it by chance at each start. @default {1}
   */
  firstSequence?: number;
  /** How long to wait for an answer. @default {4000} */
  waitMs?: number;
  /** How often a frame is sent when nothing comes back. @default {4} */
  tries?: number;
  /** Negative answers to one frame until the alarm is refused. @default {3} */
  nakLimit?: number;
  /** Idle time before a link test; 0 for none. @default {30000, bosch-sia 0} */
  heartbeatMs?: number;
}

/**
 * A line sender with DC-07's figures (receiver-outputs.md §4.1 and §9, A): numbered frames, framed answers.
 *
 * Each frame gets the next number from 0001 to 9999; a repeat on the same connection is the same octets. An ACK counts only
 * with the number of the frame in flight, so no waits are needed for late answers, as there are on links that answer
 * with one octet.
 *
 * With a link test, a frame `[]` of line 00, alarms wait after each new connection until the AE has acknowledged one. An AE that
 * leaves link tests unanswered needs them off.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc07Session } from "./session.ts";
 *
 * const session = new Dc07Session({ profile: "bosch-sia", firstSequence: 43 });
 * session.connected(0);
 * const item = {
 *   id: "a", account: "1234", protocol: "sia" as const, data: new TextEncoder().encode("#1234|NBA015"), events: [],
 *   repeated: false,
 * };
 * const [sent] = session.offer(item, 0);
 * assertEquals(sent?.kind === "sent" && sent.line, "<LF>725117<TAB>00430101[#1234|NBA015]<CR>");
 * const effects = session.feed(new TextEncoder().encode("\nB4A70B\t00430101[]\r"), 20);
 * assertEquals(effects, [{ kind: "present" }, { kind: "delivered", id: "a" }]);
 * ```
 */
export class Dc07Session implements OutputSession {
  readonly #sender: LineSender;
  readonly #writing: Omit<Dc07WriteOptions, "sequence">;
  #next: number;
  /** Number of the frame sent last. */
  #inFlight: string | undefined;
  /** The link test that no answer came to yet. */
  #test: Uint8Array | undefined;
  #strays: StrayEffect[] = [];

  /**
   * Starts without a connection.
   *
   * @param options Settings.
   * @throws {RangeError} When receiver or line are not two characters, the first number is none, or a figure is negative.
   */
  constructor(options: Dc07SessionOptions = {}) {
    const profile: Dc07Profile = dc07Profiles[options.profile ?? "dc07"];
    const receiver = twoCharacters("Receiver", options.receiver ?? "01");
    const line = twoCharacters("Line", options.line ?? "01");
    const first = options.firstSequence ?? 1;
    if (!Number.isInteger(first) || first < 1 || first > 9999) {
      throw new RangeError(`First sequence number is ${first}; expected 1 to 9999`);
    }
    const figures = {
      waitMs: options.waitMs ?? profile.waitMs,
      tries: options.tries ?? profile.tries,
      nakLimit: options.nakLimit ?? profile.nakLimit,
      heartbeatMs: options.heartbeatMs ?? profile.heartbeatMs,
    };
    checkFigures(figures);
    this.#writing = { receiver, line, text: options.text ?? false, multiEvent: profile.multiEvent };
    this.#next = first;
    this.#sender = new LineSender({
      ...figures,
      // An answer to another copy, and a second one, has its number and is told from the next frame's.
      settleMs: 0,
      probationMs: 0,
      heartbeat: LINK_TEST,
      reader: () =>
        new Dc07AnswerReader({
          expected: () => this.#inFlight,
          stray: (effect) => this.#strays.push(effect),
        }),
      write: (item) => writeDc07Alarm(item, { ...this.#writing, sequence: () => this.#sequence() }),
    });
  }

  /** What happened so far. Octets and frames that were dropped are not in it: they come as `stray` effects only. */
  get counts(): LineSenderCounts {
    return this.#sender.counts;
  }

  /** True when an alarm can be offered. */
  get ready(): boolean {
    return this.#sender.ready;
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get nextTick(): number | undefined {
    return this.#sender.nextTick;
  }

  /** A connection came up. */
  connected(now: number): OutputEffect[] {
    return this.#out(this.#sender.connected(now));
  }

  /** The connection ended. */
  disconnected(now: number): OutputEffect[] {
    return this.#out(this.#sender.disconnected(now));
  }

  /** Takes bytes from the AE. */
  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    const acks = this.#sender.counts.acks;
    const effects = this.#sender.feed(bytes, now);
    if (this.#sender.counts.acks > acks) this.#test = undefined;
    return this.#out(effects);
  }

  /** Lets time pass. */
  tick(now: number): OutputEffect[] {
    return this.#out(this.#sender.tick(now));
  }

  /** Hands over one alarm; only while {@link ready}. */
  offer(item: OutputItem, now: number): OutputEffect[] {
    return this.#out(this.#sender.offer(item, now));
  }

  /** The frames that {@link offer} would send, with the numbers they would have: none is taken. */
  preview(item: OutputItem, _now: number): Written {
    let next = this.#next;
    const sequence = () => {
      const number = spelled(next);
      next = after(next);
      return number;
    };
    return writeDc07Alarm(item, { ...this.#writing, sequence });
  }

  /** Numbers the link tests, notes what is in flight, and adds what was dropped. */
  #out(effects: OutputEffect[]): OutputEffect[] {
    const out: OutputEffect[] = this.#strays;
    this.#strays = [];
    for (const effect of effects) {
      if (effect.kind !== "send") {
        out.push(effect);
        continue;
      }
      const bytes = effect.bytes === LINK_TEST ? this.#linkTest() : effect.bytes;
      this.#inFlight = new TextDecoder().decode(bytes.subarray(...SEQUENCE));
      out.push({ kind: "send", bytes });
    }
    return out;
  }

  /** A repeated link test is the same octets: else a slow AE would always answer the one before. */
  #linkTest(): Uint8Array {
    if (this.#test === undefined) {
      const message = {
        type: TAB,
        sequence: this.#sequence(),
        receiver: this.#writing.receiver,
        line: "00",
        data: "",
      };
      const written = writeDc07(message);
      this.#test = written.ok ? written.bytes : new Uint8Array();
    }
    return this.#test;
  }

  #sequence(): string {
    const sequence = spelled(this.#next);
    this.#next = after(this.#next);
    return sequence;
  }
}

function spelled(sequence: number): string {
  return String(sequence).padStart(4, "0");
}

/** 0000 is the number of a negative answer. */
function after(sequence: number): number {
  return sequence === 9999 ? 1 : sequence + 1;
}

/** Stands for a link test until it gets its number. */
const LINK_TEST = new Uint8Array(1);

/** Where the number stands: behind LF, check, length and type. */
const SEQUENCE = [8, 12] as const;

function twoCharacters(what: string, given: string): string {
  const padded = given.padStart(2, "0");
  if (/^[0-9A-Za-z]{2}$/.test(padded)) return padded;
  throw new RangeError(`${what} number ${JSON.stringify(given)} is not one or two digits, such as "01"`);
}
