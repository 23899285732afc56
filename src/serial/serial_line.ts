/**
 * One line: keeps its device open, and what it received until a gateway has taken it.
 *
 * @module
 */
import { EchoFilter } from "./echo_filter.ts";
import { LineQueue, type LineQueueOptions, type LineRecord } from "./line_queue.ts";
import type { LineSettings } from "./line_settings.ts";
import type { LineDown, LineOpen, LineState } from "./line_state.ts";
import { SerialError } from "./serial_error.ts";
import { SerialPort } from "./serial_port.ts";
import { showCharacter } from "./termios.ts";

/** A gateway, as a line sees it. */
export interface LineGateway {
  /** There may be something to fetch with {@link SerialLine.next}. */
  wake(): void;
  /** So many octets of what it wrote are out, or were thrown away. */
  passed(octets: number): void;
}

/** What a {@link SerialLine} is told and tells. */
export interface SerialLineOptions {
  /** How the line is set. */
  settings: LineSettings;
  /** Told what happens, for the log. */
  onState?: (state: LineState) => void;
  /** Told that octets which no gateway fetched had to go: the first time, and when a gateway is back. */
  onLost?: (octets: number) => void;
  /** First pause before the device is tried again, ms; doubles up to `maxRetryMs`. @default {250} */
  retryMs?: number;
  /** Longest pause, ms. @default {2000} */
  maxRetryMs?: number;
  /** How often the kernel's counters are read, ms. @default {5000} */
  countMs?: number;
  /** Bounds of what is kept. */
  queue?: LineQueueOptions;
}

/** An echo that is later than its octets need on the wire by this is none, ms. */
const ECHO_LATE_MS = 250;
/** What is sent and does not get out within this time is stuck, ms: 4 KiB at 9600 baud need 4 s. */
const STUCK_MS = 10_000;
/** A line that is never silent does not keep an answer back for longer, ms. */
const MAX_QUIET_WAIT_MS = 1000;

/**
 * A line. It opens its device, says when it is gone, waits for it, and opens it again; nothing that happens to it is the end of
 * it, and nothing of it touches another line.
 */
export class SerialLine {
  readonly #options: SerialLineOptions;
  readonly #queue: LineQueue;
  readonly #echo: EchoFilter | undefined;
  #port: SerialPort | undefined;
  #gateway: LineGateway | undefined;
  #openings = 0;
  #out: { bytes: Uint8Array; from: LineGateway | undefined }[] = [];
  #writing = false;
  /** When the octets that are being sent were begun, on the clock that only goes forward, ms. */
  #writingSince = 0;
  /** When the line was heard last, on the clock that only goes forward, ms: nobody can set it back. */
  #heardAt = -Infinity;
  #told = "";
  #lostTold = 0;
  #stopped = false;
  #wakeUp: (() => void) | undefined;
  #echoTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #loop: Promise<void>;

  /**
   * Begins to open the device.
   *
   * @param options What it is, and whom it tells.
   */
  constructor(options: SerialLineOptions) {
    this.#options = options;
    this.#queue = new LineQueue(Date.now(), options.queue);
    this.#echo = options.settings.echo ? new EchoFilter() : undefined;
    this.#loop = this.#run();
  }

  /** Its name. */
  get name(): string {
    return this.#options.settings.name;
  }

  /** Received octets that no gateway has taken yet. */
  get waiting(): number {
    return this.#queue.octets;
  }

  /** Octets that were dropped because no gateway took them; 0 again when one has taken something. */
  get lost(): number {
    return this.#queue.lost;
  }

  /** Whether a gateway is there that has not taken everything. */
  get isOwed(): boolean {
    return this.#gateway !== undefined && this.#queue.length > 0;
  }

