/**
 * The premises side of remote control: takes commands of the RCT, hands them to panels, and reports what became of them.
 *
 * @module
 */
import type { CommandResult, PanelCommand } from "../../adapters/contract.ts";
import type { Result } from "../ip/profile.ts";
import { readEnvelope, REMOTE_DATA_OCTETS, type RemoteCommand, writeEnvelope } from "../remote/envelope.ts";
import type { Log } from "./log.ts";

/** A panel that takes commands. */
export interface RemotePanel {
  /** Name of its input, for the log. */
  input: string;
  /** Sends it a command; `done` is called once, now or later. */
  send(command: PanelCommand, done: (result: CommandResult) => void): void;
}

/** What a {@link RemoteControl} works with. */
export interface RemoteControlParts {
  /** Finds the one panel that a command is for, or says in words why there is none. */
  find(account: string | undefined, input: string | undefined): RemotePanel | { why: string };
  /** Tells the RCT something, when the path is free. */
  report(octets: Uint8Array): void;
  log: Log;
}

/** What a TRANSPARENT message is answered with. */
export interface TransparentAnswer {
  result: Result;
  data?: Uint8Array;
}

/** Commands that may be open at a time. */
const MAX_OPEN = 8;
/** Ended commands that are remembered, so that none is carried out twice. */
const MAX_ENDED = 256;

/**
 * Carries out the commands of the RCT, each once.
 *
 * A command is told from another by its id: one that comes again (a repeat of the path) is answered with what is known of it.
 * Its octets are never logged: they can be a code.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeEnvelope } from "../remote/envelope.ts";
 * import { RemoteControl } from "./remote_control.ts";
 *
 * const control = new RemoteControl({ find: () => ({ why: "no panel is connected" }), report: () => {}, log: () => {} });
 * const { result, data } = control.take(writeEnvelope({ kind: "command", id: "7", data: new Uint8Array(1) }));
 * assertEquals(result, "RESP_PROCESS_ERROR");
 * assertEquals(
 *   new TextDecoder().decode(data),
 *   '{"tocsin":"answer","id":"7","accepted":false,"detail":"no panel is connected"}',
 * );
 * ```
 */
export class RemoteControl {
  readonly #parts: RemoteControlParts;
  readonly #open = new Set<string>();
  /** What is said to ended and refused commands that come again; the oldest first. */
  readonly #ended = new Map<string, TransparentAnswer>();

  constructor(parts: RemoteControlParts) {
    this.#parts = parts;
  }

  /** Commands that have no outcome yet. */
  get open(): number {
    return this.#open.size;
  }

  /**
   * Takes the octets of a TRANSPARENT message.
   *
   * @param octets The octets.
   * @returns Its answer: `RESP_ACKNOWLEDGE` with the word that the command is on its way, or with its outcome if that is
   *   known; `RESP_PROCESS_ERROR` with the reason why it is not carried out; `RESP_CMD_NOT_SUPPORTED` for what is no command.
   *   Never throws.
   */
  take(octets: Uint8Array): TransparentAnswer {
    const read = readEnvelope(octets);
    if (read.kind === "unreadable") {
      this.#parts.log("warn", "command-unreadable", `a command of the RCT cannot be read: ${read.message}`);
      return refused("", `the SPT cannot read the command: ${read.message}`);
    }
    if (read.kind === "foreign" || read.envelope.kind !== "command") {
      return { result: "RESP_CMD_NOT_SUPPORTED" };
    }
    const command = read.envelope;
    const ended = this.#ended.get(command.id);
    if (ended !== undefined) return ended;
    if (this.#open.has(command.id)) return accepted(command.id);
    return this.#begin(command);
  }

  #begin(command: RemoteCommand): TransparentAnswer {
    const { id, account, input, data } = command;
    if (this.#open.size >= MAX_OPEN) {
      return this.#refuse(command, `${MAX_OPEN} commands have no outcome yet: wait for one of them`);
    }
    const panel = this.#find(account, input);
    if ("why" in panel) return this.#refuse(command, panel.why);
    this.#log("info", "command", "a command of the RCT goes to the panel", command, panel.input);
    this.#open.add(id);
    let answered = false;
    const done = (result: CommandResult) => this.#done(command, panel.input, result, answered);
    try {
      panel.send({ id, data }, done);
    } catch (error) {
      // The message stays here: nobody knows what it quotes.
      this.#parts.log(
        "error",
        "command-failed",
        `the input's code failed: ${error instanceof Error ? error.name : ""}`,
      );
      done(notKnown(id));
    }
    answered = true;
    return this.#ended.get(id) ?? accepted(id);
  }

  #find(account: string | undefined, input: string | undefined): RemotePanel | { why: string } {
    try {
      return this.#parts.find(account, input);
    } catch (error) {
      this.#parts.log("error", "command-failed", `no panel could be looked for: ${error}`);
      return { why: "the SPT has a fault, its log says more" };
    }
  }

  /** Its end, the first time that it is told of; the RCT is told apart when the answer is already out. */
  #done(command: RemoteCommand, input: string, result: CommandResult, apart: boolean): void {
    if (!this.#open.delete(command.id)) return;
    const kept: CommandResult = { ...result, id: command.id, data: result.data.slice(0, REMOTE_DATA_OCTETS) };
    if (result.data.length > REMOTE_DATA_OCTETS) {
      const cut = `the panel answered ${result.data.length} octets, the first ${REMOTE_DATA_OCTETS} are here`;
      kept.detail = kept.detail === "" ? cut : `${cut}. ${kept.detail}`;
    }
    const { id, outcome, detail, data } = kept;
    const octets = writeEnvelope({ kind: "outcome", id, outcome, detail, data });
    this.#remember(id, { result: "RESP_ACKNOWLEDGE", data: octets });
    const level = outcome === "done" ? "info" : "warn";
    this.#log(
      level,
      `command-${outcome}`,
      detail === "" ? "the panel has confirmed it" : detail,
      command,
      input,
    );
    if (apart) this.#parts.report(octets);
  }

  #refuse(command: RemoteCommand, why: string): TransparentAnswer {
    this.#log("warn", "command-refused", why, command, command.input);
    const answer = refused(command.id, why);
    // The RCT is told that it was not carried out: so it must stay.
    this.#remember(command.id, answer);
    return answer;
  }

  #remember(id: string, answer: TransparentAnswer): void {
    this.#ended.set(id, answer);
    for (const oldest of this.#ended.keys()) {
      if (this.#ended.size <= MAX_ENDED) break;
      this.#ended.delete(oldest);
    }
  }

  #log(
    level: "info" | "warn",
    rule: string,
    message: string,
    { id, account, by }: RemoteCommand,
    input?: string,
  ): void {
    this.#parts.log(level, rule, message, {
      command: id,
      ...(input === undefined ? {} : { input }),
      ...(account === undefined ? {} : { account }),
      ...(by === undefined ? {} : { by }),
    });
  }
}

function accepted(id: string): TransparentAnswer {
  const data = writeEnvelope({ kind: "answer", id, accepted: true, detail: "" });
  return { result: "RESP_ACKNOWLEDGE", data };
}

function refused(id: string, detail: string): TransparentAnswer {
  return {
    result: "RESP_PROCESS_ERROR",
    data: writeEnvelope({ kind: "answer", id, accepted: false, detail }),
  };
}

function notKnown(id: string): CommandResult {
  const detail = "the SPT has a fault: it is not known whether the command was carried out";
  return { kind: "command-result", id, outcome: "no-answer", detail, data: new Uint8Array() };
}
