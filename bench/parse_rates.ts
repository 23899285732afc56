import { ContactIdFramer } from "../adapters/contact_id/mod.ts";
import { parseEventPacket, SiaFramer } from "../adapters/sia/mod.ts";
import { type Figures, rate, rounded } from "./figures.ts";

const BLOCK = Uint8Array.fromHex("564e746931313a34352f69643030312f70693031302f434cf5");
const LINE = new TextEncoder().encode("1234181131010158\r\n");

/** Copies of a frame behind one another. */
function repeated(frame: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(frame.length * times);
  for (let i = 0; i < times; i++) all.set(frame, i * frame.length);
  return all;
}

/** How many messages a core reads per second, from the bytes to the fields; whole, and one byte at a time. */
export function parseRates(ms: number): Figures {
  const times = 200;
  const blocks = repeated(BLOCK, times), lines = repeated(LINE, times);
  const sia = (feed: (framer: SiaFramer) => number) => rate(ms, () => feed(new SiaFramer()));
  const readSia = (found: ReturnType<SiaFramer["feed"]>) => {
    let n = 0;
    for (const item of found) {
      if (item.kind === "frame" && parseEventPacket(item.frame.data).events.length === 1) n++;
    }
    return n;
  };
  const readCid = (found: ReturnType<ContactIdFramer["feed"]>) => {
    let n = 0;
    for (const item of found) if (item.kind === "frame") n++;
    return n;
  };
  const byByte = <T>(
    framer: { feed(bytes: Uint8Array): T },
    bytes: Uint8Array,
    read: (found: T) => number,
  ) => {
    let n = 0;
    for (let i = 0; i < bytes.length; i++) n += read(framer.feed(bytes.subarray(i, i + 1)));
    return n;
  };
  return {
    parse_dc03_per_s: rounded(sia((framer) => readSia(framer.feed(blocks)))),
    parse_dc03_byte_by_byte_per_s: rounded(sia((framer) => byByte(framer, blocks, readSia))),
    parse_contact_id_per_s: rounded(rate(ms, () => readCid(new ContactIdFramer().feed(lines)))),
    parse_contact_id_byte_by_byte_per_s: rounded(
      rate(ms, () => byByte(new ContactIdFramer(), lines, readCid)),
    ),
  };
}
