import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { CommandResult, PanelCommand, PanelEffect } from "../../../adapters/contract.ts";
import { writeFt12 } from "../../../adapters/vds2465/ft12.ts";
import {
  Vds2465SerialSession,
  type Vds2465SerialSessionOptions,
  VDS_CONFIRM_WAIT,
} from "../../../adapters/vds2465/serial_session.ts";
import { concat, cut, hex, sizes } from "./records.ts";

const POLL = hex("6802026840024216");
const ACK = "6802026800020216";
const IDENT = "0356214365";
const DATED = data(`05020001000122 075019140a150a1e05 ${IDENT}`);
const UNDATED = data(`05020001000122 ${IDENT}`);
const OTHER = data(`05020002000123 ${IDENT}`);
const STATES = data(`0624100000 01fffe ${IDENT}`);
const ARM = command("05020005310262");
const ARM_FRAME = "680909687301050200053102621516";
const NUMBER: Record<string, string> = {
  alarm: "A",
  repeat: "R",
  poll: "p",
  send: ">",
  refused: "!",
  close: "x",
};

function data(records: string, control = 0x73): Uint8Array {
  return writeFt12({ control, address: 2, data: hex(records) });
}

function command(records: string): PanelCommand {
  return { id: "a", data: hex(records) };
}

function result(outcome: CommandResult["outcome"], detail: string, answer = ""): CommandResult {
  return { kind: "command-result", id: "a", outcome, detail, data: hex(answer) };
}

/** Effects in short: kinds, octets sent, rules. */
function short(effects: PanelEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return effect.bytes.toHex();
    if (effect.kind === "refused") return `!${effect.rule}`;
    if (effect.kind === "command-result") return `=${effect.outcome}`;
    const ref = "ref" in effect ? `${effect.ref}` : "";
    return `${NUMBER[effect.kind]}${ref}`;
  });
}

function started(options: Vds2465SerialSessionOptions = {}): Vds2465SerialSession {
  const session = new Vds2465SerialSession(options);
  session.tick(0);
  return session;
}

Deno.test("a poll is confirmed with the panel's address, and states at once", () => {
  const session = started();
  assertEquals(short(session.feed(POLL, 10)), ["p", ACK]);
  const [poll, ack] = session.feed(STATES, 20);
  assertEquals(poll, { kind: "poll", account: "123456", detail: "block status, ident number" });
  assertEquals(short([ack as PanelEffect]), [ACK]);
  assertEquals(session.feed(POLL, 30)[0], { kind: "poll", account: "123456", detail: "poll (SEND NORM)" });
});

Deno.test("an alarm is confirmed only when it is accepted", () => {
  const session = started();
  const [effect, ...more] = session.feed(DATED, 10);
  assertEquals(more, []);
  assert(effect?.kind === "alarm");
  const { alarm } = effect;
  assertEquals([alarm.protocol, alarm.complete, alarm.raw], ["vds2465", true, DATED]);
  assertEquals(alarm.data, DATED.slice(6, -2));
  assertEquals(alarm.events[0]?.occurredAt, new Date("2025-10-21T10:30:05Z"));
  assertEquals(short(session.tick(500)), []);
  assertEquals(short(session.settle(7, "accepted", 600)), []);
  assertEquals(short(session.settle(1, "accepted", 600)), [ACK]);
  assertEquals(short(session.settle(1, "accepted", 600)), []);
});

Deno.test("an alarm that failed is not answered, and its repeat is a new alarm", () => {
  const session = started();
  assertEquals(short(session.feed(DATED, 10)), ["A1"]);
  assertEquals(session.settle(1, "failed", 20), []);
  assertEquals(short(session.feed(DATED, 3010)), ["A2"]);
  assertEquals(short(session.settle(2, "accepted", 3020)), [ACK]);
});

