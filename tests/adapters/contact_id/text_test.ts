import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { writeContactId } from "../../../adapters/contact_id/message.ts";
import { contactIdTextDraft, parseContactIdText } from "../../../adapters/contact_id/text.ts";
import admCid from "../../../adapters/contact_id/vectors/adm_cid.json" with { type: "json" };
import vectors from "../../../adapters/contact_id/vectors/contact_id.json" with { type: "json" };
import { ascii, message } from "./arbitrary.ts";

interface Expect {
  account?: string;
  subscriber?: string;
  mt?: string;
  q?: number | string;
  code?: string;
  group?: string;
  zone?: string;
  user?: string;
  tail?: string;
  receiver?: string;
  line?: string;
}

const QUALIFIERS: Record<string, number> = { E: 1, R: 3, P: 6 };

function check(text: string, expect: Expect): void {
  const read = parseContactIdText(text);
  assert(read.ok, read.ok ? "" : read.message);
  const { contactId, fields } = read;
  const account = expect.account ?? expect.subscriber;
  if (account !== undefined) assertEquals(contactId.account, account);
  if (expect.mt !== undefined) assertEquals<string>(contactId.messageType, expect.mt);
  assertEquals<number>(contactId.qualifier, QUALIFIERS[String(expect.q)] ?? Number(expect.q));
  assertEquals(contactId.code, expect.code);
  assertEquals(contactId.group, expect.group);
  assertEquals(contactId.zone, expect.zone ?? expect.user);
  for (const name of ["tail", "receiver", "line"] as const) assertEquals(fields[name], expect[name], name);
  const draft = contactIdTextDraft(read, ascii(text));
  if (expect.user !== undefined) assertEquals(draft.user, expect.user);
}

for (const vector of vectors.filter((it) => it.format !== "cid-16")) {
  Deno.test(`vector ${vector.id}: ${JSON.stringify(vector.wire)}`, () =>
    check(vector.wire, vector.expect as Expect));
}

for (const vector of admCid) {
  const payload = /\[[^\]]*\]/.exec(vector.wire)?.[0] ?? "";
  Deno.test(`vector ${vector.id}: payload ${payload}`, () => {
    check(payload, vector.expect as Expect);
    check(payload.slice(1, -1), vector.expect as Expect);
    assertEquals(parseContactIdText(payload).ok && parseContactIdText(payload), {
      ...parseContactIdText(payload.slice(1, -1)),
    });
  });
}

Deno.test("each form is named for what it is", () => {
  const forms: [string, string, string][] = [
    ["1234181131010158", "plain", "1234"],
    ["123418113101015\r\n", "plain", "1234"],
    ["1234 18 1131 01 015 8", "plain", "1234"],
    ["*#AC186302999999", "plain", "BCDF"],
    ["21AAA181130010013\r\n", "texecom", "1000"],
    ["(1234181131010158)", "lifesos", "1234"],
    ["[CID2 181401010012843]", "climax", "CID2"],
    ["[1234 18113101015]", "climax", "1234"],
    ["me,secret,7701,18113101015", "csv-ip", "7701"],
    ["%03,1456010030$", "envisalink", ""],
    ["1456010030", "envisalink", ""],
    ["5011 181234E12101001\x14", "sur-gard", "1234"],
    ["50112A 981234R12101001\x14", "sur-gard", "1234"],
    ["a011 123418113001015\x14", "radionics", "1234"],
    ["\na011 123418R13001015\x14", "radionics", "1234"],
    ["\n01 1234 18 E131 01 C015 \r", "ademco-685", "1234"],
    ["1234 18 E131 01 C015", "ademco-685", "1234"],
    ["\x02C12345113101015zz\r", "fsk7", "12345"],
    ["[#00AAAA|3407 01 001]", "adm-cid", "00AAAA"],
    ["#1234|113001015", "adm-cid", "1234"],
    ["181234113001015", "csl", "1234"],
    ["1234 E131 01 015", "display", "1234"],
    ["1234E13101015", "display", "1234"],
    ["12 34 e131 01015", "display", "1234"],
  ];
  for (const [text, form, account] of forms) {
    const read = parseContactIdText(text);
    assert(read.ok, `${text}: ${read.ok ? "" : read.message}`);
    assertEquals<string>(read.form, form, text);
    assertEquals(read.contactId.account, account, text);
  }
});

