import { assert, assertEquals, assertLess } from "@std/assert";
import { msToNtp, ntpToMs } from "../../src/ip/ntp_time.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

/** Two alarms, so that nothing is taken for a repeat. */
const FIRST = new TextEncoder().encode("1234181131010158\r\n");
const SECOND = new TextEncoder().encode("1234183131010156\r\n");
const AHEAD = 600_000;

async function send(pair: Pair, frame: Uint8Array): Promise<void> {
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(frame, isAck));
  panel.close();
}

/** How far the time of the latest alarm at the centre is ahead of this machine's clock, ms. */
async function lead(pair: Pair, alarms: number): Promise<number> {
  await until(async () => (await pair.rct.alarms(10)).length === alarms, `${alarms} alarms`);
  const [latest] = await pair.rct.alarms(1);
  return ntpToMs(latest!.alarm.time, Date.now()) - Date.now();
}

const setTime = async (pair: Pair, ms: number) => {
  const end = await pair.rct.ask("shop-12", { kind: "set-time", time: msToNtp(Date.now() + ms) });
  return end.kind === "answered" ? end.result : end.reason;
};

Deno.test("clock = own: a time of the RCT is compared only; a difference is a fault until it is gone", async () => {
  await using pair = await Pair.open();
  assertEquals(await setTime(pair, AHEAD), "RESP_TIME_NOT_SET");
  const faults = () => pair.spt.health(Date.now()).faults.map(({ rule }) => rule);
  assertEquals(faults(), ["clock-differs"]);
  await send(pair, FIRST);
  assertLess(Math.abs(await lead(pair, 1)), AHEAD / 2);
  assertEquals(await setTime(pair, 0), "RESP_TIME_NOT_SET");
  assertEquals(faults(), []);
});

Deno.test("clock = follow-rct: the time of alarms follows, forward and back, and the path stays up", async () => {
  await using pair = await Pair.open({ adjust: (spt) => void (spt.rct.clock = "follow-rct") });
  // Back first: an SPT never stamps an alarm earlier than the one before it.
  assertEquals(await setTime(pair, -AHEAD), "RESP_ACKNOWLEDGE");
  await send(pair, FIRST);
  assertLess(Math.abs(await lead(pair, 1) + AHEAD), AHEAD / 2);
  // The heartbeat of 2 s goes on at its pace: nothing waits for twenty minutes.
  const polls = async () => (await pair.rct.status(Date.now())).sites[0]!.counters["polls"] ?? 0;
  const before = await polls();
  await until(async () => await polls() >= before + 2, "two heartbeats");
  assertEquals(await setTime(pair, AHEAD), "RESP_ACKNOWLEDGE");
  await send(pair, SECOND);
  assertLess(Math.abs(await lead(pair, 2) - AHEAD), AHEAD / 2);
  await until(async () => await polls() >= before + 4, "two more heartbeats");
  // Late is nothing unusual; an alarm of the future is kept, delivered, and flagged.
  const flags = (await pair.rct.alarms(2)).map(({ alarm }) => alarm.events[0]?.flags.includes("clock-off"));
  assertEquals(flags, [true, false]);
  // Those of the start.
  assertEquals(
    pair.logged.filter(({ rule }) => rule === "path-failed" || rule === "path-setting-up").length,
    2,
  );
});

Deno.test("set_time: an SPT that has just started follows the RCT's clock at once, not at the next turn", async () => {
  await using pair = await Pair.open({
    adjust: (spt, rct) => {
      spt.rct.clock = "follow-rct";
      rct.sites[0]!.setTimeMs = 86_400_000;
    },
  });
  const set = async () => (await pair.rct.status(Date.now())).sites[0]!.counters["requests-sent"] ?? 0;
  await until(async () => await set() === 1, "the time set");
  await pair.spt.close();
  await pair.openSpt();
  await until(async () => await set() === 2, "the time set again");
});
