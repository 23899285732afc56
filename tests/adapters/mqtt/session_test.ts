import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { MqttSession, type MqttSessionOptions } from "../../../adapters/mqtt/session.ts";
import { SecretKey } from "../../../src/keys/secret_key.ts";

const CONNACK = "2003000000";

function item(id: string, account = "1234"): OutputItem {
  return {
    id,
    account,
    protocol: "sia",
    data: new TextEncoder().encode("#1|NBA1"),
    events: [],
    repeated: false,
  };
}

function hex(value: string): Uint8Array {
  return Uint8Array.fromHex(value);
}

function puback(packetId: number, reason = 0): Uint8Array {
  return hex(`4003${packetId.toString(16).padStart(4, "0")}${reason.toString(16).padStart(2, "0")}`);
}

function brief(effects: OutputEffect[]): string[] {
  return effects.map((effect) =>
    effect.kind === "send"
      ? `send ${effect.bytes.subarray(0, 1).toHex()}`
      : "rule" in effect
      ? `${effect.kind} ${effect.rule}`
      : effect.kind
  );
}

/** A session whose broker has accepted it. */
function ready(more: Partial<MqttSessionOptions> = {}): MqttSession {
  const session = new MqttSession({ clientId: "rct", availability: "", ...more });
  session.connected(0);
  session.feed(hex(CONNACK), 0);
  assert(session.ready);
  return session;
}

Deno.test("CONNECT, CONNACK, online, PUBACK: then present and ready, and not before", () => {
  const session = new MqttSession({ clientId: "rct" });
  assertEquals(brief(session.connected(0)), ["send 10"]);
  assertEquals(session.ready, false);
  const online = session.feed(hex(CONNACK), 5);
  assertEquals(brief(online), ["send 33"]);
  assert(online[0]?.kind === "send");
  assertStringIncludes(new TextDecoder().decode(online[0].bytes), "tocsin/available/rct");
  assertEquals(session.ready, false);
  assertEquals(brief(session.feed(puback(1), 6)), ["present"]);
  assertEquals(session.ready, true);
});

Deno.test("delivered on the PUBACK of this alarm, and on no other", () => {
  const session = ready();
  assertEquals(brief(session.offer(item("a"), 10)), ["sent", "send 32"]);
  assertEquals(brief(session.feed(puback(9), 11)), ["stray unexpected-answer"]);
  assertEquals(session.ready, false);
  assertEquals(session.feed(puback(1), 12), [{ kind: "delivered", id: "a" }]);
  assertEquals(brief(session.feed(puback(1), 13)), ["stray unexpected-answer"]);
  session.offer(item("b"), 14);
  assertEquals(brief(session.feed(puback(1), 15)), ["stray unexpected-answer"]);
  assertEquals(session.feed(puback(2), 16), [{ kind: "delivered", id: "b" }]);
});

Deno.test("rubbish while an alarm is under way: the connection is given up, the alarm goes back, and nothing is delivered", () => {
  for (const rubbish of ["00", "0615", "ff", "485454502f", "30020000", "40ffffffff7f"]) {
    for (const split of [false, true]) {
      const session = ready();
      session.offer(item("a"), 10);
      const octets = Uint8Array.from([...hex(rubbish), ...puback(1)]);
      const effects = split
        ? [...octets].flatMap((octet) => session.feed(Uint8Array.of(octet), 11))
        : session.feed(octets, 11);
      assertEquals(brief(effects), ["absent malformed", "close"], rubbish);
      assertEquals(effects[0]?.kind === "absent" && effects[0].id, "a");
    }
  }
});

Deno.test("PUBACK twice, at once or later, and a late one of the alarm before, deliver one alarm each", () => {
  const session = ready();
  session.offer(item("a"), 10);
  const twice = Uint8Array.from([...puback(1), ...puback(1)]);
  assertEquals(brief(session.feed(twice, 11)), ["delivered", "stray unexpected-answer"]);
  session.offer(item("b"), 12);
  assertEquals(brief(session.feed(puback(1), 13)), ["stray unexpected-answer"]);
  // Other answers that nobody waits for do no harm either, and a refusal twice is one refusal.
  assertEquals(brief(session.feed(hex("d000"), 14)), []);
  assertEquals(brief(session.feed(Uint8Array.from([...puback(2, 0x87), ...puback(2, 0x87)]), 15)), [
    "refused reason-87",
    "stray unexpected-answer",
  ]);
  assertEquals(session.ready, true);
});

