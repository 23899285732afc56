/**
 * What a receiver's frame means to the transmitter.
 *
 * @module
 */
import type { Framed, Refusal } from "../contract.ts";
import { accountKey } from "./account.ts";
import type { Dc09Frame } from "./frame.ts";
import { type Dc09Head, isAnswer } from "./head.ts";
import type { Dc09Key } from "./key.ts";
import { parseDc09 } from "./message.ts";
import { fromOctets, toOctets } from "./octets.ts";
import { readTimestamp } from "./timestamp.ts";

/** The message that an answer is awaited for. */
export interface Dc09Question {
  /** Its head. */
  head: Dc09Head;
  /** The key that opens answers to it; absent when it went out in clear. */
  key?: Dc09Key;
  /** Also believe answers in clear. */
  clearAnswers: boolean;
}

/** What came from the receiver. */
export type Dc09SenderAnswer =
  /** Taken. `note` says what an RSP carries besides. */
  | { kind: "ack"; note?: Extract<Dc09SenderAnswer, { kind: "stray" }> }
  /** To be sent again. `time` is the receiver's, ms since 1970. */
  | { kind: "nak"; time?: number }
  /** Understood, but it cannot be processed. */
  | { kind: "duh" }
  /** Nothing that answers the question. */
  | { kind: "stray"; rule: string; message: string; raw: Uint8Array };

/**
 * Reads a frame of the receiver as the answer to a question.
 *
 * ACK, DUH and RSP have to carry the question's sequence number and account, a NAK never does. An encrypted question wants
 * an encrypted ACK, or anybody on the line could acknowledge; a DUH may come in clear, since the receiver may lack the
 * key, and it loses no alarm. Source: receiver-outputs.md §7.2, §7.3 (A); not believing answers in clear is ours.
 *
 * @param item What the framer found.
 * @param question The message in flight; absent when there is none.
 * @returns What it is. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Framer } from "./framer.ts";
 * import { readAnswer } from "./sender_answer.ts";
 *
 * const [item] = new Dc09Framer().feed(new TextEncoder().encode('\n1BC10012"ACK"0001L0#1234[]\r'));
 * const head = { id: "SIA-DCS", encrypted: false, sequence: "0001", line: "0", account: "1234" };
 * if (item === undefined) throw new Error("no frame");
 * assertEquals(readAnswer(item, { head, clearAnswers: false }), { kind: "ack" });
 * const other = readAnswer(item, { head: { ...head, sequence: "0002" }, clearAnswers: false });
 * assertEquals(other.kind === "stray" && other.rule, "other-message");
 * ```
 */
export function readAnswer(item: Framed<Dc09Frame> | Refusal, question?: Dc09Question): Dc09SenderAnswer {
  const { raw } = item;
  if (item.kind === "refused") {
    return stray(
      item.rule,
      `What came from the receiver cannot be read (${item.rule}, ${raw.length} octets). It was damaged on the way, or ` +
        "no SIA DC-09 receiver answers at this address",
      raw,
    );
  }
  const key = question?.key;
  const read = parseDc09(item.frame.content, () => key === undefined ? [] : [key]);
  if (!read.ok) {
    return stray(read.rule, `The receiver's answer cannot be read (${read.rule}). ${ADVICE}`, raw);
  }
  const { message } = read;
  if (!isAnswer(message.id)) {
    return stray(
      "no-answer",
      `Got ${message.id}, which transmitters send. Check that the address is that of a receiver, and not of another ` +
        "panel or of something that sends back what it gets",
      raw,
    );
  }
  if (question === undefined) {
    return stray("unexpected-answer", `Got ${message.id} ${message.sequence}, and nothing was sent`, raw);
  }
  if (message.id === "NAK") {
    const time = message.timestamp === undefined ? undefined : readTimestamp(message.timestamp);
    return time === undefined ? { kind: "nak" } : { kind: "nak", time };
  }
  const { head } = question;
  if (Number(message.sequence) !== Number(head.sequence) || !sameAccount(message, head)) {
    return stray(
      "other-message",
      `Got ${message.id} ${message.sequence} for account ${
        message.account ?? ""
      }, but ${head.sequence} of account ` +
        `${head.account ?? ""} is in flight: the answer to another message, or one that came late`,
      raw,
    );
  }
  if (message.id === "DUH") return { kind: "duh" };
  if (head.encrypted && !message.encrypted && !question.clearAnswers) {
    return stray(
      "clear-answer",
      `The receiver acknowledged message ${head.sequence} in clear although that was encrypted, so this is not ` +
        "believed. Check that the receiver has the key for this account; if it always answers in clear, set that " +
        "answers in clear are taken",
      raw,
    );
  }
  return message.id === "RSP" ? { kind: "ack", note: responseNote(item.frame) } : { kind: "ack" };
}

const ADVICE = "Check that key and account are the same here and in the receiver";

function sameAccount(answer: Dc09Head, question: Dc09Head): boolean {
  // An answer without account fits by its number.
  if (answer.account === undefined || question.account === undefined) return true;
  return accountKey(answer.account) === accountKey(question.account);
}

/** The data of an RSP may be a new key: only the head is shown. */
function responseNote({ content }: Dc09Frame): Extract<Dc09SenderAnswer, { kind: "stray" }> {
  const [head = ""] = fromOctets(content).split("[", 1);
  return stray(
    "response-data",
    "The receiver sent data with its acknowledgement (RSP), such as a new key or a program. It is not acted on; switch " +
      "remote programming off in the receiver",
    toOctets(head),
  );
}

function stray(
  rule: string,
  message: string,
  raw: Uint8Array,
): Extract<Dc09SenderAnswer, { kind: "stray" }> {
  return { kind: "stray", rule, message, raw };
}
