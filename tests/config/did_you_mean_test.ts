import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { didYouMean } from "../../src/config/did_you_mean.ts";

const KEYS = [
  "host",
  "port",
  "response_timeout",
  "transmissions",
  "heartbeat",
  "encryption",
  "session_lifetime",
];

Deno.test("usual slips lead to the key that was meant", () => {
  const cases: [string, string | undefined][] = [
    ["prot", "port"],
    ["Port", "port"],
    ["ports", "port"],
    ["hots", "host"],
    ["responseTimeout", "response_timeout"],
    ["response-timeout", "response_timeout"],
    ["timeout_response", undefined],
    ["encription", "encryption"],
    ["hart_beat", "heartbeat"],
    ["x", undefined],
    ["", undefined],
    ["heartbeat".repeat(99), undefined],
  ];
  for (const [word, meant] of cases) assertEquals(didYouMean(word, KEYS), meant, word);
});

Deno.test("a known word means itself, and any text is answered", () => {
  for (const key of KEYS) assertEquals(didYouMean(key, KEYS), key);
  fc.assert(fc.property(fc.string(), (word) => {
    const meant = didYouMean(word, KEYS);
    assertEquals(meant === undefined || KEYS.includes(meant), true);
  }));
});
