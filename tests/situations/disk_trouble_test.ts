import { assert, assertEquals } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { JournalError } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const ALARM = new TextEncoder().encode("1234181131010158\r\n");

Deno.test("the SPT's disk is full: the panel is told so, never acknowledged, and all is well when there is room again", async () => {
  const journal = new MemoryJournal({ now: Date.now });
  await using pair = await Pair.open({ sptParts: { journal } });
  journal.failure = new JournalError("disk-full", "the disk is full");
  const panel = panelAt(pair.ports.contactId, 1);
  const answers: number[] = [];
  const watch = (answer: Uint8Array) => answers.push(answer[0]!) > 0 && isAck(answer);
  assertEquals(await panel.send(ALARM, watch), false);
  assertEquals(answers, [0x15]);
  assert(pair.logged.some(({ rule }) => rule === "not-stored:disk-full"));
  journal.failure = undefined;
  assertEquals(await panel.send(ALARM, watch), true);
  await until(() => pair.centre.alarms === 1, "the alarm at the AE");
  assertEquals(pair.centre.doubled, 0);
  panel.close();
});

Deno.test("the RCT's disk fails: the SPT keeps the alarm and offers it again until it is stored", async () => {
  const journal = new MemoryJournal({ now: Date.now });
  await using pair = await Pair.open({ rctParts: { journal } });
  journal.failure = new JournalError("io", "input/output error");
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(ALARM, isAck), "the SPT has it on its own disk");
  await until(
    async () => (await pair.spt.alarms(1))[0]!.hops.some(({ step }) => step === "refused"),
    "the refusal",
  );
  assertEquals(pair.centre.alarms, 0);
  journal.failure = undefined;
  await until(() => pair.centre.alarms === 1, "the alarm at the AE");
  panel.close();
});
