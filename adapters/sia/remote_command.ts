/**
 * Commands from the receiving centre to a panel: remote login, control, queries.
 *
 * @module
 */
import { commandResult } from "../command_result.ts";
import type { CommandResult, PanelCommand } from "../contract.ts";
import { SIA_MAX_DATA, type SiaBlock } from "./block.ts";

/** Time for an acknowledgement, in ms (panel-formats.md §1.6, A). */
export const SIA_COMMAND_WAIT = 2500;
/** Time for data behind the acknowledgement, in ms: the gap inside a data group (panel-formats.md §1.6, A). */
export const SIA_COMMAND_DATA_WAIT = 4000;
/** A command that could not be sent within this time is not sent any more, ms: nobody waits for it longer. Our choice. */
export const SIA_COMMAND_PATIENCE = 30_000;
/** How often a block is sent that the panel rejects (panel-formats.md §1.6, A). */
const MOST_SENDS = 4;
/** Commands that wait or are on their way. */
const MOST = 8;

/** Function codes of commands: remote login, control, extended query, program (panel-formats.md §1.2, §1.6, A). */
const COMMANDS = "?CXP";
/** Function codes of blocks that answer one with data. */
const ANSWERS = "@XCP";
const NOTHING = new Uint8Array();

interface Waiting {
  command: PanelCommand;
  addedAt: number;
}

interface Pending {
  id: string;
  block: SiaBlock;
  sends: number;
  deadline: number;
  acknowledged: boolean;
}

/** What a block of the panel says to a command. */
export interface SiaCommandAnswer {
  /** What became of the command, if that is clear now. */
  results: CommandResult[];
  /** The command's block, to be sent again. */
  again?: SiaBlock;
}

/**
 * Keeps track of the commands of one connection: one on its way at a time, the others wait. Each comes to exactly one
 * result. A command is a function code, `?` remote login, `C` control, `X` extended query or `P` program, and its data of
 * at most 63 octets (Galaxy "SIA level 4"; panel-formats.md §1.6, A for login, `C` and `X`). The data of a login is a
 * secret: it is in no result.
 *
 * A block that the panel rejects is sent again, four times in all. One that is not answered is not: a control command
 * that was carried out, and whose acknowledgement was lost, must not be carried out twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaCommands } from "./remote_command.ts";
 *
 * const commands = new SiaCommands();
 * assertEquals(commands.add({ id: "1", data: new TextEncoder().encode("CSA*1") }, 0), []);
 * assertEquals(commands.start(0, false)?.code, "C");
 * commands.takeAnswer({ ackRequest: true, reverseChannel: false, code: "8", data: new Uint8Array() }, 10);
 * assertEquals(commands.tick(5000), [
 *   { kind: "command-result", id: "1", outcome: "done", detail: "", data: new Uint8Array() },
 * ]);
 * ```
 */
export class SiaCommands {
  #waiting: Waiting[] = [];
  #pending: Pending | undefined;

