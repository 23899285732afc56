import { assertEquals } from "@std/assert";
import { Wake } from "../../src/gateway/wake.ts";
import { until } from "../support/until.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("a wake calls once, at its time, and can be set again from its own call", async () => {
  let calls = 0;
  const wake = new Wake(() => void (++calls < 3 && wake.set(Date.now())));
  const time = Date.now() + 15;
  wake.set(time);
  let early = false;
  await until(() => {
    early ||= calls > 0 && Date.now() < time;
    return calls === 3;
  }, "three calls");
  assertEquals(early, false);
  await sleep(20);
  assertEquals(calls, 3);
});

Deno.test("a wake moved forward calls early; moved back it may call early, never late", async () => {
  let calls = 0;
  const wake = new Wake(() => void calls++);
  wake.set(Date.now() + 60_000);
  wake.set(Date.now() + 5);
  wake.set(Date.now() + 60_000);
  await until(() => calls > 0, "the call");
  await sleep(20);
  assertEquals(calls, 1);
});

Deno.test("a wake set to never, cleared, or beyond what a timer can hold does not call", async () => {
  let calls = 0;
  const wake = new Wake(() => void calls++);
  wake.set(Date.now() + 1);
  wake.set(undefined);
  wake.set(Date.now() + 1e12);
  await sleep(10);
  wake.clear();
  wake.set(Date.now() + 1);
  wake.clear();
  await sleep(10);
  assertEquals(calls, 0);
});
