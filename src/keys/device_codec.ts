/**
 * The content of a row of the key store, as the octets that are sealed.
 *
 * @module
 */
import { SecretKey } from "./secret_key.ts";
import {
  type DeviceContent,
  ID_OCTETS,
  KEY_OCTETS,
  LONGEST_NAME,
  type Pending,
  type StoredMasterSet,
} from "./device_keys.ts";

/** A JSON object, nothing known of it. */
type Loose = Readonly<Record<string, unknown>>;

/**
 * Writes the content as JSON in UTF-8, octets as hex. In the clear: seal it, then wipe it.
 *
 * @param content The content.
 * @returns The octets.
 * @throws {RangeError} When a value is none that {@link decodeContent} takes; the message names it without its value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeContent, encodeContent } from "./device_codec.ts";
 *
 * assertEquals(decodeContent(encodeContent({ masters: [], revokedAt: 5 })), { masters: [], revokedAt: 5 });
 * ```
 */
export function encodeContent(content: DeviceContent): Uint8Array {
  const { masters, pending, revokedAt } = content;
  const octets = new TextEncoder().encode(JSON.stringify({
    masters: masters.map((set) => ({
      masterHandle: set.masterHandle,
      encryption: set.encryption,
      hash: set.hash,
      key: set.key.octets().toHex(),
      rctDeviceId: set.rctDeviceId.toHex(),
      sptDeviceId: set.sptDeviceId.toHex(),
      since: set.since,
      how: set.how,
      proved: set.proved,
    })),
    pending: pending === undefined ? undefined : {
      ...(pending.method === "secret"
        ? { method: "secret", secret: pending.secret.octets().toHex() }
        : { method: "certificate", name: pending.name }),
      openedAt: pending.openedAt,
      until: pending.until,
    },
    revokedAt,
  }));
  // What cannot be read back must not be written: it would be a damaged row.
  parse(octets);
  return octets;
}

/**
 * Reads the content.
 *
 * @param octets What was unsealed.
 * @returns The content; undefined when it is none. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeContent } from "./device_codec.ts";
 *
 * assertEquals(decodeContent(new TextEncoder().encode("{}")), undefined);
 * ```
 */
export function decodeContent(octets: Uint8Array): DeviceContent | undefined {
  try {
    return parse(octets);
  } catch {
    return undefined;
  }
}

function parse(octets: Uint8Array): DeviceContent {
  const { masters, pending, revokedAt } = object(JSON.parse(new TextDecoder().decode(octets)));
  check(Array.isArray(masters) && masters.length <= 2, "number of master sets");
  return {
    masters: masters.map((set) => parseMaster(object(set))),
    ...(pending === undefined ? {} : { pending: parsePending(object(pending)) }),
    ...(revokedAt === undefined ? {} : { revokedAt: time(revokedAt, "time of revocation") }),
  };
}

function parseMaster(set: Loose): StoredMasterSet {
  const { masterHandle, encryption, hash, how, proved } = set;
  check(
    typeof masterHandle === "number" && Number.isInteger(masterHandle) && masterHandle > 0 &&
      masterHandle <= 0xffffffff,
    "master handle: 1 to 4294967295 expected",
  );
  check(encryption === "aes-128" || encryption === "aes-256", "encryption: aes-128 or aes-256 expected");
  check(hash === "sha-256" || hash === "ripemd-256", "hash: sha-256 or ripemd-256 expected");
  check(how === "secret" || how === "certificate" || how === "config", "source of the master set");
  check(typeof proved === "boolean", "mark of proof");
  return {
    masterHandle,
    encryption,
    hash,
    key: new SecretKey(fromHex(set["key"], KEY_OCTETS, "master key")),
    rctDeviceId: fromHex(set["rctDeviceId"], ID_OCTETS, "RCT device ID"),
    sptDeviceId: fromHex(set["sptDeviceId"], ID_OCTETS, "SPT device ID"),
    since: time(set["since"], "time of the master set"),
    how,
    proved,
  };
}

function parsePending(pending: Loose): Pending {
  const { method, secret, name } = pending;
  const openedAt = time(pending["openedAt"], "start of the window");
  const until = time(pending["until"], "end of the window");
  if (method === "secret") {
    return { method, secret: new SecretKey(fromHex(secret, KEY_OCTETS, "shared secret")), openedAt, until };
  }
  check(method === "certificate", "method of the window");
  check(
    typeof name === "string" && name !== "" && name.length <= LONGEST_NAME,
    `common name: 1 to ${LONGEST_NAME} characters expected`,
  );
  return { method, name, openedAt, until };
}

function object(value: unknown): Loose {
  check(typeof value === "object" && value !== null && !Array.isArray(value), "content");
  return value as Loose;
}

function fromHex(value: unknown, octets: number, what: string): Uint8Array {
  check(
    typeof value === "string" && value.length === 2 * octets && /^[0-9a-f]+$/.test(value),
    `${what}: ${octets} octets expected`,
  );
  return Uint8Array.fromHex(value);
}

function time(value: unknown, what: string): number {
  check(typeof value === "number" && Number.isFinite(value), `${what}: ms since the epoch expected`);
  return value;
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new RangeError(`key store: ${what}`);
}
