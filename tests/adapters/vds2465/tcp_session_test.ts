import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { PanelEffect } from "../../../adapters/contract.ts";
import { Vds2465TcpSession, type Vds2465TcpSessionOptions } from "../../../adapters/vds2465/tcp_session.ts";
import { IK, type VdsTelegram } from "../../../adapters/vds2465/tcp_telegram.ts";
import { concat, cut, hex, sizes } from "./records.ts";
import { SECRET, TcpPeer } from "./tcp_peer.ts";

const BURGLARY = "05021103000122";
const IDENT = "0356214365";
const TIME_AT_0 = "0750 46 13 01 01 00 00 00";

/** A device with a session on the other end. */
class Device extends TcpPeer {
  readonly session: Vds2465TcpSession;
  effects: PanelEffect[] = [];

  constructor(options: Vds2465TcpSessionOptions = {}) {
    super(0xa0);
    this.session = new Vds2465TcpSession({ firstCounter: 0x0fffffff, ...options });
  }

  /** Takes effects: telegrams are heard, the rest is returned in short. */
  take(effects: PanelEffect[]): string[] {
    this.effects = effects;
    return effects.map((effect) => {
      if (effect.kind === "refused") return `!${effect.rule}`;
      if (effect.kind === "command-result") {
        return `${effect.id} ${effect.outcome} ${effect.data.toHex()}`.trim();
      }
      if (effect.kind !== "send") return "ref" in effect ? `${effect.kind} ${effect.ref}` : effect.kind;
      return this.hear(effect.bytes);
    });
  }

  send(now: number, ik: number, records = "", change: Partial<VdsTelegram> = {}): string[] {
    return this.take(this.session.feed(this.write(ik, records, change), now));
  }

  tick(now: number): string[] {
    return this.take(this.session.tick(now));
  }

  settle(ref: number, outcome: "accepted" | "failed", now: number): string[] {
    return this.take(this.session.settle(ref, outcome, now));
  }

  /** Synchronised, and the first poll answered. */
  up(): this {
    assertEquals(this.tick(0), ["> 1 01"]);
    assertEquals(this.send(0, IK.SYNC_RESPONSE, "01"), ["> 3"]);
    assertEquals(this.send(0, IK.POLL), ["poll"]);
    return this;
  }
}

Deno.test("this side speaks first, at once; the device's first answer is polled at once", () => {
  const device = new Device();
  assertEquals(device.session.nextTick, 0);
  device.up();
  assertEquals(device.session.nextTick, 5000);
  assertEquals(device.tick(4999), []);
  assertEquals(device.tick(5000), ["> 3"]);
  assertEquals(device.session.nextTick, 11_000);
  assertEquals(device.send(5001, IK.POLL), ["poll"]);
  assertEquals(device.session.nextTick, 10_001);
});

Deno.test("octets before the first tick are answered all the same", () => {
  const device = new Device();
  assertEquals(device.take(device.session.feed(hex("00"), 5)), ["> 1 01"]);
});

Deno.test("an alarm is echoed as 03 only when it is accepted, long or short as it came", () => {
  for (const record of [BURGLARY, "040211030022"]) {
    const device = new Device().up();
    assertEquals(device.send(10, IK.PAYLOAD, record + IDENT), ["alarm 1"]);
    const [effect] = device.effects;
    assert(effect?.kind === "alarm");
    assertEquals([effect.alarm.raw.toHex(), effect.alarm.data.toHex()], [record + IDENT, record + IDENT]);
    assertEquals(device.settle(9, "accepted", 15), []);
    assertEquals(device.settle(1, "accepted", 20), [`> 4 ${record.replace(/^(..)02/, "$103")}`]);
    assertEquals(device.settle(1, "accepted", 20), []);
    assertEquals(device.send(30, IK.POLL), ["poll"]);
  }
});

Deno.test("a test is answered with 41 and the time, several alarms with one telegram in order", () => {
  const device = new Device().up();
  assertEquals(device.send(0, IK.PAYLOAD, `0040${IDENT}`), ["alarm 1"]);
  assertEquals(device.settle(1, "accepted", 0), [`> 4 0041${TIME_AT_0.replaceAll(" ", "")}`]);
  assertEquals(device.send(0, IK.PAYLOAD, "0502110300012205021104000123"), ["alarm 2"]);
  assertEquals(device.settle(2, "accepted", 0), ["> 4 0503110300012205031104000123"]);

  const local = new Device({ utcOffsetMs: () => 3_600_000 }).up();
  local.send(0, IK.PAYLOAD, "0040");
  assertEquals(local.settle(1, "accepted", 0), ["> 4 0041" + "075046130101010000"]);
});

