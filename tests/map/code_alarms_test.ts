import { assert, assertEquals } from "@std/assert";
import type { OutputItem } from "../../adapters/contract.ts";
import { decodeEventData } from "../../src/decode/event_data.ts";
import { codeTable, translatedLanguages } from "../../src/event/translation/mod.ts";
import { codeAlarms } from "../../src/map/code_alarms.ts";
import { eventAlarm } from "../../src/map/event_alarm.ts";
import { sourceCode } from "../../src/event/translation/source_code.ts";

const PLACE = { account: "1234", number: "5", area: "2" };

for (const language of translatedLanguages) {
  const other = translatedLanguages.find((each) => each !== language)!;

  Deno.test(`${language}: every code of the table becomes an alarm that is read as that code`, () => {
    const alarms = codeAlarms(language, PLACE);
    const codes = codeTable(language, other)!.codes.map(({ code }) => code);
    assertEquals([...new Set(alarms.map(({ code }) => code))], codes);
    for (const { code, restore, alarm } of alarms) {
      const events = decodeEventData(alarm.protocol as OutputItem["protocol"], alarm.data);
      const keys = events.flatMap((event) => sourceCode(event).keys);
      // Fast Format says "nothing new" where a digit alone is no news.
      assert(language === "scancom" || keys.includes(code), `${code}: read as ${keys}`);
      assertEquals(alarm.account, "1234");
      // Armed is the end, and disarmed the news.
      const arming = language === "vds2465" && code.startsWith("6");
      if (restore && language !== "scancom" && !arming) {
        assert(events.some(({ qualifier }) => qualifier !== "new"), `${code}: its end is read as news`);
      }
    }
  });

  Deno.test(`${language}: an event's JSON becomes the alarm that says it`, () => {
    let said = 0;
    for (const { alarm } of codeAlarms(language, PLACE)) {
      const [event, more] = alarm.events;
      if (event === undefined || more !== undefined || event.code === "ST40") continue;
      const made = eventAlarm(JSON.parse(JSON.stringify({ ...event, raw: "" })));
      // Fast Format: channels only, and no status of its own.
      if (!made.ok) {
        assertEquals(language, "scancom", `${event.code}: ${made.message}`);
        continue;
      }
      said++;
      const [again] = made.alarm.events;
      if (language !== "scancom") {
        assertEquals([again?.code, again?.zone, again?.user, again?.area], [
          event.code,
          event.zone,
          event.user,
          event.area,
        ]);
      }
    }
    assert(said > 10);
  });
}
