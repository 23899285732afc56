/**
 * What a session of the RCT hands out.
 *
 * @module
 */
import type { EventField } from "../ip/messages/mod.ts";
import type { EncryptionName, HashName, Protocol } from "../ip/profile.ts";
import type { PathAddress } from "./path_identity.ts";
import type { RctRequestEnd } from "./rct_requests.ts";

/** An alarm as it came over the path. */
export interface ReceivedEvent {
  /** Protocol of `data`, or `protocol-0x..` when the profile does not know it. */
  protocol: Protocol;
  /** Event data in that protocol. */
  data: Uint8Array;
  /** Time event, 64-bit NTP; undefined when the SPT sends none. */
  time: bigint | undefined;
  /** All fields, as they came. */
  fields: EventField[];
}

/** What an {@link RctSession} wants done, and what it learned. */
export type RctEffect =
  /** Send this datagram. */
  | { kind: "send"; bytes: Uint8Array; to: PathAddress }
  /** An alarm. The gateway answers with {@link RctSession.settle} and the same `ref`. */
  | { kind: "event"; ref: number; event: ReceivedEvent; from: PathAddress }
  /** Opaque octets. Answered likewise. */
  | { kind: "transparent"; ref: number; data: Uint8Array; from: PathAddress }
  /** A session was set up, beginning with this master set. */
  | {
    kind: "established";
    encryption: EncryptionName;
    hash: HashName;
    masterHandle: number;
    from: PathAddress;
  }
  /** A new session key is in force, without a new session. */
  | { kind: "rekeyed"; by: "spt" | "rct" }
  /** What became of a request of ours. */
  | RctRequestEnd
  /**
   * Nothing authentic for longer than the heartbeat allows. `lastProof` is when the SPT was last heard or, if it never
   * was, since when it is waited for.
   */
  | { kind: "path-failed"; lastProof: number; limitMs: number }
  /** The SPT is heard again. */
  | { kind: "path-restored" }
  /** The SPT's address changed (NAT). */
  | { kind: "moved"; from: PathAddress; to: PathAddress }
  /** A datagram was dropped; the rule is also the counter's name. */
  | { kind: "dropped"; rule: string };
