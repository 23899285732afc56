import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { WebhookAnswer } from "../../../adapters/webhook/answer.ts";
import { webhookBody, type WebhookItem } from "../../../adapters/webhook/body.ts";
import { type WebhookEffect, WebhookSession } from "../../../adapters/webhook/session.ts";
import { verifyWebhook } from "../../../adapters/webhook/verify.ts";
import { eventFromJson } from "../../../src/event/alarm_event.ts";
import { SecretKey } from "../../../src/keys/secret_key.ts";

const KEYS = [new SecretKey(new Uint8Array(32).fill(7))];
const T = 1_800_000_000_000;

function item(id = "01JD7Z0000AAAAAAAAAAAAAAAA", more: Partial<WebhookItem> = {}): WebhookItem {
  return {
    id,
    account: "1234",
    protocol: "sia",
    data: new TextEncoder().encode("#0012|Nri1/BA01"),
    events: [{
      id,
      account: "0012",
      language: "sia",
      code: "BA",
      qualifier: "new",
      label: "Burglary Alarm",
      area: "1",
      zone: "01",
      receivedAt: new Date(T),
      flags: [],
      raw: new TextEncoder().encode("Nri1/BA01"),
    }],
    repeated: false,
    ...more,
  };
}

function status(code: number, more: Partial<WebhookAnswer & { kind: "status" }> = {}): WebhookAnswer {
  return { kind: "status", status: code, text: "", ...more };
}

const DEAD: WebhookAnswer = { kind: "failed", rule: "unreachable", message: "Nobody there." };

function brief(effects: WebhookEffect[]): string[] {
  return effects.map((effect) =>
    effect.kind === "refused" || effect.kind === "absent" ? `${effect.kind} ${effect.rule}` : effect.kind
  );
}

/** Offers an alarm and gives the same answer to each attempt until it has an outcome: the times of the attempts. */
function attempts(
  session: WebhookSession,
  answer: WebhookAnswer,
  start = T,
): { at: number[]; end: string[] } {
  const at = [0];
  let now = start;
  session.offer(item(), now);
  for (;;) {
    const effects = session.answered(answer, now);
    if (effects.length > 0) return { at, end: brief(effects) };
    now = session.nextTick ?? NaN;
    assert(at.length < 50);
    assertEquals(session.tick(now - 1), []);
    assertEquals(brief(session.tick(now)), ["sent", "post"]);
    at.push(now - start);
  }
}

Deno.test("the body is the alarm with its events as on every JSON interface, and the same for a repeat", () => {
  const json = JSON.parse(new TextDecoder().decode(webhookBody(item())));
  assertEquals(json.type, "alarm");
  assertEquals(json.timestamp, new Date(T).toISOString());
  assertEquals([json.data.id, json.data.account, json.data.protocol], [item().id, "1234", "sia"]);
  assertEquals(Uint8Array.fromHex(json.data.data), item().data);
  assertEquals(json.data.events.map(eventFromJson), item().events);
  assertEquals(webhookBody(item(undefined, { repeated: true })), webhookBody(item()));
  assertEquals(
    "timestamp" in JSON.parse(new TextDecoder().decode(webhookBody(item("a", { events: [] })))),
    false,
  );
});

Deno.test("the body has the account of this output and the panel's own beside it, and what was lost", () => {
  const one = item();
  const lost = ["east: text: the text"];
  const events = one.events.map((event) => ({ ...event, lost }));
  const json = JSON.parse(new TextDecoder().decode(webhookBody({ ...one, account: "501234", events })));
  assertEquals([json.data.account, json.data.events[0].account, json.data.events[0].lost], [
    "501234",
    "0012",
    lost,
  ]);
  assertEquals("lost" in JSON.parse(new TextDecoder().decode(webhookBody(one))).data.events[0], false);
});

Deno.test("preview says what would be posted, without the signature, and changes nothing", () => {
  const session = new WebhookSession({ keys: KEYS });
  const seen = session.preview(item(), T);
  assertEquals([session.preview(item(), T), session.ready], [seen, true]);
  const [, post] = session.offer(item(), T);
  assert(seen.ok && post?.kind === "post");
  assertEquals(seen.lines[0]?.bytes, post.request.body);
  const { line } = seen.lines[0]!;
  const { "webhook-signature": signature = "", ...headers } = post.request.headers;
  for (const [name, value] of Object.entries(headers)) assertStringIncludes(line, `${name}: ${value}`);
  assert(line.startsWith("POST ") && line.endsWith(new TextDecoder().decode(post.request.body)));
  assert(signature.length > 20 && !line.includes(signature.slice(3)), "the signature is nobody's to see");
  assertStringIncludes(line, "webhook-signature: v1,…");
  const bad = session.preview(item("two words"), T);
  assertEquals(!bad.ok && bad.rule, "not-writable");
  // Events of a script have neither identity nor time.
  const [{ id: _id, receivedAt: _at, ...draft } = item().events[0]!] = item().events;
  assertEquals(session.preview({ ...item(), events: [draft] }, T), seen);
});

