/**
 * One open device: octets in, octets out, and the word when it is gone.
 *
 * @module
 */
import { errnoOf, type Libc, openLibc } from "./libc.ts";
import { errorsSince, ICOUNT_SIZE, type LineErrors, readLineErrors } from "./line_errors.ts";
import type { LineSettings } from "./line_settings.ts";
import * as linux from "./linux.ts";
import { openDevice, setControlLine } from "./open_device.ts";
import { SerialError } from "./serial_error.ts";
import type { Character } from "./termios.ts";

/** Octets read at once. */
export const READ_OCTETS = 4096;
/** Reads before the other lines get their turn. */
const READS_IN_A_ROW = 4;
/** Writes that may fail in a row: one can fail just before the device is told to be gone, which says more. */
const FAILURES = 4;

/** What the owner of a port is told. */
export interface SerialPortHandler {
  /** Octets arrived, at most {@link READ_OCTETS}. The buffer belongs to the handler. */
  data(bytes: Uint8Array, now: number): void;
  /** The device is gone, or was closed. Called once, after the last octet. */
  gone(error: SerialError): void;
}

/**
 * An open device.
 *
 * A thread waits for the device and for a wake-up call (`poll()` on both), and does nothing else: every octet is read and
 * written here, at once. No read is ever pending, so that none can swallow an octet that belongs to the next owner of the
 * device.
 */
export class SerialPort {
  /** Speed and character in force, as the kernel says. */
  readonly inForce: Character;

  readonly #libc: Libc;
  readonly #settings: LineSettings;
  #handler: SerialPortHandler | undefined;
  readonly #fd: number;
  readonly #wakeFd: number;
  readonly #buffer = new Uint8Array(READ_OCTETS);
  readonly #errorsAtOpen: LineErrors | undefined;
  #gone: SerialError | undefined;
  #paused = false;
  #resumed: (() => void) | undefined;
  #writable: (() => void) | undefined;
  #waiting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Opens a device. Nothing is read before {@link start}.
   *
   * @param settings The line's settings.
   * @returns The open device.
   * @throws {SerialError} With the name of what is wrong.
   */
  static async open(settings: LineSettings): Promise<SerialPort> {
    const libc = openLibc();
    const { fd, inForce } = await openDevice(libc, settings);
    const wakeFd = libc.eventfd(0, linux.EVENTFD_FLAGS);
    if (wakeFd < 0) {
      await libc.closeLater(fd);
      throw new SerialError("device-fails", `${settings.device}: too many files are open in this process`);
    }
    return new SerialPort(libc, settings, fd, wakeFd, inForce);
  }

  private constructor(
    libc: Libc,
    settings: LineSettings,
    fd: number,
    wakeFd: number,
    inForce: Character,
  ) {
    this.#libc = libc;
    this.#settings = settings;
    this.#fd = fd;
    this.#wakeFd = wakeFd;
    this.inForce = inForce;
    this.#errorsAtOpen = this.#countErrors();
  }

