import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/toml";
import { configLines } from "../../src/doctor/config_lines.ts";
import type { Circumstances } from "../../src/doctor/verdict.ts";
import { dc09, examine, galaxy, hex, keys, octets, SERIAL, TCP } from "./panels.ts";

/** The one input that the lines make. */
function input(
  bytes: Uint8Array,
  circumstances: Circumstances = TCP,
  ...texts: string[]
): Record<string, unknown> {
  const file = parse(configLines(examine(bytes, { circumstances, keys: keys(...texts) })));
  const inputs = file["input"];
  assert(Array.isArray(inputs) && inputs.length === 1);
  return inputs[0];
}

Deno.test("SIA over TCP and on a serial line", () => {
  assertEquals(input(galaxy()), {
    name: "panel",
    language: "sia",
    listen: "0.0.0.0:10002",
  });
  assertEquals(input(galaxy(), SERIAL)["serial"], "/dev/ttyUSB0,9600,8N1");
  assertEquals(input(galaxy(), SERIAL)["listen"], undefined);
  assertEquals(input(galaxy(), { ...TCP, ackStyle: "00" })["ack_style"], "00");
});

Deno.test("a quirk that the gateway finds by itself is not written down: it would hold for other panels too", () => {
  const verdict = examine(galaxy());
  assertEquals(verdict.settings["quirk"], "galaxy-flex");
  assertEquals(configLines(verdict).includes("quirk"), false);
});

Deno.test("DC-09 by TCP, by UDP and from a capture", () => {
  const frame = dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]');
  assertEquals(input(frame)["transport"], "tcp");
  assertEquals(input(frame, { source: { kind: "udp", hostname: "::", port: 7777 } }), {
    name: "panel",
    language: "dc09",
    listen: "[::]:7777",
    transport: "udp",
  });
  assertEquals(input(frame, { source: { kind: "capture", name: "x" } })["transport"], "both");
});

Deno.test("Contact ID and Fast Format with what their lines need", () => {
  assertEquals(input(octets("1234181131010158\r\n")), {
    name: "panel",
    language: "contact-id",
    listen: "0.0.0.0:10002",
  });
  assertEquals(input(octets("[CID2 181401010012843]"))["form"], "text");
  const scancom = input(octets("123456 1555 5555 7\r\n"));
  assertEquals([scancom["account_digits"], scancom["channel_count"]], [6, 8]);
  assertEquals(input(octets("%03,1456010030$\r\n"))["account"], "0000");
});

Deno.test("a key is left to be filled in, never written", () => {
  const secret = "00112233445566778899aabbccddeeff";
  const telegram = hex("000700103959120d0c89aa67cc349e2573bb68f7");
  assertEquals(input(telegram)["keys"], ["7:PUT-THE-PANEL-KEY-HERE"]);
  assertEquals(input(telegram, TCP, `7:${secret}`)["keys"], ["7:PUT-THE-PANEL-KEY-HERE"]);
  const sealed = octets(
    '\n05BB0076"*SIA-DCS"7654L0#1111[C07DA1EB73C617857476EE5D79436CEE5E0084485E79EC56B0D5D1F3F6E648B278050BBCCBC8FE5DCA7E3C80DBDD4945\r',
  );
  assertEquals(input(sealed)["keys"], ["*:PUT-THE-PANEL-KEY-HERE"]);
  assertEquals(input(sealed, TCP, "AAAAAAAAAAAAAAAA")["keys"], ["*:PUT-THE-PANEL-KEY-HERE"]);
});

Deno.test("no language, no lines; a host name cannot break out of its comment", () => {
  assertEquals(configLines(examine(octets("GET / HTTP/1.1\r\n\r\n"))), "");
  const lines = input(galaxy(), { source: { kind: "connect", hostname: 'x"\n[evil]', port: 4001 } });
  assertEquals(Object.keys(lines), ["name", "language", "listen"]);
});
