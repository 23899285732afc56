import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { KeyStoreError, keyStoreError } from "../../src/keys/key_store_error.ts";

const coded = (errcode: number, text: string) => Object.assign(new Error(text), { errcode });

const cases: [rule: string, error: unknown][] = [
  ["locked", coded(5, "database is locked")],
  ["locked", coded(261, "database is locked")], // SQLITE_BUSY_RECOVERY
  ["read-only", coded(1032, "attempt to write a readonly database")], // SQLITE_READONLY_DBMOVED
  ["read-only", coded(14, "unable to open database file")],
  ["io", coded(1546, "disk I/O error")],
  ["damaged-file", coded(11, "database disk image is malformed")],
  ["disk-full", coded(13, "database or disk is full")],
  ["not-a-key-store", coded(26, "file is not a database")],
  ["locked", new Error("database is locked")],
  ["disk-full", new Error("No space left on device (os error 28)")],
  ["read-only", new Error("Read-only file system (os error 30)")],
  ["read-only", new Deno.errors.PermissionDenied("Permission denied (os error 13)")],
  ["io", new Error("statement has been finalized")],
  ["io", "thrown text"],
];

for (const [rule, error] of cases) {
  const text = error instanceof Error ? error.message : String(error);
  Deno.test(`keyStoreError() names ${text} (${Object(error).errcode ?? "no code"}) ${rule} and says what to do`, () => {
    const told = keyStoreError(error, "/data/keys.sqlite");
    assertEquals(told.rule, rule);
    assertEquals(told.cause, error);
    assertStringIncludes(told.message, `Key store /data/keys.sqlite: ${text}. `);
    assert(told.message.length > text.length + 60, "no advice");
  });
}

Deno.test("keyStoreError() leaves an error of the key store as it is", () => {
  const error = new KeyStoreError("damaged-row", "told already", { deviceId: "02" });
  assert(keyStoreError(error, "x") === error);
});
