import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseCommonName, sameSpt } from "../../src/dtls/common_name.ts";

Deno.test("parseCommonName() reads both parts", () => {
  for (
    const [text, supplier, device] of [
      ["maker.example:0042", "maker.example", "0042"],
      ["MAKER.Example:SN-7 b", "maker.example", "SN-7 b"],
      ["a.b.c.example:x:y:z", "a.b.c.example", "x:y:z"],
      ["xn--grsse-dya.example:ü", "xn--grsse-dya.example", "ü"],
    ] as const
  ) {
    assertEquals(parseCommonName(text), { ok: true, value: { supplier, device } });
  }
});

Deno.test("parseCommonName() names what is wrong", () => {
  for (
    const [rule, text] of [
      ["empty", ""],
      ["control-character", "maker.example:1\nmaker.example:2"],
      ["control-character", "\0m\0a\0k\0e"],
      ["too-long", `maker.example:${"9".repeat(51)}`],
      ["no-separator", "maker.example"],
      ["no-separator", "maker.example;0042"],
      ["bad-supplier", ":0042"],
      ["bad-supplier", "maker:0042"],
      ["bad-supplier", "maker..example:0042"],
      ["bad-supplier", "-maker.example:0042"],
      ["bad-supplier", "ma ker.example:0042"],
      ["bad-supplier", "größe.example:0042"],
      ["bad-supplier", "maker.example.:0042"],
      ["no-device", "maker.example:"],
      ["no-device", "maker.example:  "],
    ] as const
  ) {
    const parsed = parseCommonName(text);
    assert(!parsed.ok, text);
    assertEquals(parsed.rule, rule, text);
    assert(!/\p{Cc}/u.test(parsed.message), "the message is one line");
  }
});

Deno.test("64 characters are read, 65 are not", () => {
  assert(parseCommonName(`maker.example:${"9".repeat(50)}`).ok);
  assert(parseCommonName(`maker.example:${"😀".repeat(50)}`).ok, "characters, not halves of them");
});

Deno.test("parseCommonName() takes any text without throwing, and what it reads names the same SPT", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
    const parsed = parseCommonName(text);
    if (parsed.ok) assert(sameSpt(`${parsed.value.supplier}:${parsed.value.device}`, text));
    assertEquals(sameSpt(text, text), parsed.ok);
  }));
});

Deno.test("sameSpt() ignores case in the domain only", () => {
  assert(sameSpt("Maker.Example:Sn1", "maker.example:Sn1"));
  assert(!sameSpt("maker.example:Sn1", "maker.example:SN1"));
  assert(!sameSpt("maker.example:Sn1", "other.example:Sn1"));
});
