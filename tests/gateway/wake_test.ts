import { assertEquals } from "@std/assert";
import { Wake } from "../../src/gateway/wake.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("a wake calls once, at its time, and can be set again from its own call", async () => {
  let calls = 0;
  const wake = new Wake(() => void (++calls < 3 && wake.set(Date.now())));
  wake.set(Date.now() + 15);
  await sleep(2);
  assertEquals(calls, 0);
  await sleep(60);
  assertEquals(calls, 3);
});

Deno.test("a wake moved forward calls early; moved back it may call early, never late", async () => {
  let calls = 0;
  const wake = new Wake(() => void calls++);
  wake.set(Date.now() + 60_000);
  wake.set(Date.now() + 5);
  wake.set(Date.now() + 60_000);
  await sleep(40);
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
