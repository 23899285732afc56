import { assertEquals } from "@std/assert";
import { AlarmQueue } from "../../adapters/alarm_queue.ts";
import type { PanelAlarm, PanelEffect } from "../../adapters/contract.ts";
import { LineFramer } from "../../adapters/line_framer.ts";
import { LineSession } from "../../adapters/line_session.ts";
import { lineWork } from "../../adapters/line_work.ts";
import { ascii } from "./contact_id/arbitrary.ts";

/** A language in which each line is an alarm but `poll`; lines with `?` are refused. Silence of 100 ms ends a line. */
function start(): LineSession {
  const queue = new AlarmQueue<string>("lines", 2);
  const work = lineWork<string, string>({
    framer: new LineFramer({
      name: "Echo",
      longest: 20,
      tooLong: "too-long",
      read: (line) =>
        line.includes("?") ? { ok: false, rule: "asked", message: "" } : { ok: true, frame: line },
    }),
    queue,
    take({ frame, raw, offset }) {
      if (frame === "poll") return [send("pong"), { kind: "poll", detail: frame }];
      const alarm: PanelAlarm = { events: [], protocol: "sia", data: raw, raw, complete: true };
      return queue.take({ raw, offset, alarms: [() => alarm], tag: frame });
    },
    refuse: ({ rule }) => [send(`no ${rule}`)],
    answer: ({ tag, accepted }) => [send(`${tag} ${accepted ? "yes" : "no"}`)],
  });
  return new LineSession(work, 100);
}

function send(text: string): PanelEffect {
  return { kind: "send", bytes: ascii(text) };
}

function short(effects: PanelEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return `> ${String.fromCharCode(...effect.bytes)}`;
    if (effect.kind === "alarm") return `alarm ${effect.ref} ${String.fromCharCode(...effect.alarm.raw)}`;
    return effect.kind === "refused" ? `!${effect.rule}` : effect.kind;
  });
}

Deno.test("messages come one at a time, each answered when it is settled", () => {
  const session = start();
  assertEquals(short(session.feed(ascii("a\rb\rpoll\r"), 0)), ["alarm 1 a", "> pong", "poll"]);
  assertEquals(short(session.settle(1, "accepted", 0)), ["> a yes", "alarm 2 b"]);
  assertEquals(short(session.settle(1, "accepted", 0)), []);
  assertEquals(short(session.settle(2, "failed", 0)), ["> b no"]);
});

Deno.test("a refusal is answered, but not while a message waits for its own answer", () => {
  const session = start();
  assertEquals(short(session.feed(ascii("?\ra\r?\r"), 0)), ["!asked", "> no asked", "alarm 1 a", "!asked"]);
});

Deno.test("an unfinished line ends after the gap, counted from its last octet, and not before", () => {
  const session = start();
  session.feed(ascii("a"), 1000);
  session.feed(ascii("b"), 1050);
  assertEquals(session.nextTick, 1150);
  assertEquals(session.tick(1149), []);
  assertEquals(short(session.tick(1150)), ["alarm 1 ab"]);
  assertEquals([session.nextTick, session.tick(9999)], [undefined, []]);
  session.feed(ascii("c"), 2000);
  session.feed(ascii("\r"), 2010);
  assertEquals(session.nextTick, undefined);
});

Deno.test("at the end what came whole is handed over, nothing is sent, and then nothing happens any more", () => {
  const session = start();
  session.feed(ascii("a\rb\r?"), 0);
  assertEquals(short(session.end(1)), ["!asked", "alarm 2 b"]);
  assertEquals(session.settle(1, "accepted", 2), []);
  assertEquals([session.feed(ascii("c\r"), 3), session.tick(999), session.end(1000)], [[], [], []]);
  const asking = start();
  asking.feed(ascii("poll"), 0);
  assertEquals([short(asking.end(1)), asking.nextTick], [["poll"], undefined]);
});
