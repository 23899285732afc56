/**
 * What commissionings at the RCT ask of the gateway, and what they tell it.
 *
 * @module
 */
import type { PathAddress, PathIdentity } from "./path_identity.ts";

/** An open window: this device may be commissioned now, in this way, once. */
export type CommissioningWindow =
  /** By shared secret, over plain UDP. `openedAt` names the window: another one has another. */
  | { kind: "secret"; secret: Uint8Array; openedAt: number }
  /** By certificate, inside DTLS. */
  | { kind: "dtls"; openedAt?: number };

/** What `RctCommissionings` wants done, and what it learned. */
export type CommissioningEffect =
  /** Send this datagram, or this message inside the DTLS connection that asked. */
  | { kind: "send"; bytes: Uint8Array; to: PathAddress }
  /** Somebody has begun in the name of this device. Proves nothing: it may be anybody who knows the name. */
  | { kind: "begun"; deviceId: Uint8Array; from: PathAddress }
  /**
   * The SPT has proved itself and has the master set. Store it durably and mark the window as used, then call
   * `RctCommissionings.settle` with `ref`. Never log it. `openedAt` names the window it was begun under.
   */
  | {
    kind: "store";
    ref: number;
    deviceId: Uint8Array;
    identity: PathIdentity;
    openedAt: number | undefined;
  }
  /** The master set is stored and the SPT is told. */
  | { kind: "commissioned"; deviceId: Uint8Array }
  /** What was begun has come to nothing, in words for the operator. The SPT may begin again while the window is open. */
  | { kind: "ended"; deviceId: Uint8Array; reason: string }
  /** A datagram was dropped; the rule is also the counter's name. */
  | { kind: "dropped"; rule: string };