  /**
   * A gateway has come.
   *
   * @param gateway The gateway.
   * @returns How the line was before what {@link next} gives, and how many octets were dropped; undefined when another gateway
   *   is there already: two would each get half.
   */
  attach(gateway: LineGateway): { state: LineOpen | LineDown; lost: number } | undefined {
    if (this.#gateway !== undefined) return undefined;
    this.#gateway = gateway;
    if (this.#queue.lost > 0) this.#options.onLost?.(this.#queue.lost);
    this.#lostTold = 0;
    return { state: this.#queue.before, lost: this.#queue.lost };
  }

  /** The gateway has gone. What it had written goes its way. */
  detach(): void {
    this.#gateway = undefined;
    this.#queue.rewind();
    this.#port?.resume();
  }

  /** The next record for the gateway; undefined when there is none, or it has to take some first. */
  next(): LineRecord | undefined {
    return this.#queue.next();
  }

  /**
   * The gateway has handed on a record and all before it.
   *
   * @param seq Number of the record.
   */
  taken(seq: number): void {
    this.#queue.taken(seq);
    if (!this.#queue.full) this.#port?.resume();
    this.#gateway?.wake();
  }

  /**
   * Sends octets to the panel.
   *
   * @param opening The opening that the gateway saw when it spoke. An answer to what was said before the device went away must
   *   not be taken by the panel for an answer to what it says now: it is thrown away.
   * @param bytes What to send.
   */
  write(opening: number, bytes: Uint8Array): void {
    if (this.#port === undefined || opening !== this.#openings) return this.#gateway?.passed(bytes.length);
    this.#out.push({ bytes, from: this.#gateway });
    if (!this.#writing) void this.#send(this.#port);
  }

  /**
   * Closes the device, after what the gateway wrote is out.
   *
   * @param drainMs How long that may take.
   */
  async close(drainMs = 1000): Promise<void> {
    this.#stopped = true;
    this.#wakeUp?.();
    const until = performance.now() + drainMs;
    while (this.#writing && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.#port?.close(Math.max(0, until - performance.now()));
    await this.#loop;
    clearTimeout(this.#echoTimer);
  }

  async #run(): Promise<void> {
    const first = this.#options.retryMs ?? 250;
    for (let pause = first; !this.#stopped;) {
      const gone = Promise.withResolvers<SerialError>();
      let port: SerialPort | undefined;
      try {
        port = await SerialPort.open(this.#options.settings);
        this.#opened(port);
        port.start({ data: (bytes, now) => this.#heard(bytes, now), gone: gone.resolve });
        pause = first;
        if (this.#stopped) await port.close(0);
        const error = await this.#untilGone(port, gone.promise);
        this.#down(error);
      } catch (error) {
        this.#down(error instanceof SerialError ? error : new SerialError("device-fails", String(error)));
      }
      if (port !== undefined && !this.#stopped) await port.close(0);
      if (this.#stopped) return;
      await this.#sleep(pause);
      pause = Math.min(pause * 2, this.#options.maxRetryMs ?? 2000);
    }
  }

  #opened(port: SerialPort): void {
    const { device } = this.#options.settings;
    this.#port = port;
    this.#told = "";
    const character = showCharacter(port.inForce);
    this.#tell({ kind: "open", at: Date.now(), opening: ++this.#openings, device, character });
  }

  #down(error: SerialError): void {
    this.#port = undefined;
    let unsent = 0;
    for (const { bytes, from } of this.#out.splice(0)) {
      unsent += bytes.length;
      this.#passed(bytes, from);
    }
    // Tried again and again with the same outcome: said once.
    if (error.message === this.#told) return;
    this.#told = error.message;
    this.#tell({ kind: "down", at: Date.now(), rule: error.rule, message: error.message, unsent });
  }

  /** Waits for the end of an open device, and looks at its counters meanwhile. */
  async #untilGone(port: SerialPort, gone: Promise<SerialError>): Promise<SerialError> {
    let seen = "";
    const timer = setInterval(() => {
      const { errors } = port;
      const brokenEchoes = this.#echo?.broken ?? 0;
      const stuck = this.#writing && performance.now() - this.#writingSince > STUCK_MS;
      const counts = [...Object.values(errors ?? {}), brokenEchoes, Number(stuck)];
      if (counts.every((count) => count === 0) || counts.join() === seen) return;
      seen = counts.join();
      const at = Date.now();
      this.#tell({ kind: "trouble", at, brokenEchoes, stuck, ...(errors === undefined ? {} : { errors }) });
    }, this.#options.countMs ?? 5000);
    try {
      return await gone;
    } finally {
      clearInterval(timer);
    }
  }

  #heard(bytes: Uint8Array, now: number): void {
    this.#heardAt = performance.now();
    const others = this.#echo === undefined ? bytes : this.#echo.heard(bytes, this.#heardAt);
    this.#keep(others, now);
    this.#watchEcho();
  }

  #keep(bytes: Uint8Array, now: number): void {
    this.#queue.data(bytes, now);
    const { lost } = this.#queue;
    if (lost > 0 && this.#lostTold === 0) this.#options.onLost?.(this.#lostTold = lost);
    // A gateway that is there takes it soon: until then the kernel keeps it. One that is not there may be away for hours.
    if (this.#gateway !== undefined && this.#queue.full) this.#port?.pause();
    this.#gateway?.wake();
  }

  #watchEcho(): void {
    clearTimeout(this.#echoTimer);
    const deadline = this.#echo?.deadline;
    if (deadline === undefined) return;
    this.#echoTimer = setTimeout(() => {
      this.#keep(this.#echo!.expire(performance.now()), Date.now());
      this.#watchEcho();
    }, Math.max(0, deadline - performance.now()));
  }

  async #send(port: SerialPort): Promise<void> {
    this.#writing = true;
    for (let next = this.#out[0]; next !== undefined && this.#port === port; next = this.#out[0]) {
      const { bytes, from } = next;
      this.#writingSince = performance.now();
      try {
        await this.#untilQuiet();
        if (this.#port !== port) break;
        this.#echo?.sent(bytes, performance.now() + ECHO_LATE_MS + this.#wireMs(bytes.length));
        await port.send(bytes);
      } catch {
        break; // The device is gone; #down() says so, and counts what was not sent.
      }
      // Emptied by #down() when the device went away meanwhile.
      if (this.#out[0] !== next) continue;
      this.#out.shift();
      this.#passed(bytes, from);
    }
    this.#writing = false;
    if (this.#out.length > 0 && this.#port !== undefined && this.#port !== port) void this.#send(this.#port);
  }

  /** Says that octets need no place any more, to the gateway that wrote them and to no other. */
  #passed(bytes: Uint8Array, from: LineGateway | undefined): void {
    if (from !== undefined && from === this.#gateway) from.passed(bytes.length);
  }

  async #untilQuiet(): Promise<void> {
    const { quietMs } = this.#options.settings;
    const until = performance.now() + MAX_QUIET_WAIT_MS;
    for (let now = performance.now(); quietMs > 0 && now < until; now = performance.now()) {
      const wait = this.#heardAt + quietMs - now;
      if (wait <= 0) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** How long octets need on the wire, with what may still be before them, ms. */
  #wireMs(octets: number): number {
    const { baud, beforeMs } = this.#options.settings;
    const queued = this.#out.reduce((sum, { bytes }) => sum + bytes.length, octets);
    return beforeMs + queued * 12_000 / baud;
  }

  #tell(state: LineState): void {
    this.#queue.state(state);
    this.#options.onState?.(state);
    this.#gateway?.wake();
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakeUp = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }
}
