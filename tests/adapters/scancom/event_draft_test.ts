import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { scancomCode } from "../../../src/event/tables/scancom.ts";
import table from "../../../src/event/tables/scancom.json" with { type: "json" };
import { composeScancom, type ScancomChange } from "../../../adapters/scancom/encode.ts";
import { scancomEventDrafts } from "../../../adapters/scancom/event_draft.ts";
import { parseScancom } from "../../../adapters/scancom/message.ts";
import {
  foldSite,
  type ScancomSiteState,
  unknownSite,
  userOf,
} from "../../../adapters/scancom/site_state.ts";
import { ScancomSites } from "../../../adapters/scancom/sites.ts";
import vectors from "../../../adapters/scancom/vectors/fast_format.json" with { type: "json" };
import { ascii, message } from "./arbitrary.ts";

/** Reads one message of a site. */
function read(text: string, state?: ScancomSiteState): EventDraft[] {
  const parsed = parseScancom(text);
  assert(parsed.ok, text);
  return scancomEventDrafts(parsed.scancom, ascii(text), state === undefined ? {} : { state });
}

/** `code qualifier device` of each event. */
function short(events: EventDraft[]): string[] {
  return events.map(({ code, qualifier, device, flags }) =>
    [code, qualifier, device, ...flags].filter((part) => part !== undefined).join(" ")
  );
}

function folded(...texts: string[]): ScancomSiteState {
  return texts.reduce((state, text) => {
    const parsed = parseScancom(text);
    assert(parsed.ok);
    return foldSite(state, parsed.scancom);
  }, unknownSite);
}

interface Expect {
  account: string;
  status: number;
  alarm?: number[];
  stillInAlarm?: number[];
  duress?: number[];
  bypass?: number[];
  zoneTrouble?: number[];
  systemTrouble?: number[];
  systemRestore?: number[];
  openedByUser?: number;
  closedByUser?: number;
  lowBattery?: string;
  layout?: string;
  meaning?: string;
}

const CODES = {
  alarm: "17",
  stillInAlarm: "67",
  duress: "11",
  bypass: "13",
  zoneTrouble: "15",
  systemTrouble: "16",
  systemRestore: "36",
} as const;

Deno.test("all vectors are here", () => assertEquals(vectors.length, 15));

for (const vector of vectors) {
  Deno.test(`vector ${vector.id} (${vector.kind}, ${vector.confidence}): ${vector.wire}`, () => {
    const expect = vector.expect as Expect;
    const parsed = parseScancom(vector.wire);
    assert(parsed.ok);
    const { scancom } = parsed;
    assertEquals([scancom.account, scancom.status], [expect.account, String(expect.status)]);
    if (expect.layout !== undefined) {
      assertEquals(`${scancom.account.length}-${scancom.channels.length}-1`, expect.layout);
    }
    // The same without the blanks.
    const compact = parseScancom(vector.wire.replaceAll(" ", ""));
    assertEquals(compact.ok && compact.scancom, scancom);
    const events = read(vector.wire);
    const wanted: string[] = [];
    for (const [name, code] of Object.entries(CODES)) {
      const channels = expect[name as keyof typeof CODES] ?? [];
      const of = events.filter((event) => event.code === code);
      assertEquals(of.map(({ device }) => Number(device)), channels, name);
      wanted.push(...channels.map(() => code));
    }
    if (expect.openedByUser !== undefined) {
      assertEquals(events.map(({ code, user }) => [code, user]), [["22", String(expect.openedByUser)]]);
      wanted.push("22");
    }
    if (expect.closedByUser !== undefined) {
      assertEquals(events.map(({ code, user }) => [code, user]), [["44", String(expect.closedByUser)]]);
      wanted.push("44");
    }
    if (expect.lowBattery !== undefined) {
      assertEquals(events.map(({ code, qualifier }) => [code, qualifier]), [["58", expect.lowBattery]]);
      wanted.push("58");
    }
    assertEquals(events.map(({ code }) => code).sort(), wanted.sort(), "and nothing else");
    if (expect.meaning === "AC lost") assertEquals(events[0]?.label, "System trouble: mains power");
    if (expect.meaning === "AC restored") {
      assertEquals(events[0]?.label, "System trouble restored: mains power");
    }
    if (expect.meaning === "battery restored") {
      assertEquals(events[0]?.label, "System trouble restored: battery");
    }
  });
}

Deno.test("each code of the table can occur, and is named", () => {
  assertEquals(new Set(table.codes.map(({ code }) => code)).size, table.codes.length);
  for (const { code, name, confidence } of table.codes) {
    assertEquals(scancomCode(code)?.name, name);
    assert(["A", "C"].includes(confidence));
  }
});