Deno.test("the same octets after 3 s are one alarm, before the confirmation and after it", () => {
  for (const frame of [DATED, UNDATED]) {
    const session = started();
    assertEquals(short(session.feed(frame, 0)), ["A1"]);
    assertEquals(short(session.feed(frame, 3000)), ["R1"]);
    assertEquals(short(session.settle(1, "accepted", 4000)), [ACK]);
    // The confirmation was lost.
    assertEquals(short(session.feed(frame, 6000)), ["R1", ACK]);
  }
});

Deno.test("an alarm without a time that comes later, or behind a poll, is another one", () => {
  const behindPoll = started();
  behindPoll.feed(UNDATED, 0);
  behindPoll.settle(1, "accepted", 10);
  behindPoll.feed(POLL, 1000);
  assertEquals(short(behindPoll.feed(UNDATED, 2000)), ["A2"]);

  const later = started();
  later.feed(UNDATED, 0);
  later.settle(1, "accepted", 10);
  assertEquals(short(later.feed(UNDATED, 20_000)), ["A2"]);

  const dated = started();
  dated.feed(DATED, 0);
  dated.settle(1, "accepted", 10);
  dated.feed(POLL, 1000);
  assertEquals(short(dated.feed(DATED, 2000)), ["R1", ACK]);
  assertEquals(short(dated.feed(DATED, 70_000)), ["A2"]);
});

Deno.test("while an alarm is not settled nothing is confirmed, so nothing can be taken for its confirmation", () => {
  const session = started();
  assertEquals(short(session.feed(UNDATED, 0)), ["A1"]);
  assertEquals(short(session.feed(POLL, 10)), ["p"]);
  assertEquals(short(session.feed(STATES, 20)), []);
  assertEquals(short(session.feed(OTHER, 30)), []);
  assertEquals(short(session.feed(OTHER, 40)), ["R1"]);
  assertEquals(short(session.settle(1, "accepted", 50)), [ACK, "p", ACK, "A2"]);
  assertEquals(short(session.settle(2, "accepted", 60)), [ACK]);
});

Deno.test("33 frames behind an alarm: 32 wait, the last is not confirmed and so repeated", () => {
  const session = started();
  const frame = (n: number) => data(`0502000100${n.toString(16).padStart(2, "0")}22`);
  assertEquals(short(session.feed(frame(0), 0)), ["A1"]);
  for (let n = 1; n <= 32; n++) assertEquals(short(session.feed(frame(n), n)), []);
  assertEquals(short(session.feed(frame(33), 40)), ["!too-many-waiting"]);
});

Deno.test("the end hands over alarms that had come whole, and sends nothing", () => {
  const session = started();
  session.feed(concat(UNDATED, OTHER, STATES, POLL.slice(0, 5)), 0);
  assertEquals(short(session.end(10)), ["!truncated", "A2", "p"]);
  assertEquals(session.feed(POLL, 20), []);
  assertEquals(session.nextTick, undefined);
});

Deno.test("the account is the ident number, the last one heard, or the default", () => {
  const account = (session: Vds2465SerialSession, frame: Uint8Array, now: number) => {
    const [effect] = session.feed(frame, now);
    assert(effect?.kind === "alarm");
    session.settle(effect.ref, "accepted", now);
    return [effect.alarm.events[0]?.account, effect.alarm.data.toHex().slice(14)];
  };
  const session = started({ defaultAccount: "000815" });
  assertEquals(account(session, data("05020001000122"), 1), ["000815", "0356008051"]);
  assertEquals(account(session, UNDATED, 2), ["123456", IDENT]);
  assertEquals(account(session, data("05020003000122"), 3), ["123456", IDENT]);
  assertEquals(
    started().feed(data("05020001000122"), 0).map((effect) =>
      effect.kind === "alarm" ? effect.alarm.events[0]?.flags : []
    ),
    [["no-account"]],
  );
});

Deno.test("a broken frame is refused without an answer, and given up after a second of silence", () => {
  const session = started();
  const broken = UNDATED.slice();
  broken[8] = 0x09;
  assertEquals(short(session.feed(broken, 0)).filter((each) => each.length > 20), []);
  assertEquals(short(session.feed(UNDATED.slice(0, 9), 5000)).filter((each) => each.startsWith("A")), []);
  assertEquals(session.nextTick, 6000);
  assertEquals(short(session.tick(6000)), ["!truncated"]);
  assertEquals(short(session.feed(UNDATED, 6001)), ["A1"]);
});

