/**
 * What can go wrong with the key store, in words for a technician.
 *
 * @module
 */

/** What is wrong with a key store. */
export type KeyStoreRule =
  | "missing"
  | "not-a-key-store"
  | "newer-schema"
  | "wrong-store-key"
  | "damaged-file"
  | "damaged-row"
  | "handle-taken"
  | "locked"
  | "read-only"
  | "disk-full"
  | "io";

/**
 * The key store cannot do what was asked. The message says what to do and holds no key.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { KeyStoreError } from "./key_store_error.ts";
 *
 * assertEquals(new KeyStoreError("missing", "There is no key store.").rule, "missing");
 * ```
 */
export class KeyStoreError extends Error {
  override name = "KeyStoreError";
  /** What is wrong, for programs. */
  readonly rule: KeyStoreRule;
  /** The device concerned, as hex. */
  readonly deviceId: string | undefined;

  /** @param rule What is wrong. @param message For people. @param options The device concerned, as hex, and the cause. */
  constructor(rule: KeyStoreRule, message: string, options: { deviceId?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.rule = rule;
    this.deviceId = options.deviceId;
  }
}

/** SQLite's primary result codes (sqlite.org, "Result and Error Codes"). */
const BY_CODE: ReadonlyMap<number, KeyStoreRule> = new Map([
  [5, "locked"],
  [6, "locked"],
  [8, "read-only"],
  [10, "io"],
  [11, "damaged-file"],
  [13, "disk-full"],
  [14, "read-only"],
  [26, "not-a-key-store"],
]);

/** For errors that come without a code (those of `exec`, of opening and of the file system). */
const BY_TEXT: readonly [RegExp, KeyStoreRule][] = [
  [/disk is full|no space left/i, "disk-full"],
  [/not a database/i, "not-a-key-store"],
  [/malformed|corrupt/i, "damaged-file"],
  [/readonly|read-only|permission denied|requires .* access|operation not permitted/i, "read-only"],
  // The file is there: it is the right to write, or to make the log beside it, that is missing.
  [/unable to open database file/i, "read-only"],
  [/is locked|busy/i, "locked"],
];

/** What each rule means for the one who has to act. */
const ADVICE: Readonly<Partial<Record<KeyStoreRule, string>>> = {
  "disk-full": "The disk is full: free space on it and try again.",
  "io":
    "The disk does not read or write: check the disk, its mount, the folder and the system log, and try again.",
  "read-only":
    "Tocsin cannot write there: give its user write permission on the file and its folder (the write-ahead log stands " +
    "beside the file), and check that the disk is not mounted read-only.",
  "locked":
    "Another program keeps the key store locked: close it (a database browser, a backup) and try again.",
  "damaged-file":
    "The file is damaged and nothing was changed in it. Keep a copy of it and of the -wal file beside it, then restore " +
    "a backup; without one, sites have to be commissioned again.",
  "not-a-key-store":
    "It is not a key store, or its beginning is damaged: name the right file, or restore a backup.",
};

/**
 * Puts an error of SQLite or of the file system into the words of {@link KeyStoreError}.
 *
 * @param error What was thrown; a {@link KeyStoreError} comes back as it is.
 * @param path The key store's file, for the message.
 * @returns The error to throw.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { keyStoreError } from "./key_store_error.ts";
 *
 * const error = Object.assign(new Error("database is locked"), { errcode: 5 });
 * assertEquals(keyStoreError(error, "keys.sqlite").rule, "locked");
 * ```
 */
export function keyStoreError(error: unknown, path: string): KeyStoreError {
  if (error instanceof KeyStoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const rule = ruleOfCode(error) ?? BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? "io";
  return new KeyStoreError(rule, `Key store ${path}: ${text}. ${ADVICE[rule] ?? ""}`.trim(), {
    cause: error,
  });
}

/** The extended code keeps the primary one in its low octet. */
function ruleOfCode(error: unknown): KeyStoreRule | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? BY_CODE.get(error.errcode & 0xff) : undefined;
}
