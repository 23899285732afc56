/**
 * What a session of the SPT is given, and what it hands out.
 *
 * @module
 */
import type { EventField } from "../ip/messages/mod.ts";
import type { PollModeName, ProtocolName, Result } from "../ip/profile.ts";
import type { PathAddress } from "./path_identity.ts";

/** Something to carry to the RCT. */
export type SptItem =
  /**
   * An alarm as an EVENT_MSG. `time` is its time event: unique, and the same on every transmission. `more` are further
   * fields (texts, place, links).
   */
  | {
    kind: "event";
    ref: string;
    protocol: ProtocolName;
    data: Uint8Array;
    time: bigint;
    more?: readonly EventField[];
  }
  /** Opaque octets as a TRANSPARENT_MSG. */
  | { kind: "transparent"; ref: string; data: Uint8Array };

/** Where the session stands. */
export type SptState =
  /** Not started, or stopped. */
  | "idle"
  /** Connection setup under way. */
  | "setting-up"
  /** Alarms can be carried. */
  | "connected"
  /** Setup failed; waits before the next try. */
  | "waiting";

/** What an {@link SptSession} wants done, and what it learned. */
export type SptEffect =
  /** Send this datagram to the RCT. `attempt` counts from 1. */
  | { kind: "send"; bytes: Uint8Array; message: string; attempt: number; ref?: string }
  /** The RCT took the item. `data` is what a TRANSPARENT_RESP brought back. */
  | { kind: "delivered"; ref: string; data?: Uint8Array }
  /**
   * The RCT answered, but did not take it: offer it again later. With a `reason` the RCT was not asked at all, because
   * the item fits no message (RESP_UNKNOWN_ERROR).
   */
  | { kind: "refused"; ref: string; result: Result; reason?: string }
  /** No answer: the item comes back, to be offered again. The RCT may have it. */
  | { kind: "returned"; ref: string }
  /** The RCT sets our clock (64-bit NTP). Answer with {@link SptSession.settle}. */
  | { kind: "set-time"; ref: number; time: bigint }
  /** Opaque octets from the RCT. Answer likewise. */
  | { kind: "transparent"; ref: number; data: Uint8Array }
  /** Heartbeat or polling changed, at the RCT's word. */
  | { kind: "heartbeat"; heartbeatMs: number; pollMode: PollModeName }
  /** Where else the RCT says that it can be reached, best first. */
  | { kind: "rct-addresses"; addresses: PathAddress[] }
  /** A new session key is in force, without a new session. */
  | { kind: "rekeyed"; by: "spt" | "rct" }
  /** Keep this durably, and give it to the sessions after a restart: a recording of this setup must not pass again. */
  | { kind: "setup-mark"; mark: string }
  /** The state changed. */
  | { kind: "state"; state: SptState; reason: string }
  /** The RCT did not answer within the retry budget, or refused the setup. */
  | { kind: "path-failed"; reason: string }
  /** The path works (again). */
  | { kind: "path-restored" }
  /** A datagram was dropped; the rule is also the counter's name. */
  | { kind: "dropped"; rule: string };
