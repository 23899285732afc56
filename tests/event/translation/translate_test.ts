import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as fc from "fast-check";
import { contactIdEventDraft } from "../../../adapters/contact_id/event_draft.ts";
import { parseEventData as parseContactId } from "../../../adapters/contact_id/event_data.ts";
import { scancomEventDrafts } from "../../../adapters/scancom/event_draft.ts";
import { siaEvents } from "../../../adapters/sia/event_data.ts";
import { vds2465EventData } from "../../../adapters/vds2465/event_data.ts";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import type { TargetLanguage } from "../../../src/event/translation/forms.ts";
import { siteRules } from "../../../src/event/translation/site_table.ts";
import { translate } from "../../../src/event/translation/translate.ts";
import { event } from "./support.ts";

const NO_BYTES = new Uint8Array();

/** What the decoders make of the octets that an EVENT_MSG carries. */
function sia(data: string): EventDraft {
  return siaEvents(new TextEncoder().encode(data))[0]!;
}
function contactId(data: string): EventDraft {
  const read = parseContactId(new TextEncoder().encode(data));
  assert(read.ok);
  return contactIdEventDraft(read.contactId, NO_BYTES);
}
const vds = (hex: string) => vds2465EventData(Uint8Array.fromHex(hex))[0]!;
const scancom = (channels: string, status = "7") =>
  scancomEventDrafts({ account: "1234", channels, status }, NO_BYTES);

/** Qualifier, code, group and zone of the Contact ID form. */
function toContactId(draft: EventDraft): string {
  const { qualifier, code, group, zone } = translate(draft, "contact-id").form;
  return `${qualifier}${code} ${group} ${zone}`;
}
function toSia(draft: EventDraft): string {
  const { block, code, address = "", area, id } = translate(draft, "sia").form;
  return `${block}${area === undefined ? "" : `ri${area}/`}${
    id === undefined ? "" : `id${id}/`
  }${code}${address}`;
}
const whats = (draft: EventDraft, to: TargetLanguage) =>
  translate(draft, to).lost.map(({ what }) => what).sort();

Deno.test("Contact ID to SIA: group, zone and user go where the SIA code wants them", () => {
  assertEquals(toSia(contactId("123418113002015")), "Nri2/BA15");
  assertEquals(toSia(contactId("123418313002015")), "Nri2/BH15");
  assertEquals(toSia(contactId("123418130100000")), "NAT");
  // User as the address, and as `id` where the address is something else.
  assertEquals(toSia(contactId("123418340101007")), "Nri1/CL7");
  assertEquals(toSia(contactId("123418112101007")), "Nri1/id7/HA");
  assertEquals(toSia(contactId("123418142101007")), "Nri1/id7/DD");
  // Area as the address.
  assertEquals(toSia(contactId("123418340302007")), "Nri2/id7/CA2");
  // The line number.
  assertEquals(toSia(contactId("123418135201000")), "Nri1/LT2");
  assertEquals(toSia(contactId("123418335201000")), "Nri1/LR2");
});

Deno.test("SIA to Contact ID: area, zone and user go into group and number", () => {
  assertEquals(toContactId(sia("#1234|Nri2/BA15")), "1130 02 015");
  assertEquals(toContactId(sia("#1234|Nri2/BR15")), "3130 02 015");
  assertEquals(toContactId(sia("#1234|Nri1/CL7")), "3401 01 007");
  assertEquals(toContactId(sia("#1234|Nri1/id7/OP")), "1401 01 007");
  // The number behind an area's code is the area; beside `ri` it is the user.
  assertEquals(toContactId(sia("#1234|NOG3")), "1402 03 000");
  assertEquals(toContactId(sia("#1234|Nri1/NL501")), "3441 01 501");
  assertEquals(toContactId(sia("#1234|NLT2")), "1352 00 002");
  assertEquals(toContactId(sia("#1234|NLR2")), "3352 00 002");
  assertEquals(toContactId(sia("#1234|NLT1")), "1351 00 001");
  assertEquals(toContactId(sia("#1234|NRP")), "1602 00 000");
});

