/** What a panel repeats, and what it says too late: nothing is acknowledged that it does not wait for, no repeat is unmarked. */
import { assert, assertEquals } from "@std/assert";
import type { PanelAlarm, PanelEffect } from "../../adapters/contract.ts";
import { JournalError } from "../../src/journal/journal.ts";
import { until } from "../support/until.ts";
import { panelAlarm, PanelRig, ScriptedSession, soon } from "./panel_rig.ts";

const OLD = 10_000;

/** Hands over one alarm after the other, each when the one before it is settled, as the line languages do. */
class QueueingSession extends ScriptedSession {
  readonly #alarms: PanelAlarm[] = [];
  #ref = 0;
  #busy = false;

  queue(alarm: PanelAlarm): void {
    this.#alarms.push(alarm);
  }
  override feed(): PanelEffect[] {
    return this.#busy ? [] : this.#next();
  }
  override settle(ref: number, outcome: "accepted" | "failed"): PanelEffect[] {
    this.#busy = false;
    return [...super.settle(ref, outcome), ...this.#next()];
  }
  #next(): PanelEffect[] {
    const alarm = this.#alarms.shift();
    if (alarm === undefined) return [];
    this.#busy = true;
    return [{ kind: "alarm", ref: ++this.#ref, alarm }];
  }
}

/** Has something to do a moment after it heard something. */
class LaterSession extends ScriptedSession {
  due: number | undefined;
  later: PanelEffect[] = [];
  constructor(readonly afterMs: number) {
    super();
  }
  override get nextTick(): number | undefined {
    return this.due;
  }
  override feed(_bytes?: Uint8Array, now = 0): PanelEffect[] {
    this.due = now + this.afterMs;
    return [];
  }
  override tick(now = 0): PanelEffect[] {
    if (this.due === undefined || now < this.due) return [];
    this.due = undefined;
    return this.later.splice(0);
  }
}

Deno.test("on a serial line: the same alarm right behind its acknowledgement may be a repeat, and says so", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect("store-and-forward", 30, new ScriptedSession(), "line");
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(panel.sent, [0x06], "this one is lost on the wire");
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(panel.sent, [0x06, 0x06]);
  panel.alarm(panelAlarm("#1234|NFA02"));
  await soon();
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(
    rig.deliver(),
    ["#1234|NBA01", "#1234|OBA01", "#1234|NFA02", "#1234|NBA01"],
    "behind another alarm it is one of its own",
  );
});

Deno.test("in datagrams: an acknowledged alarm again, from whatever port, says that it may be a repeat", async () => {
  const rig = await PanelRig.open();
  const first = rig.connect("store-and-forward", 30, new ScriptedSession(), "datagrams");
  first.alarm(panelAlarm());
  await soon();
  const second = rig.connect("store-and-forward", 30, new ScriptedSession(), "datagrams");
  second.alarm(panelAlarm());
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01", "#1234|OBA01"]);
});

Deno.test("an alarm that waited behind one that came too late is not answered either, and its repeat is marked", async () => {
  const rig = await PanelRig.open();
  const session = new QueueingSession();
  const panel = rig.connect("store-and-forward", 30, session);
  session.queue(panelAlarm("#1234|NBA01"));
  panel.link.data(new Uint8Array(1), Date.now() - OLD);
  session.queue(panelAlarm("#1234|NBA02"));
  panel.link.data(new Uint8Array(1));
  await soon();
  await soon();
  assertEquals(session.settled, [[1, "accepted"], [2, "accepted"]]);
  assertEquals([panel.sent, rig.counters["too-late-to-answer"]], [[], 2]);
  session.queue(panelAlarm("#1234|NBA01"));
  panel.link.data(new Uint8Array(1));
  await soon();
  session.queue(panelAlarm("#1234|NBA02"));
  panel.link.data(new Uint8Array(1));
  await soon();
  assertEquals(panel.sent, [0x06, 0x06]);
  assertEquals(rig.deliver(), ["#1234|NBA01", "#1234|NBA02", "#1234|OBA01", "#1234|OBA02"]);
});

Deno.test("two alarms that came too late, and a sign of life while they are stored: neither is answered", async () => {
  const rig = await PanelRig.open();
  const session = new QueueingSession();
  const panel = rig.connect("store-and-forward", 30, session);
  session.queue(panelAlarm("#1234|NBA01"));
  session.queue(panelAlarm("#1234|NBA02"));
  panel.link.data(new Uint8Array(1), Date.now() - OLD);
  panel.link.data(new Uint8Array(1));
  await soon();
  await soon();
  assertEquals([panel.sent, session.settled.length], [[], 2]);
  session.queue(panelAlarm("#1234|NBA02"));
  panel.link.data(new Uint8Array(1));
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01", "#1234|NBA02", "#1234|OBA02"]);
});

Deno.test("a panel that repeats an alarm that came too late waits for its answer again", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  panel.session.script = [{ kind: "alarm", ref: 1, alarm: panelAlarm() }];
  panel.link.data(new Uint8Array(1), Date.now() - OLD);
  panel.say({ kind: "repeat", ref: 1 });
  await soon();
  assertEquals(panel.sent, [0x06]);
});

Deno.test("a text that came too late is stored, and not answered; nor is an alarm that could not be stored", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const of = panel.alarm(panelAlarm("#1234|NBA01", false));
  await soon();
  panel.session.script = [{ kind: "text", ref: 9, of, alarm: panelAlarm("#1234|NBA01^HALL") }];
  panel.link.data(new Uint8Array(1), Date.now() - OLD);
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01^HALL"]);
  rig.journal.failure = new JournalError("disk-full", "the disk is full");
  panel.session.script = [{ kind: "alarm", ref: 10, alarm: panelAlarm() }];
  panel.link.data(new Uint8Array(1), Date.now() - OLD);
  await soon();
  assertEquals(panel.session.settled, [[1, "accepted"], [9, "accepted"], [10, "failed"]]);
  assertEquals(panel.sent, [0x06], "the first one's only");
});

Deno.test("a message that only silence ended is as old as its last octets", async () => {
  const rig = await PanelRig.open();
  const session = new LaterSession(20);
  const panel = rig.connect("store-and-forward", 30, session);
  session.later = [{ kind: "alarm", ref: 1, alarm: panelAlarm() }];
  panel.link.data(new Uint8Array(1), Date.now() - OLD);
  await until(() => session.settled.length > 0, "the alarm");
  assertEquals([panel.sent, rig.counters["too-late-to-answer"]], [[], 1]);
});

Deno.test("a clock that is set back does not hold back what waits for its time", async () => {
  const rig = await PanelRig.open();
  const session = new LaterSession(50);
  const panel = rig.connect("store-and-forward", 30, session);
  session.later = [{ kind: "poll", detail: "in time" }];
  panel.link.data(new Uint8Array(1));
  const now = Date.now;
  try {
    Date.now = () => now() - 3_600_000;
    await until(() => rig.counters["polls"] === 1, "the tick", 20_000);
  } finally {
    Date.now = now;
  }
  assert(session.due === undefined);
});
