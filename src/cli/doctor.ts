/**
 * `tocsin doctor`: hears what a panel speaks, and says in plain words what is wrong.
 *
 * @module
 */
import { type DoctorArguments, readDoctorArguments } from "../doctor/arguments.ts";
import { configLines } from "../doctor/config_lines.ts";
import { Examination, MOST_OF_STREAM } from "../doctor/examination.ts";
import type { DoctorKeys } from "../doctor/examination_options.ts";
import { hearPcap } from "../doctor/hear_pcap.ts";
import { isPcap } from "../doctor/pcap_packets.ts";
import { hearNetwork } from "../doctor/hear_network.ts";
import { readDoctorKeys } from "../doctor/keys.ts";
import { report } from "../doctor/report.ts";
import { shownOctets } from "../doctor/shown_octets.ts";
import type { Verdict } from "../doctor/verdict.ts";
import { openInput, readInput } from "./read_input.ts";
import { EXIT_UNAVAILABLE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Exit status: octets came, and no gateway can read them as they are. */
export const EXIT_UNREADABLE = 1;
/** Exit status: nothing came. */
export const EXIT_SILENT = 2;
/** Exit status: the file cannot be read (EX_NOINPUT of sysexits). */
const EXIT_NO_INPUT = 66;
/** Of a hex dump more than this is not read: two digits an octet, and blanks. */
const LARGEST = 4 * MOST_OF_STREAM;

const HELP = `tocsin doctor --serial DEVICE[,SPEED[,FRAME]] | --tcp [HOST:]PORT | --udp [HOST:]PORT
              | --connect HOST:PORT | FILE|-

Listens to a panel, says what it speaks, how sure that is, what is wrong and what to do first, and prints
the lines for the gateway's file. Make a test alarm in the panel while it listens.

  --serial …     a serial port: /dev/ttyUSB0 tries speeds and frames one after the other,
                 /dev/ttyUSB0,9600,8N1 only this one. Start it as deno task tocsin-serial doctor … (--allow-ffi).
                 It tries no echo, no RS-485 switching and no control lines: a bus is only listened to, and a
                 converter must switch by itself. For those options see tocsin serial --help
  --tcp PORT     waits for panels that connect;  --udp PORT  for datagrams
  --connect …    connects to a serial server or a panel that listens
  FILE           a capture of the octets as they came, - for standard input; --hex when it is hex digits; or a
                 packet capture of tcpdump -w (pcap): the panel is looked for in it. Of a long one the beginning. Nobody knows when it was made, so clocks are not checked
  --seconds N    listens at most so long (default 60); ends earlier when it is sure. Ctrl-C: the verdict now
  --key KEY      a key of the panel; may be given more than once. SIA DC-09: as typed into the panel, for one
                 account ACCOUNT:KEY; VdS 2465: NR:HEX. Never printed. Others on this machine see it in the list
                 of processes: --key-file FILE, one a line, does not have that
  --expect LANG  what the gateway's input is set to now: sia, contact-id, texecom, scancom, dc09, …
  --keep FILE    writes what was heard; look at it again with tocsin doctor FILE
  --json         the verdict as one JSON object

  --listen-only  never sends anything: the default
  --answer       answers the panel as a receiver would, to hear more than its first message; for VdS 2465 over
                 TCP this side then begins the talk. An alarm that is acknowledged here is LOST: the panel takes
                 it for delivered, and nobody is called. Only with the site taken out of service, and with a
                 word to the receiving centre

Exit status: 0 a language that can be read, 1 heard and not readable, 2 nothing heard, 64 wrong arguments,
66 no such file, 69 the port or the line could not be opened.
`;

/** What was heard. */
interface Heard {
  verdict: Verdict;
  beginning: Uint8Array;
}

/** The file cannot be read, or not be understood. */
class InputError extends Error {}

/**
 * Runs the command.
 *
 * @param args Arguments after `doctor`.
 * @returns Exit status.
 */
export async function runDoctor(args: string[]): Promise<number> {
  const read = readDoctorArguments(args);
  if (read === "help") {
    console.log(HELP);
    return 0;
  }
  if (typeof read === "string") return wrongArguments("doctor", read, { args, help: HELP });
  try {
    const keys = readDoctorKeys([...read.keys, ...await keysOf(read.keyFiles)]);
    if (!keys.ok) return wrongArguments("doctor", keys.message);
    const { verdict, beginning } = await hear(read, keys.keys);
    console.log(read.json ? asJson(verdict, beginning) : report(verdict, beginning).trimEnd());
    return verdict.octets === 0 ? EXIT_SILENT : verdict.readable ? 0 : EXIT_UNREADABLE;
  } catch (error) {
    console.error(`tocsin doctor: ${unavailable(error, read)}`);
    return error instanceof InputError ? EXIT_NO_INPUT : EXIT_UNAVAILABLE;
  }
}

/** What cannot be opened, and what to do about it. */
function unavailable(error: unknown, { source }: DoctorArguments): string {
  if (error instanceof Deno.errors.AddrInUse && "port" in source) {
    return `another program has ${source.kind.toUpperCase()} port ${source.port}, the gateway perhaps: end it for as long as ` +
      "this listens, or give another port and set the panel to that";
  }
  if (error instanceof Deno.errors.PermissionDenied && "port" in source && source.port < 1024) {
    return `port ${source.port}: ports below 1024 need the administrator's rights: give a higher one, and set the panel to that`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return reason.includes("--allow-ffi") ? `${reason}, as "deno task tocsin-serial doctor …" does` : reason;
}

async function keysOf(files: readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const name of files) {
    const text = new TextDecoder().decode(await readWhole(name));
    keys.push(...text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== ""));
  }
  return keys;
}