Deno.test("preview says the packet that is sent, topic and JSON, and takes no packet id", () => {
  const session = ready();
  const event = {
    account: "0007",
    language: "sia",
    code: "BA",
    qualifier: "new" as const,
    label: "Burglary Alarm",
    occurredAt: new Date(NaN),
    flags: [],
    raw: new Uint8Array(),
  };
  const alarm = { ...item("a", "50/12"), events: [{ ...event, lost: ["east: text: the text"] }] };
  const seen = session.preview(alarm, 10);
  assertEquals(session.preview(alarm, 10), seen);
  const [, send] = session.offer(alarm, 10);
  assert(seen.ok && send?.kind === "send");
  assertEquals(seen.lines[0]?.bytes, send.bytes);
  const [topic, ...json] = seen.lines[0]!.line.split(" ");
  assertEquals(topic, "tocsin/alarm/50_12");
  const { data } = JSON.parse(json.join(" "));
  // The account of this output, and the panel's own; what was lost on the way.
  assertEquals([data.account, data.events[0].account, data.events[0].lost], ["50/12", "0007", [
    "east: text: the text",
  ]]);
  assertEquals("occurredAt" in data.events[0], false);
  const idle = new MqttSession({ clientId: "rct" });
  assertEquals(idle.preview(alarm, 10).ok, true, "without a connection, too");
  const small = new MqttSession({ clientId: "rct", availability: "" });
  small.connected(0);
  small.feed(hex("2008000005" + "2700000040"), 0);
  const large = small.preview(alarm, 10);
  assertEquals(!large.ok && large.rule, "too-large");
});

Deno.test("no PUBACK in time: nothing is sent again here; the alarm goes back and the connection is closed", () => {
  const session = ready({ waitMs: 1000 });
  session.offer(item("a"), 10);
  assertEquals(session.tick(1009), []);
  const effects = session.tick(1010);
  assertEquals(brief(effects), ["absent no-answer", "close"]);
  assertEquals(effects[0]?.kind === "absent" && effects[0].id, "a");
  assertEquals([session.ready, session.nextTick], [false, undefined]);
  assertEquals(session.feed(puback(1), 1011), [], "a late answer delivers nothing");
  assertEquals(session.disconnected(1012), []);
  // Anew, with another packet id.
  session.connected(2000);
  session.feed(hex(CONNACK), 2000);
  session.offer(item("a"), 2001);
  assertEquals(brief(session.feed(puback(1), 2002)), ["stray unexpected-answer"]);
  assertEquals(brief(session.feed(puback(2), 2003)), ["delivered"]);
});

Deno.test("a broker that does not answer CONNECT or a ping is absent; one that answers pings stays", () => {
  const silent = new MqttSession({ clientId: "rct", waitMs: 1000 });
  silent.connected(0);
  assertEquals(brief(silent.tick(1000)), ["absent no-answer", "close"]);
  const session = ready({ waitMs: 1000, keepAliveMs: 5000 });
  assertEquals(session.nextTick, 5000);
  assertEquals(brief(session.tick(5000)), ["send c0"]);
  session.feed(hex("d000"), 5010);
  assertEquals([session.ready, session.nextTick], [true, 10_010]);
  session.tick(10_010);
  assertEquals(brief(session.tick(11_010)), ["absent no-answer", "close"]);
});

Deno.test("the broker's own keep alive counts", () => {
  const session = new MqttSession({ clientId: "rct", availability: "" });
  session.connected(0);
  session.feed(hex("2006000003" + "130002"), 0);
  assertEquals(session.nextTick, 2000);
});

Deno.test("connections the broker refuses, ends, or that are no MQTT: absent with a reason, and closed", () => {
  for (
    const [answer, rule, words] of [
      ["2003008600", "connect-refused", "user name"],
      ["2003008400", "connect-refused", "MQTT 5"],
      ["2005000002" + "2400", "no-qos1", "QoS 0"],
      ["e0018e", "broker-left", "client_id"],
      ["485454502f", "malformed", "port"],
      ["150301000202", "malformed", "port"],
    ] as const
  ) {
    const session = new MqttSession({ clientId: "rct", availability: "" });
    session.connected(0);
    const effects = session.feed(hex(answer), 1);
    assertEquals(brief(effects), [`absent ${rule}`, "close"], answer);
    assert(effects[0]?.kind === "absent");
    assertStringIncludes(effects[0].message, words);
    assertEquals(session.ready, false);
  }
});

