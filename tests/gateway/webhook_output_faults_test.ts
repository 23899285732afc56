import { assert, assertEquals } from "@std/assert";
import { freePort } from "../../src/demo/free_port.ts";
import "../support/own_ports.ts";
import { until } from "../support/until.ts";
import { raw, Rig, serve } from "./webhook_rig.ts";

Deno.test("an endless answer is not read to its end, delivered or refused", async () => {
  for (const status of [200, 400]) {
    let cancelled = false;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x41)),
          cancel: () => {
            cancelled = true;
          },
        }),
        { status },
      );
    await using server = serve(endless);
    await using rig = new Rig(server.url);
    rig.add("a1");
    const outcome = await rig.first();
    assertEquals(outcome.kind, status === 200 ? "delivered" : "refused");
    if (outcome.kind === "refused") assert(outcome.message.length < 400);
    await until(() => cancelled, "the end of the connection");
  }
});

Deno.test("no answer in time: the attempt is given up, and made again", async () => {
  await using server = raw(undefined, false);
  await using rig = new Rig(server.url, { timeoutMs: 500, tries: 2 });
  rig.add("a1");
  const outcome = await rig.first();
  assert(outcome.kind === "absent");
  assertEquals([outcome.rule, outcome.id, rig.attempts()], ["timeout", "a1", 2]);
});

Deno.test("servers that break off, speak no HTTP or want another protocol: absent, with a reason, and never a throw", async () => {
  const cases: [string | undefined, boolean, string][] = [
    [undefined, true, "unreachable"],
    ["HTTP/1.1 200 OK", true, "unreachable bad-answer"],
    ["SSH-2.0-OpenSSH_9.2\r\n", true, "bad-answer unreachable"],
    ["\x00\x01\x02\x03".repeat(100), true, "bad-answer unreachable"],
    [`HTTP/1.1 200 OK\r\nx: ${"y".repeat(40_000)}\r\n\r\n`, true, "bad-answer unreachable"],
    ["HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", false, "unreachable"],
  ];
  for (const [send, close, rules] of cases) {
    await using server = raw(send, close);
    await using rig = new Rig(server.url, { tries: 1, timeoutMs: 20_000 });
    rig.add("a1");
    const outcome = await rig.first();
    assert(outcome.kind === "absent", `${send?.slice(0, 20)}: ${JSON.stringify(outcome)}`);
    assert(rules.split(" ").includes(outcome.rule), `${send?.slice(0, 20)}: ${JSON.stringify(outcome)}`);
    assertEquals(outcome.message.includes("\n"), false);
  }
});

Deno.test("an answer whose body breaks off counts by its status", async () => {
  for (const [status, kind] of [["200 OK", "delivered"], ["404 Not Found", "refused"]] as const) {
    await using server = raw(`HTTP/1.1 ${status}\r\ncontent-length: 100\r\n\r\nhalf`, true);
    await using rig = new Rig(server.url);
    rig.add("a1");
    assertEquals((await rig.first()).kind, kind);
  }
});

Deno.test("an alarm is not called delivered by 100 Continue or 103 alone", async () => {
  await using server = raw("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", false);
  await using rig = new Rig(server.url, { timeoutMs: 300, tries: 1 });
  rig.add("a1");
  assertEquals((await rig.first()).kind, "absent");
  assertEquals(rig.outcomes(), ["absent a1 timeout"]);
});

Deno.test("nobody there: absent; when the receiver comes, the alarm that is offered again is delivered", async () => {
  const port = freePort("tcp");
  await using rig = new Rig(`http://127.0.0.1:${port}/alarms`, { tries: 3 });
  rig.add("a1");
  const outcome = await rig.first();
  assert(outcome.kind === "absent");
  assertEquals([outcome.rule, rig.attempts()], ["unreachable", 3]);
  const server = Deno.serve({ port, hostname: "127.0.0.1", onListen: () => {} }, () => new Response());
  rig.add("a1");
  await until(() => rig.outcomes().includes("delivered a1"), "the delivery");
  await server.shutdown();
});

Deno.test("closed while an answer is awaited: the alarm comes back as absent, and nothing is left open", async () => {
  await using server = raw(undefined, false);
  const rig = new Rig(server.url);
  rig.add("a1");
  await until(() => server.connections === 1, "the connection");
  await rig.output.close();
  assertEquals(rig.outcomes(), ["absent a1 stopped"]);
  assertEquals(rig.output.ready, false);
  await rig.output.close();
});

Deno.test("closed in a pause: no further attempt", async () => {
  await using server = serve(() => new Response(null, { status: 503 }));
  const rig = new Rig(server.url, { pauseMs: 60_000, pauseMaxMs: 60_000 });
  rig.add("a1");
  await until(() => server.received.length === 1, "the first attempt");
  await rig.output.close();
  assertEquals(rig.outcomes(), ["absent a1 stopped"]);
});
