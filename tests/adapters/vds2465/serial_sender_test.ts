import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { Vds2465SerialSender } from "../../../adapters/vds2465/serial_sender.ts";
import type { Vds2465SerialSenderOptions } from "../../../adapters/vds2465/serial_sender_options.ts";
import {
  Vds2465SerialSession,
  type Vds2465SerialSessionOptions,
} from "../../../adapters/vds2465/serial_session.ts";
import vectors from "../../../adapters/vds2465/vectors/serial.json" with { type: "json" };
import { fates, type LineOptions, PanelLine, verdicts } from "../dc09/panel_line.ts";
import { hex } from "./records.ts";

const NORM = "6802026840024216";
const ACK = "6802026800020216";
const NAK = "6802026801020316";
const IDENT = "0356214365";

function item(id: string, records: string, account = ""): OutputItem {
  return { id, account, protocol: "vds2465", data: hex(records), events: [], repeated: false };
}

function burglary(address: number): string {
  return `050211${address.toString(16).padStart(2, "0")}000122${IDENT}`;
}

function octets({ data }: OutputItem): string {
  return String.fromCharCode(...data);
}

function said(effects: OutputEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return effect.bytes.toHex();
    return effect.kind + ("id" in effect ? ` ${effect.id}` : "") +
      ("rule" in effect ? ` ${effect.rule}` : "");
  });
}

function wire(id: string): string {
  const found = vectors.find((vector) => vector.id === id);
  assert(found !== undefined, id);
  return found.wire;
}

/** Reset and confirmed. */
function up(options: Vds2465SerialSenderOptions = {}): Vds2465SerialSender {
  const sender = new Vds2465SerialSender(options);
  assertEquals(said(sender.connected(0)), [NORM]);
  assertEquals(sender.ready, false);
  assertEquals(said(sender.feed(hex(ACK), 10)), ["present"]);
  assertEquals(sender.ready, true);
  return sender;
}

for (const id of ["F03", "F04", "F05", "F10", "F20", "F21"]) {
  Deno.test(`vector ${id}: what a recorded panel sent goes out to the octet`, () => {
    const records = wire(id).slice(12, -4);
    const sender = up();
    assertEquals(said(sender.offer(item("a", records), 20)), ["sent a", wire(id)]);
    assertEquals(said(sender.feed(hex(wire("F02")), 30)), ["delivered a"]);
  });
}

Deno.test("vector F01 is the reset and the poll, every 3.4 s while nothing else is sent", () => {
  const sender = up();
  assertEquals(wire("F01"), NORM);
  assertEquals(sender.nextTick, 3410);
  assertEquals(said(sender.tick(3410)), [NORM]);
  assertEquals(sender.ready, false);
  assertEquals(sender.feed(hex(ACK), 3420), []);
  assertEquals([sender.ready, sender.nextTick], [true, 6820]);
});

Deno.test("what is not confirmed goes out again after 3 s, three times; then the alarm comes back, and polls go on", () => {
  const sender = up();
  const [, frame = ""] = said(sender.offer(item("a", burglary(1)), 100));
  assertEquals(said(sender.offer(item("b", burglary(2)), 100)), ["refused b not-ready"]);
  assertEquals(said(sender.tick(3100)), ["sent a", frame]);
  assertEquals(said(sender.tick(6100)), ["sent a", frame]);
  const [absent, poll] = sender.tick(9100);
  assert(absent?.kind === "absent" && absent.id === "a");
  assertStringIncludes(absent.message, "does not confirm");
  assertEquals(poll, { kind: "send", bytes: hex(NORM) });
  assertEquals(sender.ready, false);
  assertEquals(said(sender.feed(hex(ACK), 9200)), ["present"]);
  // The confirmations of the copies may still come; they are for no other alarm.
  assertEquals(sender.ready, false);
  assertEquals(said(sender.feed(hex(ACK), 9300)), ["stray late-answer"]);
});

