import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Examination, MOST_OF_STREAM } from "../../src/doctor/examination.ts";
import { report } from "../../src/doctor/report.ts";
import { block, dc09, examine, galaxy, hex, joined, octets, SERIAL, TCP } from "./panels.ts";

const STREAMS: Record<string, Uint8Array> = {
  sia: joined(galaxy(), hex("00ff12"), galaxy("654321")),
  encrypted: joined(block("#", "123456"), hex("0501815968")),
  dc09: joined(dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]'), octets("~~"), dc09('"NULL"0000L0#1234[]')),
  contactId: octets("1234181131010158\r\n1234183131010156\r\n1234181137010153\r\n"),
  scancom: octets("1234 1555 5555 7\r\n1234 5555 5555 7\r\n"),
  texecom: hex("33c42331303030 19c84e726931424130303161 40308f0d0a".replaceAll(" ", "")),
  vdsSerial: hex("6802026840024216" + "6802026840034216" + "680202680002021668"),
  vdsTcp: hex("0000000e000000a0ec5d1000000002010101" + "0000000d000000a2ec5a10000002030100"),
  http: octets("GET / HTTP/1.1\r\nHost: example\r\n\r\n"),
  text: octets("nothing that a panel says\r\n"),
};

for (const [name, stream] of Object.entries(STREAMS)) {
  Deno.test(`every split of a stream gives the same verdict: ${name}`, () => {
    const whole = examine(stream);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const examination = new Examination();
        let from = 0;
        for (const at of [...cuts.sort((a, b) => a - b), stream.length]) {
          examination.feed("panel", stream.subarray(from, at));
          from = at;
        }
        assertEquals(examination.verdict(TCP), whole);
      }),
      { numRuns: 50 },
    );
    const examination = new Examination();
    for (const octet of stream) examination.feed("panel", Uint8Array.of(octet));
    assertEquals(examination.verdict(TCP), whole);
  });
}

/** Octets of all values alike, digits of all values alike, characters, and what looks like frames. */
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 600, size: "max" }),
  fc.array(fc.integer({ min: 0x30, max: 0x39 }), { maxLength: 600, size: "max" }).map((each) =>
    Uint8Array.from(each)
  ),
  fc.array(fc.stringMatching(/^[0-9]{11,17}$/), { maxLength: 30, size: "max" }).map((each) =>
    octets(each.join("\r\n"))
  ),
  fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength: 600, size: "max" }).map((each) =>
    Uint8Array.from(each)
  ),
  fc.array(fc.constantFrom(0x00, 0x68, 0x16, 0x23, 0x4e, 0x40, 0x30, 0x8f, 0x0d, 0x0a, 0x22, 0x02), {
    maxLength: 300,
    size: "max",
  }).map((each) => Uint8Array.from(each)),
);

Deno.test("noise is never sure, and never throws", () => {
  fc.assert(
    fc.property(noise, fc.boolean(), (bytes, serial) => {
      const examination = new Examination();
      examination.feed("line", bytes, 0);
      const verdict = examination.verdict(serial ? SERIAL : TCP, 0);
      assert(verdict.certainty !== "sure", JSON.stringify(verdict));
      assert(report(verdict, examination.beginning).length > 0);
    }),
    { numRuns: 400 },
  );
});

Deno.test("long noise is never sure either: chance does not add up", () => {
  let state = 12345;
  const random = () => (state = Math.imul(state, 1103515245) + 12345 >>> 0) >>> 16 & 0xff;
  for (let round = 0; round < 8; round++) {
    const bytes = Uint8Array.from(
      { length: 32_768 },
      () => round % 2 === 0 ? random() : 0x30 + random() % 10,
    );
    const verdict = examine(bytes);
    assert(verdict.certainty === "none" || verdict.certainty === "a guess", JSON.stringify(verdict));
  }
});

Deno.test("a good panel in noise is still heard, when it says enough", () => {
  const verdict = examine(joined(hex("00ff00fe"), ...Array.from({ length: 5 }, () => galaxy())));
  assertEquals([verdict.language, verdict.certainty], ["sia", "sure"]);
});

Deno.test("any number of streams: memory and names are bounded, and the panel among visitors is found", () => {
  const examination = new Examination();
  for (let visitor = 0; visitor < 500; visitor++) {
    examination.feed(`visitor ${visitor}`, octets("GET / HTTP/1.1\r\n\r\n"));
    examination.feed(`account ${visitor}`, block("#", String(100_000 + visitor)));
  }
  const verdict = examination.verdict(TCP);
  assertEquals([verdict.language, verdict.accounts.length], ["sia", 32]);
});

Deno.test("whoever sends without end is not listened to without end", () => {
  const examination = new Examination();
  const part = new Uint8Array(64 * 1024);
  for (let sent = 0; sent < 3 * MOST_OF_STREAM; sent += part.length) examination.feed("flood", part);
  examination.feed("panel", galaxy());
  assertEquals(examination.octets, MOST_OF_STREAM + galaxy().length);
});

Deno.test("a frame that is on its way costs nothing", () => {
  const examination = new Examination();
  examination.feed("panel", block("#", "123456"));
  const before = examination.leading?.score.points;
  const event = block("N", "ti12:01/ri1/BA1012");
  examination.feed("panel", event.subarray(0, -1));
  assertEquals(examination.leading?.score.points, before);
  examination.feed("panel", event.subarray(-1));
  assert(examination.leading!.score.points > before!);
});
