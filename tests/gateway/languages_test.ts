import { assert, assertEquals, assertThrows } from "@std/assert";
import { checksumDigit, ContactIdSession } from "../../adapters/contact_id/mod.ts";
import type { PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { Dc09Session, writeFrame } from "../../adapters/dc09/mod.ts";
import { ScancomSession, ScancomSites } from "../../adapters/scancom/mod.ts";
import { SiaSession } from "../../adapters/sia/mod.ts";
import { texecom, TexecomSession } from "../../adapters/texecom/mod.ts";
import { Vds2465SerialSession, Vds2465TcpSession } from "../../adapters/vds2465/mod.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import type { InputConfig } from "../../src/config/input_config.ts";
import { panelSession, type SessionParts } from "../../src/gateway/languages.ts";
import { TcpPeer } from "../adapters/vds2465/tcp_peer.ts";
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
  assertThrows(() => panelSession(input("morse"), parts), RangeError, 'no input language "morse"');
  const morse = { name: "morse", session: texecom.session };
  assert(panelSession(input("morse"), { ...parts, adapters: [morse] }) instanceof TexecomSession);
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

/** A DC-09 frame. */
function dc09Frame(content: string): Uint8Array {
  return writeFrame(new TextEncoder().encode(content));
}

function labels(session: PanelSession, bytes: Uint8Array): string[] {
  return session.feed(bytes, 0).flatMap((effect) =>
    effect.kind === "alarm" ? effect.alarm.events.map(({ account, label }) => `${account} ${label}`) : []
  );
}

Deno.test("names of channels: one site's own go before those of all, on Scancom lines and inside DC-09", () => {
  const channels = 'channels = ["1:Fire", "2:Shop set/unset", "1234/1:Kiln"]';
  const line = (digits: string) => new TextEncoder().encode(`${digits}\r\n`);
  const scancom = panelSession(input("scancom", channels), parts);
  assertEquals(labels(scancom, line("1234155555557")), ["1234 Alarm: Kiln"]);
  scancom.settle(1, "accepted", 0);
  assertEquals(labels(scancom, line("5678125555557")), [
    "5678 Alarm: Fire",
    "5678 Opened (unset): Shop set/unset",
  ]);

  const dc09 = panelSession(input("dc09", channels), { ...parts, sites: new ScancomSites() });
  const frame = (account: string) => dc09Frame(`"SCN-S8"0001L0#${account}[#${account}|1555 5555 7]`);
  assertEquals(labels(dc09, frame("1234")), ["1234 Alarm: Kiln"]);
  assertEquals(labels(dc09, frame("5678")), ["5678 Alarm: Fire"]);
});

Deno.test("Scancom: status 8 that means nothing, and a checksum", () => {
  const codes = (line: string, ...lines: string[]) =>
    panelSession(input("scancom", ...lines), { ...parts, sites: new ScancomSites() })
      .feed(new TextEncoder().encode(`${line}\r\n`), 0)
      .flatMap((effect) =>
        effect.kind === "alarm" ? effect.alarm.events.map(({ code }) => code) : [effect.kind]
      );
  assertEquals(codes("1234155555558"), ["17", "58"]);
  assertEquals(codes("1234155555558", "low_battery_status = false"), ["17"]);
  const sum = checksumDigit("1234155555557");
  assertEquals(codes(`1234155555557${sum}`, "checksum = true"), ["17"]);
  assertEquals(codes(`12341555555573`, "checksum = true"), ["refused", "send"]);
});

Deno.test("Contact ID: the letters of raw telephone tones", () => {
  // B C D E of the tones are D E F and no key: read as tones, the account is DEF1.
  const digits = "DEF118113001001";
  const tones = `ABC118113001001${checksumDigit(digits)}\r`;
  assertEquals(
    labels(panelSession(input("contact-id", 'letters = "dtmf"'), parts), new TextEncoder().encode(tones)),
    [
      "DEF1 Burglary",
    ],
  );
});

Deno.test("DC-09: which account counts, and who is hung up on", () => {
  const frame = dc09Frame('"SIA-DCS"0001L0#1234[#5678|Nri1/BA5]');
  assertEquals(labels(panelSession(input("dc09"), parts), frame), ["1234 Burglary Alarm"]);
  const data = panelSession(input("dc09", 'account_from = "data"'), parts);
  assertEquals(labels(data, frame), ["5678 Burglary Alarm"]);

  const some = panelSession(input("dc09", 'close_after_ack = ["5678"]'), parts);
  const kinds = (account: string) =>
    some.feed(dc09Frame(`"NULL"0000L0#${account}[]`), 0).map(({ kind }) => kind);
  assertEquals([kinds("1234"), kinds("5678")], [["poll", "send"], ["poll", "send", "close"]]);
});

Deno.test("VdS 2465: the clock that devices are told is that of their zone, and plain devices are taken where that is set", () => {
  const key = 'keys = ["7:00112233445566778899AABBCCDDEEFF"]';
  const session = panelSession(
    input("vds2465-tcp", key, "allow_plain = true", 'time_zone = "Europe/Berlin"'),
    parts,
  );
  const now = Date.UTC(2026, 6, 1, 12);
  const peer = new TcpPeer(1);
  const hear = (effects: PanelEffect[]) =>
    effects.flatMap((effect) => effect.kind === "send" ? [peer.hear(effect.bytes)] : []);
  assertEquals(hear(session.tick(now)), ["> 1 01"]);
  assertEquals(hear(session.feed(peer.write(2, "01"), now)), ["> 3"]);
  const [alarm] = session.feed(peer.write(4, "0040 0356214365"), now);
  assert(alarm?.kind === "alarm", JSON.stringify(alarm));
  assertEquals(hear(session.settle(alarm.ref, "accepted", now)), ["> 4 0041" + "07501a1407010e0000"]);
});
