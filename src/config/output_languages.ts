/**
 * What outputs can speak: which keys of an `[[output]]` belong to which language, and what counts when they are missing.
 *
 * @module
 */
import { byDefault, choice, type Fields, flag, integer, list, optional, text } from "./field.ts";
import {
  account,
  addressBlock,
  duration,
  durationOrOff,
  filePath,
  host,
  port,
  serialLine,
} from "./field_kinds.ts";
import { secretText, topic, topicOrOff, webAddress, webhookSecret } from "./output_fields.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** The keys of an `[[output]]` that only some languages know. */
export const OUTPUT_LANGUAGE_FIELDS = {
  role: optional(choice("listen", "connect")),
  host: optional(host),
  port: optional(port),
  allow: optional(list(addressBlock)),
  serial: optional(serialLine),
  transport: byDefault(choice("tcp", "udp"), '"tcp"'),
  tls: byDefault(flag, "false"),
  ca: optional(filePath),
  url: optional(webAddress),
  allow_http: byDefault(flag, "false"),
  timeout: byDefault(duration(SECOND, 60 * SECOND), '"10s"'),
  receiver: optional(text('a receiver number in quotes such as "01"', 6, /^[0-9A-Za-z]+$/)),
  line: optional(text('a line number in quotes such as "1"', 7, /^[0-9A-Za-z]+$/)),
  line_digits: byDefault(integer(1, 7), "1"),
  heartbeat: optional(durationOrOff(SECOND, 18 * HOUR)),
  wait: optional(duration(SECOND, 60 * SECOND)),
  tries: optional(integer(1, 100)),
  nak_limit: optional(integer(1, 1000)),
  text: byDefault(flag, "false"),
  text_answers: byDefault(flag, "false"),
  form: optional(choice("contact-id", "4+2", "4+2-spaced", "caps")),
  address_letter: optional(choice("by-code", "contact")),
  previous: optional(choice("P", "E")),
  mark_98: optional(flag),
  trailing_blank: optional(flag),
  terminator: optional(choice("cr", "esc")),
  header: optional(choice("none", "lf", "space")),
  qualifiers: optional(choice("digits", "letters")),
  commands: optional(choice("ignore", "reject")),
  account: optional(account),
  key: optional(secretText("a key as the automation software has it", 128)),
  timestamps: optional(flag),
  close_after_ack: optional(flag),
  ident: optional(text("an ident number in quotes: 1-12 digits", 12, /^\d+$/)),
  hang_up_after: optional(duration(SECOND, HOUR)),
  client_id: optional(text("a client identifier: 1-64 characters without blanks", 64, /^[!-~]+$/)),
  topic: optional(topic),
  availability: optional(topicOrOff),
  username: optional(text("a user name", 256)),
  password: optional(secretText("a password", 256)),
  no_subscriber: optional(choice("refuse", "accept")),
  secrets: optional(list(webhookSecret, 8)),
} satisfies Fields;

/** A key that only some languages know. */
export type OutputLanguageKey = keyof typeof OUTPUT_LANGUAGE_FIELDS;

/** How a receiver or line number is written in a language. */
export interface NumberShape {
  /** In words that fit after "expected". */
  expected: string;
  /** What it looks like. */
  pattern: RegExp;
  /** What counts when the key is missing. */
  fallback: string;
}

/** What a language of an output knows. Times in ms. */
export interface OutputLanguage {
  /** Its own keys. */
  keys: readonly OutputLanguageKey[];
  /** The ways to its AE; the first counts when the file names none. */
  ways: readonly ("listen" | "connect" | "udp" | "serial" | "http")[];
  /** What the adapter waits for an answer when the file says nothing. */
  waitMs: number;
  /** After what silence the adapter sends a heartbeat when the file says nothing; 0 for none. */
  heartbeatMs: number;
  /** The longest heartbeat. */
  heartbeatMaxMs?: number;
  /** Receiver number; absent where there is none. */
  receiver?: NumberShape;
  /** Line number. */
  line?: NumberShape;
}

const ONE: NumberShape = {
  expected: 'one digit or capital letter in quotes such as "1"',
  pattern: /^[0-9A-Z]$/,
  fallback: "1",
};
const TWO: NumberShape = {
  expected: 'two digits or letters in quotes such as "01"',
  pattern: /^[0-9A-Za-z]{2}$/,
  fallback: "01",
};
const HEX: NumberShape = {
  expected: '1-6 hexadecimal digits in quotes such as "1"',
  pattern: /^[0-9A-Fa-f]{1,6}$/,
  fallback: "",
};

