/**
 * The ends of the accounts' chains, while rows are added.
 *
 * @module
 */
import { type ChainedHop, FIRST_LINK, nextLink } from "./chain.ts";

/** Where the chain of an account ends. */
export interface ChainHead {
  /** Link of the last hop. */
  link: Uint8Array;
  /** Hops so far, those that were pruned included. */
  count: number;
}

/** Accounts held in memory; the others are read again from the database. */
const HELD = 10_000;

/**
 * Continues the chains of one connection. Heads are read when they are first wanted, and written once for each account and
 * transaction.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ChainHeads } from "./chain_heads.ts";
 *
 * const heads = new ChainHeads(() => undefined);
 * heads.add("1234", { seq: 1, at: 0, step: "received", detail: "" });
 * heads.add("1234", { seq: 1, at: 1, step: "stored", detail: "" });
 * assertEquals([...heads.changed()].map(([account, { count }]) => [account, count]), [["1234", 2]]);
 * heads.committed();
 * assertEquals([...heads.changed()], []);
 * ```
 */
export class ChainHeads {
  readonly #read: (account: string) => ChainHead | undefined;
  readonly #heads = new Map<string, ChainHead>();
  readonly #changed = new Set<string>();
  /** Heads as they were at the savepoint; undefined: not in memory then. */
  #saved: Map<string, ChainHead | undefined> | undefined;

  /** @param read Reads a head from the database; undefined when the account has none yet. */
  constructor(read: (account: string) => ChainHead | undefined) {
    this.#read = read;
  }

  /**
   * Adds a hop to the chain of an account.
   *
   * @param account The account.
   * @param hop The hop.
   * @returns Its link.
   */
  add(account: string, hop: ChainedHop): Uint8Array {
    const head = this.#heads.get(account) ?? this.#read(account) ?? { link: FIRST_LINK, count: 0 };
    const link = nextLink(head.link, hop);
    if (this.#saved !== undefined && !this.#saved.has(account)) {
      this.#saved.set(account, this.#heads.get(account));
    }
    this.#heads.set(account, { link, count: head.count + 1 });
    this.#changed.add(account);
    return link;
  }

  /** Heads that the transaction under way has moved. */
  *changed(): Generator<[account: string, head: ChainHead]> {
    for (const account of this.#changed) {
      const head = this.#heads.get(account);
      if (head !== undefined) yield [account, head];
    }
  }

  /** What is added from here on can be taken back by {@link undo}; the savepoint before is forgotten. */
  save(): void {
    this.#saved = new Map();
  }

  /** Takes back what was added since {@link save}. */
  undo(): void {
    for (const [account, head] of this.#saved ?? []) {
      if (head === undefined) this.#heads.delete(account);
      else this.#heads.set(account, head);
    }
    this.#saved = undefined;
  }

  /** The transaction is on disk. */
  committed(): void {
    this.#changed.clear();
    this.#saved = undefined;
    // What is read least is not known: all go, which costs one read each.
    if (this.#heads.size > HELD) this.#heads.clear();
  }

  /** The transaction failed, or rows were taken away: the database knows better. */
  forget(): void {
    this.#changed.clear();
    this.#saved = undefined;
    this.#heads.clear();
  }
}
