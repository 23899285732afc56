import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { httpApp } from "../../src/http/app.ts";
import { hostAllowed } from "../../src/http/guards.ts";
import type { Status } from "../../src/http/view.ts";
import { JournalError } from "../../src/journal/journal.ts";
import { LiveGateway } from "./live_gateway.ts";

const T0 = Date.UTC(2026, 0, 2, 3, 4, 5);

Deno.test("GET /healthz is 200 while no fault stands and 503 with the faults while one does", async () => {
  const gateway = new LiveGateway();
  const app = httpApp(gateway);
  const well = await app.request("/healthz");
  assertEquals([well.status, await well.json()], [200, { ok: true }]);

  gateway.faults = [{ rule: "output-absent", message: "The AE does not answer.", since: T0 }];
  const ill = await app.request("/healthz");
  assertEquals(ill.status, 503);
  assertEquals(await ill.json(), {
    ok: false,
    faults: [{
      rule: "output-absent",
      message: "The AE does not answer.",
      since: "2026-01-02T03:04:05.000Z",
    }],
  });
});

Deno.test("GET /api/status shows the gateway with dates as RFC 3339", async () => {
  const gateway = new LiveGateway();
  gateway.startedAt = T0;
  gateway.sites = [{
    name: "Mill Lane",
    account: "027978",
    state: "connected",
    lastProofAgeMs: 1200,
    address: "192.0.2.10:50136",
    counters: { events: 3 },
  }];
  const answer = await httpApp(gateway, { now: () => T0 + 1000 }).request("/api/status");
  assertEquals(answer.headers.get("content-type"), "application/json");
  const status = await answer.json();
  assertEquals(status.role, "rct");
  assertEquals(status.startedAt, "2026-01-02T03:04:05.000Z");
  assertEquals(status.now, "2026-01-02T03:04:06.000Z");
  assertEquals(status.health, { ok: true, faults: [] });
  assertEquals(status.sites, gateway.sites);
  assertEquals(status.journal, { waiting: { ae: 0 }, stored: 0, bytes: 4096 });
});

Deno.test("a key left on the gateway's objects gets into no answer", async () => {
  const gateway = new LiveGateway();
  const secret = "5ec4e75ec4e75ec4e75ec4e75ec4e75e";
  const spoiled = <T extends object>(value: T): T => Object.assign(value, { masterKey: secret, key: secret });
  gateway.faults = [spoiled({ rule: "path-failed", message: "m", since: T0 })];
  gateway.sites = [
    spoiled({ name: "Mill Lane", state: "failed" as const, counters: spoiled({ events: 1 }) }),
  ];
  gateway.outputs = [
    spoiled({
      name: "ae",
      language: "sur-gard",
      where: "TCP",
      state: "absent" as const,
      queued: 1,
      counters: {},
    }),
  ];
  gateway.routes = [spoiled({ name: "either", mode: "first" as const, outputs: ["ae"], queued: 1 })];
  gateway.alarm(spoiled({ code: "BA" }));
  spoiled(gateway.lives[0]!.alarm);
  for (const hop of gateway.lives[0]!.hops) spoiled(hop);
  spoiled(gateway);
  const app = httpApp(gateway);
  for (const path of ["/healthz", "/api/status", "/api/alarms"]) {
    const text = await (await app.request(path)).text();
    assert(text.length > 50, path);
    assert(!text.includes(secret), path);
  }
  const reader = (await app.request("/api/events")).body!.getReader();
  gateway.tell(spoiled({ type: "hop", id: "1", account: "1", label: "x", hop: gateway.lives[0]!.hops[0]! }));
  gateway.tell(spoiled({ type: "fault", rule: "r", message: "m", at: T0 }));
  gateway.tell(spoiled({ type: "link", site: "s", state: "failed", at: T0 }));
  const text = new TextDecoder().decode((await reader.read()).value);
  assertStringIncludes(text, "event: link");
  assert(!text.includes(secret));
  await reader.cancel();
});

