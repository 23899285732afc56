import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { checksumDigit, digitSum, digitValue } from "../../../adapters/contact_id/checksum.ts";
import { readDigits } from "../../../adapters/contact_id/digits.ts";
import { parseEventData, writeEventData } from "../../../adapters/contact_id/event_data.ts";
import { contactIdEventDraft } from "../../../adapters/contact_id/event_draft.ts";
import { parseContactId, writeContactId } from "../../../adapters/contact_id/message.ts";
import vectors from "../../../adapters/contact_id/vectors/contact_id.json" with { type: "json" };
import { ascii, digits, message } from "./arbitrary.ts";

for (const vector of vectors.filter((it) => it.format === "cid-16")) {
  Deno.test(`vector ${vector.id}: checksum of ${vector.wire}`, () => {
    const wire = vector.wire.replaceAll(" ", "");
    assertEquals(wire.length, 16);
    assertEquals(checksumDigit(wire.slice(0, 15)), vector.expect.checksum);
    assertEquals(digitSum(wire), 0);
    const read = parseContactId(vector.wire);
    if (vector.id === "C07") {
      // A checksum sample of message type 56: right sum, but no Contact ID.
      assert(!read.ok && read.rule === "other-message-type");
    } else {
      assert(read.ok);
      assertEquals(read.checksum, vector.expect.checksum);
      assertEquals(writeContactId(read.contactId), wire);
    }
  });
}

Deno.test("digits have the values of the telephone keys", () => {
  assertEquals([..."1234567890BCDEF"].map(digitValue), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  assertEquals(digitValue("A"), 10);
  for (const other of ["", "12", "b", "G", " ", "*"]) assertEquals(digitValue(other), undefined);
});

Deno.test("the fields are those of the layout", () => {
  const read = parseContactId("BCDF186302999999");
  assert(read.ok);
  assertEquals(read.contactId, {
    account: "BCDF",
    messageType: "18",
    qualifier: 6,
    code: "302",
    group: "99",
    zone: "999",
  });
});

Deno.test("A is read as zero in every field and counts ten", () => {
  const read = parseContactId("1AAA181130010013");
  assert(read.ok);
  assertEquals(read.contactId.account, "1000");
  const all = parseContactId("1AAA18113AA1AA13");
  assert(all.ok);
  assertEquals([all.contactId.code, all.contactId.group, all.contactId.zone], ["130", "01", "001"]);
  const kept = parseContactId("1AAA181130010013", { account: "as-spelled" });
  assert(kept.ok);
  assertEquals(kept.contactId.account, "1AAA");
});

Deno.test("a checksum digit A stands for zero", () => {
  const body = "123418113101000";
  const zero = [..."123456789"].map((last) => body.slice(0, 14) + last).find((it) =>
    checksumDigit(it) === "0"
  );
  assert(zero !== undefined);
  const read = parseContactId(zero + "A");
  assert(read.ok);
  assertEquals(read.checksum, "0");
});

Deno.test("a missing checksum is accepted, a wrong one refused with the right one named", () => {
  const without = parseContactId("123418113101015");
  assert(without.ok);
  assertEquals(without.checksum, undefined);
  for (const wrong of "012345679BCDEF") {
    const read = parseContactId("123418113101015" + wrong);
    assert(!read.ok && read.rule === "wrong-checksum", wrong);
    assertStringIncludes(read.message, "expected 8");
  }
});

Deno.test("each way to be no Contact ID has its name", () => {
  const rules = [
    ["", "wrong-length"],
    ["12341811310", "wrong-length"],
    ["1".repeat(40), "wrong-length"],
    ["18113101015", "wrong-length"],
    ["123418113101015G", "bad-digit"],
    ["1234551131010158", "other-message-type"],
    // Siblings that are shorter: 4+1 and 4+2, with their checksum.
    ["1234171B", "other-message-type"],
    ["123427128", "other-message-type"],
    ["123427127", "wrong-length"],
    ["1234182131010158", "unknown-qualifier"],
    ["1234*81131010D58", "mixed-dtmf"],
  ] as const;
  for (const [text, rule] of rules) {
    const read = parseContactId(text);
    assert(!read.ok, text);
    assertEquals(read.rule, rule, text);
  }
  const sibling = parseContactId("1234551131010158");
  assert(!sibling.ok);
  assertStringIncludes(sibling.message, "high speed");
});

Deno.test("raw telephone keys are translated when * or # tell, and letters alone only on wish", () => {
  assertEquals(readDigits("1*#ABC"), { ok: true, digits: "1BCDEF" });
  assertEquals(readDigits("1ABC"), { ok: true, digits: "1ABC" });
  assertEquals(readDigits("1ABC", "dtmf"), { ok: true, digits: "1DEF" });
  assertEquals(readDigits("1DEF"), { ok: true, digits: "1DEF" });
  const read = parseContactId("*#AC186302999999");
  assert(read.ok);
  assertEquals(read.contactId.account, "BCDF");
  const key = readDigits("12D4", "dtmf");
  assert(!key.ok && key.rule === "mixed-dtmf");
});

Deno.test("every truncation of a message is refused or read without its checksum, never misread", () => {
  const whole = "1234181131010158";
  for (let length = 0; length < whole.length; length++) {
    const read = parseContactId(whole.slice(0, length));
    if (length === 15) assert(read.ok && read.checksum === undefined);
    else assert(!read.ok, `${length} digits`);
  }
});

Deno.test("any one wrong digit in a message with checksum is refused, except A for zero", () => {
  const whole = "1234181131010158";
  for (let at = 0; at < whole.length; at++) {
    for (const other of "0123456789BCDEF") {
      if (other === whole[at]) continue;
      const read = parseContactId(whole.slice(0, at) + other + whole.slice(at + 1));
      assert(!read.ok, `${other} at ${at}`);
    }
  }
});

Deno.test("what is written is read back, for accounts of 1 to 16 digits, with and without checksum", () => {
  fc.assert(fc.property(message(1, 16), fc.boolean(), (contactId, checksum) => {
    const text = writeContactId(contactId, { checksum });
    assertEquals(text.length, contactId.account.length + (checksum ? 12 : 11));
    const read = parseContactId(text);
    assert(read.ok);
    assertEquals(read.contactId, contactId);
    assertEquals(read.checksum !== undefined, checksum);
    if (checksum) assertEquals(digitSum(text), 0);
  }));
});

Deno.test("zeros of the account are written as A on wish, and only there", () => {
  const contactId = {
    account: "1000",
    messageType: "18",
    qualifier: 1,
    code: "130",
    group: "01",
    zone: "001",
  } as const;
  assertEquals(writeContactId(contactId, { accountZero: "A" }), "1AAA181130010013");
});

Deno.test("a message that cannot be written is an error of the caller", () => {
  const good = {
    account: "1234",
    messageType: "18",
    qualifier: 1,
    code: "130",
    group: "01",
    zone: "001",
  } as const;
  for (
    const bad of [{ account: "" }, { account: "CID2X" }, { code: "13" }, { zone: "00A" }, { group: "1 " }]
  ) {
    assertThrows(() => writeContactId({ ...good, ...bad }), RangeError);
  }
  assertThrows(() => writeEventData({ ...good, account: "a b" }), RangeError);
});

Deno.test("random text never throws", () => {
  fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => {
    const read = parseContactId(text);
    if (!read.ok) assert(/^[a-z-]+$/.test(read.rule) && read.message.length > 20);
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    parseEventData(bytes);
  }));
});