Deno.test("a record that runs past the frame is refused, and the alarm before it is kept", () => {
  const session = started();
  const effects = session.feed(data("05020001000122 0356 21"), 0);
  assertEquals(short(effects), ["!truncated-record", "A1"]);
  assert(effects[0]?.kind === "refused");
  assertEquals(effects[0].offset, 6 + 7);
});

Deno.test("a line without a frame for half a minute is dead; frames keep it alive", () => {
  const session = started();
  session.feed(POLL, 29_000);
  assertEquals(short(session.tick(58_999)), []);
  assertEquals(session.nextTick, 59_000);
  const [effect] = session.tick(59_000);
  assert(effect?.kind === "close");
  assertStringIncludes(effect.reason, "30 s");
  assertEquals([session.tick(60_000), session.nextTick, session.feed(POLL, 60_000)], [[], undefined, []]);

  const quick = started({ deadAfterMs: 15_000 });
  assertEquals(short(quick.tick(15_000)), ["x"]);
  // Octets that were there in time are read, however late this side gets to them.
  const late = started();
  assertEquals(short(late.feed(UNDATED, 40_000)), ["A1"]);
});

Deno.test("a command goes out in the place of the next poll's confirmation and is done when confirmed", () => {
  const session = started();
  assertEquals(session.sendCommand(ARM, 100), []);
  assertEquals(short(session.feed(POLL, 200)), ["p", ARM_FRAME]);
  assertEquals(session.feed(hex(ACK), 300), [result("done", "")]);
  assertEquals(short(session.feed(POLL, 3300)), ["p", ACK]);
});

Deno.test("records that the panel confirms a command with are its answer", () => {
  const session = started();
  session.sendCommand(ARM, 100);
  session.feed(POLL, 200);
  const answer = "0624 053000 02 fffe";
  assertEquals(session.feed(data(answer, 0x00), 300), [result("done", "", answer)]);
});

Deno.test("a command to a panel that does not poll goes out in a pause, three times, and is then reported", () => {
  const session = started({ deadAfterMs: 60_000 });
  session.sendCommand(ARM, 0);
  const sentAt: number[] = [];
  const others: PanelEffect[] = [];
  for (let now = 0; now < 40_000; now += 100) {
    for (const effect of session.tick(now)) {
      if (effect.kind === "send") sentAt.push(now);
      else others.push(effect);
    }
  }
  assertEquals(sentAt, [4000, 4000 + VDS_CONFIRM_WAIT, 4000 + 2 * VDS_CONFIRM_WAIT]);
  const [end, ...more] = others;
  assert(end?.kind === "command-result");
  assertEquals([end.outcome, end.id, more], ["no-answer", "a", []]);
  assertStringIncludes(end.detail, "did not confirm it, sent 3 times");
});

Deno.test("a command that the panel refuses is rejected with the panel's words", () => {
  const session = started();
  session.sendCommand(ARM, 0);
  session.feed(POLL, 10);
  const [end, ...more] = session.feed(hex("6806066800020211001025 16"), 20);
  assert(end?.kind === "command-result");
  assertEquals([end.outcome, more], ["rejected", []]);
  assertStringIncludes(end.detail, "no such address (10H)");
});

