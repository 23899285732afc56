/**
 * Which quirk a conversation has: by its first octets, by name, or by account.
 *
 * @module
 */
import { matchQuirk, moreMayShow, type Quirk } from "./quirk.ts";

/** What a config says about the quirks of an input. */
export interface QuirkChoice {
  /** The quirk's name, or `none` for no quirk at all. `auto`, or absent: the first octets tell. */
  name?: string;
  /**
   * The same by account, as the panel spells it. Goes before everything else once a message has named
   * the account; but how the stream is cut into messages has been settled by then, and stays.
   */
  byAccount?: Readonly<Record<string, string>>;
}

/** The name that stands for no name. */
const AUTO = "auto";

/**
 * Keeps the quirk of one conversation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Quirk } from "./quirk.ts";
 * import { QuirkChooser } from "./quirk_choice.ts";
 *
 * const quirk = (name: string, ...signs: string[]): Quirk => ({
 *   name, signs, language: "sia", panels: [], about: "", source: "", confidence: "C", options: {}, points: [],
 *   users: [], transcripts: [],
 * });
 * const chooser = new QuirkChooser([quirk("six", "46 23"), quirk("four", "44 23")], { byAccount: { "77": "four" } });
 * assertEquals(chooser.look(Uint8Array.of(0x46)), true);
 * assertEquals([chooser.look(Uint8Array.of(0x46, 0x23)), chooser.quirk?.name], [false, "six"]);
 * chooser.hear("77");
 * assertEquals(chooser.quirk?.name, "four");
 * ```
 */
export class QuirkChooser {
  readonly #quirks: readonly Quirk[];
  readonly #byAccount: ReadonlyMap<string, Quirk | undefined>;
  /** Whether the first octets are asked. */
  readonly automatic: boolean;
  #found: Quirk | undefined;
  #account = "";

  /**
   * Looks up what is named.
   *
   * @param quirks The quirks of the language.
   * @param choice What the config says.
   * @param own A quirk that is in no file of ours: it is taken as if it were named.
   * @throws {RangeError} When no quirk has a name that is given; the message says which there are.
   */
  constructor(quirks: readonly Quirk[], choice: QuirkChoice = {}, own?: Quirk) {
    this.#quirks = own === undefined ? quirks : [own, ...quirks];
    const name = choice.name ?? own?.name ?? AUTO;
    this.#found = name === AUTO ? undefined : this.#named(name);
    this.automatic = name === AUTO && quirks.some(({ signs }) => signs.length > 0);
    this.#byAccount = new Map(
      Object.entries(choice.byAccount ?? {})
        .filter(([, each]) => each !== AUTO)
        .map(([account, each]) => [account, this.#named(each, account)]),
    );
  }

  /** The quirk in force: that of the account heard last if one is set for it, else the named or the found one. */
  get quirk(): Quirk | undefined {
    return this.of(this.#account);
  }

  /** The named or the found quirk, whatever the account. */
  get found(): Quirk | undefined {
    return this.#found;
  }

  /**
   * Looks at the first octets of a conversation.
   *
   * @param first As many as have come; no more than 16 matter.
   * @returns Whether more octets could show another quirk. False when the choice is not automatic.
   */
  look(first: Uint8Array): boolean {
    if (!this.automatic) return false;
    this.#found = matchQuirk(this.#quirks, first);
    return moreMayShow(this.#quirks, first);
  }

  /** Notes the account of a message. @param account As the panel spells it. */
  hear(account: string): void {
    this.#account = account;
  }

  /** The quirk for an account. @param account As the panel spells it. @returns Undefined for none. */
  of(account: string): Quirk | undefined {
    return this.#byAccount.has(account) ? this.#byAccount.get(account) : this.#found;
  }

  #named(name: string, account?: string): Quirk | undefined {
    try {
      return matchQuirk(this.#quirks, new Uint8Array(), name);
    } catch (error) {
      if (account === undefined || !(error instanceof RangeError)) throw error;
      throw new RangeError(`account ${JSON.stringify(account)}: ${error.message}`, { cause: error });
    }
  }
}
