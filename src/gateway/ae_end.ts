/**
 * How automation software is reached: the shape that lines and web servers share.
 *
 * @module
 */
import type { OutputEffect, Written } from "../../adapters/contract.ts";
import type { StoredItem } from "./output_item.ts";

/** What an end tells its owner. */
export interface AeEndOwner {
  /** What became of alarms, and how the AE is: all effects but `send` and `close`. */
  tell(effect: OutputEffect): void;
  /** After each step: {@link AeEnd.ready} may have changed. */
  step(): void;
  /** A connection came up over which alarms can go at once, or its session waits for a proof first. */
  open(): void;
  /** No connection can be had. */
  unreachable(message: string): void;
  /** The connection ended, and the session has said what became of the alarm in hand, if there was one. */
  closed(): void;
  /** Counts something. */
  count(name: string, by?: number): void;
}

/** One automation software, with its conversation. */
export interface AeEnd {
  /** Where it is, for people: `TCP 127.0.0.1:1025`, `/dev/ttyS0`, `https://arc.example`. */
  readonly where: string;
  /** Port listened on; the AE's when connecting; 0 where there is none. */
  readonly port: number;
  /** True when an alarm can be offered now. */
  readonly ready: boolean;
  /** True when there is a connection only while there is something to send. */
  readonly onDemand: boolean;
  /** False when nothing can be known of the AE before the first alarm, and nothing is wrong then. */
  readonly provable: boolean;
  /** Opens the way. @throws {Error} When a port cannot be bound or a file not be read, in words. */
  start(): Promise<void>;
  /** There is something to send: an end on demand connects. */
  want(): void;
  /** Hands over one alarm; only while {@link ready}. */
  offer(item: StoredItem): void;
  /** What would be sent; undefined when it cannot be told. */
  preview(item: StoredItem): Written | undefined;
  /**
   * The receiver is about to stop: the answer to what is under way still counts, but nothing is sent again without a mark of
   * the repeat.
   */
  drain(): void;
  /** Ends the conversation. An alarm that is under way is not waited for. */
  close(): Promise<void>;
}
