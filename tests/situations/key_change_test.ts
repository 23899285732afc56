import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const ALARM = new TextEncoder().encode("1234181131010158\r\n");

/** Sends the same alarm again and again; says how often when it is stopped. */
function flow(pair: Pair): { readonly sent: number; stop: () => Promise<number> } {
  const panel = panelAt(pair.ports.contactId);
  let flowing = true;
  let sent = 0;
  const done = (async () => {
    for (; flowing; sent++) assert(await panel.send(ALARM, isAck));
    return sent;
  })();
  return {
    get sent() {
      return sent;
    },
    stop: () => {
      flowing = false;
      return done.finally(() => panel.close());
    },
  };
}

Deno.test("session keys brought by the RCT under a flow of alarms: every alarm arrives, each key is taken", async () => {
  await using pair = await Pair.open();
  const alarms = flow(pair);
  const results: string[] = [];
  // A slow disk takes fewer alarms in the time of a key: it gets more keys.
  while (results.length < 25 || alarms.sent < 10) {
    const end = await pair.rct.ask("shop-12", { kind: "key" });
    results.push(end.kind === "answered" ? end.result : end.reason);
  }
  const sent = await alarms.stop();
  assertEquals(results, results.map(() => "RESP_ACKNOWLEDGE"));
  await until(() => pair.centre.ae.alarms.length >= sent, "every alarm at the AE");
  assertEquals(pair.centre.ae.alarms.length, sent);
  await until(
    () => pair.logged.filter(({ rule }) => rule === "rekeyed").length === 2 * results.length,
    "each key told at both ends",
  );
  assertEquals(pair.logged.filter(({ level }) => level === "warn"), []);
  const [site] = (await pair.rct.status(Date.now())).sites;
  assertEquals([site!.counters["rekeys"], site!.counters["sessions"]], [results.length, 1]);
});

Deno.test("key_lifetime: the RCT brings a key when its age has come", async () => {
  await using pair = await Pair.open({ adjust: (_, rct) => void (rct.sites[0]!.keyLifetimeMs = 400) });
  await until(
    () => pair.logged.filter(({ rule }) => rule === "rekeyed").length >= 6,
    "three keys, told at both ends",
  );
  assertEquals(pair.spt.pathState, "connected");
});

Deno.test("what the RCT can ask: heartbeat, poll; who is asked too much, nobody, or too late is told", async () => {
  await using pair = await Pair.open();
  const heartbeat = await pair.rct.ask("shop-12", { kind: "heartbeat", heartbeatMs: 7000, pollMode: "push" });
  assert(heartbeat.kind === "answered", JSON.stringify(heartbeat));
  assertEquals([heartbeat.result, heartbeat.heartbeat?.intervalMs], ["RESP_ACKNOWLEDGE", 7000]);
  assert(pair.logged.some(({ message }) => message.includes("heartbeat to 7 s, push")));
  const poll = await pair.rct.ask("shop-12", { kind: "poll" });
  assert(poll.kind === "answered");
  assertEquals(poll.result, "RESP_ACKNOWLEDGE");
  const long = await pair.rct.ask("shop-12", { kind: "transparent", data: new Uint8Array(2000) });
  assert(long.kind === "unanswered");
  assertStringIncludes(long.reason, "950 fit a datagram");
  let unknown: unknown;
  await pair.rct.ask("shop-13", { kind: "poll" }).catch((error) => unknown = error);
  assert(unknown instanceof RangeError);
  const many = await Promise.all(Array.from({ length: 30 }, () => pair.rct.ask("shop-12", { kind: "poll" })));
  const told = many.map((end) => end.kind === "answered" ? "answered" : end.reason);
  assertEquals([...new Set(told)].sort(), ["16 requests wait already", "answered"]);
  // The SPT is gone, then the RCT itself stops: each question comes to an end.
  await pair.spt.close(0);
  const last = pair.rct.ask("shop-12", { kind: "poll" });
  await pair.rct.close(100);
  assertEquals(await last.then((end) => end.kind === "unanswered" && end.reason), "the RCT stops");
  const late = await pair.rct.ask("shop-12", { kind: "poll" });
  assertEquals(late.kind === "unanswered" && late.reason, "the RCT stops");
});

Deno.test("opaque octets from the RCT: handed over, refused where nobody takes them, and no handler stops an alarm", async () => {
  {
    await using pair = await Pair.open();
    const end = await pair.rct.ask("shop-12", { kind: "transparent", data: new Uint8Array([1, 2, 3]) });
    assertEquals(end.kind === "answered" && end.result, "RESP_CMD_NOT_SUPPORTED");
  }
  let answer: () => { result: "RESP_ACKNOWLEDGE"; data?: Uint8Array };
  const seen: string[] = [];
  await using pair = await Pair.open({
    sptParts: {
      onTransparent: (data) => {
        seen.push(data.toHex());
        return answer();
      },
    },
  });
  const ask = async () => {
    const end = await pair.rct.ask("shop-12", { kind: "transparent", data: new Uint8Array([7, 8]) });
    assert(end.kind === "answered", JSON.stringify(end));
    return [end.result, end.data?.toHex()];
  };
  answer = () => ({ result: "RESP_ACKNOWLEDGE", data: new Uint8Array([9]) });
  assertEquals(await ask(), ["RESP_ACKNOWLEDGE", "09"]);
  answer = () => ({ result: "RESP_ACKNOWLEDGE", data: new Uint8Array(2000) });
  assertEquals(await ask(), ["RESP_PROCESS_ERROR", undefined]);
  answer = () => {
    throw new Error("the integrator's mistake");
  };
  assertEquals(await ask(), ["RESP_PROCESS_ERROR", undefined]);
  assertEquals(seen, ["0708", "0708", "0708"]);
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(ALARM, isAck));
  panel.close();
  await until(() => pair.centre.alarms === 1, "an alarm after all that");
});

Deno.test("editions and hash: 2013, 2017, iec-2019 and 2020, with either hash, carry alarms and new keys", async () => {
  for (const edition of ["2013", "2017", "iec-2019", "2020"] as const) {
    for (const hash of ["sha-256", "ripemd-256"] as const) {
      await using pair = await Pair.open({
        adjust: (spt, rct) => {
          spt.rct.edition = edition;
          spt.rct.hash = hash;
          // One site of another edition than the centre's own.
          rct.sites[0]!.edition = edition;
        },
      });
      const end = await pair.rct.ask("shop-12", { kind: "key" });
      assertEquals(end.kind === "answered" && end.result, "RESP_ACKNOWLEDGE", `${edition} ${hash}`);
      const panel = panelAt(pair.ports.contactId);
      assert(await panel.send(ALARM, isAck), `${edition} ${hash}`);
      panel.close();
      await until(() => pair.centre.alarms === 1, `an alarm: ${edition} ${hash}`);
      const session = pair.logged.find(({ rule }) => rule === "path-connected");
      assertStringIncludes(session!.message, `aes-256 and ${hash}`);
    }
  }
});
