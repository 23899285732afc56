/**
 * A site whose panel speaks Contact ID.
 *
 * @module
 */
import { parseEventData, writeEventData } from "../../adapters/contact_id/event_data.ts";
import { contactIdEventDraft } from "../../adapters/contact_id/event_draft.ts";
import type { ContactIdQualifier } from "../../adapters/contact_id/message.ts";
import { contactIdCode } from "../event/tables/contact_id.ts";
import type { AlarmWords } from "./script.ts";
import { between, type Chance, pick } from "./seeded_random.ts";
import { cannotSay, type SimulatedSite, type SiteAlarm, type SiteAlarmResult } from "./site.ts";

/** Every code that the table knows. */
const CODES = Array.from({ length: 900 }, (_, at) => String(at + 100)).filter((code) =>
  contactIdCode(code) !== undefined
);

/**
 * Says alarms as new events and restorals, without text, which the language has none of.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { ContactIdSite } from "./contact_id_site.ts";
 *
 * const site = new ContactIdSite("1234");
 * const made = site.alarm({ code: "130", number: "3", area: "1" }, true);
 * assert(made.ok);
 * assertEquals(new TextDecoder().decode(made.alarm.data), "123418313001003");
 * ```
 */
export class ContactIdSite implements SimulatedSite {
  readonly #account: string;

  /** @param account The account: 4 digits, or letters B to F; longer ones where the receiver is set to them. */
  constructor(account: string) {
    this.#account = account;
  }

  /** What is wrong with the account. */
  get accountFault(): string | undefined {
    return /^[0-9B-F]{4,16}$/.test(this.#account) ? undefined : "expected 4 to 16 digits, or letters B to F";
  }

  /** Makes an alarm of words. */
  alarm(words: AlarmWords, restore: boolean): SiteAlarmResult {
    const { code, number = "", area = "", text } = words;
    if (!/^[0-9B-F]{3}$/.test(code)) return cannotSay(`code "${code}": expected three digits, such as 130`);
    if (!/^[0-9B-F]{0,3}$/.test(number)) return cannotSay(`number "${number}": expected up to 3 digits`);
    if (!/^\d{0,2}$/.test(area)) return cannotSay(`area "${area}": expected up to 2 digits`);
    if (text !== undefined) return cannotSay(`text "${text}": Contact ID carries no text`);
    return { ok: true, alarm: this.#alarm(code, restore ? 3 : 1, number, area) };
  }

  /** Any code of the table, as new event or restoral. */
  random(chance: Chance): SiteAlarm {
    const qualifier = chance() < 0.3 ? 3 : 1;
    return this.#alarm(
      pick(chance, CODES),
      qualifier,
      `${between(chance, 0, 99)}`,
      `${between(chance, 0, 4)}`,
    );
  }

  #alarm(code: string, qualifier: ContactIdQualifier, zone: string, group: string): SiteAlarm {
    const data = writeEventData({
      account: this.#account,
      messageType: "18",
      qualifier,
      code,
      group: group.padStart(2, "0"),
      zone: zone.padStart(3, "0"),
    });
    const read = parseEventData(data);
    const events = read.ok ? [contactIdEventDraft(read.contactId, data)] : [];
    return { account: this.#account, protocol: "contact-id", data, events };
  }
}
