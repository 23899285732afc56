import { assert, assertEquals, assertGreaterOrEqual, assertStringIncludes } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { settingsOf } from "../support/output_settings.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

/** Contact ID, 1234 18 1131 01 015, and the same for other zones; checksums computed in `tests/adapters/contact_id`. */
const FIRST = new TextEncoder().encode("1234181131010158\r\n");
const SECOND = new TextEncoder().encode("1234183131010156\r\n");

Deno.test("AE silent: a fault, the alarm is kept, and it is delivered once when the AE answers again", async () => {
  await using pair = await Pair.open({
    behaviour: { kind: "silent" },
    adjust: (_spt, rct) => {
      settingsOf(rct).waitMs = 50;
      settingsOf(rct).heartbeatMs = 500;
    },
  });
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(FIRST, isAck), "store-and-forward: the panel must be acknowledged");
  await until(
    () => pair.rct.health(Date.now()).faults.some(({ rule }) => rule === "ae-absent:automation"),
    "the fault",
  );
  // The AE that has not answered yet is a fault from the start: the alarm may still be on its way.
  await until(
    async () => (await pair.rct.status(Date.now())).outputs[0]?.queued === 1,
    "the alarm at the RCT",
  );
  pair.centre.ae.behaviour = { kind: "ack" };
  await until(async () => (await pair.rct.status(Date.now())).outputs[0]?.queued === 0, "an empty queue");
  assertEquals(pair.centre.alarms, 1);
  await until(() => pair.rct.health(Date.now()).ok, "health");
  panel.close();
});

Deno.test("AE silent in pass-through: the panel gets a negative answer, then the acknowledgement, and the AE one alarm", async () => {
  await using pair = await Pair.open({
    acknowledge: "pass-through",
    behaviour: { kind: "silent" },
    adjust: (spt, rct) => {
      settingsOf(rct).waitMs = 50;
      settingsOf(rct).heartbeatMs = 500;
      rct.sites[0]!.passThroughWaitMs = 300;
      for (const input of spt.inputs) input.passThroughWaitMs = 700;
    },
  });
  const answers: number[] = [];
  const panel = panelAt(pair.ports.contactId, 50);
  const acknowledged = panel.send(FIRST, (answer) => {
    answers.push(answer[0]!);
    return isAck(answer);
  });
  await until(() => answers.includes(0x15), "a negative answer");
  assert(!answers.includes(0x06), "acknowledged although the AE is silent");
  pair.centre.ae.behaviour = { kind: "ack" };
  assert(await acknowledged);
  const { alarms } = pair.centre;
  assertEquals([alarms, pair.centre.doubled], [1, 0]);
  panel.close();
});

Deno.test("AE that NAKs three times: the same line again until it takes it", async () => {
  await using pair = await Pair.open({ behaviour: { kind: "nak", times: 3 } });
  await until(async () => (await pair.rct.status(Date.now())).outputs[0]?.state === "present", "the AE");
  const panel = panelAt(pair.ports.contactId);
  pair.centre.ae.behaviour = { kind: "nak", times: 3 };
  assert(await panel.send(FIRST, isAck));
  // The panel is answered by the SPT's disk: the alarm itself may still be on its way to the RCT.
  await until(() => pair.centre.alarms === 1, "the alarm at the AE");
  await until(async () => (await pair.rct.status(Date.now())).outputs[0]?.queued === 0, "an empty queue");
  assertGreaterOrEqual(pair.centre.ae.alarms.length, 4);
  assertEquals(pair.centre.alarms, 1);
  panel.close();
});

Deno.test("AE that refuses one alarm for ever: a fault names it, and the alarms behind it go on", async () => {
  await using pair = await Pair.open({
    behaviour: { kind: "ack" },
    adjust: (_spt, rct) => void (settingsOf(rct).nakLimit = 2),
  });
  await until(async () => (await pair.rct.status(Date.now())).outputs[0]?.state === "present", "the AE");
  pair.centre.ae.behaviour = { kind: "nak", times: 2 };
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(FIRST, isAck));
  await until(
    () => pair.rct.health(Date.now()).faults.some(({ rule }) => rule === "ae-refuses:automation"),
    "the fault",
  );
  assert(await panel.send(SECOND, isAck));
  await until(() => pair.centre.lines.some((line) => line.includes("R131")), "the second alarm");
  const [fault] = pair.rct.health(Date.now()).faults;
  assertStringIncludes(fault!.message, "account 1234");
  assertEquals((await pair.rct.status(Date.now())).outputs[0]?.queued, 1, "the refused one must still wait");
  panel.close();
});

Deno.test("AE gone and back: the alarms of the time between are delivered, in order", async () => {
  await using pair = await Pair.open();
  await until(async () => (await pair.rct.status(Date.now())).outputs[0]?.state === "present", "the AE");
  await pair.centre.stop();
  await until(
    () => pair.rct.health(Date.now()).faults.some(({ rule }) => rule === "ae-absent:automation"),
    "the fault",
  );
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(FIRST, isAck));
  assert(await panel.send(SECOND, isAck));
  pair.centre.start();
  await until(() => pair.centre.alarms === 2, "both alarms");
  assertEquals(pair.centre.lines.map((line) => line.slice(5, 16)), ["181234E1310", "181234R1310"]);
  panel.close();
});
