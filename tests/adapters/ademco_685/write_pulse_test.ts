import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { eventDigit } from "../../../adapters/ademco_685/event_digit.ts";
import { parseAdemco685 } from "../../../adapters/ademco_685/message.ts";
import { type WriteAdemco685Options, writeAlarm } from "../../../adapters/ademco_685/write_alarm.ts";
import { parseContactIdText } from "../../../adapters/contact_id/text.ts";
import contactIdCodes from "../../../src/event/tables/contact_id.json" with { type: "json" };
import { alarm } from "../../support/alarm.ts";
import { alarmWriting, rulesOf } from "../../support/alarm_writing.ts";

const FORMS = ["4+2", "4+2-spaced", "caps"] as const;
const OPTIONS: WriteAdemco685Options = { receiver: "1", line: "2", form: "4+2" };
const { lines, written, rule } = alarmWriting(writeAlarm, () => OPTIONS);

Deno.test("Contact ID in the three pulse forms; 0x1B ends a line but not one of CAPS", () => {
  const item = alarm("contact-id", "123418113001012");
  assertEquals(FORMS.map((form) => lines(item, { form }).lines), [
    ["<LF>12 1234 3C<CR>"],
    ["<LF>12 1234 3 C<CR>"],
    ["<LF>12 1234 060A"],
  ]);
  assertEquals(FORMS.map((form) => lines(item, { form, terminator: "esc" }).lines), [
    ["<LF>12 1234 3C<ESC>"],
    ["<LF>12 1234 3 C<ESC>"],
    ["<LF>12 1234 060A"],
  ]);
});

Deno.test("each kind of event has the digit of the recommended set", () => {
  const digits = {
    "602": "0",
    "110": "1",
    "121": "2",
    "131": "3",
    "301": "6",
    "200": "6",
    "100": "7",
    "570": "8",
    "654": "8",
    "999": "8",
  };
  for (const [code, digit] of Object.entries(digits)) {
    assertEquals(lines(alarm("contact-id", `1234181${code}00000`)).lines, [`<LF>12 1234 ${digit}0<CR>`]);
    assertEquals(lines(alarm("contact-id", `1234183${code}00000`)).lines, [`<LF>12 1234 90<CR>`]);
  }
  for (const code of ["400", "401", "407", "409", "441", "456"]) {
    assertEquals(lines(alarm("contact-id", `1234181${code}00000`)).lines, [`<LF>12 1234 50<CR>`]);
    assertEquals(lines(alarm("contact-id", `1234183${code}00000`)).lines, [`<LF>12 1234 40<CR>`]);
  }
});

Deno.test("every Contact ID code has a digit, in every qualifier", () => {
  for (const { code } of contactIdCodes.codes) {
    for (const qualifier of [1, 3, 6] as const) {
      const { digit, meaning } = eventDigit({ qualifier, code });
      assert(/^[0-9]$/.test(digit) && meaning !== "", code);
    }
  }
});

Deno.test("what two digits cannot say is among what was lost", () => {
  assertEquals(lines(alarm("contact-id", "123418113000000")).lost, ["sub-kind"]);
  assertEquals(lines(alarm("contact-id", "123418113002015")), {
    lines: ["<LF>12 1234 3F<CR>"],
    lost: ["sub-kind", "area"],
    unknown: 0,
  });
  assertEquals(lines(alarm("contact-id", "123418113000016")), {
    lines: ["<LF>12 1234 3F<CR>"],
    lost: ["sub-kind", "zone"],
    unknown: 0,
  });
  assertEquals(lines(alarm("contact-id", "123418340100117")).lost, ["sub-kind", "user"]);
  assertEquals(lines(alarm("contact-id", "123418313000001")).lost, ["restore"]);
  assertEquals(lines(alarm("contact-id", "123418613000001")).lost, ["sub-kind", "status"]);
  const notes = written(alarm("contact-id", "123418113002015", { repeated: true })).notes.join("\n");
  assertStringIncludes(notes, "130 (Burglary) is sent as 3, which says burglary only");
  assertStringIncludes(notes, "a possible repeat");
});

Deno.test("other languages go by their Contact ID code; Fast Format of eight channels in its own form", () => {
  assertEquals(lines(alarm("sia", "#1234|NFA1/BA2|AHall")).lines, [
    "<LF>12 1234 11<CR>",
    "<LF>12 1234 32<CR>",
  ]);
  assert(lines(alarm("sia", "#1234|NFA1|AHall")).lost.includes("text"));
  const vds = alarm("vds2465", Uint8Array.fromHex("05021103000147" + "0356214365"), { account: "1234" });
  assertEquals(lines(vds).unknown, 1);
  assertEquals(lines(alarm("scancom", "8531151555557")).lines, ["<LF>12 8531 1515 5555 7<CR>"]);
  assertEquals(lines(alarm("scancom", "123415555555555555517")).lines.length, 2);
});

Deno.test("the site's table stands in the digits", () => {
  const rules = rulesOf({ codes: { "contact-id": { "contact-id": { 131: "110" } } }, zones: { 5: "7" } });
  assertEquals(lines(alarm("contact-id", "123418113100005", { rules })).lines, ["<LF>12 1234 17<CR>"]);
});

Deno.test("an account that is not hexadecimal has no pulse line, and says so", () => {
  assertEquals(rule(alarm("contact-id", "123418113001012", { account: "12XY" })), "not-writable");
  assertEquals(rule(alarm("contact-id", "18113001012")), "no-account");
});

Deno.test("every line is read back as what it is: here, and by the reader on the panel side as no Contact ID", () => {
  const digits = fc.stringMatching(/^[0-9B-F]{4}18[136][0-9]{8}$/);
  fc.assert(fc.property(digits, fc.constantFrom(...FORMS), (data, form) => {
    const made = writeAlarm(alarm("contact-id", data), { ...OPTIONS, form });
    assert(made.ok);
    const [line] = made.lines;
    const read = parseAdemco685(line?.bytes ?? new Uint8Array());
    assert(read.ok && read.message.kind === (form === "caps" ? "caps" : "pulse"), JSON.stringify(read));
    assertEquals(read.message.account, data.slice(0, 4));
    assertEquals(parseContactIdText(line?.line.replaceAll(/<..>/g, "").trim() ?? "").ok, false);
  }));
});
