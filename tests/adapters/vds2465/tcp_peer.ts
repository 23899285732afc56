/** The far end of a connection with telegrams over TCP. */
import { assert } from "@std/assert";
import { Vds2465TcpFramer } from "../../../adapters/vds2465/tcp_framer.ts";
import { VdsKeys } from "../../../adapters/vds2465/tcp_keys.ts";
import { readTelegram, type VdsTelegram, writeTelegram } from "../../../adapters/vds2465/tcp_telegram.ts";
import { hex } from "./records.ts";

/** Key 7 of every peer. */
export const SECRET = "00112233445566778899aabbccddeeff";

/** Counts its telegrams as the protocol has it, notes what it hears, and writes what it is told to. */
export class TcpPeer {
  readonly keys = new VdsKeys({ 7: SECRET, 8: "ff".repeat(16) });
  /** Number of the key it writes with; 0 is none. */
  key = 0;
  /** Telegrams of the other end. */
  heard: VdsTelegram[] = [];
  /** The telegram it wrote last. */
  last: Uint8Array = new Uint8Array();
  #framer = new Vds2465TcpFramer();

  /** @param tc Its counter at the start. */
  constructor(public tc: number) {}

  /** The counter of the other end that it expects next. */
  get rc(): number {
    return ((this.heard.at(-1)?.tc ?? -1) + 1) >>> 0;
  }

  /** Takes one telegram. @returns Its kind and payload: `> 3 01`. */
  hear(bytes: Uint8Array): string {
    const [item] = this.#framer.feed(bytes);
    assert(item?.kind === "frame");
    const read = readTelegram(item.frame.key, item.frame.body, this.keys);
    assert(read.ok);
    this.heard.push(read.telegram);
    return `> ${read.telegram.ik} ${read.telegram.payload.toHex()}`.trim();
  }

  /** Writes a telegram, and counts it. */
  write(ik: number, records = "", change: Partial<VdsTelegram> = {}): Uint8Array {
    const { key, rc, tc } = this;
    this.last = writeTelegram({ key, tc, rc, ik, pk: 1, payload: hex(records), ...change }, this.keys);
    this.tc = (this.tc + 1) >>> 0;
    return this.last;
  }
}