Deno.test("an alarm, its restoral and what stays active are told once", () => {
  assertEquals(short(read("1234155555557", folded("1234555555557"))), ["17 new 1"]);
  const active = folded("1234155555557");
  assertEquals(short(read("1234655155557", active)), ["17 new 4 unexpected-digit"]);
  assertEquals(short(read("1234651555557", active)), ["17 new 3"]);
  assertEquals(short(read("1234355555557", active)), ["37 restore 1"]);
  // News is always told: a second detector on the same channel.
  assertEquals(short(read("1234155555557", active)), ["17 new 1"]);
});

Deno.test("what was missed is made good by the next message", () => {
  const active = folded("1234155555557");
  assertEquals(short(read("1234555555557", active)), ["57 restore 1 missed"]);
  const normal = folded("1234555555557");
  assertEquals(short(read("1234655555557", normal)), ["67 new 1 missed"]);
  // And not a second time.
  assertEquals(short(read("1234655555557", folded("1234555555557", "1234655555557"))), ["57 status"]);
});

Deno.test("of a site that is not known, active channels are told once, as status", () => {
  assertEquals(short(read("1234655555557")), ["67 status 1"]);
  assertEquals(short(read("1234655555557", folded("1234655555557"))), ["57 status"]);
});

Deno.test("an open/close channel opens and closes", () => {
  const [opened] = read("1234555255557");
  assertEquals([opened?.code, opened?.qualifier, opened?.label], ["27", "new", "Opened (unset): open/close"]);
  const [closed] = read("1234555455557", folded("1234555255557"));
  assertEquals([closed?.code, closed?.qualifier, closed?.label], [
    "47",
    "restore",
    "Closed (set): open/close",
  ]);
  assertEquals(short(read("1234555555557", folded("1234555255557"))), ["57 restore 4 missed"]);
  // Channel 1 is fire by convention: the digit is believed, and the name is not.
  const [strange] = read("1234255555557");
  assertEquals([strange?.label, strange?.flags], ["Opened (unset): channel 1", ["unexpected-digit"]]);
});

Deno.test("the site's own names are used, and channels without a name go by number", () => {
  const parsed = parseScancom("1234151515557");
  assert(parsed.ok);
  const events = scancomEventDrafts(parsed.scancom, new Uint8Array(), {
    channelNames: { "2": "freezer", "4": { name: "lift" } },
  });
  assertEquals(events.map(({ label }) => label), [
    "Alarm: channel 1",
    "Alarm: channel 3",
    "Alarm: channel 5",
  ]);
  const named = scancomEventDrafts({ ...parsed.scancom, channels: "51515555" }, new Uint8Array(), {
    channelNames: { "2": "freezer", "4": { name: "lift" } },
  });
  assertEquals(named.map(({ label }) => label), ["Alarm: freezer", "Alarm: lift"]);
  const opened = scancomEventDrafts({ ...parsed.scancom, channels: "25555555" }, new Uint8Array(), {
    channelNames: { "1": { name: "shop", openClose: true } },
  });
  assertEquals(opened.map(({ label, flags }) => [label, flags]), [["Opened (unset): shop", []]]);
});

Deno.test("the status says what the channels are about, and each meaning is followed on its own", () => {
  const bypassed = folded("1234555555513");
  assertEquals(short(read("1234155555557", bypassed)), ["17 new 1"]);
  const [duress] = read("1234555515551");
  assertEquals([duress?.code, duress?.zone, duress?.device, duress?.label], [
    "11",
    "5",
    "5",
    "Duress: channel 5",
  ]);
  // No zone in it: a duress all the same.
  assertEquals(short(read("1234555555551")), ["51 new"]);
  assertEquals(short(read("1234555555556")), ["56 new"]);
  assertEquals(short(read("1234555555561", folded("1234555555511"))), ["57 status"]);
  assertEquals(short(read("1234555555561")), ["61 status 8"]);
});

Deno.test("low battery is told once, and its end too; Galaxy's standing 8 can be switched off", () => {
  assertEquals(short(read("1234555555558")), ["58 new"]);
  assertEquals(short(read("1234155555558", folded("1234555555558"))), ["17 new 1"]);
  assertEquals(short(read("1234555555557", folded("1234555555558"))), ["58 restore missed"]);
  assertEquals(short(read("1234555555559", folded("1234555555558"))), ["59 status"]);
  assertEquals(short(read("1234555555557", folded("1234555555558", "1234555555559"))), ["58 restore missed"]);
  const parsed = parseScancom("1234155555558");
  assert(parsed.ok);
  const galaxy = scancomEventDrafts(parsed.scancom, new Uint8Array(), { lowBatteryStatus: false });
  assertEquals(short(galaxy), ["17 new 1"]);
});

