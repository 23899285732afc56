import { assertEquals } from "@std/assert";
import plugin from "../../tools/lint/plugin.ts";

/** Lints a piece of code as if it stood in `file` and names what was found. */
function found(file: string, code: string): string[] {
  return Deno.lint.runPlugin(plugin, `/project/${file}`, code).map((finding) => finding.id);
}

const planted: [string, string][] = [
  ["Deno", "Deno.readTextFileSync('x');"],
  ["a clock", "export const t = Date.now();"],
  ["a date of now", "export const d = new Date();"],
  ["performance", "performance.now();"],
  ["a timer", "setTimeout(() => {}, 1);"],
  ["chance", "Math.random();"],
  ["chance from crypto", "crypto.getRandomValues(new Uint8Array(1));"],
  ["the network", "fetch('http://127.0.0.1');"],
  ["node's fs", "import * as fs from 'node:fs'; fs;"],
  ["a dynamic import", "await import('./x.ts');"],
  ["the transport", "import { openUdp } from '../../src/transport/udp.ts'; openUdp;"],
  ["an alias through globalThis", "globalThis.Deno;"],
];

for (const [what, code] of planted) {
  Deno.test(`the lint rule finds ${what} planted in a codec`, () => {
    for (
      const file of ["src/ip/x.ts", "src/session/x.ts", "adapters/sia/framer.ts", "adapters/x/session.ts"]
    ) {
      assertEquals([...new Set(found(file, code))], ["tocsin/no-io-in-pure-code"], `${what} in ${file}`);
    }
  });
}

Deno.test("the lint rule leaves alone what the law allows", () => {
  assertEquals(found("src/gateway/rct.ts", "setTimeout(() => Deno.exit(), Date.now());"), []);
  assertEquals(
    found("src/ip/x.ts", "export const d = new Date(0); export const o = { crypto: 1 }; o.crypto;"),
    [],
  );
  assertEquals(found("tests/ip/x_test.ts", "Deno.test('x', () => {});"), []);
});

Deno.test("the lint rule asks for # instead of private", () => {
  assertEquals(found("src/gateway/x.ts", "export class A { private b = 1; }"), ["tocsin/no-private-keyword"]);
});
