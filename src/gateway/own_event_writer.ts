/**
 * What each queue gets of a message of the receiver's own.
 *
 * @module
 */
import type { StoredAlarm } from "../journal/journal.ts";
import type { Random } from "../session/path_identity.ts";
import { wallClock } from "./clock.ts";
import {
  OWN_ACCOUNT,
  OWN_EVENT,
  type OwnEventAlarm,
  ownEventAlarm,
  type OwnEventLanguage,
  ownEventLanguage,
} from "./own_event_alarm.ts";
import type { Telling } from "./own_event_pace.ts";
import type { OwnEventReceivers } from "./own_event_receivers.ts";
import type { OwnEventSubject } from "./own_event_subject.ts";
import { ownEventText } from "./own_event_text.ts";
import { UniqueTime } from "./unique_time.ts";

/** How a fault was told: its restore has to be told the same way, else it ends nothing. */
export interface ToldFault {
  /** Identities of the fault's alarms in the journal. */
  ids: string[];
  origin: string;
  account: string;
  ownAccount: boolean;
  language: OwnEventLanguage;
  number: number;
}

/** What an {@link OwnEventWriter} works with. */
export interface OwnEventWriterParts {
  /** Who is told. */
  receivers: OwnEventReceivers;
  /** How an output's AE gets an account. @default as the site's `account`, else as the panel spells it */
  spelled?: (site: string, account: string, output: string) => string;
  /** This RCT, 16 octets. */
  deviceId: Uint8Array;
  random: Random;
}

/** Makes the alarms, each in the language of its output and with the account that its AE knows. */
export class OwnEventWriter {
  readonly #parts: OwnEventWriterParts;
  readonly #accounts = new Map<string, string>();
  readonly #times: UniqueTime;

  /** No alarm was seen yet. */
  constructor(parts: OwnEventWriterParts) {
    this.#parts = parts;
    this.#times = new UniqueTime(parts.random);
  }

  /** An alarm of a site came with this account. */
  seen(site: string, account: string): void {
    if (account !== "" && this.#parts.receivers.sites.has(site)) this.#accounts.set(site, account);
  }

  /** The account of a site as its panel spells it; before it has said anything, as configured. */
  accountOf(site: string | undefined): string | undefined {
    if (site === undefined) return undefined;
    return this.#accounts.get(site) ?? this.#parts.receivers.sites.get(site)?.account;
  }

  /**
   * Makes the alarms of a message.
   *
   * @param rule Name of the fault.
   * @param subject Whose it is.
   * @param telling What is told, and to which queues.
   * @param told How the queues were told of the fault, for its restore.
   * @returns An alarm for each queue.
   */
  alarms(
    rule: string,
    subject: OwnEventSubject,
    telling: Telling,
    told: ReadonlyMap<string, ToldFault>,
  ): Map<string, OwnEventAlarm> {
    const { fault, site, output } = subject;
    const { over } = telling;
    const at = wallClock();
    const alarms = new Map<string, OwnEventAlarm>();
    for (const lane of telling.lanes) {
      const as = (over ? told.get(lane) : undefined) ?? this.#as(subject, lane);
      if (as === undefined) continue;
      const event = { fault, over, number: as.number };
      const text = ownEventText(event, site ?? output ?? "", telling);
      const { origin, account, ownAccount, language } = as;
      const { deviceId } = this.#parts;
      const time = this.#times.next(at);
      alarms.set(
        lane,
        ownEventAlarm({ event, rule, language, origin, account, ownAccount, text, deviceId, time, at }),
      );
    }
    return alarms;
  }

  #as({ site, output, path }: OwnEventSubject, lane: string): Omit<ToldFault, "ids"> | undefined {
    const { receivers, spelled } = this.#parts;
    const to = receivers.outputOf(lane);
    if (to === undefined) return undefined;
    const number = output === undefined ? path : receivers.numberOf(output);
    const known = this.accountOf(site);
    // A site without an account is told of as the receiver: no rule for accounts of sites fits.
    if (site === undefined || known === undefined) {
      const account = to.faultAccount;
      const language = ownEventLanguage(to, account) ?? "sia";
      return { origin: this.#ownOrigin, account, ownAccount: true, number, language };
    }
    const shown = spelled?.(site, known, to.name) ?? receivers.sites.get(site)?.account ?? known;
    const language = ownEventLanguage(to, shown) ?? "sia";
    return { origin: site, account: known, ownAccount: false, number, language };
  }

  /** Not the name of a site. */
  get #ownOrigin(): string {
    return this.#parts.receivers.sites.has("receiver") ? "this receiver" : "receiver";
  }
}

/**
 * Says how a fault was told.
 *
 * @param alarm The fault, as it is or was stored.
 * @returns How; undefined when the alarm is no message of the receiver's own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownEventAlarm } from "./own_event_alarm.ts";
 * import { toldFault } from "./own_event_writer.ts";
 *
 * const alarm = ownEventAlarm({
 *   event: { fault: "line", over: false, number: 3 }, rule: "ae-line:east", language: "sia", origin: "receiver",
 *   account: "0000", ownAccount: true, text: "line of east failed", deviceId: new Uint8Array(16), time: 1n << 63n, at: 0,
 * });
 * const told = toldFault(alarm);
 * assertEquals([told?.language, told?.account, told?.number], ["sia", "0000", 3]);
 * assertEquals(toldFault({ ...alarm, events: [] }), undefined);
 * ```
 */
export function toldFault(
  { id, origin, account, protocol, events: [event] }: Pick<
    StoredAlarm,
    "id" | "origin" | "account" | "protocol" | "events"
  >,
): ToldFault | undefined {
  if (event?.flags.includes(OWN_EVENT) !== true) return undefined;
  const language = protocol === "contact-id" ? "contact-id" : "sia";
  const ownAccount = event.flags.includes(OWN_ACCOUNT);
  return { ids: [id], origin, account, ownAccount, language, number: Number(event.zone ?? 0) };
}
