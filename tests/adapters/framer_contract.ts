/** What every framer of a line towards an AE does, with the frames of each language. */
import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import type { Framed, Framer, Refusal } from "../../adapters/contract.ts";
import { ascii } from "../support/ascii.ts";

/** A language's framer, and frames to try it with. Items in short are an offset, and what was read or the rule. */
export interface FramerCase<F> {
  /** What a frame is called in the names of the tests. */
  unit: "line" | "frame";
  framer: (limits?: { maxLength: number }) => Framer<F>;
  /** Items in short: `0 heartbeat`, `3 noise`. */
  brief: (items: (Framed<F> | Refusal)[]) => string[];
  /** Frames behind each other, and their items in short. */
  stream: { text: string; items: string[] };
  /** Octets that can begin no frame, the frame behind them, and what it is in short. Absent where one octet may stand there. */
  noise?: { octets: number[]; frame: string; read: string };
  /** A frame of which all truncations are tried, and one that is read behind each. */
  truncated: {
    frame: string;
    next: string;
    read: string;
    /** How so many octets are refused. @default {truncated} */
    rule?: (octets: number) => string;
  };
  /** What the language's writer makes of any message. */
  written: fc.Arbitrary<{ ok: true; bytes: Uint8Array } | { ok: false }>;
  /** Octets that begin or end a frame. */
  marks: number[];
  /** Longest frame in random streams, short enough that some are longer. */
  maxLength?: number;
  /** Whether every octet of a stream comes back in an item. */
  losesNothing?: boolean;
  /** Long runs of octets, each behind some that come first. */
  floods: { first?: string; octets: number; octet: (at: number) => number }[];
  /** What is held back stays below this. */
  heldBack: number;
}

/** Adds the tests. @param language Framer and frames. */
export function framerContract<F>(language: FramerCase<F>): void {
  const { unit, framer: make, brief, stream, noise, truncated } = language;

  Deno.test(`two ${unit}s in a chunk, one ${unit} in two, one octet at a time`, () => {
    const bytes = ascii(stream.text);
    assertEquals(brief(make().feed(bytes)), stream.items);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const framer = make();
      const items = [...framer.feed(bytes.subarray(0, cut)), ...framer.feed(bytes.subarray(cut))];
      assertEquals(brief(items), stream.items);
    }
    const framer = make();
    assertEquals(brief([...bytes].flatMap((octet) => framer.feed(Uint8Array.of(octet)))), stream.items);
  });

  if (noise !== undefined) {
    const { octets, frame, read } = noise;
    Deno.test(`noise before a ${unit} is refused with its offset and the ${unit} is still read, with its raw bytes`, () => {
      const items = make().feed(Uint8Array.of(...octets, ...ascii(frame)));
      assertEquals(brief(items), ["0 noise", `${octets.length} ${read}`]);
      assertEquals(items[1]?.raw, ascii(frame));
    });
  }

  Deno.test(`every truncation of a ${unit} is held back, and refused on flush`, () => {
    const { frame, next, read, rule = () => "truncated" } = truncated;
    for (let length = 1; length < frame.length; length++) {
      const framer = make();
      assertEquals(framer.feed(ascii(frame.slice(0, length))), []);
      assertEquals(framer.buffered, length);
      assertEquals(brief(framer.flush()), [`0 ${rule(length)}`]);
      assertEquals(framer.buffered, 0);
      assertEquals(brief(framer.feed(ascii(next))), [`${length} ${read}`]);
    }
  });

  anyChunking(language);

  Deno.test(`the cost is linear: octets one by one without end hold back no more than one ${unit}`, () => {
    for (const { first = "", octets, octet } of language.floods) {
      const framer = make();
      framer.feed(ascii(first));
      let most = 0;
      for (let at = 0; at < octets; at++) {
        framer.feed(Uint8Array.of(octet(at)));
        most = Math.max(most, framer.buffered);
      }
      assertLess(most, language.heldBack);
    }
  });
}

function anyChunking<F>({ framer, written, marks, maxLength, losesNothing }: FramerCase<F>): void {
  const frame = written.map((result) => {
    assert(result.ok);
    return result.bytes;
  });
  const mark = fc.constantFrom(...marks).map((octet) => Uint8Array.of(octet));
  const part = fc.oneof(frame, fc.uint8Array({ maxLength: 12 }), mark);
  const make = () => framer(maxLength === undefined ? undefined : { maxLength });
  Deno.test("any stream, any chunking: the same result, offsets that fit the raw bytes, no throw", () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 30 })),
        (parts, cuts) => {
          const bytes = Uint8Array.from(parts.flatMap((one) => [...one]));
          const whole = make();
          const all = [...whole.feed(bytes), ...whole.flush()];
          const pieces = make();
          const got = [];
          let at = 0;
          for (const cut of cuts) {
            got.push(...pieces.feed(bytes.subarray(at, at + cut)));
            at = Math.min(bytes.length, at + cut);
          }
          got.push(...pieces.feed(bytes.subarray(at)), ...pieces.flush());
          assertEquals(got, all);
          for (const one of all) assertEquals(bytes.slice(one.offset, one.offset + one.raw.length), one.raw);
          if (losesNothing) assertEquals(Uint8Array.from(all.flatMap((one) => [...one.raw])), bytes);
        },
      ),
      { numRuns: 500 },
    );
  });
}

/** Adds the tests of lines that have an end octet, 0x14, and no start. @param line A Contact ID line with its end. */
export function endedLineContract<F>({ framer: make, brief }: FramerCase<F>, line: string): void {
  Deno.test("a line whose end was lost is refused together with the next, and the one after is read", () => {
    const items = make().feed(ascii(line.slice(0, 12) + line + line));
    assertEquals(items.map((one) => one.kind), ["refused", "frame"]);
  });

  Deno.test("an endless line is given up at the limit and skipped to its end", () => {
    const framer = make({ maxLength: 64 });
    const items = [...framer.feed(new Uint8Array(100_000).fill(0x41)), ...framer.feed(ascii("\x14" + line))];
    assertEquals(brief(items), ["0 too-long", "100001 contact-id"]);
    assertEquals(framer.buffered, 0);
  });

  Deno.test("flush ends a skip: the next line is read", () => {
    const framer = make({ maxLength: 32 });
    framer.feed(new Uint8Array(40).fill(0x41));
    assertEquals(framer.flush(), []);
    assertEquals(brief(framer.feed(ascii(line))), ["40 contact-id"]);
  });
}