Deno.test("a negative confirmation makes the frame go again, up to three; an error in the confirmation refuses", () => {
  const sender = up();
  const [, frame = ""] = said(sender.offer(item("a", burglary(1)), 100));
  assertEquals(said(sender.feed(hex(NAK), 110)), ["sent a", frame]);
  sender.feed(hex(NAK), 120);
  assertEquals(said(sender.tick(220)), ["sent a", frame]);
  assertEquals(said(sender.feed(hex(NAK), 230)), ["refused a nak-limit"]);
  assertEquals(sender.ready, true);
  sender.offer(item("b", burglary(2)), 240);
  const effects = sender.feed(hex(wire("F07")), 250);
  assertEquals(said(effects), ["refused b error-10"]);
  assertEquals(said(sender.feed(hex(wire("F07")), 260)), ["stray unexpected-answer", "stray error"]);
});

Deno.test("polls and commands of the centre are confirmed; commands and queries with an error, unless they are accepted", () => {
  for (const commands of ["refuse", "accept"] as const) {
    const sender = up({ commands });
    assertEquals(said(sender.feed(hex("6802026840014116"), 20)), ["6802026800010116"]);
    const refused = "680606680001021100021616";
    const done = "6802026800010116";
    assertEquals(said(sender.feed(hex(wire("F13")), 30)), [commands === "accept" ? done : refused]);
    assertEquals(said(sender.feed(hex(wire("F19")), 40)), [done]);
    assertEquals(said(sender.feed(hex(wire("F17")), 50)), ["680606680002021100021716"]);
    const requests = sender.requests();
    assertEquals(requests.map(({ kind }) => kind), ["command", "clock"]);
    assert(requests[0]?.kind === "command");
    assertEquals(requests[0].record.data.toHex(), "0005310262");
    assertEquals(sender.requests(), []);
    assertEquals(said(sender.feed(hex("6802026844014516"), 60)), ["stray control-field"]);
  }
});

Deno.test("data in the place of the poll's confirmation counts for it; a confirmation behind it counts for no alarm", () => {
  const sender = up();
  sender.tick(3410);
  assertEquals(said(sender.feed(hex(wire("F19")), 3420)), ["6802026800010116"]);
  assertEquals(sender.ready, false);
  assertEquals(said(sender.feed(hex(ACK), 3430)), ["stray unexpected-answer"]);
  assertEquals(sender.nextTick, 4420);
  assertEquals([sender.tick(4420), sender.ready], [[], true]);
});

Deno.test("with record 03 wanted the confirmation of the frame is not enough", () => {
  const sender = up({ acknowledge: "record" });
  sender.offer(item("a", burglary(1)), 20);
  assertEquals(sender.feed(hex(ACK), 30), []);
  assertEquals(sender.ready, false);
  const echo = "68090968730105031101000122b116";
  assertEquals(said(sender.feed(hex(echo), 40)), ["delivered a", "6802026800010116"]);
  assertEquals(sender.ready, true);
  sender.offer(item("b", burglary(2)), 50);
  sender.feed(hex(ACK), 60);
  const told: string[] = [];
  for (let now = 60; now <= 31_000; now += 10) {
    for (const line of said(sender.tick(now))) {
      if (line !== NORM) told.push(`${now} ${line}`);
      else sender.feed(hex(ACK), now);
    }
  }
  assertEquals(told, ["30060 absent b no-acknowledgement"]);
  sender.offer(item("c", burglary(3)), 31_100);
  sender.feed(hex(ACK), 31_110);
  assertEquals(said(sender.disconnected(31_120)), ["absent c disconnected"]);
});

Deno.test("what cannot be sent is refused: what cannot be read, nothing, too much", () => {
  const sender = up({ ident: "777" });
  for (
    const [bad, rule] of [
      [{ ...item("x", ""), protocol: "contact-id" as const }, "unreadable-event"],
      [item("x", ""), "no-event"],
      [item("x", "0502"), "truncated-record"],
      [item("x", `05021103000122 f154${"41".repeat(241)}`), "too-long"],
    ] as const
  ) {
    const [refused, ...more] = sender.offer(bad, 20);
    assert(refused?.kind === "refused", rule);
    assertEquals([refused.rule, more, sender.ready], [rule, [], true]);
  }
  assertEquals(said(sender.offer(item("y", "05020001000122"), 30)), [
    "sent y",
    "680d0d68730205020001000122025677f76616",
  ]);
  assertThrows(() => new Vds2465SerialSender({ address: 256 }), RangeError, "address");
});

