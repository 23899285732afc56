import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { type BrokerPacket, BrokerReader } from "../../../adapters/mqtt/packet_reader.ts";
import { writeConnect, writePublish } from "../../../adapters/mqtt/packet_writer.ts";
import { topicFault, topicOf } from "../../../adapters/mqtt/topic.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** A string of MQTT: two octets of length, then UTF-8, as hex. */
function field(value: string): string {
  const octets = text(value);
  return octets.length.toString(16).padStart(4, "0") + octets.toHex();
}

function read(hex: string): BrokerPacket[] {
  return new BrokerReader().feed(Uint8Array.fromHex(hex));
}

Deno.test("CONNECT: clean start, user, password, and a retained last will of QoS 1", () => {
  const packet = writeConnect({
    clientId: "rct-1",
    keepAlive: 30,
    username: "u",
    password: text("pw"),
    will: { topic: "t/a", payload: text("offline"), retain: true },
  });
  const body = `${field("MQTT")}05ee001e00${field("rct-1")}00${field("t/a")}${field("offline")}${field("u")}${
    field("pw")
  }`;
  assertEquals(packet.toHex(), `10${(body.length / 2).toString(16)}${body}`);
});

Deno.test("PUBLISH: QoS 1, not a duplicate, JSON in UTF-8; the length grows to two and three octets", () => {
  for (const [octets, head] of [[2, "321f"], [300, "32c902"], [20_000, "32bd9c01"]] as const) {
    const packet = writePublish({ topic: "a/b", payload: new Uint8Array(octets), retain: false }, 0x1234);
    const rest = `${field("a/b")}1234150101${"03"}${field("application/json")}${"00".repeat(octets)}`;
    assertEquals(packet.toHex(), head + rest);
  }
  assertEquals(writePublish({ topic: "a", payload: text(""), retain: true }, 1)[0], 0x33);
});

Deno.test("CONNACK: limits of the broker, the standard's defaults where it says nothing", () => {
  const defaults = { maximumQos: 2, retainAvailable: true, maximumPacketSize: 0xffffffff };
  assertEquals(read("2003000000"), [{ kind: "connack", reason: 0, text: "", limits: defaults }]);
  assertEquals(read("20020000"), [{ kind: "connack", reason: 0, text: "", limits: defaults }]);
  // Receive maximum, QoS, retain, packet size, topic alias maximum, keep alive, user property, reason string, assigned id.
  const properties =
    `210014${"2401"}${"2500"}${"2700010000"}${"22000a"}${"13003c"}26${field("k")}${field("v")}` +
    `1f${field("why")}12${field("id")}`;
  const body = `0000${(properties.length / 2).toString(16)}${properties}`;
  assertEquals(read(`20${(body.length / 2).toString(16)}${body}`), [{
    kind: "connack",
    reason: 0,
    text: "why",
    limits: { maximumQos: 1, retainAvailable: false, maximumPacketSize: 65_536, keepAlive: 60 },
  }]);
});

Deno.test("PUBACK with and without reason, PINGRESP, DISCONNECT", () => {
  assertEquals(read("40021234"), [{ kind: "puback", packetId: 0x1234, reason: 0, text: "" }]);
  assertEquals(read("4003123410"), [{ kind: "puback", packetId: 0x1234, reason: 0x10, text: "" }]);
  assertEquals(read("400812348704" + "1f000178"), [{
    kind: "puback",
    packetId: 0x1234,
    reason: 0x87,
    text: "x",
  }]);
  assertEquals(read("d000e000e0018e"), [
    { kind: "pingresp" },
    { kind: "disconnect", reason: 0, text: "" },
    { kind: "disconnect", reason: 0x8e, text: "" },
  ]);
});

Deno.test("what no broker sends is malformed, and nothing behind it is read", () => {
  const bad = [
    "0a0a0a",
    "485454502f312e3120343030",
    "1603010200",
    "20020000".replace("2002", "2001").slice(0, 6),
    "400112",
    "20ffffffff01",
    "20ffff7f",
    "2005000003" + "ff00",
    "2004000002" + "24",
    "200600000413" + "003c".slice(0, 2) + "00",
    "200500000226" + "00",
    "20050000051f" + "ff",
  ];
  for (const hex of bad) {
    const packets = new BrokerReader().feed(Uint8Array.fromHex(`${hex}40021234`));
    assertEquals(packets.map(({ kind }) => kind), ["malformed"], hex);
  }
});

Deno.test("packets in any chunks, one octet at a time too", () => {
  const stream = Uint8Array.fromHex("2003000000" + "40021234" + "d000" + "4003123487");
  const whole = new BrokerReader().feed(stream);
  assertEquals(whole.length, 4);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 5 })), (cuts) => {
    const reader = new BrokerReader();
    const got: BrokerPacket[] = [];
    let at = 0;
    for (const cut of [...cuts, stream.length]) {
      got.push(...reader.feed(stream.subarray(at, at + cut)));
      at = Math.min(stream.length, at + cut);
    }
    assertEquals([got, reader.buffered], [whole, 0]);
  }));
});

Deno.test("random bytes never throw and hold back no more than one packet", () => {
  const start = fc.constantFrom(0x20, 0x40, 0xd0, 0xe0, 0x00);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (first, bytes) => {
      const reader = new BrokerReader();
      reader.feed(Uint8Array.of(first, ...bytes));
      assertLess(reader.buffered, 17_000);
    }),
    { numRuns: 2000 },
  );
  const endless = new BrokerReader();
  endless.feed(Uint8Array.fromHex("20ff7f"));
  endless.feed(new Uint8Array(1_000_000));
  assertLess(endless.buffered, 17_000);
});

Deno.test("topics: templates are checked, accounts cannot leave their level", () => {
  for (const good of ["alarms/{account}", "{protocol}/{account}/{id}", "a", "ärger/{account}"]) {
    assertEquals(topicFault(good), undefined, good);
  }
  for (const bad of ["", "a/#", "a/+/b", "a\u0000", "{site}", "a{", "$SYS/x", "x".repeat(513)]) {
    assert(topicFault(bad) !== undefined, bad);
  }
  const topic = (account: string) => topicOf("a/{account}/b", { id: "1", account, protocol: "sia" });
  assertEquals([topic("00AB"), topic("a/+/#"), topic(""), topic("1 2\r"), topic("ü")], [
    "a/00AB/b",
    "a/a____/b",
    "a/_/b",
    "a/1_2_/b",
    "a/_/b",
  ]);
});
