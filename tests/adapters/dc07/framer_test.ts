import { assertEquals } from "@std/assert";
import { Dc07Framer } from "../../../adapters/dc07/framer.ts";
import { writeDc07 } from "../../../adapters/dc07/write_message.ts";
import { ascii } from "../../support/ascii.ts";
import { framerContract } from "../framer_contract.ts";
import { dc07Message } from "./arbitrary.ts";

const SIA = "\n0A9D17\t00020101[#1234|NBA015]\r";
const NAK = "\n87C40B\t00000100[]\r";

function brief(items: ReturnType<Dc07Framer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.sequence : one.rule}`);
}

framerContract({
  unit: "frame",
  framer: () => new Dc07Framer(),
  brief,
  stream: { text: SIA + NAK, items: ["0 0002", `${SIA.length} 0000`] },
  noise: { octets: [0x00, 0x0d, 0xff], frame: SIA, read: "0002" },
  truncated: { frame: SIA, next: NAK, read: "0000" },
  written: dc07Message.map((message) => writeDc07(message)),
  marks: [0x0a],
  losesNothing: true,
  floods: [{ octets: 1_000_000, octet: (at) => at % 7 === 0 ? 0x0a : 0x30 }],
  heldBack: 264,
});

Deno.test("a frame whose end was lost is refused, and the next one is read", () => {
  assertEquals(brief(new Dc07Framer().feed(ascii(SIA.slice(0, 20) + NAK))), ["0 truncated", "20 0000"]);
});

Deno.test("a frame whose CR alone was lost costs only itself", () => {
  assertEquals(brief(new Dc07Framer().feed(ascii(SIA.slice(0, -1) + NAK))), ["0 truncated", "30 0000"]);
});

Deno.test("an endless frame, and endless noise, are given up in pieces", () => {
  const framer = new Dc07Framer();
  const items = [...framer.feed(ascii("\n" + "A".repeat(1000))), ...framer.feed(ascii(SIA))];
  assertEquals(brief(items), ["0 too-long", "263 noise", "526 noise", "789 noise", "1001 0002"]);
  assertEquals(framer.buffered, 0);
});
