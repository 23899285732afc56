/**
 * What is known of one raw line: its settings, what was counted, and its faults.
 *
 * @module
 */
import type { Framer } from "../../adapters/contract.ts";
import type { RawLineConfig } from "../config/raw_config.ts";
import { rawFramer, type RawSpeaker } from "../raw/framers.ts";
import type { RawReset } from "../raw/raw_effects.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";

/** What all raw lines of a gateway share. */
export interface RawParts {
  faults: Faults;
  log: Log;
  /** The Unix socket of the process that holds the serial lines. */
  serialSocket: string;
}

/** One raw line at work. */
export class RawLine {
  /** Its configuration. */
  readonly config: RawLineConfig;
  /** How people know it: the name, at an RCT with the site's before it. */
  readonly label: string;
  /** What was counted, by name. */
  readonly counters: Record<string, number> = {};
  readonly #parts: RawParts;
  readonly #speaker: RawSpeaker;

  /** @param speaker Who is connected here. */
  constructor(config: RawLineConfig, label: string, speaker: RawSpeaker, parts: RawParts) {
    this.config = config;
    this.label = label;
    this.#speaker = speaker;
    this.#parts = parts;
  }

  /** A framer for what comes from the line; undefined when only silence tells where frames end. */
  framer(): Framer<unknown> | undefined {
    return rawFramer(this.config.language, this.#speaker);
  }

  /** Counts something. */
  count(name: string, by = 1): void {
    this.counters[name] = (this.counters[name] ?? 0) + by;
  }

  /** Octets flow: whatever was late is over. */
  flows(): void {
    this.#parts.faults.clear(`raw-late:${this.label}`);
  }

  /** A connection was cut. */
  reset(rule: RawReset, message: string): void {
    this.count("resets");
    this.count(rule);
    this.log(rule === "raw-ended" ? "info" : "warn", rule, `connection cut: ${message}`);
    if (rule !== "raw-late" && rule !== "raw-came-late") return;
    this.#parts.faults.raise(
      `raw-late:${this.label}`,
      `raw line ${this.label}: ${message}; they were dropped, and whoever sent them has to send them again`,
    );
  }

  /** A fault of this line. @param rule Its beginning; the line's name is added. */
  raise(rule: string, message: string): void {
    this.#parts.faults.raise(`${rule}:${this.label}`, `raw line ${this.label}: ${message}`);
  }

  /** It is gone. */
  clear(rule: string): void {
    this.#parts.faults.clear(`${rule}:${this.label}`);
  }

  /** A log line that names the raw line. */
  log(level: "info" | "warn" | "error", rule: string, message: string): void {
    this.#parts.log(level, rule, message, { raw: this.label });
  }
}
