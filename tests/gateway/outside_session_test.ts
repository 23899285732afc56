/** A session from outside that is at fault: what the gateway sees of it, and that nothing is acknowledged. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { checkedEffect } from "../../src/gateway/guarded_effect.ts";
import { ADAPTER_FAULT, guardedSession } from "../../src/gateway/guarded_session.ts";
import { PanelLink } from "../../src/gateway/panel_link.ts";
import { until } from "../support/until.ts";
import { panelAlarm, PanelRig } from "./panel_rig.ts";

/** A session that keeps the contract, but for what is given. */
function session(members: Record<string, unknown>): PanelSession {
  const nothing = () => [];
  return { feed: nothing, tick: nothing, settle: nothing, end: nothing, nextTick: undefined, ...members };
}

const kinds = (effects: PanelEffect[]) => effects.map(({ kind }) => kind);
const rule = (effects: PanelEffect[]) => effects.flatMap((e) => e.kind === "refused" ? [e.rule] : []);
const said = (effects: PanelEffect[]) => effects.map((e) => e.kind === "refused" ? e.message : "").join("");
const thrower = () => {
  throw new Error("line one\nline two\u0007");
};

for (const method of ["feed", "tick", "settle", "end"] as const) {
  Deno.test(`${method}() that throws: told once, closed, and never called again`, () => {
    let calls = 0;
    const guarded = guardedSession(() =>
      session({
        [method]: () => {
          calls++;
          thrower();
        },
      }), "my-panel");
    const call = {
      feed: () => guarded.feed(Uint8Array.of(1, 2), 0),
      tick: () => guarded.tick(0),
      settle: () => guarded.settle(1, "accepted", 0),
      end: () => guarded.end(0),
    };
    if (method !== "feed") guarded.feed(new Uint8Array(5), 0);
    const effects = call[method]();
    assertEquals(kinds(effects), ["refused", "close"]);
    assertEquals(rule(effects), [ADAPTER_FAULT]);
    assertStringIncludes(
      said(effects),
      `the adapter "my-panel" is at fault, ${method}(): line one line two. `,
    );
    const [refused] = effects;
    assert(refused?.kind === "refused");
    assertEquals([refused.offset, refused.raw.toHex()], method === "feed" ? [0, "0102"] : [5, ""]);
    for (const again of Object.values(call)) assertEquals(again(), []);
    assertEquals([calls, guarded.nextTick], [1, undefined]);
  });
}

Deno.test("a nextTick that throws or is no time is told at once, by the next tick", () => {
  const bad = [Number.NaN, "soon", null, {}];
  for (const value of bad) {
    const guarded = guardedSession(() => session({ nextTick: value }), "x");
    assertEquals(guarded.nextTick, 0);
    assertEquals(rule(guarded.tick(0)), [ADAPTER_FAULT], String(value));
    assertEquals(guarded.nextTick, undefined);
  }
  const throwing = guardedSession(
    () => Object.defineProperty(session({}), "nextTick", { get: thrower }),
    "x",
  );
  assertEquals(throwing.nextTick, 0);
  assertStringIncludes(said(throwing.tick(0)), "nextTick: line one");
});

Deno.test("a session that always wants to be called at once is stopped; one that catches up is not", () => {
  const spinning = guardedSession(() => session({ nextTick: 5 }), "x");
  let effects: PanelEffect[] = [];
  for (let turns = 0; turns < 1000 && effects.length === 0; turns++) effects = spinning.tick(10);
  assertEquals(rule(effects), [ADAPTER_FAULT]);
  assertEquals(spinning.nextTick, undefined);
  let next = 0;
  const busy = guardedSession(
    () =>
      Object.defineProperty(session({ tick: () => (next++, []) }), "nextTick", {
        get: () => next % 90 === 0 ? 20 : 5,
      }),
    "x",
  );
  for (let turns = 0; turns < 1000; turns++) assertEquals(busy.tick(10), []);
});

