import { assertEquals } from "@std/assert";
import { reconnect } from "../../src/transport/reconnect.ts";

Deno.test("reconnect(): closing it cuts the pause short, and no attempt follows", async () => {
  let attempts = 0;
  const connection = reconnect({ retryMs: 3_600_000, maxRetryMs: 3_600_000 }, () => {
    attempts++;
    return Promise.resolve(false);
  }, () => {});
  // The attempt has ended by then, and the pause begun.
  await new Promise((resolve) => setTimeout(resolve, 0));
  await connection.close();
  await connection.close();
  assertEquals(attempts, 1);
});

Deno.test("reconnect(): closing it ends the connection that is up, and waits for its end", async () => {
  const told: string[] = [];
  const up = Promise.withResolvers<void>();
  const connection = reconnect({ retryMs: 1, maxRetryMs: 1 }, async (_, stop) => {
    await up.promise;
    told.push(`ended, ${stop.aborted ? "as it is to" : "by itself"}`);
    return true;
  }, () => {
    told.push("hung up");
    up.resolve();
  });
  await connection.close();
  assertEquals(told, ["hung up", "ended, as it is to"]);
});
