/** A receiver that asks to be left alone, and the alarm that another output could have meanwhile. */
import { assertEquals } from "@std/assert";
import { WebhookSession } from "../../../adapters/webhook/session.ts";
import { SecretKey } from "../../../src/keys/secret_key.ts";

const T = 1_800_000_000_000;
const ALARM = {
  id: "01JD7Z0000AAAAAAAAAAAAAAAA",
  account: "1234",
  protocol: "sia" as const,
  data: new TextEncoder().encode("#1234|NBA1"),
  events: [],
  repeated: false,
};

/** Offers an alarm and gives the same answer to every POST. @returns After how many POSTs and seconds it is given back. */
function givenBack(retryAfter: string, presentBefore: boolean) {
  const session = new WebhookSession({ keys: [new SecretKey(new Uint8Array(32))] });
  let now = T;
  if (presentBefore) {
    session.offer({ ...ALARM, id: "before" }, now);
    session.answered({ kind: "status", status: 200, text: "" }, now);
  }
  let effects = session.offer(ALARM, now);
  for (let posts = 0; posts < 20;) {
    if (effects.some(({ kind }) => kind === "post")) {
      posts++;
      effects = session.answered({ kind: "status", status: 503, retryAfter, text: "" }, now);
    } else {
      now = session.nextTick ?? NaN;
      effects = session.tick(now);
    }
    const absent = effects.find(({ kind }) => kind === "absent");
    if (absent?.kind === "absent" && absent.id === ALARM.id) {
      return { posts, seconds: (now - T) / 1000, rests: ((session.nextTick ?? NaN) - now) / 1000 };
    }
  }
  return "never";
}

Deno.test("503 with Retry-After of minutes: the alarm is given back at once, and the receiver is left alone as it asks", () => {
  for (const presentBefore of [false, true]) {
    assertEquals(givenBack("300", presentBefore), { posts: 1, seconds: 0, rests: 300 });
    assertEquals(givenBack("31", presentBefore), { posts: 1, seconds: 0, rests: 31 });
  }
});

Deno.test("503 with Retry-After of seconds is waited for as often as it is tried", () => {
  const end = givenBack("20", true);
  assertEquals(end, { posts: 5, seconds: 80, rests: 20 });
});
