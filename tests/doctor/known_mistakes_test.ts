/** Every known mistake of the references, and what the doctor says of it. */
import { assert, assertEquals } from "@std/assert";
import { Dc09Key, writeDc09, writeFrame } from "../../adapters/dc09/mod.ts";
import type { Fault } from "../../src/doctor/finding.ts";
import type { InputLanguage } from "../../src/doctor/score.ts";
import type { Circumstances } from "../../src/doctor/verdict.ts";
import { block, dc09, examine, galaxy, hex, joined, keys, NOON, octets, rules, SERIAL } from "./panels.ts";

const times = (count: number, bytes: Uint8Array) => joined(...Array.from({ length: count }, () => bytes));
const flipped = (bytes: Uint8Array, at: number) =>
  bytes.map((octet, index) => index === at ? octet ^ 1 : octet);

/** 7 data bits and even parity, as a line set to 8 data bits receives them. */
function evenParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((octet) => {
    let ones = 0;
    for (let bits = octet & 0x7f; bits > 0; bits >>= 1) ones += bits & 1;
    return octet & 0x7f | (ones % 2) << 7;
  });
}

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

/** What is fed, and what is to come out. */
interface Mistake {
  bytes: Uint8Array;
  now?: number;
  keys?: string[];
  circumstances?: Partial<Circumstances>;
  serial?: boolean;
  language?: InputLanguage;
  readable: boolean;
  fault: Fault;
  rule?: string;
  account?: string;
  config?: Record<string, string | number>;
}

