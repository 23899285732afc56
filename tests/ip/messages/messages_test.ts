import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Message,
  messageId,
  messageName,
  parseMessage,
  refusal,
  writeMessage,
} from "../../../src/ip/messages/mod.ts";
import { edition, editionNames } from "../../../src/ip/editions.ts";
import {
  type MessageName,
  reconstructed2020 as profile,
  type Ts50136Profile,
} from "../../../src/ip/profile.ts";
import { otherLayout } from "../other_layout.ts";
import { arbitraryMessages } from "./arbitraries.ts";

const strict: Ts50136Profile = { ...profile, values: { ...profile.values, trailing: "refuse" } };
/** The other layout keeps nothing; this one does. */
const otherKeeping: Ts50136Profile = {
  ...otherLayout,
  name: "test/other-layout-keeping",
  values: { ...otherLayout.values, trailing: "keep", fieldLengthOctets: 2 },
};
const LAYOUTS = [...editionNames.map(edition), otherLayout, otherKeeping];
const K32 = "0f".repeat(32);
const ID = "ab".repeat(16);
const ADDRESS = "00000000000000000000ffffc0000201";
const hex = (octets: string) => Uint8Array.fromHex(octets);
const ACK = "RESP_ACKNOWLEDGE" as const;

interface Sample {
  message: Message;
  data: string;
  /** Truncations of these lengths are whole messages of their own. */
  whole: number[];
}

function has(profile: Ts50136Profile, name: MessageName): boolean {
  return profile.messages.some((row) => row.name === name);
}

/** One of each: what it is as an object, and its data in the reconstructed profile. */
const SAMPLES: Sample[] = [
  { message: { name: "POLL_MSG" }, data: "", whole: [] },
  { message: { name: "POLL_RESP", result: ACK }, data: "01", whole: [] },
  { message: { name: "EVENT_RESP", result: "RESP_PROCESS_ERROR" }, data: "03", whole: [] },
  { message: { name: "CONN_HANDLE_REQ" }, data: "", whole: [] },
  { message: { name: "CONN_HANDLE_RESP", result: ACK, handle: 0x73603722 }, data: "0173603722", whole: [] },
  { message: { name: "DEVICE_ID_REQ", master: true, deviceId: hex(ID) }, data: "01" + ID, whole: [] },
  { message: { name: "DEVICE_ID_RESP", result: ACK, deviceId: hex(ID) }, data: "01" + ID, whole: [] },
  {
    message: {
      name: "ENCRYPT_SELECT_REQ",
      master: true,
      reserved: 0x80,
      offers: ["aes-256", "none", "encryption-0x07"],
    },
    data: "82020007",
    whole: [1, 2, 3],
  },
  {
    message: { name: "ENCRYPT_SELECT_RESP", result: ACK, master: true, encryption: "aes-128" },
    data: "010201",
    whole: [],
  },
  {
    message: { name: "ENCRYPT_KEY_REQ", master: false, fromRct: true, key: hex(K32) },
    data: "01" + K32,
    whole: [],
  },
  {
    message: { name: "ENCRYPT_KEY_RESP", result: ACK, master: true, fromRct: false, key: hex(K32) },
    data: "0102" + K32,
    whole: [],
  },
  { message: { name: "HASH_SELECT_REQ", offers: ["ripemd-256", "sha-256"] }, data: "0100", whole: [0, 1] },
  { message: { name: "HASH_SELECT_RESP", result: ACK, hash: "sha-256" }, data: "0100", whole: [] },
  { message: { name: "PATH_SUPERVISION_REQ", intervalS: 15, mode: "pull" }, data: "0000000f01", whole: [] },
  {
    message: { name: "PATH_SUPERVISION_RESP", result: "RESP_POLL_TOO_SLOW", intervalS: 90, mode: "push" },
    data: "0b0000005a00",
    whole: [1],
  },
  { message: { name: "SET_TIME_CMD", time: 0x83aa7e8000000001n }, data: "83aa7e8000000001", whole: [] },
  { message: { name: "SET_TIME_RESP", result: "RESP_TIME_NOT_SET" }, data: "0c", whole: [] },
  { message: { name: "VERSION_REQ", version: 1 }, data: "01", whole: [] },
  {
    message: { name: "VERSION_RESP", result: "RESP_PROTOCOL_VERSION_NOT_SUPPORTED", version: 1 },
    data: "0501",
    whole: [1],
  },
  { message: { name: "PMTU_REQ", data: hex("0102") }, data: "0102", whole: [0, 1] },
  { message: { name: "PMTU_RESP", result: "RESP_CMD_NOT_SUPPORTED" }, data: "00", whole: [] },
  { message: { name: "PMTU_PROBE", data: hex("0102") }, data: "0102", whole: [0, 1] },
  { message: { name: "PMTU_PROBE_RESP", result: "RESP_CMD_NOT_SUPPORTED" }, data: "00", whole: [] },
  { message: { name: "DTLS_COMPLETE_REQ" }, data: "", whole: [] },
  { message: { name: "DTLS_COMPLETE_RESP", result: "RESP_0x77" }, data: "77", whole: [] },
  { message: { name: "RCT_IP_PARAM_REQ" }, data: "", whole: [] },
  {
    message: { name: "RCT_IP_PARAM_RESP", result: ACK, addresses: [{ address: hex(ADDRESS), port: 50136 }] },
    data: "01" + ADDRESS + "c3d8",
    // fewer octets are no address: kept as octets left over
    whole: Array.from({ length: 18 }, (_, i) => i + 1),
  },
  { message: { name: "TRANSPARENT_MSG", data: hex("cafe") }, data: "cafe", whole: [0, 1] },
  { message: { name: "TRANSPARENT_RESP", result: ACK, data: hex("cafe") }, data: "01cafe", whole: [1, 2] },
];

