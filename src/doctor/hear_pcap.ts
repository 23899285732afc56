/**
 * Examines a packet capture: finds the panels among everything else that was on the network.
 *
 * @module
 */
import { Examination } from "./examination.ts";
import type { ExaminationOptions } from "./examination_options.ts";
import { type Direction, directionsOf } from "./pcap_directions.ts";
import { readPcap } from "./pcap_packets.ts";
import { LANGUAGE_NAMES } from "./language_names.ts";
import type { InputLanguage } from "./score.ts";
import type { Source } from "./verdict.ts";

/** The worth of a side that told an alarm: more than any number of other frames has. */
const SURELY = 1e9;

/** An examination of a capture, and where in it the panel was; or why the file cannot be read. */
export type PcapHeard =
  | { ok: true; examination: Examination; source: Source & { kind: "capture" } }
  | { ok: false; message: string };

/**
 * Listens to each side of each talk by itself, takes the ones that speak the language that is the most certain, and examines
 * these together. When none speaks any, the one that said most is examined. Clocks are not judged.
 *
 * @param name Name of the file, for the report.
 * @param file The file.
 * @param options Keys.
 * @returns The examination and its source.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
 * import { hearPcap } from "./hear_pcap.ts";
 *
 * const ends = { from: { hostname: "192.0.2.7", port: 40000 }, to: { hostname: "192.0.2.1", port: 7777 } };
 * const bytes = new TextEncoder().encode('\nC36B0018"NULL"0001L0#1234[]\r');
 * const heard = hearPcap("panel.pcap", Uint8Array.of(...pcapHeader(), ...pcapRecord({ at: 0, ...ends, bytes })));
 * assert(heard.ok);
 * assertEquals([heard.source.port, heard.source.transport], [7777, "udp"]);
 * ```
 */
export function hearPcap(name: string, file: Uint8Array, options: ExaminationOptions = {}): PcapHeard {
  const read = readPcap(file);
  if (!read.ok) return read;
  const heard = directionsOf(read.packets).map((direction) => ({
    direction,
    ...standing(direction, options),
  }));
  const best = heard.toSorted((a, b) => b.worth - a.worth)[0];
  const chosen = best === undefined
    ? []
    : best.language === undefined
    ? [best]
    : heard.filter((each) => each.language === best.language && !isAnswer(each, heard));
  const examination = new Examination(options);
  for (const { direction } of chosen) feed(examination, direction);
  const left = heard.filter((each) => !chosen.includes(each));
  const where = best === undefined ? "no TCP and no UDP in it" : [
    best.direction.name + (chosen.length > 1 ? ` and ${chosen.length - 1} more like it` : ""),
    ...alsoHeard(left.filter((each) => !isAnswer(each, heard))),
    ...(left.length > 0 ? [`${left.length} other${left.length === 1 ? "" : "s"} left out`] : []),
  ].join("; ");
  const source = { kind: "capture" as const, name: `${name}: ${where}` };
  if (best === undefined) return { ok: true, examination, source };
  const { direction } = best;
  // When the receiver connected to the panel, the port is not one that a gateway could listen on.
  const port = direction.transport === "udp" || direction.connecting !== false
    ? { port: direction.port }
    : {};
  return { ok: true, examination, source: { ...source, transport: direction.transport, ...port } };
}

/** Panels of other languages that connect by themselves, each of which would be examined in a capture of its own. */
function alsoHeard(others: readonly Standing[]): string[] {
  const names = others.flatMap(({ language, worth, direction }) =>
    language === undefined || worth < SURELY || direction.connecting === false
      ? []
      : [`${LANGUAGE_NAMES[language]} at port ${direction.port}`]
  );
  const [first, second, ...more] = [...new Set(names)];
  return first === undefined ? [] : [
    `also heard: ${
      [first, ...(second === undefined ? [] : [second]), ...(more.length > 0 ? ["…"] : [])].join(", ")
    }`,
  ];
}

interface Standing {
  direction: Direction;
  language: InputLanguage | undefined;
  worth: number;
}

/** The receiver's answers are of the panel's language: of two sides the one that tells more is the panel. */
function isAnswer({ direction, worth, language }: Standing, all: readonly Standing[]): boolean {
  const [from, to] = direction.name.split(" -> ");
  const other = all.find((each) => each.direction.name === `${to} -> ${from}`);
  return other !== undefined && other.language === language && other.worth > worth;
}

/** What one side alone sounds like. The side that connected is the panel, where hardly anything else tells. */
function standing(direction: Direction, options: ExaminationOptions): Omit<Standing, "direction"> {
  const examination = new Examination(options);
  feed(examination, direction);
  const leading = examination.leading;
  const octets = examination.octets;
  const side = direction.connecting === true ? 20 : 0;
  if (leading === undefined) {
    return { language: undefined, worth: side - SURELY + Math.min(octets, 1e8) };
  }
  const { language, events, points } = leading.score;
  return { language, worth: (events > 0 ? SURELY : 0) + points + side };
}

function feed(examination: Examination, { name, transport, parts, connecting }: Direction): void {
  const stream = `${name} ${transport} ${connecting}`;
  for (const part of parts) {
    examination.feed(stream, part);
    // A datagram is whole; and where octets of a stream are missing, nothing goes on.
    examination.silence(stream);
  }
  examination.cut(stream);
}
