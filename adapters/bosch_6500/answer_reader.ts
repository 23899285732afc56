/**
 * Reads what automation software says to a receiver in D6500 mode.
 *
 * @module
 */
import type { Answer, AnswerReader } from "../../src/delivery/answer_reader.ts";
import { type Bosch6500Command, parseCommand } from "./command.ts";

const ACK = 0x06;
const NAK = 0x15;
const CR = 0x0d;
const MARK = 0x21;
/** A command that is longer is none. */
const MAX_COMMAND = 16;

/**
 * One octet 0x06 or 0x15 answers a line; `!…` up to 0x0D is a command; all else is stray (receiver-outputs.md §3.2, A).
 *
 * No command is carried out: the clock of this machine is not the AE's to set. Each is reported, and answered with `reply` where there is
 * one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Bosch6500AnswerReader } from "./answer_reader.ts";
 *
 * const reader = new Bosch6500AnswerReader();
 * assertEquals(reader.feed(new TextEncoder().encode("!T12")), []);
 * const answers = reader.feed(new TextEncoder().encode("00\r\x06?"));
 * assertEquals(answers.map(({ kind }) => kind), ["remark", "ack", "stray"]);
 * ```
 */
export class Bosch6500AnswerReader implements AnswerReader {
  readonly #reply: Uint8Array | undefined;
  /** A command so far, `!` included. */
  #command: number[] = [];

  /** Starts afresh. @param reply What commands are answered with; nothing when absent. */
  constructor(reply?: Uint8Array) {
    this.#reply = reply;
  }

  /** Takes the next bytes; neighbouring stray bytes come as one run. */
  feed(bytes: Uint8Array): Answer[] {
    const answers: Answer[] = [];
    let stray: number[] = [];
    const push = (...more: Answer[]) => {
      if (stray.length > 0) answers.push({ kind: "stray", raw: Uint8Array.from(stray) });
      stray = [];
      answers.push(...more);
    };
    for (const byte of bytes) {
      if (this.#command.length > 0) {
        this.#command.push(byte);
        if (byte === CR) {
          push(this.#remark());
          continue;
        }
        if (byte > 0x20 && byte < 0x7f && byte !== MARK && this.#command.length <= MAX_COMMAND) continue;
        // Not a command after all: this octet is looked at afresh.
        stray.push(...this.#command.slice(0, -1));
        this.#command = [];
      }
      if (byte === ACK) push({ kind: "ack" });
      else if (byte === NAK) push({ kind: "nak" });
      else if (byte === MARK) this.#command = [byte];
      else stray.push(byte);
    }
    push();
    return answers;
  }

  /** Gives up half a command. */
  flush(): Answer[] {
    if (this.#command.length === 0) return [];
    const raw = Uint8Array.from(this.#command);
    this.#command = [];
    return [{ kind: "stray", raw }];
  }

  #remark(): Answer {
    const raw = Uint8Array.from(this.#command);
    this.#command = [];
    const text = String.fromCharCode(...raw.subarray(1, -1));
    const what = WORDS[parseCommand(text).kind];
    return {
      kind: "remark",
      rule: "ae-command",
      message:
        `The AE sent the command \`!${text}\` (${what}). Commands are not carried out: set the clock of this machine by ` +
        "its system, and switch the commands off in the AE.",
      raw,
      ...(this.#reply === undefined ? {} : { reply: this.#reply }),
    };
  }
}

const WORDS: Readonly<Record<Bosch6500Command["kind"], string>> = {
  time: "set the time",
  date: "set the date",
  k: "K",
  unknown: "not known here",
};