Deno.test("GET /api/alarms gives the latest alarms first with hex, decimal strings and hops", async () => {
  const gateway = new LiveGateway();
  gateway.alarm({ code: "BA" }, T0);
  const second = gateway.alarm({ code: "BR", zone: "0227", occurredAt: new Date(T0) }, T0 + 10);
  gateway.hop(second, "delivered", "ACK", T0 + 40.25);
  const answer = await httpApp(gateway).request("/api/alarms?limit=1");
  const alarms = await answer.json();
  assertEquals(alarms.length, 1);
  const [alarm] = alarms;
  assertEquals(alarm.id, second);
  assertEquals(alarm.state, "delivered");
  assertEquals(alarm.time, "16777216000000000000");
  assertEquals(alarm.raw, "4e7269322f4241323237");
  assertEquals(alarm.events[0].zone, "0227");
  assertEquals(alarm.events[0].occurredAt, "2026-01-02T03:04:05.000Z");
  assertEquals(alarm.hops.at(-1), { at: "2026-01-02T03:04:05.040250Z", step: "delivered", detail: "ACK" });
});

Deno.test("an alarm with a date that no calendar holds is shown all the same", async () => {
  const gateway = new LiveGateway();
  gateway.alarm({ code: "BA", occurredAt: new Date(Number.NaN), receivedAt: new Date(Number.NaN) }, T0);
  gateway.alarm({ code: "FA" }, T0);
  const answer = await httpApp(gateway).request("/api/alarms");
  assertEquals(answer.status, 200);
  const alarms = await answer.json();
  assertEquals(alarms.map((alarm: { events: { code: string }[] }) => alarm.events[0]?.code), ["FA", "BA"]);
  assertEquals(alarms[1].events[0].receivedAt, "2026-01-02T03:04:05.000Z");
  assertEquals("occurredAt" in alarms[1].events[0], false);
});

