/**
 * A site whose panel speaks Fast Format.
 *
 * @module
 */
import { SCANCOM_CHANNEL_COUNTS } from "../../adapters/scancom/message.ts";
import { composeScancom, type ScancomChange } from "../../adapters/scancom/encode.ts";
import { parseEventData, scancomEventData, writeEventData } from "../../adapters/scancom/event_data.ts";
import {
  foldSite,
  knownChannel,
  type ScancomSiteState,
  unknownSite,
} from "../../adapters/scancom/site_state.ts";
import { scancomChannels } from "../event/tables/scancom.ts";
import type { AlarmWords } from "./script.ts";
import { between, type Chance } from "./seeded_random.ts";
import { cannotSay, type SimulatedSite, type SiteAlarm, type SiteAlarmResult } from "./site.ts";

/** Channels of a message, as a rule. */
const CHANNELS = 8;

/**
 * Says what happens to its channels, eight as a rule; a code is the number of a channel. Every message repeats the channels that are
 * still active, as far as the receiver has acknowledged them. Channel 4 reports opening and closing, as is the convention of
 * UK panels (panel-formats.md §3.4, A).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { ScancomSite } from "./scancom_site.ts";
 *
 * const site = new ScancomSite("1234");
 * const first = site.alarm({ code: "1" }, false);
 * assert(first.ok);
 * assertEquals(new TextDecoder().decode(first.alarm.data), "1234155555557");
 * site.acknowledged(first.alarm);
 * const second = site.alarm({ code: "4" }, false);
 * assertEquals(second.ok && new TextDecoder().decode(second.alarm.data), "1234655255557");
 * ```
 */
export class ScancomSite implements SimulatedSite {
  readonly #account: string;
  readonly #count: number;
  #state: ScancomSiteState = unknownSite;

  /**
   * @param account The account: 2 to 6 digits.
   * @param count Channels of a message.
   * @throws {RangeError} When a message cannot have so many.
   */
  constructor(account: string, count = CHANNELS) {
    if (!SCANCOM_CHANNEL_COUNTS.includes(count)) {
      throw new RangeError(`${count} channels: expected ${SCANCOM_CHANNEL_COUNTS.join(", ")}`);
    }
    this.#account = account;
    this.#count = count;
  }

  /** What is wrong with the account. */
  get accountFault(): string | undefined {
    return /^[0-9A-F]{2,6}$/.test(this.#account) ? undefined : "expected 2 to 6 digits";
  }

  /** Makes an alarm of words. */
  alarm(words: AlarmWords, restore: boolean): SiteAlarmResult {
    const { code, number, area, text } = words;
    if (!/^[1-9]\d?$/.test(code) || Number(code) > this.#count) {
      return cannotSay(`code "${code}": expected the number of a channel, 1 to ${this.#count}`);
    }
    if (number !== undefined || area !== undefined || text !== undefined) {
      return cannotSay(
        `channel ${code}: Fast Format carries neither number nor area nor text, only the channel`,
      );
    }
    return { ok: true, alarm: this.#alarm(code, restore) };
  }

  /** Any channel: its restoral when it is active, else its alarm. */
  random(chance: Chance): SiteAlarm {
    const channel = between(chance, 1, this.#count);
    return this.#alarm(String(channel), knownChannel(this.#state, "7", channel - 1, this.#count) === "6");
  }

  /** The channels are from now on what the message said. */
  acknowledged({ data }: SiteAlarm): void {
    const read = parseEventData(data);
    if (read.ok) this.#state = foldSite(this.#state, read.scancom);
  }

  #alarm(channel: string, restore: boolean): SiteAlarm {
    const openClose = scancomChannels[channel]?.openClose === true;
    const change: ScancomChange = openClose
      ? (restore ? "closed" : "opened")
      : restore
      ? "restored"
      : "alarm";
    const account = this.#account;
    const data = writeEventData(
      composeScancom({ account, changes: { [channel]: change }, count: this.#count, state: this.#state }),
    );
    return { account, protocol: "scancom", data, events: scancomEventData(data, { state: this.#state }) };
  }
}
