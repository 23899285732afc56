import { assert, assertEquals, assertThrows } from "@std/assert";
import { ContactIdSession } from "../../adapters/contact_id/mod.ts";
import type { PanelSession } from "../../adapters/contract.ts";
import { Dc09Session } from "../../adapters/dc09/mod.ts";
import { ScancomSession, ScancomSites } from "../../adapters/scancom/mod.ts";
import { SiaSession } from "../../adapters/sia/mod.ts";
import { texecom, TexecomSession } from "../../adapters/texecom/mod.ts";
import { Vds2465SerialSession, Vds2465TcpSession } from "../../adapters/vds2465/mod.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import type { OutputConfig } from "../../src/config/rct_config.ts";
import type { InputConfig } from "../../src/config/input_config.ts";
import { outputSession, panelSession, type SessionParts } from "../../src/gateway/languages.ts";
import { change, SPT } from "../config/samples.ts";

/** An input as its configuration makes it. */
function input(language: string, ...lines: string[]): InputConfig {
  const text = change(SPT, 'language = "sia"', [`language = "${language}"`, ...lines].join("\n"));
  const result = parseSptConfig(text, "spt.toml", { languages: ["morse"] });
  assert(result.ok, JSON.stringify(result));
  return result.config.inputs[0]!;
}

const parts: SessionParts = {
  random: (octets) => new Uint8Array(octets).fill(9),
  sites: new ScancomSites(),
  adapters: [],
  datagrams: false,
};

const answers = (session: PanelSession, bytes: Uint8Array) =>
  session.feed(bytes, 0).flatMap((effect) => effect.kind === "send" ? [effect.bytes.toHex()] : []);

const output = (language: string) =>
  ({
    language,
    receiver: "01",
    line: "1",
    waitMs: 4000,
    nakLimit: 3,
    text: true,
    heartbeatMs: undefined,
  }) as unknown as OutputConfig;

Deno.test("every language of the configuration has its session, and no other", () => {
  const classes = {
    "sia": SiaSession,
    "contact-id": ContactIdSession,
    "texecom": TexecomSession,
    "scancom": ScancomSession,
    "dc09": Dc09Session,
    "vds2465-serial": Vds2465SerialSession,
    "vds2465-tcp": Vds2465TcpSession,
  };
  for (const [language, expected] of Object.entries(classes)) {
    assert(panelSession(input(language), parts) instanceof expected, language);
  }
  assertEquals(outputSession(output("sur-gard")).ready, false, "nobody is connected yet");
  assertThrows(() => panelSession(input("morse"), parts), RangeError, 'no input language "morse"');
  const morse = { name: "morse", session: texecom.session };
  assert(panelSession(input("morse"), { ...parts, adapters: [morse] }) instanceof TexecomSession);
  assertThrows(() => outputSession(output("morse")), RangeError, 'no output language "morse"');
});

Deno.test("settings of an input reach its session", () => {
  const account = Uint8Array.fromHex("46233032333439399f");
  assertEquals(answers(panelSession(input("sia", 'ack_style = "00"'), parts), account), ["0038c7"]);

  const contactId = panelSession(input("contact-id", "account_digits = 6"), parts);
  const [alarm] = contactId.feed(new TextEncoder().encode("12345618113101015C\r"), 0);
  assertEquals(alarm?.kind === "alarm" && alarm.alarm.events[0]?.account, "123456", JSON.stringify(alarm));

  const scancom = panelSession(input("scancom", "account_digits = 6", 'channels = ["1:Kiln"]'), parts);
  const [kiln] = scancom.feed(new TextEncoder().encode("123456155555557\r\n"), 0);
  assertEquals(kiln?.kind === "alarm" && kiln.alarm.events[0]?.label, "Alarm: Kiln");

  // The counter is this side's first word: random, as the input gives it.
  const [sync] = panelSession(input("vds2465-tcp"), parts).tick(0);
  assertEquals(sync?.kind === "send" && sync.bytes.toHex().slice(8, 16), "09090909");
});

Deno.test("keys of panels: DC-09 by account and for the others, VdS 2465 by number", () => {
  const hex = "00112233445566778899AABBCCDDEEFF";
  const dc09 = panelSession(input("dc09", `keys = ["*:${hex}"]`, 'encryption = "required"'), parts);
  const clear = new TextEncoder().encode('\n02920023"SIA-DCS"0001L0#1234[#1234|Nri1BA5]\r');
  const [refused] = dc09.feed(clear, 0);
  assertEquals(refused?.kind === "refused" && refused.rule, "not-encrypted");
  const vds = panelSession(input("vds2465-tcp", `keys = ["7:${hex}"]`), parts);
  vds.tick(0);
  const [plain] = vds.feed(Uint8Array.fromHex("0000000e000000a0ec5d0909090902010101"), 1);
  assertEquals(plain?.kind === "refused" && plain.rule, "plain-not-allowed", JSON.stringify(plain));
});
