import { assert, assertEquals } from "@std/assert";
import { Child } from "./child.ts";
import { keysShown } from "./key_search.ts";

Deno.test("the search finds a key, or eight octets of it, in every form and at every place", () => {
  // Fixed: with characters that JSON escapes and octets that Windows-1252 moves, but not in every run of eight.
  const key = Uint8Array.from({ length: 32 }, (_, i) => (i * 73 + 41) & 0xff);
  const part = key.subarray(11, 19);
  const latin1 = String.fromCharCode(...key);
  const grouped = [...key].map((octet) => octet.toString(16).padStart(2, "0")).join(":");
  const shifted = new Uint8Array([1, ...key, 2]), further = new Uint8Array([1, 2, ...key, 3]);
  const planted: [string, string | Uint8Array][] = [
    ["hex", key.toHex()],
    ["hex", key.toHex().toUpperCase()],
    ["hex", part.toHex()],
    ["hex in groups", grouped],
    ["hex in groups", grouped.toUpperCase().replaceAll(":", " ")],
    ["raw octets", key],
    ["raw octets", part],
    [
      "escaped octets",
      JSON.stringify(latin1).replaceAll(/[\x7f-\xff]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    ],
    ["octets as UTF-8", latin1],
    ["octets as Windows-1252 in UTF-8", new TextDecoder("latin1").decode(key)],
    ["decimal", JSON.stringify([...key])],
    ["decimal", JSON.stringify(key)],
    ["decimal", Deno.inspect(key)],
    ["decimal", Deno.inspect({ key: part })],
    ["base64", key.toBase64()],
    ["base64", key.toBase64({ alphabet: "base64url" })],
    ["base64", shifted.toBase64()],
    ["base64", further.toBase64()],
  ];
  for (const [form, text] of planted) {
    const octets = typeof text === "string" ? new TextEncoder().encode(text) : text;
    for (const before of [0, 1, 1000]) {
      const all = new Uint8Array([
        ...new Uint8Array(before).fill(0x20),
        ...octets,
        ...new Uint8Array(50).fill(0x20),
      ]);
      assert(keysShown(all, [new Uint8Array(32), key]).includes(form), `${form}: ${text}`);
    }
  }
  const other = crypto.getRandomValues(new Uint8Array(32));
  for (const text of [other.toHex(), other.toBase64(), Deno.inspect(other), key.subarray(0, 7).toHex()]) {
    assertEquals(keysShown(new TextEncoder().encode(text), [key]), []);
  }
});

Deno.test("the search sees what a program writes on either stream", async () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const script = `const key = Uint8Array.fromHex("${key.toHex()}");` +
    "await Deno.stdout.write(key); console.error(JSON.stringify({ key: key.toBase64() }));";
  await using child = new Child(["eval", script]);
  assertEquals(await child.status(), 0);
  for (const [stream, form] of [["out", "raw octets"], ["err", "base64"]] as const) {
    assert(keysShown(child.octets(stream), [key]).includes(form), stream);
  }
});
