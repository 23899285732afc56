import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Vds2465TcpFramer } from "../../../adapters/vds2465/tcp_framer.ts";
import { VdsKeys } from "../../../adapters/vds2465/tcp_keys.ts";
import { Vds2465TcpSession } from "../../../adapters/vds2465/tcp_session.ts";
import { IK, readTelegram, type VdsTelegram, writeTelegram } from "../../../adapters/vds2465/tcp_telegram.ts";
import { readItem } from "../../../adapters/vds2465/transmitter_item.ts";
import {
  Vds2465Transmitter,
  type Vds2465TransmitterOptions,
  type VdsTransmitterEffect,
} from "../../../adapters/vds2465/transmitter_session.ts";
import { hex } from "./records.ts";

const SECRET = "00112233445566778899aabbccddeeff";
const BURGLARY = "05021103000122";
const ECHO = "05031103000122";
const IDENT = "0356214365";

/** A receiving centre: counts as a centre does, and says what it hears. */
class Centre {
  readonly transmitter: Vds2465Transmitter;
  readonly keys = new VdsKeys({ 7: SECRET, 8: "ff".repeat(16) });
  tc = 0x0fffffff;
  key = 0;
  heard: VdsTelegram[] = [];
  effects: VdsTransmitterEffect[] = [];
  last: Uint8Array = new Uint8Array();
  #framer = new Vds2465TcpFramer();

  constructor(options: Vds2465TransmitterOptions = {}) {
    this.transmitter = new Vds2465Transmitter({ ident: "123456", ...options });
  }

  take(effects: VdsTransmitterEffect[]): string[] {
    this.effects = effects;
    return effects.map((effect) => {
      if (effect.kind === "stray") return `?${effect.rule}`;
      if (effect.kind === "absent" || effect.kind === "refused") {
        return `${effect.kind} ${effect.id ?? "-"} ${effect.rule}`;
      }
      if (effect.kind !== "send") return "id" in effect ? `${effect.kind} ${effect.id}` : effect.kind;
      const [item] = this.#framer.feed(effect.bytes);
      assert(item?.kind === "frame");
      const read = readTelegram(item.frame.key, item.frame.body, this.keys);
      assert(read.ok);
      this.heard.push(read.telegram);
      return `> ${read.telegram.ik} ${read.telegram.payload.toHex()}`.trim();
    });
  }

  get rc(): number {
    const last = this.heard.findLast(({ ik }) => ik !== IK.SERVICE_REQUEST);
    return last === undefined ? 0 : (last.tc + 1) >>> 0;
  }

  write(ik: number, records = "", change: Partial<VdsTelegram> = {}): Uint8Array {
    const { key, rc } = this;
    this.last = writeTelegram(
      { key, tc: this.tc, rc, ik, pk: 1, payload: hex(records), ...change },
      this.keys,
    );
    this.tc = (this.tc + 1) >>> 0;
    return this.last;
  }

  send(now: number, ik: number, records = "", change: Partial<VdsTelegram> = {}): string[] {
    return this.take(this.transmitter.feed(this.write(ik, records, change), now));
  }

  offer(id: string, records: string, now: number): string[] {
    return this.take(this.transmitter.offer({ id, records: hex(records) }, now));
  }

  tick(now: number): string[] {
    return this.take(this.transmitter.tick(now));
  }

  /** Synchronised, and one poll answered. */
  up(): this {
    assertEquals(this.transmitter.connected(0, 0xa0), []);
    assertEquals(this.send(0, IK.SYNC_REQUEST, "01"), ["> 2 01", "present"]);
    assertEquals(this.send(0, IK.POLL), ["> 3"]);
    return this;
  }
}

