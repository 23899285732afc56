/**
 * Commands on their way to a panel.
 *
 * @module
 */
import type { CommandResult, PanelCommand } from "../contract.ts";
import { readRecords, type VdsRecord, writeRecords } from "./record.ts";
import { readFields } from "./record_fields.ts";
import { ST } from "./record_type.ts";

/** A command that waits or is in flight. */
export interface VdsCommand {
  /**
   * Its id. Undefined for the acknowledgement of an alarm, which goes out before all commands that wait, and at once; nobody
   * is told what became of it.
   */
  readonly id: string | undefined;
  /** Its records. */
  readonly records: readonly VdsRecord[];
  /** Type of the record that a query (record 10) asks for; undefined for all other commands. */
  readonly asked: number | undefined;
  /** When it was handed over, ms since the epoch. */
  readonly addedAt: number;
  /** When it was sent last; undefined while it waits. */
  sentAt: number | undefined;
  /** How often it was sent. */
  attempts: number;
  /** True when the panel has taken it, and what it asks for is still to come. */
  confirmed: boolean;
}

/** A command that could not be sent within this time is not sent any more, ms: nobody waits for it longer. */
export const VDS_COMMAND_PATIENCE = 30_000;
/** Commands that may wait. */
const MAX_WAITING = 16;
/** The longest command, in octets: user data of a Telenot panel (vds2465.md §5, A). */
const MAX_OCTETS = 247;
const NOTHING = new Uint8Array();

/**
 * A queue of commands, one in flight at a time. Each comes to exactly one result.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VdsCommands } from "./commands.ts";
 *
 * const commands = new VdsCommands();
 * assertEquals(commands.add({ id: "a", data: Uint8Array.fromHex("050200053002e1") }, 0), []);
 * commands.sent(5);
 * assertEquals(commands.end("done", ""), [
 *   { kind: "command-result", id: "a", outcome: "done", detail: "", data: new Uint8Array() },
 * ]);
 * assertEquals(commands.first, undefined);
 * ```
 */
export class VdsCommands {
  readonly #queue: VdsCommand[] = [];

  /**
   * Takes a command.
   *
   * @param command Its id and records.
   * @param now Milliseconds since the epoch.
   * @returns Nothing, or that it is rejected: no records, some that cannot be read, more than 247 octets, 16 wait already.
   */
  add({ id, data }: PanelCommand, now: number): CommandResult[] {
    const { records, refused } = readRecords(data);
    const why = refused !== undefined
      ? `Octet ${refused.offset} of the command: a record announces more octets than there are. Count its first octet again`
      : this.#misfit(data.length);
    if (why !== undefined) return [result(id, "rejected", why)];
    this.#queue.push(made(id, records, now));
    return [];
  }

  /** Takes the acknowledgement of an alarm: however many wait, and before them. */
  addUrgent(records: readonly VdsRecord[], now: number): void {
    const place = this.#queue.findIndex((each) => each.id !== undefined && each.sentAt === undefined);
    this.#queue.splice(place >= 0 ? place : this.#queue.length, 0, made(undefined, records, now));
    // A panel that confirms nothing would fill the memory with acknowledgements: the oldest is of no use to it any more.
    if (this.#queue.length <= 2 * MAX_WAITING) return;
    this.#queue.splice(this.#queue.findIndex(({ id }) => id === undefined), 1);
  }

  /** The command in flight, or the one that is to be sent next. */
  get first(): VdsCommand | undefined {
    return this.#queue[0];
  }

  /** When {@link expire} has something to do; undefined when no command waits. */
  get deadline(): number | undefined {
    const next = this.#queue.find(waits);
    return next === undefined ? undefined : next.addedAt + VDS_COMMAND_PATIENCE;
  }

  /** The first command was sent. */
  sent(now: number): void {
    const command = this.first;
    if (command === undefined) return;
    command.sentAt = now;
    command.attempts++;
  }

  /**
   * The first command has come to its end.
   *
   * @param outcome How.
   * @param detail Why, in words.
   * @param answer The records that the panel answered with.
   * @returns Its result; none for the acknowledgement of an alarm.
   */
  end(
    outcome: CommandResult["outcome"],
    detail: string,
    answer: readonly VdsRecord[] = [],
  ): CommandResult[] {
    const id = this.#queue.shift()?.id;
    return id === undefined ? [] : [result(id, outcome, detail, writeRecords(answer))];
  }

  /** Gives up the commands that could not be sent for too long: what is sent late would surprise people. */
  expire(now: number): CommandResult[] {
    const results: CommandResult[] = [];
    for (let at = this.#queue.length - 1; at >= 0; at--) {
      const command = this.#queue[at];
      if (command?.id === undefined || !waits(command) || now < command.addedAt + VDS_COMMAND_PATIENCE) {
        continue;
      }
      this.#queue.splice(at, 1);
      const seconds = VDS_COMMAND_PATIENCE / 1000;
      const why = `It was not sent: for ${seconds} s the panel left no room for it. Give it again`;
      results.unshift(result(command.id, "rejected", why));
    }
    return results;
  }

  /** The connection ended: all commands are over. */
  close(): CommandResult[] {
    return this.#queue.splice(0).flatMap(({ id, sentAt }) => {
      if (id === undefined) return [];
      const why = sentAt === undefined
        ? "It was not sent: the connection to the panel ended first"
        : "The connection to the panel ended before its answer: it is not known whether it was carried out";
      return [result(id, "closed", why)];
    });
  }

  #misfit(length: number): string | undefined {
    if (length === 0) return "The command holds no record";
    if (length > MAX_OCTETS) {
      return `A command holds ${MAX_OCTETS} octets of records at most, not ${length}. Give its records one by one`;
    }
    if (this.#queue.filter(({ id }) => id !== undefined).length < MAX_WAITING) return undefined;
    return `${MAX_WAITING} commands wait already. Wait until the panel has answered one`;
  }
}

/**
 * Rejects a command whose connection has ended.
 *
 * @param command The command.
 * @returns Its result.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tooLate } from "./commands.ts";
 *
 * assertEquals(tooLate({ id: "a", data: new Uint8Array() }).outcome, "closed");
 * ```
 */
export function tooLate({ id }: PanelCommand): CommandResult {
  return result(id, "closed", "It was not sent: the connection to the panel has ended");
}

function made(id: string | undefined, records: readonly VdsRecord[], addedAt: number): VdsCommand {
  const asked = records.map(askedBy).find((type) => type !== undefined);
  return { id, records, asked, addedAt, sentAt: undefined, attempts: 0, confirmed: false };
}

function askedBy(record: VdsRecord): number | undefined {
  if (record.type !== ST.QUERY) return undefined;
  const fields = readFields(record);
  return fields.kind === "query" ? fields.asked : undefined;
}

function waits({ id, sentAt }: VdsCommand): boolean {
  return id !== undefined && sentAt === undefined;
}

function result(
  id: string,
  outcome: CommandResult["outcome"],
  detail: string,
  data: Uint8Array = NOTHING,
): CommandResult {
  return { kind: "command-result", id, outcome, detail, data };
}
