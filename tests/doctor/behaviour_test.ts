/** What is said of a panel that was only listened to, and of one on the wrong kind of line. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Circumstances } from "../../src/doctor/verdict.ts";
import { block, dc09, examine, galaxy, hex, octets, rules, SERIAL, TCP } from "./panels.ts";

const POLL = hex("6802026840024216");
const account = block("#", "123456");

for (
  const [name, bytes, circumstances, expected] of [
    ["SIA: the account block", account, TCP, true],
    ["VdS 2465: polls", POLL, SERIAL, true],
    ["the alarm was heard", galaxy(), TCP, false],
    ["it is being answered", account, { ...TCP, answering: true }, false],
    ["a capture cannot be answered", account, { source: { kind: "capture", name: "x" } }, false],
    ["Contact ID tells its alarm at once", octets("1234181131010158\r\n"), TCP, false],
    ["encryption is the matter, not the silence", hex("0501815968"), TCP, false],
  ] as [string, Uint8Array, Circumstances, boolean][]
) {
  Deno.test(`only the first words were heard: ${name}: ${expected ? "said" : "not said"}`, () => {
    const verdict = examine(bytes, { circumstances });
    assertEquals(rules(verdict).includes("first-words-only"), expected, verdict.summary);
    if (expected) assertEquals([verdict.readable, verdict.fault], [true, "nothing"]);
  });
}

Deno.test("a language on a line where no input takes it is not called readable, and says where it would be", () => {
  const udp = { source: { kind: "udp", hostname: "0.0.0.0", port: 7777 } } as const;
  const sia = examine(galaxy(), { circumstances: udp });
  assertEquals([sia.readable, sia.fault, sia.findings[0]?.rule], [false, "protocol", "wrong-line"]);
  assertStringIncludes(sia.findings[0]?.what ?? "", "TCP or a serial line");
  const frame = dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]');
  const serial = examine(frame, { circumstances: SERIAL });
  assertEquals([serial.readable, serial.findings[0]?.rule], [false, "wrong-line"]);
  assertEquals(examine(frame, { circumstances: udp }).readable, true);
});
