/**
 * The fields that alarm gateways need: ports, hosts, addresses, durations, keys.
 *
 * @module
 */
import { isIPv4, isIPv6 } from "node:net";
import { formatDuration, parseDuration } from "./duration.ts";
import { type Field, integer, scalar, text } from "./field.ts";
import { SecretKey } from "../keys/secret_key.ts";

/** A port number 1-65535. */
export const port: Field<number> = integer(1, 65535, "a port number");

/** A port number, 0 for any free port, or `false` (then undefined) to switch off. */
export const portOrOff: Field<number | undefined> = {
  expected: "a port number 1-65535, 0 (any free port) or false (off)",
  read(node) {
    const value = scalar(node);
    if (value === 0) return { ok: true, value };
    return value === false ? { ok: true, value: undefined } : port.read(node);
  },
};

/** What inputs, outputs and sites are called. */
export const name: Field<string> = text("a name of 1-64 characters", 64);

/** A serial line as `tocsin serial` takes it, without the name. A key that was put here is not shown. */
export const serialLine: Field<string> = text(
  'a serial line such as "/dev/ttyUSB0,9600,8N1"',
  256,
  /^\/[^,]+,[^,]*,/,
);

/** The site's number as the AE knows it; letters and leading zeros count. */
export const account: Field<string> = text(
  "an account in quotes: 1-16 letters and digits",
  16,
  /^[0-9A-Za-z]+$/,
);

/** A file that outlives the process. */
export const filePath: Field<string> = {
  expected: "the path of a file",
  read(node) {
    const read = fileOrFolder.read(node);
    return read.ok && /[/\\]$/.test(read.value) ? { ok: false, hint: "this is a folder" } : read;
  },
};

/** A file, or a folder of files. */
export const fileOrFolder: Field<string> = {
  expected: "the path of a file or folder",
  read(node) {
    const value = scalar(node);
    // SQLite would take the one for a database in memory, and the other for an address with options such as mode=memory.
    if (value === ":memory:" || (typeof value === "string" && /^file:/i.test(value))) {
      const found = value === ":memory:" ? '":memory:"' : "an address that begins with file:";
      return {
        ok: false,
        message: `expected the path of a file, found ${found}: what it holds must survive a power cut`,
      };
    }
    // Paths are printed: a key that was put in the place of its file's name must not be.
    if (typeof value === "string" && /^(?:[\s:_-]*[0-9A-Fa-f]){32,}[\s:_-]*$/.test(value)) {
      return { ok: false, hint: "put the key into a file, and name that file here" };
    }
    return text("", 1024).read(node);
  },
};

