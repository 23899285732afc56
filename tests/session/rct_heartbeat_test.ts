import { assertEquals } from "@std/assert";
import { RctHeartbeat } from "../../src/session/rct_heartbeat.ts";

const state = ({ intervalMs, pollMs, pollMode }: RctHeartbeat) => [intervalMs, pollMs, pollMode];
const push = (seconds: number) => ({ intervalMs: seconds * 1000, pollMode: "push" as const });
const pull = (seconds: number) => ({ intervalMs: seconds * 1000, pollMode: "pull" as const });

Deno.test("what is agreed is in force, and ends every doubt", () => {
  const beat = new RctHeartbeat(push(30));
  beat.ask(pull(60));
  beat.lost();
  beat.agree(push(40));
  assertEquals(state(beat), [40_000, 40_000, "push"]);
  beat.refused();
  assertEquals(state(beat), [40_000, 40_000, "push"]);
});

Deno.test("a refusal ends the doubt of that request, and no other", () => {
  const beat = new RctHeartbeat(push(30));
  beat.ask(pull(60));
  beat.refused();
  assertEquals(state(beat), [30_000, 30_000, "push"]);
  beat.ask(pull(20));
  beat.lost();
  beat.ask(push(90));
  beat.refused();
  assertEquals(state(beat), [90_000, 20_000, "pull"]);
});

Deno.test("a thousand requests without an answer are no more than their extremes", () => {
  const beat = new RctHeartbeat(push(30));
  for (let i = 10; i < 1010; i++) {
    beat.ask(i === 500 ? pull(i) : push(i));
    beat.lost();
  }
  assertEquals(state(beat), [1_009_000, 10_000, "pull"]);
});
