import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { httpApp } from "../../src/http/app.ts";
import { EventStream } from "../../src/http/event_stream.ts";
import { LiveFeed } from "../../src/http/live_feed.ts";
import { serveHttp } from "../../src/http/server.ts";
import { until } from "../support/until.ts";
import { LiveGateway } from "./live_gateway.ts";

const T0 = Date.UTC(2026, 0, 2, 3, 4, 5);
const decoder = new TextDecoder();

Deno.test("a client gets hello, then what happens, with rising ids and the type as the event's name", async () => {
  const gateway = new LiveGateway();
  gateway.startedAt = T0;
  const app = httpApp(gateway, { now: () => T0 + 5 });
  const answer = await app.request("/api/events");
  assertEquals(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assertEquals(answer.headers.get("cache-control"), "no-store");
  const reader = answer.body!.getReader();
  assertEquals(
    decoder.decode((await reader.read()).value),
    `retry: 2000\nid: ${T0}.0\nevent: hello\ndata: {"role":"rct","name":"Alarm centre north","version":"0.1.0",` +
      `"startedAt":"2026-01-02T03:04:05.000Z","now":"2026-01-02T03:04:05.005Z"}\n\n`,
  );
  gateway.tell({
    type: "hop",
    id: "7",
    account: "0042",
    label: "Fire\n\nevent: forged",
    hop: { at: T0 + 0.5, step: "sent", detail: "a\r\nb" },
  });
  gateway.tell({ type: "restored", rule: "output-absent", message: "The AE is back.", at: T0 });
  assertEquals(
    decoder.decode((await reader.read()).value),
    `id: ${T0}.1\nevent: hop\ndata: {"id":"7","account":"0042","label":"Fire\\n\\nevent: forged",` +
      `"hop":{"at":"2026-01-02T03:04:05.000500Z","step":"sent","detail":"a\\r\\nb"}}\n\n` +
      `id: ${T0}.2\nevent: restored\ndata: {"rule":"output-absent","message":"The AE is back.",` +
      `"at":"2026-01-02T03:04:05.000Z"}\n\n`,
  );
  await reader.cancel();
});

Deno.test("the gateway is listened to once, while somebody looks, and not a moment longer", async () => {
  const gateway = new LiveGateway();
  const feed = new LiveFeed(gateway);
  assertEquals(gateway.listeners.size, 0);
  const one = feed.join()!;
  const two = feed.join()!;
  assertEquals([gateway.listeners.size, feed.clients], [1, 2]);
  await one.cancel();
  assertEquals([gateway.listeners.size, feed.clients], [1, 1]);
  await two.cancel();
  assertEquals([gateway.listeners.size, feed.clients], [0, 0]);
  const again = feed.join()!;
  assertEquals(gateway.listeners.size, 1);
  await again.cancel();
  assertEquals(gateway.listeners.size, 0);
});

Deno.test("an idle connection is kept open with comments", async () => {
  const gateway = new LiveGateway();
  const feed = new LiveFeed(gateway, { pingMs: 20 });
  const reader = feed.join()!.getReader();
  await reader.read();
  assertEquals(decoder.decode((await reader.read()).value), ": ping\n\n");
  assertEquals(decoder.decode((await reader.read()).value), ": ping\n\n");
  await reader.cancel();
});

Deno.test("the client after the last that fits is sent away with 503 and let in when one leaves", async () => {
  const gateway = new LiveGateway();
  const app = httpApp(gateway);
  const inside = await Promise.all(Array.from({ length: 50 }, () => app.request("/api/events")));
  assert(inside.every(({ status }) => status === 200));
  const full = await app.request("/api/events");
  assertEquals([full.status, full.headers.get("retry-after")], [503, "5"]);
  assertEquals((await full.json()).error, "too-many-clients");
  await inside.pop()!.body!.cancel();
  const next = await app.request("/api/events");
  assertEquals(next.status, 200);
  for (const { body } of [...inside, next]) await body!.cancel();
  assertEquals(gateway.listeners.size, 0);
});

Deno.test("a client that does not read is dropped, the others miss nothing, and the gateway is not told to wait", async () => {
  const gateway = new LiveGateway();
  const feed = new LiveFeed(gateway, { clientBufferBytes: 4096 });
  const slow = feed.join()!;
  const quick = feed.join()!.getReader();
  let seen = "";
  const reading = (async () => {
    while (!seen.includes('"site":"199"')) seen += decoder.decode((await quick.read()).value);
  })();
  for (let i = 0; i < 200; i++) {
    gateway.tell({ type: "link", site: String(i), state: "failed", at: T0 });
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await reading;
  assertEquals(seen.match(/event: link/g)?.length, 200);
  assertEquals([feed.clients, feed.droppedSlow], [1, 1]);
  // The slow one finds its stream ended, with nothing of the queue kept for it.
  assertEquals(await new Response(slow).bytes(), new Uint8Array());
  await quick.cancel();
});

Deno.test("a stopped reader on a real socket is dropped and keeps its place until its connection is gone", async () => {
  const gateway = new LiveGateway();
  const app = httpApp(gateway, { maxClients: 1, clientBufferBytes: 64 * 1024 });
  const server = serveHttp(app, { port: 0, graceMs: 200 });
  const stuck = await Deno.connect(server.addr);
  await stuck.write(new TextEncoder().encode("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await until(() => gateway.listeners.size === 1, "the client");
  const message = "x".repeat(32 * 1024);
  for (let i = 0; i < 2000 && gateway.listeners.size > 0; i++) {
    gateway.tell({ type: "fault", rule: "flood", message, at: T0 });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals(gateway.listeners.size, 0);

  const ask = () => fetch(`http://127.0.0.1:${server.addr.port}/api/events`);
  const full = await ask();
  assertEquals(full.status, 503);
  await full.body?.cancel();
  stuck.close();
  await until(async () => {
    const next = await ask();
    await next.body?.cancel();
    return next.status === 200;
  }, "a place");
  await server.shutdown();
});

Deno.test("whatever is sent and however it is read, a stream gives the bytes in order or ends as slow", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 12 }), { maxLength: 20 }),
    fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
    async (chunks, reads) => {
      const ends: string[] = [];
      const stream = new EventStream(32, (why) => ends.push(why));
      const reader = stream.body.getReader();
      const sent: number[] = [];
      const got: number[] = [];
      for (const [i, chunk] of chunks.entries()) {
        const fits = stream.queued + chunk.length <= 32;
        stream.send(chunk);
        assertEquals(ends, fits ? [] : ["slow"]);
        if (!fits) {
          assertEquals((await reader.read()).done, true);
          stream.send(chunk);
          stream.close();
          assertEquals(ends, ["slow"]);
          return;
        }
        sent.push(...chunk);
        if (reads[i]) got.push(...(await reader.read()).value!);
      }
      if (stream.queued > 0) got.push(...(await reader.read()).value!);
      assertEquals(got, sent);
      stream.close();
      assertEquals((await reader.read()).done, true);
      assertEquals(ends, ["closing"]);
    },
  ));
});

Deno.test("ids tell a client of another start of the gateway apart", async () => {
  const gateway = new LiveGateway();
  gateway.startedAt = T0;
  const reader = new LiveFeed(gateway).join()!.getReader();
  assertMatch(decoder.decode((await reader.read()).value), new RegExp(`\\nid: ${T0}\\.0\\n`));
  await reader.cancel();
});
