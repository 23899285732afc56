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
  intake: PanelIntake;
  counters: Record<string, number>;
  log: Log;
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
  /** When the octets that are being read came from the line, ms since the epoch. */
  #readAt = 0;
  /** What is read now waited so long that the panel would take the answer to it for the answer to something else. */
  #stale = false;

  constructor(connection: TcpConnection, parts: PanelLinkParts) {
    this.#connection = connection;
    this.#parts = parts;
    this.#wake = new Wake(() => this.#apply(parts.session.tick(Date.now())));
    // In some languages the receiver speaks first.
    this.#apply(parts.session.tick(Date.now()));
  }

  /**
   * Takes octets of the panel.
   *
   * @param bytes The octets.
   * @param readAt When they were read, ms since the epoch: before now if they waited for the gateway to be there.
   */
  data(bytes: Uint8Array, readAt: number = Date.now()): void {
    const now = Date.now();
    this.#readAt = Math.min(readAt, now);
    this.#stale = now - readAt > TOO_LATE_MS;
    // Panels speak, then wait: whatever comes after an acknowledgement proves that it arrived.
    for (const { stored } of this.#unproven) this.#parts.intake.proven(stored);
    this.#unproven = [];
    this.#apply(this.#parts.session.feed(bytes, now));
    this.#stale = false;
  }

  closed(_reason: string): void {
    this.#closed = true;
    const now = Date.now();
    this.#apply(this.#parts.session.end(now));
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
    this.#apply(session.sendCommand(command, Date.now()));
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

  #apply(effects: PanelEffect[]): void {
    for (const effect of effects) this.#do(effect);
    if (!this.#closed) this.#wake.set(this.#parts.session.nextTick);
  }

  #do(effect: PanelEffect): void {
    const { log, input } = this.#parts;
    switch (effect.kind) {
      case "send":
        if (this.#stale) return this.#count("too-late-to-answer");
        return this.#connection.send(effect.bytes);
      case "alarm":
        this.#count("alarms");
        return this.#alarm(effect.ref, effect.alarm);
      case "text":
        return void this.#text(effect.ref, effect.of, effect.alarm);
      case "complete":
        return this.#complete(effect.ref);
      case "repeat":
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
        log("warn", "panel-closed", `panel ${this.#connection.peer}: ${effect.reason}`, { input });
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

  #alarm(ref: number, alarm: PanelAlarm): void {
    const taken = this.#take(ref, alarm);
    // Known at once: its text, or the end of the connection, may come before it is stored.
    if (!alarm.complete) this.#alarms.set(ref, taken.then((found) => found?.alarm));
    const [receivedAt, stale] = [this.#readAt, this.#stale];
    void this.#run(async () => {
      const found = await taken;
      if (found !== undefined) await this.#answer(ref, alarm, found, { receivedAt, stale });
    });
  }

  async #take(ref: number, alarm: PanelAlarm): Promise<TakenAlarm | undefined> {
    const { intake, input, mode } = this.#parts;
    try {
      return await intake.take(input, this.#connection.peer, alarm, mode);
    } catch (error) {
      this.#alarms.delete(ref);
      this.#failed(ref, error);
      return undefined;
    }
  }

  async #answer(
    ref: number,
    alarm: PanelAlarm,
    taken: TakenAlarm,
    { receivedAt, stale }: Heard,
  ): Promise<void> {
    const { intake, mode, passThroughWaitMs } = this.#parts;
    const { alarm: stored, joined } = taken;
    if (joined) this.#count("repeats");
    if (mode === "pass-through" && !await intake.delivered(stored, passThroughWaitMs)) {
      this.#count("not-passed-through");
      this.#alarms.delete(ref);
      intake.failed(stored, `panel: not passed on within ${passThroughWaitMs / 1000} s`);
      return this.#settle(ref, false, stale);
    }
    if (this.#closed) {
      // Not acknowledged: what it sends when it is back is its repeat.
      intake.failed(stored, "panel: it was gone before it could be acknowledged");
      return this.#settle(ref, true, stale);
    }
    intake.acknowledged(stored, alarm.raw);
    this.#unproven.push({ stored, raw: alarm.raw });
    this.#settle(ref, true, stale);
    // The panel may just have lost patience: its repeat can be on the wire while the acknowledgement goes the other way.
    const now = Date.now();
    if (now - receivedAt > IMPATIENCE_MS) intake.unproven(stored, alarm.raw, now);
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

  #text(ref: number, of: number, alarm: PanelAlarm): Promise<void> {
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
        return this.#failed(ref, error);
      }
      this.#settle(ref, true);
    });
  }

  #failed(ref: number, error: unknown): void {
    const rule = error instanceof JournalError ? error.rule : "internal";
    this.#count(`not-stored:${rule}`);
    this.#parts.log("error", `not-stored:${rule}`, `alarm not acknowledged: ${describe(error)}`, {
      input: this.#parts.input,
    });
    this.#settle(ref, false);
  }

  #settle(ref: number, accepted: boolean, stale = false): void {
    this.#stale = stale;
    this.#apply(this.#parts.session.settle(ref, accepted ? "accepted" : "failed", Date.now()));
    this.#stale = false;
  }

  #count(name: string): void {
    const { counters } = this.#parts;
    counters[name] = (counters[name] ?? 0) + 1;
  }
}

/** When an alarm came, and whether it is too old to be answered. */
interface Heard {
  receivedAt: number;
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

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
