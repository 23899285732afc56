import { assert, assertEquals } from "@std/assert";
import { JournalError } from "../../src/journal/journal.ts";
import { until } from "../support/until.ts";
import { panelAlarm, PanelRig, soon } from "./panel_rig.ts";

const DISK_FULL = new JournalError("disk-full", "the disk is full");

Deno.test("store-and-forward: acknowledged when it is in the journal, told when the panel goes on", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  panel.alarm(panelAlarm());
  assertEquals(panel.sent, [], "acknowledged before it was stored");
  await soon();
  assertEquals(panel.sent, [0x06]);
  assertEquals(
    (await rig.journal.recent(1))[0]!.alarm.told,
    false,
    "nobody knows yet whether the panel got it",
  );
  panel.say({ kind: "poll", detail: "poll" });
  assertEquals((await rig.journal.recent(1))[0]!.alarm.told, true);
  assertEquals(await rig.steps(), ["received", "stored", "acknowledged"]);
  assertEquals([rig.counters["alarms"], rig.counters["polls"]], [1, 1]);
});

Deno.test("the journal fails: negative answer, nothing is remembered, and the repeat is stored as new", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  rig.journal.failure = DISK_FULL;
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(panel.sent, [0x15]);
  assertEquals(rig.counters["not-stored:disk-full"], 1);
  assertEquals(rig.deliver(), []);
  rig.journal.failure = undefined;
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(panel.sent, [0x15, 0x06]);
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
});

Deno.test("pass-through: acknowledged when the next stage has it", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect("pass-through", 5000);
  panel.alarm(panelAlarm());
  await soon();
  assertEquals([panel.sent, rig.intake.waiting], [[], 1]);
  rig.deliver();
  await soon();
  assertEquals([panel.sent, rig.intake.waiting], [[0x06], 0]);
});

Deno.test("pass-through, too late: negative answer, and the repeat is acknowledged without a second alarm", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect("pass-through");
  panel.alarm(panelAlarm());
  await until(() => panel.sent.length > 0, "the answer");
  assertEquals(panel.sent, [0x15]);
  assertEquals(rig.counters["not-passed-through"], 1);
  assertEquals(await rig.steps(), ["received", "stored", "failed"]);
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(panel.sent, [0x15, 0x06]);
  assertEquals(rig.deliver(), []);
  assertEquals(rig.counters["repeats"], 1);
});

Deno.test("pass-through: late delivery of the queue's own copy is known to the repeat", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect("pass-through");
  panel.alarm(panelAlarm());
  await until(() => panel.sent.length > 0, "the answer");
  const waiting = rig.outbox.take(0)!;
  rig.intake.wasDelivered({ ...waiting.alarm, deliveredAt: Date.now() });
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(panel.sent, [0x15, 0x06]);
});

Deno.test("text that follows goes with the alarm", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const of = panel.alarm(panelAlarm("#1234|NBA01", false));
  await soon();
  assertEquals(panel.sent, [0x06], "the event block is acknowledged on its own");
  assertEquals(rig.deliver(), [], "waits for its text");
  panel.say({ kind: "text", ref: 9, of, alarm: panelAlarm("#1234|NBA01^HALL") });
  await soon();
  assertEquals(panel.session.settled.at(-1), [9, "accepted"]);
  assertEquals(rig.deliver(), ["#1234|NBA01^HALL"]);
});

Deno.test("no text follows: the alarm goes without", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const ref = panel.alarm(panelAlarm("#1234|NBA01", false));
  await soon();
  panel.say({ kind: "complete", ref });
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
  assertEquals((await rig.journal.recent(1))[0]!.alarm.open, false);
});

Deno.test("pass-through does not wait for text; it is noted", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect("pass-through", 5000);
  const of = panel.alarm(panelAlarm("#1234|NBA01", false));
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
  await soon();
  panel.say({ kind: "text", ref: 9, of, alarm: panelAlarm("#1234|NBA01^HALL") });
  await soon();
  assertEquals(panel.session.settled.at(-1), [9, "accepted"]);
  assertEquals(rig.deliver(), []);
  assert((await rig.steps()).includes("amended"));
});