async function hear(args: DoctorArguments, keys: DoctorKeys): Promise<Heard> {
  const { source } = args;
  if (source.kind === "capture") return await hearCapture(args, source, keys);
  using kept = args.keep === undefined ? undefined : new Kept(args.keep);
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  Deno.addSignalListener("SIGINT", interrupted);
  Deno.addSignalListener("SIGTERM", interrupted);
  try {
    const common = {
      keys,
      answer: args.answer,
      signal: stop.signal,
      ms: args.seconds * 1000,
      progress: (text: string) => console.error(`tocsin doctor: ${text}`),
      ...(kept === undefined
        ? {}
        : { keep: (bytes: Uint8Array) => kept.add(bytes), restart: () => kept.restart() }),
      ...(args.expected === undefined ? {} : { expected: args.expected }),
    };
    if (args.answer) {
      common.progress("answering: an alarm that the panel sends now is acknowledged here and goes nowhere");
    }
    if (source.kind === "serial") {
      // Only here, as it loads the C library: the other ways need no right to do so.
      const { hearSerial } = await import("../doctor/hear_serial.ts");
      return await hearSerial({ ...common, ...source });
    }
    const { consultation, port } = await hearNetwork({ ...common, source });
    const expected = args.expected === undefined ? {} : { expected: args.expected };
    const verdict = consultation.verdict({ source: { ...source, port }, ...expected });
    return { verdict, beginning: consultation.examination.beginning };
  } finally {
    Deno.removeSignalListener("SIGINT", interrupted);
    Deno.removeSignalListener("SIGTERM", interrupted);
  }
}

async function hearCapture(
  args: DoctorArguments,
  { name, hex }: { name: string; hex: boolean },
  keys: DoctorKeys,
): Promise<Heard> {
  const read = await readWhole(name);
  const whole = hex ? fromHex(read) : read;
  if (isPcap(whole)) {
    const heard = hearPcap(name === "-" ? "standard input" : name, whole, { keys });
    if (!heard.ok) throw new InputError(`${name}: ${heard.message}`);
    const expected = args.expected === undefined ? {} : { expected: args.expected };
    const verdict = heard.examination.verdict({ source: heard.source, ...expected });
    return { verdict, beginning: heard.examination.beginning };
  }
  const examination = new Examination({ keys });
  examination.feed(name, whole);
  const part = whole.length > MOST_OF_STREAM ? ` (its first ${MOST_OF_STREAM / 1024} KiB)` : "";
  const verdict = examination.verdict({
    source: { kind: "capture", name: `${name === "-" ? "standard input" : name}${part}` },
    ...(args.expected === undefined ? {} : { expected: args.expected }),
  });
  return { verdict, beginning: examination.beginning };
}

async function readWhole(name: string): Promise<Uint8Array> {
  try {
    return await readInput(await openInput(name), LARGEST);
  } catch (error) {
    throw new InputError(`cannot read ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fromHex(text: Uint8Array): Uint8Array {
  const digits = new TextDecoder().decode(text).replaceAll(/\s/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new InputError("--hex: expected pairs of hex digits");
  }
  return Uint8Array.fromHex(digits);
}

function asJson(verdict: Verdict, beginning: Uint8Array): string {
  return JSON.stringify({ ...verdict, beginning: shownOctets(beginning, 64), config: configLines(verdict) });
}

/** The file of what was heard. Nobody else may read it: there may be secrets in it. */
class Kept implements Disposable {
  readonly #file: Deno.FsFile;

  constructor(name: string) {
    this.#file = Deno.openSync(name, { write: true, create: true, truncate: true, mode: 0o600 });
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  restart(): void {
    this.#file.truncateSync(0);
    this.#file.seekSync(0, Deno.SeekMode.Start);
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
