import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import { texecom, texecomDecoder, TexecomSession } from "../../../adapters/texecom/mod.ts";
import { ascii, cut } from "../contact_id/arbitrary.ts";
import { block, wire } from "./wires.ts";

const CID = ascii("21AAA181130010013\r\n");
const CID2 = ascii("21234183401010034\r\n");

function line(...blocks: Uint8Array[]): Uint8Array {
  return Uint8Array.from([0x33, ...blocks.flatMap((it) => [...it]), ...block("0", ""), 0x0d, 0x0a]);
}

function kinds(effects: PanelEffect[]): string[] {
  return effects.map((it) => it.kind);
}

function sent(effects: PanelEffect[]): string[] {
  return effects.flatMap((it) => it.kind === "send" ? [it.bytes.toHex()] : []);
}

function text(bytes: Uint8Array | undefined): string {
  return String.fromCharCode(...(bytes ?? []));
}

Deno.test("a Contact ID line is an alarm, acknowledged only when it is settled as accepted", () => {
  const session = new TexecomSession();
  const [effect, ...rest] = session.feed(CID, 0);
  assertEquals(rest, []);
  assert(effect?.kind === "alarm");
  const { alarm } = effect;
  assertEquals([alarm.protocol, alarm.complete, text(alarm.data)], ["contact-id", true, "100018113001001"]);
  assertEquals(alarm.events.map(({ account, code, zone, area }) => [account, code, zone, area]), [
    ["1000", "130", "001", "01"],
  ]);
  assertEquals(sent(session.settle(effect.ref, "accepted", 1)), ["32060d0a"]);
  assertEquals(session.settle(effect.ref, "accepted", 1), []);
});

Deno.test("vector S30: a SIA line is an alarm with account, area and zone, and gets 3 06 CR LF", () => {
  const session = new TexecomSession();
  const [effect, ...rest] = session.feed(wire("S30"), 0);
  assertEquals(rest, []);
  assert(effect?.kind === "alarm");
  const { alarm } = effect;
  assertEquals([alarm.protocol, alarm.complete, text(alarm.data)], ["sia", true, "#1000|Nri1BA001"]);
  const [event] = alarm.events;
  assertEquals([event?.account, event?.language, event?.code, event?.area, event?.zone], [
    "1000",
    "sia",
    "BA",
    "1",
    "001",
  ]);
  assertEquals(sent(session.settle(effect.ref, "accepted", 1)), ["33060d0a"]);
});

Deno.test("vector S32: a closing names the user", () => {
  const [effect] = new TexecomSession().feed(wire("S32"), 0);
  assert(effect?.kind === "alarm");
  assertEquals(text(effect.alarm.data), "#1234|Nri1CL003");
  assertEquals([effect.alarm.events[0]?.code, effect.alarm.events[0]?.user], ["CL", "003"]);
});

Deno.test("a line of several events is one alarm each, with the text that follows it, acknowledged after all", () => {
  const session = texecom.session({});
  const effects = session.feed(
    line(block("#", "1234"), block("N", "ri1BA001"), block("A", "Front door"), block("N", "ri2FA002")),
    0,
  );
  assertEquals(kinds(effects), ["alarm", "alarm"]);
  const [one, two] = effects;
  assert(one?.kind === "alarm" && two?.kind === "alarm");
  assertEquals(text(one.alarm.data), "#1234|Nri1BA001|AFront door");
  assertEquals(text(two.alarm.data), "#1234|Nri2FA002");
  assertEquals(one.alarm.events[0]?.text, "Front door");
  assertEquals(two.alarm.events[0]?.code, "FA");
  assertEquals(session.settle(two.ref, "accepted", 1), []);
  assertEquals(sent(session.settle(one.ref, "accepted", 1)), ["33060d0a"]);
});

Deno.test("when one alarm of a line failed nothing is sent, and its repetition hands over only the failed one", () => {
  const session = new TexecomSession();
  const two = line(block("#", "1234"), block("N", "ri1BA001"), block("N", "ri2FA002"));
  session.feed(two, 0);
  assertEquals(session.settle(1, "accepted", 1), []);
  assertEquals(session.settle(2, "failed", 1), []);
  const again = session.feed(two, 30_000);
  assertEquals(again.map((it) => it.kind === "alarm" && [it.ref, it.alarm.events[0]?.code]), [[3, "FA"]]);
  assertEquals(sent(session.settle(3, "accepted", 30_001)), ["33060d0a"]);
  // Acknowledged now: the same line is a new one.
  assertEquals(kinds(session.feed(two, 60_000)), ["alarm", "alarm"]);
});

