/**
 * What a simulated panel is connected with: bytes out, bytes in.
 *
 * @module
 */

/** What the owner of a wire is told. */
export interface WireHandler {
  /** Bytes arrived. */
  data(bytes: Uint8Array): void;
  /** The other side is gone. Called at most once; not after {@link PanelWire.close}. */
  closed(reason: string): void;
}

/** One connection to a receiver. */
export interface PanelWire {
  /** Who is at the other end, for people. */
  readonly peer: string;
  /** Begins to read. Called once. */
  start(handler: WireHandler): void;
  /** Sends bytes; resolves when the system has taken them, rejects when the connection is gone. One call at a time. */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends the connection. */
  close(): Promise<void>;
}

/**
 * The reason in an error.
 *
 * @param error Whatever was thrown.
 * @returns Its message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reasonOf } from "./wire.ts";
 *
 * assertEquals(reasonOf(new Error("cut")), "cut");
 * ```
 */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
