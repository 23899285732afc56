/**
 * How to talk to a panel that sends SIA DC-09.
 *
 * @module
 */
import type { PanelSessionOptions } from "../contract.ts";
import type { ScancomMeaning } from "../scancom/event_draft.ts";
import type { ScancomSites } from "../scancom/sites.ts";
import type { Dc09Random } from "./encryption.ts";
import type { Dc09Key } from "./key.ts";
import type { Dc09Memory } from "./memory.ts";

/** What encryption needs. */
export interface Dc09Encryption {
  /** Keys for every account that `keys` does not name. */
  key?: readonly Dc09Key[];
  /** Keys by account; case and leading zeros of the account do not matter. */
  keys?: ReadonlyMap<string, readonly Dc09Key[]>;
  /** Random octets, for the pads of encrypted answers. */
  random: Dc09Random;
}

/** Settings of `Dc09Session`. */
export interface Dc09SessionOptions extends PanelSessionOptions {
  /** Keys. Absent: encrypted messages are refused as `no-key`. */
  encryption?: Dc09Encryption;
  /** Accounts that are expected; an alarm of another one is kept and flagged `unknown-account`. Absent: all are. */
  accounts?: readonly string[];
  /** Which account an alarm is reported under when head and data name different ones. @default {"head"} */
  account?: "head" | "data";
  /**
   * A message in clear of an account that has a key: `keep` it, flagged `not-encrypted`, or `refuse` it with DUH. Kept
   * polls can be forged by whoever cuts the panel off: see README.
   *
   * @default {"keep"}
   */
  clear?: "keep" | "refuse";
  /**
   * A message whose time is more than 40 s before or 20 s after ours: `keep` it, flagged `clock-off`, or answer `nak` with
   * our time, so that the panel corrects itself and repeats. A panel that cannot correct itself then repeats for ever.
   *
   * @default {"keep"}
   */
  clock?: "keep" | "nak";
  /**
   * Closes the connection when everything is acknowledged: for every panel, or for those with these accounts. Some panels
   * want it, others take it for a fault.
   *
   * @default {false}
   */
  closeAfterAck?: boolean | readonly string[];
  /** The sites' channels, for `SCN-S8`; hand in one per input, so that it outlives a connection. A fresh one when absent. */
  sites?: ScancomSites;
  /** What a site connected to its channels, for `SCN-S8`. The usual UK order when absent. */
  meaningOf?: (account: string) => ScancomMeaning;
  /** What other conversations of the same input have heard; hand in one per input. A fresh one when absent. */
  memory?: Dc09Memory;
  /** Each `feed` is one whole datagram (UDP). @default {false} */
  datagrams?: boolean;
  /** After this many ms of silence an unfinished frame is given up. @default {10000} */
  gapMs?: number;
}