const mistakes: Record<string, Mistake> = {
  // panel-formats.md §1.6; field-needs.md 1 to 5.
  "Galaxy repeats F#123456, nobody answers (1, 2, 3)": {
    bytes: times(20, block("#", "123456")),
    language: "sia",
    readable: true,
    fault: "nothing",
    rule: "repeats-unanswered",
    account: "123456",
    config: { quirk: "galaxy-flex" },
  },
  "Flex 3 asks for encryption (3)": {
    bytes: hex("0501815968"),
    language: "sia",
    readable: false,
    fault: "key",
    rule: "encrypted-session",
  },
  "Flex 20 sends D#ABCD (4)": {
    bytes: times(3, block("#", "ABCD")),
    language: "sia",
    readable: true,
    fault: "nothing",
    account: "ABCD",
  },
  "FX020: encryption request, then D#0192 (5)": {
    bytes: joined(hex("0501815968"), block("#", "0192")),
    language: "sia",
    readable: false,
    fault: "key",
    rule: "encrypted-session",
    account: "0192",
  },
  "parity right, account known, encryption requested": {
    bytes: joined(block("#", "123456"), hex("0501815968")),
    language: "sia",
    readable: false,
    fault: "key",
    rule: "encrypted-session",
    account: "123456",
  },
  "Galaxy IP check on the alarm port": {
    bytes: hex("003132333435363738110c00fd09000102030405060708090a0b"),
    language: "sia",
    readable: true,
    fault: "protocol",
    rule: "ip-check",
  },
  "SIA level I": {
    bytes: joined(block("#", "123456"), block("N", "BA0012"), block("0", "")),
    language: "sia",
    readable: true,
    fault: "nothing",
    rule: "level-1",
  },
  "SIA without an account": {
    bytes: joined(block("N", "ri1/BA12"), block("0", "")),
    language: "sia",
    readable: true,
    fault: "account",
    rule: "no-account",
  },
  "account never set": {
    bytes: galaxy("000000"),
    language: "sia",
    readable: true,
    fault: "account",
    rule: "account-zero",
  },
  "one block with a wrong parity octet": {
    bytes: hex("462330323731373899"),
    language: "sia",
    readable: false,
    fault: "wiring",
  },
  "SIA, one octet of a burst changed on the way": {
    bytes: joined(galaxy(), flipped(galaxy(), 12), galaxy()),
    language: "sia",
    readable: true,
    fault: "wiring",
    rule: "parity",
  },
  "SIA sent with 7 data bits": {
    bytes: times(2, evenParity(galaxy())),
    serial: true,
    language: "sia",
    readable: false,
    fault: "line settings",
    rule: "parity-stripped",
  },
  "SIA read with 7 data bits": {
    bytes: times(2, galaxy().map((octet) => octet & 0x7f)),
    serial: true,
    language: "sia",
    readable: false,
    fault: "line settings",
    rule: "eighth-bit-lost",
  },
  "SIA clock 3 h off": {
    bytes: galaxy("123456", "15:00"),
    now: NOON,
    language: "sia",
    readable: true,
    fault: "clock",
    rule: "clock-off",
  },
  "SIA clock right across midnight": {
    bytes: galaxy("123456", "23:58"),
    now: NOON - 12 * 3_600_000,
    language: "sia",
    readable: true,
    fault: "nothing",
  },
  "only acknowledgements: the wrong half of the line": {
    bytes: times(6, hex("403887")),
    serial: true,
    language: "sia",
    readable: false,
    fault: "wiring",
    rule: "only-answers",
  },
  "SIA on an input that is set to DC-09": {
    bytes: galaxy(),
    circumstances: { expected: "dc09" },
    language: "sia",
    readable: true,
    fault: "protocol",
    rule: "other-language",
  },

  // receiver-outputs.md §7; field-needs.md 6 to 14, 18, 24, 33 to 42.
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

  // panel-formats.md §2, §3, §1.6 Texecom.
  "Contact ID checksum wrong": {
    bytes: times(3, octets("1234181131010159\r\n")),
    language: "contact-id",
    readable: false,
    fault: "wiring",
    rule: "wrong-checksum",
  },
  "Contact ID, one digit of three messages changed": {
    bytes: octets("1234181131010158\r\n1234181131010168\r\n1234181137010152\r\n123418313701015F\r\n"),
    language: "contact-id",
    readable: true,
    fault: "wiring",
    rule: "wrong-checksum",
  },
  "Contact ID with an account of 6 digits": {
    bytes: octets("12345618113001001D\r\n"),
    language: "contact-id",
    readable: true,
    fault: "account",
    rule: "account-digits",
    config: { account_digits: 6 },
  },
  "Contact ID as 7E1, read as 8N1": {
    bytes: evenParity(octets("1234181131010158\r\n1234183131010156\r\n")),
    serial: true,
    language: "contact-id",
    readable: false,
    fault: "line settings",
    rule: "parity-stripped",
  },
  "Contact ID without an account": {
    bytes: octets("%03,1456010030$\r\n%03,1130010010$\r\n"),
    language: "contact-id",
    readable: true,
    fault: "account",
    rule: "no-account",
    config: { form: "text" },
  },
  "Scancom 6-8-1 where 4-8-1 is usual": {
    bytes: octets("123456 1555 5555 7\r\n123456 3555 5555 7\r\n"),
    language: "scancom",
    readable: true,
    fault: "nothing",
    account: "123456",
    config: { account_digits: 6, channel_count: 8 },
  },
  "Scancom that lost a digit": {
    bytes: octets("1234 1555 5555 7\r\n1234 1555 555 7\r\n1234 5555 5555 7\r\n"),
    language: "scancom",
    readable: true,
    fault: "account",
    rule: "account-lengths",
  },
  "Texecom is no bare Contact ID": {
    bytes: octets("21AAA181130010013\r\n21AAA181130010013\r\n"),
    language: "texecom",
    readable: true,
    fault: "nothing",
    account: "1000",
  },

  // vds2465.md §5, §6; field-needs.md 28, 32, 40.
  "VdS 2465: a connection, and silence: the receiver has to speak first (32)": {
    bytes: new Uint8Array(),
    circumstances: { connections: 1 },
    readable: false,
    fault: "protocol",
    rule: "silent-connection",
  },
  "nothing at all": { bytes: new Uint8Array(), readable: false, fault: "wiring", rule: "nothing-heard" },
  "VdS 2465: key number not known (40)": {
    bytes: hex("000700103959120d0c89aa67cc349e2573bb68f7"),
    language: "vds2465-tcp",
    readable: false,
    fault: "key",
    rule: "unknown-key",
  },
  "VdS 2465: wrong key number": {
    bytes: hex("000700103959120d0c89aa67cc349e2573bb68f7"),
    keys: ["8:00112233445566778899aabbccddeeff"],
    language: "vds2465-tcp",
    readable: false,
    fault: "key",
    rule: "unknown-key",
  },
  "VdS 2465: wrong key": {
    bytes: hex("000700103959120d0c89aa67cc349e2573bb68f7"),
    keys: ["7:ffeeddccbbaa99887766554433221100"],
    language: "vds2465-tcp",
    readable: false,
    fault: "key",
    rule: "wrong-key",
  },
  "VdS 2465: right key": {
    bytes: hex("000700103959120d0c89aa67cc349e2573bb68f7"),
    keys: ["7:00112233445566778899aabbccddeeff"],
    language: "vds2465-tcp",
    readable: true,
    fault: "nothing",
  },
  "VdS 2465: a bit changed on the way": {
    bytes: hex("0000000d000000a1ed5c10000001030100"),
    language: "vds2465-tcp",
    readable: false,
    fault: "wiring",
    rule: "checksum",
  },
  "VdS 2465: a centre speaks": {
    bytes: hex("0000000e0fffffffedfe0000000001010101"),
    language: "vds2465-tcp",
    readable: true,
    fault: "protocol",
    rule: "centre-speaks",
  },
  "VdS 2465: the device's clock is four years off": {
    bytes: hex(
      "0000002c000000a16e701000000104011f05021103000122075019140a150a1e050554466c7572310356214365016190",
    ),
    now: NOON,
    language: "vds2465-tcp",
    readable: true,
    fault: "clock",
    rule: "clock-off",
    account: "123456",
  },
  "VdS 2465 serial: a frame damaged between good ones": {
    bytes: hex("6802026840024216" + "6802026840034216" + "6802026840024216"),
    serial: true,
    language: "vds2465-serial",
    readable: true,
    fault: "wiring",
    rule: "checksum",
  },
  "VdS 2465 serial upside down": {
    bytes: times(3, hex("6802026840024216")).map((octet) => octet ^ 0xff),
    serial: true,
    language: "vds2465-serial",
    readable: false,
    fault: "wiring",
    rule: "inverted",
  },

  // None of the languages.
  "HTTP": {
    bytes: octets("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    readable: false,
    fault: "protocol",
    rule: "http",
  },
  "TLS": { bytes: hex("1603010200010001fc0303"), readable: false, fault: "protocol", rule: "tls" },
  "DTLS": { bytes: hex("16feff0000000000000000"), readable: false, fault: "protocol", rule: "dtls" },
  "SSH": { bytes: octets("SSH-2.0-OpenSSH_9.2\r\n"), readable: false, fault: "protocol", rule: "ssh" },
  "SIP": { bytes: octets("REGISTER sip:x SIP/2.0\r\n"), readable: false, fault: "protocol", rule: "sip" },
  "MQTT": { bytes: hex("101000044d515454040200"), readable: false, fault: "protocol", rule: "mqtt" },
  "Telnet": { bytes: hex("fffb01fffd03"), readable: false, fault: "line settings", rule: "telnet" },
  "modem": {
    bytes: octets("ATZ\rATDT123\r"),
    serial: true,
    readable: false,
    fault: "protocol",
    rule: "modem",
  },
  "a log": {
    bytes: octets("12.03.26 zone 4 opened by keypad\r\n12.03.26 all well\r\n"),
    readable: false,
    fault: "protocol",
    rule: "plain-text",
  },
  "a dump without --hex": {
    bytes: octets("46 23 31 32 33 34 35 36 9d\n"),
    readable: false,
    fault: "nothing",
    rule: "hex-text",
  },
  "a packet capture": {
    bytes: hex("d4c3b2a1020004000000000000000000ffff000001000000"),
    readable: false,
    fault: "nothing",
    rule: "pcap",
  },
  "receiver's output": {
    bytes: octets("S0118[#1234|NBA5]\x14"),
    readable: false,
    fault: "protocol",
    rule: "receiver-output",
  },
  "only zeros on a serial line": {
    bytes: new Uint8Array(50),
    serial: true,
    readable: false,
    fault: "line settings",
    rule: "only-zeros",
  },
  "only zeros over TCP": { bytes: new Uint8Array(50), readable: false, fault: "wiring", rule: "only-zeros" },
  "only FF": {
    bytes: new Uint8Array(50).fill(255),
    serial: true,
    readable: false,
    fault: "wiring",
    rule: "only-ff",
  },
  "one octet on and on": {
    bytes: new Uint8Array(50).fill(0x78),
    serial: true,
    readable: false,
    fault: "line settings",
    rule: "one-octet",
  },
  "another speed": {
    bytes: hex("80f800fec0e0f0fc00f88000fee0c0f878f800e0"),
    serial: true,
    readable: false,
    fault: "line settings",
    rule: "wrong-speed",
  },
  "the line counts framing errors": {
    bytes: hex("00120034560089a700c3d100e9004711"),
    serial: true,
    circumstances: { lineErrors: { framing: 9, parity: 0, breaks: 0, overrun: 0, bufferOverrun: 0 } },
    readable: false,
    fault: "line settings",
    rule: "framing-errors",
  },
  "breaks between good frames": {
    bytes: times(3, hex("6802026840024216")),
    serial: true,
    circumstances: { lineErrors: { framing: 0, parity: 0, breaks: 5, overrun: 0, bufferOverrun: 0 } },
    language: "vds2465-serial",
    readable: true,
    fault: "wiring",
    rule: "breaks",
  },
};

for (const [name, mistake] of Object.entries(mistakes)) {
  Deno.test(`known mistake: ${name}`, () => {
    const base = mistake.serial === true ? SERIAL : undefined;
    const circumstances = mistake.circumstances === undefined && base === undefined ? undefined : {
      ...base ?? { source: { kind: "tcp", hostname: "0.0.0.0", port: 10002 } as const },
      ...mistake.circumstances,
    };
    const verdict = examine(mistake.bytes, {
      ...(circumstances === undefined ? {} : { circumstances }),
      ...(mistake.now === undefined ? {} : { now: mistake.now }),
      ...(mistake.keys === undefined ? {} : { keys: keys(...mistake.keys) }),
    });
    const told = JSON.stringify(verdict, null, 1);
    assertEquals([verdict.language, verdict.readable, verdict.fault], [
      mistake.language,
      mistake.readable,
      mistake.fault,
    ], told);
    if (mistake.rule !== undefined) assert(rules(verdict).includes(mistake.rule), told);
    if (mistake.account !== undefined) assertEquals(verdict.accounts[0], mistake.account, told);
    for (const [key, value] of Object.entries(mistake.config ?? {})) {
      assertEquals(verdict.settings[key], value, told);
    }
    for (const { what, todo, weight } of verdict.findings) {
      assert(what.length > 10, told);
      if (weight === "stop" && verdict.octets > 0) {
        assert(todo.length > 10 || what.length > 60, `says what to do: ${told}`);
      }
    }
  });
}

Deno.test("a clock two hours ahead is called local time, and a clock years off is not", () => {
  const said = (stamp: string) =>
    examine(dc09(`"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]_${stamp}`), { now: NOON }).findings[0]!.what;
  assertEquals(
    said("14:00:10,11-21-2026"),
    "the panel's clock is 2 h ahead: most likely local time, where UTC is expected",
  );
  assertEquals(said("11:58:00,11-21-2026"), "the panel's clock is 120 s behind");
});