const alarm = panelAlarm();
const [event] = alarm.events;

/** Effects that the contract does not know, and the place that is named. */
const MALFORMED: readonly [value: unknown, place: string][] = [
  [undefined, "feed()[0]"],
  ["send", "feed()[0]"],
  [[], "feed()[0]"],
  [{}, "feed()[0].kind"],
  [{ kind: "SEND", bytes: new Uint8Array() }, "feed()[0].kind"],
  [{ kind: "send" }, "feed()[0].bytes"],
  [{ kind: "send", bytes: [6] }, "feed()[0].bytes"],
  [{ kind: "send", bytes: new Uint8Array(1024 * 1024 + 1) }, "feed()[0].bytes"],
  [{ kind: "alarm", ref: "1", alarm }, "feed()[0].ref"],
  [{ kind: "alarm", ref: 1.5, alarm }, "feed()[0].ref"],
  [{ kind: "alarm", ref: 1 }, "feed()[0].alarm"],
  [{ kind: "alarm", ref: 1, alarm: { ...alarm, events: [] } }, "feed()[0].alarm.events"],
  [{ kind: "alarm", ref: 1, alarm: { ...alarm, events: Array(300).fill(event) } }, "feed()[0].alarm.events"],
  [{ kind: "alarm", ref: 1, alarm: { ...alarm, protocol: "dc09" } }, "feed()[0].alarm.protocol"],
  [{ kind: "alarm", ref: 1, alarm: { ...alarm, data: "#1|NBA" } }, "feed()[0].alarm.data"],
  [{ kind: "alarm", ref: 1, alarm: { ...alarm, raw: null } }, "feed()[0].alarm.raw"],
  [{ kind: "alarm", ref: 1, alarm: { ...alarm, complete: 1 } }, "feed()[0].alarm.complete"],
  [eventWith({ account: 1234 }), "feed()[0].alarm.events[0].account"],
  [eventWith({ qualifier: "alarm" }), "feed()[0].alarm.events[0].qualifier"],
  [eventWith({ label: undefined }), "feed()[0].alarm.events[0].label"],
  [eventWith({ zone: 12 }), "feed()[0].alarm.events[0].zone"],
  [eventWith({ text: "x".repeat(5000) }), "feed()[0].alarm.events[0].text"],
  [eventWith({ flags: undefined }), "feed()[0].alarm.events[0].flags"],
  [eventWith({ flags: [1] }), "feed()[0].alarm.events[0].flags[0]"],
  [eventWith({ flags: Array(65).fill("x") }), "feed()[0].alarm.events[0].flags"],
  [eventWith({ occurredAt: "today" }), "feed()[0].alarm.events[0].occurredAt"],
  [eventWith({ occurredAt: new Date(NaN) }), "feed()[0].alarm.events[0].occurredAt"],
  [eventWith({ raw: "NBA" }), "feed()[0].alarm.events[0].raw"],
  [{ kind: "text", ref: 2, alarm }, "feed()[0].of"],
  [{ kind: "complete" }, "feed()[0].ref"],
  [{ kind: "poll" }, "feed()[0].detail"],
  [{ kind: "poll", detail: "", account: 1 }, "feed()[0].account"],
  [{ kind: "refused", offset: -1, rule: "x", message: "", raw: new Uint8Array() }, "feed()[0].offset"],
  [{ kind: "refused", offset: 0, rule: "No Rule", message: "", raw: new Uint8Array() }, "feed()[0].rule"],
  [{ kind: "command-result", id: 1, outcome: "done", detail: "", data: new Uint8Array() }, "feed()[0].id"],
  [
    { kind: "command-result", id: "1", outcome: "ok", detail: "", data: new Uint8Array() },
    "feed()[0].outcome",
  ],
  [{ kind: "close" }, "feed()[0].reason"],
  [Object.defineProperty({}, "kind", { get: thrower }), "feed()"],
];

function eventWith(members: Record<string, unknown>): unknown {
  return { kind: "alarm", ref: 1, alarm: { ...alarm, events: [{ ...event, ...members }] } };
}

