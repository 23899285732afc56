/**
 * The traffic that the demo plays: frames that real panels sent, or that independent programs or manuals give, from the
 * adapters' vector files. Every frame names its source.
 *
 * @module
 */
import siaBlocks from "../../adapters/sia/vectors/sia_dc03_block.json" with { type: "json" };
import contactIds from "../../adapters/contact_id/vectors/contact_id.json" with { type: "json" };
import texecomLines from "../../adapters/texecom/vectors/texecom.json" with { type: "json" };

/** One transmission of a panel: frames that are acknowledged one by one. */
export interface Transmission {
  /** Which input of the demo it goes to. */
  input: "galaxy" | "dialler" | "premier";
  /** What it is and where it comes from. */
  title: string;
  frames: Uint8Array[];
  /** How many alarms it makes. */
  alarms: number;
}

interface Vector {
  id: string;
  encoding: string;
  wire: string;
  source: string;
  kind: string;
}

function bytes(vectors: readonly Vector[], id: string): Uint8Array {
  const vector = vectors.find((candidate) => candidate.id === id);
  if (vector === undefined) throw new Error(`no vector ${id}`);
  if (vector.encoding === "hex") return Uint8Array.fromHex(vector.wire.replaceAll(" ", ""));
  const text = vector.wire.replaceAll("\\r", "\r").replaceAll("\\n", "\n");
  return new TextEncoder().encode(text);
}

/**
 * The demo's programme.
 *
 * @returns Transmissions, in the order in which they are played.
 */
export function capturedTraffic(): Transmission[] {
  const sia = (id: string) => bytes(siaBlocks, id);
  const cid = (id: string) =>
    new TextEncoder().encode(new TextDecoder().decode(bytes(contactIds, id)).replaceAll(" ", "") + "\r\n");
  const texecom = (id: string) => bytes(texecomLines, id);
  const end = sia("S07");
  return [
    {
      input: "galaxy",
      title: "Galaxy Flex, arming report (capture S05 S01 S06)",
      frames: [sia("S05"), sia("S01"), sia("S06"), end],
      alarms: 1,
    },
    {
      input: "dialler",
      title: "Contact ID, perimeter burglary (DC-05 sample C01)",
      frames: [cid("C01")],
      alarms: 1,
    },
    {
      input: "premier",
      title: "Texecom, burglary as SIA blocks (S30)",
      frames: [texecom("S30")],
      alarms: 1,
    },
    {
      input: "galaxy",
      title: "Galaxy Flex, periodic test (capture S05 S03)",
      frames: [sia("S05"), sia("S03"), end],
      alarms: 1,
    },
    {
      input: "dialler",
      title: "Contact ID, burglary restored (DC-05 sample C02)",
      frames: [cid("C02")],
      alarms: 1,
    },
    { input: "premier", title: "Texecom, burglary as Contact ID (C20)", frames: [texecom("C20")], alarms: 1 },
    { input: "dialler", title: "Contact ID, tamper (Secvest manual C03)", frames: [cid("C03")], alarms: 1 },
    {
      input: "premier",
      title: "Texecom, set by user as SIA blocks (S32)",
      frames: [texecom("S32")],
      alarms: 1,
    },
    {
      input: "dialler",
      title: "Contact ID, closing by user (Secvest manual C06)",
      frames: [cid("C06")],
      alarms: 1,
    },
    { input: "premier", title: "Texecom, closing as Contact ID (C21)", frames: [texecom("C21")], alarms: 1 },
  ];
}
