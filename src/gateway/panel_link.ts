/**
 * One panel's connection: its session on one side, the intake on the other.
 *
 * @module
 */
import type {
  CommandResult,
  PanelAlarm,
  PanelCommand,
  PanelEffect,
  PanelSession,
} from "../../adapters/contract.ts";
import { JournalError, type StoredAlarm } from "../journal/journal.ts";
import type { TcpConnection, TcpHandler } from "../transport/tcp.ts";
import { steadyClock } from "./clock.ts";
import { fittedAlarm } from "./fitted_alarm.ts";
import type { Log } from "./log.ts";
import type { AcknowledgeMode, PanelIntake, TakenAlarm } from "./panel_intake.ts";
import { Wake } from "./wake.ts";

/** What a panel link works with. */
export interface PanelLinkParts {
  /** Name of the input. */
  input: string;
  mode: AcknowledgeMode;
  /** How long a panel in pass-through mode waits for the next stage before it is told that it failed, ms. */
  passThroughWaitMs: number;
  session: PanelSession;
  /**
   * How an acknowledgement can be lost while the connection stays: disturbed on a `line`, or dropped with its `datagrams`.
   * The panel then repeats its alarm, over a line next of all, in datagrams from whatever port.
   */
  lossy?: "line" | "datagrams" | undefined;
  intake: PanelIntake;
  counters: Record<string, number>;
  log: Log;
  /** Told why the session ends the connection, in place of the log. */
  onClose?: ((reason: string) => void) | undefined;
}

/** Carries one panel's conversation. */
export class PanelLink implements TcpHandler {
  readonly #parts: PanelLinkParts;
  readonly #connection: TcpConnection;
  readonly #wake: Wake;
  /** The alarms of this connection by the session's reference, while more may be said of them. */
  readonly #alarms = new Map<number, Promise<StoredAlarm | undefined>>();
  /** Acknowledged, but the panel has not shown yet that it knows. */
  #unproven: { stored: StoredAlarm; raw: Uint8Array }[] = [];
  /** Who wants to know what became of a command, by its id. */
  readonly #commands = new Map<string, (result: CommandResult) => void>();
  #busy = 0;
  #closed = false;
  #idle: (() => void) | undefined;
  /** The alarms and texts that are being stored, by the session's reference: when they came. */
  readonly #heard = new Map<number, Heard>();
  /** When the last octets came. */
  #lastHeard: Heard = { receivedAt: 0, stale: false };
  /** The last alarm, acknowledged. */
  #acknowledged: { stored: StoredAlarm; raw: Uint8Array; at: number } | undefined;
  /** When the session wants to be called next, as it says, and on the clock that only goes forward, ms. */
  #due: number | undefined;
  #dueAt = Infinity;

  constructor(connection: TcpConnection, parts: PanelLinkParts) {
    this.#connection = connection;
    this.#parts = parts;
    this.#wake = new Wake(() => this.#tick());
    // In some languages the receiver speaks first.
    this.#tick();
  }