Deno.test("there and back: SIA as it was, where Contact ID has the code", () => {
  for (
    const block of ["NBA15", "Nri2/FA7", "NAT", "Nri1/CL7", "Nri1/OP7", "NLT2", "NRP", "Nri3/BB4", "Nri2/OA2"]
  ) {
    const { form } = translate(sia(`#1234|${block}`), "contact-id");
    const { qualifier, messageType, code, group, zone } = form;
    const back = contactId(`1234${messageType}${qualifier}${code}${group}${zone}`);
    assertEquals(toSia(back), block);
  }
});

Deno.test("VdS 2465: device 1, area and address; a Telenot point is one number; arming is a closing", () => {
  assertEquals(toSia(vds("05021103000122")), "Nri1/BA3");
  assertEquals(toContactId(vds("05021103000122")), "1130 01 003");
  assertEquals(toContactId(vds("050211030001a2")), "3130 01 003");
  assertEquals(toContactId(vds("05021100000161")), "3401 01 000");
  assertEquals(toContactId(vds("050211000001e1")), "1401 01 000");
  assertEquals(toSia(vds("05021105320122")), "Nri1/BA1330");
  assertEquals(toContactId(vds("05021105320122")), "1130 01 999");
  const { form } = translate(contactId("123418313002015"), "vds2465");
  assertEquals(form, { messageKind: 0xa2, device: 1, area: 2, address: 15, supplement: 0 });
  const point = translate(sia("#1|NBA1330"), "vds2465");
  assertEquals([point.form.address, point.form.supplement], [5, 50]);
  assertEquals(translate(event("contact-id", "351"), "vds2465").form.messageKind, 0x3a);
  assertEquals(translate(event("sia", "LT", { zone: "2" }), "vds2465").form.messageKind, 0x3b);
});

Deno.test("Scancom: channels mean what UK panels have on them, others go as an alarm of that number", () => {
  const codes = (channels: string, status?: string) => scancom(channels, status).map(toSia);
  assertEquals(codes("15155555"), ["NFA1", "NBA3"]);
  assertEquals(codes("35355555"), ["NFR1", "NBR3"]);
  assertEquals(codes("55525555"), ["NOP"]);
  assertEquals(codes("55545555"), ["NCL"]);
  assertEquals(codes("5555555555515555"), ["NUA12"]);
  assertEquals(codes("65555555"), ["OFA1"]);
  assertEquals(codes("55555555", "9"), ["NRP"]);
  assertEquals(codes("55555555", "8"), ["NYT"]);
  assertEquals(codes("15555555", "6"), ["NAT"]);
  assertEquals(codes("12222222", "2"), ["NOP1"]);
  assertEquals(scancom("15155555").map(toContactId), ["1110 00 001", "1130 00 003"]);
  assertEquals(scancom("53555555", "6").map(toContactId), ["3302 00 000"]);
});

Deno.test("Scancom: what an installer has named a channel goes before what UK panels have on it", () => {
  const named = (channels: string, channelNames: Record<string, string>) =>
    scancomEventDrafts({ account: "1234", channels, status: "7" }, NO_BYTES, { channelNames }).map((draft) =>
      `${toSia(draft)} ${translate(draft, "sia").form.text} ${toContactId(draft)}`
    );
  assertEquals(named("15555555", { 1: "Intruder" }), ["NBA1 Alarm: Intruder 1130 00 001"]);
  assertEquals(named("35555555", { 1: "intruder" }), ["NBR1 Restored: intruder 3130 00 001"]);
  assertEquals(named("15555555", { 1: "cold room" }), ["NUA1 Alarm: cold room 1140 00 001"]);
  assertEquals(named("15555555", { 1: "fire" }), ["NFA1 Alarm: fire 1110 00 001"]);
  assertEquals(named("15555555", { 2: "fire" }), ["NUA1 Alarm: channel 1 1140 00 001"]);
  assertEquals(named("55155555", { 3: "open/close" }), ["NUA3 Alarm: channel 3 1140 00 003"]);
  // A rule of the site goes by the number.
  const rules = siteRules(
    { codes: { scancom: { sia: { "17/1": { to: "ZA" } } } } },
    "scancom",
    "sia",
    "1234",
  );
  const [draft] = scancomEventDrafts({ account: "1", channels: "15555555", status: "7" }, NO_BYTES, {
    channelNames: { 1: "cold room" },
  });
  assertEquals(translate(draft!, "sia", rules).form.code, "ZA");
});