Deno.test("a query is done when what it asks for has come, with the confirmation or behind it, or does not come", () => {
  const query = command("0510000000 7124");
  const states = "0624 000000 71 fffe";
  const behind = started();
  behind.sendCommand(query, 0);
  behind.feed(POLL, 10);
  assertEquals(behind.feed(hex(ACK), 20), []);
  const [end, ...more] = behind.feed(data(states), 30);
  assertEquals(end, result("done", "", states));
  assertEquals(short(more), ["p", ACK]);

  const within = started();
  within.sendCommand(query, 0);
  within.feed(POLL, 10);
  assertEquals(within.feed(data(states, 0x00), 20), [result("done", "", states)]);

  const never = started();
  never.sendCommand(query, 0);
  never.feed(POLL, 10);
  never.feed(hex(ACK), 20);
  // The poll is confirmed meanwhile, and the query not sent again.
  assertEquals(short(never.feed(POLL, 1500)), ["p", ACK]);
  const late = never.tick(10 + VDS_CONFIRM_WAIT);
  assertEquals(late.map((effect) => effect.kind === "command-result" && effect.outcome), ["done"]);
  assertEquals(short(never.tick(20_000)), []);

  const refused = started();
  refused.sendCommand(query, 0);
  refused.feed(POLL, 10);
  refused.feed(hex(ACK), 20);
  assertEquals(short(refused.feed(data("0211 0010"), 30)), ["=rejected", "p", ACK]);
});

Deno.test("a command waits while an alarm is not settled", () => {
  const session = started();
  session.feed(UNDATED, 0);
  session.sendCommand(ARM, 10);
  assertEquals(short(session.feed(POLL, 20)), ["p"]);
  assertEquals(short(session.tick(10_000)), []);
  assertEquals(short(session.settle(1, "accepted", 10_000)), [ACK]);
  assertEquals(short(session.feed(POLL, 10_010)), ["p", ARM_FRAME]);
});

Deno.test("a command that finds no room for 30 s is not sent any more", () => {
  const session = started({ deadAfterMs: 60_000 });
  session.feed(UNDATED, 0);
  session.sendCommand(ARM, 10);
  assertEquals(session.nextTick, 30_010);
  assertEquals(short(session.tick(30_009)), []);
  assertEquals(short(session.tick(30_010)), ["=rejected"]);
  session.settle(1, "accepted", 30_020);
  assertEquals(short(session.feed(POLL, 30_030)), ["p", ACK]);
});

Deno.test("commands that cannot be sent are rejected with the reason, and those of a connection that ends are closed", () => {
  const session = started();
  const detail = (octets: string) => {
    const [end] = session.sendCommand(command(octets), 0);
    assert(end?.kind === "command-result" && end.outcome === "rejected");
    return end.detail;
  };
  assertStringIncludes(detail(""), "no record");
  assertStringIncludes(detail(`f654${"00".repeat(246)}`), "247 octets of records at most, not 248");
  assertStringIncludes(detail("0050 0502000531"), "Octet 2 of the command");
  for (let n = 0; n < 16; n++) assertEquals(session.sendCommand(ARM, 0), []);
  assertStringIncludes(detail("05020005310262"), "16 commands wait");
  session.feed(POLL, 10);
  const ends = session.end(20);
  assertEquals(short(ends), Array(16).fill("=closed"));
  assert(ends[0]?.kind === "command-result" && ends[1]?.kind === "command-result");
  assertStringIncludes(ends[0].detail, "not known whether it was carried out");
  assertStringIncludes(ends[1].detail, "It was not sent");
  assertEquals([short(session.sendCommand(ARM, 30)), session.end(40)], [["=closed"], []]);

  const dead = started();
  dead.sendCommand(ARM, 29_990);
  assertEquals(short(dead.tick(30_000)), ["=closed", "x"]);
});

Deno.test("the panel is found by its account: its ident number, before that the default", () => {
  const session = started();
  assertEquals([session.account, started({ defaultAccount: "7" }).account], [undefined, "7"]);
  session.feed(UNDATED, 0);
  assertEquals(session.account, "123456");
});

