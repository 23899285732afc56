import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Examination } from "../../src/doctor/examination.ts";
import { readDoctorKeys } from "../../src/doctor/keys.ts";
import { report } from "../../src/doctor/report.ts";
import { shownOctets } from "../../src/doctor/shown_octets.ts";
import type { Circumstances } from "../../src/doctor/verdict.ts";
import { block, dc09, examine, galaxy, hex, joined, keys, octets, TCP } from "./panels.ts";

function reported(bytes: Uint8Array, circumstances: Circumstances = TCP, ...texts: string[]): string {
  const examination = new Examination({ keys: keys(...texts) });
  examination.feed("panel", bytes);
  return report(examination.verdict(circumstances), examination.beginning);
}

Deno.test("the report of an encrypted Galaxy, word for word", () => {
  assertEquals(
    reported(joined(block("#", "123456"), hex("0501815968"))),
    `HEARD     14 octets on TCP port 10002
          46 23 31 32 33 34 35 36 9d 05 01 81 59 68        F#123456....Yh

SPEAKS    SIA DC-03: sure
          because 1 read: 1 × account block; account 123456; begins as quirk profile galaxy-flex,
          which the gateway finds by itself

FAULT     key

          1. Encryption requested: the panel opens an encrypted Galaxy session (05 01 81 …), which
             cannot be read here. [key]
             -> Switch encryption off for alarm reporting in the panel's Ethernet menu (Galaxy, and
                FX020 likewise)

CONFIG    once the fault is cured:

[[input]]
name = "panel"
language = "sia"
listen = "0.0.0.0:10002"
`,
  );
});

Deno.test("the report in the documentation is this one", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/adapters/README.md", import.meta.url));
  const report = reported(joined(block("#", "123456"), hex("0501815968")));
  const shown = report.slice(0, report.indexOf("CONFIG")).trimEnd().replaceAll(/^(?=.)/gm, "    ");
  assertStringIncludes(page, shown);
});

Deno.test("a good panel: nothing to do but to copy the lines", () => {
  const text = reported(galaxy());
  assertStringIncludes(text, "FAULT     nothing: it can be read");
  assertStringIncludes(text, "put this into the gateway's file");
  assert(text.split("\n").every((line) => line.length <= 110), text);
});

Deno.test("what was acknowledged and lost is said", () => {
  const text = reported(galaxy(), {
    ...TCP,
    answering: true,
    acknowledged: ["account 123456: BA Burglary Alarm, zone 1012"],
    acknowledgedCount: 3,
  });
  assertStringIncludes(text, "3 alarms of the panel were acknowledged here and went nowhere");
  assertStringIncludes(text, "zone 1012");
  assertStringIncludes(text, "and 2 more");
});

Deno.test("secrets are in no report: keys given, keys sent, passwords of CSV-IP lines", () => {
  const secret = "SECRETKEYOF16CHR";
  const sent = dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5][KSECRETKEYOF16CHR]');
  const texts = [
    reported(sent, TCP, secret),
    JSON.stringify(examine(sent, { keys: keys(secret) })),
    reported(octets("user,SECRETKEYOF16CHR,1234,181130010010\r\n")),
    JSON.stringify(examine(octets("user,SECRETKEYOF16CHR,1234,181130010010\r\n"))),
  ];
  for (const text of texts) {
    assert(!text.includes(secret), text);
    assert(!text.replaceAll(" ", "").includes(octets(secret.slice(0, 8)).toHex()), text);
  }
  const wrong = readDoctorKeys(["7:SECRET"]);
  assert(!wrong.ok && !wrong.message.includes("SECRET"), "a key that is none is not shown either");
});

Deno.test("only the end of a secret is in sight: blotted all the same", () => {
  assert(!shownOctets(octets(`${"x".repeat(60)}[KABCDEF`), 64).join("").includes("A"));
});