Deno.test("news that was missed, and told later by Scancom, is the restore of the channel", () => {
  const missed = event("scancom", "57", { device: "2", qualifier: "restore" });
  assertEquals(toSia(missed), "NPR2");
  assertEquals(toContactId(event("scancom", "67", { device: "2", qualifier: "new" })), "1120 00 002");
  assertEquals(toContactId(event("scancom", "58", { qualifier: "restore" })), "3302 00 000");
});

Deno.test("to Scancom: the channel of UK panels, one digit of news, the rest normal", () => {
  const form = (draft: EventDraft) => {
    const { channels, status } = translate(draft, "scancom").form;
    return `${channels} ${status}`;
  };
  assertEquals(form(sia("#1|NFA3")), "15555555 7");
  assertEquals(form(sia("#1|NFR3")), "35555555 7");
  assertEquals(form(sia("#1|NCL7")), "55545555 7");
  assertEquals(form(sia("#1|NOP7")), "55525555 7");
  assertEquals(form(sia("#1|NYT")), "55555555 8");
  assertEquals(form(sia("#1|NYR")), "55555555 7");
  assertEquals(form(sia("#1|NRP")), "55555555 9");
  assertEquals(form(contactId("123418613001003")), "55655555 7");
  assertEquals(form(vds("05021103000110")), "15555555 7");
});

Deno.test("what was reported before is an old event in SIA and qualifier 6 in Contact ID, never a restore turned alarm", () => {
  assertEquals(toSia(contactId("123418613002015")), "Ori2/BA15");
  assertEquals(toContactId(sia("#1234|OBA15")), "6130 00 015");
  const restore = sia("#1234|OBR15");
  assertEquals(toContactId(restore), "3130 00 015");
  assert(whats(restore, "contact-id").includes("status"));
  // A state request answered by a VdS panel: record 20.
  assertEquals(toContactId(vds("05201103000122")), "6130 01 003");
  assertEquals(toContactId(vds("052011030001a2")), "3130 01 003");
  assert(whats(vds("05201103000122"), "vds2465").includes("status"));
});

Deno.test("each known loss is named: SIA to Contact ID", () => {
  const full = sia("#12345678|Nda07-14-09/ti23:59:58/id9/ri300/pi4/BA1000*'Hall'NM");
  assertEquals(whats(full, "contact-id"), [
    "account-length",
    "area",
    "device",
    "text",
    "time",
    "user",
    "zone",
  ]);
  assertEquals(toContactId(full), "1130 99 999");
  assertEquals(whats(sia("#A123|NBA1"), "contact-id"), ["account"]);
  assertEquals(whats(sia("#1234|NBR1"), "contact-id"), ["restore-kind"]);
  assertEquals(whats(sia("#1234|NBM1"), "contact-id"), ["sub-kind"]);
  assertEquals(whats(sia("#1234|NBA1"), "contact-id"), []);
  assertEquals(whats(sia("#1234|NHS1"), "contact-id"), ["restore", "sub-kind"]);
  assertEquals(whats(sia("#1234|Nid7/RX"), "contact-id"), ["user"]);
});

