/** Every vector of `adapters/vds2465/vectors/`: what the source says a message means, Tocsin reads in it. */
import { cbc } from "@noble/ciphers/aes.js";
import { assert, assertEquals } from "@std/assert";
import recordVectors from "../../../adapters/vds2465/vectors/records.json" with { type: "json" };
import serialVectors from "../../../adapters/vds2465/vectors/serial.json" with { type: "json" };
import tcpVectors from "../../../adapters/vds2465/vectors/tcp.json" with { type: "json" };
import { vds2465EventDrafts } from "../../../adapters/vds2465/event_draft.ts";
import { ft12Function, writeFt12 } from "../../../adapters/vds2465/ft12.ts";
import { hex, vdsErrorText, vdsTransportText } from "../../../adapters/vds2465/names.ts";
import { readRecords, type VdsRecord, writeRecords } from "../../../adapters/vds2465/record.ts";
import { readFields, type VdsFields, writeFields } from "../../../adapters/vds2465/record_fields.ts";
import { Vds2465SerialFramer } from "../../../adapters/vds2465/serial_framer.ts";
import type { PanelEffect } from "../../../adapters/contract.ts";
import { Vds2465TcpSession } from "../../../adapters/vds2465/tcp_session.ts";
import { Vds2465TcpFramer } from "../../../adapters/vds2465/tcp_framer.ts";
import { VdsKeys } from "../../../adapters/vds2465/tcp_keys.ts";
import { readTelegram, writeTelegram } from "../../../adapters/vds2465/tcp_telegram.ts";

interface Vector {
  id: string;
  wire: string;
  expect: Record<string, unknown>;
  source: string;
  kind: string;
}

Deno.test("all vectors are here", () => {
  assertEquals([recordVectors.length, serialVectors.length, tcpVectors.length], [8, 22, 24]);
});

for (const { id, wire, expect, kind } of recordVectors as Vector[]) {
  Deno.test(`records ${id} (${kind}): ${wire}`, () => checkRecords(Uint8Array.fromHex(wire), expect));
}

Deno.test("records Q05: whatever digit the log has lost, it is a technical message of address 20", () => {
  const cut = "0502001400014";
  for (const digit of "0123456789abcdef") {
    const raw = Uint8Array.fromHex(cut + digit);
    const [draft, ...more] = vds2465EventDrafts(readRecords(raw), { account: "", raw });
    assertEquals([more.length, draft?.device, draft?.zone, draft?.code], [
      0,
      "0",
      "20",
      `4${digit.toUpperCase()}`,
    ]);
    assertEquals(draft?.flags.includes("unknown-code"), !"0189abcd".includes(digit), digit);
  }
});

for (const { id, wire, expect, kind } of serialVectors as Vector[]) {
  Deno.test(`serial ${id} (${kind}): ${wire.slice(0, 40)}`, () => {
    const bytes = Uint8Array.fromHex(wire);
    const framer = new Vds2465SerialFramer();
    const [item, ...more] = framer.feed(bytes);
    assertEquals([more.length, framer.buffered], [0, 0]);
    assert(item?.kind === "frame");
    assertEquals(writeFt12(item.frame).toHex(), wire);
    assertEquals(ft12Function(item.frame), expect["frame"]);
    checkRecords(item.frame.data, expect);
  });
}

for (const { id, wire, expect, kind } of tcpVectors as Vector[]) {
  Deno.test(`tcp ${id} (${kind}): ${wire.slice(0, 40)}`, () => {
    const { key, secret } = expect;
    const keys = new VdsKeys(typeof secret === "string" ? { [Number(key)]: secret } : {});
    const [item] = new Vds2465TcpFramer().feed(Uint8Array.fromHex(wire));
    assert(item?.kind === "frame");
    const read = readTelegram(item.frame.key, item.frame.body, keys);
    if (expect["rule"] !== undefined) {
      assertEquals(!read.ok && read.rule, expect["rule"]);
      return;
    }
    assert(read.ok);
    const { telegram } = read;
    if (expect["body"] !== undefined) {
      const cipher = cbc(Uint8Array.fromHex(String(secret)), new Uint8Array(16), { disablePadding: true });
      assertEquals(cipher.decrypt(item.frame.body).toHex(), expect["body"]);
    }
    for (const field of ["key", "tc", "rc", "ik"] as const) {
      if (expect[field] !== undefined) assertEquals(telegram[field], expect[field], field);
    }
    if (expect["payload"] !== undefined) assertEquals(telegram.payload.toHex(), expect["payload"]);
    else checkRecords(telegram.payload, expect);
    const written = writeTelegram(telegram, keys).toHex();
    // Others fill up to other lengths.
    if (key === 0 && expect["length"] === undefined) assertEquals(written, wire);
    if (expect["written"] === true) assertEquals(written, wire);
    if (expect["length"] !== undefined) assertEquals(item.frame.body.length, expect["length"]);
  });
}

/** The telegrams of one vector, by its name. */
function wire(id: string): Uint8Array {
  const found = (tcpVectors as Vector[]).find((vector) => vector.id === id);
  assert(found !== undefined, id);
  return Uint8Array.fromHex(found.wire);
}

