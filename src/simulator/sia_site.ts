/**
 * A site whose panel speaks SIA.
 *
 * @module
 */
import { siaEvents, writeEventData } from "../../adapters/sia/event_data.ts";
import { type SiaCode, siaCode, siaCodes } from "../event/tables/sia.ts";
import type { AlarmWords } from "./script.ts";
import { between, type Chance, pick } from "./seeded_random.ts";
import { cannotSay, type SimulatedSite, type SiteAlarm, type SiteAlarmResult } from "./site.ts";

/**
 * Says alarms as `ri1/BA3`, with a clock as `ti18:05/ri1/BA3`, in a new-event block, with the text behind them. A random alarm is any code of the table, with a
 * number where the code has one.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { SiaSite } from "./sia_site.ts";
 *
 * const site = new SiaSite("1234");
 * const made = site.alarm({ code: "BA", number: "3", area: "1" }, true);
 * assert(made.ok);
 * assertEquals(new TextDecoder().decode(made.alarm.data), "#1234|Nri1/BR3");
 * ```
 */
export class SiaSite implements SimulatedSite {
  readonly #account: string;
  readonly #clock: (() => Date) | undefined;

  /**
   * @param account The account: 1 to 16 letters and digits.
   * @param clock The panel's clock: its local time of day goes in front of each event, as `ti18:05`. Without it, none does.
   */
  constructor(account: string, clock?: () => Date) {
    this.#account = account;
    this.#clock = clock;
  }

  /** What is wrong with the account. */
  get accountFault(): string | undefined {
    return /^[0-9A-Za-z]{1,16}$/.test(this.#account) ? undefined : "expected 1 to 16 letters and digits";
  }

  /** Makes an alarm of words. Codes outside the table are said as they are: panels do send such. */
  alarm(words: AlarmWords, restore: boolean): SiteAlarmResult {
    const { code, number = "", area, text } = words;
    if (!/^[A-Z]{2}$/.test(code)) {
      return cannotSay(`code "${code}": expected two capital letters, such as BA`);
    }
    if (!/^\d{0,6}$/.test(number)) return cannotSay(`number "${number}": expected up to 6 digits`);
    const said = restore ? restoralOf(siaCode(code)) : code;
    if (said === undefined) {
      return cannotSay(`${code} has no restoral in the code table: write the code that ends it, as alarm`);
    }
    return { ok: true, alarm: this.#alarm(said, number, area, text) };
  }

  /** Any code of the table. */
  random(chance: Chance): SiteAlarm {
    const { code, address } = pick(chance, [...siaCodes()]);
    const number = address === "-" || address === "" ? "" : String(between(chance, 1, 99));
    const area = between(chance, 0, 4);
    return this.#alarm(code, number, area === 0 ? undefined : String(area), undefined);
  }

  #alarm(code: string, number: string, area: string | undefined, text: string | undefined): SiteAlarm {
    const time = this.#clock?.().toTimeString().slice(0, 5);
    const packet = `${time === undefined ? "" : `ti${time}/`}${
      area === undefined ? "" : `ri${area}/`
    }${code}${number}`;
    const data = writeEventData(this.#account, "N", packet, text?.slice(0, 63));
    return { account: this.#account, protocol: "sia", data, events: siaEvents(data) };
  }
}

/** The generic restoral where there is one: it is what most panels send. */
function restoralOf(code: SiaCode | undefined): string | undefined {
  if (code?.code === "OP") return "CL";
  return code?.restoredBy.find((each) => each.endsWith("R")) ?? code?.restoredBy[0];
}
