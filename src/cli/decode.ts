/**
 * `tocsin decode`: says what bytes mean, one JSON object a line.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { Decoded, StreamDecoder } from "../../adapters/contract.ts";
import { decodedToJson } from "../decode/decoded_json.ts";
import { type DecoderKeys, readDecoderKeys } from "../decode/decoder_keys.ts";
import { decode, decoders } from "../decode/decoders.ts";
import { ipDecoder } from "../decode/ip_decoder.ts";
import { isPcap } from "../doctor/pcap_packets.ts";
import { openInput, readInput } from "./read_input.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Exit status: something could not be read (EX_DATAERR of sysexits). */
export const EXIT_DATA = 65;

const HELP = `tocsin decode --as LANGUAGE [--hex] [--key KEY] [FILE|-]

Reads panel bytes and prints one JSON object per message:
  {"ok":true,"language":…,"offset":…,"message":{…},"events":[…]}
  {"ok":false,"language":…,"offset":…,"rule":…,"message":"what was wrong and what to do"}

  --as LANGUAGE  sia             SIA DC-03 blocks (binary)
                 sia-text        printed and IP text: #000010|Nri6/FA2
                 contact-id      the textual forms of Contact ID
                 texecom         Texecom's TCP wrapper
                 scancom         Scancom Fast Format lines
                 dc09            SIA DC-09 frames
                 vds2465-serial  VdS 2465 on serial lines (FT1.2)
                 vds2465-tcp     VdS 2465 over TCP (S2)
                 vds2465         VdS 2465 records alone
                 sur-gard        receiver output lines, MLR2 and System families
                 ademco-685      receiver output lines, Ademco 685 and MX8000
                 bosch-6500      receiver output lines, Radionics D6500, Bosch D6600
                 dc07            receiver output frames, SIA DC-07 and Bosch SIA mode
                 ip              datagrams of the IP protocol
                 auto            find out
  --hex          the input is hex digits, blanks and line ends free;
                 with --as ip: one datagram a line
  --key KEY      ip: 32 hex digits (AES-128) or 64 (AES-256); dc09: as it is typed into the panel;
                 vds2465-tcp: NUMBER:HEX; may be given more than once
  FILE           a file, or - for standard input (the default)

Exit status: 0 all was read, 65 something was refused, 64 wrong arguments.
`;

/** Largest input that `auto` looks at before it decides, and largest single datagram file. */
const LARGEST_WHOLE = 64 * 1024 * 1024;

/**
 * Runs the command.
 *
 * @param args Arguments after `decode`.
 * @returns Exit status: 0, {@link EXIT_DATA} or 64.
 */
