/**
 * The command line of `tocsin doctor`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { CANDIDATES } from "./candidates.ts";
import type { LineTry } from "./line_search.ts";
import type { InputLanguage } from "./score.ts";

/** Where to listen. */
export type DoctorSource =
  | { kind: "tcp" | "udp" | "connect"; hostname: string; port: number }
  | { kind: "serial"; device: string; fixed: Partial<LineTry>; stopBits: 1 | 2 }
  | { kind: "capture"; name: string; hex: boolean };

/** What the user wants. */
export interface DoctorArguments {
  /** Where to listen. */
  source: DoctorSource;
  /** How long at most, s. */
  seconds: number;
  /** Keys as typed, and files with such. */
  keys: string[];
  /** Files of keys, one a line. */
  keyFiles: string[];
  /** Answer the panel. */
  answer: boolean;
  /** One JSON object instead of the report. */
  json: boolean;
  /** File for what was heard. */
  keep: string | undefined;
  /** What the input is set to. */
  expected: InputLanguage | undefined;
}

const SOURCES = ["serial", "tcp", "udp", "connect"] as const;
const LONGEST_S = 24 * 3600;

/**
 * Reads the arguments.
 *
 * @param args Arguments after `doctor`.
 * @returns What the user wants; `help`; or what is wrong. A key is never part of that.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readDoctorArguments } from "./arguments.ts";
 *
 * const read = readDoctorArguments(["--serial", "/dev/ttyUSB0,1200,7E1"]);
 * assertEquals(typeof read === "object" && read.source, {
 *   kind: "serial", device: "/dev/ttyUSB0", fixed: { baud: 1200, dataBits: 7, parity: "E" }, stopBits: 1,
 * });
 * assertEquals(readDoctorArguments(["--tcp", "x"]), '--tcp: expected [HOST:]PORT with a port 1-65535, found "x"');
 * ```
 */
export function readDoctorArguments(args: string[]): DoctorArguments | "help" | string {
  const unknown: string[] = [];
  const options: Record<string, unknown> & { _: (string | number)[] } = parseArgs(args, {
    string: ["_", ...SOURCES, "seconds", "key", "key-file", "expect", "keep"],
    boolean: ["help", "answer", "listen-only", "json", "hex"],
    collect: [...SOURCES, "seconds", "key", "key-file", "expect", "keep"],
    alias: { help: "h" },
    unknown: (arg: string) => {
      if (arg === "-" || !arg.startsWith("-")) return true;
      unknown.push(arg.replace(/=.*$/s, ""));
      return false;
    },
  });
  const all = (name: string) => ((options[name] ?? []) as unknown[]).map(String);
  if (options["help"] === true) return "help";
  if (unknown.length > 0) return `${unknown[0]}: unknown`;
  const files = options._.map(String);
  const given = SOURCES.flatMap((kind) => all(kind).map((text) => ({ kind, text })));
  if (given.length + files.length !== 1) {
    return `expected one of --serial, --tcp, --udp, --connect and FILE, found ${given.length + files.length}`;
  }
  for (const name of ["seconds", "expect", "keep"]) {
    if (all(name).length > 1) return `--${name}: expected once, found several times`;
  }
  const [first] = given;
  const source = first === undefined
    ? { kind: "capture" as const, name: files[0] ?? "-", hex: options["hex"] === true }
    : first.kind === "serial"
    ? serialSource(first.text)
    : networkSource(first.kind, first.text);
  if (typeof source === "string") return source;
  const seconds = Number(all("seconds")[0] ?? 60);
  if (!(seconds > 0 && seconds <= LONGEST_S)) {
    return `--seconds: expected a number up to ${LONGEST_S}, found "${all("seconds")[0]}"`;
  }
  const language = all("expect")[0];
  const expected = CANDIDATES.find((each) => each.language === language)?.language;
  if (language !== undefined && expected === undefined) {
    const known = [...new Set(CANDIDATES.map((each) => each.language))].join(", ");
    return `--expect: expected one of ${known}, found "${language}"`;
  }
  if (options["answer"] === true && options["listen-only"] === true) {
    return "--answer and --listen-only: expected one of them";
  }
  if (options["answer"] === true && source.kind === "capture") {
    return "--answer: a capture cannot be answered; give a port or a line";
  }
  if (options["hex"] === true && source.kind !== "capture") return "--hex is for a FILE only";
  return {
    source,
    seconds,
    keys: all("key"),
    keyFiles: all("key-file"),
    answer: options["answer"] === true,
    json: options["json"] === true,
    keep: all("keep")[0],
    expected,
  };
}

function networkSource(kind: "tcp" | "udp" | "connect", text: string): DoctorSource | string {
  const found = /^(?:\[([^\]]+)\]:|([^:]+):)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[3] ?? 0);
  const hostname = found?.[1] ?? found?.[2];
  // A port of 0 lets the system choose: for tests, and of no use to a panel.
  if (found === null || port > 65535 || (port === 0 && hostname === undefined)) {
    const shape = kind === "connect" ? "HOST:PORT" : "[HOST:]PORT";
    return `--${kind}: expected ${shape} with a port 1-65535, found "${text}"`;
  }
  if (kind === "connect" && hostname === undefined) {
    return `--connect: expected HOST:PORT, found "${text}"`;
  }
  return { kind, hostname: hostname ?? "0.0.0.0", port };
}

function serialSource(text: string): DoctorSource | string {
  const [device = "", speed, frame, ...rest] = text.split(",");
  if (!device.startsWith("/") || device.includes("\0") || rest.length > 0) {
    return `--serial: expected DEVICE[,SPEED[,FRAME]] such as /dev/ttyUSB0,9600,8N1, found "${text}"`;
  }
  const baud = speed === undefined ? undefined : /^\d{1,7}$/.test(speed) ? Number(speed) : NaN;
  if (baud !== undefined && !(baud >= 50 && baud <= 4_000_000)) {
    return `--serial: speed: expected 50 to 4000000 baud, found "${speed}"`;
  }
  const character = frame === undefined ? undefined : /^([78])([NEOMS])([12])$/i.exec(frame);
  if (character === null) {
    return `--serial: frame: expected 7 or 8 data bits, parity N, E, O, M or S, stop bits 1 or 2, such as 8N1; found "${frame}"`;
  }
  const fixed: Partial<LineTry> = {};
  if (baud !== undefined) fixed.baud = baud;
  if (character !== undefined) {
    fixed.dataBits = Number(character[1]) as LineTry["dataBits"];
    fixed.parity = character[2]!.toUpperCase() as LineTry["parity"];
  }
  return { kind: "serial", device, fixed, stopBits: character?.[3] === "2" ? 2 : 1 };
}