  /** What the kernel counted since the device was opened; undefined when its driver does not count. */
  get errors(): LineErrors | undefined {
    const now = this.#gone === undefined && this.#errorsAtOpen !== undefined
      ? this.#countErrors()
      : undefined;
    return now === undefined ? undefined : errorsSince(now, this.#errorsAtOpen!);
  }

  /**
   * Begins to read. Apart from opening, so that its owner has said that the line is open before the first octet comes.
   *
   * @param handler Told of octets and of the end.
   */
  start(handler: SerialPortHandler): void {
    this.#handler = handler;
    this.#waiting ??= this.#wait();
  }

  /** Stops reading: what arrives stays in the kernel, and with RTS/CTS on the wire. */
  pause(): void {
    this.#paused = true;
  }

  /** Reads again. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#resumed?.();
    this.#wake();
  }

  /**
   * Sends octets; one call at a time.
   *
   * @param bytes What to send.
   * @returns When the kernel has taken them all; with RS-485 by RTS when they are on the wire.
   * @throws {SerialError} When the device went away before.
   */
  async send(bytes: Uint8Array): Promise<void> {
    const { rs485, beforeMs, afterMs } = this.#settings;
    if (rs485 !== "rts" && rs485 !== "rts-low") return await this.#write(bytes);
    await setControlLine(this.#libc, this.#fd, linux.TIOCM_RTS, rs485 === "rts");
    try {
      await sleep(beforeMs);
      await this.#write(bytes);
      await this.#libc.ioctlNumberLater(this.#fd, linux.TCSBRK, 1n);
      await sleep(afterMs);
    } finally {
      // Left on, it would keep every other device of the bus from speaking.
      await setControlLine(this.#libc, this.#fd, linux.TIOCM_RTS, rs485 === "rts-low");
    }
  }

  /**
   * Closes the device. Called again, it waits for the same end.
   *
   * @param drainMs How long it may take to send what the kernel has taken; the rest is thrown away.
   */
  close(drainMs: number): Promise<void> {
    return this.#closing ??= this.#close(drainMs);
  }

  async #close(drainMs: number): Promise<void> {
    const wasOpen = this.#gone === undefined;
    this.#end(new SerialError("closed-here", `${this.#settings.device} was closed`));
    await this.#waiting;
    if (wasOpen) await this.#drain(drainMs);
    this.#libc.ioctlNumber(this.#fd, linux.TIOCNXCL, 0n);
    await this.#libc.closeLater(this.#fd);
    await this.#libc.closeLater(this.#wakeFd);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0, failures = 0; at < bytes.length;) {
      if (this.#gone !== undefined) throw this.#gone;
      const n = Number(
        this.#libc.write(this.#fd, bytes.subarray(at) as BufferSource, BigInt(bytes.length - at)),
      );
      const errno = n < 0 ? errnoOf(this.#libc) : 0;
      if (n > 0) {
        at += n;
        failures = 0;
        continue;
      }
      if (errno !== 0 && errno !== linux.EAGAIN && errno !== linux.EINTR && ++failures === FAILURES) {
        const message = `${this.#settings.device} cannot be written: system error ${errno}`;
        this.#end(new SerialError("device-fails", message));
        continue;
      }
      // Full, or going away: in either case the waiting thread knows next.
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#writable = resolve;
      this.#wake();
      await promise;
    }
  }

  async #wait(): Promise<void> {
    const poll = new Uint8Array(16);
    const view = new DataView(poll.buffer);
    while (this.#gone === undefined) {
      if (this.#paused && view.getUint16(6, true) & linux.POLL_GONE) {
        // Its last octets are still there to be read; to wait with poll() would not be to wait.
        await new Promise<void>((resolve) => this.#resumed = resolve);
        continue;
      }
      view.setInt32(0, this.#fd, true);
      view.setUint16(
        4,
        (this.#paused ? 0 : linux.POLLIN) | (this.#writable === undefined ? 0 : linux.POLLOUT),
        true,
      );
      view.setInt32(8, this.#wakeFd, true);
      view.setUint16(12, linux.POLLIN, true);
      const ready = await this.#libc.pollLater(poll, 2n, -1);
      if (ready < 0) {
        // Interrupted, or out of memory: in the latter case not to be asked again at once.
        view.setUint16(6, 0, true);
        await sleep(10);
        continue;
      }
      if (view.getUint16(14, true) !== 0) this.#libc.read(this.#wakeFd, new Uint8Array(8), 8n);
      this.#ready(view.getUint16(6, true));
    }
  }

  #ready(events: number): void {
    const hungUp = (events & linux.POLL_GONE) !== 0;
    if (events & linux.POLLOUT || hungUp) {
      this.#writable?.();
      this.#writable = undefined;
    }
    if (this.#paused) return;
    for (let reads = 0; events & linux.POLLIN || hungUp; reads++) {
      if (this.#paused || this.#gone !== undefined || reads === READS_IN_A_ROW) return;
      const n = Number(this.#libc.read(this.#fd, this.#buffer, BigInt(READ_OCTETS)));
      const errno = n < 0 ? errnoOf(this.#libc) : 0;
      if (n > 0) {
        this.#handler?.data(this.#buffer.slice(0, n), Date.now());
        if (n < READ_OCTETS && !hungUp) return;
      } else if (n === 0 || hungUp) {
        return this.#end(new SerialError("unplugged", `${this.#settings.device} was unplugged`));
      } else if (errno === linux.EAGAIN || errno === linux.EINTR) {
        return;
      } else if (reads === READS_IN_A_ROW - 1) {
        return this.#end(
          new SerialError("device-fails", `${this.#settings.device} cannot be read: system error ${errno}`),
        );
      }
    }
  }

  #end(error: SerialError): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    this.#writable?.();
    this.#resumed?.();
    this.#wake();
    this.#handler?.gone(error);
  }

  #wake(): void {
    this.#libc.write(this.#wakeFd, new Uint8Array(BigUint64Array.of(1n).buffer), 8n);
  }

  async #drain(ms: number): Promise<void> {
    const queued = new Uint8Array(4);
    for (const until = performance.now() + ms;;) {
      if (this.#libc.ioctl(this.#fd, linux.TIOCOUTQ, queued) !== 0) return;
      if (new DataView(queued.buffer).getInt32(0, true) === 0) return;
      if (performance.now() >= until) break;
      await sleep(10);
    }
    // Otherwise the kernel waits for half a minute, and with it whoever wants to stop this process.
    this.#libc.ioctlNumber(this.#fd, linux.TCFLSH, 1n);
  }

  #countErrors(): LineErrors | undefined {
    const bytes = new Uint8Array(ICOUNT_SIZE);
    return this.#libc.ioctl(this.#fd, linux.TIOCGICOUNT, bytes) === 0 ? readLineErrors(bytes) : undefined;
  }
}

function sleep(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