export async function runDecode(args: string[]): Promise<number> {
  const options = parseArgs(args, {
    string: ["as", "key"],
    boolean: ["hex", "help"],
    collect: ["key"],
    alias: { help: "h" },
  });
  if (options["help"] === true) {
    console.log(HELP);
    return 0;
  }
  const wrong = (problem: string) => wrongArguments("decode", problem, { args, help: HELP });
  const language = options["as"];
  if (
    typeof language !== "string" ||
    (language !== "auto" && language !== "ip" && !Object.hasOwn(decoders, language))
  ) {
    const known = [...Object.keys(decoders), "ip", "auto"].join(", ");
    return wrong(
      language === undefined
        ? `--as LANGUAGE is missing: expected ${known}`
        : `no language "${String(language)}": expected ${known}`,
    );
  }
  const keys = readDecoderKeys(language, (options["key"] as string[] | undefined) ?? []);
  if (typeof keys === "string") return wrong(`--key: ${keys}`);
  const name = String(options._[0] ?? "-");
  let input: ReadableStream<Uint8Array>;
  try {
    input = await openInput(name);
  } catch (error) {
    console.error(
      `tocsin decode: cannot read ${name}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 66;
  }
  const out = new Printer();
  try {
    const bytes = noPcap(options["hex"] === true && language !== "ip" ? hexStream(input) : input);
    if (language === "ip") await decodeDatagrams(input, options["hex"] === true, keys.ip, out);
    else if (language === "auto") await decodeUnknown(bytes, keys, out);
    else await decodeStream(bytes, decoders[language]!(keys), out);
  } catch (error) {
    if (error instanceof PcapError) {
      out.print({ ok: false, language, offset: 0, rule: "packet-capture", message: error.message });
    } else if (error instanceof HexError) {
      out.print({ ok: false, language, offset: error.offset, rule: "not-hex", message: error.message });
    } else throw error;
  }
  out.flush();
  return out.refused ? EXIT_DATA : 0;
}

async function decodeStream(
  bytes: AsyncIterable<Uint8Array>,
  decoder: StreamDecoder,
  out: Printer,
): Promise<void> {
  for await (const chunk of bytes) for (const decoded of decoder.feed(chunk)) out.print(decoded);
  for (const decoded of decoder.end()) out.print(decoded);
}

async function decodeUnknown(
  bytes: AsyncIterable<Uint8Array>,
  keys: DecoderKeys,
  out: Printer,
): Promise<void> {
  const whole = await readWhole(bytes);
  // The hash of a datagram cannot fit by chance: what opens as one is one.
  const datagram = ipDecoder(keys.ip)(whole, 0);
  if (datagram.ok) return out.print(datagram);
  for (const decoded of decode("auto", whole, keys)) out.print(decoded);
}

async function decodeDatagrams(
  bytes: AsyncIterable<Uint8Array>,
  hex: boolean,
  keys: Uint8Array[],
  out: Printer,
): Promise<void> {
  const decodeDatagram = ipDecoder(keys);
  const whole = await readWhole(bytes);
  if (!hex) return out.print(decodeDatagram(whole, 0));
  let offset = 0;
  for (const line of new TextDecoder().decode(whole).split("\n")) {
    const digits = line.replaceAll(/\s/g, "");
    if (digits === "" || digits.startsWith("#")) continue;
    if (digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) {
      const message = `expected pairs of hex digits, found "${digits.slice(0, 20)}"`;
      out.print({ ok: false, language: "ip", offset, rule: "not-hex", message });
      continue;
    }
    const datagram = Uint8Array.fromHex(digits);
    out.print(decodeDatagram(datagram, offset));
    offset += datagram.length;
  }
}

async function readWhole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const whole = await readInput(bytes, LARGEST_WHOLE + 1);
  if (whole.length <= LARGEST_WHOLE) return whole;
  throw new RangeError(`more than ${LARGEST_WHOLE} octets: name the language with --as`);
}

/** The input is a file of packets, and not what one panel said. */
class PcapError extends Error {}

/** Hands the octets on, unless they begin as a packet capture does: no language could read that. */
async function* noPcap(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let first = true;
  for await (const chunk of input) {
    if (first && isPcap(chunk)) {
      throw new PcapError("this is a packet capture: tocsin doctor FILE looks for the panels in it");
    }
    first = false;
    yield chunk;
  }
}

/** The input is not hex digits. */
class HexError extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Turns hex digits into octets; blanks and line ends are free, also between the two digits of an octet. */
async function* hexStream(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let high = -1, read = 0;
  for await (const chunk of input) {
    const out = new Uint8Array((chunk.length >> 1) + 1);
    let n = 0;
    for (const octet of chunk) {
      const digit = hexDigit(octet);
      if (digit === -1) {
        throw new HexError(read, `expected hex digits, found ${JSON.stringify(String.fromCharCode(octet))}`);
      }
      if (digit === -2) continue;
      if (high < 0) high = digit;
      else {
        out[n++] = high << 4 | digit;
        high = -1;
        read++;
      }
    }
    yield out.subarray(0, n);
  }
  if (high >= 0) throw new HexError(read, "the last octet has only one hex digit");
}

/** Value of a hex digit; -2 for white space, -1 for anything else. */
function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  if (lower >= 0x61 && lower <= 0x66) return lower - 0x57;
  return octet === 0x20 || (octet >= 0x09 && octet <= 0x0d) ? -2 : -1;
}

/** Prints lines in bulk and remembers whether anything was refused. */
class Printer {
  refused = false;
  #lines: string[] = [];

  print(decoded: Decoded): void {
    if (!decoded.ok) this.refused = true;
    this.#lines.push(JSON.stringify(decodedToJson(decoded, Date.now())));
    if (this.#lines.length >= 256) this.flush();
  }

  flush(): void {
    if (this.#lines.length > 0) console.log(this.#lines.join("\n"));
    this.#lines = [];
  }
}
