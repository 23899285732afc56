/** What is wrong with a datagram, by mistake or on purpose. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { reconstructed2020 as profile } from "../../../src/ip/mod.ts";
import { clear, keyLine, keySet, read, Tape } from "../../capture/dissected.ts";
import { captureOf, TSHARK_TEST } from "../../capture/tshark.ts";
import { alarm, assertFields, FILLED, MASTER, remarks, result } from "./asserted.ts";
import { ANY, deviceId, EVERY, OCTETS } from "./every_message.ts";

Deno.test({
  ...TSHARK_TEST,
  name: "each kind of trouble has its remark, and the remark says what is wrong",
  async fn() {
    const tape = new Tape();
    const set = keySet(0x31), keys = set.prepared;
    const on = (tx: number, rx = 1, more = {}) => ({ handle: MASTER, tx, rx, ...more });
    const cases: [string, string[], string][] = [];
    const expect = (info: string, kinds: string[], message = "") => cases.push([info, kinds, message]);

    const first = tape.say("->", keys, on(1), alarm("#1|NBA"));
    expect("EVENT_MSG SIA #1|NBA tx=1 rx=1", []);
    tape.add("->", first.with(first.length - 1, first.at(-1)! ^ 1));
    expect("EVENT_MSG SIA #1|NBA tx=1 rx=1 [bad hash]", ["bad_hash"], "damaged, forged");
    tape.spt = { hostname: "203.0.113.66", port: 6666 };
    tape.add("->", first);
    expect(
      "EVENT_MSG SIA #1|NBA tx=1 rx=1 [retransmission]",
      ["retransmission"],
      "frame 1, from another address",
    );
    tape.spt = { hostname: "192.0.2.7", port: 40000 };
    tape.say("->", keys, on(5), alarm("#1|NBA"));
    expect(
      "EVENT_MSG SIA #1|NBA tx=5 rx=1 [sequence]",
      ["sequence"],
      "5 instead of 2: 3 messages of this sender are missing",
    );
    tape.say("->", keys, on(5), alarm("#1|NFA"));
    expect("EVENT_MSG SIA #1|NFA tx=5 rx=1 [TX reused]", ["reused"], "used again");
    tape.say("->", keys, on(3), alarm("#1|NFA"));
    expect("EVENT_MSG SIA #1|NFA tx=3 rx=1 [sequence]", ["sequence"], "3 instead of 6: an old message");
    tape.say("<-", keys, on(9, 4), { name: "EVENT_RESP", result: "RESP_PROCESS_ERROR" });
    expect("EVENT_RESP RESP_PROCESS_ERROR tx=9 rx=4", ["refused"], "RESP_PROCESS_ERROR");
    tape.say("->", clear(), on(4), alarm("#1|NBA"));
    expect("EVENT_MSG SIA #1|NBA tx=4 rx=1 [clear]", ["downgrade"], "although this handle has a key");
    tape.say("->", keys, on(4), { id: 0x46, data: OCTETS });
    expect("message 0x46 tx=4 rx=1", ["unknown_message"], "0x46 is not in the profile");
    tape.say("->", keys, on(5), { id: 0x30, data: Uint8Array.fromHex("0000020141ee00017a") });
    expect("EVENT_MSG SIA A tx=5 rx=1", ["unknown_field"], "0xee is not in the profile");
    tape.say("->", keys, on(6), { id: 0x30, data: Uint8Array.fromHex("000002014103000141ff") });
    expect("EVENT_MSG SIA A tx=6 rx=1", ["bad_data"], "needs 3 octets, 1 are left");
    tape.say("->", keys, on(7), { id: 0x30, data: Uint8Array.fromHex("03000180") });
    expect("EVENT_MSG tx=7 rx=1", ["bad_data"], "no UTF-8");
    const fields: [octets: string, info: string, message: string][] = [
      ["000000", "EVENT_MSG tx=8 rx=1", "carries no alarm"],
      ["0000020141 0000020142", "EVENT_MSG SIA A, SIA B tx=9 rx=1", "this one has 2"],
      ["0000020141 01000700000000000000", "EVENT_MSG SIA A tx=10 rx=1", "A time has 8 octets, not 7"],
      ["0000020141 800005 0000000000", "EVENT_MSG SIA A tx=11 rx=1", "does not have 5 octets"],
      ["0000020141 810001 00", "EVENT_MSG SIA A tx=12 rx=1", "A port has 2 octets, not 1"],
      ["0000020141 030001 00", "EVENT_MSG SIA A tx=13 rx=1", "holds a NUL"],
      ["0000020141 030003 eda080", "EVENT_MSG SIA A tx=14 rx=1", "no UTF-8"],
    ];
    fields.forEach(([octets, info, message], n) => {
      tape.say("->", keys, on(8 + n), { id: 0x30, data: Uint8Array.fromHex(octets.replaceAll(" ", "")) });
      expect(info, ["bad_data"], message);
    });
    const next = 8 + fields.length;
    tape.say("->", keys, on(next), { id: 0x45, data: OCTETS });
    expect(`PATH_SUPERVISION_REQ tx=${next} rx=1`, ["bad_data"], "needs 5 octets of data, there are 3");
    tape.say("->", keys, on(next + 1), { name: "POLL_MSG", trailing: OCTETS });
    expect(`POLL_MSG tx=${next + 1} rx=1`, ["trailing"], "a later edition");
    tape.say("->", keys, on(next + 2, 1, { version: 2 }), { name: "POLL_MSG" });
    expect(`POLL_MSG tx=${next + 2} rx=1`, []);
    tape.say("->", keySet(0x32).prepared, on(next + 3), { name: "POLL_MSG" });
    expect(
      "Encrypted, handle 0x00001001: the keys given for this handle do not open it",
      ["no_key"],
      "do not open it",
    );
    tape.say("->", keys, { handle: 9, tx: 11, rx: 1 }, { name: "POLL_MSG" });
    expect("Encrypted, handle 0x00000009: no key for this handle", ["no_key"], "no key for this handle");
    tape.say("->", clear(), { handle: 10, tx: 11, rx: 1 }, { name: "POLL_MSG" });
    expect("POLL_MSG tx=11 rx=1 [clear]", ["downgrade"], "can read it");
    tape.say("<-", keys, { handle: MASTER, tx: 10, rx: 5 }, {
      name: "ENCRYPT_SELECT_RESP",
      result,
      master: false,
      encryption: "none",
    });
    expect(
      "ENCRYPT_SELECT_RESP RESP_ACKNOWLEDGE none tx=10 rx=5",
      ["downgrade"],
      "all that follows is in clear",
    );
    tape.say("->", keys.withHash("ripemd-256"), on(next + 3), { name: "POLL_MSG" });
    expect(`POLL_MSG tx=${next + 3} rx=1`, ["other_hash"], "ripemd-256, although sha-256 is in force");
    const longer = new Tape({ ...profile, values: { ...profile.values, lengthCountsHeader: true } });
    const tooLong = { name: "TRANSPARENT_MSG", data: new Uint8Array(70) } as const;
    tape.add("->", longer.say("->", keys, on(next + 4), tooLong));
    expect(`TRANSPARENT_MSG 70 octets tx=${next + 4} rx=1`, ["bad_data"], "goes beyond the datagram");
    tape.add("->", first.subarray(0, 40));
    expect("Too short, handle 0x00001001", ["bad_data"], "Too short");
    tape.add("->", first.subarray(0, 3));
    expect("Too short", ["bad_data"], "Too short");

    const frames = await tape.read({ keys: keyLine(MASTER, set) });
    frames.forEach((frame, i) => {
      const [info, kinds, message] = cases[i]!;
      assertEquals([frame.info, [...new Set(remarks(frame))]], [info, kinds]);
      const said = frame.fields["_ws.expert.message"]?.join("; ") ?? "";
      assert(said.includes(message), `${info}: ${said}`);
    });
    assertEquals(frames.length, cases.length);
    assertFields(frames[2], { "tocsin.retransmission": "1" });
    assertFields(frames[15 + fields.length], {
      "tocsin.hash.status": "unverified",
      "tocsin.handle": "0x00001001",
    });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "a forged clear message teaches the dissector nothing about a handle that has a key",
  async fn() {
    const tape = new Tape();
    const set = keySet(0x31), keys = set.prepared;
    const on = (handle: number, tx: number) => ({ handle, tx, rx: 1 });
    tape.say("->", keys, on(MASTER, 1), alarm("#1|NBA"));
    tape.say("<-", clear(), on(MASTER, 50), { name: "HASH_SELECT_RESP", result, hash: "ripemd-256" });
    tape.say("->", clear(), on(MASTER, 77), { name: "POLL_MSG" });
    tape.say("->", clear(), { ...on(0, 200), rx: 0 }, { name: "CONN_HANDLE_REQ" });
    tape.say("<-", clear(), { ...on(0, 1), rx: 201 }, { name: "CONN_HANDLE_RESP", result, handle: MASTER });
    for (let i = 0; i < 20; i++) {
      const key = FILLED(i);
      tape.say("<-", clear(), on(MASTER, 51 + i), {
        name: "ENCRYPT_KEY_RESP",
        result,
        master: false,
        fromRct: false,
        key,
      });
    }
    tape.say("->", keys, on(MASTER, 2), alarm("#1|NBA"));
    const frames = await tape.read({ keys: keyLine(MASTER, set) });
    assertEquals(remarks(frames.at(-1)), []);
    assertEquals(frames.at(-1)!.info, "EVENT_MSG SIA #1|NBA tx=2 rx=1");
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "requests of both ends with one number, and of two sites on one address, find their own responses",
  async fn() {
    const tape = new Tape();
    const { prepared: keys, ...set } = keySet(0x31);
    const on = (tx: number, rx: number) => ({ handle: MASTER, tx, rx });
    tape.say("->", keys, on(7, 7), { name: "POLL_MSG" }); // 1
    tape.say("<-", keys, on(7, 7), { name: "POLL_MSG" });
    tape.say("->", keys, on(8, 8), { name: "POLL_RESP", result });
    tape.say("<-", keys, on(8, 8), { name: "POLL_RESP", result });
    const zero = { handle: 0, tx: 1, rx: 0 };
    tape.say("->", clear(), zero, { name: "VERSION_REQ", version: 1 }); // 5
    tape.spt = { hostname: "192.0.2.7", port: 40001 };
    tape.say("->", clear(), { ...zero, deviceId }, { name: "VERSION_REQ", version: 2 });
    tape.say("<-", clear(), { handle: 0, tx: 5, rx: 2 }, { name: "VERSION_RESP", result, version: 2 });
    tape.spt = { hostname: "192.0.2.7", port: 40000 };
    tape.say("<-", clear(), { handle: 0, tx: 9, rx: 2 }, { name: "VERSION_RESP", result, version: 1 });
    const frames = await tape.read({ keys: keyLine(MASTER, set) });
    const asked = frames.map(({ fields }) => fields["tocsin.response_to"]?.[0] ?? "");
    assertEquals(asked, ["", "", "2", "1", "", "", "6", "5"]);
    assertEquals(frames.flatMap(remarks), []);
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "a datagram that the capture cut short is shown as far as it goes, its hash unverified",
  async fn() {
    const set = keySet(0x31);
    for (const prepared of [clear(), set.prepared]) {
      const tape = new Tape();
      tape.say("->", prepared, { handle: MASTER, tx: 1, rx: 1 }, alarm("#1234|NBA01"));
      const whole = captureOf(tape.datagrams);
      for (const kept of [2, 10, 33, 40, 60, 100, 131]) {
        const cut = whole.slice(0, 24 + 16 + 28 + kept);
        new DataView(cut.buffer).setUint32(24 + 8, 28 + kept, true);
        const [frame] = await read(cut, { keys: keyLine(MASTER, set) });
        assert(remarks(frame).includes("cut"), `${kept} octets: ${remarks(frame)}`);
        assertEquals(frame!.fields["tocsin.hash.status"]?.[0] ?? "unverified", "unverified");
        if (kept >= 60) assertFields(frame, { "tocsin.msg": "0x30", "tocsin.event.text": "#1234|NBA01" });
      }
    }
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "noise of every kind is survived",
  async fn() {
    const tape = new Tape();
    const set = keySet(0x31);
    const messages = EVERY.map(([message]) => message);
    const FIELD_IDS = [0, 0x99, ...profile.eventFields.map(({ id }) => id)];
    const bytes = fc.uint8Array({ maxLength: 1500 });
    const noise = fc.oneof(
      { weight: 2, arbitrary: bytes.map((octets) => ({ octets })) },
      // An authentic message whose data is noise, so that every parser meets it.
      {
        weight: 6,
        arbitrary: fc.record({
          id: fc.constantFrom(0x99, ...ANY.messages.map(({ id }) => id)),
          data: fc.uint8Array({ maxLength: 120 }),
          sealed: fc.boolean(),
        }),
      },
      // Fields that are whole and say anything.
      {
        weight: 4,
        arbitrary: fc.record({
          id: fc.constant(0x30),
          data: fc.array(fc.tuple(fc.constantFrom(...FIELD_IDS), fc.uint8Array({ maxLength: 9 })), {
            maxLength: 6,
          })
            .map((fields) =>
              Uint8Array.from(fields.flatMap(([id, octets]) => [id, 0, octets.length, ...octets]))
            ),
          sealed: fc.boolean(),
        }),
      },
      // A true message with a few octets changed, or its end cut off.
      {
        weight: 4,
        arbitrary: fc.record({
          message: fc.constantFrom(...messages),
          at: fc.nat(),
          octet: fc.integer({ min: 1, max: 255 }),
          keep: fc.option(fc.nat({ max: 140 })),
          sealed: fc.boolean(),
        }),
      },
    );
    const samples = fc.sample(noise, { seed: 50136, numRuns: 2500 });
    const scratch = new Tape(ANY);
    samples.forEach((sample, i) => {
      if ("octets" in sample) return void tape.add("->", sample.octets);
      const keys = sample.sealed ? set.prepared : clear();
      const header = { handle: sample.sealed ? MASTER : i % 3, tx: i & 0xffff, rx: i % 5 };
      if ("id" in sample) return void tape.add("->", scratch.say("->", keys, header, sample));
      const octets = scratch.say("->", keys, header, sample.message);
      octets[sample.at % octets.length]! ^= sample.octet;
      tape.add(i % 2 === 0 ? "->" : "<-", octets.subarray(0, sample.keep ?? octets.length));
    });
    // read() fails on any Lua error.
    const frames = await tape.read({ keys: keyLine(MASTER, set) });
    assertEquals(frames.length, 2500);
    const shown = frames.filter(({ protocol }) => protocol === "TOCSIN").length;
    assert(shown > 2400, `${shown} shown`);
    const opened = frames.filter(({ fields }) => fields["tocsin.hash.status"]?.[0] === "correct").length;
    assert(opened > 1000, `${opened} opened`);
  },
});
