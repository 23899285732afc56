/**
 * A raw line on a serial line.
 *
 * @module
 */
import { connectSerial, type SerialConnection, type SerialNews } from "../transport/serial_client.ts";
import type { Closable } from "../transport/tcp.ts";
import type { RawLine } from "./raw_line.ts";

/** What the owner of a {@link RawSerial} is told. */
export interface RawSerialEvents {
  /** The device is open. */
  up(): void;
  /** Octets of the line, just read. */
  data(bytes: Uint8Array): void | Promise<void>;
  /** Octets were lost, or came too late to be carried. */
  gap(message: string): void;
  /** The device is gone. */
  down(reason: string): void;
}

/** Keeps the serial line, and says what is wrong with it. */
export class RawSerial implements Closable {
  readonly #line: RawLine;
  readonly #device: string;
  readonly #events: RawSerialEvents;
  readonly #client: Closable;
  #connection: SerialConnection | undefined;
  #trouble = "";

  /** @param device The device, for people. */
  constructor(line: RawLine, device: string, socket: string, events: RawSerialEvents) {
    this.#line = line;
    this.#device = device;
    this.#events = events;
    line.raise("serial-line", `${device}: not open yet`);
    this.#client = connectSerial(
      { socket, line: line.config.name, onNews: (news) => this.#news(news) },
      (connection) => this.#up(connection),
    );
  }

  /** Whether the device is open. */
  get isUp(): boolean {
    return this.#connection !== undefined;
  }

  /** The device. */
  get device(): string {
    return this.#device;
  }

  /** Sends octets. */
  send(bytes: Uint8Array): void {
    this.#connection?.send(bytes);
  }

  /** Lets go of the line. */
  close(): Promise<void> {
    return this.#client.close();
  }

  #up(connection: SerialConnection) {
    this.#connection = connection;
    this.#events.up();
    return {
      data: (bytes: Uint8Array, readAt: number) => {
        // What waited for the gateway to be there, and would come out of time.
        if (Date.now() - readAt > this.#line.config.maxDelayMs) {
          this.#line.count("octets-dropped", bytes.length);
          return this.#events.gap("octets had waited too long for the gateway");
        }
        return this.#events.data(bytes);
      },
      closed: (reason: string) => {
        if (this.#connection === connection) this.#connection = undefined;
        this.#events.down(reason);
      },
    };
  }

  #news(news: SerialNews): void {
    const line = this.#line;
    switch (news.kind) {
      case "open":
        this.#trouble = "";
        return line.clear("serial-line");
      case "down":
      case "unreachable":
        line.count(news.rule);
        line.raise("serial-line", news.message);
        // Each reason once: it is tried again every few seconds.
        if (news.message !== this.#trouble) line.log("warn", news.rule, news.message);
        this.#trouble = news.message;
        return;
      case "lost":
        line.count("octets-dropped", news.octets);
        line.log("error", "octets-lost", `${news.octets} octets of the line were dropped`);
        return this.#events.gap("octets of the line were lost");
      case "trouble":
        line.count("line-trouble");
        return line.log("warn", "line-trouble", "the line is troubled: check wiring, speed and parity");
    }
  }
}
