import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Bosch6500Framer } from "../../../adapters/bosch_6500/framer.ts";
import type { Bosch6500Message } from "../../../adapters/bosch_6500/message.ts";
import { writeBosch6500 } from "../../../adapters/bosch_6500/write_message.ts";
import { ascii } from "../../support/ascii.ts";
import { endedLineContract, type FramerCase, framerContract } from "../framer_contract.ts";
import { bosch6500Message } from "./arbitrary.ts";

const CID = "a011 123418113001015\x14";
const BEAT = " 1010           @    \x14";

function brief(items: ReturnType<Bosch6500Framer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.kind : one.rule}`);
}

const LANGUAGE: FramerCase<Bosch6500Message> = {
  unit: "line",
  framer: (limits) => new Bosch6500Framer(limits),
  brief,
  // With and without header.
  stream: { text: CID + BEAT + "\n" + CID, items: ["0 contact-id", "21 link-test", "43 contact-id"] },
  truncated: {
    frame: BEAT,
    next: CID,
    read: "contact-id",
    rule: (octets) => octets === 1 ? "noise" : "truncated",
  },
  written: bosch6500Message.map((message) => writeBosch6500(message)),
  marks: [0x14],
  maxLength: 100,
  // As noise, and as a line.
  floods: [0x00, 0x41].map((octet) => ({ octets: 100_000, octet: () => octet })),
  heldBack: 513,
};

framerContract(LANGUAGE);
endedLineContract(LANGUAGE, CID);

Deno.test("the header is one octet: what stands before it is noise", () => {
  const items = new Bosch6500Framer().feed(
    Uint8Array.of(0x00, 0xff, 0x0a, ...ascii(CID), 0xff, ...ascii(CID)),
  );
  assertEquals(brief(items), ["0 noise", "2 contact-id", "24 noise", "25 contact-id"]);
  assertEquals(items[1]?.raw, ascii("\n" + CID));
});

Deno.test("another trailer, as set in the receiver", () => {
  const framer = new Bosch6500Framer({ trailer: 0x0d });
  const stream = ("\n" + CID).replace("\x14", "\r");
  assertEquals(brief(framer.feed(ascii(stream + stream))), ["0 contact-id", "22 contact-id"]);
});

Deno.test("a line with a control octet inside is refused whole: its tail passes for no other line", () => {
  const items = new Bosch6500Framer().feed(ascii("a011 12\x003418113001015\x14" + BEAT));
  assertEquals(brief(items), ["0 control-octet", "22 link-test"]);
});

Deno.test("a lone end octet is refused as empty, with and without header", () => {
  assertEquals(brief(new Bosch6500Framer().feed(ascii("\x14 \x14" + CID))), [
    "0 empty",
    "1 noise",
    "2 empty",
    "3 contact-id",
  ]);
});

Deno.test("lines with any header are all found, in order", () => {
  const one = fc.tuple(bosch6500Message, fc.constantFrom(undefined, 0x20, 0x0a));
  fc.assert(fc.property(fc.array(one, { maxLength: 8 }), (parts) => {
    const bytes = parts.flatMap(([message, header]) => {
      const written = writeBosch6500(message, header === undefined ? {} : { header });
      assert(written.ok);
      return [...written.bytes];
    });
    const items = new Bosch6500Framer().feed(Uint8Array.from(bytes));
    assertEquals(items.map((item) => item.kind === "frame" && item.frame), parts.map(([message]) => message));
  }));
});