Deno.test("whatever a panel does, each command comes to exactly one result", () => {
  const frames = [POLL, hex(ACK), UNDATED, STATES, data("0211 0010", 0x00), data("0211 0010"), hex("ff")];
  const step = fc.record({ wait: fc.nat(9000), what: fc.nat(frames.length + 1) });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const session = started({ recordEcho: true });
    const ids: string[] = [];
    const ended: string[] = [];
    let now = 0;
    const take = (effects: PanelEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "command-result") ended.push(effect.id);
        if (effect.kind === "alarm") take(session.settle(effect.ref, "accepted", now));
      }
    };
    for (const { wait, what } of steps) {
      now += wait;
      take(session.tick(now));
      const frame = frames[what];
      if (frame !== undefined) take(session.feed(frame, now));
      else {
        const records = what === frames.length ? "05020005310262" : "05100000007124";
        take(session.sendCommand({ id: `${ids.push("")}`, data: hex(records) }, now));
      }
    }
    take(session.end(now));
    assertEquals(ended.toSorted(), ids.map((_, n) => `${n + 1}`).toSorted());
  }));
});

Deno.test("with record acknowledgement the alarm is echoed as 03 behind the confirmation, and the echo is repeated", () => {
  const session = started({ recordEcho: true, utcOffsetMs: () => 3_600_000 });
  const both = data(`05020001000122 0040 ${IDENT}`);
  session.feed(both, 0);
  const [ack, echo] = session.settle(1, "accepted", 10);
  const records = "05030001000122 0041 0750 46 13 01 01 01 00 00";
  const expected = writeFt12({ control: 0x73, address: 1, data: hex(records) }).toHex();
  assertEquals(short([ack, echo] as PanelEffect[]), [ACK, expected]);
  assertEquals(short(session.tick(10 + VDS_CONFIRM_WAIT)), [expected]);
  assertEquals(short(session.feed(hex(ACK), 4000)), []);
  assertEquals(short(session.tick(20_000)), []);
  // No echo where nothing asks for one.
  session.feed(data("04040001 0022"), 21_000);
  assertEquals(short(session.settle(2, "accepted", 21_000)), [ACK]);
});

Deno.test("an unknown control field is reported and not answered; data under it is an alarm all the same", () => {
  const session = started();
  assertEquals(short(session.feed(writeFt12({ control: 0x49, address: 2, data: hex("") }), 0)), [
    "!control-field",
  ]);
  assertEquals(short(session.feed(data("05020001000122", 0x44), 0)), ["A1"]);
  assertEquals(short(session.settle(1, "accepted", 0)), [ACK]);
});

Deno.test("an alarm inside an answer is taken and not confirmed", () => {
  const session = started();
  assertEquals(short(session.feed(data("05020001000122", 0x00), 0)), ["A1"]);
  assertEquals(short(session.settle(1, "accepted", 1)), []);
});

Deno.test("the sender's chunks do not matter, and random octets never throw nor confirm an alarm", () => {
  const stream = concat(POLL, STATES, hex("ff68"), DATED, POLL);
  const whole = short(started().feed(stream, 0));
  fc.assert(fc.property(sizes, (cuts) => {
    const session = started();
    assertEquals(cut(stream, cuts).flatMap((chunk) => short(session.feed(chunk, 0))), whole);
  }));
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(POLL, STATES, DATED, UNDATED, OTHER, hex(ACK)),
  );
  fc.assert(fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
    const session = started({ recordEcho: true });
    let open: number | undefined;
    const check = (effects: PanelEffect[]) => {
      for (const effect of effects) {
        // Nothing at all goes out between an alarm and its settlement.
        if (open !== undefined) assert(effect.kind !== "send" && effect.kind !== "alarm");
        if (effect.kind === "alarm") open = effect.ref;
      }
    };
    for (const [index, bytes] of parts.entries()) {
      const now = index * 700;
      check(session.feed(bytes, now));
      check(session.tick(now + 10));
      if (open === undefined || index % 3 === 0) continue;
      const ref = open;
      open = undefined;
      check(session.settle(ref, index % 2 === 0 ? "accepted" : "failed", now + 20));
    }
    session.end(1_000_000);
  }));
});

Deno.test("a line that falls dead while an alarm is being stored: those that waited behind it are handed over", () => {
  const session = started({ deadAfterMs: 30_000 });
  session.feed(concat(UNDATED, OTHER), 0);
  const effects = session.tick(30_000);
  assertEquals(short(effects), ["A2", "x"]);
  assertEquals(session.settle(2, "accepted", 30_001), []);
});
