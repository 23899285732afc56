import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type LoadedStoreKey, loadStoreKey, StoreKey, writeStoreKey } from "../../src/keys/store_key.ts";
import { inFolder } from "./samples.ts";

const DIGITS = "0123456789abcdefABCDEF0123456789".repeat(2);
const OTHER = "f".repeat(64);
const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));

function keyOf(loaded: LoadedStoreKey): string {
  assert(loaded.ok, loaded.ok ? "" : loaded.message);
  return loaded.key.octets().toHex();
}

function messageOf(loaded: LoadedStoreKey): string {
  assert(!loaded.ok, "a key was loaded");
  return loaded.message;
}

function write(path: string, text: string, mode = 0o600): string {
  Deno.writeTextFileSync(path, text);
  if (Deno.build.os !== "windows") Deno.chmodSync(path, mode);
  return path;
}

Deno.test("loadStoreKey() reads a file or the environment, and the file alone when both are there", () =>
  inFolder((path) => {
    write(path, `${DIGITS}\r\n`);
    assertEquals(keyOf(loadStoreKey({ keyFile: path })), DIGITS.toLowerCase());
    assertEquals(keyOf(loadStoreKey({ env: ` ${OTHER}\n` })), OTHER);
    assertEquals(keyOf(loadStoreKey({ keyFile: path, env: OTHER })), DIGITS.toLowerCase());
    assertStringIncludes(messageOf(loadStoreKey({ keyFile: `${path}.not`, env: OTHER })), `${path}.not`);
  }));

Deno.test("loadStoreKey() says where a key may come from when there is none", () => {
  for (const env of [undefined, "", " \n"]) {
    const message = messageOf(loadStoreKey({ keyFile: undefined, env }));
    assertMatch(message, /config.*64 hex digits.*TOCSIN_STORE_KEY/);
  }
});

Deno.test("loadStoreKey() refuses a file that others can read or write", {
  ignore: Deno.build.os === "windows",
}, () =>
  inFolder((path) => {
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o610]) {
      const message = messageOf(loadStoreKey({ keyFile: write(path, DIGITS, mode) }));
      assertStringIncludes(message, `mode ${mode.toString(8)}`);
      assertStringIncludes(message, `chmod 600 ${path}`);
    }
    for (const mode of [0o600, 0o400, 0o700]) {
      assertEquals(keyOf(loadStoreKey({ keyFile: write(path, DIGITS, mode) })), DIGITS.toLowerCase());
    }
  }));

Deno.test("loadStoreKey() says what is wrong with what it read, and does not show it", () =>
  inFolder((path, folder) => {
    const wrong: [text: string, found: string][] = [
      ["", "0 of them"],
      [DIGITS.slice(1), "63 of them"],
      [DIGITS + DIGITS, "128 of them"],
      [DIGITS.replace("a", "g"), "other characters"],
      [`key = ${DIGITS}`, "other characters"],
      [`0x${DIGITS}`, "other characters"],
      ["5".repeat(100_000), "1024 of them"],
    ];
    for (const [text, found] of wrong) {
      const messages = [messageOf(loadStoreKey({ keyFile: write(path, text) }))];
      if (text !== "" && text.length < 1000) messages.push(messageOf(loadStoreKey({ env: text })));
      for (const message of messages) {
        assertMatch(message, /64 hex digits/);
        assert(message.endsWith(`it has ${found}.`), message);
        assert(!/[0-9a-fA-F]{8}/.test(message.replaceAll(path, "")), message);
      }
    }
    assertStringIncludes(messageOf(loadStoreKey({ keyFile: folder })), folder);
    assertStringIncludes(messageOf(loadStoreKey({ keyFile: `${folder}/none` })), "no such file");
  }));

Deno.test("loadStoreKey() never throws, whatever it reads", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), (env) => {
    assertEquals(loadStoreKey({ env }).ok, /^[0-9a-f]{64}$/i.test(env.trim()));
  }));
});

Deno.test("writeStoreKey() makes a file that is read back, for its owner alone, whatever the umask", () =>
  inFolder((path) => {
    const umask = Deno.build.os === "windows" ? undefined : Deno.umask(0);
    try {
      const made = writeStoreKey(path, random);
      assertEquals(keyOf(loadStoreKey({ keyFile: path })), keyOf(made));
      if (umask !== undefined) assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    } finally {
      if (umask !== undefined) Deno.umask(umask);
    }
  }));

Deno.test("writeStoreKey() never replaces a file, nor writes through a link", () =>
  inFolder((path, folder) => {
    write(path, "precious");
    assertMatch(messageOf(writeStoreKey(path, random)), /there already/);
    assertEquals(Deno.readTextFileSync(path), "precious");
    Deno.symlinkSync(`${folder}/target`, `${folder}/link`);
    assertMatch(messageOf(writeStoreKey(`${folder}/link`, random)), /there already/);
    assertMatch(messageOf(writeStoreKey(`${folder}/none/key`, random)), /no such file or folder/);
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).toSorted(), [
      "keys.sqlite",
      "link",
    ]);
  }));

Deno.test("StoreKey has 32 octets and does not show them", () => {
  const key = new StoreKey(random(32));
  assertEquals([`${key}`, Deno.inspect(key, { showHidden: true }), JSON.stringify(key)], [
    "[key]",
    "[key]",
    '"[key]"',
  ]);
  for (const size of [0, 16, 31, 33]) assertThrows(() => new StoreKey(new Uint8Array(size)), RangeError);
});
