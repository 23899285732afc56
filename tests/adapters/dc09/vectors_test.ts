import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  dc09Decoder,
  Dc09Framer,
  dc09Meaning,
  parseDc09,
  splitAccount,
  writeDc09,
  writeFrame,
} from "../../../adapters/dc09/mod.ts";
import refused from "../../../adapters/dc09/vectors/refused.json" with { type: "json" };
import vectors from "../../../adapters/dc09/vectors/dc09.json" with { type: "json" };
import { ascii, keysOf, text, zeros } from "./arbitrary.ts";

type Vector = (typeof vectors)[number] & { key?: string };

function bytesOf(vector: Vector): Uint8Array {
  return vector.encoding === "hex" ? Uint8Array.fromHex(vector.wire) : ascii(`\n${vector.wire}\r`);
}

for (const vector of vectors as Vector[]) {
  const expect = vector.expect as Record<string, unknown> & {
    events: Record<string, string>[];
    quirks?: string[];
  };
  const keys = vector.key === undefined ? [] : keysOf(vector.key);

  Deno.test(`vector ${vector.id}: fields, quirks and events (${vector.source})`, () => {
    const [decoded, ...more] = dc09Decoder({ key: keys }).feed(bytesOf(vector));
    assertEquals(more, []);
    assert(decoded?.ok, JSON.stringify(decoded));
    const { message } = decoded;
    for (const name of ["id", "sequence", "receiver", "line", "account", "timestamp"]) {
      assertEquals(message[name], expect[name], name);
    }
    assertEquals(message["encrypted"], expect["encrypted"] === true);
    assertEquals(message["quirks"], expect.quirks ?? []);
    assertEquals(decoded.events.length, expect.events.length);
    for (const [at, event] of expect.events.entries()) {
      const got = decoded.events[at] as unknown as Record<string, unknown>;
      for (const [name, value] of Object.entries(event)) assertEquals(got[name], value, name);
      assertEquals(got["account"], expect["account"]);
    }
  });

  Deno.test(`vector ${vector.id}: event data, and written back to the octet`, () => {
    const bytes = bytesOf(vector);
    const [item] = new Dc09Framer().feed(bytes);
    assert(item?.kind === "frame");
    const read = parseDc09(item.frame.content, () => keys);
    assert(read.ok);
    const { message } = read;
    const data = expect["data"];
    const meaning = dc09Meaning(message, { account: message.account ?? "", raw: item.raw });
    assertEquals(meaning.kind === "alarm" ? text(meaning.alarm.data) : undefined, data);
    if (expect.quirks?.some((it) => it !== "binary-crc") === true || text(bytes).endsWith("\0")) return;
    const key = keys[0];
    // Both encrypted vectors are padded with the digit zero.
    const content = writeDc09(message, key === undefined ? undefined : { key, random: zeros });
    assertEquals(text(writeFrame(content, item.frame.crc)), text(bytes));
    if (message.data !== "") assert(splitAccount(message.data).rest !== "");
  });
}

for (const { id, wire, note, received, ...rest } of refused) {
  Deno.test(`vector ${id} is refused with received and computed CRC: ${note}`, () => {
    const framer = new Dc09Framer();
    const [item, ...more] = [...framer.feed(ascii(`\n${wire}\r`)), ...framer.flush()];
    assertEquals(more, []);
    assert(item?.kind === "refused");
    assert(["wrong-crc", "truncated"].includes(item.rule));
    assertMatch(item.message, new RegExp(`${received} received, [0-9A-F]{4} computed`));
    if ("computed" in rest) assertMatch(item.message, new RegExp(`${rest.computed} computed`));
  });
}