Deno.test("each known loss is named: Contact ID to SIA", () => {
  assertEquals(whats(contactId("123418113101015"), "sia"), ["sub-kind"]);
  assertEquals(whats(contactId("123418113001015"), "sia"), []);
  assertEquals(whats(contactId("123418113901015"), "sia"), ["zone"]);
  assertEquals(whats(contactId("123418360200000"), "sia"), ["restore"]);
  assertEquals(whats(contactId("123418160200000"), "sia"), []);
  const [loss] = translate(contactId("123418113101015"), "sia").lost;
  assertEquals(loss?.detail, "131 Perimeter burglary is sent as BA, which says less (subtype lost)");
});

Deno.test("each known loss is named: to and from VdS 2465 and Scancom", () => {
  assertEquals(whats(vds("05021103000122"), "sia"), ["device"]);
  const timed = event("vds2465", "22", { zone: "3", occurredAt: new Date(0), text: "Flur" });
  assertEquals(whats(timed, "sia"), ["date"]);
  assertEquals(translate(timed, "sia").form, {
    block: "N",
    code: "BA",
    address: "3",
    time: "00:00:00",
    text: "Flur",
  });
  assertEquals(whats(timed, "contact-id"), ["text", "time"]);
  assertEquals(whats(timed, "scancom"), ["text", "time"]);
  const far = event("sia", "BA", { area: "20", zone: "70000", user: "7", device: "2", account: "AB" });
  assertEquals(whats(far, "vds2465"), ["account", "area", "device", "user", "zone"]);
  assertEquals(whats(event("sia", "BA", { zone: "300" }), "vds2465"), ["zone"]);
  assertEquals(whats(event("sia", "CL", { user: "7" }), "vds2465"), ["user"]);
  assertEquals(whats(event("sia", "BA", { area: "1", zone: "7", user: "1", device: "2" }), "scancom"), [
    "area",
    "device",
    "user",
    "zone",
  ]);
  assertEquals(whats(event("sia", "BA", { account: "1234567" }), "scancom"), ["account-length"]);
  assertEquals(whats(event("sia", "BA", { account: "12B4" }), "scancom"), ["account"]);
});

Deno.test("a code that no table knows goes as the general one of its kind, with its code as text, and is not known", () => {
  const unknown: [EventDraft, string, string][] = [
    [event("contact-id", "168"), "NUA", "168"],
    [event("contact-id", "168", { qualifier: "restore" }), "NUR", "168"],
    [event("contact-id", "168", { qualifier: "status" }), "OUA", "168"],
    [event("contact-id", "358"), "NUT", "358"],
    [event("contact-id", "358", { qualifier: "restore", text: "Radio" }), "NUJ", "358 Radio"],
    [event("contact-id", "579"), "NUB", "579"],
    [event("contact-id", "750"), "NUA", "750"],
    [event("contact-id", "651"), "NUX", "651 Reserved"],
    [event("vds2465", "47"), "NUA", "47"],
    [event("vds2465", "C7"), "NUR", "C7"],
    [event("vds2465", "70"), "NUA", "70 Vendor-specific message"],
    [event("scancom", "87"), "NUA", "87"],
    [event("scancom", "B7", { device: "2" }), "NUA2", "B7"],
    [event("of-others", "17 4", { label: "Lift alarm" }), "NUA", "17 4 Lift alarm"],
    [event("of-others", "", { qualifier: "restore", label: "" }), "NUR", ""],
  ];
  for (const [draft, block, text] of unknown) {
    assertEquals(toSia(draft), block, draft.code);
    const { form, known, lost } = translate(draft, "sia");
    assertEquals([form.text ?? "", known], [text, false], draft.code);
    assertEquals(lost.filter(({ what }) => what === "code").length, 1, draft.code);
  }
  assertEquals(toContactId(sia("#1234|NBO01")), "1140 00 001");
  assertEquals(toContactId(event("vds2465", "C7")), "3150 00 000");
  assertEquals(toContactId(event("of-others", "x", { qualifier: "status" })), "1605 00 000");
  assertStringIncludes(translate(sia("#1234|NBO01"), "contact-id").lost[0]!.detail, "sia BO is in no table");
  assertEquals(translate(event("sia", "QQ"), "vds2465").form, {
    messageKind: 0,
    device: 1,
    area: 0,
    address: 0,
    supplement: 0,
    text: "QQ",
  });
});

