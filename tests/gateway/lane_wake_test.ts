/** An output that may have something to do is told so, whatever the other outputs of its route are at. */
import { assertEquals } from "@std/assert";
import { until } from "../support/until.ts";
import { settled, store } from "./outbox_rig.ts";
import { PlayedOutputs } from "./played_ends.ts";

Deno.test("the first AE refuses at once, the second takes its time: more alarms than can wait in between all arrive", async () => {
  await using rig = await PlayedOutputs.two();
  const [east, west] = rig.ends;
  east.onOffer = () => void queueMicrotask(() => east.refuses());
  west.onOffer = () => void setTimeout(() => west.takes(), 0);
  const ids = Array.from({ length: 300 }, (_, at) => `A${String(at).padStart(3, "0")}`);
  for (const id of ids) await store(rig.journal, id, { lane: "route", offered: true });
  east.comes();
  west.comes();
  await rig.lane.outbox.start();
  const all = until(() => rig.delivered.length >= ids.length, `${ids.length} deliveries`, 20_000);
  await all.catch((error) => {
    throw new Error(`${error.message}: ${rig.delivered.length} came, and then nothing more`);
  });
  assertEquals(rig.delivered, ids, "in order");
});

Deno.test("an AE that was silent is tried after a minute, although the second has not stopped taking alarms", async () => {
  await using rig = await PlayedOutputs.two();
  const [east, west] = rig.ends;
  east.comes();
  west.comes();
  await rig.add("A0", "A1", "A2", "A3");
  east.isSilent();
  assertEquals([east.got, west.got], [["A0"], ["A0*"]]);
  rig.skewMs += 61_000;
  west.takes();
  await settled();
  assertEquals([east.got, west.got], [["A0", "A1"], ["A0*", "A2"]]);
  east.owner.tell({ kind: "present" });
  east.takes();
  west.takes();
  await settled();
  assertEquals([east.got.at(-1), west.got.at(-1)], ["A3", "A2"], "it is back, and the first again");
});

Deno.test("an AE that is called for each alarm comes first, and does not take the call: the second does not wait for that", async () => {
  await using rig = await PlayedOutputs.two();
  const [east, west] = rig.ends;
  east.onDemand = true;
  east.up = false;
  west.comes();
  await rig.add("A0");
  assertEquals([east.wanted > 0, west.got], [true, ["A0"]], "called, and meanwhile the other has it");
  west.takes();
  await rig.add("A1");
  assertEquals(west.got, ["A0", "A1"]);
  west.takes();
  // A minute later it is called again.
  rig.skewMs += 61_000;
  east.wanted = 0;
  await rig.add("A2");
  assertEquals([east.wanted > 0, west.got], [true, ["A0", "A1", "A2"]]);
  west.takes();
  // It answers the call at last: it is the first again.
  east.comes();
  await rig.add("A3");
  assertEquals([east.got, west.got.at(-1)], [["A3"], "A2"]);
});
