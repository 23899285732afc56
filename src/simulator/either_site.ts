/**
 * A site whose panel speaks one of two languages inside another.
 *
 * @module
 */
import type { AlarmWords } from "./script.ts";
import type { Chance } from "./seeded_random.ts";
import type { SimulatedSite, SiteAlarm, SiteAlarmResult } from "./site.ts";

/**
 * Says an alarm in the language that has such codes; a random one in either.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ContactIdSite } from "./contact_id_site.ts";
 * import { EitherSite } from "./either_site.ts";
 * import { SiaSite } from "./sia_site.ts";
 *
 * const site = new EitherSite(new SiaSite("1234"), new ContactIdSite("1234"));
 * const protocols = ["BA", "130"].map((code) => site.alarm({ code }, false)).map((made) => made.ok && made.alarm.protocol);
 * assertEquals(protocols, ["sia", "contact-id"]);
 * ```
 */
export class EitherSite implements SimulatedSite {
  readonly #usual: SimulatedSite;
  readonly #other: SimulatedSite;

  /** @param usual Whose words about a fault are shown. @param other The other language. */
  constructor(usual: SimulatedSite, other: SimulatedSite) {
    this.#usual = usual;
    this.#other = other;
  }

  /** What is wrong with the account: it has to fit both. */
  get accountFault(): string | undefined {
    return this.#usual.accountFault ?? this.#other.accountFault;
  }

  /** Makes an alarm of words. */
  alarm(words: AlarmWords, restore: boolean): SiteAlarmResult {
    // Two letters are SIA, three digits Contact ID.
    const [first, second] = (words.code.length === 2) === (this.#isSia(this.#usual))
      ? [this.#usual, this.#other]
      : [this.#other, this.#usual];
    const made = first.alarm(words, restore);
    if (made.ok) return made;
    const again = second.alarm(words, restore);
    return again.ok ? again : made;
  }

  /** An alarm in either language. */
  random(chance: Chance): SiteAlarm {
    return (chance() < 0.5 ? this.#usual : this.#other).random(chance);
  }

  #isSia(site: SimulatedSite): boolean {
    return site.alarm({ code: "BA" }, false).ok;
  }
}
