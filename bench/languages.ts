/** The languages of panels as the parse rates take them: a frame each, and what reads it from the bytes to the fields. */
import { ContactIdFramer } from "../adapters/contact_id/mod.ts";
import {
  Dc09Framer,
  type Dc09Key,
  dc09Keys,
  parseDc09,
  writeDc09,
  writeFrame,
} from "../adapters/dc09/mod.ts";
import { ScancomFramer } from "../adapters/scancom/mod.ts";
import { parseEventPacket, SiaFramer } from "../adapters/sia/mod.ts";
import { TexecomFramer } from "../adapters/texecom/mod.ts";
import {
  IK,
  readFields,
  readRecords,
  readTelegram,
  Vds2465SerialFramer,
  Vds2465TcpFramer,
  VdsKeys,
  writeTelegram,
} from "../adapters/vds2465/mod.ts";

/** A language. */
export interface Language {
  /** As in the keys of the figures. */
  name: string;
  /** A frame, as a panel sends it. */
  frame: Uint8Array;
  /** Starts reading a stream. What comes back takes bytes and says how many frames became whole and were read. */
  reader(): (bytes: Uint8Array) => number;
}

/** A site of the peers, and its key. */
export const SITE = { account: "1234", key: "0123456789ABCDEF" };
/** A device of the peers, and its key. */
export const DEVICE = { ident: "123456", number: 7, key: "00112233445566778899aabbccddeeff" };
/** A burglary with time and place in words, and who sends it. */
export const VDS_ALARM = Uint8Array.fromHex(
  "05021103000122" + "075019140a150a1e05" + "0554466c757231" + "0356214365",
);

const ascii = (text: string) => new TextEncoder().encode(text);
const keys = new VdsKeys({ [DEVICE.number]: DEVICE.key });

/** All languages. */
export const LANGUAGES: readonly Language[] = [
  {
    name: "dc03",
    // A captured arming report.
    frame: Uint8Array.fromHex("564e746931313a34352f69643030312f70693031302f434cf5"),
    reader: () => {
      const framer = new SiaFramer();
      return (bytes) =>
        count(framer.feed(bytes), ({ frame }) => parseEventPacket(frame.data).events.length === 1);
    },
  },
  { name: "contact_id", frame: ascii("1234181131010158\r\n"), reader: () => whole(new ContactIdFramer()) },
  {
    name: "texecom",
    // SIA blocks of a line: account, event, end.
    frame: Uint8Array.fromHex("33c42331303030" + "19c84e72693142413030" + "31614030" + "8f0d0a"),
    reader: () => whole(new TexecomFramer()),
  },
  { name: "scancom", frame: ascii("1234 1555 5555 7\r"), reader: () => whole(new ScancomFramer()) },
  { name: "dc09", frame: dc09Frame(false), reader: () => dc09Reader([]) },
  { name: "dc09_aes", frame: dc09Frame(true), reader: () => dc09Reader([siteKey()]) },
  {
    name: "vds2465_serial",
    // A captured alarm of a Telenot panel.
    frame: Uint8Array.fromHex(
      "682c2c687302050201000101220750051403080a103210544d412d4d4730322020202020202020200656008051ffffffc716",
    ),
    reader: () => {
      const framer = new Vds2465SerialFramer();
      return (bytes) => count(framer.feed(bytes), ({ frame }) => readsAll(frame.data));
    },
  },
  { name: "vds2465_tcp", frame: vdsFrame(0), reader: vdsReader },
  { name: "vds2465_tcp_aes", frame: vdsFrame(DEVICE.number), reader: vdsReader },
];

function siteKey(): Dc09Key {
  const read = dc09Keys(SITE.key);
  if (!read.ok || read.keys[0] === undefined) throw new Error("the key of the bench is no key");
  return read.keys[0];
}

function dc09Frame(encrypted: boolean): Uint8Array {
  const message = {
    id: "SIA-DCS",
    encrypted,
    sequence: "0042",
    receiver: "1",
    line: "2",
    account: SITE.account,
    data: `#${SITE.account}|Nri1/BA5`,
    extended: [{ id: "R", text: "Hall" }],
    encoding: "ascii" as const,
    timestamp: "12:00:00,01-02-2026",
  };
  // The peer wants letters in the pad.
  const random = (octets: number) => new Uint8Array(octets).fill(0x61);
  return writeFrame(writeDc09(message, { key: siteKey(), random }));
}

function dc09Reader(keys: readonly Dc09Key[]): (bytes: Uint8Array) => number {
  const framer = new Dc09Framer();
  return (bytes) => count(framer.feed(bytes), ({ frame }) => parseDc09(frame.content, () => keys).ok);
}

function vdsFrame(key: number): Uint8Array {
  return writeTelegram({ key, tc: 0xa1, rc: 0x10000000, ik: IK.PAYLOAD, pk: 1, payload: VDS_ALARM }, keys);
}

function vdsReader(): (bytes: Uint8Array) => number {
  const framer = new Vds2465TcpFramer();
  return (bytes) =>
    count(framer.feed(bytes), ({ frame }) => {
      const read = readTelegram(frame.key, frame.body, keys);
      return read.ok && readsAll(read.telegram.payload);
    });
}

function readsAll(payload: Uint8Array): boolean {
  const { records, refused } = readRecords(payload);
  for (const record of records) readFields(record);
  return refused === undefined && records.length > 0;
}

function whole<F>(
  framer: { feed(bytes: Uint8Array): ({ kind: "frame"; frame: F } | { kind: "refused" })[] },
) {
  return (bytes: Uint8Array) => count(framer.feed(bytes), () => true);
}

function count<F>(
  found: readonly ({ kind: "frame"; frame: F } | { kind: "refused" })[],
  reads: (item: { frame: F }) => boolean,
): number {
  let n = 0;
  for (const item of found) if (item.kind === "frame" && reads(item)) n++;
  return n;
}
