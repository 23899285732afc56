import { assert, assertEquals } from "@std/assert";
import { siaEvents } from "../../adapters/sia/mod.ts";
import { fittedAlarm, LONGEST_EVENT_DATA } from "../../src/gateway/fitted_alarm.ts";
import { panelAlarm } from "./panel_rig.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

Deno.test("an alarm that fits is left alone, one that does not loses the end of its text and says so", () => {
  const short = panelAlarm();
  assertEquals(fittedAlarm(short), short);
  for (const text of [`|A${"x".repeat(3000)}`, `^${"x".repeat(3000)}^`]) {
    const { data, events, raw } = fittedAlarm({ ...short, data: ascii(`#1234|Nri1/BA5${text}`) });
    assertEquals(data.length, LONGEST_EVENT_DATA);
    assertEquals([events[0]?.flags, raw], [["text-cut"], short.raw]);
    const [event] = siaEvents(data);
    assertEquals([event?.code, event?.zone, event?.text?.startsWith("xxx")], ["BA", "5", true]);
  }
});

Deno.test("events are never cut in two: no other zone is read than was sent", () => {
  const zones = Array.from({ length: 300 }, (_, at) => `BA${1000 + at}`);
  const events = siaEvents(fittedAlarm({ ...panelAlarm(), data: ascii(`#1234|N${zones.join("/")}`) }).data);
  assert(events.length > 100);
  assertEquals(events.map(({ code, zone }) => `${code}${zone}`), zones.slice(0, events.length));
});
