import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import fc from "fast-check";
import { Dc09Framer, writeFrame } from "../../../adapters/dc09/mod.ts";
import { crc16 } from "../../../adapters/dc09/crc16.ts";
import { cut } from "../contact_id/arbitrary.ts";
import { ascii, dc09Message, frame, frameOf, keysOf, text } from "./arbitrary.ts";

const ONE = '"SIA-DCS"0001L0#1234[#1234|Nri1BA5]';
const TWO = '"NULL"0000L0#1234[]';
const A = text(frame(ONE));
const B = text(frame(TWO));

type Items = ReturnType<Dc09Framer["feed"]>;

function brief(items: Items): string[] {
  return items.map((it) =>
    it.kind === "frame" ? [`${it.offset} frame`, ...it.frame.quirks].join(" ") : `${it.offset} ${it.rule}`
  );
}

function all(stream: Uint8Array | string): Items {
  const framer = new Dc09Framer();
  const items = framer.feed(typeof stream === "string" ? ascii(stream) : stream);
  return [...items, ...framer.flush()];
}

function hex(content: string): string {
  return crc16(ascii(content)).toString(16).toUpperCase().padStart(4, "0");
}

Deno.test("two frames in a chunk, one frame in two, one octet at a time", () => {
  const expected = ["0 frame", `${A.length} frame`];
  const bytes = ascii(A + B);
  assertEquals(brief(new Dc09Framer().feed(bytes)), expected);
  for (let at = 0; at <= bytes.length; at++) {
    const framer = new Dc09Framer();
    assertEquals(
      brief([...framer.feed(bytes.subarray(0, at)), ...framer.feed(bytes.subarray(at))]),
      expected,
    );
  }
  const framer = new Dc09Framer();
  assertEquals(brief([...bytes].flatMap((octet) => framer.feed(Uint8Array.of(octet)))), expected);
  assertEquals(framer.buffered, 0);
});

Deno.test("seven queued frames in one segment come out one by one (field-needs.md 11)", () => {
  const frames = Array.from(
    { length: 7 },
    (_, at) => text(frame(`"ADM-CID"005${at}L0#123456[#123456|1406 01 000]`)),
  );
  assertEquals(all(frames.join("")).filter((it) => it.kind === "frame").length, 7);
});

Deno.test("NUL, CR, LF and blanks between frames are skipped silently", () => {
  assertEquals(brief(all(`\r\n${A}\0\r\n  ${B}\0`)), ["2 frame", `${A.length + 7} frame`]);
});

Deno.test("noise before a frame is refused with its place, and the frame is read", () => {
  const items = all(`~~~${A}`);
  assertEquals(brief(items), ["0 noise", "3 frame"]);
  assertEquals(text(items[1]?.raw), A);
});

Deno.test("a binary CRC is read whatever its octets: LF, CR, quote, digits, NUL", () => {
  const wanted = new Set([0x0a, 0x0d, 0x22, 0x30, 0x41, 0x00]);
  for (let sequence = 0; sequence < 10_000 && wanted.size > 0; sequence++) {
    const content = ascii(`"NULL"${String(sequence).padStart(4, "0")}L0#1234[]`);
    const crc = crc16(content);
    for (const octet of [crc >> 8, crc & 0xff]) wanted.delete(octet);
    assertEquals(brief(all(writeFrame(content, "binary"))), ["0 frame binary-crc"], String(sequence));
  }
  assertEquals(wanted.size, 0);
});

Deno.test("each quirk is tolerated and named", () => {
  const cases: Record<string, string> = {
    "0 frame lower-case-crc": `\n${hex(TWO).toLowerCase()}0013${TWO}\r`,
    "0 frame decimal-length": `\n${hex(ONE)}00${ONE.length}${ONE}\r`,
    "0 frame lower-case-length": `\n${
      hex(`${TWO}_12:00:00,01-02-2026,xy`)
    }002a${TWO}_12:00:00,01-02-2026,xy\r`,
    "0 frame short-length": `\n${hex(ONE)}${ONE.length.toString(16)}${ONE}\r`,
    "0 frame wrong-length": `\n${hex(ONE)}0078${ONE}\r`,
    "0 frame missing-cr": A.slice(0, -1),
    "0 frame missing-lf": A.slice(1),
    "0 frame missing-cr missing-lf": A.slice(1, -1),
    "0 frame missing-cr wrong-length": `\n${hex(ONE)}0078${ONE}`,
  };
  for (const [expected, stream] of Object.entries(cases)) {
    assertEquals(brief(all(stream)), [expected], stream);
  }
});

