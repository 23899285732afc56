/**
 * A panel session from outside, held so that its faults end one connection and nothing else.
 *
 * @module
 */
import type { AlarmOutcome, PanelCommand, PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { checkedEffect, whatItIs } from "./guarded_effect.ts";

/** The rule, and so the counter, under which faults of adapters from outside are told. */
export const ADAPTER_FAULT = "adapter-fault";

/** Effects of one call: more are no answer to what a panel sent. */
const MOST_EFFECTS = 10_000;
/** Ticks in a row after which the session still names a time that has passed: it would keep the gateway busy for ever. */
const MOST_SPINS = 100;
/** Characters of an adapter's own error that are passed on. */
const LONGEST_ERROR = 200;
/** Characters of an account that commands are matched with. */
const LONGEST_ACCOUNT = 64;
/** Names of refusals of one adapter that are counted apart; they stay as long as the process. */
const MOST_RULES = 64;

/**
 * Guards a session. Each call is caught, and each effect checked. At the first fault the session is over: the fault is
 * told as a refusal with the rule `adapter-fault`, then `close`; the session is never called again, so that no alarm that
 * is open is acknowledged, and the panel sends it again. Alarms that came whole before the fault are still handed over,
 * answers are not.
 *
 * A session that never returns cannot be helped: it runs in the gateway's own thread.
 *
 * @param start Starts the session; may throw.
 * @param name The adapter's name, for the message.
 * @param rules The names of refusals seen so far; give all sessions of an adapter the same set. Names beyond 64 become
 * `other`, so that an adapter that makes names from what it reads does not fill the memory with counters.
 * @returns A session that keeps the contract.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { guardedSession } from "./guarded_session.ts";
 *
 * const session = guardedSession(() => {
 *   throw new Error("no table");
 * }, "my-panel");
 * const effects = session.feed(Uint8Array.of(1), 0);
 * assertEquals(effects.map((effect) => effect.kind), ["refused", "close"]);
 * assertEquals(session.feed(Uint8Array.of(1), 0), []);
 * ```
 */
export function guardedSession(
  start: () => PanelSession,
  name: string,
  rules: Set<string> = new Set(),
): PanelSession {
  return new GuardedSession(start, name, rules);
}

class GuardedSession implements PanelSession {
  readonly #name: string;
  readonly #rules: Set<string>;
  #session: PanelSession | undefined;
  /** A fault that could not be told yet: it came from the start, or from nextTick. */
  #untold: string | undefined;
  #octets = 0;
  #spins = 0;
  /** There only when the session has it: who offers no commands is not asked for any. */
  readonly sendCommand?: (command: PanelCommand, now: number) => PanelEffect[];

  constructor(start: () => PanelSession, name: string, rules: Set<string>) {
    this.#name = name;
    this.#rules = rules;
    try {
      const session: unknown = start();
      quieted(session);
      if (typeof session === "object" && session !== null) {
        this.#session = session as PanelSession;
        if (typeof this.#session.sendCommand === "function") {
          this.sendCommand = (command, now) => this.#command(command, now);
        }
      } else this.#untold = `session(): expected a session, found ${whatItIs(session)}`;
    } catch (error) {
      this.#untold = `session(): ${told(error)}`;
    }
  }

  get nextTick(): number | undefined {
    // As soon as possible: the tick then tells the fault.
    if (this.#untold !== undefined) return 0;
    try {
      const at: unknown = this.#session?.nextTick;
      if (at === undefined || typeof at === "number" && !Number.isNaN(at)) return at;
      this.#untold = `nextTick: expected a time in ms or undefined, found ${whatItIs(at)}`;
    } catch (error) {
      this.#untold = `nextTick: ${told(error)}`;
    }
    return 0;
  }

  get account(): string | undefined {
    try {
      const account: unknown = this.#session?.account;
      return typeof account === "string" && account.length <= LONGEST_ACCOUNT ? account : undefined;
    } catch (error) {
      this.#untold ??= `account: ${told(error)}`;
      return undefined;
    }
  }

  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    const effects = this.#call("feed()", bytes, (session) => session.feed(bytes, now));
    this.#octets += bytes.length;
    return effects;
  }

  tick(now: number): PanelEffect[] {
    const effects = this.#call("tick()", NONE, (session) => session.tick(now));
    const next = this.nextTick;
    this.#spins = next !== undefined && next <= now ? this.#spins + 1 : 0;
    if (this.#spins <= MOST_SPINS || this.#session === undefined) return effects;
    const fault = `tick(): nextTick still named a time that had passed, ${MOST_SPINS} times in a row`;
    return [...effects.filter(({ kind }) => kind !== "send"), ...this.#fault(fault, NONE)];
  }

  settle(ref: number, outcome: AlarmOutcome, now: number): PanelEffect[] {
    return this.#call("settle()", NONE, (session) => session.settle(ref, outcome, now));
  }

  end(now: number): PanelEffect[] {
    return this.#call("end()", NONE, (session) => session.end(now));
  }

  /** Each command gets a result, also from a session that is over. */
  #command(command: PanelCommand, now: number): PanelEffect[] {
    const effects = this.#call("sendCommand()", NONE, (session) => {
      try {
        return session.sendCommand?.({ id: command.id, data: command.data.slice() }, now);
      } catch {
        // Not the adapter's words: a command may hold a secret.
        throw new Error("it threw an error");
      }
    });
    const answered = effects.some((effect) => effect.kind === "command-result" && effect.id === command.id);
    if (this.#session !== undefined || answered) return effects;
    const detail = `the adapter "${this.#name}" is at fault`;
    return [
      { kind: "command-result", id: command.id, outcome: "rejected", detail, data: NONE },
      ...effects,
    ];
  }

  #call(place: string, bytes: Uint8Array, call: (session: PanelSession) => unknown): PanelEffect[] {
    if (this.#untold !== undefined) return this.#fault(this.#untold, bytes);
    if (this.#session === undefined) return [];
    const effects: PanelEffect[] = [];
    try {
      const result = call(this.#session);
      quieted(result);
      if (!Array.isArray(result)) {
        throw new TypeError(
          `${place}: expected a list of effects, found ${whatItIs(result)}${asynchronous(result)}`,
        );
      }
      if (result.length > MOST_EFFECTS) {
        throw new TypeError(`${place}: expected at most ${MOST_EFFECTS} effects, found ${result.length}`);
      }
      for (let at = 0; at < result.length; at++) {
        effects.push(this.#counted(checkedEffect(result[at], `${place}[${at}]`)));
      }
      return effects;
    } catch (error) {
      const fault = told(error);
      const kept = effects.filter(({ kind }) => kind !== "send");
      return [...kept, ...this.#fault(fault.startsWith(place) ? fault : `${place}: ${fault}`, bytes)];
    }
  }

  #counted(effect: PanelEffect): PanelEffect {
    if (effect.kind !== "refused" || this.#rules.has(effect.rule)) return effect;
    if (this.#rules.size >= MOST_RULES) return { ...effect, rule: "other" };
    this.#rules.add(effect.rule);
    return effect;
  }

  #fault(what: string, raw: Uint8Array): PanelEffect[] {
    this.#session = undefined;
    this.#untold = undefined;
    const message =
      `the adapter "${this.#name}" is at fault, ${what}. What was open is not acknowledged, and the panel sends it ` +
      "again; tell the adapter's author, with these bytes";
    return [
      { kind: "refused", offset: this.#octets, rule: ADAPTER_FAULT, message, raw: raw.slice() },
      { kind: "close", reason: `the adapter "${this.#name}" is at fault` },
    ];
  }
}

const NONE = new Uint8Array();

/** A promise that nobody waits for would take the whole process down when it rejects. */
function quieted(result: unknown): void {
  if (result instanceof Promise) result.catch(() => {});
}

function asynchronous(result: unknown): string {
  return result instanceof Promise ? " (a promise: the method must not be async)" : "";
}

/** The adapter's own error in one short line. */
function told(error: unknown): string {
  let text: string;
  try {
    text = error instanceof Error ? error.message : String(error);
  } catch {
    text = "something that cannot be printed was thrown";
  }
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > LONGEST_ERROR ? `${line.slice(0, LONGEST_ERROR)}…` : line;
}