  /** True while a command waits to be sent. */
  get waiting(): boolean {
    return this.#waiting.length > 0 && this.#pending === undefined;
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get deadline(): number | undefined {
    const [first] = this.#waiting;
    const patience = first === undefined ? undefined : first.addedAt + SIA_COMMAND_PATIENCE;
    const deadline = this.#pending?.deadline;
    return patience === undefined || deadline === undefined
      ? deadline ?? patience
      : Math.min(deadline, patience);
  }

  /**
   * Takes a command.
   *
   * @param command Its id, and function code and data.
   * @param now Milliseconds since the epoch.
   * @returns Nothing, or that it is rejected: no function code of a command, too long, eight wait already.
   */
  add(command: PanelCommand, now: number): CommandResult[] {
    const why = this.#misfit(command.data);
    if (why !== undefined) return [commandResult(command.id, "rejected", why)];
    this.#waiting.push({ command: { id: command.id, data: command.data.slice() }, addedAt: now });
    return [];
  }

  /** Starts the next command. @returns The block to send; undefined when none waits or one is on its way. */
  start(now: number, reverseChannel: boolean): SiaBlock | undefined {
    if (this.#pending !== undefined) return undefined;
    const next = this.#waiting.shift();
    if (next === undefined) return undefined;
    const { id, data } = next.command;
    const block: SiaBlock = {
      ackRequest: true,
      reverseChannel,
      code: String.fromCharCode(data[0] ?? 0),
      data: data.subarray(1),
    };
    this.#pending = { id, block, sends: 1, deadline: now + SIA_COMMAND_WAIT, acknowledged: false };
    return block;
  }

  /**
   * Takes a block of the panel that may be the answer.
   *
   * @param block The block.
   * @param now Milliseconds since the epoch.
   * @returns Undefined when it has nothing to do with a command.
   */
  takeAnswer(block: SiaBlock, now: number): SiaCommandAnswer | undefined {
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    const { code, data } = block;
    if (ANSWERS.includes(code)) {
      return { results: this.#end("done", "", Uint8Array.of(code.charCodeAt(0), ...data)) };
    }
    if (code === "1") {
      pending.deadline = now + SIA_COMMAND_WAIT;
      return { results: [] };
    }
    if (code === "8" || code === "6" || code === "\x08") {
      pending.acknowledged = true;
      pending.deadline = now + SIA_COMMAND_DATA_WAIT;
      return { results: [] };
    }
    if (code === "7") return { results: this.#end("done") };
    const rejected = code === "9" || code === "\x09";
    if (rejected && !pending.acknowledged && pending.sends < MOST_SENDS) {
      pending.sends++;
      pending.deadline = now + SIA_COMMAND_WAIT;
      return { results: [], again: pending.block };
    }
    if (!rejected && code !== "2") return undefined;
    const why = rejected
      ? "The panel has rejected it. Check that the panel knows the command and allows remote control, and the login"
      : "The panel has broken it off";
    return { results: this.#end("rejected", why) };
  }

  /** Lets time pass. @returns Results of commands that waited too long. */
  tick(now: number): CommandResult[] {
    const results: CommandResult[] = [];
    const pending = this.#pending;
    if (pending !== undefined && now >= pending.deadline) {
      // It has taken the command, and has no data to give.
      if (pending.acknowledged) results.push(...this.#end("done"));
      else {
        const why =
          `The panel did not answer within ${SIA_COMMAND_WAIT / 1000} s: it is not known whether it ` +
          "carried it out. Check that the panel takes commands on this line";
        results.push(...this.#end("no-answer", why));
      }
    }
    while (this.#waiting[0] !== undefined && now >= this.#waiting[0].addedAt + SIA_COMMAND_PATIENCE) {
      const late = this.#waiting.shift();
      const why = `It was not sent: for ${
        SIA_COMMAND_PATIENCE / 1000
      } s the panel left no room for it. Give it again`;
      if (late !== undefined) results.push(commandResult(late.command.id, "rejected", why));
    }
    return results;
  }

  /** The connection ended: all commands are over. @returns Their results. */
  close(): CommandResult[] {
    const why =
      "The connection to the panel ended before its answer: it is not known whether it was carried out";
    const pending = this.#pending?.acknowledged === true ? this.#end("done") : this.#end("closed", why);
    const waiting = this.#waiting.splice(0).map(({ command }) =>
      commandResult(command.id, "closed", "It was not sent: the connection to the panel ended first")
    );
    return [...pending, ...waiting];
  }

  #misfit(data: Uint8Array): string | undefined {
    const [code] = data;
    if (code === undefined || !COMMANDS.includes(String.fromCharCode(code))) {
      return "A SIA command begins with its function code: C control, X extended query, P program, ? remote login";
    }
    if (data.length > 1 + SIA_MAX_DATA) {
      return `A command has at most ${SIA_MAX_DATA} octets behind its function code. Send it in parts`;
    }
    if (this.#waiting.length + (this.#pending === undefined ? 0 : 1) < MOST) return undefined;
    return `${MOST} commands wait already. Wait until the panel has answered one`;
  }

  #end(outcome: CommandResult["outcome"], detail = "", data: Uint8Array = NOTHING): CommandResult[] {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending === undefined ? [] : [commandResult(pending.id, outcome, detail, data)];
  }
}
