/** What every panel language keeps to, whatever the line says and whenever the gateway answers. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ContactIdSession } from "../../adapters/contact_id/mod.ts";
import type { PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { Dc09Session, writeFrame } from "../../adapters/dc09/mod.ts";
import { ScancomSession } from "../../adapters/scancom/mod.ts";
import { SiaSession, writeBlock } from "../../adapters/sia/mod.ts";
import { TexecomSession } from "../../adapters/texecom/mod.ts";
import { Vds2465SerialSession, Vds2465TcpSession } from "../../adapters/vds2465/mod.ts";
import { writeFt12 } from "../../adapters/vds2465/ft12.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const sia = (code: string, data: string, ackRequest = true) =>
  writeBlock({ ackRequest, reverseChannel: false, code, data: ascii(data) });
const hex = (digits: string) => Uint8Array.fromHex(digits);

/** Each language, and octets that mean something in it. */
const LANGUAGES: Record<string, [() => PanelSession, Uint8Array[]]> = {
  sia: [() => new SiaSession({ defaultAccount: "1" }), [
    sia("#", "1234"),
    sia("N", "ri1/BA1"),
    sia("N", "BA2", false),
    sia("A", "HALL"),
    sia("A", "ROOF", false),
    sia("0", ""),
    sia("1", ""),
    sia("&", "R"),
    hex("050181"),
  ]],
  "contact-id": [() => new ContactIdSession({ quirks: { name: "auto" } }), [
    ascii("1234181130010019\r\n"),
    ascii("[CID2 181401010012843]"),
    ascii("123418113001"),
    ascii("\r\n"),
    hex("00ff20"),
  ]],
  texecom: [() => new TexecomSession(), [
    ascii("21AAA181130010013\r\n"),
    Uint8Array.from([0x33, ...sia("#", "1234"), ...sia("N", "ri1BA001"), ...sia("0", ""), 0x0d, 0x0a]),
    ascii("POLL1234#\x00\x00\x00\x00\r\n"),
    ascii("+++"),
  ]],
  scancom: [() => new ScancomSession({ accountDigits: 6 }), [
    ascii("123456155555557\r\n"),
    ascii("123456355555557\r"),
    ascii("12345655555555"),
    ascii("1\n"),
  ]],
  dc09: [() => new Dc09Session(), [
    writeFrame(ascii('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]')),
    writeFrame(ascii('"ADM-CID"0002L0#1234[#1234|1130 01 001]')),
    writeFrame(ascii('"NULL"0000L0#1234[]')),
    ascii('\n02920023"SIA-DCS"0001L0#1234[#12'),
    ascii("\r"),
  ]],
  "vds2465-serial": [() => new Vds2465SerialSession({ recordEcho: true }), [
    hex("6802026840024216"),
    hex("68090968730205020001000122a016"),
    writeFt12({ control: 0x73, address: 2, data: hex("05020002000123") }),
    hex("6802026800020216"),
    hex("6809"),
  ]],
  "vds2465-tcp": [() => new Vds2465TcpSession({ firstCounter: 0x0fffffff, onDemand: true }), [
    hex("0000000e000000a0ec5d1000000002010101"),
    hex("00000018000000a11fbe1000000104010b0402110300220356214365"),
    hex("00000018"),
  ]],
};

/** One thing that happens: octets, time, an answer of the gateway. */
type Happening =
  | { say: number; from: number; to: number }
  | { noise: Uint8Array }
  | { wait: number }
  | { settle: number; accepted: boolean }
  | { tick: true };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ say: fc.nat(20), from: fc.constant(0), to: fc.constant(99) }) },
  { weight: 2, arbitrary: fc.record({ say: fc.nat(20), from: fc.nat(5), to: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ noise: fc.uint8Array({ maxLength: 40 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      wait: fc.oneof(fc.nat(3000), fc.nat(70_000), fc.integer({ min: -4e6, max: 4e6 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ settle: fc.nat(3), accepted: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant({ tick: true } as const) },
);

for (const [language, [start, sayings]] of Object.entries(LANGUAGES)) {
  Deno.test(`${language}: whatever happens, nothing is thrown, no alarm is empty or told twice, no timer stands still`, () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60, size: "max" }), (happenings) => {
        const session = start();
        const refs = new Set<number>();
        const open: number[] = [];
        let now = 1_000_000_000;
        const check = (effects: PanelEffect[]) => {
          for (const effect of effects) {
            if (effect.kind !== "alarm" && effect.kind !== "text") continue;
            assert(!refs.has(effect.ref), `number ${effect.ref} twice`);
            refs.add(effect.ref);
            open.push(effect.ref);
            assert(effect.alarm.events.length > 0);
            assert(effect.alarm.raw.length > 0);
            assert(effect.alarm.data.length > 0);
          }
        };
        /** The gateway's timer: what is due is told, and done with. */
        const tick = () => {
          for (let times = 0; times < 20; times++) {
            if ((session.nextTick ?? Infinity) > now) return;
            check(session.tick(now));
          }
          assert((session.nextTick ?? Infinity) > now, "a timer that never ends");
        };
        tick();
        for (const it of happenings) {
          if ("say" in it) {
            check(
              session.feed(
                (sayings[it.say % sayings.length] ?? new Uint8Array()).subarray(it.from, it.to),
                now,
              ),
            );
          } else if ("noise" in it) check(session.feed(it.noise, now));
          else if ("wait" in it) now += it.wait;
          else if ("settle" in it) {
            const [ref] = open.splice(it.settle % Math.max(1, open.length), 1);
            if (ref !== undefined) check(session.settle(ref, it.accepted ? "accepted" : "failed", now));
          } else tick();
        }
        const last = session.end(now);
        check(last);
        assertEquals(last.filter(({ kind }) => kind === "send"), []);
        assertEquals([session.end(now), session.feed(Uint8Array.of(1), now)], [[], []]);
        for (const ref of open) assertEquals(session.settle(ref, "accepted", now), []);
        assertEquals(session.nextTick, undefined);
      }),
      { numRuns: 300 },
    );
  });
}
