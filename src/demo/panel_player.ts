/**
 * Plays a panel: sends a frame, waits for its acknowledgement, repeats when none comes, as panels do.
 *
 * @module
 */

/** How a panel is played. */
export interface PanelOptions {
  /** TCP port of the SPT's input. */
  port: number;
  /** How long the panel waits for an answer before it repeats, ms. @default {2500} */
  waitMs?: number;
  /** How often it tries before it gives up. @default {4} */
  tries?: number;
}

/** One panel on one TCP connection, which it opens again when it is lost. */
export class PanelPlayer {
  readonly #options: Required<PanelOptions>;
  #conn: Deno.TcpConn | undefined;
  /** Frames sent more than once. */
  repeats = 0;

  constructor(options: PanelOptions) {
    this.#options = { waitMs: 2500, tries: 4, ...options };
  }

  /**
   * Sends a frame until the panel is answered.
   *
   * @param frame The bytes.
   * @param accepted Says whether an answer is the positive acknowledgement.
   * @returns True when acknowledged, false when the panel gave up.
   */
  async send(frame: Uint8Array, accepted: (answer: Uint8Array) => boolean): Promise<boolean> {
    for (let attempt = 1; attempt <= this.#options.tries; attempt++) {
      if (attempt > 1) this.repeats++;
      try {
        const conn = this.#conn ??= await Deno.connect({ hostname: "127.0.0.1", port: this.#options.port });
        for (let at = 0; at < frame.length;) at += await conn.write(frame.subarray(at));
        const answer = await this.#answer(conn);
        if (answer !== undefined && accepted(answer)) return true;
        if (answer !== undefined) await sleep(200);
      } catch {
        this.close();
        await sleep(200);
      }
    }
    return false;
  }

  /** Closes the connection. */
  close(): void {
    try {
      this.#conn?.close();
    } catch { /* it is closed */ }
    this.#conn = undefined;
  }

  /** The next bytes, or undefined when none came in time: then the connection is given up, with its pending read. */
  async #answer(conn: Deno.TcpConn): Promise<Uint8Array | undefined> {
    const buffer = new Uint8Array(1024);
    const { promise: late, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => resolve("late"), this.#options.waitMs);
    const read = conn.read(buffer);
    // A connection that breaks rejects here: the timer must not outlive it.
    const got = await Promise.race([read, late]).finally(() => clearTimeout(timer));
    if (got === "late") {
      this.close();
      await read.catch(() => {});
      return undefined;
    }
    if (got === null) throw new Error("the SPT closed the connection");
    return buffer.subarray(0, got);
  }
}

/** The acknowledgement of SIA DC-03: `40 38 87`, or `00 38 C7`. */
export function isSiaAck(answer: Uint8Array): boolean {
  return answer.length >= 3 && answer[1] === 0x38;
}

/** The acknowledgement of plain Contact ID: 06. */
export function isAck(answer: Uint8Array): boolean {
  return answer.includes(0x06);
}

/**
 * The acknowledgement of DC-09, in clear or encrypted: `"ACK"` or `"*ACK"` behind CRC and length (receiver-outputs.md §7.2, A).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isDc09Ack } from "./panel_player.ts";
 *
 * const octets = (text: string) => new TextEncoder().encode(text);
 * assert(isDc09Ack(octets('\n1BC10012"ACK"0001L0#1234[]\r')));
 * assert(!isDc09Ack(octets('\n10780025"NAK"0000R0L0A0[]_12:00:00,01-02-2026\r')));
 * ```
 */
export function isDc09Ack(answer: Uint8Array): boolean {
  return /^\n[0-9A-F]{8}"\*?ACK"/.test(new TextDecoder("latin1").decode(answer));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