Deno.test("each malformed effect is a fault that names its place", () => {
  for (const [value, place] of MALFORMED) {
    const effects = guardedSession(() => session({ feed: () => [value] }), "x").feed(Uint8Array.of(1), 0);
    assertEquals(kinds(effects), ["refused", "close"], place);
    assertStringIncludes(said(effects), place);
  }
});

Deno.test("every effect of the contract passes, copied", () => {
  const whole = {
    ...event!,
    area: "1",
    zone: "2",
    user: "3",
    device: "4",
    text: "5",
    occurredAt: new Date(9),
  };
  const effects: PanelEffect[] = [
    { kind: "send", bytes: Uint8Array.of(6) },
    { kind: "alarm", ref: 1, alarm: { ...alarm, events: [whole] } },
    { kind: "text", ref: 2, of: 1, alarm },
    { kind: "complete", ref: 1 },
    { kind: "repeat", ref: 1 },
    { kind: "poll", detail: "heartbeat" },
    { kind: "poll", account: "1", detail: "heartbeat" },
    { kind: "refused", offset: 0, rule: "no-line", message: "m", raw: Uint8Array.of(7) },
    { kind: "command-result", id: "c", outcome: "done", detail: "", data: Uint8Array.of(8) },
    { kind: "close", reason: "r" },
  ];
  const passed = guardedSession(() => session({ feed: () => effects }), "x").feed(Uint8Array.of(1), 0);
  assertEquals(passed, effects);
  whole.flags.push("later");
  whole.occurredAt.setTime(1);
  const [, { alarm: kept }] = passed as [PanelEffect, Extract<PanelEffect, { kind: "alarm" }>];
  assertEquals([kept.events[0]!.flags, kept.events[0]!.occurredAt], [[], new Date(9)]);
});

Deno.test("alarms before a malformed effect are handed over, answers are not sent", () => {
  const script = [{ kind: "send", bytes: Uint8Array.of(6) }, { kind: "alarm", ref: 1, alarm }, null];
  const effects = guardedSession(() => session({ feed: () => script }), "x").feed(Uint8Array.of(1), 0);
  assertEquals(kinds(effects), ["alarm", "refused", "close"]);
});