Deno.test("an alarm goes out with the next poll and is delivered on its 03, not before", () => {
  const centre = new Centre().up();
  assert(centre.transmitter.ready);
  assertEquals(centre.offer("a", BURGLARY, 1), ["> 7"]);
  assertEquals(centre.transmitter.ready, false);
  assertEquals(centre.offer("b", BURGLARY, 1), ["refused b not-ready"]);
  assertEquals(centre.send(2, IK.POLL), ["sent a", `> 4 ${BURGLARY}${IDENT}`]);
  // The centre has read it and says no more: that is no delivery.
  assertEquals(centre.send(3, IK.POLL), ["> 3"]);
  assertEquals(centre.send(4, IK.PAYLOAD, "05031104000122"), ["?unexpected-acknowledgement", "> 3"]);
  assertEquals(centre.send(5, IK.PAYLOAD, ECHO), ["delivered a", "> 3"]);
  assert(centre.transmitter.ready);
});

Deno.test("an alarm offered before the first poll is sent with it, without a service request", () => {
  const centre = new Centre();
  centre.transmitter.connected(0, 0xa0);
  assertEquals(centre.offer("a", BURGLARY, 0), ["refused a not-ready"]);
  centre.send(0, IK.SYNC_REQUEST, "01");
  assertEquals(centre.offer("a", BURGLARY, 0), []);
  assertEquals(centre.send(1, IK.POLL), ["sent a", `> 4 ${BURGLARY}${IDENT}`]);
});

Deno.test("a test is delivered on 41 and tells the centre's time; several events on all their echoes, in any order", () => {
  const centre = new Centre().up();
  centre.offer("t", "0040", 1);
  centre.send(1, IK.POLL);
  assertEquals(centre.send(2, IK.PAYLOAD, "0041075019140b15010203"), ["delivered t", "clock", "> 3"]);
  assertEquals(centre.effects[1], {
    kind: "clock",
    at: { year: 2025, month: 11, day: 21, hour: 1, minute: 2, second: 3 },
  });
  centre.offer("m", `${BURGLARY}05021104000123`, 3);
  assertEquals(centre.send(3, IK.POLL)[1], `> 4 ${BURGLARY}05021104000123${IDENT}`);
  assertEquals(centre.send(4, IK.PAYLOAD, "05031104000123"), ["> 3"]);
  assertEquals(centre.send(5, IK.PAYLOAD, ECHO), ["delivered m", "> 3"]);
});

Deno.test("records without acknowledgement go out with one where the language has one, else the next telegram proves them", () => {
  const centre = new Centre().up();
  centre.offer("a", "05041103000122", 1);
  assertEquals(centre.send(1, IK.POLL), ["sent a", `> 4 ${BURGLARY}${IDENT}`]);
  assertEquals(centre.send(2, IK.PAYLOAD, ECHO), ["delivered a", "> 3"]);
  centre.offer("s", "05201103000122", 3);
  assertEquals(centre.send(3, IK.POLL), ["sent s", `> 4 05201103000122${IDENT}`]);
  assertEquals(centre.send(4, IK.POLL), ["delivered s", "> 3"]);
});

Deno.test("records are sorted for one event, kept in order for several, and cleared of what steers the line", () => {
  const payload = (records: string) => {
    const read = readItem({ id: "a", records: hex(records) }, "123456");
    return read.ok ? read.item.payload.toHex() : read.rule;
  };
  assertEquals(payload(`016190 ${BURGLARY} 010100 00ff 0041 ${ECHO}`), `010100${BURGLARY}${IDENT}016190`);
  assertEquals(
    payload(`${BURGLARY} 016190 05021104000123 010100`),
    `${BURGLARY}01619005021104000123010100${IDENT}`,
  );
  assertEquals(payload(`${BURGLARY} 0102`), "truncated-record");
  assertEquals([payload(""), payload(IDENT), payload("00ff")], ["no-event", "no-event", "no-event"]);
  assertEquals(payload(`${BURGLARY} f254${"41".repeat(242)}`), "too-long");
  assertEquals(readItem({ id: "a", records: hex(BURGLARY) }).ok, true);
  const centre = new Centre().up();
  assertEquals(centre.offer("x", IDENT, 1), ["refused x no-event"]);
  assert(centre.transmitter.ready);
});

