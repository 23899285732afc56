import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Decoded } from "../../../adapters/contract.ts";
import { contactIdDecoder } from "../../../adapters/contact_id/mod.ts";
import { ascii, cut } from "./arbitrary.ts";

function decode(text: string): Decoded[] {
  const decoder = contactIdDecoder();
  return [...decoder.feed(ascii(text)), ...decoder.end()];
}

function forms(decoded: Decoded[]): unknown[] {
  return decoded.map((it) => it.ok ? it.message["form"] : it.rule);
}

const MIXED = "1234181131010158\r\n1234 1110 02 003\n5011 181234E12101001\x14[CID2 181401010012843]" +
  "[#00AAAA|3407 01 001]\r\n\r\nhello\r\n%03,1456010030$\r\n\n01 1234 18 E131 01 C015 \r" +
  "12341811310101581234183131010156\r\n(1234181131010158)(1234183131010156)\n";

Deno.test("lines of all forms decode with form, offset and event", () => {
  const decoded = decode(MIXED);
  assertEquals(forms(decoded), [
    "plain",
    "display",
    "sur-gard",
    "climax",
    "adm-cid",
    "unknown-form",
    "envisalink",
    "ademco-685",
    "plain",
    "plain",
    "lifesos",
    "lifesos",
  ]);
  for (const it of decoded) {
    assertEquals(it.language, "contact-id");
    if (it.ok) assertEquals(it.events.length, 1);
  }
  assertEquals(decoded[2]?.offset, MIXED.indexOf("5011"));
  assertEquals(decoded[9]?.offset, MIXED.indexOf("1234183131010156"));
  assertEquals(decoded[11]?.offset, MIXED.lastIndexOf("("));
});

Deno.test("glued digits come out while the line goes on", () => {
  const decoder = contactIdDecoder();
  const found = decoder.feed(ascii("12341811310101581234183131010156123418"));
  assertEquals(forms(found), ["plain", "plain"]);
  assertEquals(forms(decoder.end()), ["truncated"]);
});

Deno.test("an Asterisk spool file is read: its header is skipped, its events are raw tones", () => {
  const spool = "[metadata]\nPROTOCOL=ADEMCO_CONTACT_ID\nCALLINGFROM=5551234\nTIMESTAMP=now\n\n" +
    "[events]\n1234181131010158\n*#AC186302999999\n";
  const decoded = decode(spool);
  assertEquals(forms(decoded), ["asterisk", "asterisk"]);
  assert(decoded[1]?.ok);
  assertEquals(decoded[1].message["account"], "BCDF");
});

Deno.test("a line that never ends is given up and the next one read", () => {
  const decoded = decode("~".repeat(5000) + "\n1234181131010158\n");
  assertEquals(forms(decoded), ["too-long", "plain"]);
});

Deno.test("any chunking decodes to the same", () => {
  const whole = decode(MIXED);
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
    const decoder = contactIdDecoder();
    const found = [...cut(ascii(MIXED), places).flatMap((part) => decoder.feed(part)), ...decoder.end()];
    assertEquals(found, whole);
  }));
});

Deno.test("random bytes never throw and every refusal has a rule and a message", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    const decoder = contactIdDecoder();
    for (const it of [...decoder.feed(bytes), ...decoder.end()]) {
      if (!it.ok) assert(/^[a-z-]+$/.test(it.rule) && it.message.length > 20);
    }
  }));
});
