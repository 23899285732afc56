import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { markRepeat } from "../../src/delivery/repeat_mark.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const marked = (protocol: "sia" | "contact-id" | "scancom" | "vds2465", text: string) =>
  new TextDecoder().decode(markRepeat(protocol, ascii(text)));

Deno.test("SIA: a new event becomes an old one, nothing else changes", () => {
  assertEquals(marked("sia", "#1234|Nri1/BA01"), "#1234|Ori1/BA01");
  assertEquals(marked("sia", "#1234|NBA01|AHALL N"), "#1234|OBA01|AHALL N");
  assertEquals(marked("sia", "#1234|Ori1/BA01"), "#1234|Ori1/BA01");
  // Without a separator the block begins at the first N or O; an N behind an O is part of a code.
  assertEquals(marked("sia", "#1234NNL01"), "#1234ONL01");
  assertEquals(marked("sia", "#1234ONL01"), "#1234ONL01");
});

Deno.test("Contact ID: 18 becomes 98, from the right, whatever the account", () => {
  assertEquals(marked("contact-id", "123418113101015"), "123498113101015");
  assertEquals(marked("contact-id", "181818113101015"), "181898113101015");
  assertEquals(marked("contact-id", "123498113101015"), "123498113101015");
});

Deno.test("other languages have no mark", () => {
  assertEquals(marked("scancom", "1234 5555 1555 8"), "1234 5555 1555 8");
  assertEquals(marked("vds2465", "N18"), "N18");
});

Deno.test("marking twice is marking once, changes one octet at most, and never the bytes it was given", () => {
  const protocol = fc.constantFrom(
    "sia" as const,
    "contact-id" as const,
    "scancom" as const,
    "vds2465" as const,
  );
  fc.assert(fc.property(protocol, fc.uint8Array({ maxLength: 40 }), (language, data) => {
    const before = data.slice();
    const once = markRepeat(language, data);
    assertEquals(data, before);
    assertEquals(once.length, data.length);
    assertEquals(once.filter((octet, i) => octet !== data[i]).length <= 1, true);
    assertEquals(markRepeat(language, once), once);
  }));
});