Deno.test("an error is the alarm's refusal, unless it only concerns a record beside it", () => {
  const centre = new Centre().up();
  centre.offer("a", BURGLARY, 1);
  centre.send(1, IK.POLL);
  assertEquals(centre.send(2, IK.PAYLOAD, "031110ff61"), ["?error", "> 3"]);
  assertEquals(centre.send(3, IK.PAYLOAD, "02111003"), ["refused a error-03", "> 3"]);
  assertStringIncludes(JSON.stringify(centre.effects[0]), "negative acknowledgement");
  assertEquals(centre.send(4, IK.PAYLOAD, ECHO), ["?unexpected-acknowledgement", "> 3"]);
});

Deno.test("without an acknowledgement for 30 s the alarm comes back and the connection is closed", () => {
  const centre = new Centre().up();
  centre.offer("a", BURGLARY, 1000);
  for (let now = 1000; now < 31_000; now += 5000) centre.send(now, IK.POLL);
  assertEquals(centre.transmitter.nextTick, 31_000);
  assertEquals(centre.tick(30_999), []);
  assertEquals(centre.tick(31_000), ["absent a no-acknowledgement", "close"]);
  assertEquals([centre.transmitter.ready, centre.transmitter.nextTick, centre.tick(99_999)], [
    false,
    undefined,
    [],
  ]);
});

Deno.test("a silent centre: the last telegram again, to the octet, three times; then absent", () => {
  const centre = new Centre({ answerMs: 4000, acknowledgeMs: 60_000 }).up();
  centre.offer("a", BURGLARY, 0);
  centre.send(0, IK.POLL);
  const sent: [number, string][] = [];
  let end: string[] = [];
  for (let now = 0; now <= 20_000; now += 500) {
    const said = centre.tick(now);
    for (const effect of centre.effects) {
      if (effect.kind === "send") sent.push([now, effect.bytes.toHex().slice(0, 20)]);
    }
    if (said.includes("close")) end = [`${now}`, ...said];
  }
  const [first] = sent.map(([, bytes]) => bytes);
  assertEquals(sent, [[4000, first ?? ""], [8000, first ?? ""], [12_000, first ?? ""]]);
  assertEquals(end, ["16000", "absent a no-answer", "close"]);
});

Deno.test("a centre that never speaks is absent", () => {
  const centre = new Centre();
  centre.transmitter.connected(0);
  assertEquals(centre.transmitter.nextTick, 40_000);
  assertEquals(centre.tick(40_000), ["absent - no-sync", "close"]);
});

Deno.test("the connection breaks: the alarm in flight comes back, and nothing else", () => {
  const centre = new Centre().up();
  centre.offer("a", BURGLARY, 1);
  assertEquals(centre.take(centre.transmitter.disconnected(2)), ["absent a disconnected"]);
  assertEquals(centre.take(centre.transmitter.disconnected(3)), []);
  assertEquals(centre.transmitter.feed(centre.last, 4), []);
});

Deno.test("the centre repeats itself: it gets the same answer again, to the octet", () => {
  const centre = new Centre();
  centre.transmitter.connected(0, 0xa0);
  centre.send(0, IK.SYNC_REQUEST, "01");
  assertEquals(centre.take(centre.transmitter.feed(centre.last, 1)), ["> 2 01"]);
  centre.offer("a", BURGLARY, 1);
  centre.send(2, IK.POLL);
  assertEquals(centre.take(centre.transmitter.feed(centre.last, 3)), [`> 4 ${BURGLARY}${IDENT}`]);
  assertEquals(centre.heard.slice(-2).map(({ tc }) => tc), [0xa1, 0xa1]);
});

Deno.test("both speak at the same time: the alarm goes out again with counters that the centre takes", () => {
  const centre = new Centre().up();
  centre.offer("a", BURGLARY, 1);
  const crossed = centre.write(IK.POLL);
  const asked = centre.write(IK.POLL);
  centre.take(centre.transmitter.feed(crossed, 2));
  assertEquals(centre.take(centre.transmitter.feed(asked, 3)), [`> 4 ${BURGLARY}${IDENT}`]);
  assertEquals(centre.heard.slice(-2).map(({ tc, rc }) => [tc, rc]), [[0xa2, 0x10000002], [
    0xa2,
    0x10000003,
  ]]);
  assertEquals(centre.send(4, IK.PAYLOAD, ECHO), ["delivered a", "> 3"]);
});

