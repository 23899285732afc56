/**
 * What each output would send for an alarm.
 *
 * @module
 */
import type { OutputItem, OutputSession, Written } from "../../adapters/contract.ts";
import type { Loss } from "../event/translation/mod.ts";
import type { SiteAlarm } from "../simulator/site.ts";

/** An output, as far as it says what it would send. */
export interface MappedOutput {
  /** Its name in the configuration. */
  name: string;
  /** Its language. */
  language: string;
  /** The conversation; nothing is ever sent by it. */
  session: Pick<OutputSession, "preview">;
  /** The alarm as this output gets it, account and numbers by the site table, and what the account lost by that. */
  item: (alarm: SiteAlarm) => { item: OutputItem; lost: readonly Loss[] };
}

/** What one output would send. */
export interface MappedLines {
  /** The output. */
  name: string;
  /** Its language. */
  language: string;
  /** The account that the AE knows the site by. */
  account: string;
  /** The frames, or why there are none. */
  written: Written;
}

/**
 * Asks every output what it would send.
 *
 * @param alarm The alarm.
 * @param outputs The outputs.
 * @param now The time that goes into the lines of languages with one, ms since the epoch.
 * @returns One answer for each output, in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { surGardSession } from "../../adapters/sur_gard/mod.ts";
 * import { ContactIdSite } from "../simulator/contact_id_site.ts";
 * import { mapAlarm } from "./map_alarm.ts";
 *
 * const made = new ContactIdSite("1234").alarm({ code: "130", number: "15", area: "1" }, false);
 * const session = surGardSession();
 * const item = (alarm: { account: string; protocol: "sia" | "contact-id" | "scancom" | "vds2465"; data: Uint8Array }) => ({
 *   item: { ...alarm, id: "preview", events: [], repeated: false },
 *   lost: [],
 * });
 * const [lines] = made.ok ? mapAlarm(made.alarm, [{ name: "ae", language: "sur-gard", session, item }], 0) : [];
 * assertEquals(lines?.written.ok && lines.written.lines.map(({ line }) => line), ["5011 181234E13001015<DC4>"]);
 * ```
 */
export function mapAlarm(alarm: SiteAlarm, outputs: readonly MappedOutput[], now: number): MappedLines[] {
  return outputs.map(({ name, language, session, item }) => {
    const { item: made, lost } = item(alarm);
    const written = session.preview?.(made, now) ??
      { ok: false as const, rule: "no-preview", message: "This output cannot tell what it would send." };
    const whole = written.ok && lost.length > 0
      ? { ...written, lost: [...lost, ...written.lost ?? []] }
      : written;
    return { name, language, account: made.account, written: whole };
  });
}
