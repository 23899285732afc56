/** Alarms that an AE will not take share the line with those that it does. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { type Answer, TurnedOutput } from "./turned_output.ts";

const MINUTE = 60_000;
const ACK = 0x06, NAK = 0x15;
/** An account that the AE does not know. */
const UNKNOWN = "1234";

/** Three alarms of an unknown account stand first; then, for twenty minutes, every minute one that is taken. */
async function twentyMinutes(output: TurnedOutput): Promise<string[]> {
  for (const id of ["P0", "P1", "P2"]) await output.add(id, UNKNOWN);
  // Until each has been left unanswered three times.
  await output.pass(5 * MINUTE);
  const fresh: string[] = [];
  for (let minute = 0; minute < 20; minute++) {
    fresh.push(`F${minute}`);
    await output.add(`F${minute}`, "5678");
    await output.pass(MINUTE);
    assertEquals(output.delivered, fresh, "not within the minute");
  }
  return fresh;
}

const EACH: [string, Parameters<typeof TurnedOutput.open>[0], Answer][] = [
  ["refuses with twenty NAKs", { heartbeatMs: 0 }, (line) => line.includes("1234E1") ? NAK : ACK],
  [
    "leaves unanswered, though it answers all else",
    { heartbeatMs: 30_000 },
    (line) => line.includes("1234E1") ? undefined : ACK,
  ],
];

for (const [does, options, answer] of EACH) {
  Deno.test(`three alarms stand first that the AE ${does}: fresh ones are delivered within the minute, those are tried on`, async () => {
    await using output = await TurnedOutput.open(options);
    output.answer = answer;
    const fresh = await twentyMinutes(output);
    assert(output.faults.all.some(({ rule }) => rule === "ae-refuses:rct"));
    const late = output.lines.filter(({ ms, line }) => ms > 15 * MINUTE && line.includes("1234E1"));
    assert(late.length > 0, "given up for good");
    // The AE learns the account: all arrive, and the fault goes.
    output.answer = () => ACK;
    for (let minute = 0; output.delivered.length < fresh.length + 3 && minute < 60; minute++) {
      await output.pass(MINUTE);
    }
    assertEquals(output.delivered.slice(fresh.length).sort(), ["P0", "P1", "P2"]);
    assertEquals(output.faults.all.filter(({ rule }) => rule === "ae-refuses:rct"), []);
  });
}

Deno.test("an alarm that the AE refuses on and on costs a few rows of the journal at each try, however many NAKs that takes", async () => {
  await using output = await TurnedOutput.open({ heartbeatMs: 0 });
  output.answer = () => NAK;
  await output.add("A0", UNKNOWN);
  await output.pass(60 * MINUTE);
  const tries = output.lines.length / 20;
  assert(tries > 30, `${tries} tries in an hour`);
  assertLess(await output.rows("A0"), 6 * tries);
});

Deno.test("the AE takes the first of two events and refuses the second: what comes again says that it is a repeat", async () => {
  await using output = await TurnedOutput.open({ heartbeatMs: 0, nakLimit: 1 });
  output.answer = (line) => line.includes("HA263") ? ACK : NAK;
  const data = Uint8Array.fromHex("05021001070121" + "05021001080121");
  await output.add("A0", UNKNOWN, { protocol: "vds2465", data });
  await output.pass(2 * MINUTE);
  const lines = output.lines.map(({ line }) => /\|(\w+)\]/.exec(line)?.[1]);
  assertEquals(lines.slice(0, 4), ["NHA263", "NHA264", "OHA263", "OHA264"]);
  assertEquals(lines.filter((line) => line?.startsWith("N")), ["NHA263", "NHA264"]);
});

Deno.test("the AE refuses both events: what comes again is no repeat, as it has none of it", async () => {
  await using output = await TurnedOutput.open({ heartbeatMs: 0, nakLimit: 1 });
  output.answer = () => NAK;
  const data = Uint8Array.fromHex("05021001070121" + "05021001080121");
  await output.add("A0", UNKNOWN, { protocol: "vds2465", data });
  await output.pass(2 * MINUTE);
  const lines = output.lines.map(({ line }) => /\|(\w+)\]/.exec(line)?.[1]);
  assertEquals(lines.slice(0, 4), ["NHA263", "NHA264", "NHA263", "NHA264"]);
});

Deno.test("without heartbeats, an alarm that the AE never answers lets others try, and those are delivered", async () => {
  await using output = await TurnedOutput.open({ heartbeatMs: 0 });
  output.answer = (line) => line.includes("1234E1") ? undefined : ACK;
  await output.add("P0", UNKNOWN);
  await output.pass(5 * MINUTE);
  await output.add("F0", "5678");
  await output.pass(5 * MINUTE);
  assertEquals(output.delivered, ["F0"]);
});
