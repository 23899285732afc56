/**
 * What a gateway and the process that holds the serial lines say to each other on their Unix socket.
 *
 * A frame: type (u8), length of what follows (u16), then that. Numbers are big-endian; `seq` and `at` are u64.
 *
 * | type | from | name | content |
 * | --- | --- | --- | --- |
 * | 01 | gateway | hello | JSON `{version, line}` |
 * | 02 | gateway | write | opening (u32), octets for the panel |
 * | 03 | gateway | taken | seq: this record and all before were handed on |
 * | 11 | lines | welcome | JSON `{version, state, lost}` |
 * | 12 | lines | refused | JSON `{rule, message}`; then the connection is closed |
 * | 13 | lines | data | seq, at (ms since the epoch), octets from the panel |
 * | 14 | lines | state | seq, JSON: a `LineState` |
 * | 15 | lines | passed | u32: so many octets of write are out, or were thrown away |
 * | 16 | lines | alive | nothing; sent regularly, so that a silent line can be told from a process that hangs |
 *
 * @module
 */
import { type LineDown, type LineOpen, type LineState, readLineState } from "./line_state.ts";

/** Version of what is spoken. Both ends come from one release; the number tells a forgotten restart. */
export const LINK_VERSION = 1;
/** Octets of a frame's content, at most. */
export const MAX_CONTENT = 8192;
/** Octets for the panel that a gateway may have under way, i.e. written and not passed. */
export const WRITE_WINDOW = 4096;

/** A frame in its own terms. */
export type LinkFrame =
  | { kind: "hello"; version: number; line: string }
  | { kind: "write"; opening: number; bytes: Uint8Array }
  | { kind: "taken"; seq: number }
  | { kind: "welcome"; version: number; state: LineOpen | LineDown; lost: number }
  | { kind: "refused"; rule: string; message: string }
  | { kind: "data"; seq: number; at: number; bytes: Uint8Array }
  | { kind: "state"; seq: number; state: LineState }
  | { kind: "passed"; octets: number }
  | { kind: "alive" };

const TYPES = {
  hello: 1,
  write: 2,
  taken: 3,
  welcome: 0x11,
  refused: 0x12,
  data: 0x13,
  state: 0x14,
  passed: 0x15,
  alive: 0x16,
};
const HEADER = 3;

/**
 * Writes a frame.
 *
 * @param frame The frame; octets at most {@link MAX_CONTENT} less 16.
 * @returns Its octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeFrame, FrameReader } from "./link_frames.ts";
 *
 * const bytes = encodeFrame({ kind: "passed", octets: 3 });
 * assertEquals(bytes.toHex(), "15000400000003");
 * assertEquals([...new FrameReader().feed(bytes)], [{ kind: "passed", octets: 3 }]);
 * ```
 */
export function encodeFrame(frame: LinkFrame): Uint8Array {
  switch (frame.kind) {
    case "hello":
    case "welcome":
    case "refused": {
      const { kind, ...content } = frame;
      return build(kind, 0, json(content));
    }
    case "write":
      return build("write", 4, frame.bytes, (view) => view.setUint32(HEADER, frame.opening));
    case "taken":
      return build("taken", 8, NOTHING, (view) => view.setBigUint64(HEADER, BigInt(frame.seq)));
    case "data":
      return build("data", 16, frame.bytes, (view) => {
        view.setBigUint64(HEADER, BigInt(frame.seq));
        view.setBigUint64(HEADER + 8, BigInt(frame.at));
      });
    case "state":
      return build("state", 8, json(frame.state), (view) => view.setBigUint64(HEADER, BigInt(frame.seq)));
    case "alive":
      return build("alive", 0, NOTHING);
    case "passed":
      return build("passed", 4, NOTHING, (view) => view.setUint32(HEADER, frame.octets));
  }
}

/** Cuts a stream into frames, whatever the chunk borders. Bounded by one frame; linear; never throws. */
export class FrameReader {
  readonly #frame = new Uint8Array(HEADER + MAX_CONTENT);
  #filled = 0;
  /** Octets of the header, or when that is there of the whole frame. */
  #need = HEADER;
  #broken = false;

  /** Whether the peer said what is no frame: nothing after it can be read. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Takes the next octets.
   *
   * @param bytes What arrived.
   * @returns The frames that became complete, one by one; none any more when {@link broken}.
   */
  *feed(bytes: Uint8Array): Generator<LinkFrame> {
    for (let at = 0; at < bytes.length && !this.#broken;) {
      const part = bytes.subarray(at, at + this.#need - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#need) return;
      if (this.#need === HEADER) {
        this.#need += this.#frame[1]! << 8 | this.#frame[2]!;
        if (this.#need > this.#frame.length) this.#broken = true;
        if (this.#need > HEADER) continue;
      }
      const frame = decode(this.#frame[0]!, this.#frame.slice(HEADER, this.#filled));
      this.#filled = 0;
      this.#need = HEADER;
      if (frame === undefined) this.#broken = true;
      else yield frame;
    }
  }
}

const NOTHING = new Uint8Array(0);

function build(
  kind: LinkFrame["kind"],
  fixed: number,
  content: Uint8Array,
  fill?: (view: DataView) => void,
): Uint8Array {
  const bytes = new Uint8Array(HEADER + fixed + content.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = TYPES[kind];
  view.setUint16(1, fixed + content.length);
  fill?.(view);
  bytes.set(content, HEADER + fixed);
  return bytes;
}

function json(content: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(content));
}

function decode(type: number, content: Uint8Array): LinkFrame | undefined {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const u64 = (at: number) => Number(view.getBigUint64(at));
  const { length } = content;
  switch (type) {
    case TYPES.write:
      return length < 4
        ? undefined
        : { kind: "write", opening: view.getUint32(0), bytes: content.subarray(4) };
    case TYPES.taken:
      return length === 8 ? { kind: "taken", seq: u64(0) } : undefined;
    case TYPES.data:
      return length < 16 ? undefined : { kind: "data", seq: u64(0), at: u64(8), bytes: content.subarray(16) };
    case TYPES.alive:
      return length === 0 ? { kind: "alive" } : undefined;
    case TYPES.passed:
      return length === 4 ? { kind: "passed", octets: view.getUint32(0) } : undefined;
    case TYPES.state: {
      const state = length < 8 ? undefined : readLineState(readJson(content.subarray(8)));
      return state === undefined ? undefined : { kind: "state", seq: u64(0), state };
    }
    default:
      return decodeJson(type, readJson(content));
  }
}

function decodeJson(type: number, value: unknown): LinkFrame | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { version, line, lost, rule, message, state } = value as Record<string, unknown>;
  if (type === TYPES.refused) {
    return typeof rule === "string" && typeof message === "string"
      ? { kind: "refused", rule, message }
      : undefined;
  }
  if (typeof version !== "number") return undefined;
  if (type === TYPES.hello) return typeof line === "string" ? { kind: "hello", version, line } : undefined;
  if (type !== TYPES.welcome || typeof lost !== "number") return undefined;
  const known = readLineState(state);
  return known === undefined || known.kind === "trouble"
    ? undefined
    : { kind: "welcome", version, state: known, lost };
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