Deno.test("an event in the target's own language keeps its code, also one that no table knows", () => {
  assertEquals(toSia(sia("#1234|Nri1/BO4")), "Nri1/BO4");
  assertEquals(toContactId(contactId("123418316801002")), "3168 01 002");
  assertEquals(translate(vds("05021103000147"), "vds2465").form.messageKind, 0x47);
  assertEquals(scancom("55155555").map((draft) => translate(draft, "scancom").form.channels), ["55155555"]);
  assertEquals(translate(event("sia", "BO"), "sia").known, true);
});

Deno.test("whatever the event, every target has a form that fits its fields", () => {
  const word = fc.oneof(fc.string({ maxLength: 12 }), fc.integer({ min: 0, max: 99999 }).map(String));
  const code = fc.oneof(
    word,
    fc.constantFrom("BA", "CG", "LT", "130", "401", "22", "A2", "E1", "ST40", "17", "44", "57"),
  );
  const draft: fc.Arbitrary<EventDraft> = fc.record({
    account: word,
    language: fc.constantFrom("sia", "contact-id", "scancom", "vds2465", "constructor", "other"),
    code,
    qualifier: fc.constantFrom("new" as const, "restore" as const, "status" as const),
    label: word,
    flags: fc.constantFrom<string[]>([], ["old-event"]),
    raw: fc.constant(NO_BYTES),
  }).chain((base) =>
    fc.record({ area: word, zone: word, user: word, device: word, text: word, occurredAt: fc.date() }, {
      requiredKeys: [],
    })
      .map((more) => ({ ...base, ...more }))
  );
  fc.assert(
    fc.property(draft, (one) => {
      const block = translate(one, "sia").form;
      assert(/^[A-Z]{2}$/.test(block.code), block.code);
      for (const number of [block.address, block.area, block.id]) {
        assert(number === undefined || /^[0-9A-F]{1,6}$/i.test(number));
      }
      const { qualifier, code, group, zone } = translate(one, "contact-id").form;
      assert(/^[136]$/.test(qualifier));
      assert(/^[0-9B-F]{3}$/.test(zone) && /^[0-9B-F]{2}$/.test(group) && /^[0-9B-F]{3}$/.test(code));
      const { channels, status } = translate(one, "scancom").form;
      assert(/^([0-9A-F]{8}){1,4}$/.test(channels) && /^\d$/.test(status), `${channels} ${status}`);
      const record = translate(one, "vds2465").form;
      for (
        const [value, most] of [[record.messageKind, 255], [record.device, 15], [record.area, 15], [
          record.address,
          255,
        ], [record.supplement, 255]] as const
      ) assert(Number.isInteger(value) && value >= 0 && value <= most, JSON.stringify(record));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("losses are phrases: notes join them", () => {
  const full = sia("#A2345678|Nda07-14-09/ti23:59:58/id9/ri300/pi4/BA1000*'Hall'NM");
  const drafts = [
    full,
    vds("05201103000170"),
    contactId("123418113901015"),
    ...scancom("15555555"),
    event("x", "y"),
  ];
  for (const to of ["sia", "contact-id", "scancom", "vds2465"] as const) {
    for (const { detail } of drafts.flatMap((draft) => translate(draft, to).lost)) {
      assert(detail.length > 5 && !detail.endsWith("."), detail);
    }
  }
});