Deno.test("there is a sample of every message but EVENT_MSG, which has tests of its own", () => {
  const names = new Set(LAYOUTS.flatMap(({ messages }) => messages.map(({ name }) => name)));
  names.delete("EVENT_MSG");
  assertEquals(SAMPLES.map(({ message }) => message.name).sort(), [...names].sort());
});

for (const { message, data, whole } of SAMPLES) {
  const profile = has(edition("2020"), message.name) ? edition("2020") : edition("2013");
  const id = messageId(profile, message.name);

  Deno.test(`${message.name} reads and writes its octets`, () => {
    assertEquals(parseMessage(profile, id, hex(data)), { ok: true, value: message });
    assertEquals(writeMessage(profile, message).toHex(), data);
  });

  Deno.test(`every truncation of ${message.name} is refused by name, or is a message that writes back`, () => {
    for (let length = 0; length < data.length / 2; length++) {
      const cut = hex(data).subarray(0, length);
      const parsed = parseMessage(profile, id, cut);
      assertEquals(parsed.ok, whole.includes(length), `${length} octets`);
      if (parsed.ok) assertEquals(writeMessage(profile, parsed.value).toHex(), cut.toHex());
      else {
        assertEquals(parsed.rule, "message-data-too-short");
        assertStringIncludes(parsed.message, `${message.name} has ${length} octets`);
      }
    }
  });
}

for (const layout of LAYOUTS) {
  for (const [name, arbitrary] of arbitraryMessages(layout)) {
    Deno.test(`${layout.name}: any ${name} written reads as it was`, () => {
      fc.assert(fc.property(arbitrary, (message) => {
        const data = writeMessage(layout, message);
        assertEquals(parseMessage(layout, messageId(layout, name), data), { ok: true, value: message });
      }));
    });
  }

  Deno.test(`${layout.name}: random octets never throw, and what is read writes back to the same octets`, () => {
    fc.assert(
      fc.property(fc.constantFrom(...layout.messages), fc.uint8Array({ maxLength: 90 }), ({ id }, data) => {
        const parsed = parseMessage(layout, id, data);
        if (parsed.ok) assertEquals(writeMessage(layout, parsed.value).toHex(), data.toHex());
      }),
      { numRuns: 2000 },
    );
  });

  Deno.test(`${layout.name}: every response can be a bare refusal, with every code`, () => {
    for (const { name, id } of layout.messages.filter(({ id }) => (id & layout.values.responseBit) !== 0)) {
      for (const { name: result } of layout.results.filter(({ name }) => name !== ACK)) {
        const parsed = parseMessage(layout, id, refusal(layout, result));
        assert(parsed.ok && "result" in parsed.value, name);
        assertEquals([parsed.value.name, parsed.value.result], [name, result]);
        assertEquals(writeMessage(layout, parsed.value).toHex(), refusal(layout, result).toHex());
      }
    }
  });
}

Deno.test("an address of 16 octets in a field of 32 comes first, zeros after it", () => {
  const profile = edition("2017");
  const message: Message = {
    name: "RCT_IP_PARAM_RESP",
    result: ACK,
    addresses: [{ address: hex(ADDRESS), port: 50136 }],
  };
  const data = writeMessage(profile, message).toHex();
  assertEquals(data, "01" + ADDRESS + "00".repeat(16) + "c3d8");
  const parsed = parseMessage(profile, 0xe3, hex(data));
  assert(parsed.ok && parsed.value.name === "RCT_IP_PARAM_RESP");
  assertEquals(parsed.value.addresses, [{ address: hex(ADDRESS + "00".repeat(16)), port: 50136 }]);
});

Deno.test("an ID that the profile does not know is refused as such", () => {
  const known = new Set(profile.messages.map(({ id }) => id));
  for (let id = 0; id < 256; id++) {
    const parsed = parseMessage(profile, id, new Uint8Array(80));
    if (known.has(id)) assert(parsed.ok || parsed.rule !== "unknown-message");
    else assertEquals([messageName(profile, id), parsed.ok || parsed.rule], [undefined, "unknown-message"]);
  }
});