/** What a session sends, as hexadecimal. */
function sent(effects: PanelEffect[]): string[] {
  return effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes.toHex()] : []);
}

Deno.test("our centre answers a recorded device with the octets that an independent centre answered with, plain", () => {
  const now = Date.UTC(2025, 10, 21, 1, 2, 3);
  const session = new Vds2465TcpSession({ firstCounter: 0x0fffffff });
  assertEquals(sent(session.tick(now)), [wire("P01").toHex()]);
  assertEquals(sent(session.feed(wire("P02"), now)), [wire("P03").toHex()]);
  assertEquals(sent(session.feed(wire("P04"), now)), []);
  assertEquals(sent(session.settle(1, "accepted", now)), [wire("P05").toHex()]);
  assertEquals(sent(session.feed(wire("P06"), now)), []);
  assertEquals(sent(session.tick(now + 5000)).length, 1);
  assertEquals(sent(session.feed(wire("P07"), now + 5000)), []);
  assertEquals(sent(session.settle(2, "accepted", now)), [wire("P08").toHex()]);
});

Deno.test("the same with a short record, and encrypted", () => {
  const short = new Vds2465TcpSession({ firstCounter: 0x0fffffff });
  short.tick(0);
  short.feed(wire("P02"), 0);
  short.feed(wire("P11"), 0);
  assertEquals(sent(short.settle(1, "accepted", 0)), [wire("P12").toHex()]);

  const keys = { 7: "00112233445566778899aabbccddeeff" };
  const session = new Vds2465TcpSession({ firstCounter: 0x0fffffff, keys });
  session.tick(0);
  assertEquals(sent(session.feed(wire("A01"), 0)), [wire("A02").toHex()]);
  assertEquals(sent(session.feed(wire("A03"), 0)), []);
  assertEquals(sent(session.settle(1, "accepted", 0)), [wire("A04").toHex()]);
});

function checkRecords(bytes: Uint8Array, expect: Record<string, unknown>): void {
  const telegram = readRecords(bytes);
  const { records, refused } = telegram;
  assertEquals(refused, undefined);
  assertEquals(writeRecords(records), bytes);
  assertEquals(records.map(readFields).map(writeFields), records);
  assertEquals(records.map(({ type }) => hex(type)), expect["types"]);
  const drafts = vds2465EventDrafts(telegram, { account: "", raw: bytes });
  const events = expect["events"] as Record<string, unknown>[];
  assertEquals(drafts.length, events.length);
  for (const [index, event] of events.entries()) {
    const draft: Record<string, unknown> = {
      ...drafts[index],
      occurredAt: drafts[index]?.occurredAt?.toISOString(),
    };
    for (const [field, value] of Object.entries(event)) assertEquals(draft[field], value, field);
    // What the source does not speak of, nothing is invented for.
    for (const field of ["area", "text"]) {
      if (event[field] === undefined) assertEquals(draft[field], undefined);
    }
  }
  const fields = records.map(readFields);
  checkField(
    fields,
    "vendor",
    expect,
    (each) => each.kind === "text" && each.type === 0x51 ? each.text : undefined,
  );
  checkField(
    fields,
    "transport",
    expect,
    (each) => each.kind === "transport" ? vdsTransportText(each.code) : undefined,
  );
  checkField(fields, "priority", expect, (each) => each.kind === "priority" ? each.priority : undefined);
  checkField(fields, "ident", expect, (each) => each.kind === "ident" ? each.ident : undefined);
  checkField(
    fields,
    "supported",
    expect,
    (each) => each.kind === "supported" ? each.types.map(hex) : undefined,
  );
  checkField(fields, "error", expect, (each) => each.kind === "error" ? vdsErrorText(each.code) : undefined);
  checkField(fields, "asked", expect, (each) => each.kind === "query" ? hex(each.asked) : undefined);
  checkStates(records, expect);
}

function checkField(
  fields: VdsFields[],
  name: string,
  expect: Record<string, unknown>,
  read: (fields: VdsFields) => unknown,
): void {
  if (expect[name] === undefined) return;
  assertEquals(fields.map(read).find((value) => value !== undefined), expect[name], name);
}

/** Block status of Telenot: 16-bit addresses, low bit first, 0 is active. */
function checkStates(records: VdsRecord[], expect: Record<string, unknown>): void {
  if (expect["base"] === undefined) return;
  const [status] = records.map(readFields).filter((each) => each.kind === "block-status");
  assert(status !== undefined);
  const base = status.at.address << 8 | status.at.supplement;
  assertEquals([base, status.at.extension], [expect["base"], expect["extension"]]);
  const active = [...status.states].flatMap((octet, at) =>
    Array.from({ length: 8 }, (_, bit) => bit).filter((bit) => (octet >> bit & 1) === 0).map((bit) =>
      base + 8 * at + bit
    )
  );
  if (expect["active"] !== undefined) assertEquals(active, expect["active"]);
  if (expect["octets"] !== undefined) assertEquals(status.states.length, expect["octets"]);
  for (const address of (expect["includes"] ?? []) as number[]) {
    assert(active.includes(address), `${address}`);
  }
  for (const address of (expect["excludes"] ?? []) as number[]) {
    assert(!active.includes(address), `${address}`);
  }
}
