/**
 * When commands go out to a panel: what a session knows about it.
 *
 * @module
 */
import { commandResult } from "../command_result.ts";
import type { PanelCommand, PanelEffect } from "../contract.ts";
import { type SiaBlock, writeBlock } from "./block.ts";
import { siaFunction } from "./function_code.ts";
import { SiaCommands } from "./remote_command.ts";
import type { SiaSessionOptions } from "./session_options.ts";

/** Silence after which a data group that was broken off is over, in ms (panel-formats.md §1.6, A). */
export const SIA_GROUP_GAP = 4000;

/**
 * Commands of one connection: whether the panel takes them, and when it listens.
 *
 * Between data groups the panel listens; inside one it would take a command for its answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaRemote } from "./session_remote.ts";
 *
 * const command = { id: "1", data: new TextEncoder().encode("XZS201") };
 * const remote = new SiaRemote("always");
 * assertEquals(remote.add(command, 0), []);
 * assertEquals(remote.start(0).map(({ kind }) => kind), ["send"]);
 * const [result] = new SiaRemote("never").add(command, 0);
 * assertEquals(result?.kind === "command-result" && result.outcome, "rejected");
 * ```
 */
export class SiaRemote {
  readonly #allowed: NonNullable<SiaSessionOptions["remote"]>;
  readonly #commands = new SiaCommands();
  /** A block of the panel had the reverse channel bit set. */
  #reverseChannel = false;
  #insideGroup = false;
  #heardAt = 0;
  #over = false;

  /** Starts with a panel that has said nothing. @param allowed What the input allows. */
  constructor(allowed: SiaSessionOptions["remote"] = "never") {
    this.#allowed = allowed;
  }

  /** When {@link tick} wants to be called next, in ms since the epoch. */
  get nextTick(): number | undefined {
    const groupEnd = this.#commands.waiting && this.#insideGroup ? this.#heardAt + SIA_GROUP_GAP : undefined;
    const { deadline } = this.#commands;
    return deadline === undefined || groupEnd === undefined
      ? deadline ?? groupEnd
      : Math.min(deadline, groupEnd);
  }

  /**
   * Takes a command.
   *
   * @param command The command.
   * @param now Milliseconds since the epoch.
   * @returns Nothing when it waits to be sent; else its result.
   */
  add(command: PanelCommand, now: number): PanelEffect[] {
    const { id } = command;
    if (this.#over) {
      return [commandResult(id, "closed", "It was not sent: the connection to the panel has ended")];
    }
    if (this.#allowed === "never") {
      const why = "This input does not let commands through to the panel. Set remote to allow them";
      return [commandResult(id, "rejected", why)];
    }
    if (this.#allowed === "reverse-channel" && !this.#reverseChannel) {
      const why =
        "The panel has not offered a reverse channel. Allow remote control in the panel, or set remote to " +
        "always if it takes commands without offering it";
      return [commandResult(id, "rejected", why)];
    }
    return this.#commands.add(command, now);
  }

  /** Octets came from the panel. @param now Milliseconds since the epoch. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /**
   * Takes a block that may be an answer, and goes before those that wait for an alarm.
   *
   * @param block The block.
   * @returns What it makes the session do; undefined when it answers no command.
   */
  takeAnswer(block: SiaBlock): PanelEffect[] | undefined {
    this.#reverseChannel ||= block.reverseChannel;
    const answer = this.#commands.takeAnswer(block, this.#heardAt);
    if (answer === undefined) return undefined;
    const { results, again } = answer;
    return again === undefined ? results : [...results, { kind: "send", bytes: writeBlock(again) }];
  }

  /** Notes where in its conversation the panel is. @param block Its block. */
  follow({ code, reverseChannel }: SiaBlock): void {
    this.#reverseChannel ||= reverseChannel;
    const kind = siaFunction(code)?.kind;
    if (kind === "account" || kind === "event" || kind === "text" || kind === "origin") {
      this.#insideGroup = true;
    } else if (kind === "end" || code === "2") this.#insideGroup = false;
  }

  /** Lets time pass. @param now Milliseconds since the epoch. @returns Results of commands without an answer. */
  tick(now: number): PanelEffect[] {
    if (now - this.#heardAt >= SIA_GROUP_GAP) this.#insideGroup = false;
    return this.#commands.tick(now);
  }

  /** Sends the next command, if the panel listens. @param now Milliseconds since the epoch. */
  start(now: number): PanelEffect[] {
    const block = this.#insideGroup || this.#over
      ? undefined
      : this.#commands.start(now, this.#reverseChannel);
    return block === undefined ? [] : [{ kind: "send", bytes: writeBlock(block) }];
  }

  /** The connection ended: no command goes out any more. @returns The results of those that were open. */
  close(): PanelEffect[] {
    this.#over = true;
    return this.#commands.close();
  }
}
