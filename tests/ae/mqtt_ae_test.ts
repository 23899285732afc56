import { assertEquals, assertMatch } from "@std/assert";
import { type BrokerPacket, BrokerReader } from "../../adapters/mqtt/packet_reader.ts";
import { PINGREQ, writeConnect, writePublish } from "../../adapters/mqtt/packet_writer.ts";
import type { AeEffect } from "../../src/ae/ae_peer.ts";
import { type AeManner, AeVerdicts } from "../../src/ae/ae_verdicts.ts";
import { AlarmMemory } from "../../src/ae/alarm_memory.ts";
import { MqttAe } from "../../src/ae/mqtt_ae.ts";
import { ascii } from "../support/ascii.ts";

const WILL = { topic: "t/available", payload: ascii("offline"), retain: true };
const CONNECT = writeConnect({ clientId: "rct", keepAlive: 30, will: WILL });
const ALARM = ascii('{"type":"alarm","data":{"id":"01JD","account":"1234","events":[]}}');

function broker(manner: AeManner = {}, refuseWith?: number) {
  const shared = { verdicts: new AeVerdicts(manner), memory: new AlarmMemory() };
  const peer = new MqttAe(refuseWith === undefined ? {} : { refuseWith }, shared);
  peer.connected();
  return peer;
}

function packets(effects: AeEffect[]): BrokerPacket[] {
  const reader = new BrokerReader();
  return effects.flatMap((effect) => effect.kind === "send" ? reader.feed(effect.bytes) : []);
}

function texts(effects: AeEffect[]): string[] {
  return effects.flatMap((effect) =>
    effect.kind === "record" ? [`${effect.record.kind} ${effect.record.text}`] : []
  );
}

Deno.test("CONNACK says QoS 1 and the longest packet; PUBLISH is answered, with a reason when it is refused", () => {
  const peer = broker({ naks: 1 }, 0x87);
  const [connack] = packets(peer.feed(CONNECT, 0));
  assertEquals(connack?.kind === "connack" && [connack.limits.maximumQos, connack.limits.maximumPacketSize], [
    1,
    262_144,
  ]);
  const publish = writePublish({ topic: "a/b", payload: ALARM, retain: false }, 7);
  assertEquals(packets(peer.feed(publish, 1)), [{ kind: "puback", packetId: 7, reason: 0x87, text: "" }]);
  assertEquals(packets(peer.feed(publish, 2)), [{ kind: "puback", packetId: 7, reason: 0, text: "" }]);
  assertEquals(packets(peer.feed(PINGREQ, 3)), [{ kind: "pingresp" }]);
});

Deno.test("what is no JSON of an alarm is another message, and not refused", () => {
  const peer = broker({ naks: 1 });
  peer.feed(CONNECT, 0);
  const effects = peer.feed(
    writePublish({ topic: "t/available", payload: ascii("online"), retain: true }, 1),
    1,
  );
  assertEquals(texts(effects), ["other t/available online"]);
  assertEquals(packets(effects), [{ kind: "puback", packetId: 1, reason: 0, text: "" }]);
});

Deno.test("the last will is told when the connection is lost, and not after a goodbye", () => {
  const lost = broker();
  lost.feed(CONNECT, 0);
  assertEquals(texts(lost.disconnected(1)), ["other last will: t/available offline"]);
  const left = broker();
  left.feed(CONNECT, 0);
  assertEquals(left.feed(Uint8Array.of(0xe0, 0), 1).map(({ kind }) => kind), ["close"]);
  assertEquals(left.disconnected(2), []);
  const willed = broker();
  willed.feed(CONNECT, 0);
  willed.feed(Uint8Array.of(0xe0, 1, 4), 1);
  assertEquals(texts(willed.disconnected(2)).length, 1);
});

Deno.test("a publisher that is silent for half as long again as its keep alive is let go", () => {
  const peer = broker();
  peer.feed(CONNECT, 0);
  assertEquals([peer.nextTick, peer.tick(44_999)], [45_000, []]);
  const effects = peer.tick(45_000);
  assertEquals(packets(effects), [{ kind: "disconnect", reason: 0x8d, text: "" }]);
  assertEquals(effects.at(-1)?.kind, "close");
});

Deno.test("subscriptions are answered, and refused", () => {
  const peer = broker();
  peer.feed(CONNECT, 0);
  const subscribe = Uint8Array.of(0x82, 8, 0, 5, 0, 0, 2, 0x61, 0x2f, 1);
  const unsubscribe = Uint8Array.of(0xa2, 7, 0, 6, 0, 0, 2, 0x61, 0x2f);
  for (const [asked, answer] of [[subscribe, "900400050083"], [unsubscribe, "b00400060083"]] as const) {
    const sent = peer.feed(asked, 1).flatMap((effect) =>
      effect.kind === "send" ? [effect.bytes.toHex()] : []
    );
    assertEquals(sent, [answer]);
  }
});

for (
  const [name, octets, wanted] of [
    ["version 3.1.1", Uint8Array.fromHex("101000044d5154540402003c000474657374"), "20020001"],
    ["no CONNECT first", PINGREQ, ""],
    ["no MQTT", ascii("GET / HTTP/1.1\r\n"), ""],
    ["a second CONNECT", Uint8Array.from([...CONNECT, ...CONNECT]), "e00182"],
    ["QoS 2", Uint8Array.from([...CONNECT, 0x34, 7, 0, 1, 0x61, 0, 1, 0, 0x78]), "e0019b"],
    ["no topic", Uint8Array.from([...CONNECT, 0x30, 3, 0, 0, 0]), "e00181"],
  ] as const
) {
  Deno.test(`${name}: the connection ends, with the reason where there is one`, () => {
    const effects = broker().feed(octets, 0);
    assertEquals(effects.at(-1)?.kind, "close");
    const sent = effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes.toHex()] : []);
    assertEquals(
      sent.filter((hex) => !hex.startsWith("2009") && !hex.startsWith("200a")).at(-1) ?? "",
      wanted,
    );
  });
}

Deno.test("a client without a name gets one; silent: connected, and nothing else", () => {
  const peer = broker({ silent: true });
  const effects = peer.feed(writeConnect({ clientId: "", keepAlive: 0 }), 5);
  const [sent] = effects.flatMap((effect) =>
    effect.kind === "send" ? [new TextDecoder().decode(effect.bytes)] : []
  );
  assertMatch(sent ?? "", /tocsin-ae-5$/);
  const more = peer.feed(
    Uint8Array.from([...PINGREQ, ...writePublish({ topic: "a", payload: ALARM, retain: false }, 1)]),
    6,
  );
  assertEquals(more.map(({ kind }) => kind), ["record", "record"]);
  assertEquals(peer.nextTick, undefined);
});