Deno.test("a Bosch SIA mode frame is read when length and CRC fit, and refused otherwise", () => {
  const counted = "a00430101[#1234|18113001015]";
  let crc = 0;
  for (const octet of ascii(counted)) {
    for (let bit = 0, rest = octet; bit < 8; bit++, rest >>= 1) {
      crc = ((crc ^ rest) & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
    }
  }
  const head = crc.toString(16).toUpperCase().padStart(4, "0") + counted.length.toString(16).toUpperCase();
  const read = parseContactIdText(`\n${head}${counted}\r`);
  assert(read.ok && read.form === "bosch-sia");
  assertEquals(read.fields, { sequence: "0043", receiver: "01", line: "01" });
  assertEquals([read.contactId.code, read.contactId.zone], ["130", "015"]);
  const changed = parseContactIdText(`${head}${counted.replace("1234", "1235")}`);
  assert(!changed.ok && changed.rule === "wrong-crc");
  const longer = parseContactIdText(`${head}${counted.replace("1234", "12345")}`);
  assert(!longer.ok && longer.rule === "wrong-length");
});

Deno.test("the tail of a Climax message is verified: any changed character is refused", () => {
  const good = "[CID2 181401010012843]";
  for (const changed of ["[CID3 181401010012843]", "[CID2 181401010022843]", "[CID2 181401010012844]"]) {
    const read = parseContactIdText(changed);
    assert(!read.ok && read.rule === "wrong-tail", changed);
    assertStringIncludes(read.message, "expected");
  }
  assert(parseContactIdText(good).ok);
});

Deno.test("a single Climax digit counts as checksum when it fits and is flagged when it does not", () => {
  const fits = parseContactIdText("[1234 181131010158]");
  assert(fits.ok);
  assertEquals([fits.form, fits.checksum, fits.flags], ["climax", "8", []]);
  const other = parseContactIdText("[1234 181131010159]");
  assert(other.ok);
  assertEquals([other.checksum, other.flags], [undefined, ["checksum-unverified"]]);
  assertEquals(contactIdTextDraft(other, new Uint8Array()).flags, ["checksum-unverified"]);
});

Deno.test("the password of a CSV-IP line is nowhere in the result", () => {
  const read = parseContactIdText("me,hunter2,7701,18113101015");
  assert(read.ok);
  assertEquals(read.fields, { user: "me" });
  assert(!JSON.stringify(read).includes("hunter2"));
});

Deno.test("the 685 form says itself whether the number is a user or a zone", () => {
  const user = parseContactIdText("01 1234 18 E130 01 U015 ");
  assert(user.ok);
  assertEquals(contactIdTextDraft(user, new Uint8Array()).user, "015");
  const zone = parseContactIdText("01 1234 18 R401 01 C015");
  assert(zone.ok);
  assertEquals(zone.contactId.qualifier, 3);
  assertEquals(contactIdTextDraft(zone, new Uint8Array()).zone, "015");
});

Deno.test("qualifier letters E, R and P mean 1, 3 and 6; another letter is refused", () => {
  const qualifiers = ["E", "R", "P"].map((letter) => {
    const read = parseContactIdText(`5011 181234${letter}12101001`);
    return read.ok && read.contactId.qualifier;
  });
  assertEquals(qualifiers, [1, 3, 6]);
  const other = parseContactIdText("5011 181234X12101001");
  assert(!other.ok && (other.rule === "bad-digit" || other.rule === "unknown-qualifier"));
});

Deno.test("fifteen digits that fit both plain and CSL are read as plain and flagged", () => {
  const read = parseContactIdText("181218113101015");
  assert(read.ok);
  assertEquals([read.form, read.contactId.account, read.flags], ["plain", "1812", ["ambiguous-form"]]);
});

Deno.test("thirteen bare digits with a numeric qualifier are not guessed at: they may be Fast Format", () => {
  assert(!parseContactIdText("1234113101015").ok);
  assert(!parseContactIdText("8531151555557").ok);
});

Deno.test("raw tones of an Asterisk spool line are read as keys", () => {
  const read = parseContactIdText("1234181131010158", { letters: "dtmf" });
  assert(read.ok && read.form === "asterisk");
});

Deno.test("seventeen digits are Texecom or a five-digit account, as the checksum tells", () => {
  fc.assert(fc.property(message(5, 5), message(4, 4), (five, four) => {
    const long = parseContactIdText(writeContactId({ ...five, account: "2" + five.account.slice(1) }));
    assert(long.ok && long.form === "plain");
    const wrapped = parseContactIdText("2" + writeContactId(four));
    assert(wrapped.ok && wrapped.form === "texecom");
    assertEquals(wrapped.contactId, four);
  }));
});

Deno.test("every truncation of every form is refused", () => {
  const whole = ["[CID2 181401010012843]", "(1234181131010158)", "me,x,7701,18113101015", "%03,1456010030$"];
  for (const text of [...whole, "[#13E3186|1302 01 000", "5011 181234E12101001", "1234 1110 02 003"]) {
    for (let length = 0; length < text.length - 1; length++) {
      const read = parseContactIdText(text.slice(0, length));
      assert(!read.ok, `${text.slice(0, length)} was read as ${read.ok ? read.form : ""}`);
    }
  }
});

Deno.test("the empty text, very long text and random text are refused without throwing", () => {
  assert(!parseContactIdText("").ok);
  const long = parseContactIdText("1".repeat(5000));
  assert(!long.ok && long.rule === "too-long");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    const read = parseContactIdText(String.fromCharCode(...bytes));
    if (!read.ok) assert(/^[a-z-]+$/.test(read.rule) && read.message.length > 20);
  }));
  const alphabet = fc.constantFrom(..."0123456789ABCDEF 18[]()#|,%$aRP\x02\x14");
  fc.assert(fc.property(fc.string({ unit: alphabet, maxLength: 40 }), (text) => {
    parseContactIdText(text);
  }));
});
