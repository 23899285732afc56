import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { httpApp } from "../../src/http/app.ts";
import { HttpListenError, serveHttp } from "../../src/http/server.ts";
import { until } from "../support/until.ts";
import { LiveGateway } from "./live_gateway.ts";

Deno.test("the window listens on the loopback and answers", async () => {
  const server = serveHttp(httpApp(new LiveGateway()), { port: 0 });
  assertEquals(server.addr.hostname, "127.0.0.1");
  const answer = await fetch(`http://127.0.0.1:${server.addr.port}/healthz`);
  assertEquals(await answer.json(), { ok: true });
  await server.shutdown();
});

Deno.test("a rebound name is refused on the socket as well", async () => {
  const server = serveHttp(httpApp(new LiveGateway()), { port: 0 });
  const connection = await Deno.connect(server.addr);
  const ask = "GET /api/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(ask));
  const answer = await new Response(connection.readable).text();
  assertStringIncludes(answer, "HTTP/1.1 421 ");
  assertStringIncludes(answer, "wrong-host");
  await server.shutdown();
});

Deno.test("a client that hangs up is no longer listened for", async () => {
  const gateway = new LiveGateway();
  const server = serveHttp(httpApp(gateway), { port: 0 });
  const gone = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${server.addr.port}/api/events`, { signal: gone.signal });
  const reader = answer.body!.getReader();
  await reader.read();
  assertEquals(gateway.listeners.size, 1);
  gone.abort();
  await reader.read().catch(() => {});
  await until(() => gateway.listeners.size === 0, "nobody listens");
  await server.shutdown();
});

Deno.test("shutdown ends live feeds in order, lets an answer finish, and closes the socket", async () => {
  const gateway = new LiveGateway();
  const working = Promise.withResolvers<void>();
  const alarms = gateway.alarms.bind(gateway);
  let asked = false;
  gateway.alarms = async (limit) => {
    asked = true;
    await working.promise;
    return await alarms(limit);
  };
  const server = serveHttp(httpApp(gateway), { port: 0 });
  const base = `http://127.0.0.1:${server.addr.port}`;
  const live = await fetch(`${base}/api/events`);
  const slow = fetch(`${base}/api/alarms`);
  await until(() => asked, "the question at the gateway");

  const down = server.shutdown();
  assertEquals(down, server.shutdown());
  // The feed ends as a finished answer, not as a broken one.
  assertStringIncludes(await live.text(), "event: hello");
  assertEquals(gateway.listeners.size, 0);
  working.resolve();
  assertEquals((await slow).status, 200);
  assertEquals(await (await slow).json(), []);
  await down;
  const after = await Deno.connect(server.addr).then((c) => c.close()).catch((error: Error) => error);
  assert(after instanceof Deno.errors.ConnectionRefused);
});

Deno.test("shutdown does not wait for a client that does not read", async () => {
  let pulled = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    pulled++;
    controller.enqueue(new Uint8Array(65536));
  };
  const body = () => new ReadableStream<Uint8Array>({ pull });
  const server = serveHttp(new Hono().get("/", (c) => c.body(body())), { port: 0, graceMs: 100 });
  const stuck = await Deno.connect(server.addr);
  await stuck.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  // The answer is under way, and stands still: nobody takes any more of it.
  let before = -1;
  await until(async () => {
    before = pulled;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return pulled > 0 && pulled === before;
  }, "a client that does not read");
  let down = false;
  const ending = server.shutdown().then(() => void (down = true));
  await until(() => down, "the end, although the client has not read");
  await ending;
  stuck.close();
});

Deno.test("an address it cannot listen on is refused with what to do", async () => {
  const first = serveHttp(new Hono(), { port: 0 });
  const taken = assertThrows(() => serveHttp(new Hono(), { port: first.addr.port }), HttpListenError);
  assertEquals(taken.rule, "port-in-use");
  assertStringIncludes(taken.message, `127.0.0.1:${first.addr.port}: another program has that port.`);
  await first.shutdown();
  const away = assertThrows(() => serveHttp(new Hono(), { hostname: "192.0.2.1", port: 0 }), HttpListenError);
  assertEquals(away.rule, "address-not-here");
});
