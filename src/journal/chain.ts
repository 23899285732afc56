/**
 * The chain through the hops of one account: each row holds a digest of itself and of the row before, so that a row that was
 * edited, taken away or put in later shows.
 *
 * | octets | of the digest's input |
 * |---|---|
 * | 32 | link of the hop before, of the same account; zeros for the first |
 * | 8 | number of the alarm, big-endian |
 * | 8 | time of the hop, ms since the epoch, IEEE 754 double, big-endian |
 * | 4 + n | step: length, UTF-8 |
 * | 4 + n | detail: length, UTF-8 |
 * | 0 or 32 | digest of the alarm's content, on the hop that was stored with it |
 *
 * SHA-256, without a key: who can write the file and knows this can make a chain anew from any row on. That shows only against
 * a copy of the heads kept elsewhere.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Octets of a link. */
export const LINK_OCTETS = 32;

/** The link before the first. */
export const FIRST_LINK: Uint8Array = new Uint8Array(LINK_OCTETS);

/** What a link is made of, beside the one before. */
export interface ChainedHop {
  /** Number of the alarm in its journal. */
  seq: number;
  /** When, ms since the epoch. */
  at: number;
  /** What happened. */
  step: string;
  /** With whom or with what. */
  detail: string;
  /** Digest of the alarm's content, on the hop that was stored with it. */
  content?: Uint8Array | undefined;
}

/** The content of an alarm, as its columns hold it. */
export interface ChainedAlarm {
  /** The alarm's identity. */
  id: string;
  /** The input or site that it came from. */
  origin: string;
  /** The account, as spelled. */
  account: string;
  /** Protocol of the data. */
  protocol: string;
  /** Event data. */
  data: Uint8Array;
  /** Octets as received. */
  raw: Uint8Array;
  /** 64-bit NTP time, 8 octets, big-endian. */
  time: Uint8Array;
  /** The events, as JSON. */
  events: string;
}

const encoder = new TextEncoder();

/**
 * Makes the link of a hop.
 *
 * @param before Link of the hop before, of the same account; {@link FIRST_LINK} for the first.
 * @param hop The hop.
 * @returns 32 octets.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { FIRST_LINK, nextLink } from "./chain.ts";
 *
 * const hop = { seq: 1, at: 1000.5, step: "received", detail: "panel" };
 * const link = nextLink(FIRST_LINK, hop);
 * assertEquals([link.length, nextLink(FIRST_LINK, hop)], [32, link]);
 * assert(nextLink(FIRST_LINK, { ...hop, detail: "panel " }).toHex() !== link.toHex());
 * ```
 */
export function nextLink(before: Uint8Array, hop: ChainedHop): Uint8Array {
  const step = encoder.encode(hop.step), detail = encoder.encode(hop.detail);
  const content = hop.content ?? new Uint8Array();
  const octets = new Uint8Array(LINK_OCTETS + 16 + 8 + step.length + detail.length + content.length);
  const view = new DataView(octets.buffer);
  octets.set(before);
  view.setBigUint64(LINK_OCTETS, BigInt(hop.seq));
  view.setFloat64(LINK_OCTETS + 8, hop.at);
  let at = LINK_OCTETS + 16;
  for (const part of [step, detail]) {
    view.setUint32(at, part.length);
    octets.set(part, at + 4);
    at += 4 + part.length;
  }
  octets.set(content, at);
  return digest(octets);
}

/**
 * Makes the digest of an alarm's content: each part with its length in front, so that nothing can move from one to another.
 *
 * @param alarm The content.
 * @returns 32 octets.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { contentDigest } from "./chain.ts";
 *
 * const none = new Uint8Array();
 * const alarm = { id: "A", origin: "x", account: "1", protocol: "sia", data: none, raw: none, time: none, events: "[]" };
 * assert(contentDigest(alarm).toHex() !== contentDigest({ ...alarm, origin: "", account: "x1" }).toHex());
 * ```
 */
export function contentDigest(alarm: ChainedAlarm): Uint8Array {
  const { id, origin, account, protocol, data, raw, time, events } = alarm;
  const parts = [id, origin, account, protocol, data, raw, time, events]
    .map((part) => typeof part === "string" ? encoder.encode(part) : part);
  const octets = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(octets.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    octets.set(part, at + 4);
    at += 4 + part.length;
  }
  return digest(octets);
}

function digest(octets: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(octets).digest());
}