Deno.test("a failed Contact ID line is not answered at all", () => {
  const session = new TexecomSession();
  session.feed(CID, 0);
  assertEquals(session.settle(1, "failed", 1), []);
  assertEquals(kinds(session.feed(CID, 2)), ["alarm"]);
});

Deno.test("the same line before its acknowledgement is a repeat", () => {
  const session = new TexecomSession();
  session.feed(CID, 0);
  assertEquals(session.feed(CID, 1), [{ kind: "repeat", ref: 1 }]);
  assertEquals(sent(session.settle(1, "accepted", 2)), ["32060d0a"]);
  assertEquals(kinds(session.feed(CID, 3)), ["alarm"]);
});

Deno.test("a second line waits for the first one to be settled", () => {
  const session = new TexecomSession();
  assertEquals(kinds(session.feed(Uint8Array.from([...CID, ...wire("S30")]), 0)), ["alarm"]);
  const next = session.settle(1, "accepted", 1);
  assertEquals(kinds(next), ["send", "alarm"]);
  assertEquals(sent(next), ["32060d0a"]);
  assertEquals(sent(session.settle(2, "accepted", 2)), ["33060d0a"]);
});

Deno.test("more waiting lines than the limit are refused unanswered", () => {
  const session = new TexecomSession();
  const rules: string[] = [];
  for (let zone = 0; zone < 50; zone++) {
    const number = String(zone).padStart(3, "0");
    for (const effect of session.feed(ascii(`2123418113001${number}\r\n`), 0)) {
      rules.push(effect.kind === "refused" ? effect.rule : effect.kind);
    }
  }
  assertEquals(rules, ["alarm", ...new Array<string>(50 - 33).fill("too-many-waiting")]);
});

Deno.test("vector S33: a poll is answered at once, even while an alarm is open, and names its flags", () => {
  const session = new TexecomSession({ pollMinutes: 5 });
  session.feed(CID, 0);
  const effects = session.feed(wire("S33"), 1);
  assertEquals(sent(effects), ["5b505d0005060d0a"]);
  assertEquals(effects[1], { kind: "poll", account: "1000", detail: "armed" });
  assertEquals(sent(new TexecomSession().feed(wire("S33"), 0)), ["5b505d0001060d0a"]);
});

Deno.test("a poll without account uses the default account", () => {
  const poll = Uint8Array.from([...ascii("POLL#"), 0, 0, 0, 0]);
  const [, named] = new TexecomSession({ defaultAccount: "4711" }).feed(poll, 0);
  assertEquals(named, { kind: "poll", account: "4711", detail: "no flags" });
  const [, unnamed] = new TexecomSession().feed(poll, 0);
  assertEquals(unnamed, { kind: "poll", detail: "no flags" });
});

Deno.test("a line without account block uses the default account", () => {
  const [effect] = new TexecomSession({ defaultAccount: "4711" }).feed(line(block("N", "ri1BA001")), 0);
  assert(effect?.kind === "alarm");
  assertEquals(text(effect.alarm.data), "#4711|Nri1BA001");
  assertEquals(effect.alarm.events[0]?.account, "4711");
});

Deno.test("a line without events is acknowledged at once and counts as a sign of life", () => {
  const effects = new TexecomSession().feed(line(block("#", "1234")), 0);
  assertEquals(kinds(effects), ["send", "poll"]);
  assertEquals(sent(effects), ["33060d0a"]);
});

Deno.test("a line without events gets no answer while an alarm waits for its own", () => {
  const session = new TexecomSession();
  session.feed(wire("S30"), 0);
  assertEquals(kinds(session.feed(line(block("#", "1234")), 0)), ["poll"]);
  assertEquals(sent(session.settle(1, "failed", 1)), []);
});

