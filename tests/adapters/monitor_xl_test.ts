/** The door rules of Monitor xL and Monitor ISM, for every door, in both languages, and only where they are asked for. */
import { assertEquals } from "@std/assert";
import { contactIdQuirks, contactIdTextDraft, parseContactIdText } from "../../adapters/contact_id/mod.ts";
import { applyQuirk, matchQuirk } from "../../adapters/quirk.ts";
import { parseSiaText, siaQuirks } from "../../adapters/sia/mod.ts";
import type { EventDraft } from "../../src/event/alarm_event.ts";

/** Hundreds of the number, and what they say. */
const KINDS = [[200, "door-alarm"], [300, "door-forced"], [400, "door-held"], [500, "door-alarm"]] as const;

function sia(text: string, name?: string): EventDraft {
  const read = parseSiaText(text);
  if (!read.ok) throw new Error(read.message);
  return applyQuirk(matchQuirk(siaQuirks, new Uint8Array(), name), read.events)[0]!;
}

function contactId(text: string, name?: string): EventDraft {
  const read = parseContactIdText(text);
  if (!read.ok) throw new Error(read.message);
  return applyQuirk(matchQuirk(contactIdQuirks, new Uint8Array(), name), [
    contactIdTextDraft(read, new Uint8Array()),
  ])[0]!;
}

/** The same report in both languages. */
function both(number: number, ended: boolean, name?: string): EventDraft[] {
  return [
    sia(`N ri2 / ${ended ? "BR" : "BA"} ${number}`, name),
    contactId(`1234 ${ended ? "R" : "E"}130 02 ${number}`, name),
  ];
}

Deno.test("doors 1 to 32: every kind of report, new and restored, names the door and keeps the number", () => {
  for (const [hundreds, flag] of KINDS) {
    for (let door = 1; door <= 32; door++) {
      for (const ended of [false, true]) {
        for (const event of both(hundreds + door, ended, "monitor-xl")) {
          assertEquals(
            [event.device, event.zone, event.qualifier, event.flags.includes(flag)],
            [String(door), String(hundreds + door), ended ? "restore" : "new", true],
          );
        }
      }
    }
  }
});

Deno.test("the reports of one incident name the same door of the same area: 2xx or 5xx, then 3xx or 4xx", () => {
  for (const first of [227, 527]) {
    for (const second of [327, 427]) {
      for (const language of [0, 1]) {
        const [a, b] = [
          both(first, false, "monitor-xl")[language]!,
          both(second, false, "monitor-xl")[language]!,
        ];
        assertEquals([a.area, a.device], [b.area, b.device]);
      }
    }
  }
});

Deno.test("no number beside the doors is one, from 1 to 999", () => {
  for (let number = 1; number <= 999; number++) {
    const door = number % 100;
    const isDoor = [2, 3, 4, 5].includes(Math.floor(number / 100)) && door >= 1 && door <= 32;
    const spelled = String(number).padStart(3, "0");
    const events = [
      sia(`N ri2 / BA ${number}`, "monitor-xl"),
      contactId(`1234 1130 02 ${spelled}`, "monitor-xl"),
    ];
    for (const event of events) assertEquals(event.device, isDoor ? String(door) : undefined, spelled);
  }
});

Deno.test("without the quirk's name a large panel's points stay points", () => {
  for (const [hundreds] of KINDS) {
    for (const event of both(hundreds + 27, false)) assertEquals(event.device, undefined);
  }
});
