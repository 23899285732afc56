/**
 * An alarm from the neutral event's JSON, as webhooks, MQTT and the API give it.
 *
 * @module
 */
import { ContactIdSite } from "../simulator/contact_id_site.ts";
import { ScancomSite } from "../simulator/scancom_site.ts";
import { SiaSite } from "../simulator/sia_site.ts";
import { cannotSay, type SimulatedSite, type SiteAlarmResult } from "../simulator/site.ts";
import type { AlarmWords } from "../simulator/script.ts";
import { Vds2465Site } from "../simulator/vds2465_site.ts";

/** What of an event's JSON is looked at. */
type EventJson = Readonly<Record<string, unknown>>;

/**
 * Makes the alarm that says an event in its own language. Only what the event tells is in it: not what its panel had sent beside
 * that, and not the time.
 *
 * @param json The event: `language`, `account` and `code`, and `qualifier`, `area`, `zone`, `user`, `device`, `text` where there
 *   are such.
 * @returns The alarm, or what is missing or wrong. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { eventAlarm } from "./event_alarm.ts";
 *
 * const made = eventAlarm({ language: "contact-id", account: "1234", code: "401", qualifier: "restore", user: "7" });
 * assert(made.ok);
 * assertEquals(new TextDecoder().decode(made.alarm.data), "123418340100007");
 * const wrong = eventAlarm({ language: "morse", code: "sos" });
 * assertEquals(!wrong.ok && wrong.message.startsWith("language"), true);
 * ```
 */
export function eventAlarm(json: unknown): SiteAlarmResult {
  if (typeof json !== "object" || json === null) return cannotSay("an event is expected to be a JSON object");
  const event: EventJson = { ...json };
  const { language, account = "", code } = event;
  if (typeof account !== "string" || typeof code !== "string") {
    return cannotSay('account and code are expected to be texts, such as "1234" and "130"');
  }
  const restore = event["qualifier"] === "restore";
  const [area, zone, user, device] = ["area", "zone", "user", "device"].map((key) => text(event[key]));
  const number = zone ?? user;
  switch (language) {
    case "contact-id":
      return say(new ContactIdSite(account), words(code, number, area), restore);
    case "sia":
      // The code itself says news or restoral.
      return say(new SiaSite(account), words(code, number, area, text(event["text"])), false);
    case "vds2465":
      return say(new Vds2465Site(account), words(code, number, area), false);
    case "scancom":
      return say(new ScancomSite(account), words(device ?? number ?? "", undefined, undefined), restore);
    default:
      return cannotSay(
        `language ${JSON.stringify(language)}: expected sia, contact-id, scancom or vds2465`,
      );
  }
}

function say(site: SimulatedSite, said: AlarmWords, restore: boolean): SiteAlarmResult {
  const fault = site.accountFault;
  return fault === undefined ? site.alarm(said, restore) : cannotSay(`account: ${fault}`);
}

function words(
  code: string,
  number: string | undefined,
  area: string | undefined,
  said?: string,
): AlarmWords {
  return {
    code,
    ...(number === undefined ? {} : { number }),
    ...(area === undefined ? {} : { area }),
    ...(said === undefined ? {} : { text: said }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
