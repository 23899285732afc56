import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import { contactId, ContactIdSession } from "../../../adapters/contact_id/mod.ts";
import { ascii } from "./arbitrary.ts";

const ONE = "1234181131010158";
const TWO = "1234183131010156";
const ACK: PanelEffect = { kind: "send", bytes: Uint8Array.of(0x06) };
const NAK: PanelEffect = { kind: "send", bytes: Uint8Array.of(0x15) };

function kinds(effects: PanelEffect[]): string[] {
  return effects.map((it) => it.kind);
}

Deno.test("an alarm is handed over complete, with event data and raw bytes, and acknowledged only when accepted", () => {
  const session = new ContactIdSession();
  const [effect, ...rest] = session.feed(ascii(ONE + "\r\n"), 0);
  assertEquals(rest, []);
  assert(effect?.kind === "alarm");
  assertEquals(effect.alarm.complete, true);
  assertEquals(effect.alarm.protocol, "contact-id");
  assertEquals(effect.alarm.data, ascii("123418113101015"));
  assertEquals(effect.alarm.raw, ascii(ONE));
  assertEquals(effect.alarm.events[0]?.account, "1234");
  assertEquals(session.settle(effect.ref, "accepted", 1), [ACK]);
  assertEquals(session.settle(effect.ref, "accepted", 2), []);
});

Deno.test("a failed alarm gets a negative answer, and the panel's repetition is a new alarm", () => {
  const session = contactId.session({});
  session.feed(ascii(ONE), 0);
  assertEquals(session.settle(1, "failed", 1), [NAK]);
  const [again] = session.feed(ascii(ONE), 2);
  assert(again?.kind === "alarm");
  assertEquals(again.ref, 2);
});

Deno.test("a wrong checksum gets a negative answer at once", () => {
  const session = new ContactIdSession();
  const effects = session.feed(ascii("1234181131010159\r\n"), 0);
  assertEquals(kinds(effects), ["refused", "send"]);
  assertEquals(effects[1], NAK);
});

Deno.test("no negative answer while an alarm waits for its own", () => {
  const session = new ContactIdSession();
  session.feed(ascii(ONE + "\r\n"), 0);
  assertEquals(kinds(session.feed(ascii("1234181131010159\r\n"), 0)), ["refused"]);
  assertEquals(session.settle(1, "accepted", 1), [ACK]);
});

Deno.test("noise is counted and not answered", () => {
  assertEquals(kinds(new ContactIdSession().feed(ascii("~~~\r\n"), 0)), ["refused"]);
});

Deno.test("the same message before the acknowledgement is a repeat, after it a new alarm", () => {
  const session = new ContactIdSession();
  session.feed(ascii(ONE), 0);
  assertEquals(session.feed(ascii(ONE), 1), [{ kind: "repeat", ref: 1 }]);
  assertEquals(session.settle(1, "accepted", 2), [ACK]);
  assertEquals(kinds(session.feed(ascii(ONE), 3)), ["alarm"]);
});

Deno.test("messages wait in order while one is not settled", () => {
  const session = new ContactIdSession();
  assertEquals(kinds(session.feed(ascii(ONE + TWO), 0)), ["alarm"]);
  assertEquals(session.settle(2, "accepted", 1), []);
  const next = session.settle(1, "accepted", 1);
  assertEquals(next[0], ACK);
  assert(next[1]?.kind === "alarm" && next[1].ref === 2);
  assertEquals(next[1].alarm.raw, ascii(TWO));
  assertEquals(session.settle(2, "failed", 2), [NAK]);
});

Deno.test("more messages than the limit are refused unanswered", () => {
  const session = new ContactIdSession();
  let refused = 0;
  for (let zone = 0; zone < 100; zone++) {
    const text = `123418113001${String(zone).padStart(3, "0")}\r`;
    for (const effect of session.feed(ascii(text), 0)) {
      if (effect.kind === "refused") {
        assertEquals(effect.rule, "too-many-waiting");
        refused++;
      } else assertEquals(effect.kind, "alarm");
    }
  }
  assertEquals(refused, 100 - 65);
  let settled = 0;
  for (let ref = 1; session.settle(ref, "accepted", 1).length > 0; ref++) settled++;
  assertEquals(settled, 65);
});

Deno.test("a silent line without checksum ends after the gap", () => {
  const session = new ContactIdSession({ gapMs: 500 });
  assertEquals(session.nextTick, undefined);
  assertEquals(session.feed(ascii(ONE.slice(0, 15)), 1000), []);
  assertEquals(session.nextTick, 1500);
  assertEquals(session.tick(1499), []);
  assertEquals(kinds(session.tick(1500)), ["alarm"]);
  assertEquals(session.nextTick, undefined);
});

Deno.test("when the connection ends, whole messages that waited are handed over and nothing is sent any more", () => {
  const session = new ContactIdSession();
  session.feed(ascii(ONE + TWO + "1234"), 0);
  const effects = session.end(1);
  assertEquals(kinds(effects), ["refused", "alarm"]);
  assert(effects[1]?.kind === "alarm" && effects[1].ref === 2);
  assertEquals(session.settle(1, "accepted", 2), []);
  assertEquals(session.settle(2, "accepted", 2), []);
  assertEquals(session.feed(ascii(ONE), 3), []);
  assertEquals(session.end(4), []);
});

Deno.test("a last message without checksum and line end is not lost when the connection ends", () => {
  const session = new ContactIdSession();
  session.feed(ascii(ONE.slice(0, 15)), 0);
  assertEquals(kinds(session.end(1)), ["alarm"]);
});

Deno.test("random bytes never throw, and never more is acknowledged than was settled as accepted", () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(ascii(ONE), ascii(TWO), ascii(ONE.slice(0, 15) + "\r\n")),
  );
  fc.assert(fc.property(fc.array(fc.tuple(step, fc.boolean(), fc.boolean()), { maxLength: 20 }), (steps) => {
    const session = new ContactIdSession();
    let now = 0;
    let open: number | undefined;
    let accepted = 0;
    let acknowledged = 0;
    const take = (effects: PanelEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "alarm") {
          assertEquals(open, undefined);
          open = effect.ref;
        }
        if (effect.kind === "send" && effect.bytes[0] === 0x06) acknowledged++;
      }
    };
    for (const [bytes, settle, good] of steps) {
      take(session.feed(bytes, now));
      if (settle && open !== undefined) {
        const ref: number = open;
        open = undefined;
        if (good) accepted++;
        take(session.settle(ref, good ? "accepted" : "failed", now));
      }
      now += 700;
      take(session.tick(now));
      assertEquals(acknowledged, accepted);
    }
  }));
});
