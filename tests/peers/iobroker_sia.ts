/**
 * The receiver class of `iobroker.sia` (MIT), alone: what it is a part of is not started.
 *
 * @module
 */

/** What is used of a running receiver. */
export interface SiaPeer {
  setAccounts(accounts: SiaPeerAccount[]): void;
  serverStartTCP(): void;
  serverStartUDP(): void;
  /** Reads one frame. @throws When it cannot. */
  parseSIA(frame: Uint8Array): SiaPeerMessage;
  on(
    event: "sia",
    listener: (
      sia: SiaPeerMessage | undefined,
      error: string | undefined,
    ) => void,
  ): void;
  on(event: "error", listener: (text: string) => void): void;
  servertcp: {
    address(): { port: number } | null;
    close(done: () => void): void;
  };
  serverudp: {
    address(): { port: number };
    on(event: string, done: () => void): void;
    close(done?: () => void): void;
  };
}

/** A site it knows. */
export interface SiaPeerAccount {
  accountnumber: string;
  aes: boolean;
  /** The key is written in hexadecimal digits. */
  hex: boolean;
  password: string;
}

/** What it read. */
export interface SiaPeerMessage {
  id: string;
  seq: string;
  act: string;
  lpref: string;
  rpref: string;
  data_message: string;
  data_extended: string;
  ts: string;
}

/** Its class, from the import map of this folder. Not a literal: the types are checked without the packages, too. */
const NAME = "iobroker.sia";

/** The class. Its parameters: host, port, timeout (s, 0 for none), sockend (close behind the answer). */
export const SiaReceiver: new (parameter: Record<string, unknown>) => SiaPeer =
  (await import(NAME)).default.sia;
