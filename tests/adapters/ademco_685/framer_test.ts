import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Ademco685Framer } from "../../../adapters/ademco_685/framer.ts";
import { writeAdemco685 } from "../../../adapters/ademco_685/write_message.ts";
import { ascii } from "../../support/ascii.ts";
import { framerContract } from "../framer_contract.ts";
import { ademco685Message } from "./arbitrary.ts";

const CID = "\n11 1234 18 E130 01 C015 \r";
const BEAT = "\n00 OKAY @\r";
const CAPS = "\n12 3456 244A";

function brief(items: ReturnType<Ademco685Framer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.kind : one.rule}`);
}

framerContract({
  unit: "line",
  framer: (limits) => new Ademco685Framer(limits),
  brief,
  stream: { text: CID + CAPS + BEAT, items: ["0 contact-id", "26 caps", "39 heartbeat"] },
  noise: { octets: [0x00, 0x41, 0xff], frame: CID, read: "contact-id" },
  truncated: { frame: CID, next: CID, read: "contact-id" },
  written: ademco685Message.map((message) => writeAdemco685(message)),
  marks: [0x0a, 0x0d, 0x1b, 0x41],
  maxLength: 50,
  // As noise, and as a line.
  floods: ["", "\n"].map((first) => ({ first, octets: 100_000, octet: () => 0x41 })),
  heldBack: 257,
});

Deno.test("0x1B ends a line as 0x0D does", () => {
  assertEquals(brief(new Ademco685Framer().feed(ascii("\n00 OKAY @\x1b\n11 1234 3\x1b"))), [
    "0 heartbeat",
    "11 pulse",
  ]);
});

Deno.test("a CAPS line ends with its A; an end octet behind it is let pass, once", () => {
  assertEquals(brief(new Ademco685Framer().feed(ascii(CAPS + "\r" + CAPS + "\r\r" + BEAT))), [
    "0 caps",
    "14 caps",
    "28 noise",
    "29 heartbeat",
  ]);
  const spaced = new Ademco685Framer().feed(ascii("\n12 3456 2 4 4 A\n12 3456 A\r"));
  assertEquals(brief(spaced), ["0 caps", "16 pulse"]);
});

Deno.test("a line without its start is noise", () => {
  const items = new Ademco685Framer().feed(ascii(CID.slice(1) + BEAT));
  assertEquals(brief(items), ["0 noise", "25 heartbeat"]);
});

Deno.test("a line with a control octet inside is refused whole", () => {
  assertEquals(brief(new Ademco685Framer().feed(ascii("\n11 1234\x00 18 E130\r" + BEAT))), [
    "0 control-octet",
    "18 heartbeat",
  ]);
});

Deno.test("a line whose end was lost is refused, and the next is read", () => {
  const items = new Ademco685Framer().feed(ascii(CID.slice(0, 12) + CID));
  assertEquals(brief(items), ["0 truncated", "12 contact-id"]);
});

Deno.test("an endless line is given up at the limit; its end or the next start is looked for", () => {
  for (const end of ["\r", ""]) {
    const framer = new Ademco685Framer({ maxLength: 64 });
    const endless = ascii("\n" + "1".repeat(100_000));
    const items = [...framer.feed(endless), ...framer.feed(ascii(end + CID))];
    assertEquals(brief(items), ["0 too-long", `${100_001 + end.length} contact-id`]);
    assertEquals(framer.buffered, 0);
  }
});

Deno.test("flush reports noise and ends a skip", () => {
  const framer = new Ademco685Framer({ maxLength: 32 });
  framer.feed(ascii("xyz"));
  assertEquals(brief(framer.flush()), ["0 noise"]);
  framer.feed(ascii("\n" + "1".repeat(40)));
  assertEquals(framer.flush(), []);
  assertEquals(brief(framer.feed(ascii("x" + CID))), ["44 noise", "45 contact-id"]);
});

Deno.test("lines among noise that holds no start are all found", () => {
  const noise = fc.uint8Array({ maxLength: 8 }).map((bytes) => bytes.filter((octet) => octet !== 0x0a));
  fc.assert(fc.property(fc.array(fc.tuple(noise, ademco685Message), { maxLength: 8 }), (parts) => {
    const bytes = parts.flatMap(([before, message]) => {
      const written = writeAdemco685(message);
      assert(written.ok);
      return [...before, ...written.bytes];
    });
    const items = new Ademco685Framer().feed(Uint8Array.from(bytes));
    const frames = items.flatMap((one) => one.kind === "frame" ? [one.frame] : []);
    assertEquals(frames, parts.map(([, message]) => message));
  }));
});