/** Lines that a receiver has, over TCP either way or on a serial port. */
const LINE_KEYS = ["role", "host", "port", "allow", "serial"] as const;
const LINE_WAYS = ["listen", "connect", "serial"] as const;
/** What every sender of lines can be told. */
const SENDER_KEYS = ["receiver", "line", "wait", "nak_limit"] as const;
const LONGEST_HEARTBEAT = 99 * SECOND;

const DC07: OutputLanguage = {
  keys: [...LINE_KEYS, ...SENDER_KEYS, "heartbeat", "text"],
  ways: LINE_WAYS,
  waitMs: 4000,
  heartbeatMs: 30_000,
  heartbeatMaxMs: LONGEST_HEARTBEAT,
  receiver: { ...TWO, expected: 'one or two digits in quotes such as "01"', pattern: /^[0-9A-Za-z]{1,2}$/ },
  // 00 is the receiver itself.
  line: {
    expected: 'one or two digits in quotes such as "01", not 00',
    pattern: /^(?!0+$)[0-9A-Za-z]{1,2}$/,
    fallback: "01",
  },
};

/**
 * The languages, by name. Waits and heartbeats are those of the adapters' own defaults (receiver-outputs.md §9, A; dc09,
 * vds2465-tcp, mqtt and webhook: their adapters', C), which a test compares: the checks of a file reckon with them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OUTPUT_LANGUAGES } from "./output_languages.ts";
 *
 * assertEquals(OUTPUT_LANGUAGES["ademco-685"]?.waitMs, 2000);
 * assertEquals(OUTPUT_LANGUAGES["mqtt"]?.keys.includes("serial"), false);
 * ```
 */
export const OUTPUT_LANGUAGES: Readonly<Record<string, OutputLanguage>> = {
  "sur-gard": {
    keys: [...LINE_KEYS, ...SENDER_KEYS, "line_digits", "heartbeat", "text", "text_answers"],
    ways: LINE_WAYS,
    waitMs: 4000,
    heartbeatMs: 30_000,
    heartbeatMaxMs: LONGEST_HEARTBEAT,
    receiver: TWO,
    line: {
      expected: '1-7 digits or letters in quotes such as "1"',
      pattern: /^[0-9A-Za-z]{1,7}$/,
      fallback: "1",
    },
  },
  "ademco-685": {
    keys: [
      ...LINE_KEYS,
      ...SENDER_KEYS,
      "heartbeat",
      "form",
      "address_letter",
      "previous",
      "mark_98",
      "trailing_blank",
      "terminator",
    ],
    ways: LINE_WAYS,
    waitMs: 2000,
    heartbeatMs: 0,
    heartbeatMaxMs: LONGEST_HEARTBEAT,
    receiver: ONE,
    line: ONE,
  },
  "bosch-6500": {
    keys: [
      ...LINE_KEYS,
      ...SENDER_KEYS,
      "heartbeat",
      "text",
      "header",
      "qualifiers",
      "mark_98",
      "commands",
    ],
    ways: LINE_WAYS,
    waitMs: 4000,
    heartbeatMs: 30_000,
    heartbeatMaxMs: LONGEST_HEARTBEAT,
    receiver: {
      ...TWO,
      expected: 'two digits or capital letters in quotes such as "01"',
      pattern: /^[0-9A-Z]{2}$/,
    },
    line: ONE,
  },
  "dc07": DC07,
  // The receiver has no link test.
  "bosch-sia": { ...DC07, keys: DC07.keys.filter((key) => key !== "heartbeat"), heartbeatMs: 0 },
  "dc09": {
    keys: [
      "role",
      "host",
      "port",
      "transport",
      ...SENDER_KEYS,
      "heartbeat",
      "account",
      "key",
      "timestamps",
      "tries",
      "close_after_ack",
    ],
    ways: ["connect", "udp"],
    waitMs: 20_000,
    heartbeatMs: 0,
    heartbeatMaxMs: 18 * HOUR,
    receiver: HEX,
    line: HEX,
  },
  "vds2465-tcp": {
    keys: ["role", "host", "port", "ident", "key", "wait", "hang_up_after"],
    ways: ["connect"],
    waitMs: 10_000,
    heartbeatMs: 0,
  },
  "mqtt": {
    keys: [
      "role",
      "host",
      "port",
      "tls",
      "ca",
      "client_id",
      "topic",
      "availability",
      "username",
      "password",
      "no_subscriber",
      "wait",
      "heartbeat",
    ],
    ways: ["connect"],
    waitMs: 10_000,
    heartbeatMs: 30_000,
    heartbeatMaxMs: 18 * HOUR,
  },
  "webhook": {
    keys: ["url", "allow_http", "ca", "timeout", "secrets", "tries"],
    ways: ["http"],
    waitMs: 10_000,
    heartbeatMs: 0,
  },
};
