/** Known mistakes with VdS 2465: vds2465.md §5, §6; field-needs.md 28, 32, 40. */
import { knownMistakes } from "./known_mistakes.ts";
import { hex, NOON, times } from "./panels.ts";

knownMistakes({
  "VdS 2465: a connection, and silence: the receiver has to speak first (32)": {
    bytes: new Uint8Array(),
    circumstances: { connections: 1 },
    readable: false,
    fault: "protocol",
    rule: "silent-connection",
  },
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
});