Deno.test("a centre that does not know the service request is not asked again", () => {
  const centre = new Centre().up();
  assertEquals(centre.offer("a", BURGLARY, 1), ["> 7"]);
  assertEquals(centre.send(2, IK.IK_UNKNOWN), ["?not-understood"]);
  assertEquals(centre.send(2, IK.POLL), ["sent a", `> 4 ${BURGLARY}${IDENT}`]);
  assertEquals(centre.send(3, IK.PAYLOAD, ECHO), ["delivered a", "> 3"]);
  assertEquals(centre.offer("b", BURGLARY, 4), []);
});

Deno.test("with a key nothing but the synchronisation is believed in plain or with another key", () => {
  const centre = new Centre({ key: { number: 7, key: SECRET } });
  centre.transmitter.connected(0, 0xa0);
  assertEquals(centre.send(0, IK.SYNC_REQUEST, "01"), ["> 2 01", "present"]);
  centre.key = 7;
  assertEquals(centre.send(0, IK.POLL), ["> 3"]);
  centre.offer("a", BURGLARY, 1);
  assertEquals(centre.send(1, IK.POLL), ["sent a", `> 4 ${BURGLARY}${IDENT}`]);
  const { tc } = centre;
  assertEquals(centre.send(2, IK.PAYLOAD, ECHO, { key: 0 }), ["?wrong-key"]);
  centre.tc = tc;
  assertEquals(centre.send(2, IK.PAYLOAD, ECHO), ["delivered a", "> 3"]);
  assertEquals(centre.heard.map(({ key }) => key), [7, 7, 7, 7, 7]);
  assertEquals(centre.send(3, IK.POLL, "", { key: 8 }), ["?unknown-key", "absent - unknown-key", "close"]);
  assert(!JSON.stringify(centre.effects).includes(SECRET));
  assertThrows(
    () => new Vds2465Transmitter({ key: { number: 7, key: "12" } }),
    RangeError,
    "32 hexadecimal digits",
  );
});

Deno.test("commands of the centre: answered with 03 or 11 in the next telegram; queries by this side itself", () => {
  const centre = new Centre().up();
  assertEquals(centre.send(1, IK.PAYLOAD, "05021101000200"), ["command", "> 3"]);
  const [first] = centre.effects;
  assert(first?.kind === "command");
  assertEquals(first.record.data.toHex(), "1101000200");
  centre.transmitter.answerCommand(first.ref, "done");
  assertEquals(centre.send(2, IK.POLL), ["> 4 05031101000200"]);
  centre.send(3, IK.PAYLOAD, "05021101000280");
  const [second] = centre.effects;
  assert(second?.kind === "command");
  centre.transmitter.answerCommand(second.ref, 0x18);
  centre.transmitter.answerCommand(second.ref, "done");
  assertEquals(centre.send(4, IK.POLL), ["> 4 02111118"]);
  assertEquals(centre.send(5, IK.POLL), ["> 3"]);
  assertEquals(centre.send(6, IK.PAYLOAD, "05100000000120"), ["> 4 02110002"]);
  assertStringIncludes(centre.send(7, IK.PAYLOAD, "02100055")[0] ?? "", "> 4 0e5500");
});

Deno.test("on demand: hang-up when everything is delivered; and the centre's hang-up", () => {
  const centre = new Centre().up();
  centre.offer("a", BURGLARY, 1);
  centre.transmitter.finish(1);
  assertEquals(centre.send(1, IK.POLL), ["sent a", `> 4 ${BURGLARY}${IDENT}`]);
  assertEquals(centre.send(2, IK.PAYLOAD, ECHO), ["delivered a", "> 4 00ff"]);
  assertEquals(centre.transmitter.ready, false);
  assertEquals(centre.send(3, IK.POLL), ["close"]);

  const hangsUp = new Centre().up();
  hangsUp.offer("a", BURGLARY, 1);
  hangsUp.send(1, IK.POLL);
  assertEquals(hangsUp.send(2, IK.PAYLOAD, `${ECHO}00ff`), ["delivered a", "close"]);

  // A command together with the hang-up is answered first.
  const commands = new Centre().up();
  assertEquals(commands.send(1, IK.PAYLOAD, "0502110100020000ff"), ["command", "> 3"]);
  commands.transmitter.answerCommand(1, "done");
  assertEquals(commands.send(2, IK.POLL), ["> 4 05031101000200"]);
  assertEquals(commands.send(3, IK.POLL), ["close"]);

  const silent = new Centre().up();
  silent.transmitter.finish(1);
  assertEquals(silent.send(1, IK.POLL), ["> 4 00ff"]);
  assertEquals(silent.tick(10_000), []);
  assertEquals(silent.tick(10_001), ["close"]);
});

