/**
 * A capture of the datagrams that a gateway sends and receives, as a file for Wireshark.
 *
 * What is in it: alarms, which are personal data; and, encrypted under the master key, every session key. Who has the
 * file and the master key can read everything. Keys in clear are not in it. The file is made with mode 0600.
 *
 * @module
 */
import { type CapturedEnd, pcapHeader, pcapRecord } from "../capture/pcap.ts";

/** Why a capture ended before it was closed. */
export interface CaptureStop {
  /** `full`: the size limit; `write-failed`: the disk took no more; `too-slow`: it fell too far behind. */
  rule: "full" | "write-failed" | "too-slow";
  /** The same, for a technician. */
  message: string;
}

/** How a {@link CaptureFile} behaves. */
export interface CaptureOptions {
  /** Size at which the capture stops, octets. @default {100_000_000} */
  maxBytes?: number;
  /** Octets that may wait for the disk; beyond it the capture stops. @default {4_000_000} */
  maxWaiting?: number;
  /** Told at most once, when the capture stops early. What was captured until then stays readable. */
  onStop?: (stop: CaptureStop) => void;
}

/** What a capture is written to; an open `Deno.FsFile` is one. */
export interface CaptureSink {
  /** Writes some octets, says how many. */
  write(octets: Uint8Array): Promise<number>;
  /** Cuts off what is behind this length. */
  truncate(length: number): Promise<void>;
  /** Closes the file. */
  close(): void;
}

const DEFAULT_MAX_BYTES = 100_000_000;
const DEFAULT_MAX_WAITING = 4_000_000;

/**
 * A file that captures. Writing never waits and never fails: when the disk does, the capture stops and says so, and
 * the alarms go on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CaptureFile } from "./capture_file.ts";
 *
 * const path = `${await Deno.makeTempDir()}/alarms.pcap`;
 * const capture = await CaptureFile.open(path);
 * const local = { hostname: "0.0.0.0", port: 50136 }, peer = { hostname: "192.0.2.7", port: 40000 };
 * capture.add("in", local, peer, new Uint8Array(68), Date.now());
 * await capture.close();
 * assertEquals((await Deno.stat(path)).size, 24 + 16 + 28 + 68);
 * ```
 */
export class CaptureFile {
  readonly #sink: CaptureSink;
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #maxWaiting: number;
  readonly #onStop: (stop: CaptureStop) => void;
  /** Records that are not being written yet. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Octets taken, written or not. */
  #taken = 0;
  /** Octets of whole records in the file. */
  #written = 0;
  #stopped = false;
  /** The listener was told. */
  #told = false;
  #writer: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Captures into something that is open already; use {@link CaptureFile.open} for a file.
   *
   * @param sink Where to write; closed by {@link close}.
   * @param path What to call it in messages.
   * @param options How it behaves.
   */
  constructor(sink: CaptureSink, path: string, options: CaptureOptions = {}) {
    this.#sink = sink;
    this.#path = path;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#maxWaiting = options.maxWaiting ?? DEFAULT_MAX_WAITING;
    this.#onStop = options.onStop ?? (() => {});
    this.#take(pcapHeader());
  }

  /**
   * Makes a capture file with mode 0600. A file that is there already is left alone: it may be evidence.
   *
   * @param path Where.
   * @param options How it behaves.
   * @returns The capture, ready for {@link add}.
   * @throws {Error} When the file cannot be made, or is there already; the message says what to do.
   */
  static async open(path: string, options: CaptureOptions = {}): Promise<CaptureFile> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    } catch (error) {
      throw new Error(cannotOpen(path, error), { cause: error });
    }
    return new CaptureFile(file, path, options);
  }

  /** Octets captured so far, the file's header included; some may still wait for the disk. */
  get bytes(): number {
    return this.#taken;
  }

  /** True when the capture has stopped early or was closed: what comes now is not captured. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /**
   * Captures a datagram. Returns at once and never throws; after the capture has stopped it does nothing.
   *
   * @param direction `in` when it was received, `out` when it was sent.
   * @param local Our own end; the address of a socket that listens everywhere may be unspecified.
   * @param peer The other end.
   * @param bytes The datagram; copied.
   * @param at When, ms since 1970; fractions are kept.
   */
  add(direction: "in" | "out", local: CapturedEnd, peer: CapturedEnd, bytes: Uint8Array, at: number): void {
    if (this.#stopped) return;
    const [from, to] = direction === "in" ? [peer, local] : [local, peer];
    let record: Uint8Array;
    try {
      record = pcapRecord({ at, from, to, bytes });
    } catch {
      return; // no datagram that a network carried
    }
    if (this.#taken + record.length > this.#maxBytes) {
      return this.#stop(
        "full",
        `The capture ${this.#path} has reached its limit of ${this.#maxBytes} octets and has stopped. ` +
          "Alarms go on. Copy the file away and start a new capture if you need more.",
      );
    }
    if (this.#waitingBytes + record.length > this.#maxWaiting) {
      return this.#stop(
        "too-slow",
        `The capture ${this.#path} has stopped: the disk is too slow for it. ` +
          "Alarms go on. Capture to another disk, or for a shorter time.",
      );
    }
    this.#take(record);
  }

  /** Writes what waits, and closes the file. Never throws; may be called twice. */
  close(): Promise<void> {
    this.#stopped = true;
    this.#closing ??= (async () => {
      await this.#writer;
      try {
        this.#sink.close();
      } catch {
        // Closed by the system; there is nothing left to do.
      }
    })();
    return this.#closing;
  }

  #take(record: Uint8Array): void {
    this.#taken += record.length;
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
    this.#writer ??= this.#write();
  }

  /** Writes until nothing waits. What comes during one write goes out with the next: one write for many datagrams. */
  async #write(): Promise<void> {
    await Promise.resolve(); // what is captured in this turn goes along
    try {
      while (this.#waiting.length > 0) {
        const octets = joined(this.#waiting, this.#waitingBytes);
        this.#waiting = [];
        for (let at = 0; at < octets.length;) at += await this.#sink.write(octets.subarray(at));
        this.#written += octets.length;
        this.#waitingBytes -= octets.length;
      }
    } catch (error) {
      await this.#failed(error);
    } finally {
      this.#writer = undefined;
    }
  }

  async #failed(error: unknown): Promise<void> {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#taken = this.#written;
    const reason = error instanceof Error ? error.message : String(error);
    this.#stop(
      "write-failed",
      `The capture ${this.#path} has stopped, it could not be written: ${reason}. ` +
        "Alarms go on. Make room on the disk, then start a new capture.",
    );
    try {
      await this.#sink.truncate(this.#written); // no half record at the end
    } catch {
      // A capture that ends in half a record can still be read up to there.
    }
  }

  #stop(rule: CaptureStop["rule"], message: string): void {
    if (this.#stopped && rule !== "write-failed") return;
    this.#stopped = true;
    if (this.#told) return;
    this.#told = true;
    try {
      this.#onStop({ rule, message });
    } catch {
      // Whoever listens must not be able to stop an alarm either.
    }
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const octets = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

function cannotOpen(path: string, error: unknown): string {
  if (error instanceof Deno.errors.AlreadyExists) {
    return `The capture ${path} is there already and is not overwritten. Name another file, or move it away.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `The capture ${path} cannot be made: ${reason}. Name a folder that is there and that Tocsin may write to.`;
}