Deno.test("no acknowledgement where none is wanted: 04 and 20", () => {
  const device = new Device().up();
  assertEquals(device.send(0, IK.PAYLOAD, "0504110300012205201103000122"), ["alarm 1"]);
  assertEquals(device.settle(1, "accepted", 0), []);
});

Deno.test("while the gateway stores, the device is polled on; the echo then waits for the device's turn to end", () => {
  const device = new Device().up();
  device.send(0, IK.PAYLOAD, BURGLARY);
  assertEquals(device.tick(5000), ["> 3"]);
  // The device owes an answer: the window is 1.
  assertEquals(device.settle(1, "accepted", 5001), []);
  assertEquals(device.send(5002, IK.POLL), ["poll", "> 4 05031103000122"]);
});

Deno.test("an alarm that failed: no 03, no 11, and the connection is closed", () => {
  const device = new Device().up();
  device.send(0, IK.PAYLOAD, BURGLARY);
  assertEquals(device.settle(1, "failed", 1), ["close"]);
  assertEquals(device.send(2, IK.POLL), []);
  assertEquals([device.session.nextTick, device.tick(99_999)], [undefined, []]);
});

Deno.test("a repeat of an alarm that is not settled is no second one", () => {
  const device = new Device().up();
  device.send(0, IK.PAYLOAD, BURGLARY);
  // The same telegram: the device is told that it was read.
  assertEquals(device.take(device.session.feed(device.last, 3000)), ["repeat 1", "> 3"]);
  // The same alarm in a telegram of its own.
  assertEquals(device.send(3001, IK.PAYLOAD, BURGLARY), ["repeat 1"]);
  assertEquals(device.settle(1, "accepted", 3002), ["> 4 05031103000122"]);
  // Its repeat on the wire, after the answer.
  assertEquals(device.take(device.session.feed(device.last, 3003)), ["poll"]);
  // Behind the acknowledgement the same records are another alarm.
  assertEquals(device.send(3004, IK.PAYLOAD, BURGLARY), ["alarm 2"]);
});

Deno.test("what is not answered is sent again, to the octet, three times; then the connection is closed", () => {
  const device = new Device({ pollMs: 3000 });
  const sent: [number, string][] = [];
  let reason = "";
  for (let now = 0; now <= 30_000; now += 500) {
    for (const effect of device.session.tick(now)) {
      if (effect.kind === "send") sent.push([now, effect.bytes.toHex()]);
      if (effect.kind === "close") reason = `${now}: ${effect.reason}`;
    }
  }
  const sync = "0000000e0fffffffedfe0000000001010101";
  assertEquals(sent, [[0, sync], [4000, sync], [8000, sync], [12_000, sync]]);
  assertStringIncludes(reason, "16000: The device did not answer");
});

Deno.test("telegrams whose counters do not fit are dropped without an answer", () => {
  const device = new Device().up();
  assertEquals(device.send(1, IK.PAYLOAD, BURGLARY, { rc: 0x0fffffff }), ["!counter"]);
  assertEquals(device.send(2, IK.PAYLOAD, BURGLARY, { rc: 5 }), ["!counter"]);
  assertEquals(device.send(3, IK.SYNC_RESPONSE, "01"), ["!counter"]);
  assertEquals(device.send(4, IK.SYNC_REQUEST, "01"), ["!counter"]);
  assertEquals(device.send(5, IK.PAYLOAD, BURGLARY), ["alarm 1"]);
  const early = new Device();
  early.tick(0);
  assertEquals(early.send(1, IK.PAYLOAD, BURGLARY), ["!counter"]);
});

Deno.test("a device that never counts up is heard all the same, as long as it answers what was sent last", () => {
  const device = new Device().up();
  const tc = 0xa1;
  assertEquals(device.send(1, IK.PAYLOAD, BURGLARY, { tc }), ["alarm 1"]);
  assertEquals(device.settle(1, "accepted", 2), ["> 4 05031103000122"]);
  assertEquals(device.send(3, IK.PAYLOAD, "05021104000123", { tc }), ["alarm 2"]);
  device.settle(2, "accepted", 4);
  assertEquals(device.send(5, IK.PAYLOAD, "05021104000123", { tc }), ["alarm 3"]);
});

