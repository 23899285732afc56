/**
 * Whose events a panel is sending.
 *
 * @module
 */
import type { Framed } from "../contract.ts";
import type { SiaBlock } from "./block.ts";
import { decodeCp437, displayText } from "./cp437.ts";
import type { SiaGroup } from "./group.ts";

/**
 * The account and the origin that the last blocks named: they hold for the events behind them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaGroupHead } from "./session_group.ts";
 *
 * const data = new TextEncoder().encode("1234");
 * const frame = { ackRequest: true, reverseChannel: false, code: "#", data };
 * const head = new SiaGroupHead("0042");
 * assertEquals(head.account, "0042");
 * head.takeAccount({ kind: "frame", offset: 0, frame, raw: data });
 * assertEquals(head.account, "1234");
 * ```
 */
export class SiaGroupHead {
  readonly #defaultAccount: string;
  #account: { name: string; raw: Uint8Array } | undefined;
  /** Octets of the origin block since the last account. */
  #origin: Uint8Array | undefined;

  /** Starts with nothing named. @param defaultAccount The account until one is. */
  constructor(defaultAccount: string) {
    this.#defaultAccount = defaultAccount;
  }

  /** The account as spelled, or the default; empty if there is neither. */
  get account(): string {
    const name = this.#account?.name ?? "";
    return name === "" ? this.#defaultAccount : name;
  }

  /** Takes an account block: what it names holds from now on, and the origin before it no longer does. */
  takeAccount({ frame, raw }: Framed<SiaBlock>): void {
    this.#account = { name: displayText(decodeCp437(frame.data)), raw };
    this.#origin = undefined;
  }

  /** Takes an origin block. */
  takeOrigin({ raw }: Framed<SiaBlock>): void {
    this.#origin = raw;
  }

  /** The blocks of an event so far. @param event Its event block. */
  group({ frame, raw }: Framed<SiaBlock>): SiaGroup {
    return {
      account: this.account,
      accountRaw: this.#account?.raw ?? new Uint8Array(),
      ...(this.#origin === undefined ? {} : { originRaw: this.#origin }),
      code: frame.code,
      packet: frame.data,
      raw,
    };
  }
}
