/**
 * What RCT and SPT say to each other about commands to a panel, inside TRANSPARENT messages.
 *
 * The standard leaves the octets of a TRANSPARENT message to the makers (PROFILE); this form is Tocsin's own choice: a JSON
 * object in UTF-8 whose first key is `tocsin`, octets in it as hexadecimal digits. Keys that are not known are passed over.
 * At most {@link ENVELOPE_OCTETS} octets, so that it fits one datagram of every edition, as a request and as a response.
 *
 * | `tocsin` | keys | meaning |
 * |---|---|---|
 * | `command` | `id`, `account`?, `input`?, `by`?, `data` | RCT to SPT: send `data` to the panel |
 * | `answer` | `id`, `accepted`, `detail` | SPT to RCT, at once: it is on its way, or why not |
 * | `outcome` | `id`, `outcome`, `detail`, `data` | SPT to RCT, later: what became of it |
 *
 * @module
 */
import type { CommandResult } from "../../adapters/contract.ts";

/** A command on its way to a panel. */
export interface RemoteCommand {
  /** Tells the messages apart. */
  kind: "command";
  /** Made by the RCT, never twice: 1 to 36 letters, digits and hyphens. */
  id: string;
  /** Account of the panel; undefined when the site has one panel only. */
  account?: string;
  /** Name of the SPT's input that the panel is connected to; undefined for any. */
  input?: string;
  /** Who wants it, in the words of whoever gave the command; undefined when that was not said. */
  by?: string;
  /** The command in the panel's own language; may hold a secret. 1 to {@link REMOTE_DATA_OCTETS} octets. */
  data: Uint8Array;
}

/** What the SPT says to a command at once. */
export interface RemoteAnswer {
  /** Tells the messages apart. */
  kind: "answer";
  /** The command's id; empty when it could not be read. */
  id: string;
  /** Whether it is on its way to the panel; an outcome follows then. */
  accepted: boolean;
  /** Why not, in words; empty when accepted. */
  detail: string;
}

/** What became of a command. */
export interface RemoteOutcome {
  /** Tells the messages apart. */
  kind: "outcome";
  /** The command's id. */
  id: string;
  /** How it ended; see `CommandResult`. */
  outcome: CommandResult["outcome"];
  /** Why, in words; may be empty. */
  detail: string;
  /** What the panel answered; may be empty. */
  data: Uint8Array;
}

/** One of the three. */
export type RemoteEnvelope = RemoteCommand | RemoteAnswer | RemoteOutcome;

/** What octets turn out to be. */
export type RemoteReading =
  | { kind: "ours"; envelope: RemoteEnvelope }
  /** Something else than this form: for whoever else takes TRANSPARENT messages. */
  | { kind: "foreign" }
  /** This form, and wrong. */
  | { kind: "unreadable"; message: string };

/** Longest envelope, in octets. */
export const ENVELOPE_OCTETS = 900;
/** Longest command and longest answer of a panel, in octets. */
export const REMOTE_DATA_OCTETS = 255;
/** Longest explanation, in UTF-16 units; one that does not fit is cut. */
const DETAIL_LENGTH = 400;

const OUTCOMES: readonly string[] = ["done", "rejected", "no-answer", "closed"];
const START = new TextEncoder().encode('{"tocsin":');

/**
 * Writes an envelope. What does not fit of an explanation is left out, and of a panel's answer what comes behind 255 octets.
 *
 * @param envelope What to say.
 * @returns The octets, {@link ENVELOPE_OCTETS} at most.
 * @throws {RangeError} When a command does not fit (see {@link remoteMisfit}) or an id is none: a mistake of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeEnvelope } from "./envelope.ts";
 *
 * const octets = writeEnvelope({ kind: "command", id: "7", account: "1234", data: new TextEncoder().encode("CSA*1") });
 * assertEquals(new TextDecoder().decode(octets), '{"tocsin":"command","id":"7","account":"1234","data":"4353412a31"}');
 * ```
 */
export function writeEnvelope(envelope: RemoteEnvelope): Uint8Array {
  if (envelope.kind === "command") {
    const why = remoteMisfit(envelope);
    if (why !== undefined) throw new RangeError(why);
    return encode(envelope);
  }
  if (!isId(envelope.id) && envelope.id !== "") {
    throw new RangeError("an id has 1 to 36 letters, digits and hyphens");
  }
  const data = "data" in envelope ? { data: envelope.data.subarray(0, REMOTE_DATA_OCTETS) } : {};
  let detail = envelope.detail.slice(0, DETAIL_LENGTH).toWellFormed();
  for (;;) {
    const octets = encode({ ...envelope, ...data, detail });
    const over = octets.length - ENVELOPE_OCTETS;
    if (over <= 0) return octets;
    // No character takes more than six octets: this ends, and cuts little too much.
    detail = detail.slice(0, Math.max(0, detail.length - Math.ceil(over / 6))).toWellFormed();
  }
}

/**
 * Why a command cannot be put into an envelope.
 *
 * @param command The command.
 * @returns The reason, in words; undefined when it can.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { remoteMisfit } from "./envelope.ts";
 *
 * assertEquals(remoteMisfit({ kind: "command", id: "7", data: new Uint8Array() }), "the command is empty");
 * ```
 */
