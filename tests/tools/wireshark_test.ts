import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { edition, type Message, msToNtp, reconstructed2020 as profile } from "../../src/ip/mod.ts";
import vectors from "../../src/ip/vectors/ip.json" with { type: "json" };
import ripemdVectors from "../../src/ip/vectors/ip-ripemd.json" with { type: "json" };
import { RctSessions } from "../../src/session/rct_sessions.ts";
import { SptSession } from "../../src/session/spt_session.ts";
import { luaTables, PROFILES, withTables } from "../../tools/wireshark/generate.ts";
import {
  clear,
  type Frame,
  keyLine,
  keySet,
  LOADED,
  RCT_ID,
  read,
  SPT_ID,
  START,
  Tape,
} from "../capture/dissected.ts";
import { captureOf, joined, tshark, TSHARK_TEST } from "../capture/tshark.ts";
import { pcapHeader, pcapRecord } from "../../src/capture/pcap.ts";

const MASTER = 0x1001, SESSION = 0x73603722;
const result = "RESP_ACKNOWLEDGE" as const;
const ascii = (text: string) => new TextEncoder().encode(text);
const NO_KEY = new Uint8Array(32);
const FILLED = (fill: number) => new Uint8Array(32).fill(fill);

/** What a test says of a frame, beside the fields that it does not care for. */
function assertFields(
  frame: Frame | undefined,
  expected: Record<string, string | string[]>,
  what = "",
): void {
  const got = Object.fromEntries(Object.keys(expected).map((name) => [name, frame?.fields[name] ?? []]));
  const wanted = Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [name, typeof value === "string" ? [value] : value]),
  );
  assertEquals(got, wanted, what);
}

const remarks = (frame: Frame | undefined) =>
  Object.keys(frame?.fields ?? {}).filter((name) => name.startsWith("tocsin.expert."))
    .map((name) => name.slice("tocsin.expert.".length)).sort();

Deno.test("the dissector's tables are those of the profiles: run tools/wireshark/generate.ts when they are not", async () => {
  const text = await Deno.readTextFile(new URL("../../tools/wireshark/tables.lua", import.meta.url));
  assertEquals(text, withTables(text, PROFILES));
});

Deno.test("luaTables() refuses profiles that one dissector cannot read", () => {
  const other = { ...profile, values: { ...profile.values, portOctets: 4 } };
  assertThrows(() => luaTables([profile, other]), Error, "portOctets");
  const renumbered = {
    ...profile,
    results: profile.results.map((row) =>
      row.id === 1 ? { ...row, name: "RESP_TIME_NOT_SET" as const } : row
    ),
  };
  assertThrows(() => luaTables([profile, renumbered]), Error, "0x01");
  assertThrows(() => luaTables([]), Error);
  assertThrows(() => withTables("no marks", PROFILES), Error, "no lines");
});

// ---- every message ------------------------------------------------------------------------------------------

type Expected = Record<string, string | string[]>;
const deviceId = Uint8Array.from({ length: 16 }, (_, i) => i);
const OCTETS = Uint8Array.fromHex("00ff10");
const noon = msToNtp(START + 0.25);