Deno.test("the journal cannot take the text: negative answer; the panel's second try brings it", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const of = panel.alarm(panelAlarm("#1234|NBA01", false));
  await soon();
  rig.journal.failure = DISK_FULL;
  panel.say({ kind: "text", ref: 8, of, alarm: panelAlarm("#1234|NBA01^HALL") });
  await soon();
  assertEquals(panel.session.settled.at(-1), [8, "failed"]);
  rig.journal.failure = undefined;
  panel.say({ kind: "text", ref: 9, of, alarm: panelAlarm("#1234|NBA01^HALL") });
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01^HALL"]);
});

Deno.test("the journal cannot take the text and the panel says no more: the alarm goes without", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const of = panel.alarm(panelAlarm("#1234|NBA01", false));
  await soon();
  rig.journal.failure = DISK_FULL;
  panel.say({ kind: "text", ref: 8, of, alarm: panelAlarm("#1234|NBA01^HALL") });
  await soon();
  panel.say({ kind: "complete", ref: of });
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
});

Deno.test("closed while an alarm that may get text is being stored: it goes its way", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const ref = panel.alarm(panelAlarm("#1234|NBA01", false));
  panel.session.lastWords = [{ kind: "complete", ref }];
  panel.link.closed("gone");
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
  assert(!(await rig.steps()).includes("acknowledged"), "nobody was there to be acknowledged");
});

Deno.test("closed with text behind an alarm that is being stored: it goes with its text", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const of = panel.alarm(panelAlarm("#1234|NBA01", false));
  panel.session.lastWords = [{ kind: "text", ref: 2, of, alarm: panelAlarm("#1234|NBA01^HALL") }];
  panel.link.closed("gone");
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01^HALL"]);
});

Deno.test("closed while the journal cannot take the text: the alarm goes without", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const of = panel.alarm(panelAlarm("#1234|NBA01", false));
  await soon();
  rig.journal.failure = DISK_FULL;
  panel.say({ kind: "text", ref: 8, of, alarm: panelAlarm("#1234|NBA01^HALL") });
  panel.link.closed("gone");
  await soon();
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
});

Deno.test("closed before the acknowledgement: the repeat is acknowledged, and the alarm goes once", async () => {
  const rig = await PanelRig.open();
  const first = rig.connect();
  first.alarm(panelAlarm());
  first.link.closed("gone");
  await soon();
  const second = rig.connect();
  second.alarm(panelAlarm());
  await soon();
  assertEquals(second.sent, [0x06]);
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
});

Deno.test("closed right after the acknowledgement: a repeat goes on, marked as a possible repeat", async () => {
  const rig = await PanelRig.open();
  const first = rig.connect();
  first.alarm(panelAlarm());
  await soon();
  first.link.closed("gone");
  const second = rig.connect();
  second.alarm(panelAlarm());
  await soon();
  second.alarm(panelAlarm());
  await soon();
  assertEquals(
    rig.deliver(),
    ["#1234|NBA01", "#1234|OBA01", "#1234|NBA01"],
    "only the first after the break",
  );
  const { alarm } = (await rig.journal.recent(2))[1]!;
  assertEquals(alarm.events[0]!.flags, ["possible-duplicate"]);
});

Deno.test("closed while it waits in pass-through: the alarm is delivered, and a repeat is no second alarm", async () => {
  const rig = await PanelRig.open();
  const first = rig.connect("pass-through", 5000);
  first.alarm(panelAlarm());
  await soon();
  first.link.closed("gone");
  assertEquals(rig.deliver(), ["#1234|NBA01"]);
  await soon();
  const second = rig.connect("pass-through", 5000);
  second.alarm(panelAlarm());
  await soon();
  assertEquals(second.sent, [0x06]);
  assertEquals(rig.deliver(), []);
});

Deno.test("settled() waits for the alarm under way, and no longer than it is told", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect("pass-through", 5000);
  await panel.link.settled(1000);
  panel.alarm(panelAlarm());
  await panel.link.settled(20);
  assertEquals(panel.sent, [], "it was told not to wait longer");
  const waiting = panel.link.settled(5000);
  rig.intake.giveUp();
  await waiting;
  assertEquals(panel.sent, [0x15]);
});

Deno.test("refused bytes are counted by rule and logged; a session that is over closes the connection", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  panel.say(
    { kind: "refused", offset: 3, rule: "parity", message: "m", raw: new Uint8Array(2) },
    { kind: "repeat", ref: 1 },
    { kind: "close", reason: "enough" },
  );
  assertEquals([rig.counters["parity"], rig.counters["repeats"]], [1, 1]);
  assertEquals(rig.logged, ["parity", "panel-closed"]);
  assert(panel.connection.isClosed);
  panel.link.close();
});
