/** Codes and numbers of a table of one's own: in one language, in pairs, and without sense. */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { siaCode } from "../../../src/event/tables/sia.ts";
import type { TargetLanguage } from "../../../src/event/translation/forms.ts";
import { readSiteTable } from "../../../src/event/translation/read_site_table.ts";
import { ends } from "../../../src/event/translation/restores.ts";
import { showForm } from "../../../src/event/translation/show_form.ts";
import { siteRules } from "../../../src/event/translation/site_table.ts";
import { translate } from "../../../src/event/translation/translate.ts";
import { translateCode } from "../../../src/event/translation/translate_code.ts";
import { event } from "./support.ts";

Deno.test("a code of one's own counts in its own language, too, and takes its restore along", () => {
  const codes = {
    "contact-id": { "contact-id": { "131": "130" } },
    sia: { sia: { BA: "PA", "FA/7": "KA" } },
    vds2465: { vds2465: { "22": "23" } },
    scancom: { scancom: { "17/5": "17/3" } },
  };
  const read = readSiteTable({ codes });
  assert(read.ok, JSON.stringify(read));
  const own = read.table;
  const rules = (language: TargetLanguage) => siteRules(own, language, language, "1234");
  const cid = (code: string, qualifier: "new" | "restore" | "status") => {
    const { form, known, lost } = translate(
      event("contact-id", code, { qualifier }),
      "contact-id",
      rules("contact-id"),
    );
    assertEquals([known, lost], [true, []]);
    return form.qualifier + form.code;
  };
  assertEquals([cid("131", "new"), cid("131", "restore"), cid("131", "status")], ["1130", "3130", "6130"]);
  assertEquals([cid("132", "new"), cid("132", "restore")], ["1132", "3132"]);
  const sia = (code: string, zone = "5") =>
    translate(event("sia", code, { zone }), "sia", rules("sia")).form.code;
  assertEquals(["BA", "BH", "BR", "BB", "FA", "FR"].map((code) => sia(code)), [
    "PA",
    "PH",
    "PR",
    "BB",
    "FA",
    "FR",
  ]);
  assertEquals(["FA", "FH", "FR", "FT"].map((code) => sia(code, "007")), ["KA", "KH", "KR", "FT"]);
  // `BR` ends a trouble, too: it goes with the alarm now, and the trouble says that it stays open.
  const { lost } = translate(event("sia", "BT"), "sia", rules("sia"));
  assertEquals(lost.map(({ what }) => what), ["restore"]);
  const vds = (code: string) =>
    translate(event("vds2465", code), "vds2465", rules("vds2465")).form.messageKind;
  assertEquals(["22", "A2", "24"].map(vds), [0x23, 0xa3, 0x24]);
  const scancom = (code: string, device: string) =>
    translate(event("scancom", code, { device }), "scancom", rules("scancom")).form.channels;
  assertEquals([scancom("17", "5"), scancom("37", "5"), scancom("17", "6")], [
    "55155555",
    "55355555",
    "55555155",
  ]);
});

Deno.test("whatever the table says, a restore ends its alarm, or the pair says that a restore is lost", () => {
  const targets = {
    sia: ["PA", "BA", "BT", "RP", "OP"],
    "contact-id": ["1130", "1602", "3401"],
    vds2465: ["22", "02"],
  };
  const sources = {
    sia: ["BA", "BT", "FA", "BA/7"],
    "contact-id": ["130", "131", "602"],
    vds2465: ["22", "61"],
  };
  const languages = ["sia", "contact-id", "vds2465"] as const;
  const rule = fc.constantFrom(...languages).chain((to) =>
    fc.constantFrom(...languages).chain((from) =>
      fc.record({
        from: fc.constant(from),
        to: fc.constant(to),
        codes: fc.dictionary(
          fc.constantFrom(...sources[from]),
          fc.record({ to: fc.constantFrom(...targets[to]), restore: fc.constantFrom(...targets[to]) }, {
            requiredKeys: ["to"],
          }),
        ),
      })
    )
  );
  fc.assert(
    fc.property(rule, ({ from, to, codes }) => {
      const rules = { codes, areas: {}, zones: {}, users: {} };
      for (const source of sources[from]) {
        const [code = "", zone = "5"] = source.split("/");
        const restores = from === "sia"
          ? siaCode(code)!.restoredBy.map((one) => event(from, one, { zone }))
          : from === "contact-id"
          ? [event(from, code, { qualifier: "restore" })]
          : [event(from, (parseInt(code, 16) | 0x80).toString(16).toUpperCase())];
        const news = translateCode(event(from, code, from === "sia" ? { zone } : {}), to, codes);
        for (const restore of restores) {
          const end = translateCode(restore, to, rules.codes);
          const said = [...news.lost, ...end.lost].some(({ what }) => what === "restore");
          // In one language, pairs that no rule touches are the panel's own.
          const untouched = from === to && Object.keys(codes).length === 0;
          assert(
            untouched || said || ends(to, news.code, end.code),
            `${code} ${news.code}, ${restore.code} ${end.code}`,
          );
        }
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("numbers of a table that are none, and events without sense, never throw in any language", () => {
  const word = fc.oneof(
    fc.string({ maxLength: 9 }),
    fc.constantFrom("0", "00", "-1", "1e9", "999999", "Infinity", "NaN"),
  );
  const numbers = fc.dictionary(word, word);
  const codes = fc.dictionary(
    fc.oneof(word, fc.constantFrom("BA", "130", "22", "17/3")),
    fc.record({ to: word, restore: word }, { requiredKeys: ["to"] }),
  );
  const rules = fc.record({ codes, areas: numbers, zones: numbers, users: numbers });
  const draft = fc.record({
    language: fc.constantFrom("sia", "contact-id", "scancom", "vds2465", "other"),
    code: fc.oneof(word, fc.constantFrom("BA", "BR", "130", "22", "A2", "17", "37", "44")),
    qualifier: fc.constantFrom("new" as const, "restore" as const, "status" as const),
    zone: word,
    area: word,
    user: word,
    device: word,
    account: word,
    occurredAt: fc.date({ noInvalidDate: false }),
  });
  fc.assert(
    fc.property(rules, draft, (own, { language, code, ...more }) => {
      for (const to of ["sia", "contact-id", "scancom", "vds2465"] as const) {
        const { form, lost } = translate(event(language, code, more), to, own);
        showForm(to, form);
        assert(lost.every(({ what, detail }) => what !== "" && detail.length > 5));
      }
    }),
    { numRuns: 1000 },
  );
});
