/** Captures of the IP protocol, made by hand, and what the dissector says of them. */
import { assert } from "@std/assert";
import type { CapturedDatagram } from "../../src/capture/pcap.ts";
import {
  clearKeys,
  type KeySet,
  type Message,
  messageId,
  type PreparedKeys,
  prepareKeys,
  reconstructed2020,
  seal,
  type Ts50136Profile,
  writeMessage,
} from "../../src/ip/mod.ts";
import { captureOf, tshark } from "./tshark.ts";

const DISSECTOR = new URL("../../tools/wireshark/tocsin.lua", import.meta.url).pathname;

/** Arguments that load the dissector. */
export const LOADED = ["-X", `lua_script:${DISSECTOR}`];

/** Device IDs of the two ends. */
export const SPT_ID = new Uint8Array(16).fill(0x88), RCT_ID = new Uint8Array(16).fill(0x66);

/** When the first datagram of a {@link Tape} was captured. */
export const START = Date.UTC(2026, 10, 21, 12);

/** A frame as the dissector shows it. */
export interface Frame {
  /** Info column. */
  info: string;
  /** Protocol column. */
  protocol: string;
  /** Every field, each with its values in order. Octets as plain hex. */
  fields: Record<string, string[]>;
}

/** A conversation that is written down datagram by datagram, 10 ms apart. */
export class Tape {
  readonly datagrams: CapturedDatagram[] = [];
  readonly profile: Ts50136Profile;
  spt = { hostname: "192.0.2.7", port: 40000 };
  rct = { hostname: "192.0.2.1", port: 50136 };

  constructor(profile: Ts50136Profile = reconstructed2020) {
    this.profile = profile;
  }

  /** Writes down octets. Returns the number of the frame. */
  add(direction: "->" | "<-", bytes: Uint8Array): number {
    const [from, to] = direction === "->" ? [this.spt, this.rct] : [this.rct, this.spt];
    return this.datagrams.push({ at: START + this.datagrams.length * 10, from, to, bytes });
  }

  /** Writes down a message. Returns its octets. */
  say(
    direction: "->" | "<-",
    keys: PreparedKeys,
    header: {
      handle: number;
      tx: number;
      rx: number;
      flags?: number;
      version?: number;
      deviceId?: Uint8Array;
    },
    message: Message | { id: number; data: Uint8Array },
  ): Uint8Array {
    const [id, data] = "id" in message
      ? [message.id, message.data]
      : [messageId(this.profile, message.name), writeMessage(this.profile, message)];
    const deviceId = direction === "->" ? SPT_ID : RCT_ID;
    const bytes = seal(
      this.profile,
      keys,
      { deviceId, flags: 0, version: 1, ...header, messageId: id },
      data,
      (n) => new Uint8Array(n).fill(0xa5),
    );
    this.add(direction, bytes);
    return bytes;
  }

  /** Has the dissector read it. */
  read(options: Partial<Reading> = {}): Promise<Frame[]> {
    return read(captureOf(this.datagrams), options);
  }
}

/** How a capture is read. */
export interface Reading {
  /** Text of the key file. */
  keys: string;
  /** Once, as when capturing, or twice, as when a file is opened in Wireshark. */
  passes: 1 | 2;
  /** More arguments. */
  args: readonly string[];
}

/** Has the dissector read a capture file. */
export async function read(capture: Uint8Array, options: Partial<Reading> = {}): Promise<Frame[]> {
  const { keys = "", passes = 2, args = [] } = options;
  const shared = [
    ...(passes === 2 ? ["-2"] : []),
    ...args,
    ...LOADED,
    ...(keys === "" ? [] : ["-o", "tocsin.key_file:FOLDER/keys.txt"]),
  ];
  const files = { "keys.txt": keys };
  const [json, columns] = await Promise.all([
    tshark(capture, [...shared, "-T", "json", "--no-duplicate-keys"], files),
    tshark(capture, [...shared, "-T", "fields", "-e", "_ws.col.Protocol", "-e", "_ws.col.Info"], files),
  ]);
  const packets = JSON.parse(json) as { _source: { layers: Record<string, unknown> } }[];
  const lines = columns.trimEnd().split("\n");
  assert(packets.length === lines.length, `${packets.length} packets, ${lines.length} lines`);
  return packets.map((packet, i) => {
    const fields: Record<string, string[]> = {};
    collect(packet._source.layers["tocsin"], "tocsin", fields);
    const [protocol = "", info = ""] = lines[i]!.split("\t");
    return { info, protocol, fields };
  });
}

/** Line of a key file for a master key. */
export function keyLine(handle: number, keys: KeySet, name = ""): string {
  const hash = keys.hash === "sha-256" ? "" : keys.hash;
  return `${handle.toString(16).padStart(8, "0")} ${keys.key.toHex()} ${keys.encryption} ${hash} ${name}\n`;
}

/** A key set of one repeated octet. */
export function keySet(
  fill: number,
  encryption: "aes-128" | "aes-256" = "aes-256",
  hash: KeySet["hash"] = "sha-256",
): KeySet & { prepared: PreparedKeys } {
  const set = { encryption, hash, key: new Uint8Array(encryption === "aes-128" ? 16 : 32).fill(fill) };
  return { ...set, prepared: prepareKeys(set) };
}

/** No encryption, with any hash. */
export function clear(hash: KeySet["hash"] = "sha-256"): PreparedKeys {
  return hash === "sha-256" ? clearKeys : prepareKeys({ encryption: "none", key: new Uint8Array(), hash });
}

/** Gathers the fields of a tree by name. */
function collect(value: unknown, name: string, into: Record<string, string[]>): void {
  if (Array.isArray(value)) {
    for (const one of value) collect(one, name, into);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) collect(member, key, into);
  } else if (typeof value === "string" && /^(tocsin|_ws\.expert)\./.test(name)) {
    (into[name] ??= []).push(/^([0-9a-f]{2}:)+[0-9a-f]{2}$/.test(value) ? value.replaceAll(":", "") : value);
  }
}
