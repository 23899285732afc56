/** Every vector of the reference is recognised as its language, or the exception is explained here. */
import { assert, assertEquals } from "@std/assert";
import contactIdVectors from "../../adapters/contact_id/vectors/contact_id.json" with { type: "json" };
import admCidVectors from "../../adapters/contact_id/vectors/adm_cid.json" with { type: "json" };
import dc09Vectors from "../../adapters/dc09/vectors/dc09.json" with { type: "json" };
import dc09Refused from "../../adapters/dc09/vectors/refused.json" with { type: "json" };
import scancomVectors from "../../adapters/scancom/vectors/fast_format.json" with { type: "json" };
import siaPayloads from "../../adapters/sia/vectors/dc09_payload.json" with { type: "json" };
import siaBlocks from "../../adapters/sia/vectors/sia_dc03_block.json" with { type: "json" };
import siaTexts from "../../adapters/sia/vectors/sia_text.json" with { type: "json" };
import siahsTexts from "../../adapters/sia/vectors/siahs_text.json" with { type: "json" };
import siahsUdp from "../../adapters/sia/vectors/siahs_udp.json" with { type: "json" };
import surGardVectors from "../../adapters/sur_gard/vectors/sur_gard.json" with { type: "json" };
import texecomVectors from "../../adapters/texecom/vectors/texecom.json" with { type: "json" };
import vdsSerial from "../../adapters/vds2465/vectors/serial.json" with { type: "json" };
import vdsTcp from "../../adapters/vds2465/vectors/tcp.json" with { type: "json" };
import { examine, hex, joined, octets, rules } from "./panels.ts";

interface Vector {
  id: string;
  wire: string;
  encoding?: string;
  expect?: unknown;
}

const bytesOf = ({ wire, encoding }: Vector) =>
  encoding === "text" ? new TextEncoder().encode(wire) : hex(wire);
const line = (vector: Vector) => joined(bytesOf(vector), octets("\r\n"));
/** Bodies are printed without LF and CR. */
const framed = (vector: Vector) =>
  vector.encoding === "hex" ? bytesOf(vector) : joined(octets("\n"), octets(vector.wire), octets("\r"));

/** Language and how sure at least; exceptions by id. */
function recognised(
  name: string,
  vectors: readonly Vector[],
  wire: (vector: Vector) => Uint8Array,
  expected: string,
  exceptions: Record<string, string> = {},
): void {
  Deno.test(`vectors: ${name}`, () => {
    assert(vectors.length > 0);
    for (const vector of vectors) {
      const verdict = examine(wire(vector));
      const said = `${verdict.language ?? verdict.findings[0]?.rule} ${verdict.certainty}`;
      const wanted = exceptions[vector.id];
      const told = `${vector.id}: ${JSON.stringify(verdict)}`;
      if (wanted !== undefined) assertEquals(said, wanted, told);
      else {
        assertEquals(verdict.language, expected, told);
        assert(["sure", "probable"].includes(verdict.certainty), told);
      }
    }
  });
}

recognised("SIA blocks", siaBlocks, bytesOf, "sia", {
  // Three octets say little: an end of data, and a receiver's answers.
  "S07": "sia a guess",
  "S08": "sia a guess",
  "S09": "sia a guess",
  "S10": "sia a guess",
  "S11": "sia a guess",
});
recognised("Contact ID", contactIdVectors, line, "contact-id", {
  // An implementation's test message of type 56, which no panel sends: only its letters are like those of an alarm.
  "C07": "plain-text none",
});
recognised("Contact ID in DC-09", admCidVectors, framed, "dc09");
recognised("SIA in DC-09", siaPayloads, framed, "dc09");
recognised("DC-09", dc09Vectors, framed, "dc09");
recognised("DC-09 with a wrong CRC", dc09Refused, framed, "dc09");
recognised("Fast Format", scancomVectors, line, "scancom");
recognised("Texecom", texecomVectors, bytesOf, "texecom");
recognised("VdS 2465 serial", vdsSerial, bytesOf, "vds2465-serial");

Deno.test("vectors: VdS 2465 over TCP; of an encrypted telegram alone only key number and length can be seen", () => {
  for (const vector of vdsTcp) {
    const verdict = examine(hex(vector.wire));
    assertEquals(verdict.language, "vds2465-tcp", vector.id);
    if (!vector.id.startsWith("A")) assert(verdict.certainty !== "a guess", vector.id);
    else {assertEquals([verdict.certainty, verdict.fault, rules(verdict)], ["a guess", "key", [
        "unknown-key",
      ]], vector.id);}
  }
  const both = vdsTcp.filter(({ id }) => id === "A01" || id === "A03").map(({ wire }) => hex(wire));
  assertEquals(examine(joined(...both)).certainty, "probable");
});

Deno.test("vectors: text that no input takes is named for what it is", () => {
  const said = (bytes: Uint8Array) => rules(examine(bytes))[0];
  for (const vector of [...siaTexts, ...siahsTexts]) assertEquals(said(line(vector)), "sia-text", vector.id);
  for (const vector of siahsUdp) assertEquals(said(bytesOf(vector)), "sia-hs", vector.id);
});

Deno.test("vectors: a receiver's lines are no panel, unless they carry a panel's Contact ID or Fast Format", () => {
  for (const vector of surGardVectors) {
    const verdict = examine(octets(vector.wire));
    const said = verdict.language ?? rules(verdict)[0];
    assert(["receiver-output", "contact-id", "scancom"].includes(String(said)), `${vector.id}: ${said}`);
  }
});
