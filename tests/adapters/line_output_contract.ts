/** What every output keeps whose lines are answered one by one: preview, losses and the site's table. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { OutputEffect, OutputItem, OutputSession, WrittenLine } from "../../adapters/contract.ts";
import { alarm } from "../support/alarm.ts";
import { ascii } from "../support/ascii.ts";

/** A language's session, without heartbeat. */
export interface LineOutputCase {
  session: () => OutputSession;
  /** The AE's acknowledgement of a line. */
  ack: (line: Uint8Array) => Uint8Array;
}

const vds = fc.array(fc.uint8Array({ minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 3 })
  .map((records) =>
    Uint8Array.fromHex(records.map((record) => `0502${record.toHex().slice(0, 10)}`).join("") + "0356214365")
  );

/** Alarms of all languages, well formed and not. */
const alarms = fc.oneof(
  fc.stringMatching(/^[0-9B-F]{4}(18|98)[136][0-9]{8}$/).map((data) => alarm("contact-id", data)),
  fc.stringMatching(/^#[0-9A-F]{3,6}\|[NO](ri\d\/)?([A-Z]{2}\d{0,4}\/){1,12}[A-Z]{2}(\|A[ -~]{0,40})?$/)
    .map((data) => alarm("sia", data)),
  fc.stringMatching(/^\d{4}[0-6]{8}([0-6]{8}){0,2}\d$/).map((data) => alarm("scancom", data)),
  vds.map((data) => alarm("vds2465", data)),
  fc.tuple(fc.constantFrom("contact-id", "sia", "scancom", "vds2465"), fc.uint8Array({ maxLength: 60 }))
    .map(([protocol, data]) => alarm(protocol as OutputItem["protocol"], data)),
);

/** What a site's table may say; numbers that no table check would let pass, too. */
const numbers = fc.dictionary(
  fc.stringMatching(/^[0-9]{1,3}$/),
  fc.oneof(fc.stringMatching(/^[0-9A-F]{1,6}$/), fc.string()),
);
const codes = fc.dictionary(
  fc.constantFrom("130", "131", "401", "BA", "BR", "FA", "CL", "17/3", "17", "22", "61"),
  fc.record({
    to: fc.constantFrom("130", "1120", "3130", "PA", "PR", "17/5", "17/12", "58", "22", "A2", ""),
  }),
);
const tables = fc.record({ codes, areas: numbers, zones: numbers, users: numbers });

/** The alarm's lines, acknowledged one by one; and the effects of it all. */
function sent(from: OutputSession, ack: LineOutputCase["ack"], item: OutputItem) {
  const effects: OutputEffect[] = from.offer(item, 0);
  const lines: WrittenLine[] = [];
  let now = 0;
  for (let at = 0; at < effects.length; at++) {
    const effect = effects[at], next = effects[at + 1];
    if (effect?.kind !== "sent" || next?.kind !== "send") continue;
    lines.push({ bytes: next.bytes, line: effect.line });
    effects.push(...from.feed(ack(next.bytes), now));
    // The next line may have to wait.
    while (from.nextTick !== undefined && effects.at(-1)?.kind !== "send") {
      now = from.nextTick;
      effects.push(...from.tick(now));
    }
  }
  return { lines, effects };
}

/** Adds the tests. @param language Its session, and how its AE answers. */
export function previewsWhatItSends(language: LineOutputCase): void {
  Deno.test("whatever the alarm and the site's table: a preview is what is sent, and no table throws", () => {
    const property = fc.property(
      alarms,
      fc.option(tables, { nil: undefined }),
      fc.boolean(),
      fc.constantFrom("", "1234", "00815A"),
      (bare, table, repeated, account) => {
        const rules = table === undefined ? {} : { rules: () => table };
        const item = { ...bare, ...rules, repeated, account };
        const session = language.session();
        const early = session.preview?.(item, 0);
        session.connected(0);
        const preview = session.preview?.(item, 0);
        assert(preview !== undefined);
        assertEquals(early, preview);
        const { lines, effects } = sent(session, language.ack, item);
        if (!preview.ok) {
          const { ok: _ok, ...why } = preview;
          assertEquals(effects, [{ kind: "refused", id: item.id, ...why }]);
          return;
        }
        assertEquals(lines, preview.lines);
        assertEquals(effects.at(-1), { kind: "delivered", id: item.id });
        const [first, ...others] = effects.filter((effect) => effect.kind === "sent");
        assertEquals([first?.notes ?? [], first?.lost, first?.unknown], [
          preview.notes,
          preview.lost,
          preview.unknown,
        ]);
        for (const { notes, lost, unknown } of others) {
          assertEquals([notes, lost, unknown], [undefined, undefined, undefined]);
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  Deno.test("without a table an alarm of the output's own languages does not depend on its decoded events", () => {
    for (
      const [protocol, data] of [["contact-id", "123418113001015"], ["sia", "#1234|NBA05"], [
        "scancom",
        "1234155555557",
      ]] as const
    ) {
      const item = alarm(protocol, ascii(data));
      const events = [{
        account: "9999",
        language: protocol,
        code: "ZZ",
        qualifier: "new" as const,
        label: "",
        flags: [],
        raw: new Uint8Array(),
      }];
      const session = language.session();
      // The 685 has no SIA: there the events are what is written.
      const native = session.preview?.(item, 0);
      assert(native?.ok);
      if (native.notes.length > 0) continue;
      assertEquals(session.preview?.({ ...item, events }, 0), native);
    }
  });
}
