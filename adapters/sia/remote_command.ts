/**
 * Commands from the receiving centre to a panel: remote login, control, queries.
 *
 * @module
 */
import type { SiaBlock } from "./block.ts";
import { SIA_MAX_DATA } from "./block.ts";
import { encodeCp437 } from "./cp437.ts";

/** A command for the panel (Galaxy "SIA level 4"; panel-formats.md §1.6, A for login, `C` and `X`). */
export interface SiaCommand {
  /** Comes back with the result. */
  id: string;
  /** `?` remote login, `C` control, `X` extended query, `P` program. */
  code: "?" | "C" | "X" | "P";
  /** The command, at most 63 octets; for `?` the remote code, which is a secret and is never shown. */
  data: Uint8Array | string;
}

/** What became of a command. */
export interface SiaCommandResult {
  /** The command's id. */
  id: string;
  /**
   * `answered` the panel sent data; `acknowledged` it took the command and sent none; `rejected` it refused; `no-answer`
   * within the time; `closed` the connection ended first.
   */
  outcome: "answered" | "acknowledged" | "rejected" | "no-answer" | "closed";
  /** Function code of the answer: `@`, `X`, `C`, `P`. */
  code?: string;
  /** Data of the answer. */
  data?: Uint8Array;
}

/** Time for an acknowledgement, in ms (panel-formats.md §1.6, A). */
export const SIA_COMMAND_WAIT = 2500;
/** Time for data behind the acknowledgement, in ms: the gap inside a data group (panel-formats.md §1.6, A). */
export const SIA_COMMAND_DATA_WAIT = 4000;
/** How often a block is sent that the panel rejects (panel-formats.md §1.6, A). */
const MOST_SENDS = 4;
/** Commands that wait, and results that are kept. */
const MOST = 8;

const ANSWERS = "@XCP";

interface Pending {
  command: SiaCommand;
  block: SiaBlock;
  sends: number;
  deadline: number;
  acknowledged: boolean;
}

/**
 * Keeps track of the commands of one connection: one on its way at a time, the others wait.
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
 * assertEquals(commands.add({ id: "1", code: "C", data: "SA*1" }), true);
 * assertEquals(commands.start(0, false)?.code, "C");
 * commands.takeAnswer({ ackRequest: true, reverseChannel: false, code: "8", data: new Uint8Array() }, 10);
 * commands.tick(5000);
 * assertEquals(commands.takeResults(), [{ id: "1", outcome: "acknowledged" }]);
 * ```
 */
export class SiaCommands {
  #waiting: SiaCommand[] = [];
  #pending: Pending | undefined;
  #results: SiaCommandResult[] = [];

  /** True while a command waits to be sent. */
  get waiting(): boolean {
    return this.#waiting.length > 0 && this.#pending === undefined;
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get deadline(): number | undefined {
    return this.#pending?.deadline;
  }

  /** Takes a command. @returns False when too many wait already. */
  add(command: SiaCommand): boolean {
    if (this.#waiting.length + this.#results.length + (this.#pending === undefined ? 0 : 1) >= MOST) {
      return false;
    }
    this.#waiting.push(command);
    return true;
  }

  /** Starts the next command. @returns The block to send; undefined when none waits or one is on its way. */
  start(now: number, reverseChannel: boolean): SiaBlock | undefined {
    if (this.#pending !== undefined) return undefined;
    const command = this.#waiting.shift();
    if (command === undefined) return undefined;
    const block: SiaBlock = {
      ackRequest: true,
      reverseChannel,
      code: command.code,
      data: commandData(command),
    };
    this.#pending = { command, block, sends: 1, deadline: now + SIA_COMMAND_WAIT, acknowledged: false };
    return block;
  }

  /**
   * Takes a block of the panel that may be the answer.
   *
   * @returns `no` when it has nothing to do with a command; `yes`; or the block to send again.
   */
  takeAnswer(block: SiaBlock, now: number): "no" | "yes" | SiaBlock {
    const pending = this.#pending;
    if (pending === undefined) return "no";
    const { code, data } = block;
    if (ANSWERS.includes(code)) {
      this.#end({ id: pending.command.id, outcome: "answered", code, data });
      return "yes";
    }
    if (code === "1") {
      pending.deadline = now + SIA_COMMAND_WAIT;
      return "yes";
    }
    if (code === "8" || code === "6" || code === "\x08") {
      pending.acknowledged = true;
      pending.deadline = now + SIA_COMMAND_DATA_WAIT;
      return "yes";
    }
    if (code === "7") {
      this.#end({ id: pending.command.id, outcome: "acknowledged" });
      return "yes";
    }
    const rejected = code === "9" || code === "\x09";
    if (rejected && !pending.acknowledged && pending.sends < MOST_SENDS) {
      pending.sends++;
      pending.deadline = now + SIA_COMMAND_WAIT;
      return pending.block;
    }
    if (!rejected && code !== "2") return "no";
    this.#end({ id: pending.command.id, outcome: "rejected" });
    return "yes";
  }

  /** Lets time pass. */
  tick(now: number): void {
    const pending = this.#pending;
    if (pending === undefined || now < pending.deadline) return;
    this.#end({ id: pending.command.id, outcome: pending.acknowledged ? "acknowledged" : "no-answer" });
  }

  /** The connection ended. */
  close(): void {
    const pending = this.#pending;
    if (pending !== undefined) {
      this.#end({ id: pending.command.id, outcome: pending.acknowledged ? "acknowledged" : "closed" });
    }
    for (const { id } of this.#waiting) this.#results.push({ id, outcome: "closed" });
    this.#waiting = [];
  }

  /** The results since the last call. */
  takeResults(): SiaCommandResult[] {
    const results = this.#results;
    this.#results = [];
    return results;
  }

  #end(result: SiaCommandResult): void {
    this.#results.push(result);
    this.#pending = undefined;
  }
}

/**
 * The octets of a command.
 *
 * @param command The command.
 * @returns The data of its block; text in code page 437.
 */
export function commandData({ data }: SiaCommand): Uint8Array {
  return typeof data === "string" ? encodeCp437(data) : data;
}

/**
 * Whether a command fits a block.
 *
 * @param command The command.
 * @returns True for 0 to 63 octets.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { commandFits } from "./remote_command.ts";
 *
 * assert(commandFits({ id: "1", code: "X", data: "ZS201" }));
 * assert(!commandFits({ id: "1", code: "X", data: "Z".repeat(64) }));
 * ```
 */
export function commandFits(command: SiaCommand): boolean {
  return commandData(command).length <= SIA_MAX_DATA;
}
