/**
 * How a panel sends VdS 2465 on a serial line.
 *
 * @module
 */

/** Options of a `Vds2465SerialSender`. Times are in ms. */
export interface Vds2465SerialSenderOptions {
  /** Ident number for alarms whose account is none: 1 to 12 digits. */
  ident?: string;
  /** Station address of the frames. @default {2, as Telenot panels have it} */
  address?: number;
  /**
   * What makes an alarm `delivered`: the confirmation of its frame, as with Telenot panels, or the centre's record 03 (a
   * test: 41) behind it, as over modems.
   *
   * @default {"frame"}
   */
  acknowledge?: "frame" | "record";
  /** Time for the centre's record, with `acknowledge: "record"`. @default {30000} */
  acknowledgeMs?: number;
  /** How long to wait for the confirmation of a frame. @default {3000} */
  waitMs?: number;
  /** How often a frame is sent when nothing comes back. @default {3} */
  tries?: number;
  /** Idle time before a poll (SEND NORM); panels poll every 3 to 3.4 s. Longer than `waitMs`. @default {waitMs + 400} */
  pollMs?: number;
  /** Commands of the centre are confirmed, or answered as not possible (error 02). @default {"refuse"} */
  commands?: "refuse" | "accept";
  /** What a faulty panel does, for tests only. */
  quirks?: VdsSerialQuirks;
}

/** How a panel differs from the others. */
export interface VdsSerialQuirks {
  /** Every so many frames one has a wrong checksum; with 1 all have. @default {0, none} */
  wrongChecksumEvery?: number;
  /** So many frames of the centre, polls and data, are not confirmed, from the first on. @default {0} */
  unconfirmed?: number;
}