Deno.test("a wrong checksum is dropped; the device's repeat mends it", () => {
  const device = new Device().up();
  const good = device.write(IK.PAYLOAD, BURGLARY);
  const bad = good.slice();
  bad[20] = (bad[20] ?? 0) ^ 1;
  assertEquals(device.take(device.session.feed(bad, 1)), ["!checksum"]);
  assertEquals(device.take(device.session.feed(good, 3001)), ["alarm 1"]);
});

Deno.test("counters wrap from FFFFFFFF to 0 on both sides", () => {
  const device = new Device({ firstCounter: 0xfffffffe });
  device.tc = 0xffffffff;
  device.up();
  assertEquals(device.heard.map(({ tc }) => tc), [0xfffffffe, 0xffffffff]);
  assertEquals(device.send(10, IK.PAYLOAD, BURGLARY), ["alarm 1"]);
  device.settle(1, "accepted", 20);
  assertEquals([device.heard.at(-1)?.tc, device.heard.at(-1)?.rc], [0, 2]);
  assertEquals(device.send(30, IK.POLL), ["poll"]);
});

Deno.test("a service request is polled at once, then five times fast, and its counter does not count", () => {
  const device = new Device({ pollMs: 8000 }).up();
  assertEquals(device.send(100, IK.SERVICE_REQUEST, "", { tc: 0x77777777 }), ["poll", "> 3"]);
  assertEquals(device.heard.at(-1)?.rc, 0xa2);
  device.tc = 0xa2;
  let now = 100;
  for (let n = 0; n < 5; n++) {
    device.send(now, IK.POLL);
    now += 500;
    assertEquals(device.tick(now - 1), []);
    assertEquals(device.tick(now), ["> 3"], `${n}`);
  }
  device.send(now, IK.POLL);
  assertEquals(device.session.nextTick, now + 8000);
  // While the device owes an answer there is nothing to hurry.
  device.tick(now + 8000);
  assertEquals(device.send(now + 8001, IK.SERVICE_REQUEST, "", { tc: 1 }), ["poll"]);
});

Deno.test("an unknown kind or protocol is answered with an error and a poll, and the fourth in a row ends it", () => {
  for (
    const [ik, change, answer, rule] of [[9, {}, 5, "!unknown-ik"], [
      4,
      { pk: 0x82 },
      6,
      "!unknown-pk",
    ]] as const
  ) {
    const device = new Device().up();
    for (let n = 0; n < 3; n++) assertEquals(device.send(n, ik, "", change), [rule, `> ${answer}`, "> 3"]);
    assertEquals(device.send(5, IK.PAYLOAD, BURGLARY), ["alarm 1"]);
    for (let n = 0; n < 3; n++) assertEquals(device.send(n, ik, "", change), [rule, `> ${answer}`, "> 3"]);
    assertEquals(device.send(9, ik, "", change), [rule, "close"]);
  }
});

Deno.test("AES: the device chooses the key, everything is answered with it, and an unknown one ends the connection", () => {
  const device = new Device({ keys: { 7: SECRET } });
  device.tick(0);
  device.key = 7;
  assertEquals(device.send(0, IK.SYNC_RESPONSE, "01"), ["> 3"]);
  assertEquals(device.send(0, IK.PAYLOAD, BURGLARY + IDENT), ["alarm 1"]);
  device.settle(1, "accepted", 1);
  assertEquals(device.heard.map(({ key }) => key), [0, 7, 7]);
  device.key = 8;
  assertEquals(device.send(2, IK.POLL), ["!unknown-key", "close"]);
  const said = JSON.stringify(device.effects);
  assert(!said.includes(SECRET) && !said.includes("ff".repeat(8)));
});

Deno.test("with keys a plain telegram is not believed, unless the setting says so", () => {
  const strict = new Device({ keys: { 7: SECRET } });
  strict.tick(0);
  assertEquals(strict.send(0, IK.SYNC_RESPONSE, "01"), ["!plain-not-allowed", "close"]);
  const lax = new Device({ keys: { 7: SECRET }, allowPlain: true }).up();
  assertEquals(lax.send(0, IK.PAYLOAD, BURGLARY), ["alarm 1"]);
  const never = new Device({ allowPlain: false });
  never.tick(0);
  assertEquals(never.send(0, IK.SYNC_RESPONSE, "01"), ["!plain-not-allowed", "close"]);
});