Deno.test("too many effects, no list, and a promise are faults", async () => {
  for (
    const [result, words] of [
      [Array(10_001).fill({ kind: "repeat", ref: 1 }), "at most 10000 effects"],
      [{ 0: 1, length: 1 }, "a list of effects"],
      [Promise.reject(new Error("unheard")), "must not be async"],
    ] as const
  ) {
    const effects = guardedSession(() => session({ feed: () => result }), "x").feed(Uint8Array.of(1), 0);
    assertEquals(kinds(effects), ["refused", "close"]);
    assertStringIncludes(said(effects), words);
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
});

Deno.test("names of refusals are bounded for all sessions of an adapter together", () => {
  const rules = new Set<string>();
  let n = 0;
  const next = () =>
    guardedSession(
      () =>
        session({
          feed:
            () => [{ kind: "refused", offset: 0, rule: `rule-${n++}`, message: "", raw: new Uint8Array() }],
        }),
      "x",
      rules,
    ).feed(Uint8Array.of(1), 0);
  const seen = new Set(Array.from({ length: 200 }, () => rule(next())[0]));
  assertEquals([seen.size, seen.has("other"), rules.size], [65, true, 64]);
});

Deno.test("a session without commands has none; one that has gets them, and answers", () => {
  assertEquals(guardedSession(() => session({}), "x").sendCommand, undefined);
  const got: string[] = [];
  const guarded = guardedSession(() =>
    session({
      sendCommand: ({ id, data }: { id: string; data: Uint8Array }) => {
        got.push(data.toHex());
        return [{ kind: "command-result", id, outcome: "done", detail: "", data }];
      },
    }), "x");
  const effects = guarded.sendCommand!({ id: "7", data: Uint8Array.of(0xab) }, 0);
  assertEquals([kinds(effects), got], [["command-result"], ["ab"]]);
});

Deno.test("a command that is at fault is rejected, told without the command's words, and so are later ones", () => {
  const guarded = guardedSession(() =>
    session({
      sendCommand: ({ data }: { data: Uint8Array }) => {
        throw new Error(new TextDecoder().decode(data));
      },
    }), "x");
  const command = { id: "7", data: new TextEncoder().encode("?PASSCODE") };
  const effects = guarded.sendCommand!(command, 0);
  assertEquals(kinds(effects), ["command-result", "refused", "close"]);
  assert(!JSON.stringify(effects).includes("PASSCODE"));
  const [later, ...more] = guarded.sendCommand!({ ...command, id: "8" }, 0);
  assert(later?.kind === "command-result" && more.length === 0);
  assertEquals([later.id, later.outcome], ["8", "rejected"]);
});

Deno.test("an account is text or nothing, and one that throws is a fault", () => {
  assertEquals(guardedSession(() => session({ account: "1234" }), "x").account, "1234");
  assertEquals(guardedSession(() => session({ account: 1234 }), "x").account, undefined);
  const throwing = guardedSession(() => Object.defineProperty(session({}), "account", { get: thrower }), "x");
  assertEquals([throwing.account, rule(throwing.tick(0))], [undefined, [ADAPTER_FAULT]]);
});

/** A link on a guarded session, as the gateway makes it. */
function connect(rig: PanelRig, inner: PanelSession) {
  const sent: number[] = [];
  let closed = false;
  const connection = {
    peer: "127.0.0.1:40000",
    send: (bytes: Uint8Array) => void sent.push(...bytes),
    close: () => void (closed = true),
  };
  const link = new PanelLink(connection as never, {
    input: "own",
    mode: "store-and-forward",
    passThroughWaitMs: 30,
    session: guardedSession(() => inner, "my-panel"),
    intake: rig.intake,
    counters: rig.counters,
    log: (_level, logged) => void rig.logged.push(logged),
  });
  return { link, sent, isClosed: () => closed };
}

Deno.test("the gateway counts the fault, closes the panel, keeps the alarm, sends no answer, and goes on", async () => {
  const rig = await PanelRig.open();
  const faulty = connect(rig, session({ feed: () => [{ kind: "alarm", ref: 1, alarm }], settle: thrower }));
  const good = connect(
    rig,
    session({
      feed: () => [{ kind: "alarm", ref: 1, alarm: panelAlarm("#1234|NBA02") }],
      settle: () => [{ kind: "send", bytes: Uint8Array.of(6) }],
    }),
  );
  faulty.link.data(Uint8Array.of(1));
  good.link.data(Uint8Array.of(1));
  await until(() => faulty.isClosed() && good.sent.length > 0, "both answered");
  assertEquals([faulty.sent, good.sent, good.isClosed()], [[], [6], false]);
  assertEquals(rig.counters[ADAPTER_FAULT], 1);
  assert(rig.logged.includes(ADAPTER_FAULT));
  faulty.link.closed("closed");
  assertEquals(rig.deliver().sort(), ["#1234|NBA01", "#1234|NBA02"]);
  good.link.closed("closed");
});

Deno.test("an alarm that could never be kept or sent is a fault of the adapter, told with its place", () => {
  const base = { events: panelAlarm().events, protocol: "contact-id", complete: true };
  const small = new Uint8Array(1);
  for (
    const [alarm, place] of [
      [{ ...base, data: new Uint8Array(801), raw: small }, "alarm.data: expected at most 800 octets"],
      [{ ...base, data: small, raw: new Uint8Array(70_000) }, "alarm.raw: expected at most 65536 octets"],
    ] as const
  ) {
    assertThrows(() => checkedEffect({ kind: "alarm", ref: 1, alarm }, "feed()[0]"), TypeError, place);
  }
});