  /**
   * Takes octets of the panel.
   *
   * @param bytes The octets.
   * @param readAt When they were read, ms since the epoch: before now if they waited for the gateway to be there.
   */
  data(bytes: Uint8Array, readAt: number = Date.now()): void {
    const now = Date.now();
    const heard = { receivedAt: Math.min(readAt, now), stale: now - readAt > TOO_LATE_MS };
    this.#lastHeard = heard;
    // Panels speak, then wait: whatever comes after an acknowledgement proves that it arrived.
    for (const { stored } of this.#unproven) this.#parts.intake.proven(stored);
    this.#unproven = [];
    this.#apply(this.#parts.session.feed(bytes, now), heard, now);
  }

  closed(_reason: string): void {
    this.#closed = true;
    const now = Date.now();
    this.#apply(this.#parts.session.end(now), this.#lastHeard, now);
    this.#wake.clear();
    // Whatever the session said or did not say: nothing more can come for these.
    for (const ref of [...this.#alarms.keys()]) this.#complete(ref);
    for (const { stored, raw } of this.#unproven) this.#parts.intake.unproven(stored, raw, now);
    this.#unproven = [];
    for (const id of [...this.#commands.keys()]) {
      this.#result({
        kind: "command-result",
        id,
        outcome: "closed",
        detail: GONE,
        data: new Uint8Array(),
      });
    }
  }

  /** The account of the panel, as far as it has told. */
  get account(): string | undefined {
    return this.#parts.session.account;
  }

  /** Whether an alarm of this panel is between reading and acknowledgement. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  /**
   * Sends a command to the panel.
   *
   * @param command The command.
   * @param done Told once what became of it.
   */
  command(command: PanelCommand, done: (result: CommandResult) => void): void {
    const { session } = this.#parts;
    const reject = (detail: string) =>
      done({ kind: "command-result", id: command.id, outcome: "rejected", detail, data: new Uint8Array() });
    if (this.#closed) return reject(GONE);
    if (session.sendCommand === undefined) return reject("the language of this input has no commands");
    if (this.#commands.has(command.id)) return reject("a command with this id is under way");
    this.#commands.set(command.id, done);
    const now = Date.now();
    this.#apply(session.sendCommand(command, now), { receivedAt: now, stale: false }, now);
  }

  /** Resolves when no alarm of this panel is between reading and acknowledgement, at the latest after `waitMs`. */
  async settled(waitMs: number): Promise<void> {
    if (this.#busy === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    const timer = setTimeout(resolve, waitMs);
    await promise;
    clearTimeout(timer);
  }

  /** Closes the connection. */
  close(): void {
    this.#connection.close();
  }

  #tick(): void {
    // Whoever sets the clock back must not put off what waits: the time it waited for has passed all the same.
    const now = steadyClock() >= this.#dueAt ? Math.max(Date.now(), this.#due ?? 0) : Date.now();
    this.#apply(this.#parts.session.tick(now), this.#lastHeard, now);
  }

  /** @param heard When the octets came that this comes of. @param now What the session was told. */
  #apply(effects: PanelEffect[], heard: Heard, now: number): void {
    for (const effect of effects) this.#do(effect, heard);
    if (this.#closed) return;
    const due = this.#parts.session.nextTick;
    if (due !== this.#due) {
      this.#due = due;
      this.#dueAt = due === undefined ? Infinity : steadyClock() + due - now;
    }
    this.#wake.set(due === undefined ? undefined : Date.now() + Math.max(0, this.#dueAt - steadyClock()));
  }

  #do(effect: PanelEffect, heard: Heard): void {
    const { log, input } = this.#parts;
    switch (effect.kind) {
      case "send":
        if (heard.stale) return this.#count("too-late-to-answer");
        return this.#connection.send(effect.bytes);
      case "alarm":
        this.#count("alarms");
        return this.#alarm(effect.ref, fittedAlarm(effect.alarm), heard);
      case "text":
        return void this.#text(effect.ref, effect.of, fittedAlarm(effect.alarm), heard);
      case "complete":
        return this.#complete(effect.ref);
      case "repeat":
        // It came too late, and the panel says it again: now it waits for the answer.
        if (!heard.stale && this.#heard.has(effect.ref)) this.#heard.get(effect.ref)!.stale = false;
        return this.#count("repeats");
      case "poll":
        return this.#count("polls");
      case "refused":
        this.#count(effect.rule);
        return log(
          "warn",
          effect.rule,
          `panel ${this.#connection.peer}, octet ${effect.offset}: ${effect.message}`,
          {
            input,
            bytes: effect.raw.subarray(0, 64).toHex(),
          },
        );
      case "command-result":
        return this.#result(effect);
      case "close":
        if (this.#parts.onClose !== undefined) this.#parts.onClose(effect.reason);
        else log("warn", "panel-closed", `panel ${this.#connection.peer}: ${effect.reason}`, { input });
        return this.#connection.close();
    }
  }

  #result(result: CommandResult): void {
    const done = this.#commands.get(result.id);
    this.#commands.delete(result.id);
    done?.(result);
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#busy++;
    try {
      await work();
    } finally {
      if (--this.#busy === 0) this.#idle?.();
    }
  }

  #alarm(ref: number, alarm: PanelAlarm, when: Heard): void {
    // Its own copy: what is told of this alarm is not told of the others.
    const heard = { ...when };
    this.#heard.set(ref, heard);
    this.#suspectRepeat(alarm);
    const taken = this.#take(ref, alarm, heard);
    // Known at once: its text, or the end of the connection, may come before it is stored.
    if (!alarm.complete) this.#alarms.set(ref, taken.then((found) => found?.alarm));
    void this.#run(async () => {
      const found = await taken;
      if (found !== undefined) await this.#answer(ref, alarm, found, heard);
    });
  }

  /** On a line the acknowledgement may have been disturbed: then the same alarm comes next. */
  #suspectRepeat({ raw }: PanelAlarm): void {
    const last = this.#acknowledged;
    this.#acknowledged = undefined;
    const now = Date.now();
    if (this.#parts.lossy !== "line" || last === undefined || now - last.at > REPEATED_WITHIN_MS) return;
    if (sameOctets(last.raw, raw)) this.#parts.intake.unproven(last.stored, raw, now);
  }

  async #take(ref: number, alarm: PanelAlarm, heard: Heard): Promise<TakenAlarm | undefined> {
    const { intake, input, mode } = this.#parts;
    try {
      return await intake.take(input, this.#connection.peer, alarm, mode);
    } catch (error) {
      this.#alarms.delete(ref);
      this.#failed(ref, error, heard);
      return undefined;
    }
  }

  async #answer(ref: number, alarm: PanelAlarm, taken: TakenAlarm, heard: Heard): Promise<void> {
    const { intake, mode, passThroughWaitMs, lossy } = this.#parts;
    const { alarm: stored, joined } = taken;
    const { raw } = alarm;
    if (joined) this.#count("repeats");
    if (mode === "pass-through" && !await intake.delivered(stored, passThroughWaitMs)) {
      this.#count("not-passed-through");
      this.#alarms.delete(ref);
      intake.failed(stored, `panel: not passed on within ${passThroughWaitMs / 1000} s`);
      return this.#settle(ref, false, heard);
    }
    if (this.#closed) {
      // Not acknowledged: what it sends when it is back is its repeat.
      intake.failed(stored, "panel: it was gone before it could be acknowledged");
      return this.#settle(ref, true, heard);
    }
    intake.acknowledged(stored, raw);
    this.#unproven.push({ stored, raw });
    const now = Date.now();
    this.#acknowledged = { stored, raw, at: now };
    this.#settle(ref, true, heard);
    // The panel may just have lost patience: its repeat can be on the wire while the acknowledgement goes the other way. Or
    // there was none, or it may get lost.
    const isLate = heard.stale || now - heard.receivedAt > IMPATIENCE_MS;
    if (isLate || lossy === "datagrams") intake.unproven(stored, raw, now);
  }

  #complete(ref: number): void {
    const storing = this.#alarms.get(ref);
    this.#alarms.delete(ref);
    if (storing === undefined) return;
    void this.#run(async () => {
      const stored = await storing;
      if (stored !== undefined) await this.#parts.intake.complete(stored);
    });
  }

  #text(ref: number, of: number, alarm: PanelAlarm, heard: Heard): Promise<void> {
    const storing = this.#alarms.get(of);
    this.#alarms.delete(of);
    return this.#run(async () => {
      const stored = await storing;
      try {
        if (stored !== undefined) await this.#parts.intake.amend(stored, alarm);
      } catch (error) {
        // The alarm still waits for the text, which the panel sends again; a panel that is gone does not.
        this.#alarms.set(of, Promise.resolve(stored));
        if (this.#closed) this.#complete(of);
        return this.#failed(ref, error, heard);
      }
      this.#settle(ref, true, heard);
    });
  }

  #failed(ref: number, error: unknown, heard: Heard): void {
    const rule = error instanceof JournalError ? error.rule : "internal";
    this.#count(`not-stored:${rule}`);
    this.#parts.log("error", `not-stored:${rule}`, `alarm not acknowledged: ${describe(error)}`, {
      input: this.#parts.input,
    });
    this.#settle(ref, false, heard);
  }

  /** What comes of it waited behind this: it is taken for as old, so that no repeat of it goes unmarked. */
  #settle(ref: number, accepted: boolean, heard: Heard): void {
    this.#heard.delete(ref);
    const now = Date.now();
    this.#apply(this.#parts.session.settle(ref, accepted ? "accepted" : "failed", now), heard, now);
  }

  #count(name: string): void {
    const { counters } = this.#parts;
    counters[name] = (counters[name] ?? 0) + 1;
  }
}

/** When something came. */
interface Heard {
  /** When it was read, ms since the epoch. */
  receivedAt: number;
  /** It waited so long that the panel would take the answer to it for the answer to something else. */
  stale: boolean;
}

const GONE = "the panel's connection has ended";
/**
 * Octets that waited longer than this for the gateway (on a serial line, while it restarted): the panel has given up on its
 * message by then, and would take the answer for one to its next, which is not stored yet. Unanswered, it repeats.
 */
const TOO_LATE_MS = 3000;
/** A panel that waits longer than this may be sending its alarm a second time already (Galaxy: 2 to 2.5 s). */
const IMPATIENCE_MS = 1500;
/** A panel that missed its acknowledgement says the same again within this time; the slowest that are known take 20 s. */
const REPEATED_WITHIN_MS = 30_000;

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