/** A host name or an IP address, without port. */
export const host: Field<string> = {
  expected: "a host name or an IP address",
  read(node) {
    const value = scalar(node);
    if (typeof value !== "string") return { ok: false };
    if (isHost(value)) return { ok: true, value };
    if (/^[a-z]+:\/\//i.test(value)) return { ok: false, hint: "only the name, without ://" };
    if (splitEndpoint(value) !== undefined) return { ok: false, hint: "the port has a key of its own, port" };
    return { ok: false };
  },
};

/** An address of this machine and a port, `0.0.0.0:10002`. A port alone means all IPv4 addresses. */
export const endpoint: Field<{ hostname: string; port: number }> = {
  expected: 'an address and a port 1-65535 such as "0.0.0.0:10002"',
  read(node) {
    const value = scalar(node);
    const parts = typeof value === "string"
      ? splitEndpoint(value)
      : typeof value === "number" && port.read(node).ok
      ? { hostname: "0.0.0.0", port: value }
      : undefined;
    return parts === undefined ? { ok: false } : { ok: true, value: parts };
  },
};

/** An IP address and a port at which others reach this machine, `192.0.2.1:50136`; IPv6 in brackets. */
export const ipEndpoint: Field<{ hostname: string; port: number }> = {
  expected: 'IP addresses with port such as "192.0.2.1:50136" or "[2001:db8::1]:50136"',
  read(node) {
    const value = scalar(node);
    if (typeof value !== "string") return { ok: false };
    if (!value.includes("[") && /:.*:/.test(value)) {
      return { ok: false, hint: "put an IPv6 address in [ and ], and its port behind it" };
    }
    const parts = value.includes(":") ? splitEndpoint(value) : undefined;
    // A zone means something on this machine only.
    if (parts === undefined || parts.hostname.includes("%")) return { ok: false };
    if (!isIPv4(parts.hostname) && !isIPv6(parts.hostname)) {
      return { ok: false, hint: "a name cannot be sent: write its address" };
    }
    if (/^[0:.]+$/.test(parts.hostname)) {
      return { ok: false, hint: "this stands for all addresses, and nobody can send to it" };
    }
    return { ok: true, value: parts };
  },
};

/**
 * The common name of an SPT's certificate, `supplier:device`; the supplier, a domain name, in lower case (ip-protocol.md
 * §6.1 b). At most 64 characters, as X.520 allows.
 */
export const certificateName: Field<string> = {
  expected: 'a certificate\'s common name such as "supplier.example:device"',
  read(node) {
    const read = text("", 64, /^[^:\s]+:.*\S/).read(node);
    if (!read.ok) return read;
    const colon = read.value.indexOf(":");
    return { ok: true, value: read.value.slice(0, colon).toLowerCase() + read.value.slice(colon) };
  },
};

/** An address or a block of addresses. */
export const addressBlock: Field<string> = {
  expected: 'addresses or blocks such as "192.168.1.0/24"',
  read(node) {
    const value = scalar(node);
    if (typeof value !== "string") return { ok: false };
    const [address = "", bits, ...more] = value.split("/");
    const width = isIPv4(address) ? 32 : isIPv6(address) && !/[%.]/.test(address) ? 128 : -1;
    const fits = bits === undefined || (/^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= width);
    return width > 0 && fits && more.length === 0 ? { ok: true, value } : { ok: false };
  },
};

/**
 * A duration in ms: text such as `"4s"`, or a number of seconds.
 *
 * @param min The shortest, ms.
 * @param max The longest, ms.
 * @returns The field.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { duration } from "./field_kinds.ts";
 *
 * const wait = duration(1000, 30_000);
 * assertEquals(wait.read({ kind: "scalar", line: 1, value: "4s" }), { ok: true, value: 4000 });
 * assertEquals(wait.expected, 'a time from 1s to 30s such as "2s"');
 * ```
 */
export function duration(min: number, max: number): Field<number> {
  return {
    expected: `a time from ${formatDuration(min)} to ${formatDuration(max)} such as "${
      formatDuration(min * 2)
    }"`,
    read(node) {
      const value = scalar(node);
      const ms = parseDuration(value);
      if (ms !== undefined && ms >= min && ms <= max) return { ok: true, value: ms };
      if (typeof value === "number") return { ok: false, hint: "a number without unit counts seconds" };
      return ms === undefined ? { ok: false, hint: "units are ms, s, m, h and d" } : { ok: false };
    },
  };
}

/**
 * Like {@link duration}, with `"off"` for none.
 *
 * @param min The shortest, ms.
 * @param max The longest, ms.
 * @returns The field; undefined for off.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { durationOrOff } from "./field_kinds.ts";
 *
 * const heartbeat = durationOrOff(1000, 99_000);
 * assertEquals(heartbeat.read({ kind: "scalar", line: 1, value: "off" }), { ok: true, value: undefined });
 * ```
 */
export function durationOrOff(min: number, max: number): Field<number | undefined> {
  const field = duration(min, max);
  return {
    expected: `${field.expected}, or "off"`,
    read(node) {
      const value = scalar(node);
      return value === "off" || value === false ? { ok: true, value: undefined } : field.read(node);
    },
  };
}

/** A device ID: 16 octets as 32 hex digits; not all the same. */
export const deviceId: Field<Uint8Array> = hexField(16, true, (octets) => octets);

/** A connection handle: 4 octets as 8 hex digits; not zero, which stands for "none assigned". */
export const handle: Field<number> = hexField(
  4,
  false,
  (octets) => new DataView(octets.buffer, octets.byteOffset).getUint32(0),
);

/** A master key: 32 octets as 64 hex digits; not all the same. */
export const masterKey: Field<SecretKey> = hexField(32, true, (octets) => new SecretKey(octets));

/** Octets as hex digits; spaces, colons and hyphens between them are fine, as labels print them. */
function hexField<T>(octets: number, varied: boolean, make: (octets: Uint8Array) => T): Field<T> {
  const expected = `${octets * 2} hex digits`;
  return {
    expected,
    // Handles and device IDs are none, but a key is easily put on the wrong one of these lines.
    secret: true,
    read(node) {
      const value = scalar(node);
      if (typeof value === "number") return { ok: false, hint: "put them in quotes" };
      if (typeof value !== "string") return { ok: false };
      if (/^\W*(?:replace|change|todo|your|example|placeholder|x{4,})/i.test(value)) {
        return {
          ok: false,
          rule: "placeholder",
          message: `expected ${expected}, found the words of an example: replace this by tocsin init`,
        };
      }
      const digits = value.replace(/[\s:-]/g, "");
      const wrong = digits.search(/[^0-9A-Fa-f]/);
      if (wrong >= 0) return { ok: false, hint: `character ${wrong + 1} is none of 0-9, a-f` };
      if (digits.length !== octets * 2) return { ok: false };
      const bytes = Uint8Array.fromHex(digits);
      if (varied ? bytes.every((octet) => octet === bytes[0]) : bytes.every((octet) => octet === 0)) {
        const found = varied ? "the same two digits over and over" : "zero";
        return {
          ok: false,
          rule: "weak-secret",
          message: `expected ${expected} made at random, found ${found}: let tocsin init make them`,
        };
      }
      return { ok: true, value: make(bytes) };
    },
  };
}

function isHost(value: string): boolean {
  if (isIPv4(value) || isIPv6(value)) return true;
  // Digits and dots that are no IPv4 address are a mistyped one, not a name.
  if (value.length > 253 || /^[\d.]+$/.test(value)) return false;
  return value.split(".").every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
}

function splitEndpoint(value: string): { hostname: string; port: number } | undefined {
  const [, v6, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(value) ??
    /^()()(\d{1,5})$/.exec(value) ?? [];
  const number = Number(digits);
  if (digits === undefined || number < 1 || number > 65535) return undefined;
  const hostname = v6 || plain || "0.0.0.0";
  return isHost(hostname) && (!v6 || isIPv6(v6)) ? { hostname, port: number } : undefined;
}