Deno.test("tests, diagnostics and messages without news reach somebody", () => {
  assertEquals(short(read("1234555555559")), ["59 status"]);
  assertEquals(short(read("1234555555550")), ["50 status"]);
  assertEquals(short(read("1234555555557")), ["57 status"]);
});

Deno.test("opening and closing without a filled message leave the channels what they are", () => {
  assertEquals(short(read("1234155555552")), ["17 new 1", "52 new"]);
  assertEquals(short(read("1234555555554")), ["54 restore"]);
  assertEquals(userOf({ account: "1", channels: "F4444444", status: "4" }), "F");
});

Deno.test("digits without a known meaning are kept, flagged and leave the channel as it was", () => {
  const [event] = read("1234855555557");
  assertEquals([event?.code, event?.qualifier, event?.flags], ["87", "new", ["unknown-code"]]);
  assertEquals(event?.label, "Digit 8 of unknown meaning: fire");
  assertEquals(short(read("123455555555B")), ["5B new unknown-code"]);
  assertEquals(folded("1234155555557", "1234855555557").channels["7"], "65555555");
  assertEquals(folded("1234855555557").channels["7"], "?5555555");
  const [noAccount] = scancomEventDrafts(
    { account: "", channels: "15555555", status: "7" },
    new Uint8Array(),
  );
  assertEquals(noAccount?.flags, ["no-account"]);
});

Deno.test("a site that changes its number of channels is not known", () => {
  const state = folded("1234155555557");
  const wide = parseScancom("12346" + "5".repeat(15) + "7");
  assert(wide.ok);
  assertEquals(short(scancomEventDrafts(wide.scancom, new Uint8Array(), { state })), ["67 status 1"]);
});

Deno.test("whatever gets lost on the way, centre and panel agree after the next message, and nothing is told twice", () => {
  const change = fc.constantFrom<ScancomChange>("alarm", "restored");
  const step = fc.record({
    changes: fc.dictionary(fc.integer({ min: 1, max: 8 }).map(String), change, { maxKeys: 3 }),
    lost: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let panel = unknownSite;
      let centre = foldSite(unknownSite, { account: "1234", channels: "55555555", status: "7" });
      /** What somebody who only sees the events believes to be active. */
      const believed = new Set<string>();
      for (const { changes, lost } of steps) {
        const sent = composeScancom({ account: "1234", changes, state: panel });
        // The panel goes on as if it had been acknowledged: the worst case.
        panel = foldSite(panel, sent);
        if (lost) continue;
        for (const event of scancomEventDrafts(sent, new Uint8Array(), { state: centre })) {
          if (event.device === undefined) continue;
          const news = Object.hasOwn(changes, event.device);
          if (event.qualifier === "new") {
            assert(news || !believed.has(event.device), "told twice");
            believed.add(event.device);
          } else if (event.qualifier === "restore") {
            assert(news || believed.has(event.device), "restored twice");
            believed.delete(event.device);
          }
        }
        centre = foldSite(centre, sent);
        const active = [...panel.channels["7"] ?? ""].flatMap((digit, at) =>
          digit === "6" ? [String(at + 1)] : []
        );
        assertEquals([...believed].sort(), active);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("any message gives at least one event, and its state is bounded and survives JSON", () => {
  fc.assert(fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
    const sites = new ScancomSites(4);
    for (const each of messages) {
      assert(scancomEventDrafts(each, new Uint8Array(), { state: sites.get(each.account) }).length > 0);
      sites.set(each.account, foldSite(sites.get(each.account), each));
    }
    assert(sites.size <= 4);
    const json = JSON.stringify(sites);
    assert(json.length < 4 * 400);
    const again = ScancomSites.fromJson(JSON.parse(json));
    for (const { account } of messages) assertEquals(again.get(account), sites.get(account));
  }));
});

Deno.test("the site not heard of for longest is forgotten first, and damaged memories are left out", () => {
  const sites = new ScancomSites(2);
  const state = folded("1234155555557");
  for (const account of ["1", "2", "1", "3"]) sites.set(account, state);
  assertEquals([sites.get("1"), sites.get("2"), sites.get("3")], [state, unknownSite, state]);
  const good = { channels: { "7": "65555555" } };
  const damaged = {
    good,
    a: null,
    b: { channels: 5 },
    c: { channels: { "7": "DROP" }, lowBattery: "yes" },
    d: {},
    [`${"x".repeat(99)}`]: good,
  };
  const read = ScancomSites.fromJson(damaged);
  assertEquals(read.get("good"), good);
  assertEquals(read.get("c"), { channels: {} });
  assertEquals(read.size, 2);
  for (const json of [null, 5, "x", []]) assertEquals(ScancomSites.fromJson(json).size, 0);
});