Deno.test("idents: an unlisted one and a wrong key are flagged, not refused; leading zeros do not count", () => {
  const flags = (ident: string, key: number) => {
    const device = new Device({
      keys: { 7: SECRET, 8: "ff".repeat(16) },
      allowPlain: true,
      idents: { "000123": 7, "9": 0 },
    });
    device.tick(0);
    device.key = key;
    device.send(0, IK.SYNC_RESPONSE, "01");
    device.send(0, IK.PAYLOAD, BURGLARY + ident);
    const [effect] = device.effects;
    return effect?.kind === "alarm" ? effect.alarm.events[0]?.flags : undefined;
  };
  assertEquals(flags("0256 21f3", 7), []);
  assertEquals(flags("0256 21f3", 8), ["wrong-key"]);
  assertEquals(flags("0356 009000", 0), ["unlisted-ident"]);
  assertEquals(flags("0356 000090", 0), []);
  assertEquals(flags("", 7), ["no-account", "unlisted-ident"]);
});

Deno.test("on demand: hang-up behind the last acknowledgement, and the device's answer ends it", () => {
  const device = new Device({ onDemand: true }).up();
  device.send(0, IK.PAYLOAD, BURGLARY);
  device.send(0, IK.PAYLOAD, "05021104000123");
  assertEquals(device.settle(1, "accepted", 1), ["> 4 05031103000122"]);
  assertEquals(device.settle(2, "accepted", 2), []);
  assertEquals(device.send(3, IK.POLL), ["poll", "> 4 0503110400012300ff"]);
  // Another alarm instead of the end keeps the connection.
  assertEquals(device.send(4, IK.PAYLOAD, BURGLARY), ["alarm 3"]);
  assertEquals(device.settle(3, "accepted", 5), ["> 4 0503110300012200ff"]);
  assertEquals(device.send(6, IK.POLL), ["poll", "close"]);
});

Deno.test("the device hangs up: at once when nothing is owed, else behind the acknowledgement", () => {
  const idle = new Device().up();
  assertEquals(idle.send(1, IK.PAYLOAD, "00ff"), ["poll", "> 3", "close"]);
  const busy = new Device().up();
  assertEquals(busy.send(1, IK.PAYLOAD, `${BURGLARY}00ff`), ["alarm 1"]);
  assertEquals(busy.settle(1, "accepted", 2), ["> 4 05031103000122", "close"]);
});

Deno.test("queries are answered: supported types, the time, else an error", () => {
  const device = new Device().up();
  const [answer] = device.send(0, IK.PAYLOAD, "02101255").slice(1);
  assertStringIncludes(answer ?? "", "> 4 115512");
  device.send(0, IK.POLL);
  assertEquals(device.send(0, IK.PAYLOAD, "02101250")[1], "> 4 075046130101000000");
  assertEquals(device.send(0, IK.PAYLOAD, "051012030001 20")[1], "> 4 02111202");
});

Deno.test("commands: sent in this side's turn, done on 03, rejected on 11, given up after 30 s", () => {
  const data = hex("05021101000200");
  const device = new Device().up();
  const give = (id: string, octets: Uint8Array, now: number) =>
    device.take(device.session.sendCommand({ id, data: octets }, now));
  assertEquals(give("1", data, 10), ["> 4 05021101000200"]);
  assertEquals(give("2", data, 10), []);
  assertEquals(give("3", hex("0750 19140b15010203"), 10), []);
  const also = "0430 11000001";
  assertEquals(device.send(20, IK.PAYLOAD, `05031101000200 ${also} ${IDENT}`), [
    "1 done 043011000001",
    "poll",
    "> 4 05021101000200",
  ]);
  assertEquals(device.send(30, IK.PAYLOAD, "02111118"), ["2 rejected", "poll", "> 4 075019140b15010203"]);
  const [refusal] = device.effects;
  assert(refusal?.kind === "command-result");
  assertStringIncludes(refusal.detail, "not possible at this address");
  assertEquals(device.send(40, IK.POLL), ["3 done", "poll"]);
  assertEquals(give("4", data, 50), ["> 4 05021101000200"]);
  device.send(60, IK.POLL);
  const ends: string[] = [];
  for (let now = 5060; now < 40_000; now += 5000) {
    ends.push(...device.tick(now).filter((each) => each.startsWith("4 ")).map((each) => `${each} ${now}`));
    device.send(now, IK.POLL);
  }
  assertEquals(ends, ["4 no-answer 30060"]);
});

Deno.test("a query is done when the record that it asks for comes, and an alarm before it is no answer", () => {
  const device = new Device().up();
  const query = { id: "q", data: hex("05101101000230") };
  assertEquals(device.take(device.session.sendCommand(query, 0)), ["> 4 05101101000230"]);
  assertEquals(device.send(10, IK.PAYLOAD, BURGLARY), ["alarm 1"]);
  const value = "0730 11010002 01002a";
  assertEquals(device.send(20, IK.PAYLOAD, value)[0], "q done 07301101000201002a");
});

