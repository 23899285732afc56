import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { OutputItem } from "../../../adapters/contract.ts";
import { dc07EventDrafts } from "../../../adapters/dc07/decode.ts";
import { parseDc07 } from "../../../adapters/dc07/message.ts";
import { type Dc07WriteOptions, writeDc07Alarm } from "../../../adapters/dc07/write_alarm.ts";
import { scancomEventData } from "../../../adapters/scancom/event_data.ts";
import { siaEvents } from "../../../adapters/sia/event_data.ts";
import { vds2465EventData } from "../../../adapters/vds2465/event_data.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting } from "../../support/alarm_writing.ts";
import { ascii } from "../../support/ascii.ts";

function options(more: Partial<Dc07WriteOptions> = {}): Dc07WriteOptions {
  let next = 1;
  return { receiver: "01", line: "01", sequence: () => String(next++).padStart(4, "0"), ...more };
}

const { result: written, rule } = alarmWriting(writeDc07Alarm, () => options());

/** Type and data of each frame. */
function frames(item: OutputItem, more: Partial<Dc07WriteOptions> = {}): string[] {
  return written(item, more).lines.map(({ bytes }) => {
    const read = parseDc07(bytes);
    assert(read.ok);
    return `${read.frame.type === "\t" ? "TAB" : read.frame.type} ${read.frame.data}`;
  });
}

Deno.test("vectors DC7v and DC8 are what the writer makes of their alarms", () => {
  const cid = writeDc07Alarm(alarm("contact-id", "123418113001015"), options({ sequence: () => "0001" }));
  assertEquals(cid.ok && cid.lines[0]?.line, "<LF>74041Ca00010101[#1234|18113001015]<CR>");
  const sia = writeDc07Alarm(alarm("sia", "#1234|NBA015"), options({ sequence: () => "0002" }));
  assertEquals(sia.ok && sia.lines[0]?.line, "<LF>0A9D17<TAB>00020101[#1234|NBA015]<CR>");
});

Deno.test("SIA: the block goes as the panel spelled it; the item's account replaces the data's", () => {
  assertEquals(frames(alarm("sia", "#027978|Nri2/BA227")), ["TAB #027978|Nri2/BA227"]);
  assertEquals(frames(alarm("sia", "#1234NBA01")), ["TAB #1234|NBA01"]);
  assertEquals(frames(alarm("sia", "#1234|N/ri4/XZ9*12cm", { account: "00AB" })), [
    "TAB #00AB|N/ri4/XZ9*12cm",
  ]);
  assertEquals(written(alarm("sia", "#1234567890123456|NBA1")).notes, []);
  assertStringIncludes(written(alarm("sia", "#12345678901234567|NBA1")).notes.join(), "17 characters");
});

Deno.test("SIA: a possible repeat is an old event; text only when it is asked for", () => {
  assertEquals(frames(alarm("sia", "#1234|NBA01", { repeated: true })), ["TAB #1234|OBA01"]);
  assertEquals(frames(alarm("sia", "#1234|OBA01")), ["TAB #1234|OBA01"]);
  const item = alarm("sia", "#1234|Nri1/BA01/BA02|AFront [door]");
  assertEquals(frames(item), ["TAB #1234|Nri1/BA01/BA02"]);
  assertEquals(frames(item, { text: true }), ["TAB #1234|Nri1/BA01/BA02*'Front (door)'NM"]);
});

Deno.test("SIA: Bosch takes one event a frame, each under its modifiers, with its number", () => {
  const item = alarm("sia", "#1234|Nri1/BA01/ri2/FA02|AHall");
  assertEquals(frames(item, { multiEvent: false, text: true }), [
    "TAB #1234|Nri1/BA01",
    "TAB #1234|Nri2/FA02*'Hall'NM",
  ]);
  const numbers = written(item, { multiEvent: false }).lines.map(({ bytes }) => {
    const read = parseDc07(bytes);
    return read.ok ? read.frame.sequence : "";
  });
  assertEquals(numbers, ["0001", "0002"]);
  assertEquals(frames(alarm("sia", "#1234|N/ri1/BA01"), { multiEvent: false }), ["TAB #1234|N/ri1/BA01"]);
});

Deno.test("SIA: a packet longer than a frame loses its text first, then goes event by event", () => {
  const events = Array.from({ length: 60 }, (_, i) => `BA${100 + i}`).join("/");
  assertEquals(frames(alarm("sia", `#1234|N${events}`)).length, 60);
  const long = alarm("sia", `#1234|Nri1/BA1|A${"long ".repeat(60)}`);
  assertEquals(frames(long, { text: true }), ["TAB #1234|Nri1/BA1"]);
  assertStringIncludes(written(long, { text: true }).notes.join(), "text was left out");
});

Deno.test("Contact ID: type a, zeros in front of short accounts, long ones whole and noted, 98 for a repeat", () => {
  assertEquals(frames(alarm("contact-id", "703718330100000")), ["a #7037|18330100000"]);
  assertEquals(frames(alarm("contact-id", "703718113001004", { account: "99" })), ["a #0099|18113001004"]);
  assertEquals(frames(alarm("contact-id", "703718113001004", { repeated: true })), ["a #7037|98113001004"]);
  const long = alarm("contact-id", "703718113001004", { account: "123456" });
  assertEquals(frames(long), ["a #123456|18113001004"]);
  assertStringIncludes(written(long).notes.join(), "123456");
  const wrong = alarm("contact-id", "1234181131010159");
  assertEquals(frames(wrong), ["a #1234|18113101015"]);
  assertStringIncludes(written(wrong).notes.join(), "checksum");
});

