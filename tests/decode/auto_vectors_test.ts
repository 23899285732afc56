/** `tocsin decode --as auto` on every vector: the right language, or a refusal that says what is wrong. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import admCid from "../../adapters/contact_id/vectors/adm_cid.json" with { type: "json" };
import contactId from "../../adapters/contact_id/vectors/contact_id.json" with { type: "json" };
import dc09 from "../../adapters/dc09/vectors/dc09.json" with { type: "json" };
import dc09Refused from "../../adapters/dc09/vectors/refused.json" with { type: "json" };
import scancom from "../../adapters/scancom/vectors/fast_format.json" with { type: "json" };
import dc09Payload from "../../adapters/sia/vectors/dc09_payload.json" with { type: "json" };
import siaBlocks from "../../adapters/sia/vectors/sia_dc03_block.json" with { type: "json" };
import siaText from "../../adapters/sia/vectors/sia_text.json" with { type: "json" };
import siahsText from "../../adapters/sia/vectors/siahs_text.json" with { type: "json" };
import siahsUdp from "../../adapters/sia/vectors/siahs_udp.json" with { type: "json" };
import surGard from "../../adapters/sur_gard/vectors/sur_gard.json" with { type: "json" };
import texecom from "../../adapters/texecom/vectors/texecom.json" with { type: "json" };
import vdsRecords from "../../adapters/vds2465/vectors/records.json" with { type: "json" };
import vdsSerial from "../../adapters/vds2465/vectors/serial.json" with { type: "json" };
import vdsTcp from "../../adapters/vds2465/vectors/tcp.json" with { type: "json" };
import { readDecoderKeys } from "../../src/decode/decoder_keys.ts";
import { decode } from "../../src/decode/decoders.ts";

interface Vector {
  id: string;
  wire: string;
  encoding?: string;
  key?: string;
  expect?: unknown;
}

const text = (octets: string) => Uint8Array.from(octets, (each) => each.charCodeAt(0));
const hex = ({ wire }: Vector) => Uint8Array.fromHex(wire.replaceAll(" ", ""));
const bare = (vector: Vector) => vector.encoding === "hex" ? hex(vector) : text(vector.wire);
const line = (vector: Vector) => text(`${vector.wire}\r\n`);
/** Bodies of DC-09 are printed without LF and CR. */
const framed = (vector: Vector) => vector.encoding === "hex" ? hex(vector) : text(`\n${vector.wire}\r`);

/** What `auto` makes of octets: languages, and the rules of what is refused. */
function said(bytes: Uint8Array, keys: string[] = []): string {
  const read = readDecoderKeys("auto", keys);
  assert(typeof read !== "string", String(read));
  const found = decode("auto", bytes, read).map((each) =>
    each.ok ? each.language : `${each.language} ${each.rule}`
  );
  return [...new Set(found)].join(", ");
}

function all(
  name: string,
  vectors: readonly Vector[],
  bytes: (vector: Vector) => Uint8Array,
  language: string,
  exceptions: Record<string, string> = {},
): void {
  Deno.test(`auto: ${name}`, () => {
    assert(vectors.length > 0);
    for (const vector of vectors) {
      assertEquals(said(bytes(vector)), exceptions[vector.id] ?? language, `${vector.id}: ${vector.wire}`);
    }
  });
}

all("SIA blocks", siaBlocks, hex, "sia", {
  // The start of an encrypted session, and a block whose digits were changed in a document.
  "S17": "sia encrypted-session, sia noise",
  "S18": "sia parity",
});
all("SIA text", [...siaText, ...siahsText], bare, "sia-text");
all("SIA text on lines", [...siaText, ...siahsText], line, "sia-text");
// The message of another type that an implementation is tested with.
const otherType = { "C07": "auto unknown-language" };
all("Contact ID", contactId, bare, "contact-id", { ...otherType, "C40": "sur-gard" });
all("Contact ID on lines", contactId, line, "contact-id", otherType);
all("Fast Format", scancom, bare, "scancom");
all("Fast Format on lines", scancom, line, "scancom");
all("DC-09", [...dc09, ...dc09Payload, ...admCid], framed, "dc09");
all("DC-09 with a wrong CRC", dc09Refused, framed, "dc09 wrong-crc");
all("Texecom", texecom, bare, "texecom");
all("Sur-Gard", surGard, bare, "sur-gard");
all("VdS 2465 serial", vdsSerial, hex, "vds2465-serial");
all("VdS 2465 records alone", vdsRecords, hex, "vds2465");
all("VdS 2465 over TCP", vdsTcp, hex, "vds2465-tcp", {
  "P15": "vds2465-tcp checksum",
  ...Object.fromEntries(
    vdsTcp.filter(({ id }) => id.startsWith("A")).map(({ id }) => [id, "vds2465-tcp unknown-key"]),
  ),
});

Deno.test("auto: with their keys, encrypted telegrams and frames are read", () => {
  for (
    const { id, wire, expect } of vdsTcp as { id: string; wire: string; expect: Record<string, unknown> }[]
  ) {
    if (!id.startsWith("A")) continue;
    assertEquals(said(hex({ id, wire }), [`${expect["key"]}:${expect["secret"]}`]), "vds2465-tcp", id);
  }
  const sealed = (dc09 as Vector[]).filter(({ key }) => key !== undefined);
  assert(sealed.length > 0);
  for (const vector of sealed) {
    const keys = readDecoderKeys("auto", [vector.key ?? ""]);
    assert(typeof keys !== "string");
    const [decoded] = decode("auto", framed(vector), keys);
    assert(decoded?.ok, vector.id);
    assertEquals([decoded.language, decoded.events.length], ["dc09", 1], vector.id);
  }
});

Deno.test("auto: what no language reads is named for what it is", () => {
  const message = (bytes: Uint8Array) => {
    const [decoded, ...more] = decode("auto", bytes);
    assert(decoded?.ok === false && more.length === 0);
    assertEquals([decoded.language, decoded.rule], ["auto", "unknown-language"]);
    return decoded.message;
  };
  for (const vector of siahsUdp) assertStringIncludes(message(hex(vector)), "SIA-HS of Alphatronics");
  assertStringIncludes(message(text("1234 56 7890 BC DEF F")), "readable text");
  assertStringIncludes(message(text("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), "HTTP");
  assertStringIncludes(message(new Uint8Array()), "none of the languages");
});
