/**
 * The traffic that the demo plays as it was recorded: frames that real panels sent, or that independent programs or manuals
 * give, from the adapters' vector files. Every frame names its source.
 *
 * @module
 */
import contactIds from "../../adapters/contact_id/vectors/contact_id.json" with { type: "json" };
import dc09Frames from "../../adapters/dc09/vectors/dc09.json" with { type: "json" };
import fastFormats from "../../adapters/scancom/vectors/fast_format.json" with { type: "json" };
import siaBlocks from "../../adapters/sia/vectors/sia_dc03_block.json" with { type: "json" };
import texecomLines from "../../adapters/texecom/vectors/texecom.json" with { type: "json" };

/** When a transmission is played: before the RCT is killed, while it is down, or when it is up again. */
export type DemoPhase = "before" | "down" | "after";

/** One transmission of a panel: frames that are acknowledged one by one. */
export interface Transmission {
  /** Which input of the demo it goes to. */
  input: "galaxy" | "dialler" | "premier" | "scantronic" | "ip-panels";
  /** When it is played. */
  phase: DemoPhase;
  /** What it is and where it comes from. */
  title: string;
  /** The octets, frame by frame. */
  frames: Uint8Array[];
  /** How many alarms it makes. */
  alarms: number;
}

interface Vector {
  id: string;
  encoding: string;
  wire: string;
}

/**
 * The recorded part of the demo's programme.
 *
 * @returns Transmissions, in the order in which they are played.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { capturedTraffic } from "./captured_panels.ts";
 *
 * const [first] = capturedTraffic();
 * assertEquals(first?.input, "galaxy");
 * assertEquals(first?.frames.at(-1), Uint8Array.of(0x40, 0x30, 0x8f), "end of data");
 * ```
 */
export function capturedTraffic(): Transmission[] {
  const sia = (...ids: string[]) => ids.map((id) => bytes(siaBlocks, id));
  const texecom = (id: string) => [bytes(texecomLines, id)];
  const line = (vectors: readonly Vector[], id: string) => [
    new TextEncoder().encode(new TextDecoder().decode(bytes(vectors, id)).replaceAll(" ", "") + "\r\n"),
  ];
  const dc09 = (id: string) => [Uint8Array.of(0x0a, ...bytes(dc09Frames, id), 0x0d)];
  return [
    {
      input: "galaxy",
      phase: "before",
      title: "SIA, arming report: as captured from a Galaxy Flex (S05 S01 S06 S07)",
      frames: sia("S05", "S01", "S06", "S07"),
      alarms: 1,
    },
    {
      input: "dialler",
      phase: "before",
      title: "Contact ID, perimeter burglary: as the standard prints it (DC-05 sample C01)",
      frames: line(contactIds, "C01"),
      alarms: 1,
    },
    {
      input: "premier",
      phase: "before",
      title: "Texecom, burglary as SIA blocks: as captured from an independent program (S30)",
      frames: texecom("S30"),
      alarms: 1,
    },
    {
      input: "scantronic",
      phase: "before",
      title: "Scancom Fast Format, channels 1 and 3: as the manual of the Ademco 685 prints it (F01)",
      frames: line(fastFormats, "F01"),
      alarms: 1,
    },
    {
      input: "ip-panels",
      phase: "before",
      title: "DC-09, armed from afar: as captured from a Pima Force 144 (D02)",
      frames: dc09("D02"),
      alarms: 1,
    },
    {
      input: "dialler",
      phase: "down",
      title: "Contact ID, burglary restored: as the standard prints it (DC-05 sample C02)",
      frames: line(contactIds, "C02"),
      alarms: 1,
    },
    {
      input: "ip-panels",
      phase: "down",
      title: "DC-09 with AES, water: as captured from an independent program (V14)",
      frames: dc09("V14"),
      alarms: 1,
    },
    {
      input: "scantronic",
      phase: "down",
      title: "Scancom Fast Format, low battery: as the manual of the Ademco 4160 prints it (F03)",
      frames: line(fastFormats, "F03"),
      alarms: 1,
    },
    {
      input: "premier",
      phase: "down",
      title: "Texecom, burglary as Contact ID: as captured from an independent program (C20)",
      frames: texecom("C20"),
      alarms: 1,
    },
    {
      input: "galaxy",
      phase: "after",
      title: "SIA, periodic test: as captured from a Galaxy Flex (S05 S03 S07)",
      frames: sia("S05", "S03", "S07"),
      alarms: 1,
    },
    {
      input: "dialler",
      phase: "after",
      title: "Contact ID, tamper: as the manual of the Abus Secvest prints it (C03)",
      frames: line(contactIds, "C03"),
      alarms: 1,
    },
  ];
}

function bytes(vectors: readonly Vector[], id: string): Uint8Array {
  const vector = vectors.find((candidate) => candidate.id === id);
  if (vector === undefined) throw new Error(`no vector ${id}`);
  if (vector.encoding === "hex") return Uint8Array.fromHex(vector.wire.replaceAll(" ", ""));
  const text = vector.wire.replaceAll("\\r", "\r").replaceAll("\\n", "\n");
  return new TextEncoder().encode(text);
}
