import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { headerOctets, readHeader, writeHeader } from "../../src/ip/header.ts";
import { type HeaderField, reconstructed2020 as profile, type Ts50136Profile } from "../../src/ip/profile.ts";
import { otherLayout } from "./other_layout.ts";

const HEADER = {
  handle: 0xfedcba98,
  deviceId: new Uint8Array(16).fill(0xee),
  tx: 0x0102,
  rx: 0x0304,
  flags: 0x0506,
  version: 7,
  messageId: 8,
  length: 9,
};

function withHeader(change: (fields: HeaderField[]) => HeaderField[]): Ts50136Profile {
  return { ...profile, header: change([...profile.header]) };
}

Deno.test("a header has its members where layout H1 puts them, big-endian", () => {
  const octets = new Uint8Array(30);
  writeHeader(profile, HEADER, octets);
  assertEquals(
    octets.toHex(),
    "fedcba98" + "ee".repeat(16) + "0102" + "0304" + "0506" + "07" + "08" + "0009",
  );
  assertEquals(readHeader(profile, octets), HEADER);
});

Deno.test("the order of the rows in the profile does not matter", () => {
  const shuffled = withHeader((fields) => fields.reverse());
  const octets = new Uint8Array(30);
  writeHeader(shuffled, HEADER, octets);
  assertEquals(readHeader(profile, octets), HEADER);
});

Deno.test("reading octets that end early gives zeros, at every truncation, and never throws", () => {
  const octets = new Uint8Array(30);
  writeHeader(profile, { ...HEADER, length: 0x0708 }, octets);
  for (let length = 0; length < 30; length++) {
    const header = readHeader(profile, octets.subarray(0, length));
    assertEquals(header.length, length < 29 ? 0 : 0x0700);
    assertEquals(header.tx, length < 21 ? 0 : length < 22 ? 0x0100 : 0x0102);
  }
});

Deno.test("any octets read and write back to themselves", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 30, maxLength: 30 }), (octets) => {
    const back = new Uint8Array(30);
    writeHeader(profile, readHeader(profile, octets), back);
    assertEquals(back.toHex(), octets.toHex());
  }));
});

Deno.test("a length that counts the header is read and written as that of the data", () => {
  const octets = new Uint8Array(headerOctets(otherLayout));
  writeHeader(otherLayout, { ...HEADER, deviceId: new Uint8Array(8), length: 5 }, octets);
  assertEquals(octets[20], 24 + 5);
  assertEquals(readHeader(otherLayout, octets).length, 5);
});

Deno.test("a device ID of the wrong size and too little room are errors of the caller", () => {
  assertThrows(
    () => writeHeader(profile, { ...HEADER, deviceId: new Uint8Array(15) }, new Uint8Array(30)),
    RangeError,
  );
  assertThrows(() => writeHeader(profile, HEADER, new Uint8Array(29)), RangeError);
});

Deno.test("a layout that contradicts itself is refused at first use", () => {
  const moved = (name: string, change: Partial<HeaderField>) =>
    withHeader((fields) => fields.map((field) => field.name === name ? { ...field, ...change } : field));
  const bad: [Ts50136Profile, string][] = [
    [moved("tx", { offset: 19 }), "overlaps"],
    [moved("tx", { size: 5 }), "5 octets"],
    [moved("handle", { size: 0 }), "0 octets"],
    [withHeader((fields) => fields.filter(({ name }) => name !== "rx")), "no field rx"],
    [withHeader((fields) => [...fields, { ...fields[0] as HeaderField, offset: 40 }]), "twice"],
    [{ ...profile, values: { ...profile.values, clearOctets: 3 } }, "clear octets"],
    [{ ...profile, values: { ...profile.values, clearOctets: 31 } }, "clear octets"],
    [{ ...profile, values: { ...profile.values, padBlock: 8 } }, "16-octet blocks"],
    [{ ...profile, values: { ...profile.values, iv: "00" } }, "IV"],
  ];
  for (const [layout, words] of bad) assertThrows(() => headerOctets(layout), RangeError, words);
});