Deno.test("random octets and random telegrams never throw nor deliver an alarm", () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => ({ bytes })),
    fc.record({ ik: fc.nat(9), payload: fc.uint8Array({ maxLength: 30 }) }),
  );
  fc.assert(fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
    const centre = new Centre().up();
    centre.offer("a", BURGLARY, 0);
    for (const [index, each] of chunks.entries()) {
      const said = "bytes" in each
        ? centre.take(centre.transmitter.feed(each.bytes, index))
        : centre.send(index, each.ik, each.payload.toHex());
      assert(!said.includes("delivered a"));
      if (said.includes("close")) return;
    }
  }));
});

Deno.test("our transmitter and our centre, any alarms: each is delivered once it is settled, and arrives whole", () => {
  const alarm = fc.record({
    place: fc.uint8Array({ minLength: 5, maxLength: 5 }),
    accepted: fc.boolean(),
    wait: fc.integer({ min: 0, max: 20_000 }),
  });
  fc.assert(
    fc.property(
      fc.array(alarm, { maxLength: 8 }),
      fc.boolean(),
      fc.nat(0xffffffff),
      (alarms, secret, counter) => {
        const keys = secret ? { keys: { 7: SECRET } } : {};
        const transmitter = new Vds2465Transmitter({
          ident: "123456",
          ...(secret ? { key: { number: 7, key: SECRET } } : {}),
        });
        const session = new Vds2465TcpSession({ ...keys, firstCounter: counter });
        transmitter.connected(0, counter ^ 0x55555555);
        const delivered: string[] = [];
        const arrived: string[] = [];
        let now = 0;
        let settleAt: { ref: number; at: number } | undefined;
        let closed = false;
        const toDevice = (effects: ReturnType<typeof session.feed>) => {
          for (const effect of effects) {
            if (effect.kind === "send") fromDevice(transmitter.feed(effect.bytes, now));
            if (effect.kind === "alarm") {
              arrived.push(effect.alarm.data.toHex());
              settleAt = { ref: effect.ref, at: now + (alarms[arrived.length - 1]?.wait ?? 0) };
            }
            if (effect.kind === "close") closed = true;
          }
        };
        const fromDevice = (effects: VdsTransmitterEffect[]) => {
          for (const effect of effects) {
            if (effect.kind === "send") {
              toDevice(session.feed(effect.bytes, now));
            }
            if (effect.kind === "delivered") delivered.push(effect.id);
          }
        };
        const sent: string[] = [];
        for (; now < 400_000 && !closed; now += 100) {
          const next = alarms[sent.length];
          if (transmitter.ready && next !== undefined) {
            const records = `0502${next.place.toHex()}`;
            sent.push(records + IDENT);
            fromDevice(transmitter.offer({ id: `${sent.length}`, records: hex(records) }, now));
          }
          toDevice(session.tick(now));
          fromDevice(transmitter.tick(now));
          if (settleAt !== undefined && now >= settleAt.at) {
            const { ref } = settleAt;
            settleAt = undefined;
            const outcome = alarms[arrived.length - 1]?.accepted === true ? "accepted" : "failed";
            toDevice(session.settle(ref, outcome, now));
          }
        }
        const failed = alarms.findIndex(({ accepted }) => !accepted);
        const good = failed < 0 ? alarms.length : failed;
        assertEquals(delivered, Array.from({ length: good }, (_, at) => `${at + 1}`));
        assertEquals(arrived, sent);
        assertEquals(closed, failed >= 0);
      },
    ),
    { numRuns: 30 },
  );
});
