import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { httpApp } from "../../src/http/app.ts";
import type { RemoteOrder, RemoteRefusal, RemoteResult, RemoteView } from "../../src/http/remote_view.ts";
import { serveHttp } from "../../src/http/server.ts";
import { LiveGateway } from "./live_gateway.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A way to panels that notes what is ordered. */
class Remote implements RemoteView {
  readonly ordered: [string, RemoteOrder][] = [];
  result: RemoteResult = { id: "7", outcome: "done", detail: "", data: encode("SA1") };

  refuses(site: string): RemoteRefusal | undefined {
    if (site === "kiosk") return { rule: "site-remote-off", message: "not at this site" };
    return site.startsWith("shop") ? undefined : { rule: "no-such-site", message: "no such site" };
  }

  command(site: string, order: RemoteOrder): Promise<RemoteResult> {
    this.ordered.push([site, order]);
    return Promise.resolve(this.result);
  }
}

class RemoteGateway extends LiveGateway {
  readonly remote = new Remote();
}

const HEADERS = { "x-tocsin": "command", "content-type": "application/json" };

function init(body: unknown, headers: Record<string, string> = HEADERS): RequestInit {
  return { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) };
}

Deno.test("a command is given, and its outcome answered, as text where it can be read", async () => {
  const gateway = new RemoteGateway();
  const app = httpApp(gateway);
  const body = { account: "1234", input: "galaxy", by: "operator 3", text: "CSA*1" };
  const answer = await app.request("/api/sites/shop%2012/command", init(body));
  assertEquals([answer.status, answer.headers.get("cache-control")], [200, "no-store"]);
  assertEquals(await answer.json(), { id: "7", outcome: "done", detail: "", data: "534131", text: "SA1" });
  gateway.remote.result = { id: "8", outcome: "rejected", detail: "why", data: Uint8Array.of(0, 65) };
  const second = await app.request("/api/sites/shop/command", init({ hex: "0502AB" }));
  assertEquals(await second.json(), { id: "8", outcome: "rejected", detail: "why", data: "0041", text: "" });
  assertEquals(gateway.remote.ordered, [
    ["shop 12", { account: "1234", input: "galaxy", by: "operator 3", data: encode("CSA*1") }],
    ["shop", { data: Uint8Array.of(5, 2, 0xab) }],
  ]);
});

Deno.test("what another site's page can send is refused, and so is everything from elsewhere", async () => {
  const gateway = new RemoteGateway();
  const app = httpApp(gateway);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const cases: [string, Record<string, string>, number, string][] = [
    ["shop", {}, 403, "header-missing"],
    ["shop", { "content-type": "application/json" }, 403, "header-missing"],
    ["shop", { ...HEADERS, "x-tocsin": "yes" }, 403, "header-missing"],
    ["shop", { ...HEADERS, ...form }, 403, "content-type"],
    ["shop", { ...HEADERS, "content-type": "text/plain" }, 403, "content-type"],
    ["shop", { ...HEADERS, "sec-fetch-site": "cross-site" }, 403, "cross-site"],
    ["shop", { ...HEADERS, host: "rebound.example" }, 421, "wrong-host"],
    ["kiosk", HEADERS, 403, "site-remote-off"],
    ["none", HEADERS, 404, "no-such-site"],
  ];
  for (const [site, headers, status, error] of cases) {
    const answer = await app.request(`/api/sites/${site}/command`, init({ text: "CSA*1" }, headers));
    assertEquals([answer.status, (await answer.json()).error], [status, error], JSON.stringify(headers));
  }
  // A page that asks the browser for leave gets none.
  const preflight = await app.request("/api/sites/shop/command", { method: "OPTIONS" });
  assertEquals([preflight.status, preflight.headers.get("access-control-allow-origin")], [405, null]);
  await preflight.body?.cancel();
  const get = await app.request("/api/sites/shop/command", { headers: HEADERS });
  assertEquals(get.status, 404);
  await get.body?.cancel();
  assertEquals(gateway.remote.ordered, []);
});

Deno.test("commands are taken only where the page listens on the loopback, and where there are panels", async () => {
  const gateway = new RemoteGateway();
  const say = async (app: ReturnType<typeof httpApp>, peer?: string) => {
    const answer = await app.request(
      "/api/sites/shop/command",
      init({ text: "C" }),
      peer === undefined ? {} : { peer },
    );
    return [answer.status, (await answer.json()).error ?? "done"];
  };
  for (const host of ["0.0.0.0", "192.0.2.7", "gateway.example", "::"]) {
    assertEquals(await say(httpApp(gateway, { hosts: [host] })), [403, "not-local"], host);
  }
  assertEquals(await say(httpApp(gateway), "192.0.2.9"), [403, "not-local"]);
  assertEquals(gateway.remote.ordered, []);
  for (const host of ["127.0.0.1", "::1", "[::1]", "localhost"]) {
    assertEquals(await say(httpApp(gateway, { hosts: [host] }), "127.0.0.1"), [200, "done"], host);
  }
  assertEquals(await say(httpApp(new LiveGateway())), [404, "remote-off"]);
});

Deno.test("a body that is no command is told in words, without what it holds", async () => {
  const gateway = new RemoteGateway();
  const app = httpApp(gateway);
  const cases: [unknown, number, string][] = [
    ["", 400, "not JSON"],
    ["{", 400, "not JSON"],
    ["[]", 400, "JSON object"],
    ["null", 400, "JSON object"],
    [{}, 400, "as text or as hex"],
    [{ text: "?543210", hex: "00" }, 400, "as text or as hex"],
    [{ text: 543210 }, 400, "text is to be text"],
    [{ text: "?543210\n" }, 400, "printable ASCII"],
    [{ text: "" }, 400, "printable ASCII"],
    [{ hex: "543210f" }, 400, "hex digits"],
    [{ hex: "" }, 400, "hex digits"],
    [{ text: "C", "543210": 1 }, 400, "a key that is not known"],
    [{ text: "543210".repeat(1000) }, 413, "4096 octets"],
  ];
  for (const [body, status, words] of cases) {
    const answer = await app.request("/api/sites/shop/command", init(body));
    const text = await answer.text();
    assertEquals(answer.status, status, text);
    assertStringIncludes(text, words);
    assert(!text.includes("543210"), text);
  }
  assertEquals(gateway.remote.ordered, []);
});

Deno.test("on a real socket the asker's address counts", async () => {
  const gateway = new RemoteGateway();
  const server = serveHttp(httpApp(gateway, { hosts: ["127.0.0.1"] }), { port: 0 });
  try {
    const url = `http://127.0.0.1:${server.addr.port}/api/sites/shop/command`;
    const answer = await fetch(url, init({ text: "CSA*1" }));
    assertEquals([answer.status, (await answer.json()).outcome], [200, "done"]);
    assertEquals(gateway.remote.ordered.length, 1);
  } finally {
    await server.shutdown();
  }
});
