/** Known mistakes with DC-09: receiver-outputs.md §7; field-needs.md 6 to 14, 18, 24, 33 to 42. */
import { assertEquals } from "@std/assert";
import { Dc09Key, writeDc09, writeFrame } from "../../adapters/dc09/mod.ts";
import { knownMistakes } from "./known_mistakes.ts";
import { dc09, examine, hex, joined, NOON, octets, times } from "./panels.ts";

/** An alarm in DC-09, encrypted. */
function sealed(key: Uint8Array): Uint8Array {
  const content = writeDc09({
    id: "SIA-DCS",
    encrypted: true,
    sequence: "0001",
    line: "0",
    account: "1234",
    data: "#1234|Nri1/BA001",
    extended: [],
    timestamp: "12:00:00,11-21-2026",
    encoding: "ascii",
  }, { key: new Dc09Key(key), random: (count) => new Uint8Array(count).fill(0x41) });
  return writeFrame(content);
}

knownMistakes({
  "Trikdis, Lupusec: CRC as two octets (6)": {
    bytes: hex("0a4b93303032392253494122"),
    readable: false,
    fault: "protocol",
  },
  "CRC without its leading zero (7)": {
    bytes: (() => {
      for (let zone = 1;; zone++) {
        const frame = dc09(`"SIA-DCS"0001L0#1234[#1234|Nri1/BA${zone}]`);
        if (frame[1] === 0x30 && frame[2] !== 0x30) return joined(frame.subarray(0, 1), frame.subarray(2));
      }
    })(),
    language: "dc09",
    readable: true,
    fault: "nothing",
    rule: "short-crc",
  },
  "Hikvision: alarm in a NULL frame (9)": {
    bytes: dc09('"NULL"0001L0#1234[#1234|Nri1/BA5]'),
    language: "dc09",
    readable: true,
    fault: "nothing",
    rule: "alarm-in-null",
  },
  "Osborne-Hoffman: constant CRC 0101 (12)": {
    bytes: dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]', { crc: "0101" }),
    readable: false,
    fault: "protocol",
    rule: "osborne-hoffman",
  },
  "Dahua: seven frames in one packet (11)": {
    bytes: times(7, dc09('"ADM-CID"0001L0#1234[#1234|1130 01 001]')),
    language: "dc09",
    readable: true,
    fault: "nothing",
  },
  "empty line prefix, and a NUL behind the CR (24)": {
    bytes: joined(dc09('"SIA-DCS"0001L#7303658550[#7303658550|NBA4]'), hex("00")),
    language: "dc09",
    readable: true,
    fault: "nothing",
    account: "7303658550",
  },
  "account foc7688 is no hexadecimal (33)": {
    bytes: dc09('"SIA-DCS"0001L0#foc7688[#foc7688|NBA4]'),
    language: "dc09",
    readable: true,
    fault: "nothing",
    account: "foc7688",
  },
  "AAAB in the head, 0000 in the data (34)": {
    bytes: dc09('"SIA-DCS"0001L0#AAAB[#0000|NBA4]'),
    language: "dc09",
    readable: true,
    fault: "account",
    rule: "other-account-in-data",
  },
  "length in decimal": {
    bytes: octets('\n57150047"ADM-CID"0247R4F39L4F39#4F39[#4F39|3401 01 057]\r'),
    language: "dc09",
    readable: true,
    fault: "nothing",
    rule: "decimal-length",
  },
  "wrong CRC": {
    bytes: dc09('"ADM-CID"0001L0#1234[#1234|3401 01 501]', { crc: "B2C2" }),
    language: "dc09",
    readable: false,
    fault: "wiring",
    rule: "wrong-crc",
  },
  "encrypted, no key given (40)": {
    bytes: sealed(octets("0123456789ABCDEF")),
    language: "dc09",
    readable: false,
    fault: "key",
    rule: "no-key",
    account: "1234",
  },
  "encrypted, wrong key (37)": {
    bytes: sealed(octets("0123456789ABCDEF")),
    keys: ["FEDCBA9876543210"],
    language: "dc09",
    readable: false,
    fault: "key",
    rule: "wrong-key",
    account: "1234",
  },
  "encrypted, a key for another account only": {
    bytes: sealed(octets("0123456789ABCDEF")),
    keys: ["9999:0123456789ABCDEF"],
    language: "dc09",
    readable: false,
    fault: "key",
    rule: "wrong-key",
  },
  "key in hex in the panel, 32 digits given: either meaning opens it (39)": {
    bytes: sealed(hex("00112233445566778899aabbccddeeff")),
    keys: ["00112233445566778899aabbccddeeff"],
    language: "dc09",
    readable: true,
    fault: "nothing",
  },
  "a key was given, and the panel sends in clear": {
    bytes: dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]'),
    keys: ["0123456789ABCDEF"],
    language: "dc09",
    readable: true,
    fault: "key",
    rule: "not-encrypted",
  },
  "clock two hours ahead: local time (41)": {
    bytes: dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]_14:00:10,11-21-2026'),
    now: NOON,
    language: "dc09",
    readable: true,
    fault: "clock",
    rule: "clock-off",
  },
  "clock still in 2014 (42)": {
    bytes: dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]_12:00:00,01-01-2014'),
    now: NOON,
    language: "dc09",
    readable: true,
    fault: "clock",
    rule: "clock-off",
  },
  "a time that is no time": {
    bytes: dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]_99:00:00,11-21-2026'),
    now: NOON,
    language: "dc09",
    readable: true,
    fault: "clock",
    rule: "bad-timestamp",
  },
  "a receiver's answers": {
    bytes: dc09('"ACK"0001L0#1234[]'),
    language: "dc09",
    readable: true,
    fault: "protocol",
    rule: "stray-answer",
  },
});

Deno.test("a clock two hours ahead is called local time, and a clock years off is not", () => {
  const said = (stamp: string) =>
    examine(dc09(`"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]_${stamp}`), { now: NOON }).findings[0]!.what;
  assertEquals(
    said("14:00:10,11-21-2026"),
    "the panel's clock is 2 h ahead: most likely local time, where UTC is expected",
  );
  assertEquals(said("11:58:00,11-21-2026"), "the panel's clock is 120 s behind");
});