Deno.test("an answer that comes twice, and one that comes late, mean nothing", () => {
  const session = new WebhookSession({ keys: KEYS });
  session.offer(item("a"), T);
  assertEquals(brief(session.answered(status(200), T)), ["present", "delivered"]);
  assertEquals(session.answered(status(200), T), []);
  session.offer(item("b"), T);
  session.answered(status(503), T + 1);
  // In the pause nothing is under way: a 200 now would be the answer to what was given up.
  assertEquals(session.answered(status(200), T + 2), []);
  assertEquals(brief(session.tick(T + 2000)), ["sent", "post"]);
  assertEquals(brief(session.answered(status(204), T + 2001)), ["delivered"]);
  assertEquals(session.answered(DEAD, T + 2002), []);
  assertEquals(session.ready, true);
});

Deno.test("every attempt is signed anew, with the same id and body", () => {
  const session = new WebhookSession({ keys: KEYS });
  const first = session.offer(item(), T)[1];
  session.answered(status(503), T);
  const second = session.tick(T + 90_000)[1];
  assert(first?.kind === "post" && second?.kind === "post");
  for (const [{ headers, body }, now] of [[first.request, T], [second.request, T + 90_000]] as const) {
    const verified = verifyWebhook({ headers: new Headers(headers), body, keys: KEYS, now });
    assertEquals(verified, { ok: true, id: item().id, sentAt: now });
    assertEquals([headers["content-type"], headers["content-length"]], [
      "application/json",
      String(body.length),
    ]);
  }
  assertEquals(first.request.body, second.request.body);
});

Deno.test("every 2xx is delivery", () => {
  const session = new WebhookSession({ keys: KEYS });
  for (const [index, code] of [200, 201, 202, 204, 299].entries()) {
    assertEquals(brief(session.offer(item(), T)), ["sent", "post"]);
    assertEquals(session.ready, false);
    assertEquals(
      brief(session.answered(status(code), T)),
      index === 0 ? ["present", "delivered"] : ["delivered"],
    );
    assertEquals(session.ready, true);
  }
});

Deno.test("4xx and redirections refuse at once, with advice; the next alarm may come", () => {
  for (const code of [301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 451]) {
    const session = new WebhookSession({ keys: KEYS });
    session.offer(item(), T);
    const [, refused] = session.answered(status(code, { text: "no\r\nthanks" }), T);
    assert(refused?.kind === "refused");
    assertEquals(refused.rule, code < 400 ? "redirected" : `status-${code}`);
    assertStringIncludes(refused.message, String(code));
    if (code >= 400) assertStringIncludes(refused.message, "no thanks");
    assertEquals(session.ready, true);
  }
});

Deno.test("a redirection is told by its host alone: a path may hold a secret", () => {
  const session = new WebhookSession({ keys: KEYS });
  session.offer(item(), T);
  const [, refused] = session.answered(status(302, { location: "https://b.example/hook/s3cret?k=v" }), T);
  assert(refused?.kind === "refused");
  assertStringIncludes(refused.message, "https://b.example.");
  assertEquals(refused.message.includes("s3cret"), false);
});

Deno.test("a receiver that is not able: five attempts, pauses that double, then absent with the alarm's id", () => {
  for (const answer of [DEAD, ...[408, 425, 429, 502, 503, 504].map((code) => status(code))]) {
    const session = new WebhookSession({ keys: KEYS });
    const { at, end } = attempts(session, answer);
    assertEquals(at, [0, 1000, 3000, 7000, 15_000]);
    assertEquals(end, [`absent ${answer.kind === "failed" ? answer.rule : `status-${answer.status}`}`]);
    assertEquals(session.ready, false);
    assertEquals(session.nextTick, T + 15_000 + 16_000);
    session.tick(T + 31_000);
    assertEquals(session.ready, true);
    // Now it is told: each offer is one attempt, half a minute apart at most.
    assertEquals(attempts(session, answer, T + 31_000).at, [0]);
    assertEquals(session.nextTick, T + 31_000 + 30_000);
    session.tick(T + 61_000);
    session.offer(item(), T + 61_000);
    assertEquals(brief(session.answered(status(200), T + 61_000)), ["present", "delivered"]);
    assertEquals(attempts(session, answer, T + 62_000).at.length, 5, "patience is back");
  }
});

