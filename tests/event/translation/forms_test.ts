/** Codes that no table knows, and values that no form has room for. */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { vds2465EventData } from "../../../adapters/vds2465/event_data.ts";
import { codeRow, codeTable, translatedLanguages } from "../../../src/event/translation/code_tables.ts";
import type { TargetLanguage } from "../../../src/event/translation/forms.ts";
import { sourceCode } from "../../../src/event/translation/source_code.ts";
import { translate } from "../../../src/event/translation/translate.ts";
import { translateCode } from "../../../src/event/translation/translate_code.ts";
import { event } from "./support.ts";

Deno.test("whatever code is in no table: the general one goes, with code and text where there is a place, and is not known", () => {
  const code: Readonly<Record<TargetLanguage, fc.Arbitrary<string>>> = {
    sia: fc.stringMatching(/^[A-Z]{2}$/),
    "contact-id": fc.stringMatching(/^[0-9B-F]{3}$/),
    scancom: fc.stringMatching(/^[0-9A-F]{2}$/),
    vds2465: fc.stringMatching(/^[0-9A-F]{2}$/),
  };
  const any = fc.constantFrom(...translatedLanguages).chain((language) =>
    fc.record({
      language: fc.constant(language),
      code: code[language],
      text: fc.constantFrom(undefined, "Kiln 3"),
    })
  );
  const said = fc.record({
    of: fc.oneof(
      any,
      fc.record({ language: fc.constant("texts"), code: fc.string(), text: fc.constant("Kiln 3") }),
    ),
    qualifier: fc.constantFrom("new" as const, "restore" as const, "status" as const),
  });
  let general = 0;
  fc.assert(
    fc.property(said, ({ of: { language, code, text }, qualifier }) => {
      const draft = event(language, code, { qualifier, ...(text === undefined ? {} : { text }) });
      const source = sourceCode(draft);
      for (const to of translatedLanguages) {
        if (to === language) continue;
        const listed = (source.tableKeys ?? source.keys).some((key) =>
          codeRow(language, to, key) !== undefined
        );
        if (listed) continue;
        general++;
        const { form, known, lost } = translate(draft, to);
        const { code: sent } = translateCode(draft, to);
        const rows = translatedLanguages.flatMap((from) => codeTable(from, to)?.unknown ?? []);
        assert(rows.some((row) => [row.to, row.restore, row.status].includes(sent)), `${code}: ${sent}`);
        assertEquals(known, false, `${language} ${code} to ${to}`);
        const loss = lost.find(({ what }) => what === "code");
        assert(loss?.detail.includes(code === "" ? "without a code" : code), loss?.detail);
        const words = "text" in form ? form.text ?? "" : lost.map(({ detail }) => detail).join();
        assert(words.includes(code) && words.includes(text ?? ""), `${language} ${code}: ${words}`);
      }
    }),
    { numRuns: 2000 },
  );
  assert(general > 500);
});

Deno.test("what a year, a channel or a number may be, the form fits, or the loss is named", () => {
  const far = event("contact-id", "130", { occurredAt: new Date("+012026-01-02T12:34:56Z") });
  assertEquals(translate(far, "sia").form.time, "12:34:56");
  const channel = translate(event("scancom", "17", { device: "44" }), "scancom");
  assertEquals(channel.form.channels, "55555555");
  assertEquals(channel.lost.some(({ what, detail }) => what === "device" && detail.includes("44")), true);
  const { lost } = translate(event("contact-id", "130", { account: "1234567890123" }), "vds2465");
  assertEquals(lost.map(({ what }) => what), ["account-length"]);
});

Deno.test("from VdS 2465 to VdS 2465 device and point stay what they were", () => {
  for (const records of ["05020003320122", "05024200070122", "050211030001a2"]) {
    const draft = vds2465EventData(Uint8Array.fromHex(records))[0]!;
    const { form, lost } = translate(draft, "vds2465");
    const octets = Uint8Array.fromHex(records);
    assertEquals([form.device, form.area], [octets[2]! >> 4, octets[2]! & 15]);
    assertEquals(lost, []);
  }
});
