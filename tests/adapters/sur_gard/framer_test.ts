import { assertEquals } from "@std/assert";
import { SurGardFramer } from "../../../adapters/sur_gard/framer.ts";
import type { SurGardMessage } from "../../../adapters/sur_gard/message.ts";
import { writeSurGard } from "../../../adapters/sur_gard/write_message.ts";
import { ascii } from "../../support/ascii.ts";
import { endedLineContract, type FramerCase, framerContract } from "../framer_contract.ts";
import { surGardMessage } from "./arbitrary.ts";

const CID = "5011 187037E13001004\x14";
const BEAT = "1011           @    \x14";

function brief(items: ReturnType<SurGardFramer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.kind : one.rule}`);
}

const LANGUAGE: FramerCase<SurGardMessage> = {
  unit: "line",
  framer: (limits) => new SurGardFramer(limits),
  brief,
  stream: { text: CID + BEAT, items: ["0 contact-id", "21 heartbeat"] },
  noise: { octets: [0x00, 0x0a, 0xff], frame: CID, read: "contact-id" },
  truncated: { frame: CID, next: CID, read: "contact-id" },
  written: surGardMessage.map((message) => writeSurGard(message)),
  marks: [0x14],
  maxLength: 100,
  floods: [{ octets: 1_000_000, octet: (at) => at % 50 === 0 ? 0x14 : 0x30 }],
  heldBack: 51,
};

framerContract(LANGUAGE);
endedLineContract(LANGUAGE, CID);

Deno.test("a line with a control octet inside is refused whole: its tail passes for no other line", () => {
  const items = new SurGardFramer().feed(ascii("5011 18\x007037E13001004\x14" + BEAT));
  assertEquals(brief(items), ["0 control-octet", "22 heartbeat"]);
});

Deno.test("a lone end octet is refused as empty", () => {
  assertEquals(brief(new SurGardFramer().feed(ascii("\x14" + CID))), ["0 empty", "1 contact-id"]);
});

Deno.test("with the width set, lines of the other family are refused", () => {
  const framer = new SurGardFramer({ lineDigits: 1 });
  assertEquals(brief(framer.feed(ascii("501001 187037R30100000\x14" + CID))), [
    "0 wrong-line-width",
    "23 contact-id",
  ]);
});

Deno.test("both line widths in one stream: each line tells its own", () => {
  const mlr2 = CID + BEAT + "S011[#1234|NBA01]\x14" + "3011      1234BA0007\x14" + "6011      1234A 0007\x14";
  const rrlll = "501001 187037R30100000\x14" + "101000           @    \x14" + "S01001[#1234|NBA01]\x14" +
    "301001      1234BA0007\x14";
  const items = new SurGardFramer().feed(ascii(mlr2 + rrlll));
  assertEquals(
    items.map((one) =>
      one.kind === "frame" && one.frame.kind !== "other" ? `${one.frame.kind} ${one.frame.line}` : one.kind
    ),
    [
      "contact-id 1",
      "heartbeat 1",
      "sia-block 1",
      "sia-event 1",
      "modem2 1",
      "contact-id 001",
      "heartbeat 000",
      "sia-block 001",
      "sia-event 001",
    ],
  );
});

/** Line and account of the fast format lines in a stream. */
function fast(framer: SurGardFramer, stream: string): string[] {
  return framer.feed(ascii(stream)).flatMap((one) =>
    one.kind === "frame" && one.frame.kind === "fast-format" ? [`${one.frame.line} ${one.frame.account}`] : []
  );
}

Deno.test("id 8 does not tell its width: the lines before it do, and a new width is learned", () => {
  const line = "801112345 1515 5555 7\x14";
  assertEquals(fast(new SurGardFramer(), line), ["1 12345"]);
  const framer = new SurGardFramer();
  assertEquals(fast(framer, "501001 187037R30100000\x14" + line), ["112 345"]);
  assertEquals(fast(framer, CID + line), ["1 12345"]);
  // What cannot be read, and ids that are not known here, teach nothing.
  assertEquals(fast(framer, "501001 187037X30100000\x14P01001 1\x14" + line), ["1 12345"]);
});

Deno.test("id 8 on its own: line zeros and the length of the account tell the width where they can", () => {
  const alone = (line: string) => fast(new SurGardFramer(), `${line} 1515 5555 7\x14`);
  assertEquals(alone("80111234"), ["1 1234"]);
  assertEquals(alone("8011123456"), ["1 123456"]);
  // A line of 1 digit that is 0 is the receiver itself, which has no site's alarms.
  assertEquals(alone("8010011234"), ["001 1234"]);
  assertEquals(alone("801001123456"), ["001 123456"]);
  assertEquals(alone("80101212"), ["012 12"]);
  // Eight digits are no account of this format.
  assertEquals(alone("801112123456"), ["112 123456"]);
  assertEquals(alone("801012"), ["0 12"]);
  // A width that is set is believed whatever the line looks like.
  assertEquals(fast(new SurGardFramer({ lineDigits: 1 }), "8010011234 1515 5555 7\x14"), ["0 011234"]);
});
