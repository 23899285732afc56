/**
 * The receiver class of `iobroker.vds2465-server` (MIT), which is in use with devices of several vendors, alone: what it is
 * a part of is not started.
 *
 * @module
 */

/** What it needs of a socket. */
export interface VdsPeerSocket {
  remoteAddress?: string | undefined;
  remotePort?: number | undefined;
  write(bytes: Uint8Array, encoding?: string): unknown;
  end(): unknown;
}

/** What is used of a running receiver: one connection. */
export interface VdsPeer {
  /** Seconds between polls, 3 to 8. */
  Polling: number;
  addDevice(
    ident: string,
    permanent: boolean,
    keyNumber: number,
    key?: string,
  ): void;
  connect(socket: VdsPeerSocket): void;
  received(data: Uint8Array): void;
  disconnect(): void;
  sendCommand(records: string): void;
  on(
    event: "data",
    listener: (telegram: Record<string, VdsPeerRecord>) => void,
  ): void;
}

/** A record as it read it. */
export type VdsPeerRecord = Record<string, unknown>;

/** Its class, from the import map of this folder. Not a literal: the types are checked without the packages, too. */
const NAME = "iobroker.vds2465-server";

/** The class. */
export const VdsReceiver: new () => VdsPeer = (await import(NAME)).default;
