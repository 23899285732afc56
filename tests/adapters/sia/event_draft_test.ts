import { assertEquals } from "@std/assert";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { siaEventDrafts } from "../../../adapters/sia/event_draft.ts";
import { parseEventPacket } from "../../../adapters/sia/event_packet.ts";
import { latin1 } from "./blocks.ts";

function draft(packet: string, code = "N", account = "1234"): EventDraft | undefined {
  return siaEventDrafts(parseEventPacket(packet), { account, code, raw: latin1(packet) })[0];
}

Deno.test("area, device, user and zone come from ri, pi, id and the address", () => {
  assertEquals(draft("ri02/id001/pi010/BA0227"), {
    account: "1234",
    language: "sia",
    code: "BA",
    qualifier: "new",
    label: "Burglary Alarm",
    area: "02",
    zone: "0227",
    user: "001",
    device: "010",
    flags: [],
    raw: latin1("ri02/id001/pi010/BA0227"),
  });
});

Deno.test("the address of a user code is the user, unless id says who it was", () => {
  const users = ["OP12", "id12/OP12", "id012/OP12", "id7/OP12", "id7/OP"];
  assertEquals(users.map((packet) => [draft(packet)?.user, draft(packet)?.zone]), [
    ["12", undefined],
    ["12", undefined],
    ["012", undefined],
    ["7", "12"],
    ["7", undefined],
  ]);
});

Deno.test("what the packet does not say is absent", () => {
  assertEquals(Object.keys(draft("RP") ?? {}).sort(), [
    "account",
    "code",
    "flags",
    "label",
    "language",
    "qualifier",
    "raw",
  ]);
});

Deno.test("zone zero stays as it is spelled", () => {
  assertEquals(draft("RP0000")?.zone, "0000");
});

Deno.test("a code outside the table is kept and flagged", () => {
  const event = draft("BO01");
  assertEquals([event?.code, event?.label, event?.qualifier, event?.flags], ["BO", "BO", "new", [
    "unknown-code",
  ]]);
});

Deno.test("flags are sorted and tell the kind of block and a missing account", () => {
  assertEquals(draft("BO1", "O", "")?.flags, ["no-account", "old-event", "unknown-code"]);
  assertEquals(draft("BA1", "L")?.flags, ["listen-in"]);
  assertEquals(draft("BA1", "E")?.flags, ["environmental"]);
});

Deno.test("the time of an event needs date and time, and is read as UTC", () => {
  const times: [packet: string, iso: string | undefined][] = [
    ["da07-14-09/ti23:59:58/BA1", "2009-07-14T23:59:58.000Z"],
    ["ti23:59/da07-14-09/BA1", "2009-07-14T23:59:00.000Z"],
    ["da07-14-09/ti2359/BA1", "2009-07-14T23:59:00.000Z"],
    ["da12-31-99/ti00:00/BA1", "1999-12-31T00:00:00.000Z"],
    ["da02-29-24/ti12:00/BA1", "2024-02-29T12:00:00.000Z"],
    ["BA1/da07-14-09/ti01:02", "2009-07-14T01:02:00.000Z"],
    ["ti11:45/BA1", undefined],
    ["da07-14-09/BA1", undefined],
    // A weekday, and times that do not exist.
    ["da00-03-09/ti11:45/BA1", undefined],
    ["da02-30-09/ti11:45/BA1", undefined],
    ["da13-01-09/ti11:45/BA1", undefined],
    ["da07-14-09/ti24:00/BA1", undefined],
    ["da07-14-09/ti11:60/BA1", undefined],
    ["da07-14-09/ti9/BA1", undefined],
  ];
  for (const [packet, iso] of times) assertEquals(draft(packet)?.occurredAt?.toISOString(), iso, packet);
});

Deno.test("an event's own text goes before that of the ASCII block", () => {
  const packet = parseEventPacket("BA1^own^/BA2");
  const drafts = siaEventDrafts(packet, { account: "1", code: "N", raw: new Uint8Array(), text: "shared" });
  assertEquals(drafts.map(({ text }) => text), ["own", "shared"]);
});

Deno.test("a packet without events gives one draft that shows what it held", () => {
  const [event, ...more] = siaEventDrafts(parseEventPacket("%% ??"), {
    account: "",
    code: "O",
    raw: latin1("%% ??"),
  });
  assertEquals(more, []);
  assertEquals(event?.text, "%% ??");
  assertEquals(event?.flags, ["no-account", "old-event", "unreadable-event"]);
});
