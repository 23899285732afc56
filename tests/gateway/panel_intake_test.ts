import { assert, assertEquals } from "@std/assert";
import { panelAlarm, PanelRig, soon } from "./panel_rig.ts";

const HOUR = 3_600_000;

/** Runs with the clocks `ms` ahead. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const { now } = Date, perf = performance.now;
  Date.now = () => now() + ms;
  performance.now = () => perf.call(performance) + ms;
  try {
    return await work();
  } finally {
    Date.now = now;
    performance.now = perf;
  }
}

Deno.test("the same alarm on two connections while it is being stored is one alarm", async () => {
  const { intake, deliver } = bound(await PanelRig.open());
  const [a, b] = await Promise.all([
    intake.take("galaxy", "a", panelAlarm(), "store-and-forward"),
    intake.take("galaxy", "b", panelAlarm(), "store-and-forward"),
  ]);
  assertEquals([a.joined, b.joined, a.alarm.id === b.alarm.id], [false, true, true]);
  assertEquals(deliver(), ["#1234|NBA01"]);
});

Deno.test("the same bytes from another input are another alarm", async () => {
  const { intake, deliver } = bound(await PanelRig.open());
  await intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  await intake.take("premier", "a", panelAlarm(), "store-and-forward");
  assertEquals(deliver().length, 2);
});

Deno.test("the second acknowledgement of a joined alarm does not make the panel's next one forgotten", async () => {
  const { intake } = bound(await PanelRig.open());
  const { raw } = panelAlarm();
  const [a, b] = await Promise.all([
    intake.take("galaxy", "a", panelAlarm(), "store-and-forward"),
    intake.take("galaxy", "b", panelAlarm(), "store-and-forward"),
  ]);
  intake.acknowledged(a.alarm, raw);
  const next = await intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  assert(!next.joined);
  intake.acknowledged(b.alarm, raw);
  assert(
    (await intake.take("galaxy", "a", panelAlarm(), "store-and-forward")).joined,
    "stored a second time",
  );
});

Deno.test("a panel that gave up in pass-through: the same alarm an hour later is a new alarm", async () => {
  const { intake, deliver } = bound(await PanelRig.open());
  await intake.take("galaxy", "a", panelAlarm(), "pass-through");
  assertEquals(deliver(), ["#1234|NBA01"], "delivered after the panel had given up");
  await later(HOUR, async () => {
    const again = await intake.take("galaxy", "a", panelAlarm(), "pass-through");
    assert(!again.joined, "a burglary was swallowed");
    assertEquals(deliver(), ["#1234|NBA01"]);
  });
});

Deno.test("a panel that gave up in pass-through while nothing got through: an hour later it is a new alarm", async () => {
  const { intake, deliver } = bound(await PanelRig.open());
  await intake.take("galaxy", "a", panelAlarm(), "pass-through");
  await later(HOUR, async () => {
    assert(!(await intake.take("galaxy", "a", panelAlarm(), "pass-through")).joined);
  });
  assertEquals(deliver().length, 2);
});

Deno.test("between one and ten minutes after late delivery the same bytes go on, marked as a possible repeat", async () => {
  const { intake, deliver } = bound(await PanelRig.open());
  await intake.take("galaxy", "a", panelAlarm(), "pass-through");
  deliver();
  await later(120_000, () => intake.take("galaxy", "a", panelAlarm(), "pass-through"));
  assertEquals(deliver(), ["#1234|OBA01"]);
});

Deno.test("after a restart the repeat of an alarm whose panel was never told is marked, once", async () => {
  const rig = await PanelRig.open();
  await rig.intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  const after = await PanelRig.open(rig.journal.crash());
  await after.intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  assertEquals(after.deliver(), ["#1234|NBA01", "#1234|OBA01"]);
});

Deno.test("after a restart the alarm of a panel that was told is not suspected", async () => {
  const rig = await PanelRig.open();
  const { alarm } = await rig.intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  rig.intake.proven(alarm);
  await rig.journal.flush();
  const after = await PanelRig.open(rig.journal.crash());
  await after.intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  assertEquals(after.deliver(), ["#1234|NBA01", "#1234|NBA01"]);
});

Deno.test("a suspicion ends: two minutes after a broken connection the same bytes are a new alarm", async () => {
  const rig = await PanelRig.open();
  const { alarm } = await rig.intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  rig.intake.acknowledged(alarm, panelAlarm().raw);
  rig.intake.unproven(alarm, panelAlarm().raw, Date.now());
  await later(120_000, () => rig.intake.take("galaxy", "a", panelAlarm(), "store-and-forward"));
  assertEquals(rig.deliver(), ["#1234|NBA01", "#1234|NBA01"]);
});

Deno.test("a marked alarm stays marked when its text comes", async () => {
  const rig = await PanelRig.open();
  await rig.intake.take("galaxy", "a", panelAlarm(), "store-and-forward");
  const after = await PanelRig.open(rig.journal.crash());
  const { alarm } = await after.intake.take(
    "galaxy",
    "a",
    panelAlarm("#1234|NBA01", false),
    "store-and-forward",
  );
  await after.intake.amend(alarm, panelAlarm("#1234|NBA01^HALL"));
  assertEquals(after.deliver(), ["#1234|NBA01", "#1234|OBA01^HALL"]);
  assertEquals(alarm.events[0]!.flags, ["possible-duplicate"]);
});

Deno.test("delivered() is true at once for what is delivered, and false when the time is over or the gateway stops", async () => {
  const rig = await PanelRig.open();
  const { alarm } = await rig.intake.take("galaxy", "a", panelAlarm(), "pass-through");
  assertEquals(await rig.intake.delivered(alarm, 10), false);
  const two = [rig.intake.delivered(alarm, 5000), rig.intake.delivered(alarm, 5000)];
  assertEquals(rig.intake.waiting, 1, "one alarm is waited for");
  rig.intake.giveUp();
  assertEquals(await Promise.all(two), [false, false]);
  rig.deliver();
  await soon();
  assertEquals(await rig.intake.delivered(alarm, 5000), true);
});

function bound(rig: PanelRig) {
  return { intake: rig.intake, deliver: () => rig.deliver() };
}