export function remoteMisfit(command: RemoteCommand): string | undefined {
  const { id, data } = command;
  if (!isId(id)) return "an id has 1 to 36 letters, digits and hyphens";
  if (data.length === 0) return "the command is empty";
  if (data.length > REMOTE_DATA_OCTETS) {
    return `the command has ${data.length} octets, ${REMOTE_DATA_OCTETS} can be carried`;
  }
  for (const key of ["account", "input", "by"] as const) {
    if (command[key] !== undefined && !isName(command[key])) {
      return `${key} is expected to have 1 to 64 characters, and no control characters`;
    }
  }
  return encode(command).length <= ENVELOPE_OCTETS
    ? undefined
    : "account, input and name together are too long to be carried with this command";
}

/**
 * Reads octets of a TRANSPARENT message.
 *
 * @param octets The octets.
 * @returns What they are. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readEnvelope } from "./envelope.ts";
 *
 * const read = (text: string) => readEnvelope(new TextEncoder().encode(text));
 * assertEquals(read('{"tocsin":"answer","id":"7","accepted":true,"detail":""}'), {
 *   kind: "ours",
 *   envelope: { kind: "answer", id: "7", accepted: true, detail: "" },
 * });
 * assertEquals(read("tocsin probe"), { kind: "foreign" });
 * assertEquals(read('{"tocsin":"dance"}'), { kind: "unreadable", message: 'a kind of message that is not known here' });
 * ```
 */
export function readEnvelope(octets: Uint8Array): RemoteReading {
  if (!START.every((octet, at) => octets[at] === octet)) return { kind: "foreign" };
  if (octets.length > ENVELOPE_OCTETS) {
    return unreadable(`${octets.length} octets, ${ENVELOPE_OCTETS} are allowed`);
  }
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets));
  } catch {
    return unreadable("no JSON in UTF-8");
  }
  const { tocsin: kind, id } = value;
  if (kind === "answer" && id === "") return readAnswer(value, "");
  if (typeof id !== "string" || !isId(id)) {
    const known = kind === "command" || kind === "answer" || kind === "outcome";
    return unreadable(known ? "id is not 1 to 36 letters, digits and hyphens" : UNKNOWN);
  }
  if (kind === "command") return readCommand(value, id);
  if (kind === "answer") return readAnswer(value, id);
  return kind === "outcome" ? readOutcome(value, id) : unreadable(UNKNOWN);
}

const UNKNOWN = "a kind of message that is not known here";

function readCommand(value: Record<string, unknown>, id: string): RemoteReading {
  const data = readHex(value["data"]);
  if (data === undefined || data.length === 0) {
    return unreadable(`data is not 1 to ${REMOTE_DATA_OCTETS} octets as hex`);
  }
  const envelope: RemoteCommand = { kind: "command", id, data };
  for (const key of ["account", "input", "by"] as const) {
    const name = value[key];
    if (name === undefined) continue;
    if (typeof name !== "string" || !isName(name)) return unreadable(`${key} is not 1 to 64 characters`);
    envelope[key] = name;
  }
  return { kind: "ours", envelope };
}

function readAnswer({ accepted, detail }: Record<string, unknown>, id: string): RemoteReading {
  if (typeof accepted !== "boolean" || !isDetail(detail)) {
    return unreadable("accepted or detail is missing or wrong");
  }
  return { kind: "ours", envelope: { kind: "answer", id, accepted, detail } };
}

function readOutcome({ outcome, detail, data: digits }: Record<string, unknown>, id: string): RemoteReading {
  const data = readHex(digits);
  if (data === undefined || !isDetail(detail) || typeof outcome !== "string" || !OUTCOMES.includes(outcome)) {
    return unreadable("outcome, detail or data is missing or wrong");
  }
  return {
    kind: "ours",
    envelope: { kind: "outcome", id, outcome: outcome as RemoteOutcome["outcome"], detail, data },
  };
}

function encode(envelope: RemoteEnvelope): Uint8Array {
  const { kind, ...rest } = envelope;
  const data = "data" in envelope ? { data: envelope.data.toHex() } : {};
  return new TextEncoder().encode(JSON.stringify({ tocsin: kind, ...rest, ...data }));
}

function readHex(value: unknown): Uint8Array | undefined {
  const hex = typeof value === "string" && value.length <= 2 * REMOTE_DATA_OCTETS &&
    /^(?:[0-9a-f]{2})*$/i.test(value);
  return hex ? Uint8Array.fromHex(value) : undefined;
}

function isId(id: string): boolean {
  return /^[0-9A-Za-z-]{1,36}$/.test(id);
}

function isName(name: string): boolean {
  return name.length >= 1 && name.length <= 64 && name.isWellFormed() && !/\p{Cc}/u.test(name);
}

function isDetail(detail: unknown): detail is string {
  return typeof detail === "string" && detail.length <= DETAIL_LENGTH;
}

function unreadable(message: string): RemoteReading {
  return { kind: "unreadable", message };
}
