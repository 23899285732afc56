import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { decodeEventData } from "../../src/decode/event_data.ts";
import { OWN_FAULT_CODES, ownContactId, type OwnEvent, ownSia } from "../../src/event/own_events.ts";
import { ownEventSubject } from "../../src/gateway/own_event_subject.ts";
import { contactIdCode } from "../../src/event/tables/contact_id.ts";
import { siaCode } from "../../src/event/tables/sia.ts";
import { ends, type TargetLanguage, translate } from "../../src/event/translation/mod.ts";

const NUMBERS = [0, 1, 2, 3, 12, 999, 1000];

/** Every event there can be, with its end. */
const pairs = OWN_FAULT_CODES.flatMap(({ fault }) =>
  NUMBERS.map((number): [OwnEvent, OwnEvent] => [{ fault, over: false, number }, {
    fault,
    over: true,
    number,
  }])
);

/** The event as an alarm carries it, in each of the two languages. */
function drafts(event: OwnEvent): ReturnType<typeof decodeEventData> {
  const sia = ownSia(event), contactId = ownContactId(event);
  const texts = [
    ["sia", `#0000|${sia.block}${sia.code}${sia.address ?? ""}`],
    ["contact-id", `0000${contactId.messageType}${contactId.qualifier}${contactId.code}00${contactId.zone}`],
  ] as const;
  return texts.flatMap(([language, text]) => decodeEventData(language, new TextEncoder().encode(text)));
}

Deno.test("every code is in the tables of its language, and says trouble and its end", () => {
  for (const { contactId, sia: [code, restore], fault } of OWN_FAULT_CODES) {
    assertEquals(contactIdCode(contactId)?.address, "zone", fault);
    assertEquals([siaCode(code)?.qualifier, siaCode(restore)?.qualifier], ["new", "restore"], fault);
    assert(siaCode(code)?.restoredBy.includes(restore), `${fault}: ${restore} ends ${code}`);
  }
});

Deno.test("each fault is read back as news and its end as a restore, with the same number, in both languages", () => {
  for (const [came, went] of pairs) {
    const [news, over] = [drafts(came), drafts(went)];
    assertEquals(news.length, 2);
    for (const [i, event] of news.entries()) {
      const name = `${JSON.stringify(came)} in ${event.language}`;
      assertEquals([event.qualifier, over[i]?.qualifier], ["new", "restore"], name);
      assertEquals([over[i]?.zone, over[i]?.flags], [event.zone, event.flags], name);
      assert(!event.flags.includes("unknown-code"), name);
    }
  }
});

Deno.test("the restore ends the fault in every language that either is translated to", () => {
  const spelled = (to: TargetLanguage, event: Parameters<typeof translate>[0]) => {
    const { form, known } = translate(event, to);
    assert(known, `${event.language} ${event.code} has no translation to ${to}`);
    if ("messageKind" in form) return form.messageKind.toString(16).toUpperCase().padStart(2, "0");
    if ("channels" in form) return form.channels;
    return "qualifier" in form ? form.qualifier + form.code : form.code;
  };
  for (const [came, went] of pairs) {
    const over = drafts(went);
    for (const [i, event] of drafts(came).entries()) {
      for (const to of ["sia", "contact-id", "vds2465"] as const) {
        const [news, restore] = [spelled(to, event), spelled(to, over[i]!)];
        assert(
          ends(to, news, restore),
          `${JSON.stringify(came)} by ${event.language} to ${to}: ${news}, ${restore}`,
        );
      }
      // Fast Format: digit 1 is ended by digit 3 on the same channel.
      const [news, restore] = [spelled("scancom", event), spelled("scancom", over[i]!)];
      assertEquals(restore, news.replaceAll("1", "3"));
      assertNotEquals(restore, news);
    }
  }
});

Deno.test("numbers: none for faults that have none, 999 at most, and nothing throws on what is no number", () => {
  assertEquals(ownSia({ fault: "ats", over: false, number: 7 }).address, undefined);
  assertEquals(ownContactId({ fault: "ats", over: false, number: 7 }).zone, "000");
  assertEquals(ownContactId({ fault: "line", over: false, number: 12345 }).zone, "999");
  for (const number of [-1, NaN, Infinity, 2.5]) {
    assert(/^\d{3}$/.test(ownContactId({ fault: "ae-absent", over: true, number }).zone), String(number));
  }
});

Deno.test("docs/faults.md has the codes that are sent", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/faults.md", import.meta.url));
  const rows = [...page.matchAll(/\| `(.*?)` \| `E(\d+)` \/ `R(\d+)` \| `(\w\w)` \/ `(\w\w)` \|/g)];
  const shown = rows.map(([, rule = "", ...codes]) => `${ownEventSubject(rule)?.fault} ${codes.join(" ")}`);
  const sent = OWN_FAULT_CODES.map(({ fault, contactId, sia }) =>
    `${fault} ${contactId} ${contactId} ${sia.join(" ")}`
  );
  assertEquals(rows.length, 8);
  assertEquals(new Set(shown), new Set(sent));
});
