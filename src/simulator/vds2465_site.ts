/**
 * A site whose panel speaks VdS 2465.
 *
 * @module
 */
import { EXTENSION, writeAddress } from "../../adapters/vds2465/address.ts";
import { vds2465EventData, writeEventData } from "../../adapters/vds2465/event_data.ts";
import { isIdent } from "../../adapters/vds2465/ident.ts";
import { ST } from "../../adapters/vds2465/record_type.ts";
import { vdsMessageKinds } from "../event/tables/vds2465.ts";
import type { AlarmWords } from "./script.ts";
import { between, type Chance, pick } from "./seeded_random.ts";
import { cannotSay, type SimulatedSite, type SiteAlarm, type SiteAlarmResult } from "./site.ts";

/** Bit 7 of the message kind: gone, reset. */
const RESET = 0x80;
/** The first panel of the premises (vds2465.md §2.1, A). */
const PANEL = 1;

/**
 * Says state changes of inputs of the first panel, with the account as ident number: vds2465.md §2 and §4 (A).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Vds2465Site } from "./vds2465_site.ts";
 *
 * const made = new Vds2465Site("123456").alarm({ code: "22", number: "3", area: "1" }, false);
 * assert(made.ok);
 * assertEquals(made.alarm.data.toHex(), "05021103000122" + "0356214365");
 * ```
 */
export class Vds2465Site implements SimulatedSite {
  readonly #account: string;

  /** @param account The ident number: 1 to 12 digits. */
  constructor(account: string) {
    this.#account = account;
  }

  /** What is wrong with the account. */
  get accountFault(): string | undefined {
    return isIdent(this.#account) ? undefined : "expected 1 to 12 digits";
  }

  /** Makes an alarm of words. */
  alarm(words: AlarmWords, restore: boolean): SiteAlarmResult {
    const { code, number = "0", area = "0", text } = words;
    if (!/^[0-9A-Fa-f]{2}$/.test(code)) {
      return cannotSay(`code "${code}": expected a message kind of two hexadecimal digits, such as 22`);
    }
    if (!(/^\d+$/.test(number) && Number(number) <= 255)) {
      return cannotSay(`number "${number}": expected 0 to 255`);
    }
    if (Number(area) > 15) return cannotSay(`area "${area}": expected 0 to 15`);
    if (text !== undefined) return cannotSay(`text "${text}": this panel sends none`);
    const kind = parseInt(code, 16);
    return { ok: true, alarm: this.#alarm(restore ? kind ^ RESET : kind, Number(number), Number(area)) };
  }

  /** Any message kind that is not the vendor's own. */
  random(chance: Chance): SiteAlarm {
    const { code } = pick(chance, [...vdsMessageKinds()].filter(({ vendor }) => !vendor));
    return this.#alarm(parseInt(code, 16), between(chance, 1, 99), between(chance, 0, 4));
  }

  #alarm(kind: number, address: number, area: number): SiteAlarm {
    const place = writeAddress({ device: PANEL, area, address, supplement: 0, extension: EXTENSION.INPUT });
    const records = [{ type: ST.MESSAGE, data: Uint8Array.of(...place, kind) }];
    const data = writeEventData({ records }, this.#account);
    return { account: this.#account, protocol: "vds2465", data, events: vds2465EventData(data) };
  }
}
