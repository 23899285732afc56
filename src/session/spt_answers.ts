/**
 * What the SPT answers to the requests of an RCT (ip-protocol.md §4.4).
 *
 * @module
 */
import type { Message } from "../ip/messages/mod.ts";
import type { PollModeName, Result } from "../ip/profile.ts";

/** An answer to a request of the RCT. */
export type SptAnswer =
  /** This response; `heartbeat` is in force with it, `key` after it. */
  | {
    kind: "respond";
    message: Message;
    heartbeat?: { heartbeatMs: number; pollMode: PollModeName };
    key?: Uint8Array;
  }
  /** A bare result code. */
  | { kind: "refuse"; result: Result }
  /** The gateway has to say what becomes of it. */
  | { kind: "hand-over"; message: Extract<Message, { name: "SET_TIME_CMD" | "TRANSPARENT_MSG" }> };

/** How the session stands when the request comes. */
export interface SptStanding {
  /** The session has a key of its own: before that nobody is at the RCT's command. */
  established: boolean;
  /** Key, hash and heartbeat of the setup are settled: what the RCT changes would cross with them before. */
  settled: boolean;
  /** Messages of ours that the RCT did not know of when it wrote the request. */
  behind: number;
}

/** A time that is set may be this many of our messages old: one on its way, one response that was lost. */
const TIME_BEHIND = 2;

const result = "RESP_ACKNOWLEDGE";
const refuse = (result: Result): SptAnswer => ({ kind: "refuse", result });

/**
 * Answers a request of the RCT.
 *
 * @param message The request.
 * @param standing How the session stands.
 * @returns The answer. What nobody knows is answered as not supported.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { answerRct } from "./spt_answers.ts";
 *
 * const working = { established: true, settled: true, behind: 0 };
 * assertEquals(answerRct({ name: "POLL_MSG" }, working), {
 *   kind: "respond",
 *   message: { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" },
 * });
 * // A clock is not set by a message that somebody has kept back.
 * assertEquals(answerRct({ name: "SET_TIME_CMD", time: 1n }, { ...working, behind: 9 }), {
 *   kind: "refuse",
 *   result: "RESP_TIME_NOT_SET",
 * });
 * ```
 */
export function answerRct(message: Message, standing: SptStanding): SptAnswer {
  if (!standing.established) return refuse("RESP_CMD_NOT_SUPPORTED");
  switch (message.name) {
    case "POLL_MSG":
      return { kind: "respond", message: { name: "POLL_RESP", result } };
    case "PATH_SUPERVISION_REQ": {
      const { intervalS, mode } = message;
      if (intervalS < 1 || (mode !== "push" && mode !== "pull")) return refuse("RESP_NEGATIVE_ACKNOWLEDGE");
      if (!standing.settled) return refuse("RESP_PROCESS_ERROR");
      return {
        kind: "respond",
        message: { name: "PATH_SUPERVISION_RESP", result, intervalS, mode },
        heartbeat: { heartbeatMs: intervalS * 1000, pollMode: mode },
      };
    }
    case "ENCRYPT_KEY_REQ": {
      const { key } = message;
      if (message.master || !message.fromRct) return refuse("RESP_CMD_NOT_SUPPORTED");
      if (isZero(key)) return refuse("RESP_NEGATIVE_ACKNOWLEDGE");
      if (!standing.settled) return refuse("RESP_PROCESS_ERROR");
      const none = new Uint8Array(key.length);
      return {
        kind: "respond",
        message: { name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: true, key: none },
        key,
      };
    }
    case "SET_TIME_CMD":
      return standing.behind <= TIME_BEHIND ? { kind: "hand-over", message } : refuse("RESP_TIME_NOT_SET");
    case "TRANSPARENT_MSG":
      return { kind: "hand-over", message };
    default:
      return refuse("RESP_CMD_NOT_SUPPORTED");
  }
}

/**
 * Whether a key is the zeros that stand for "none" in ENCRYPT_KEY messages.
 *
 * @param key The key.
 * @returns True when it is.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isZero } from "./spt_answers.ts";
 *
 * assert(isZero(new Uint8Array(32)) && !isZero(new Uint8Array([0, 1])));
 * ```
 */
export function isZero(key: Uint8Array): boolean {
  let bits = 0;
  for (const octet of key) bits |= octet;
  return bits === 0;
}