Deno.test("a command that cannot be sent for 30 s is not sent; one of a connection that ends is closed", () => {
  const data = hex("05021101000200");
  // The device does not come to its turn: it answers nothing.
  const device = new Device().up();
  device.take(device.session.sendCommand({ id: "1", data }, 0));
  device.take(device.session.sendCommand({ id: "2", data }, 0));
  const ends: string[] = [];
  for (let now = 1000; now < 60_000; now += 1000) {
    ends.push(...device.tick(now).filter((each) => !each.startsWith(">")));
  }
  assertEquals(ends, ["1 closed", "2 closed", "close"]);
  assertEquals(device.take(device.session.sendCommand({ id: "3", data }, 60_000)), ["3 closed"]);

  const busy = new Device().up();
  busy.take(busy.session.sendCommand({ id: "1", data }, 0));
  busy.take(busy.session.sendCommand({ id: "2", data }, 0));
  assertEquals(busy.send(29_000, IK.POLL), ["poll"]);
  assertEquals(busy.send(30_000, IK.PAYLOAD, "05031101000200"), ["1 done", "poll", "2 rejected"]);
  assertEquals(busy.take(busy.session.end(30_001)), []);

  const cut = new Device().up();
  cut.take(cut.session.sendCommand({ id: "1", data }, 0));
  assertEquals(cut.take(cut.session.end(1)), ["1 closed"]);
});

Deno.test("commands that cannot be read are rejected, and none is sent before the device has answered", () => {
  const device = new Device();
  const [end] = device.session.sendCommand({ id: "1", data: hex("050211") }, 0);
  assert(end?.kind === "command-result" && end.outcome === "rejected");
  assertStringIncludes(end.detail, "Octet 0 of the command");
  assertEquals(device.session.sendCommand({ id: "2", data: hex("05021101000200") }, 0), []);
  assertEquals(device.session.account, undefined);
});

Deno.test("33 alarms before the first is settled: 32 wait, one is not acknowledged", () => {
  const device = new Device().up();
  const alarm = (n: number) => `0502110${(n >> 4).toString(16)}${(n & 15).toString(16)}00122`;
  for (let n = 0; n < 32; n++) assertEquals(device.send(n, IK.PAYLOAD, alarm(n)), [`alarm ${n + 1}`]);
  assertEquals(device.send(40, IK.PAYLOAD, alarm(32)), ["!too-many-waiting"]);
});

Deno.test("something else than VdS 2465 ends the connection, and so does a payload that is too long", () => {
  const device = new Device();
  device.tick(0);
  const text = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
  assertEquals(device.take(device.session.feed(text, 1)), ["!length", "!noise", "close"]);
  const framer = new Device().up();
  assertEquals(framer.take(framer.session.end(5)), []);
  const cutOff = new Device().up();
  cutOff.session.feed(cutOff.write(IK.PAYLOAD, BURGLARY).slice(0, 9), 1);
  assertEquals(cutOff.take(cutOff.session.end(5)), ["!truncated"]);
});

Deno.test("any chunk borders give the same, and random octets never throw nor acknowledge an alarm", () => {
  fc.assert(fc.property(sizes, (cuts) => {
    const device = new Device();
    device.tick(0);
    const stream = concat(device.write(IK.SYNC_RESPONSE, "01"));
    const said = cut(stream, cuts).flatMap((chunk) => device.take(device.session.feed(chunk, 0)));
    const alarm = cut(device.write(IK.PAYLOAD, BURGLARY), cuts).flatMap((chunk) =>
      device.take(device.session.feed(chunk, 0))
    );
    assertEquals([...said, ...alarm], ["> 3", "alarm 1"]);
  }));
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (chunks) => {
    const device = new Device().up();
    device.send(0, IK.PAYLOAD, BURGLARY);
    for (const [index, chunk] of chunks.entries()) {
      device.take(device.session.feed(chunk, index * 1000));
      device.tick(index * 1000);
    }
    assert(!device.heard.some(({ payload }) => payload.toHex().includes("0503")));
    device.session.end(99_999);
  }));
  // Any payload and any kind, with counters that fit.
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(9), fc.uint8Array({ maxLength: 40 })), { maxLength: 10 }),
      (telegrams) => {
        const device = new Device({ onDemand: true }).up();
        for (const [ik, payload] of telegrams) device.send(0, ik, payload.toHex());
        for (let ref = 1; ref < 12; ref++) {
          device.settle(ref, "accepted", 1);
        }
      },
    ),
  );
});
