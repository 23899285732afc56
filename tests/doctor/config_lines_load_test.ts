/** The lines that the doctor prints are taken by the gateway, for every language and every way to listen. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { contactIdQuirks } from "../../adapters/contact_id/quirks.ts";
import { scancomQuirks } from "../../adapters/scancom/quirks.ts";
import { siaQuirks } from "../../adapters/sia/quirks.ts";
import { INPUT_LANGUAGES } from "../../src/config/input_languages.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import { configLines } from "../../src/doctor/config_lines.ts";
import { LANGUAGE_LINES } from "../../src/doctor/language_lines.ts";
import type { Source, Verdict } from "../../src/doctor/verdict.ts";
import { SPT } from "../config/samples.ts";
import { dc09, examine, galaxy, hex, keys, octets, rules } from "./panels.ts";

const SECRET = "00112233445566778899AABBCCDDEEFF";
const HEADER = SPT.slice(0, SPT.indexOf("[[input]]"));

/** What each language sounds like, at least once in every manner that changes the lines. */
const PANELS: readonly (readonly [language: string, bytes: Uint8Array])[] = [
  ["sia", galaxy()],
  ["sia", galaxy("1234")],
  ["contact-id", octets("1234181131010158\r\n")],
  ["contact-id", octets("1234518113001003F\r\n".repeat(2))],
  ["contact-id", octets("[CID2 181401010012843]")],
  ["contact-id", octets("%03,1456010030$\r\n")],
  ["texecom", octets("21234181130010037\r\n")],
  ["scancom", octets("123456 1555 5555 7\r\n")],
  ["scancom", octets("1234551555557\r\n1234155555557\r\n")],
  ["dc09", dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]')],
  [
    "dc09",
    octets(
      '\n05BB0076"*SIA-DCS"7654L0#1111[C07DA1EB73C617857476EE5D79436CEE5E0084485E79EC56B0D5D1F3F6E648B278050BBCCBC8FE5DCA7E3C80DBDD4945\r',
    ),
  ],
  ["vds2465-serial", hex("6802026840024216")],
  ["vds2465-tcp", hex("0000000e43dfdd9ba915ff4a33220201010100000019")],
  ["vds2465-tcp", hex("000700103959120d0c89aa67cc349e2573bb68f7")],
];

const SOURCES: Readonly<Record<string, Source>> = {
  tcp: { kind: "tcp", hostname: "0.0.0.0", port: 10002 },
  "tcp, IPv6": { kind: "tcp", hostname: "::", port: 10002 },
  udp: { kind: "udp", hostname: "0.0.0.0", port: 7777 },
  connect: { kind: "connect", hostname: "192.0.2.9", port: 4001 },
  serial: { kind: "serial", device: "/dev/ttyUSB0", baud: 1200, frame: "7E1" },
  "serial, nothing known": { kind: "serial", device: "/dev/serial/by-id/usb-FTDI-port0" },
  capture: { kind: "capture", name: "panel.bin" },
  "packet capture, TCP": { kind: "capture", name: "panel.pcap", transport: "tcp", port: 10002 },
  "packet capture, UDP": { kind: "capture", name: "panel.pcap", transport: "udp", port: 7777 },
};

/** What the gateway says to the lines: its one input, or what it complains of. */
function loaded(lines: string): { language: string } | string {
  const result = parseSptConfig(`${HEADER}${lines}`, "spt.toml");
  if (!result.ok) return result.errors.map(({ message }) => message).join("; ");
  assertEquals(result.warnings, []);
  const [input, ...more] = result.config.inputs;
  assert(input !== undefined && more.length === 0);
  return { language: input.language };
}

function runsOver(language: string, source: Source): boolean {
  const over = source.kind === "connect" ? "tcp" : source.kind === "capture" ? source.transport : source.kind;
  return over === undefined || INPUT_LANGUAGES[language]?.lines.includes(over) === true;
}

function check(verdict: Verdict, what: string): void {
  const lines = configLines(verdict);
  if (lines.includes("KEY")) {
    const complaint = loaded(lines);
    assert(typeof complaint === "string", `${what}: taken with no key put in\n${lines}`);
    assertStringIncludes(complaint, "expected");
  }
  const filled = lines.replaceAll(/PUT-[A-Z-]+-HERE/g, SECRET);
  assertEquals(loaded(filled), { language: verdict.language ?? "" }, `${what}\n${filled}`);
}

for (const [name, source] of Object.entries(SOURCES)) {
  Deno.test(`the lines load: ${name}`, () => {
    const seen = new Set<string>();
    for (const [language, bytes] of PANELS) {
      const verdict = examine(bytes, { circumstances: { source }, keys: keys() });
      assertEquals(verdict.language, language, verdict.summary);
      seen.add(language);
      check(verdict, language);
      // What no input takes here is not called readable.
      const wrongLine = rules(verdict).includes("wrong-line");
      assertEquals(wrongLine, !runsOver(language, source), `${language} over ${name}`);
      if (wrongLine) assertEquals(verdict.readable, false);
    }
    assertEquals(seen, new Set(Object.keys(INPUT_LANGUAGES)));
  });
}

Deno.test("the lines load: whatever quirk the panel shows", () => {
  for (const quirk of [...siaQuirks, ...contactIdQuirks, ...scancomQuirks]) {
    for (const { title, wire, encoding } of quirk.transcripts) {
      const bytes = encoding === "hex" ? hex(wire) : octets(wire);
      const verdict = examine(bytes, { keys: keys() });
      if (verdict.language !== undefined) check(verdict, `${quirk.name}: ${title}`);
    }
  }
});

Deno.test("the doctor knows over what lines the inputs take each language", () => {
  const lines = Object.entries(INPUT_LANGUAGES).map(([name, { lines }]) => [name, lines.toSorted()]);
  const known = Object.entries(LANGUAGE_LINES).map(([name, lines]) => [name, lines.toSorted()]);
  assertEquals(Object.fromEntries(known), Object.fromEntries(lines));
});
