/** What recorded transmitters sent, the sender sends to the octet when it is set as they were. */
import { assert, assertEquals } from "@std/assert";
import type { OutputEffect } from "../../../adapters/contract.ts";
import {
  Dc09Framer,
  type Dc09Quirks,
  Dc09Sender,
  type Dc09SenderOptions,
  isAnswer,
  parseDc09,
  readTimestamp,
} from "../../../adapters/dc09/mod.ts";
import vectors from "../../../adapters/dc09/vectors/dc09.json" with { type: "json" };
import { ascii, keysOf, text, zeros } from "./arbitrary.ts";

interface Vector {
  id: string;
  encoding: string;
  wire: string;
  key?: string;
  expect: Record<string, unknown> & { quirks?: string[] };
}

/** What the sender does not do, and why. */
const NOT_SENT: Readonly<Record<string, string>> = {
  V8: "no line number at all",
  V11: "a poll with a Contact ID body",
  V14: "no account in the data",
  D02: "another spelling of the account in the data",
  F12: "0| in front of the event",
  F19: "number 0000 for an alarm",
  F82: "a poll with a Contact ID body",
  FD8: "another account in the data",
  F2D: "extended data",
  FBB: "a NUL behind the frame",
  O192: "extended data",
  O256: "extended data",
  O128h: "extended data",
};

const QUIRKS: Readonly<Record<string, Dc09Quirks>> = {
  "binary-crc": { crc: "binary" },
  "cr-in-crc": { crc: "with-cr" },
  "decimal-length": { length: "decimal" },
};

function sent(effects: OutputEffect[]): string {
  return effects.map((effect) => effect.kind === "send" ? text(effect.bytes) : "").join("");
}

const skipped: string[] = [];
let count = 0;

for (const { id, encoding, wire, key, expect } of vectors as Vector[]) {
  const bytes = encoding === "hex" ? Uint8Array.fromHex(wire) : ascii(`\n${wire}\r`);
  const keys = key === undefined ? [] : keysOf(key);
  const [item] = new Dc09Framer().feed(bytes);
  assert(item?.kind === "frame");
  const read = parseDc09(item.frame.content, () => keys);
  assert(read.ok);
  const { message } = read;
  if (isAnswer(message.id)) continue;
  if (NOT_SENT[id] !== undefined) {
    skipped.push(id);
    continue;
  }
  count++;
  Deno.test(`vector ${id}: sent to the octet`, () => {
    const { receiver, line = "", sequence, account = "" } = message;
    const quirks = Object.assign({}, ...(expect.quirks ?? []).map((it) => QUIRKS[it]));
    const options: Dc09SenderOptions = {
      account,
      line,
      ...(receiver === undefined ? {} : { receiver }),
      firstSequence: Math.max(1, Number(sequence)),
      timestamps: message.timestamp !== undefined,
      ...(keys[0] === undefined ? {} : { sealing: { key: keys[0], random: zeros } }),
      ...(Object.keys(quirks).length === 0 ? {} : { quirks }),
      supervisionMs: 1,
    };
    const now = readTimestamp(message.timestamp ?? "") ?? 1000;
    const sender = new Dc09Sender(options);
    if (message.id === "NULL") {
      sender.connected(now - 1);
      assertEquals(sent(sender.tick(now)), text(bytes));
      return;
    }
    sender.connected(now);
    const protocol = message.id === "ADM-CID" ? "contact-id" : "sia";
    const data = ascii(String(expect["data"]));
    assertEquals(
      sent(sender.offer({ id, account, protocol, data, events: [], repeated: false }, now)),
      text(bytes),
    );
  });
}

Deno.test("all vectors are sent but those that are named, with the reason", () => {
  assertEquals(skipped.sort(), Object.keys(NOT_SENT).sort());
  assertEquals(count, 26);
});
