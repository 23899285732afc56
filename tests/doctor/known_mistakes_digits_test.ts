/** Known mistakes with Contact ID, Scancom and Texecom: panel-formats.md §2, §3, §1.6 Texecom. */
import { knownMistakes } from "./known_mistakes.ts";
import { evenParity, octets, times } from "./panels.ts";

knownMistakes({
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
});