Deno.test("a good frame is never cut where its CRC happens to fit too early", () => {
  // Its length is 0076; over the first 76 octets (the decimal reading) the CRC is the same. It repeats for ever if cut.
  const cipher =
    "360C53193113401E06777573EB7498AF45E1C88CD63F4CD3324437A726CC2762468D4877EEFC0B665A589C7622D9FCA6";
  const content = `"*SIA-DCS"8412L0#1234[${cipher}`;
  const stream = `\n00EA0076${content}\r`;
  assertEquals(crc16(ascii(content.slice(0, 76))), crc16(ascii(content)));
  assertEquals(brief(all(stream)), ["0 frame"]);
  assertEquals(text(frame(content)), stream);
});

Deno.test("fifty thousand frames, half of them glued, all come out, and nothing else", () => {
  const framer = new Dc09Framer();
  let frames = 0;
  for (let at = 0; at < 50_000; at += 2) {
    const pair = [at, at + 1].map((it) =>
      text(frame(`"ADM-CID"${it % 10_000}L0#${it}[#${it}|1130 01 015][Rroom ${it}]`))
    );
    const items = framer.feed(ascii(pair.join("")));
    for (const [index, item] of items.entries()) {
      assert(item.kind === "frame" && item.frame.quirks.length === 0, pair.join(""));
      assertEquals(item.raw.length, pair[index]?.length);
      frames++;
    }
  }
  assertEquals([frames, framer.buffered], [50_000, 0]);
});

Deno.test("a CRC whose leading zeros were left out is read", () => {
  let found = 0;
  for (let sequence = 0; sequence < 10_000 && found < 50; sequence++) {
    const content = `"NULL"${String(sequence).padStart(4, "0")}L0#1234[]`;
    const short = crc16(ascii(content)).toString(16).toUpperCase();
    if (short.length === 4) continue;
    found++;
    const stream = `\n${short}0013${content}\r`;
    assertEquals(brief(all(stream)), ["0 frame short-crc"], stream);
  }
  assertEquals(found, 50);
});

Deno.test("frames without CR, or without LF, or neither, glued together", () => {
  for (
    const [first, second] of [[A.slice(0, -1), B], [A, B.slice(1)], [A.slice(0, -1), B.slice(1)]] as const
  ) {
    const items = all(first + second);
    assertEquals(items.map((it) => it.kind), ["frame", "frame"], first + second);
    assertEquals(items[1]?.offset, first.length);
  }
});

Deno.test("a text that holds CR or LF is part of its frame", () => {
  for (const inner of ["\r", "\n", "\r\n", "a\rb\nc\r\n"]) {
    const content = `"SIA-DCS"0001L0#1234[#1234|NRP][Ifirst${inner}second]`;
    const [item, ...more] = all(text(frame(content)) + B);
    assertEquals(more.map((it) => it.kind), ["frame"]);
    assert(item?.kind === "frame");
    assertEquals(text(item.frame.content), content);
  }
});

Deno.test("a frame that was cut is refused, and the one behind it is read", () => {
  for (let length = 11; length < A.length - 1; length++) {
    const items = all(A.slice(0, length) + B);
    assertEquals(brief(items), ["0 truncated", `${length} frame`], A.slice(0, length));
    assertMatch(items[0]?.kind === "refused" ? items[0].message : "", /octets, 35 expected/);
  }
});

Deno.test("every truncation is held back, and refused on flush", () => {
  for (let length = 11; length < A.length - 1; length++) {
    const framer = new Dc09Framer();
    assertEquals(framer.feed(ascii(A.slice(0, length))), []);
    assertEquals([framer.buffered, framer.whole], [length, false]);
    assertEquals(brief(framer.flush()), ["0 truncated"]);
    assertEquals(framer.buffered, 0);
    assertEquals(brief(framer.feed(ascii(A))), [`${length} frame`]);
  }
});

Deno.test("a frame that lacks only its CR says so", () => {
  const framer = new Dc09Framer();
  framer.feed(ascii(A.slice(0, -1)));
  assert(framer.whole);
});

Deno.test("any single damaged octet is refused, never read as something else", () => {
  const bytes = ascii(A);
  for (let at = 1; at < bytes.length - 1; at++) {
    for (const flip of [0x01, 0x02, 0x10, 0x80]) {
      const bad = bytes.slice();
      bad[at] = (bad[at] ?? 0) ^ flip;
      for (const item of all(bad)) {
        if (item.kind !== "frame") continue;
        // Only the length can be wrong without the CRC noticing: the content is whole all the same.
        assert(at >= 5 && at < 9, `octet ${at} ^ ${flip}`);
        assertEquals(text(item.frame.content), ONE);
        assertMatch(item.frame.quirks.join(" "), /length/);
      }
    }
  }
});