Deno.test("limit is 1 to 500, given once; anything else is refused with what to write instead", async () => {
  const gateway = new LiveGateway();
  for (let i = 0; i < 60; i++) gateway.alarm({}, T0 + i);
  const app = httpApp(gateway);
  for (const [query, length] of [["", 50], ["?limit=1", 1], ["?limit=007", 7], ["?limit=500", 60]] as const) {
    const answer = await app.request(`/api/alarms${query}`);
    assertEquals([answer.status, (await answer.json()).length], [200, length], query);
  }
  for (
    const bad of ["limit=0", "limit=501", "limit=-1", "limit=", "limit=1e2", "limit=5&limit=6", "limit=abc"]
  ) {
    const answer = await app.request(`/api/alarms?${bad}`);
    assertEquals(answer.status, 400, bad);
    const body = await answer.json();
    assertEquals(body.error, "bad-limit");
    assertMatch(body.message, /from 1 to 500, for example \/api\/alarms\?limit=50; it was "/);
  }
});

Deno.test("any text as limit is either a number from 1 to 500 or refused", async () => {
  const gateway = new LiveGateway();
  const app = httpApp(gateway);
  await fc.assert(fc.asyncProperty(fc.string(), async (text) => {
    const answer = await app.request(`/api/alarms?limit=${encodeURIComponent(text)}`);
    const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
    assertEquals(answer.status, number >= 1 && number <= 500 ? 200 : 400);
    await answer.body?.cancel();
  }));
});

Deno.test("a journal that fails or hangs is a 503 that says so, and is asked once however many wait", async () => {
  const gateway = new LiveGateway();
  const seen: unknown[] = [];
  const app = httpApp(gateway, {
    answerDeadlineMs: 40,
    answerMaxAgeMs: 0,
    onError: (error) => seen.push(error),
  });

  gateway.alarms = () => Promise.reject(new JournalError("corrupt", "The journal is damaged: restore it."));
  const corrupt = await app.request("/api/alarms");
  assertEquals(corrupt.status, 503);
  assertEquals(await corrupt.json(), {
    error: "journal-corrupt",
    message: "The journal is damaged: restore it.",
  });

  gateway.alarms = () => Promise.reject(new Error("password hunter2"));
  const inside = await app.request("/api/alarms");
  assertEquals(inside.status, 500);
  const text = await inside.text();
  assert(!text.includes("hunter2"));
  assertEquals(seen.length, 2);

  const hung = Promise.withResolvers<Status>();
  gateway.status = () => {
    gateway.asked++;
    return hung.promise;
  };
  const late = await Promise.all([app.request("/api/status"), app.request("/api/status")]);
  late.push(await app.request("/api/status"));
  for (const answer of late) {
    assertEquals(answer.status, 503);
    assertEquals((await answer.json()).error, "no-answer");
  }
  assertEquals(gateway.asked, 1);
  hung.resolve({
    sites: [],
    inputs: [],
    outputs: [],
    journal: { waiting: {}, stored: 0, bytes: 0 },
    counters: {},
  });
  await hung.promise;
  const well = await app.request("/api/status");
  assertEquals(well.status, 200);
  await well.body?.cancel();
});

Deno.test("outputs tell where they are, routes their queue, and events what their translation lost", async () => {
  const gateway = new LiveGateway();
  gateway.outputs = [
    { name: "ae", language: "dc09", where: "UDP 10.0.0.9:5000", state: "unknown", queued: 0, counters: {} },
  ];
  gateway.routes = [{ name: "either", mode: "first", outputs: ["ae", "b"], queued: 7 }];
  gateway.alarm({ lost: ['ae: text: text "Hall"'] });
  const app = httpApp(gateway);
  const status = await (await app.request("/api/status")).json();
  assertEquals(status.outputs, gateway.outputs);
  assertEquals(status.routes, gateway.routes);
  const [alarm] = await (await app.request("/api/alarms")).json();
  assertEquals(alarm.events[0].lost, ['ae: text: text "Hall"']);
  assertEquals((await (await httpApp(new LiveGateway()).request("/api/status")).json()).routes, undefined);
});

Deno.test("status is worked out once for everybody who asks within a moment, and anew after it", async () => {
  const gateway = new LiveGateway();
  const app = httpApp(gateway, { answerMaxAgeMs: 60 });
  const { now } = performance;
  let at = 1000;
  performance.now = () => at;
  try {
    for (let i = 0; i < 20; i++) await (await app.request("/api/status")).body?.cancel();
    assertEquals(gateway.asked, 1);
    at += 59;
    await (await app.request("/api/status")).body?.cancel();
    assertEquals(gateway.asked, 1);
    at += 1;
    gateway.sites = [{ name: "new", state: "unknown", counters: {} }];
    const status = await (await app.request("/api/status")).json();
    assertEquals(status.sites.length, 1);
    assertEquals(gateway.asked, 2);
  } finally {
    performance.now = now;
  }
});

Deno.test("every answer carries the headers that keep a browser safe", async () => {
  const app = httpApp(new LiveGateway());
  const requests: [string, RequestInit][] = [
    ["/", {}],
    ["/page.js", {}],
    ["/api/status", {}],
    ["/api/alarms?limit=x", {}],
    ["/nothing", {}],
    ["/", { method: "POST" }],
    ["/", { headers: { host: "evil.example" } }],
  ];
  for (const [path, init] of requests) {
    const answer = await app.request(path, init);
    await answer.body?.cancel();
    const { headers } = answer;
    const csp = headers.get("content-security-policy") ?? "";
    assertStringIncludes(csp, "default-src 'none'", path);
    assertStringIncludes(csp, "connect-src 'self'", path);
    assert(!csp.includes("unsafe"), path);
    assertEquals(headers.get("x-content-type-options"), "nosniff", path);
    assertEquals(headers.get("cache-control"), "no-store", path);
    assertEquals(headers.get("referrer-policy"), "no-referrer", path);
    assertEquals(headers.get("access-control-allow-origin"), null, path);
  }
});

Deno.test("only GET and HEAD are answered, and HEAD of the live feed leaves no client behind", async () => {
  const gateway = new LiveGateway();
  const app = httpApp(gateway);
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    for (const path of ["/", "/api/status", "/healthz", "/nothing"]) {
      const answer = await app.request(path, { method });
      assertEquals([answer.status, answer.headers.get("allow")], [405, "GET, HEAD"]);
      assertEquals((await answer.json()).error, "method-not-allowed");
    }
  }
  const head = await app.request("/api/events", { method: "HEAD" });
  assertEquals([head.status, head.body], [200, null]);
  assertEquals(head.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assertEquals(gateway.listeners.size, 0);
});

Deno.test("a request for another host is refused, so that a rebound name reads nothing", async () => {
  const app = httpApp(new LiveGateway(), { hosts: ["gateway.example", "2001:db8::5"] });
  const good = [
    "127.0.0.1",
    "127.0.0.1:8150",
    "127.1.2.3",
    "localhost:1",
    "LOCALHOST",
    "localhost.",
    "[::1]:8150",
    "gateway.example",
    "Gateway.Example:8150",
    "[2001:db8::5]:80",
  ];
  const bad = [
    "evil.example",
    "evil.example:8150",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "gateway.example.evil.example",
    "evil.example#127.0.0.1",
    "127.0.0.1@evil.example",
    "evil.example/127.0.0.1",
    "[::2]",
    "",
    ":80",
    "127.0.0.1:x",
    "192.0.2.1",
  ];
  for (const host of good) {
    assertEquals((await app.request("/healthz", { headers: { host } })).status, 200, host);
  }
  for (const host of bad) {
    const answer = await app.request("/api/alarms", { headers: { host } });
    assertEquals(answer.status, 421, host);
    assertEquals((await answer.json()).error, "wrong-host");
  }
});

Deno.test("no text is taken for a loopback host but those that are one", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    if (hostAllowed(text, [])) assertMatch(text, /^(127(\.\d+){3}|localhost\.?|\[::1\])(:\d+)?$/i);
  }));
  fc.assert(fc.property(fc.domain(), (name) => {
    assertEquals(hostAllowed(name, []), false);
    assertEquals(hostAllowed(name.toUpperCase(), [name]), true);
    assertEquals(hostAllowed(`127.0.0.1.${name}`, [name]), false);
  }));
});