Deno.test("other languages are translated, all events in one frame; what that loses is told once; preview says the same", () => {
  const data = new TextEncoder().encode("#1|Nri1/BA3/FA400");
  const alarm = { ...item("a", "", "123456"), protocol: "sia" as const, data };
  const sender = up();
  const seen = sender.preview(alarm, 20);
  const [told, send] = sender.offer(alarm, 20);
  assert(seen.ok && told?.kind === "sent" && send?.kind === "send");
  assertEquals(seen.lines, [{ bytes: send.bytes, line: told.line }]);
  assertEquals(told.line, "05021103000122035621436505021101900110" + "0356214365");
  assertEquals(seen.lost?.map(({ what }) => what), ["zone"]);
  assertEquals(said(sender.feed(hex(ACK), 30)), ["delivered a"]);
});

Deno.test("any octets from the line never throw nor deliver", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (chunks) => {
    const sender = up({ acknowledge: "record" });
    sender.offer(item("a", burglary(1)), 20);
    for (const [at, bytes] of chunks.entries()) {
      assert(!sender.feed(bytes, 30 + at).some(({ kind }) => kind === "delivered"));
    }
  }));
});

// --- against our own receiver ---

function lineTo(
  options: Vds2465SerialSenderOptions,
  session: Vds2465SerialSessionOptions,
  rest: LineOptions = {},
): PanelLine {
  return new PanelLine(new Vds2465SerialSender(options), () => new Vds2465SerialSession(session), rest);
}

Deno.test("alarms reach our centre, octet by octet, confirmed by frame or by record; polls keep the line alive", () => {
  for (const record of [false, true]) {
    const line = lineTo({ acknowledge: record ? "record" : "frame" }, { recordEcho: record }, {
      fragment: 1,
    });
    line.pass(100_000);
    line.send(item("a", burglary(1)), item("b", burglary(2)), item("t", `0040${IDENT}`));
    line.pass(20_000);
    assertEquals(line.delivered, ["a", "b", "t"]);
    assertEquals(line.accepted.map(({ events }) => events[0]?.code), ["22", "22", "ST40"]);
    assert(line.heard.filter((it) => it === "poll").length > 20);
    assertEquals([...line.log, ...line.heard].filter((it) => /^(absent|close|refused|repeat)/.test(it)), []);
  }
});

Deno.test("any losses, slow lines, slow and failed storing: every alarm has one end, and is delivered only if it was accepted", () => {
  fc.assert(
    fc.property(
      fates(["lost", "cut"], 1450),
      verdicts,
      fc.boolean(),
      fc.nat(6),
      (each, outcomes, record, count) => {
        const line = lineTo(
          { acknowledge: record ? "record" : "frame" },
          { recordEcho: record },
          { fates: each, verdicts: outcomes },
        );
        line.send(...Array.from({ length: count }, (_, at) => item(`${at}`, burglary(at))));
        line.finish(1_500_000);
        line.check(octets);
        assertEquals(line.refused, []);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("quirks: wrong checksums are refused and go again; what is not confirmed is seen by the centre", () => {
  const some = lineTo({ quirks: { wrongChecksumEvery: 2 } }, {});
  some.send(item("a", burglary(1)), item("b", burglary(2)));
  some.pass(60_000);
  assertEquals(some.delivered, ["a", "b"]);
  assert(some.heard.includes("refused checksum"));
  const all = lineTo({ quirks: { wrongChecksumEvery: 1 } }, {});
  all.send(item("a", burglary(1)));
  all.pass(60_000);
  assertEquals([all.delivered, all.log[0]], [[], "absent no-answer"]);
  // Commands are given up after three.
  for (const unconfirmed of [2, 3]) {
    const line = lineTo({ commands: "accept", quirks: { unconfirmed } }, {});
    line.pass(1000);
    line.command("c", hex("05020005310262"));
    line.pass(30_000);
    const [result, ...more] = line.heard.filter((it) => it.startsWith("c "));
    assertEquals([result === "c done", more], [unconfirmed === 2, []]);
  }
});
