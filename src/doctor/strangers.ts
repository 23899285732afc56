/**
 * Recognises what is no input language at all.
 *
 * @module
 */
import type { StreamDecoder } from "../../adapters/contract.ts";
import { parseSiaHs, siaTextDecoder } from "../../adapters/sia/mod.ts";
import { surGardDecoder } from "../../adapters/sur_gard/mod.ts";
import { siaCode } from "../event/tables/sia.ts";
import type { Fault } from "./finding.ts";
import type { Sample } from "./sample.ts";

/** Something else than a panel in a language that can be read. */
export interface Stranger {
  /** Name, kebab-case. */
  rule: string;
  /** What it is, in words. */
  what: string;
  /** What to do. */
  todo: string;
  /** Where the fault is. */
  fault: Fault;
  /** True when there is no doubt; else it is only said when no language fits. */
  sure: boolean;
}

type Sign = Omit<Stranger, "sure"> & { sign: RegExp };

/** By the first characters of a stream, an octet each. Ours, but for Osborne-Hoffman (field-needs.md 12). */
const SIGNS: readonly Sign[] = [
  {
    rule: "tls",
    // deno-lint-ignore no-control-regex -- a TLS record: handshake, version 3.
    sign: /^\x16\x03[\x00-\x04][\s\S]{2}\x01/,
    what: "a TLS ClientHello: the panel wants an encrypted connection of the kind web sites use",
    todo:
      "Switch TLS (SSL) off in the panel's receiver settings. The AES encryption of SIA DC-09 may stay on",
    fault: "protocol",
  },
  {
    rule: "dtls",
    // deno-lint-ignore no-control-regex -- a DTLS record: handshake, version 1.0 or 1.2.
    sign: /^\x16\xfe[\xfd\xff]/,
    what: "a DTLS ClientHello: TLS over UDP",
    todo:
      "Switch DTLS off in the panel, or, if this is another site's IP transmitter, point it at the receiving centre",
    fault: "protocol",
  },
  {
    rule: "http",
    sign: /^(GET|POST|PUT|HEAD|OPTIONS|CONNECT|DELETE) \S+ HTTP\//,
    what: "an HTTP request: a browser, a scanner, or a device's cloud service",
    todo:
      "Something other than the panel's alarm reporting connects here: check the address and port that it is set to",
    fault: "protocol",
  },
  {
    rule: "sip",
    sign: /^(REGISTER|INVITE|OPTIONS|SUBSCRIBE|NOTIFY) sips?:/,
    what: "a SIP request: telephony over IP",
    todo: "Check the port: a telephone or an intercom talks to it",
    fault: "protocol",
  },
  {
    rule: "ssh",
    sign: /^SSH-\d\.\d/,
    what: "an SSH client",
    todo: "Check the port: something logs in here that is no panel",
    fault: "protocol",
  },
  {
    rule: "telnet",
    sign: /^(\xff[\xfb-\xfe][\s\S])+/,
    what: "Telnet negotiation (FF FB …): a serial server in Telnet mode, or a Telnet client",
    todo: "Set the serial server to raw TCP (not Telnet, not RFC 2217)",
    fault: "line settings",
  },
  {
    rule: "mqtt",
    // deno-lint-ignore no-control-regex -- an MQTT CONNECT packet.
    sign: /^\x10[\s\S]{1,2}\x00[\x04\x06]MQ(TT|Isdp)/,
    what: "an MQTT client",
    todo: "Point it at an MQTT broker; the panel's alarm reporting is another setting",
    fault: "protocol",
  },
  {
    rule: "modem",
    sign: /^[\r\n]*(AT[A-Z&+\\%]|AT\r|RING[\r\n]|CONNECT|NO CARRIER)/,
    what: "modem commands: the other side takes this line for a modem",
    todo:
      "Set the panel's port to a direct serial connection without modem, or connect it to the panel's digital output",
    fault: "protocol",
  },
  {
    rule: "pcap",
    sign:
      // deno-lint-ignore no-control-regex -- the first octets of a file.
      /^(\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x4d\x3c\xb2\xa1|\n\r\r\n[\s\S]{4}(\x4d\x3c\x2b\x1a|\x1a\x2b\x3c\x4d))/,
    what: "a packet capture (pcap), and not the octets of one stream",
    todo:
      "In Wireshark: Follow > TCP Stream (or UDP), show the panel's direction as Raw, save that, and give it to this command",
    fault: "nothing",
  },
  {
    rule: "osborne-hoffman",
    sign: /^\n?(SR\d{4}L\d{4}|0101[0-9A-F]{4}")/,
    what: "Osborne-Hoffman: looks like SIA DC-09, with a constant CRC and an encryption of its own",
    todo: "Set the panel to plain SIA DC-09 (Aritech/UTC: another reporting format of the same IP path)",
    fault: "protocol",
  },
];

/** What a UART makes of a signal at another speed: edges in few places. Ours. */
const WRONG_SPEED = new Set([0x00, 0x80, 0xc0, 0xe0, 0xf0, 0xf8, 0xfc, 0xfe, 0xff]);

/**
 * Says what was heard when it is none of the input languages.
 *
 * @param sample What was heard.
 * @param serial It came from a serial line.
 * @returns What it is; undefined when it looks like nothing known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Sample } from "./sample.ts";
 * import { stranger } from "./strangers.ts";
 *
 * const sample = new Sample();
 * sample.add("1", new TextEncoder().encode("GET / HTTP/1.1\r\n"));
 * assertEquals([stranger(sample, false)?.rule, stranger(sample, false)?.fault], ["http", "protocol"]);
 * ```
 */
export function stranger(sample: Sample, serial: boolean): Stranger | undefined {
  for (const stream of sample.streams) {
    const text = String.fromCharCode(...stream.subarray(0, 256));
    const found = SIGNS.find(({ sign }) => sign.test(text));
    if (found !== undefined) {
      const { sign: _sign, ...rest } = found;
      return { ...rest, sure: true };
    }
  }
  return monotony(sample, serial) ?? otherDialect(sample) ?? plainText(sample) ?? wrongSpeed(sample, serial);
}

/** The same octet on and on. */
function monotony(sample: Sample, serial: boolean): Stranger | undefined {
  const octet = sample.counts.indexOf(Math.max(...sample.counts));
  const share = sample.counts[octet]! / sample.octets;
  if (sample.octets < 8 || share < 0.95) return undefined;
  const name = octet.toString(16).padStart(2, "0").toUpperCase();
  const only = share === 1 ? "only" : "almost only";
  if (octet === 0) {
    return {
      rule: "only-zeros",
      fault: serial ? "line settings" : "wiring",
      sure: true,
      what: `${only} zeros (00): ${
        serial
          ? "what arrives has no stop bit or a wrong parity, or the wire is held low"
          : "no data of a panel"
      }`,
      todo: serial
        ? "Wrong speed first: let --serial try all of them. If all give zeros: RX wire, ground, RS-232 against TTL level"
        : "Check the converter that sends this",
    };
  }
  if (octet === 0xff) {
    return {
      rule: "only-ff",
      fault: "wiring",
      sure: true,
      what: `${only} FF: the line rests, and single pulses are taken for octets`,
      todo: "Check ground and shielding, A and B of an RS-485 bus, and the speed",
    };
  }
  return {
    rule: "one-octet",
    fault: serial ? "line settings" : "protocol",
    sure: serial,
    what: `${only} the octet ${name}, on and on`,
    todo: serial
      ? "The usual sign of a wrong speed. Let --serial try all of them"
      : "A polling octet of a protocol that is not known here: set the panel's port to its alarm reporting",
  };
}

/** Alarm text that no input takes. */
function otherDialect(sample: Sample): Stranger | undefined {
  for (const stream of sample.streams) {
    // More datagrams may follow in what was kept: the first says how long it is.
    const length = stream.length < 4 ? 0 : new DataView(stream.buffer).getUint32(0) + 4;
    const hs = parseSiaHs(stream.subarray(0, length));
    if (hs.ok) {
      return {
        rule: "sia-hs",
        fault: "protocol",
        sure: true,
        what:
          `SIA-HS of Alphatronics over UDP, account ${hs.message.account}, "${hs.message.text}": no input takes it`,
        todo: "Set the panel to SIA DC-09, or to SIA DC-03 over TCP",
      };
    }
  }
  if (understood(sample, surGardDecoder, () => true)) {
    return {
      rule: "receiver-output",
      fault: "protocol",
      sure: false,
      what: "a receiver's output for automation software (Sur-Gard): no panel, but a receiver speaks here",
      todo:
        "Connect the panel itself; or, if this receiver stays, let the automation software take its lines",
    };
  }
  if (understood(sample, siaTextDecoder, isKnownSia)) {
    return {
      rule: "sia-text",
      fault: "protocol",
      sure: false,
      what: "SIA events as printed text: readable, but without framing, checksum or answer no input takes it",
      todo:
        "Set the panel or its communicator to SIA DC-03 (level II or III) or SIA DC-09; `tocsin decode --as sia-text` reads it",
    };
  }
  return undefined;
}

/** Whether a decoder reads more of the lines than it refuses. */
function understood(
  sample: Sample,
  make: () => StreamDecoder,
  counts: (message: Record<string, unknown>) => boolean,
): boolean {
  let good = 0, bad = 0;
  for (const stream of sample.streams) {
    const decoder = make();
    for (const decoded of [...decoder.feed(stream), ...decoder.end()]) {
      if (decoded.ok && counts(decoded.message)) good++;
      else bad++;
    }
  }
  return good > bad;
}

function isKnownSia(message: Record<string, unknown>): boolean {
  if (message["keepalive"] === true) return true;
  const events = message["events"];
  const unread = message["unread"];
  return Array.isArray(events) && events.length > 0 && unread === undefined &&
    (message["account"] !== undefined || events.some((each) => siaCode(String(each?.code)) !== undefined));
}

function plainText(sample: Sample): Stranger | undefined {
  const [first = new Uint8Array()] = sample.streams;
  if (/^\s*([0-9a-f]{2}[\s:]+){6}/i.test(String.fromCharCode(...first.subarray(0, 64)))) {
    return {
      rule: "hex-text",
      fault: "nothing",
      sure: false,
      what: "hex digits: octets written out as text",
      todo:
        "If this is a dump in a file, run again with --hex. If a panel sends it, it is a trace and no alarm",
    };
  }
  const printable = sample.share((octet) =>
    (octet >= 0x20 && octet < 0x7f) || (octet >= 0x09 && octet <= 0x0d)
  );
  if (sample.octets < 4 || printable < 0.97) return undefined;
  return {
    rule: "plain-text",
    fault: "protocol",
    sure: false,
    what: "readable text that is no alarm format known here: the line works, speed and parity are right",
    todo:
      "Set the panel's port to its alarm reporting: this looks like a log, a printer, a menu or a protocol of its maker",
  };
}

function wrongSpeed(sample: Sample, serial: boolean): Stranger | undefined {
  const share = sample.share((octet) => WRONG_SPEED.has(octet));
  if (!serial || sample.octets < 16 || share < 0.8) return undefined;
  return {
    rule: "wrong-speed",
    fault: "line settings",
    sure: false,
    what: "mostly octets such as 00, 80, E0, F8 and FF: what another speed looks like",
    todo: "Let --serial try all speeds, or read the speed off the panel's port settings",
  };
}