Deno.test("a receiver that fails on one alarm: five attempts, then refused, and the next alarm goes at once", () => {
  for (const code of [500, 501, 505, 599]) {
    const session = new WebhookSession({ keys: KEYS });
    const { at, end } = attempts(session, status(code));
    assertEquals(at, [0, 1000, 3000, 7000, 15_000]);
    assertEquals(end, ["present", `refused status-${code}`]);
    assertEquals([session.ready, session.nextTick], [true, undefined]);
    assertEquals(attempts(session, DEAD, T + 20_000).at[1], 1000, "pauses begin anew");
  }
});

Deno.test("retry-after is kept, as seconds or as a date, and not longer than five minutes", () => {
  const cases: [string, number][] = [
    ["7", 7000],
    ["0", 1000],
    ["86400", 300_000],
    [new Date(T + 45_000).toUTCString(), 45_000],
    [new Date(T - 45_000).toUTCString(), 1000],
    ["soon", 1000],
    ["-5", 1000],
    ["1e3", 1000],
    ["9".repeat(20), 1000],
    ["", 1000],
  ];
  for (const [retryAfter, pause] of cases) {
    const session = new WebhookSession({ keys: KEYS });
    session.offer(item(), T);
    session.answered(status(429, { retryAfter }), T);
    assertEquals((session.nextTick ?? 0) - T, pause, retryAfter);
  }
});

Deno.test("what a receiver says is shown on one line, cut short, without control characters", () => {
  const session = new WebhookSession({ keys: KEYS });
  session.offer(item(), T);
  const [, refused] = session.answered(status(400, { text: `\x1b[2J${"x".repeat(5000)}` }), T);
  assert(refused?.kind === "refused");
  assertEquals(/[^ -~…]/.test(refused.message), false);
  assert(refused.message.length < 400);
});

Deno.test("a clock that is set back does not lengthen a pause", () => {
  const session = new WebhookSession({ keys: KEYS });
  session.offer(item(), T);
  session.answered(DEAD, T);
  assertEquals(session.tick(T - 3_600_000), []);
  assertEquals(session.nextTick, T - 3_600_000 + 1000);
});

Deno.test("stopped while an answer is awaited: the alarm goes back, and the late answer means nothing", () => {
  const session = new WebhookSession({ keys: KEYS });
  session.offer(item(), T);
  assertEquals(brief(session.stopped(T)), ["absent stopped"]);
  assertEquals(session.answered(status(200), T), []);
  assertEquals(session.stopped(T), []);
});

Deno.test("ids that do not fit a header, and offers out of turn, are refused", () => {
  const session = new WebhookSession({ keys: KEYS });
  for (const id of ["", "a b", "a\r\nx: y", "ä", "a.b", "x".repeat(129)]) {
    assertEquals(brief(session.offer(item(id), T)), ["refused not-writable"]);
  }
  session.offer(item(), T);
  assertEquals(brief(session.offer(item("b"), T)), ["refused not-ready"]);
  assertEquals(brief(session.answered(status(200), T)), ["present", "delivered"]);
});

Deno.test("settings that make no sense are refused", () => {
  assertThrows(() => new WebhookSession({ keys: [] }), RangeError, "key");
  assertThrows(() => new WebhookSession({ keys: KEYS, pauseMs: -1 }), RangeError, "pauseMs");
  assertThrows(() => new WebhookSession({ keys: KEYS, tries: NaN }), RangeError, "tries");
});

Deno.test("whatever is answered, each offer has exactly one outcome, and nothing is posted while an answer is awaited", () => {
  const answer = fc.oneof(
    fc.integer({ min: 100, max: 599 }).map((code) => status(code)),
    fc.constant(DEAD),
    fc.record({
      kind: fc.constant("status" as const),
      status: fc.constantFrom(429, 503),
      retryAfter: fc.string(),
      text: fc.string(),
    }),
  );
  fc.assert(fc.property(fc.array(answer, { maxLength: 60 }), (answers) => {
    const session = new WebhookSession({ keys: KEYS });
    let now = T, offered = 0, outcomes = 0, awaited = 0;
    const take = (effects: WebhookEffect[]) => {
      for (const { kind } of effects) {
        if (kind === "post") assertEquals(++awaited, 1);
        if (kind === "delivered" || kind === "refused" || kind === "absent") outcomes++;
      }
    };
    for (const one of answers) {
      while (awaited === 0) {
        if (session.ready) {
          assertEquals(offered, outcomes);
          offered++;
          take(session.offer(item(), now));
        } else {
          assert(session.nextTick !== undefined && session.nextTick - now <= 300_000);
          now = Math.max(now, session.nextTick);
          take(session.tick(now));
        }
      }
      awaited = 0;
      take(session.answered(one, now));
    }
    assert(offered - outcomes <= 1);
  }));
});