Deno.test("the API is closed to other sites' pages in the operator's browser", async () => {
  const app = httpApp(new LiveGateway());
  const status = async (path: string, site: string) => {
    const answer = await app.request(path, { headers: { "sec-fetch-site": site } });
    await answer.body?.cancel();
    return answer.status;
  };
  for (const path of ["/api/status", "/api/alarms", "/api/events"]) {
    assertEquals(await status(path, "cross-site"), 403, path);
    assertEquals(await status(path, "same-site"), 403, path);
    assertEquals(await status(path, "same-origin"), 200, path);
    assertEquals(await status(path, "none"), 200, path);
  }
  // A link to the page from the company's wiki still opens it.
  assertEquals(await status("/", "cross-site"), 200);
});

Deno.test("the page is served with everything it refers to", async () => {
  const app = httpApp(new LiveGateway());
  const html = await (await app.request("/")).text();
  const references = [...html.matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"/g)].map((m) => m[1]!);
  assertEquals(new Set(references), new Set(["icon.svg", "page.css", "page.js"]));
  for (const path of references) {
    const answer = await app.request(`/${path}`);
    assertEquals(answer.status, 200, path);
    assert((await answer.text()).length > 100, path);
  }
  assertStringIncludes(html, "<noscript>");
  assert(
    !/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/.test(html),
    "inline code would be stopped by the CSP",
  );
  const missing = await app.request("/wp-login.php");
  assertEquals([missing.status, (await missing.json()).error], [404, "not-found"]);
});