Deno.test("event data is written and read back with the account exactly as spelled", () => {
  const account = fc.oneof(
    digits(4),
    fc.string({
      maxLength: 16,
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((it) => String.fromCharCode(it)),
    }),
  );
  fc.assert(fc.property(message(), account, (contactId, spelled) => {
    const data = writeEventData({ ...contactId, account: spelled });
    assertEquals(data.length, spelled.length + 11);
    const read = parseEventData(data);
    assert(read.ok);
    assertEquals(read.contactId, { ...contactId, account: spelled });
  }));
});

Deno.test("event data keeps letters A and lower case of the account, and verifies a 16th digit", () => {
  const hex = parseEventData(ascii("00aaAA18340701001"));
  assert(hex.ok);
  assertEquals(hex.contactId.account, "00aaAA");
  const good = parseEventData(ascii("1234181131010158"));
  assert(good.ok && good.checksum === "8");
  const wrong = parseEventData(ascii("1234181131010157"));
  assert(!wrong.ok && wrong.rule === "wrong-checksum");
  const long = parseEventData(new Uint8Array(100).fill(0x31));
  assert(!long.ok && long.rule === "wrong-length");
  const empty = parseEventData(new Uint8Array());
  assert(!empty.ok);
});

Deno.test("every truncation of event data is refused or has a shorter account", () => {
  const data = ascii("123418113101015");
  for (let length = 0; length < data.length; length++) assert(!parseEventData(data.subarray(0, length)).ok);
  const tail = parseEventData(data.subarray(4));
  assert(tail.ok && tail.contactId.account === "");
});

Deno.test("the draft maps qualifier, area, zone and user, and leaves out what is none", () => {
  const raw = ascii("x");
  const base = { account: "1234", messageType: "18", code: "130", group: "00", zone: "000" } as const;
  const bare = contactIdEventDraft({ ...base, qualifier: 1 }, raw);
  assertEquals(bare, {
    account: "1234",
    language: "contact-id",
    code: "130",
    qualifier: "new",
    label: bare.label,
    flags: [],
    raw,
  });
  assert(bare.label !== "130");
  assertEquals(contactIdEventDraft({ ...base, qualifier: 3 }, raw).qualifier, "restore");
  const user = contactIdEventDraft({ ...base, qualifier: 6, code: "401", group: "02", zone: "070" }, raw);
  assertEquals([user.qualifier, user.area, user.user, user.zone], ["status", "02", "070", undefined]);
  const forced = contactIdEventDraft({ ...base, qualifier: 1, code: "401", zone: "070" }, raw, {
    address: "zone",
  });
  assertEquals([forced.user, forced.zone], [undefined, "070"]);
});

Deno.test("an unknown code is kept, labelled with itself and flagged", () => {
  const draft = contactIdEventDraft(
    { account: "1234", messageType: "18", qualifier: 1, code: "9F9", group: "01", zone: "00F" },
    new Uint8Array(),
    { flags: ["checksum-unverified"] },
  );
  assertEquals([draft.label, draft.zone], ["9F9", "00F"]);
  assertEquals(draft.flags, ["checksum-unverified", "unknown-code"]);
});
