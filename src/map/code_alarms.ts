/**
 * An alarm for every code of a language's table.
 *
 * @module
 */
import { scancomEventData, writeEventData as writeScancom } from "../../adapters/scancom/event_data.ts";
import { vds2465EventData, writeEventData as writeVds } from "../../adapters/vds2465/event_data.ts";
import { ST } from "../../adapters/vds2465/record_type.ts";
import { codeTable, type TargetLanguage, translatedLanguages } from "../event/translation/mod.ts";
import { siaCode } from "../event/tables/sia.ts";
import { ContactIdSite } from "../simulator/contact_id_site.ts";
import { SiaSite } from "../simulator/sia_site.ts";
import type { SimulatedSite, SiteAlarm } from "../simulator/site.ts";
import { Vds2465Site } from "../simulator/vds2465_site.ts";

/** One code of a table, as an alarm of a site. */
export interface CodeAlarm {
  /** The code as the table lists it: `BA`, `LT/2`, `130`, `17/3`, `22`. */
  code: string;
  /** Whether it is the end of the alarm, where one code says both. */
  restore: boolean;
  /** What a panel would send. */
  alarm: SiteAlarm;
}

/** Where the codes happen that want a number. */
export interface CodePlace {
  /** Account of the site. */
  account: string;
  /** Zone, user or address; for codes that have one. */
  number: string;
  /** Area, for languages that have areas. */
  area: string;
}

/** Digits of Fast Format that end something: of 1 and 0 the restoral, of 2 the closing. */
const ENDS: Readonly<Record<string, string>> = { 0: "3", 1: "3", 2: "4" };

/**
 * Makes the alarms of a language: each code of its table, and the restoral where the same code says that too.
 *
 * @param language The language.
 * @param place Where it happens.
 * @returns The alarms, in the order of the table; codes that the account cannot have are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { codeAlarms } from "./code_alarms.ts";
 *
 * const alarms = codeAlarms("contact-id", { account: "1234", number: "15", area: "1" });
 * const data = alarms.filter(({ code }) => code === "130")
 *   .map(({ alarm }) => new TextDecoder().decode(alarm.data));
 * assertEquals(data, ["123418113001015", "123418313001015"]);
 * ```
 */
export function codeAlarms(language: TargetLanguage, place: CodePlace): CodeAlarm[] {
  const other = translatedLanguages.find((each) => each !== language);
  const codes = other === undefined ? [] : codeTable(language, other)?.codes.map(({ code }) => code) ?? [];
  return codes.flatMap((code) => makers[language](code, place));
}

const makers: Readonly<Record<TargetLanguage, (code: string, place: CodePlace) => CodeAlarm[]>> = {
  "sia": (code, { account, number, area }) => {
    const [letters = "", own] = code.split("/");
    const address = siaCode(letters)?.address ?? "";
    const words = {
      code: letters,
      area,
      ...(address === "" || address === "-" ? {} : { number: own ?? number }),
    };
    return said(new SiaSite(account), code, words, [false]);
  },
  "contact-id": (code, { account, number, area }) =>
    said(new ContactIdSite(account), code, { code, number, area }, [false, true]),
  "vds2465": (code, { account, number, area }) => {
    if (code !== "ST40") return said(new Vds2465Site(account), code, { code, number, area }, [false, true]);
    const data = writeVds({ records: [{ type: ST.TEST, data: new Uint8Array() }] }, account);
    return [{
      code,
      restore: false,
      alarm: { account, protocol: "vds2465", data, events: vds2465EventData(data) },
    }];
  },
  "scancom": (code, { account }) => {
    const [digits = "", channel = "1"] = code.split("/");
    const [digit = "5", status = "7"] = digits;
    const end = ENDS[digit];
    return [digit, ...(end === undefined ? [] : [end])].map((each, at) => {
      const channels = "5".repeat(Number(channel) - 1) + each;
      const data = writeScancom({ account, channels: channels.padEnd(8, "5"), status });
      const alarm: SiteAlarm = { account, protocol: "scancom", data, events: scancomEventData(data) };
      return { code, restore: at > 0, alarm };
    });
  },
};

function said(
  site: SimulatedSite,
  code: string,
  words: Parameters<SimulatedSite["alarm"]>[0],
  ends: boolean[],
): CodeAlarm[] {
  return ends.flatMap((restore) => {
    const made = site.alarm(words, restore);
    return made.ok ? [{ code, restore, alarm: made.alarm }] : [];
  });
}