Deno.test("octets after the last one needed are kept and written again", () => {
  const parsed = parseMessage(profile, messageId(profile, "VERSION_REQ"), hex("02beef"));
  assert(parsed.ok && parsed.value.name === "VERSION_REQ");
  assertEquals([parsed.value.version, parsed.value.trailing?.toHex()], [2, "beef"]);
  assertEquals(writeMessage(profile, parsed.value).toHex(), "02beef");
});

Deno.test("a profile that refuses octets left over says so", () => {
  for (const { message, data } of SAMPLES) {
    if (!has(strict, message.name)) continue;
    const id = messageId(strict, message.name);
    assertEquals(parseMessage(strict, id, hex(data)), { ok: true, value: message });
    const more = parseMessage(strict, id, hex(data + "ee"));
    const list = /PMTU_(REQ|PROBE)$|TRANSPARENT|_SELECT_REQ/.test(message.name);
    assertEquals(more.ok ? "" : more.rule, list ? "" : "trailing-octets", message.name);
  }
});

Deno.test("a lone negative result is a bare refusal of any response, a lone acknowledgement is cut short", () => {
  const nak = refusal(profile, "RESP_NEGATIVE_ACKNOWLEDGE");
  const longer: MessageName[] = [
    "CONN_HANDLE_RESP",
    "DEVICE_ID_RESP",
    "ENCRYPT_SELECT_RESP",
    "ENCRYPT_KEY_RESP",
    "HASH_SELECT_RESP",
    "PATH_SUPERVISION_RESP",
    "VERSION_RESP",
  ];
  for (const { name, id } of profile.messages.filter(({ id }) => (id & 0x80) !== 0)) {
    const parsed = parseMessage(profile, id, nak);
    assert(parsed.ok && "result" in parsed.value, name);
    assertEquals(parsed.value.result, "RESP_NEGATIVE_ACKNOWLEDGE");
    assertEquals("bare" in parsed.value && parsed.value.bare === true, longer.includes(name), name);
    assertEquals(writeMessage(profile, parsed.value).toHex(), "02");
    assertEquals(parseMessage(profile, id, refusal(profile, ACK)).ok, !longer.includes(name), name);
  }
});

Deno.test("parsed octets do not alias the data", () => {
  const data = hex("01" + K32);
  const parsed = parseMessage(profile, messageId(profile, "ENCRYPT_KEY_REQ"), data);
  data.fill(0);
  assert(parsed.ok && parsed.value.name === "ENCRYPT_KEY_REQ");
  assertEquals(parsed.value.key.toHex(), K32);
});

Deno.test("members that do not fit their field are errors of the caller", () => {
  const bad: Message[] = [
    { name: "VERSION_REQ", version: 256 },
    { name: "VERSION_REQ", version: -1 },
    { name: "VERSION_REQ", version: 1.5 },
    { name: "CONN_HANDLE_RESP", result: ACK, handle: 2 ** 32 },
    { name: "PATH_SUPERVISION_REQ", intervalS: NaN, mode: "push" },
    { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: new Uint8Array(16) },
    { name: "DEVICE_ID_RESP", result: ACK, deviceId: new Uint8Array(15) },
    { name: "POLL_RESP", result: "RESP_0x999" },
    { name: "RCT_IP_PARAM_RESP", result: ACK, addresses: [{ address: new Uint8Array(4), port: 1 }] },
  ];
  for (const message of bad) {
    assertThrows(() => writeMessage(profile, message), RangeError, undefined, message.name);
  }
});

Deno.test("sizes, numbers and byte order follow the profile", () => {
  const result = "RESP_NEGATIVE_ACKNOWLEDGE";
  const write = (message: Message) => writeMessage(otherLayout, message).toHex();
  assertEquals(write({ name: "CONN_HANDLE_RESP", result: ACK, handle: 0x1234 }), "003412");
  assertEquals(write({ name: "PATH_SUPERVISION_REQ", intervalS: 15, mode: "push" }), "0f00000001");
  assertEquals(write({ name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256"] }), "0007");
  assertEquals(write({ name: "ENCRYPT_SELECT_REQ", master: true, offers: [] }), "20");
  assertEquals(write({ name: "HASH_SELECT_REQ", offers: ["sha-256", "ripemd-256"] }), "4241");
  assertEquals(write({ name: "DEVICE_ID_RESP", result, deviceId: new Uint8Array(8) }), "03" + "00".repeat(8));
  assertEquals(
    write({ name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: new Uint8Array(40) }).length,
    82,
  );
  const parsed = parseMessage(otherLayout, 0xc0, hex("003412"));
  assert(parsed.ok && parsed.value.name === "CONN_HANDLE_RESP");
  assertEquals([parsed.value.result, parsed.value.handle], [ACK, 0x1234]);
});