Deno.test("reasons that refuse an alarm; the next one goes", () => {
  const session = ready();
  for (const [reason, rule] of [[0x87, "reason-87"], [0x97, "reason-97"], [0x10, "no-subscriber"]] as const) {
    session.offer(item(`a${reason}`), 10);
    const id = [0x87, 0x97, 0x10].indexOf(reason) + 1;
    assertEquals(brief(session.feed(puback(id, reason), 11)), [`refused ${rule}`]);
    assertEquals(session.ready, true);
  }
  const lax = ready({ noSubscriber: "accept" });
  lax.offer(item("b"), 10);
  assertEquals(brief(lax.feed(puback(1, 0x10), 11)), ["delivered"]);
});

Deno.test("nobody subscribed to availability is no fault; a broker that refuses it does not stop alarms", () => {
  for (
    const [reason, said] of [[0x10, ["present"]], [0x87, ["present", "stray availability-refused"]]] as const
  ) {
    const session = new MqttSession({ clientId: "rct" });
    session.connected(0);
    session.feed(hex(CONNACK), 0);
    assertEquals(brief(session.feed(puback(1, reason), 1)), [...said]);
    assertEquals(session.ready, true);
  }
});

Deno.test("an alarm that is larger than the broker takes is refused, and not sent", () => {
  const session = new MqttSession({ clientId: "rct", availability: "" });
  session.connected(0);
  session.feed(hex("2008000005" + "2700000040"), 0);
  assertEquals(brief(session.offer(item("a"), 1)), ["refused too-large"]);
  assertEquals(session.ready, true);
});

Deno.test("a connection that falls gives the alarm back, in every phase", () => {
  const session = ready();
  session.offer(item("a"), 1);
  const [absent] = session.disconnected(2);
  assertEquals(absent?.kind === "absent" && absent.id, "a");
  assertEquals(session.disconnected(3), []);
  const early = new MqttSession({ clientId: "rct" });
  early.connected(0);
  assertEquals(brief(early.disconnected(1)), ["absent disconnected"]);
});

Deno.test("neither password nor user name is in anything but the packet", () => {
  const session = new MqttSession({
    clientId: "rct",
    username: "us3r",
    password: new SecretKey(new TextEncoder().encode("s3cret")),
  });
  const [connect] = session.connected(0);
  assert(connect?.kind === "send");
  assertStringIncludes(new TextDecoder().decode(connect.bytes), "s3cret");
  const told = `${JSON.stringify(session.feed(hex("2003008600"), 1))}${Deno.inspect(session, { depth: 9 })}`;
  assert(!told.includes("s3cret") && !told.includes("115, 51"), told);
});

Deno.test("settings that make no sense are refused when the session is made", () => {
  const bad: Partial<MqttSessionOptions>[] = [
    { clientId: "" },
    { clientId: "a b" },
    { topic: "a/#" },
    { topic: "{site}" },
    { availability: "a/+" },
    { waitMs: -1 },
    { keepAliveMs: NaN },
  ];
  for (const more of bad) assertThrows(() => new MqttSession({ clientId: "rct", ...more }), RangeError);
});

Deno.test("whatever the broker sends, each offer has one outcome at most, and nothing throws", () => {
  const answer = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.integer({ min: 1, max: 6 }).map((id) => puback(id)),
    fc.constantFrom(hex(CONNACK), hex("d000"), puback(1, 0x87), hex("e0018b")),
  );
  const step = fc.record({ answer, ms: fc.nat(40_000), fall: fc.nat(9).map((n) => n === 0) });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const session = new MqttSession({ clientId: "rct" });
    let now = 0, offered = 0, outcomes = 0, up = false;
    const take = (effects: OutputEffect[]) => {
      for (const effect of effects) {
        if (effect.kind === "delivered" || effect.kind === "refused") outcomes++;
        if (effect.kind === "absent" && effect.id !== undefined) outcomes++;
        if (effect.kind === "close") up = false;
      }
      assert(outcomes === offered || outcomes === offered - 1);
    };
    for (const { answer, ms, fall } of steps) {
      if (!up) {
        up = true;
        take(session.connected(now));
        take(session.feed(hex(CONNACK), now));
      }
      if (session.ready) {
        offered++;
        take(session.offer(item(`a${offered}`), now));
      }
      take(session.feed(answer, now));
      now += ms;
      take(session.tick(now));
      if (fall) {
        up = false;
        take(session.disconnected(now));
      }
    }
  }));
});