Deno.test("a wrong CRC is refused with the received and the computed value, at once", () => {
  const [item, next] = new Dc09Framer().feed(ascii(`\nBEEF0023${ONE}\r${B}`));
  assert(item?.kind === "refused" && next?.kind === "frame");
  assertEquals([item.rule, text(item.raw)], ["wrong-crc", `\nBEEF0023${ONE}\r`]);
  assertMatch(item.message, /CRC BEEF received, 0292 computed over 35 octets, 35 expected/);
});

Deno.test("what speaks another protocol is told apart", () => {
  const cases: Record<string, string | Uint8Array> = {
    "SIA DC-03": Uint8Array.fromHex("46233032333439399f"),
    "encrypted SIA DC-03": Uint8Array.fromHex("0501815968"),
    "TLS": Uint8Array.fromHex("1603010200010001fc0303"),
    "HTTP": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "plain Contact ID": "1234181131010158\r\n",
    "Osborne-Hoffman": `01010053"SIA-DCS"0007R0075L0001[#001465|NRP000]7C9677F21948CC12|#001465\r`,
  };
  for (const [name, stream] of Object.entries(cases)) {
    const [item] = all(stream);
    assert(item?.kind === "refused", name);
    assertEquals(item.rule, "other-protocol", name);
    assert(item.message.includes(`speaks ${name}`), item.message);
  }
});

Deno.test("an endless frame is given up, and what follows is read", () => {
  const framer = new Dc09Framer();
  const endless = ascii(`\n12340FFF"${"x".repeat(100_000)}`);
  const items = [...framer.feed(endless), ...framer.feed(ascii(A))];
  assertEquals(items.filter((it) => it.kind === "frame").length, 1);
  assertEquals(items[0]?.kind === "refused" && items[0].rule, "too-long");
  assertEquals(framer.buffered, 0);
});

Deno.test("the longest content is read, written back and not exceeded", () => {
  const content = ascii(`"NULL"0000L0#1234[${"x".repeat(4095 - 19)}]`);
  assertEquals(content.length, 4095);
  assertEquals(brief(all(writeFrame(content))), ["0 frame"]);
});

Deno.test("any stream, any chunking: the same result, raw bytes where they were, no throw", () => {
  const key = keysOf("0123456789ABCDEF")[0];
  assert(key !== undefined);
  const part = fc.oneof(
    dc09Message.map((message) => frameOf(message, key)),
    dc09Message.map((message) => frameOf(message, key).subarray(1, -1)),
    dc09Message.chain((message) => {
      const bytes = frameOf(message, key);
      return fc.nat(bytes.length).map((end) => bytes.subarray(0, end));
    }),
    fc.uint8Array({ maxLength: 12 }),
    fc.constantFrom(...["\n", "\r", '"', '0012"', '\n12340012"'].map(ascii)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 30 }), (parts, places) => {
      const bytes = Uint8Array.from(parts.flatMap((one) => [...one]));
      const expected = all(bytes);
      const framer = new Dc09Framer();
      const got = [...cut(bytes, places).flatMap((it) => framer.feed(it)), ...framer.flush()];
      assertEquals(got, expected);
      let end = 0;
      for (const { offset, raw } of got) {
        assert(offset >= end);
        end = offset + raw.length;
        assertEquals(bytes.slice(offset, end), raw);
      }
      assertEquals(framer.buffered, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("whole frames between any noise that is none are all found", () => {
  const noise = fc.stringMatching(/^[g-zG-Z#~ ]{0,40}$/);
  fc.assert(fc.property(fc.array(fc.tuple(noise, fc.constantFrom(A, B)), { maxLength: 10 }), (parts) => {
    const items = all(parts.map(([before, one]) => before + one).join(""));
    const frames = items.filter((it) => it.kind === "frame").map((it) => text(it.raw));
    assertEquals(frames, parts.map(([, one]) => one));
  }));
});

Deno.test("the cost is linear: a megabyte of the worst octets holds back no more than one frame", () => {
  const worst = ascii(`\n12340FFF"\r\n00120FFE"0012"`);
  const framer = new Dc09Framer();
  let most = 0;
  const started = performance.now();
  for (let at = 0; at < 1_000_000; at++) {
    framer.feed(worst.subarray(at % worst.length, at % worst.length + 1));
    most = Math.max(most, framer.buffered);
  }
  assertLess(most, 4500);
  // Quadratic cost would take minutes.
  assertLess(performance.now() - started, 30_000);
});
