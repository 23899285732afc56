/**
 * Connection setup with an RCT, step by step (ip-protocol.md §6.2).
 *
 * @module
 */
import type { Message } from "../../ip/messages/mod.ts";
import type { EncryptionName } from "../../ip/profile.ts";
import type { Judgement } from "../row.ts";
import type { Answer, SptPeer } from "./spt_peer.ts";

/** A step and what came of it. */
export interface SetupRow {
  /** Row name. */
  readonly id: string;
  /** The request. */
  readonly sent: string;
  /** What should come. */
  readonly expected: string;
  /** What came. */
  readonly answer: Answer;
  /** How that is to be taken. */
  readonly judgement: Judgement;
}

interface Step {
  readonly id: string;
  readonly sent: string;
  readonly expected: string;
  readonly message: (peer: SptPeer) => Message;
  /** Takes over what the answer decided. */
  readonly take: (peer: SptPeer, message: Message | undefined, result: string) => Judgement;
}

/** Heartbeat that the probe asks for, seconds. */
export const PROBE_HEARTBEAT_S = 30;

const OK: Judgement = { verdict: "ok" };
const OFFERED: readonly EncryptionName[] = ["aes-256", "aes-128"];

function refused(result: string): Judgement {
  return {
    verdict: "broken",
    meaning: `The RCT refuses this step (${result}): the site cannot connect.`,
  };
}

const STEPS: readonly Step[] = [
  {
    id: "setup-handle",
    sent: "CONN_HANDLE_REQ under the master key",
    expected: "CONN_HANDLE_RESP acknowledge, with a new handle",
    message: () => ({ name: "CONN_HANDLE_REQ" }),
    take(peer, message, result) {
      if (message?.name !== "CONN_HANDLE_RESP" || result !== "RESP_ACKNOWLEDGE") return refused(result);
      const { handle } = message;
      if (handle === peer.link.profile.values.initialHandle) {
        return { verdict: "broken", meaning: "Handle 0 means no connection: the site cannot connect." };
      }
      const same = handle === peer.link.masterHandle;
      peer.handle = handle;
      return same
        ? { verdict: "weak", meaning: "The session has the master's handle: the two cannot be told apart." }
        : OK;
    },
  },
  {
    id: "setup-encryption",
    sent: "ENCRYPT_SELECT_REQ: AES-256, AES-128",
    expected: "one of the two, acknowledge",
    message: () => ({ name: "ENCRYPT_SELECT_REQ", master: false, offers: [...OFFERED] }),
    take(peer, message, result) {
      if (message?.name !== "ENCRYPT_SELECT_RESP" || result !== "RESP_ACKNOWLEDGE") return refused(result);
      const chosen = OFFERED.find((name) => name === message.encryption);
      if (chosen === undefined) {
        return { verdict: "broken", meaning: `The RCT chose ${message.encryption}, which nobody offered.` };
      }
      peer.encryption = chosen;
      return message.master
        ? { verdict: "weak", meaning: "The answer is marked for the master set, the request was not." }
        : OK;
    },
  },
  {
    id: "setup-key",
    sent: "ENCRYPT_KEY_REQ: a session key, please",
    expected: "ENCRYPT_KEY_RESP acknowledge under the old key, with a new one",
    message: (peer) => ({
      name: "ENCRYPT_KEY_REQ",
      master: false,
      fromRct: false,
      key: new Uint8Array(peer.link.profile.values.keyOctets),
    }),
    take(peer, message, result) {
      if (message?.name !== "ENCRYPT_KEY_RESP" || result !== "RESP_ACKNOWLEDGE") return refused(result);
      peer.takeKey(message.key);
      if (new Set(message.key).size <= 2) {
        return {
          verdict: "broken",
          meaning: "The session key is no random number: anyone can read and forge alarms.",
        };
      }
      return OK;
    },
  },
  {
    id: "setup-hash",
    sent: "HASH_SELECT_REQ: SHA-256, under the new key",
    expected: "HASH_SELECT_RESP acknowledge SHA-256 under the new key",
    message: () => ({ name: "HASH_SELECT_REQ", offers: ["sha-256"] }),
    take(_peer, message, result) {
      if (message?.name !== "HASH_SELECT_RESP" || result !== "RESP_ACKNOWLEDGE") return refused(result);
      return message.hash === "sha-256"
        ? OK
        : { verdict: "broken", meaning: `The RCT chose ${message.hash}, which nobody offered.` };
    },
  },
  {
    id: "setup-supervision",
    sent: `PATH_SUPERVISION_REQ: every ${PROBE_HEARTBEAT_S} s, push`,
    expected: "PATH_SUPERVISION_RESP with an interval, push",
    message: () => ({ name: "PATH_SUPERVISION_REQ", intervalS: PROBE_HEARTBEAT_S, mode: "push" }),
    take(_peer, message, result) {
      if (message?.name !== "PATH_SUPERVISION_RESP" || message.bare === true) return refused(result);
      if (message.intervalS < 1) return { verdict: "broken", meaning: "An interval of 0 s cannot be kept." };
      if (message.mode !== "push") {
        return { verdict: "note", meaning: `The RCT wants to poll by itself (${message.mode}).` };
      }
      return result === "RESP_ACKNOWLEDGE"
        ? OK
        : { verdict: "note", meaning: `The RCT wants ${message.intervalS} s.` };
    },
  },
  {
    id: "setup-poll",
    sent: "POLL_MSG",
    expected: "POLL_RESP acknowledge",
    message: () => ({ name: "POLL_MSG" }),
    take(_peer, _message, result) {
      return result === "RESP_ACKNOWLEDGE" || result === "RESP_POLL_TOO_FAST" ? OK : refused(result);
    },
  },
];

/**
 * Sets up a session.
 *
 * @param peer The probe's end, fresh or restarted.
 * @param told Told of each step.
 * @param steps How many steps; all when absent.
 * @returns True when the session can be used.
 */
export async function setUp(
  peer: SptPeer,
  told: (row: SetupRow) => void = () => {},
  steps: number = STEPS.length,
): Promise<boolean> {
  for (const { id, sent, expected, message, take } of STEPS.slice(0, steps)) {
    const answer = await peer.ask(message(peer));
    if (answer.kind === "silent") {
      const meaning = "Without an answer the site cannot connect.";
      told({ id, sent, expected, answer, judgement: { verdict: "broken", meaning } });
      return false;
    }
    const judgement = take(peer, answer.message, answer.result);
    told({ id, sent, expected, answer, judgement });
    if (judgement.verdict === "broken") return false;
  }
  return true;
}
