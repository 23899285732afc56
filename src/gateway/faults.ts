/**
 * The faults of a gateway: what is wrong now, and since when.
 *
 * @module
 */
import type { Fault } from "../http/view.ts";
import type { Log } from "./log.ts";

/** Keeps the faults in force, logs when one comes and goes, and tells who listens. */
export class Faults {
  readonly #faults = new Map<string, Fault>();
  readonly #log: Log;
  readonly #tell: (type: "fault" | "restored", fault: Fault, at: number) => void;

  constructor(log: Log, tell: (type: "fault" | "restored", fault: Fault, at: number) => void) {
    this.#log = log;
    this.#tell = tell;
  }

  /** The faults in force, oldest first. */
  get all(): Fault[] {
    return [...this.#faults.values()];
  }

  /** A fault came, or its reason changed. */
  raise(rule: string, message: string): void {
    const known = this.#faults.get(rule);
    if (known !== undefined) {
      known.message = message;
      return;
    }
    const fault = { rule, message, since: Date.now() };
    this.#faults.set(rule, fault);
    this.#log("error", rule, message);
    this.#tell("fault", fault, fault.since);
  }

  /** A fault is gone. */
  clear(rule: string): void {
    const fault = this.#faults.get(rule);
    if (fault === undefined) return;
    this.#faults.delete(rule);
    const now = Date.now();
    this.#log("info", `${rule}:restored`, `restored after ${((now - fault.since) / 1000).toFixed(1)} s`);
    this.#tell("restored", fault, now);
  }
}