Deno.test("an event block whose packet cannot be understood is never dropped silently", () => {
  for (const packet of ["", "???", "ri1", "ZZ001"]) {
    const effects = new TexecomSession().feed(line(block("#", "1234"), block("N", packet)), 0);
    assertEquals(kinds(effects), ["alarm"], packet);
    assert(effects[0]?.kind === "alarm" && effects[0].alarm.events.length > 0, packet);
  }
});

Deno.test("a wrong checksum and a wrong parity are refused and not answered", () => {
  const session = new TexecomSession();
  assertEquals(kinds(session.feed(ascii("21234181131010159\r\n"), 0)), ["refused"]);
  const bad = wire("S30");
  bad[10] = (bad[10] ?? 0) ^ 1;
  assertEquals(kinds(session.feed(bad, 1)), ["refused"]);
  assertEquals(kinds(session.feed(CID, 2)), ["alarm"]);
});

Deno.test("+++ closes the connection", () => {
  assertEquals(kinds(new TexecomSession().feed(ascii("+++"), 0)), ["close"]);
});

Deno.test("an unfinished line is given up after the gap", () => {
  const session = new TexecomSession({ gapMs: 100 });
  assertEquals(session.feed(wire("S30").subarray(0, 9), 1000), []);
  assertEquals(session.nextTick, 1100);
  assertEquals(session.tick(1099), []);
  assertEquals(kinds(session.tick(1100)), ["refused"]);
  assertEquals(session.nextTick, undefined);
  assertEquals(kinds(session.feed(wire("S30"), 1200)), ["alarm"]);
});

Deno.test("when the connection ends, whole lines that waited are handed over and nothing is sent any more", () => {
  const session = new TexecomSession();
  session.feed(Uint8Array.from([...CID, ...CID2, ...ascii("POLL1")]), 0);
  const effects = session.end(1);
  assertEquals(kinds(effects), ["refused", "alarm"]);
  assertEquals(session.settle(1, "accepted", 2), []);
  assertEquals(session.feed(CID, 3), []);
  assertEquals(session.end(4), []);
});

Deno.test("random bytes never throw, and no line is acknowledged before all its alarms are accepted", () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(CID, CID2, wire("S30"), wire("S32"), wire("S33")),
    fc.array(fc.constantFrom(block("#", "1"), block("N", "BA1"), block("A", "x"), block("E", "ZZ")), {
      maxLength: 6,
    })
      .map((blocks) => line(...blocks)),
  );
  fc.assert(fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 20 }), (steps) => {
    const session = new TexecomSession();
    let now = 0;
    const open: number[] = [];
    const take = (effects: PanelEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "alarm") {
          open.push(effect.ref);
          assert(effect.alarm.events.length > 0);
        }
      }
    };
    for (const [bytes, good] of steps) {
      const fed = session.feed(bytes, now);
      const answers = sent(fed).filter((it) => it === "32060d0a" || it === "33060d0a").length;
      const empty = fed.filter((it) => it.kind === "poll" && it.detail === "a line without events").length;
      assertEquals(answers, open.length > 0 ? 0 : empty);
      take(fed);
      const ref = open.shift();
      if (ref !== undefined) {
        const settled = session.settle(ref, good ? "accepted" : "failed", now);
        if (!good || open.length > 0) assertEquals(sent(settled), []);
        take(settled);
      }
      now += 3000;
      take(session.tick(now));
    }
  }));
});

Deno.test("the decoder tells lines, polls and refusals apart, in any chunking", () => {
  const all = Uint8Array.from([...CID, ...wire("S30"), ...wire("S33"), ...ascii("noise\r\n+++")]);
  const whole = texecomDecoder();
  const expected = [...whole.feed(all), ...whole.end()];
  assertEquals(expected.map((it) => it.ok ? it.message["kind"] : it.rule), [
    "contact-id",
    "sia",
    "poll",
    "noise",
    "end",
  ]);
  assertEquals(expected.map((it) => it.ok ? it.events.length : -1), [1, 1, 0, -1, 0]);
  assertEquals(expected[1]?.offset, CID.length);
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 20 }), (places) => {
    const decoder = texecomDecoder();
    assertEquals([...cut(all, places).flatMap((part) => decoder.feed(part)), ...decoder.end()], expected);
  }));
});