Deno.test("Fast Format: f with 8 channels, g with 16, digits as they came; 24 channels go in SIA", () => {
  assertEquals(frames(alarm("scancom", "1234155555557")), ["f #1234|1555 5555 7"]);
  const sixteen = "12345615555555555555557";
  assertEquals(frames(alarm("scancom", sixteen)), ["g #123456|1555 5555 5555 5555 7"]);
  assertEquals(written(alarm("scancom", "1234155555557", { repeated: true })).notes.length, 1);
  const data = ascii(`#1234|${"1".padEnd(24, "5")}7`);
  const wide = alarm("scancom", data, { events: scancomEventData(data), account: "1234" });
  const [frame = ""] = frames(wide);
  assertStringIncludes(frame, "TAB #1234|N");
});

Deno.test("VdS 2465 goes in SIA, a frame an event", () => {
  const data = Uint8Array.fromHex("05021103000122" + "05021104000132" + "0356214365");
  const item = alarm("vds2465", data, { events: vds2465EventData(data) });
  const both = frames(item);
  assertEquals(both.length, 2);
  for (const frame of both) assert(frame.startsWith("TAB #123456|N"), frame);
  for (const frame of frames({ ...item, repeated: true })) assert(frame.startsWith("TAB #123456|O"), frame);
});

Deno.test("every VdS 2465 message kind, set and reset, has a frame", () => {
  for (let kind = 0; kind < 256; kind++) {
    const data = Uint8Array.fromHex(`050211030001${kind.toString(16).padStart(2, "0")}0356214365`);
    const item = alarm("vds2465", data, { account: "1234", events: vds2465EventData(data) });
    assertEquals(frames(item, { text: true }).length, 1, `kind ${kind}`);
  }
});

Deno.test("what cannot be said is refused with its rule, and takes no number", () => {
  assertEquals(rule(alarm("contact-id", "nonsense")), "bad-event-data");
  assertEquals(rule(alarm("contact-id", "18113001004")), "no-account");
  assertEquals(rule(alarm("contact-id", "703718113001004", { account: "12\r4" })), "not-writable");
  assertEquals(rule(alarm("sia", "#1234")), "bad-event-data");
  assertEquals(rule(alarm("sia", "NBA01")), "no-account");
  assertEquals(rule(alarm("sia", "#1234|NBA01", { account: "1]4" })), "not-writable");
  assertEquals(rule(alarm("sia", `#1234|NBA1/va${"1".repeat(300)}`)), "line-too-long");
  assertEquals(rule(alarm("scancom", "12345")), "bad-event-data");
  assertEquals(rule(alarm("vds2465", Uint8Array.of(2, 0x40, 1, 2))), "no-account");
  for (const account of ["12|34", "|"]) {
    assertEquals(rule(alarm("contact-id", "703718113001004", { account })), "not-writable");
    assertEquals(rule(alarm("sia", "#1234|NBA01", { account })), "not-writable");
  }
  let taken = 0;
  const sequence = () => String(++taken);
  writeDc07Alarm(alarm("sia", "#1234|NBA01", { account: "1]4" }), options({ sequence }));
  assertEquals(taken, 0);
});

Deno.test("SIA: whatever the packet, frames keep their limits, read back, and hold the same events", () => {
  const modifier = fc.constantFrom("ri1", "ri2", "id001", "ti11:45", "pi010");
  const event = fc.tuple(fc.constantFrom("BA", "FA", "OP", "RP", "YT"), fc.integer({ min: 0, max: 9999 }))
    .map(([c, n]) => c + n);
  const packet = fc.array(fc.oneof(modifier, event), { minLength: 1, maxLength: 60 }).map((parts) =>
    [...parts, "CL7"].join("/")
  );
  fc.assert(
    fc.property(packet, fc.boolean(), fc.boolean(), (block, repeated, multiEvent) => {
      const result = written(alarm("sia", `#1234|N${block}`, { repeated }), { multiEvent });
      const got = result.lines.flatMap(({ bytes }) => {
        const read = parseDc07(bytes);
        assert(read.ok);
        assertLessOrEqual(bytes.length, 263);
        const events = dc07EventDrafts(read.frame, bytes);
        if (!multiEvent) assertEquals(events.length, 1);
        return events;
      });
      const bare = ({ flags: _flags, raw: _raw, ...rest }: (typeof got)[number]) => rest;
      assertEquals(got.map(bare), siaEvents(ascii(`#1234|N${block}`)).map(bare));
    }),
  );
});

Deno.test("random event data never throws and never makes a frame that is not readable", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.stringMatching(/^#[0-9A-F]{0,6}\|?[NO][ -~]{0,300}$/).map(ascii),
    fc.stringMatching(/^[0-9A-F]{4,6}18[0-9A-F]{9}$/).map(ascii),
    fc.stringMatching(/^[0-9]{10,40}$/).map(ascii),
  );
  const protocol = fc.constantFrom("sia" as const, "contact-id" as const, "scancom" as const);
  fc.assert(
    fc.property(data, protocol, fc.boolean(), fc.string(), (bytes, protocol, text, account) => {
      const result = writeDc07Alarm(alarm(protocol, bytes, { account }), options({ text }));
      if (!result.ok) return;
      assert(result.lines.length > 0);
      for (const line of result.lines) assert(parseDc07(line.bytes).ok, line.line);
    }),
    { numRuns: 1000 },
  );
});