const EVERY: [Message, Expected][] = [
  [{ name: "POLL_MSG" }, {}],
  [{ name: "POLL_MSG", trailing: OCTETS }, { "tocsin.trailing": "00ff10" }],
  [{ name: "POLL_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "POLL_RESP", result: "RESP_POLL_TOO_FAST" }, { "tocsin.result": "0x0a" }],
  [{ name: "EVENT_RESP", result: "RESP_0x7b" }, { "tocsin.result": "0x7b" }],
  [
    { name: "EVENT_MSG", fields: [{ field: "event", protocol: "sia", data: ascii("#1234|NBA01") }] },
    {
      "tocsin.event.field": "0x00",
      "tocsin.event.field_length": "12",
      "tocsin.event.protocol": "0x01",
      "tocsin.event.data": ascii("#1234|NBA01").toHex(),
      "tocsin.event.text": "#1234|NBA01",
      "tocsin.event.account": "1234",
    },
  ],
  [
    {
      name: "EVENT_MSG",
      fields: [
        { field: "time-event", time: noon },
        { field: "time-message", time: msToNtp(Date.UTC(2040, 0, 1)) },
        { field: "event", protocol: "contact-id", data: ascii("987618113001015") },
        { field: "alarm-text", text: "Einbruch" },
        { field: "site-name", text: "Fürst & Söhne" },
        { field: "building-name", text: "" },
        { field: "location", text: "警報" },
        { field: "room", text: "Room 7" },
        { field: "alarm-trigger", text: "PIR" },
        { field: "longitude", text: "8.541694" },
        { field: "latitude", text: "47.376887" },
        { field: "altitude", text: "408" },
        { field: "link-ip-address", address: Uint8Array.fromHex("00000000000000000000ffffc0000209") },
        { field: "link-ip-address", address: Uint8Array.fromHex("20010db8000000000000000000000001") },
        { field: "link-ip-port", port: 554 },
        { field: "link-url", text: "rtsp://192.0.2.9/1" },
        { field: "link-filename", text: "1.jpg" },
        { field: "raw", id: 0x99, data: OCTETS },
      ],
    },
    {
      "tocsin.event.field": "01 02 00 03 04 05 06 07 08 09 0a 0b 80 80 81 82 83 99".split(" ").map((id) =>
        `0x${id}`
      ),
      "tocsin.event.time_event": "Nov 21, 2026 12:00:00.000250000 UTC",
      "tocsin.event.time_message": "Jan  1, 2040 00:00:00.000000000 UTC",
      "tocsin.event.protocol": "0x02",
      "tocsin.event.text": "987618113001015",
      "tocsin.event.account": "9876",
      "tocsin.event.alarm_text": "Einbruch",
      "tocsin.event.site_name": "Fürst & Söhne",
      "tocsin.event.building_name": "",
      "tocsin.event.location": "警報",
      "tocsin.event.room": "Room 7",
      "tocsin.event.alarm_trigger": "PIR",
      "tocsin.event.longitude": "8.541694",
      "tocsin.event.latitude": "47.376887",
      "tocsin.event.altitude": "408",
      "tocsin.event.link_ipv4": "192.0.2.9",
      "tocsin.event.link_ipv6": "2001:db8::1",
      "tocsin.event.link_ip_port": "554",
      "tocsin.event.link_url": "rtsp://192.0.2.9/1",
      "tocsin.event.link_filename": "1.jpg",
      "tocsin.event.raw": "00ff10",
    },
  ],
  [
    { name: "EVENT_MSG", fields: [{ field: "event", protocol: "vds2465", data: OCTETS }] },
    { "tocsin.event.protocol": "0x04", "tocsin.event.data": "00ff10", "tocsin.event.text": [] },
  ],
  [
    { name: "EVENT_MSG", fields: [{ field: "event", protocol: "protocol-0x81", data: ascii("a\0\xff") }] },
    { "tocsin.event.protocol": "0x81", "tocsin.event.text": "a\\x00\\xc3\\xbf" },
  ],
  [{ name: "CONN_HANDLE_REQ" }, {}],
  [{ name: "CONN_HANDLE_RESP", result, handle: 0xdeadbeef }, { "tocsin.new_handle": "0xdeadbeef" }],
  [
    { name: "CONN_HANDLE_RESP", result: "RESP_DEVICE_NOT_ALLOWED", handle: 0, bare: true },
    { "tocsin.result": "0x08", "tocsin.new_handle": [], "tocsin.expert.bad_data": [] },
  ],
  [
    { name: "DEVICE_ID_REQ", master: true, deviceId },
    {
      "tocsin.told_device_id": deviceId.toHex(),
      "tocsin.device_id.flags": "0x01",
      "tocsin.device_id.flags.master": "1",
    },
  ],
  [{ name: "DEVICE_ID_RESP", result, deviceId }, { "tocsin.told_device_id": deviceId.toHex() }],
  [
    { name: "ENCRYPT_SELECT_REQ", master: true, reserved: 0x80, offers: ["aes-256", "encryption-0x07"] },
    {
      "tocsin.encryption.flags": "0x82",
      "tocsin.encryption.flags.master": "1",
      "tocsin.encryption.offer": ["2", "7"],
    },
  ],
  [
    { name: "ENCRYPT_SELECT_RESP", result, master: false, encryption: "aes-128" },
    { "tocsin.encryption.flags.master": "0", "tocsin.encryption.chosen": "1" },
  ],
  [
    { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: NO_KEY },
    { "tocsin.key.flags": "0x00", "tocsin.key.flags.from_rct": "0", "tocsin.key.present": "0" },
  ],
  [
    { name: "ENCRYPT_KEY_RESP", result, master: true, fromRct: true, key: FILLED(0x77) },
    {
      "tocsin.key.flags": "0x03",
      "tocsin.key.flags.from_rct": "1",
      "tocsin.key.flags.master": "1",
      "tocsin.key.present": "1",
    },
  ],
  [{ name: "HASH_SELECT_REQ", offers: ["sha-256", "ripemd-256"] }, { "tocsin.hash.offer": ["0", "1"] }],
  [{ name: "HASH_SELECT_RESP", result, hash: "sha-256" }, { "tocsin.hash.chosen": "0" }],
  [
    { name: "PATH_SUPERVISION_REQ", intervalS: 4_000_000_000, mode: "pull" },
    { "tocsin.interval": "4000000000", "tocsin.poll_mode": "1" },
  ],
  [
    { name: "PATH_SUPERVISION_RESP", result: "RESP_POLL_TOO_SLOW", intervalS: 90, mode: "push" },
    { "tocsin.result": "0x0b", "tocsin.interval": "90", "tocsin.poll_mode": "0" },
  ],
  [{ name: "SET_TIME_CMD", time: noon }, { "tocsin.time": "Nov 21, 2026 12:00:00.000250000 UTC" }],
  [{ name: "SET_TIME_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "VERSION_REQ", version: 3 }, { "tocsin.told_version": "3" }],
  [{ name: "VERSION_RESP", result, version: 1 }, { "tocsin.told_version": "1" }],
  [{ name: "PMTU_REQ", data: OCTETS }, { "tocsin.data": "00ff10" }],
  [{ name: "PMTU_RESP", result: "RESP_CMD_NOT_SUPPORTED" }, { "tocsin.result": "0x00" }],
  [{ name: "PMTU_PROBE", data: OCTETS }, { "tocsin.data": "00ff10" }],
  [{ name: "PMTU_PROBE_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "DTLS_COMPLETE_REQ" }, {}],
  [{ name: "DTLS_COMPLETE_RESP", result }, { "tocsin.result": "0x01" }],
  [{ name: "RCT_IP_PARAM_REQ" }, {}],
  [
    {
      name: "RCT_IP_PARAM_RESP",
      result,
      addresses: [
        { address: Uint8Array.fromHex("00000000000000000000ffffc0000201"), port: 50136 },
        { address: Uint8Array.fromHex("20010db8000000000000000000000002"), port: 50137 },
      ],
    },
    {
      "tocsin.rct.ipv4": "192.0.2.1",
      "tocsin.rct.ipv6": "2001:db8::2",
      "tocsin.rct.port": ["50136", "50137"],
    },
  ],
  [{ name: "TRANSPARENT_MSG", data: OCTETS }, { "tocsin.transparent": "00ff10" }],
  [{ name: "TRANSPARENT_RESP", result, data: OCTETS }, {
    "tocsin.result": "0x01",
    "tocsin.transparent": "00ff10",
  }],
];

Deno.test("the messages below are all that an edition has", () => {
  const all = new Set(PROFILES.flatMap(({ messages }) => messages.map(({ name }) => name)));
  assertEquals(all.difference(new Set(EVERY.map(([{ name }]) => name))), new Set());
});

/** All editions in one, to write any message with. */
const ANY = {
  ...profile,
  messages: [...new Map(PROFILES.flatMap(({ messages }) => messages).map((row) => [row.id, row])).values()],
};

for (const hash of ["sha-256", "ripemd-256"] as const) {
  for (const encryption of ["none", "aes-128", "aes-256"] as const) {
    Deno.test({
      ...TSHARK_TEST,
      name: `every message, ${encryption}, ${hash}, is shown as it was sent`,
      async fn() {
        const set = encryption === "none" ? undefined : keySet(0x41, encryption, hash);
        const tape = new Tape(ANY);
        EVERY.forEach(([message], i) => {
          const header = { handle: 0x1000 + i, tx: 0xfff0 + i & 0xffff, rx: 1 + i, flags: i % 4 };
          tape.say(i % 2 === 0 ? "->" : "<-", set?.prepared ?? clear(hash), header, message);
        });
        // A handle for each, so that no message changes how the next is read.
        const keys = set === undefined
          ? ""
          : EVERY.map((_, i) => keyLine(0x1000 + i, set, "shop 12")).join("");
        const frames = await tape.read({ keys });
        EVERY.forEach(([message, expected], i) => {
          const octets = tape.datagrams[i]!.bytes;
          const id = ANY.messages.find(({ name }) => name === message.name)!.id;
          assertFields(frames[i], {
            "tocsin.handle": `0x0000${(0x1000 + i).toString(16)}`,
            "tocsin.device_id": (i % 2 === 0 ? SPT_ID : RCT_ID).toHex(),
            "tocsin.tx": String(0xfff0 + i & 0xffff),
            "tocsin.rx": String(1 + i),
            "tocsin.flags": `0x000${i % 4}`,
            "tocsin.flags.reverse": String(i % 2),
            "tocsin.version": "1",
            "tocsin.msg": `0x${id.toString(16).padStart(2, "0")}`,
            "tocsin.encryption": encryption,
            "tocsin.hash.status": "correct",
            "tocsin.hash.algorithm": hash,
            "tocsin.site": set === undefined ? [] : "shop 12",
            ...expected,
          }, `${i} ${message.name}`);
          const { fields, info, protocol } = frames[i]!;
          assertEquals(protocol, "TOCSIN");
          assert(
            info.startsWith(`${message.name} `) && info.includes(` tx=${0xfff0 + i & 0xffff} rx=${1 + i}`),
            info,
          );
          const padding = fields["tocsin.padding"]?.[0] ?? "";
          assertEquals(padding, "a5".repeat(padding.length / 2));
          const length = Number(fields["tocsin.length"]?.[0]);
          assertEquals(30 + length + padding.length / 2 + 32, octets.length);
        });
      },
    });
  }
}

Deno.test({
  ...TSHARK_TEST,
  name: "an address of the editions before 2020 has 32 octets, of which the first 16 count",
  async fn() {
    const tape = new Tape(edition("2017"));
    const address = Uint8Array.fromHex("00000000000000000000ffffc0000209");
    const header = { handle: 5, tx: 1, rx: 1 };
    tape.say("->", clear(), header, {
      name: "EVENT_MSG",
      fields: [
        { field: "event", protocol: "sia", data: ascii("#1|NBA") },
        { field: "link-ip-address", address: Uint8Array.from([...address, ...new Uint8Array(16)]) },
      ],
    });
    tape.say("<-", clear(), header, { name: "RCT_IP_PARAM_RESP", result, addresses: [{ address, port: 7 }] });
    const [event, parameters] = await tape.read();
    assertFields(event, { "tocsin.event.link_ipv4": "192.0.2.9", "tocsin.expert.bad_data": [] });
    assertFields(parameters, {
      "tocsin.rct.ipv4": "192.0.2.9",
      "tocsin.rct.port": "7",
      "tocsin.trailing": [],
    });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "the byte vectors open, whatever their hash and cipher",
  async fn() {
    const tape = new Tape();
    const all = [
      ...vectors.vectors.map((vector) => ({ ...vector, hash: "sha-256" as const })),
      ...ripemdVectors.vectors.map((vector) => ({ ...vector, hash: "ripemd-256" as const })),
    ];
    for (const { datagram } of all) tape.add("->", Uint8Array.fromHex(datagram));
    const { handle } = all.find((vector) => vector.encryption !== "none")!;
    const line = (encryption: "aes-128" | "aes-256") =>
      `${handle.toString(16)} ${vectors.keys[encryption]} ${encryption}\n`;
    const frames = await tape.read({ keys: line("aes-128") + line("aes-256") });
    all.forEach((vector, i) =>
      assertFields(frames[i], {
        "tocsin.encryption": vector.encryption,
        "tocsin.hash.status": "correct",
        "tocsin.hash.algorithm": vector.hash,
        "tocsin.tx": String(vector.tx),
      }, vector.name)
    );
  },
});

// ---- conversations ------------------------------------------------------------------------------------------

/** A connection setup from the master key, with what a real network adds. */
function setup(): { tape: Tape; keys: string; secret: Uint8Array[] } {
  const tape = new Tape();
  const master = keySet(0x51), first = FILLED(0x52), second = FILLED(0x53);
  const session = keySet(0x52, "aes-128").prepared, brought = keySet(0x53, "aes-128").prepared;
  const later = session.withHash("ripemd-256"), last = brought.withHash("ripemd-256");
  const m = master.prepared;
  const on = (handle: number, tx: number, rx: number) => ({ handle, tx, rx });
  tape.say("->", m, on(MASTER, 49, 0), { name: "CONN_HANDLE_REQ" }); // 1
  tape.say("<-", m, on(MASTER, 24, 50), { name: "CONN_HANDLE_RESP", result, handle: SESSION });
  tape.say("->", m, on(SESSION, 50, 25), { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-128"] });
  tape.say("<-", m, on(SESSION, 25, 51), {
    name: "ENCRYPT_SELECT_RESP",
    result,
    master: false,
    encryption: "aes-128",
  });
  const asked = tape.say("->", m, on(SESSION, 51, 26), { // 5
    name: "ENCRYPT_KEY_REQ",
    master: false,
    fromRct: false,
    key: NO_KEY,
  });
  const answered = tape.say("<-", m, on(SESSION, 26, 52), {
    name: "ENCRYPT_KEY_RESP",
    result,
    master: false,
    fromRct: false,
    key: first,
  });
  tape.add("->", asked); // 7: the response was lost
  tape.add("<-", answered);
  tape.say("->", session, on(SESSION, 52, 27), { name: "HASH_SELECT_REQ", offers: ["ripemd-256"] });
  tape.say("<-", later, on(SESSION, 27, 53), { name: "HASH_SELECT_RESP", result, hash: "ripemd-256" }); // 10
  tape.say("->", later, on(SESSION, 53, 28), { name: "PATH_SUPERVISION_REQ", intervalS: 15, mode: "push" });
  tape.say("<-", later, on(SESSION, 28, 54), {
    name: "PATH_SUPERVISION_RESP",
    result,
    intervalS: 15,
    mode: "push",
  });
  tape.say("<-", later, { ...on(SESSION, 29, 54), flags: 1 }, { // 13: the RCT brings a key
    name: "ENCRYPT_KEY_REQ",
    master: false,
    fromRct: true,
    key: second,
  });
  tape.say("->", later, on(SESSION, 54, 30), {
    name: "ENCRYPT_KEY_RESP",
    result,
    master: false,
    fromRct: true,
    key: NO_KEY,
  });
  tape.say("->", last, on(SESSION, 55, 30), { // 15
    name: "EVENT_MSG",
    fields: [{ field: "event", protocol: "sia", data: ascii("#1234|NBA01") }],
  });
  tape.say("<-", last, on(SESSION, 30, 56), { name: "EVENT_RESP", result });
  return { tape, keys: keyLine(MASTER, master, "shop 12"), secret: [master.key, first, second] };
}

Deno.test({
  ...TSHARK_TEST,
  name: "from the master key it follows a connection: handle, session key, hash, a key that the RCT brings",
  async fn() {
    const { tape, keys } = setup();
    const frames = await tape.read({ keys });
    assertEquals(frames.map(({ info }) => info), [
      "CONN_HANDLE_REQ tx=49 rx=0",
      "CONN_HANDLE_RESP RESP_ACKNOWLEDGE handle=0x73603722 tx=24 rx=50",
      "ENCRYPT_SELECT_REQ aes-128 tx=50 rx=25",
      "ENCRYPT_SELECT_RESP RESP_ACKNOWLEDGE aes-128 tx=25 rx=51",
      "ENCRYPT_KEY_REQ session tx=51 rx=26",
      "ENCRYPT_KEY_RESP RESP_ACKNOWLEDGE session tx=26 rx=52",
      "ENCRYPT_KEY_REQ session tx=51 rx=26 [retransmission]",
      "ENCRYPT_KEY_RESP RESP_ACKNOWLEDGE session tx=26 rx=52 [retransmission]",
      "HASH_SELECT_REQ ripemd-256 tx=52 rx=27",
      "HASH_SELECT_RESP RESP_ACKNOWLEDGE ripemd-256 tx=27 rx=53",
      "PATH_SUPERVISION_REQ 15 s push tx=53 rx=28",
      "PATH_SUPERVISION_RESP RESP_ACKNOWLEDGE 15 s push tx=28 rx=54",
      "ENCRYPT_KEY_REQ session from RCT tx=29 rx=54",
      "ENCRYPT_KEY_RESP RESP_ACKNOWLEDGE session from RCT tx=54 rx=30",
      "EVENT_MSG SIA #1234|NBA01 tx=55 rx=30",
      "EVENT_RESP RESP_ACKNOWLEDGE tx=30 rx=56",
    ]);
    assertEquals(frames.map((frame) => remarks(frame).join()), [
      ...Array<string>(6).fill(""),
      ...Array<string>(2).fill("retransmission"),
      ...Array<string>(8).fill(""),
    ]);
    const encryption = frames.map(({ fields }) => fields["tocsin.encryption"]?.[0]);
    assertEquals(encryption, [...Array<string>(8).fill("aes-256"), ...Array<string>(8).fill("aes-128")]);
    const hash = frames.map(({ fields }) => fields["tocsin.hash.algorithm"]?.[0]);
    assertEquals(hash, [...Array<string>(9).fill("sha-256"), ...Array<string>(7).fill("ripemd-256")]);
    assertFields(frames[8], { "tocsin.key.source": "ENCRYPT_KEY_RESP", "tocsin.key.frame": "6" });
    assertFields(frames[14], {
      "tocsin.key.frame": "14",
      "tocsin.site": "shop 12",
      "tocsin.response_in": "16",
    });
    assertFields(frames[15], {
      "tocsin.response_to": "15",
      "tocsin.response_time": "0.010000000",
      "tocsin.direction": "RCT to SPT",
    });
    assertFields(frames[6], { "tocsin.retransmission": "5", "tocsin.response_in": "6" });
    assertFields(frames[7], { "tocsin.retransmission": "6", "tocsin.response_to": "5" });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "reading a capture twice, or through a filter, changes nothing but the links ahead",
  async fn() {
    const { tape, keys } = setup();
    const [once, twice] = await Promise.all([tape.read({ keys, passes: 1 }), tape.read({ keys })]);
    for (const { fields } of [...once, ...twice]) delete fields["tocsin.response_in"];
    assertEquals(once, twice);
    const filtered = await tape.read({ keys, args: ["-Y", 'tocsin.event.account == "1234"'] });
    assertEquals(filtered.map(({ info }) => info), ["EVENT_MSG SIA #1234|NBA01 tx=55 rx=30"]);
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "no key is in what the dissector shows, not even among the octets",
  async fn() {
    const { tape, keys, secret } = setup();
    const wrong = "this is no key line\n00001001 00ff\nsecret 12 34\n";
    const files = { "keys.txt": keys + wrong };
    const args = ["-2", ...LOADED, "-o", "tocsin.key_file:FOLDER/keys.txt"];
    const outputs = await Promise.all([
      tshark(captureOf(tape.datagrams), [...args, "-T", "json", "-x"], files),
      tshark(captureOf(tape.datagrams), [...args, "-V", "-x"], files),
    ]);
    for (const [i, out] of outputs.entries()) {
      // Of a hex dump only the octets, without what stands before and behind them.
      const octets = i === 0 ? out : out.replace(/^[0-9a-f]{4} {2}((?:[0-9a-f]{2} )+) .*\n/gm, "$1");
      assert(octets.includes("a5".repeat(12)) || octets.includes("a5 ".repeat(12)), "octets are looked at");
      for (const key of secret) {
        const half = key.subarray(0, 8).toHex();
        assert(
          !octets.includes(half) && !octets.includes(half.replace(/../g, "$& ").trim()),
          "a key is shown",
        );
      }
    }
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "commissioning is followed from the shared secret",
  async fn() {
    const tape = new Tape();
    const secret = keySet(0x61), master = keySet(0x62), s = secret.prepared, m = master.prepared;
    const on = (handle: number, tx: number, rx: number) => ({ handle, tx, rx });
    tape.say("->", clear(), on(0, 7, 0), { name: "VERSION_REQ", version: 1 });
    tape.say("<-", clear(), on(0, 90, 8), { name: "VERSION_RESP", result, version: 1 });
    tape.say("->", clear(), on(0, 8, 91), { name: "CONN_HANDLE_REQ" });
    tape.say("<-", clear(), on(0, 91, 9), { name: "CONN_HANDLE_RESP", result, handle: MASTER });
    tape.say("->", clear(), on(MASTER, 9, 92), { name: "DEVICE_ID_REQ", master: true, deviceId: SPT_ID });
    tape.say("<-", clear(), on(MASTER, 92, 10), { name: "DEVICE_ID_RESP", result, deviceId: RCT_ID });
    tape.say("->", s, on(MASTER, 10, 93), { name: "ENCRYPT_SELECT_REQ", master: true, offers: ["aes-256"] });
    tape.say("<-", s, on(MASTER, 93, 11), {
      name: "ENCRYPT_SELECT_RESP",
      result,
      master: true,
      encryption: "aes-256",
    });
    tape.say("->", s, on(MASTER, 11, 94), {
      name: "ENCRYPT_KEY_REQ",
      master: true,
      fromRct: false,
      key: NO_KEY,
    });
    tape.say("<-", s, on(MASTER, 94, 12), {
      name: "ENCRYPT_KEY_RESP",
      result,
      master: true,
      fromRct: false,
      key: master.key,
    });
    tape.say("->", m, on(MASTER, 12, 95), { name: "HASH_SELECT_REQ", offers: ["sha-256"] });
    tape.say("<-", m, on(MASTER, 95, 13), { name: "HASH_SELECT_RESP", result, hash: "sha-256" });
    tape.say("->", m, on(MASTER, 13, 0), { name: "CONN_HANDLE_REQ" });
    tape.say("<-", m, on(MASTER, 96, 14), { name: "CONN_HANDLE_RESP", result, handle: SESSION });
    tape.say("->", m, on(SESSION, 14, 97), {
      name: "ENCRYPT_SELECT_REQ",
      master: false,
      offers: ["aes-256"],
    });
    const frames = await tape.read({ keys: `secret ${SPT_ID.toHex()} ${secret.key.toHex()} new site\n` });
    assertEquals(frames.map(({ fields }) => fields["tocsin.hash.status"]?.[0]), Array(15).fill("correct"));
    assertEquals(frames.map(({ fields }) => fields["tocsin.encryption"]?.[0]), [
      ...Array<string>(6).fill("none"),
      ...Array<string>(9).fill("aes-256"),
    ]);
    assertEquals(frames.flatMap(remarks), []);
    assertFields(frames[6], { "tocsin.key.source": "shared secret", "tocsin.site": "new site" });
    assertFields(frames[14], { "tocsin.key.frame": "10", "tocsin.site": "new site" });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "a real SPT and a real RCT: everything they say to each other is read",
  async fn() {
    const tape = new Tape();
    let seed = 1;
    const random = (n: number) =>
      Uint8Array.from({ length: n }, () => (seed = seed * 48271 % 0x7fffffff) & 0xff);
    const master = keySet(0x71);
    const identity = { sptDeviceId: SPT_ID, rctDeviceId: RCT_ID, masterHandle: MASTER, master };
    const rct = new RctSessions({ profile, random }, [{ name: "shop-12", identity }]);
    const spt = new SptSession({ profile, random, identity, heartbeatMs: 30_000 });
    let now = START, delivered = 0;
    let effects = spt.start(now);
    for (let turn = 0; turn < 100 && delivered < 3; turn++) {
      now += 20;
      const request = effects.find((effect) => effect.kind === "send");
      delivered += effects.filter((effect) => effect.kind === "delivered").length;
      if (request?.kind !== "send") {
        const data = ascii(`#1234|NBA0${delivered + 1}`);
        effects = spt.offer(
          { kind: "event", ref: `${turn}`, protocol: "sia", data, time: msToNtp(now) },
          now,
        );
        continue;
      }
      tape.add("->", request.bytes);
      const { session, effects: said } = rct.feed(request.bytes, tape.spt, now)!;
      const answers = said.flatMap((one) => one.kind === "event" ? session.settle(one.ref, result) : [one]);
      effects = [];
      for (const answer of answers) {
        if (answer.kind !== "send") continue;
        tape.add("<-", answer.bytes);
        effects.push(...spt.feed(answer.bytes, now));
      }
    }
    assertEquals(delivered, 3);
    const frames = await tape.read({ keys: keyLine(MASTER, master, "shop-12") });
    assertEquals(frames.flatMap(remarks), []);
    assertEquals(
      new Set(frames.map(({ fields }) => fields["tocsin.hash.status"]?.[0])),
      new Set(["correct"]),
    );
    const texts = frames.flatMap(({ fields }) => fields["tocsin.event.text"] ?? []);
    assertEquals(texts, ["#1234|NBA01", "#1234|NBA02", "#1234|NBA03"]);
    const requests = frames.filter(({ fields }) => !fields["tocsin.response_to"]);
    assertEquals(requests.filter(({ fields }) => !fields["tocsin.response_in"]), []);
  },
});

// ---- trouble ------------------------------------------------------------------------------------------------

const alarm = (text: string): Message => ({
  name: "EVENT_MSG",
  fields: [{ field: "event", protocol: "sia", data: ascii(text) }],
});

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

// ---- finding the datagrams, and the keys ----------------------------------------------------------------------

Deno.test({
  ...TSHARK_TEST,
  name: "datagrams on other ports are found by their handle or hash, or by the port preference",
  async fn() {
    const tape = new Tape();
    tape.rct.port = 9000;
    const set = keySet(0x31), unknown = keySet(0x32);
    tape.say("->", clear(), { handle: 0, tx: 1, rx: 0 }, { name: "VERSION_REQ", version: 1 });
    tape.say("->", set.prepared, { handle: MASTER, tx: 1, rx: 0 }, { name: "CONN_HANDLE_REQ" });
    tape.say("->", unknown.prepared, { handle: 0x77777777, tx: 1, rx: 0 }, { name: "POLL_MSG" });
    tape.add("->", ascii("another protocol's datagram, long enough to be one of ours, but it is none"));
    const protocols = async (...args: string[]) =>
      (await tape.read({ keys: keyLine(MASTER, set), args })).map(({ protocol }) => protocol);
    assertEquals(await protocols(), ["TOCSIN", "TOCSIN", "UDP", "UDP"]);
    assertEquals(await protocols("-o", "tocsin.port:9000"), Array(4).fill("TOCSIN"));
    assertEquals(await protocols("-o", "tocsin.port:50136,8000-9000"), Array(4).fill("TOCSIN"));
    assertEquals(await protocols("-d", "udp.port==9000,tocsin"), Array(4).fill("TOCSIN"));
    tape.rct.port = 50136;
    tape.add("->", ascii("noise"));
    assertEquals((await protocols()).at(-1), "TOCSIN");
    assertEquals((await protocols("-o", "tocsin.port:")).at(-1), "UDP");
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "keys: method, hash and name of a line, remarks, the preference, and what is wrong with a line",
  async fn() {
    const tape = new Tape();
    const header = (handle: number) => ({ handle, tx: 1, rx: 0 });
    const poll = { name: "POLL_MSG" } as const;
    tape.say("->", keySet(0xab, "aes-256").prepared, header(1), poll);
    tape.say("->", keySet(0xab, "aes-128").prepared, header(2), poll);
    tape.say("->", keySet(0xab, "aes-128").prepared, header(3), poll);
    tape.say("->", keySet(0xab, "aes-256", "ripemd-256").prepared, header(4), poll);
    tape.say("->", keySet(0xcd, "aes-128").prepared, header(5), poll);
    tape.say("->", keySet(0xee).prepared, header(6), poll);
    const ab = "AB".repeat(32);
    const keys = [
      "# master keys",
      `00000001 ${ab} # the rest is guessed`,
      `00000002\t${ab}  aes-128   corner  shop\r`,
      `00000003 ${"ab".repeat(16)}`,
      `00000004 ${ab} AES-256 RIPEMD-256 bank`,
      "",
      `0006 ${ab}`,
      `00000006 ${ab}ab`,
      `00000006 ${"ab".repeat(16)} aes-256`,
      `secret 0011 ${ab}`,
    ].join("\n");
    const preference = `00000005 ${"cd".repeat(16)};nonsense`;
    const frames = await tape.read({ keys, args: ["-o", `tocsin.master_keys:${preference}`] });
    const of = (name: string) => frames.map(({ fields }) => fields[name]?.[0] ?? "");
    assertEquals(of("tocsin.encryption"), ["aes-256", "aes-128", "aes-128", "aes-256", "aes-128", ""]);
    assertEquals(of("tocsin.site"), ["", "corner shop", "", "bank", "", ""]);
    assertEquals(remarks(frames[3]), []); // its hash is the one in the file
    const problems = frames[5]!.fields["_ws.expert.message"]!.filter((text) => !text.startsWith("Encrypted"));
    assertEquals(problems, [
      "Preference master keys, entry 2: the connection handle needs 8 hex digits",
      "Key file, line 7: the connection handle needs 8 hex digits",
      "Key file, line 8: the key needs 64 hex digits, or 32 for AES-128",
      "Key file, line 9: the key is too short for aes-256: it needs 64 hex digits",
      "Key file, line 10: the device ID needs 32 hex digits",
    ]);
    const [missing] = await tape.read({ args: ["-o", "tocsin.key_file:FOLDER/nowhere.txt"] });
    const [folder] = await tape.read({ args: ["-o", "tocsin.key_file:FOLDER"], keys: "" });
    assert(folder!.fields["_ws.expert.message"]!.join().includes("key file cannot be opened"), "a folder");
    const [bom] = await tape.read({ keys: `\ufeff00000001 ${ab}\r\n` });
    assertFields(bom, { "tocsin.encryption": "aes-256" });
    const said = missing!.fields["_ws.expert.message"]!.join();
    assert(/key file cannot be opened: .*nowhere\.txt/.test(said), said);
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "a datagram that an ICMP error quotes is shown, and is no retransmission",
  async fn() {
    const tape = new Tape();
    const { prepared: keys, ...set } = keySet(0x31);
    tape.say("->", keys, { handle: MASTER, tx: 1, rx: 1 }, alarm("#1234|NBA01"));
    tape.say("->", keys, { handle: MASTER, tx: 2, rx: 1 }, alarm("#1234|NBR01"));
    const [first, second] = tape.datagrams.map(pcapRecord) as [Uint8Array, Uint8Array];
    // Destination unreachable, port unreachable; the same IP header once more in front.
    const size = 20 + 8 + (second.length - 16);
    const icmp = joined([second.subarray(0, 36), Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), second.subarray(16)]);
    const view = new DataView(icmp.buffer);
    view.setUint32(8, size, true);
    view.setUint32(12, size, true);
    view.setUint16(16 + 2, size);
    view.setUint8(16 + 9, 1); // ICMP
    const frames = await read(joined([pcapHeader(), first, icmp, second, second]), {
      keys: keyLine(MASTER, set),
    });
    assertEquals(frames.map(({ fields }) => fields["tocsin.event.text"]?.[0]), [
      "#1234|NBA01",
      ...Array<string>(3).fill("#1234|NBR01"),
    ]);
    assertEquals(frames.map(remarks), [[], [], [], ["retransmission"]]);
    assertFields(frames[3], { "tocsin.retransmission": "3" });
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "a Lua without bit32 reckons the same with BitOp",
  async fn() {
    const { tape, keys } = setup();
    const out = await tshark(
      captureOf(tape.datagrams),
      ["-X", "lua_script:FOLDER/old.lua", ...LOADED, "-o", "tocsin.key_file:FOLDER/keys.txt"]
        .concat(["-T", "fields", "-e", "tocsin.hash.status"]),
      { "old.lua": '_G.bit32 = nil\n_G._VERSION = "Lua 5.1"\n', "keys.txt": keys },
    );
    assertEquals(out.trimEnd().split("\n"), Array(16).fill("correct"));
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "installed as a plugin folder it is found, and no file of it is run twice",
  async fn() {
    const { tape, keys } = setup();
    const folder = await Deno.makeTempDir({ prefix: "tocsin-plugin-" });
    try {
      // Where Wireshark of this user looks for plugins in Lua.
      const plugin = `${folder}/.local/lib/wireshark/plugins/tocsin`;
      await Deno.mkdir(plugin, { recursive: true });
      const source = new URL("../../tools/wireshark/", import.meta.url);
      for await (const { name, isFile } of Deno.readDir(source)) {
        if (isFile) await Deno.copyFile(new URL(name, source), `${plugin}/${name}`);
      }
      await Deno.writeTextFile(`${folder}/keys.txt`, keys);
      await Deno.writeFile(`${folder}/capture.pcap`, captureOf(tape.datagrams));
      const { stdout, stderr } = await new Deno.Command("tshark", {
        args: [
          "-r",
          `${folder}/capture.pcap`,
          "-o",
          `tocsin.key_file:${folder}/keys.txt`,
          "-Y",
          "tocsin.event.text",
        ],
        env: { HOME: folder, WIRESHARK_CONFIG_DIR: folder, XDG_CONFIG_HOME: folder },
      }).output();
      const out = new TextDecoder().decode(stdout), err = new TextDecoder().decode(stderr);
      assert(out.includes("EVENT_MSG SIA #1234|NBA01"), `${out}${err}`);
      assert(!/Lua/.test(err), err);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  ...TSHARK_TEST,
  name: "the README's filters and key file are right, and it names every remark",
  async fn() {
    const readme = await Deno.readTextFile(new URL("../../tools/wireshark/README.md", import.meta.url));
    const { tape, keys } = setup();
    const filters = [...readme.matchAll(/^\| `(tocsin\.(?!expert)[^`]*)` \|/gm)].map(([, filter]) => filter!);
    assertEquals(filters.length, 8);
    const found = await Promise.all(
      filters.map((filter) =>
        tshark(captureOf(tape.datagrams), [
          "-2",
          ...LOADED,
          "-o",
          "tocsin.key_file:FOLDER/keys.txt",
          "-Y",
          filter,
        ], {
          "keys.txt": keys,
        })
      ),
    );
    const lines = (filter: string) => found[filters.indexOf(filter)]!.split("\n").length - 1;
    assertEquals(lines('tocsin.event.account == "1234"'), 1);
    assertEquals(lines("tocsin.msg == 0x30 && !tocsin.response_in"), 0);
    assertEquals(lines("tocsin.retransmission"), 2);
    assertEquals(lines('tocsin.site == "shop 12"'), 16);

    const sample = /```\n(# HANDLE[^`]*)```/.exec(readme)![1]!;
    const other = new Tape();
    other.say("->", keySet(0x31).prepared, { handle: 1, tx: 1, rx: 1 }, { name: "POLL_MSG" });
    assertEquals((await other.read({ keys: sample })).map(remarks), [["no_key"]]);

    const source = await Deno.readTextFile(new URL("../../tools/wireshark/fields.lua", import.meta.url));
    for (const [, name] of source.matchAll(/^remark\("(\w+)"/gm)) {
      assert(readme.includes(`.${name}\``), `${name} is not in the README`);
    }
  },
});
