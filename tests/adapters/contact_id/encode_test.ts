import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { contactIdOf, encodeContactId } from "../../../adapters/contact_id/encode.ts";
import { contactIdEventDraft } from "../../../adapters/contact_id/event_draft.ts";
import type { ContactId } from "../../../adapters/contact_id/message.ts";
import { type ContactIdForm, parseContactIdText } from "../../../adapters/contact_id/text.ts";
import vectors from "../../../adapters/contact_id/vectors/contact_id.json" with { type: "json" };
import { message } from "./arbitrary.ts";

function text(contactId: ContactId, form: ContactIdForm): string {
  return String.fromCharCode(...encodeContactId(contactId, { form }));
}

const one: ContactId = {
  account: "1234",
  messageType: "18",
  qualifier: 1,
  code: "131",
  group: "01",
  zone: "015",
};

Deno.test("vectors are written as they were sent", () => {
  const wire = (id: string) => vectors.find((vector) => vector.id === id)?.wire ?? "";
  const climax = parseContactIdText(wire("C30"));
  assert(climax.ok);
  assertEquals(text(climax.contactId, "climax"), wire("C30"));
  const surGard = parseContactIdText(wire("C40"));
  assert(surGard.ok);
  assertEquals(text(surGard.contactId, "sur-gard"), wire("C40"));
  const envisalink = parseContactIdText(wire("C41"));
  assert(envisalink.ok);
  assertEquals(text(envisalink.contactId, "envisalink"), `%03,${wire("C41")}$\r\n`);
  assertEquals(
    text({ ...one, account: "1000", code: "130", zone: "001" }, "texecom"),
    "21AAA181130010013\r\n",
  );
});

Deno.test("every form of every message is read as itself", () => {
  const rules: Record<ContactIdForm, (contactId: ContactId) => Partial<ContactId>> = {
    "plain": () => ({}),
    "asterisk": () => ({}),
    "texecom": () => ({}),
    "lifesos": () => ({}),
    "climax": () => ({}),
    "csv-ip": () => ({}),
    "envisalink": () => ({ account: "", messageType: "18" }),
    "sur-gard": () => ({}),
    "radionics": () => ({}),
    "bosch-sia": () => ({}),
    "ademco-685": () => ({}),
    "fsk7": () => ({ messageType: "18" }),
    "adm-cid": () => ({ messageType: "18" }),
    "csl": () => ({}),
    "display": () => ({ messageType: "18" }),
  };
  fc.assert(
    fc.property(message(4, 4), (contactId) => {
      for (const [form, change] of Object.entries(rules) as [ContactIdForm, typeof rules["plain"]][]) {
        const given = form === "fsk7" ? { ...contactId, account: `1${contactId.account}` } : contactId;
        // An account that ends with 18 or 98 reads as the plain form, which is commoner.
        if (form === "csl" && /[19]8$/.test(contactId.account)) continue;
        const written = text(given, form);
        const read = parseContactIdText(written, form === "asterisk" ? { letters: "dtmf" } : {});
        assert(read.ok, `${form}: ${written}`);
        assertEquals(read.contactId, { ...given, ...change(given) }, `${form}: ${written}`);
        assertEquals(read.form, form, written);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("long accounts go where a form has room for them", () => {
  const long = { ...one, account: "0013E31860042" };
  for (
    const form of [
      "plain",
      "lifesos",
      "climax",
      "csv-ip",
      "radionics",
      "bosch-sia",
      "ademco-685",
      "adm-cid",
      "display",
    ] as const
  ) {
    const read = parseContactIdText(text(long, form));
    assert(read.ok, form);
    assertEquals(read.contactId.account, long.account, form);
  }
  assertEquals(text(long, "csl"), "180042113101015\r\n");
});

Deno.test("what a form cannot hold is not written", () => {
  const bad: [Partial<ContactId>, ContactIdForm][] = [
    [{ account: "" }, "plain"],
    [{ account: "12345678901234567" }, "plain"],
    [{ account: "x y" }, "climax"],
    [{ account: "a,b" }, "csv-ip"],
    [{ account: "1234" }, "fsk7"],
    [{ account: "a]b" }, "adm-cid"],
    [{ account: "Ä" }, "adm-cid"],
    [{ account: "1" }, "sur-gard"],
    [{ code: "13" }, "display"],
    [{ zone: "A00" }, "plain"],
  ];
  for (const [fields, form] of bad) {
    assertThrows(() => encodeContactId({ ...one, ...fields }, { form }), RangeError, undefined, form);
  }
  assertThrows(() => encodeContactId(one, { receiver: "1" }), RangeError);
  assertThrows(
    () => encodeContactId(one, { form: "csv-ip", login: { user: "a,b", password: "" } }),
    RangeError,
  );
});

Deno.test("an event becomes the message it was read from", () => {
  fc.assert(fc.property(message(4, 4), (contactId) => {
    const made = contactIdOf(contactIdEventDraft(contactId, new Uint8Array()), contactId.messageType);
    assert(made.ok);
    assertEquals(made.contactId, contactId);
    assertEquals(made.dropped, []);
  }));
});

Deno.test("user or zone by the code; and what is lost is told", () => {
  const draft: EventDraft = {
    account: "1234",
    language: "contact-id",
    code: "401",
    qualifier: "new",
    label: "",
    flags: [],
    raw: new Uint8Array(),
  };
  const made = (fields: Partial<EventDraft>) => {
    const each = contactIdOf({ ...draft, ...fields });
    assert(each.ok);
    return [each.contactId.group, each.contactId.zone, ...each.dropped];
  };
  assertEquals(made({ user: "7", zone: "3" }), ["00", "007", "zone 3"]);
  assertEquals(made({ code: "130", user: "7", zone: "3" }), ["00", "003", "user 7"]);
  assertEquals(made({ code: "130", user: "7" }), ["00", "007"]);
  assertEquals(made({ zone: "3" }), ["00", "003"]);
  assertEquals(made({ area: "123", user: "1000" }), ["99", "999", 'area "123"', 'user "1000"']);
  assertEquals(made({ area: "0001", user: "F01" }), ["01", "F01"]);
  assertEquals(made({ area: "east" }), ["00", "000", 'area "east"']);
  assertEquals(made({ device: "4", text: "x", occurredAt: new Date(0) }), [
    "00",
    "000",
    "device 4",
    'text "x"',
    "time",
  ]);
  const refused = contactIdOf({ ...draft, code: "BA" });
  assert(!refused.ok);
  assertEquals(refused.rule, "not-contact-id");
});
