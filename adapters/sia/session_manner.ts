/**
 * How one panel is talked to, and how its blocks are read: settings of the input, then those of its quirk.
 *
 * @module
 */
import type { PanelAlarm, PanelEffect } from "../contract.ts";
import { applyQuirk, type Quirk } from "../quirk.ts";
import { QuirkChooser } from "../quirk_choice.ts";
import type { SiaBlock } from "./block.ts";
import { parseEventPacket } from "./event_packet.ts";
import { groupAlarm, type SiaGroup } from "./group.ts";
import { siaQuirks } from "./quirks.ts";
import { siaAnswer } from "./session_answer.ts";
import { siaQuirkOptions, type SiaSessionOptions } from "./session_options.ts";

/**
 * What a session asks about its panel. The answers change when another quirk is found, or another account is heard.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaManner } from "./session_manner.ts";
 *
 * const manner = new SiaManner({ quirks: { name: "none", byAccount: { "1234": "galaxy-rs232" } } });
 * assertEquals(manner.answer("ack"), { kind: "send", bytes: Uint8Array.fromHex("403887") });
 * manner.quirks.hear("1234");
 * assertEquals(manner.answer("ack"), { kind: "send", bytes: Uint8Array.fromHex("0038c7") });
 * ```
 */
export class SiaManner {
  /** Finds the quirk. */
  readonly quirks: QuirkChooser;
  readonly #options: SiaSessionOptions;
  /** The options, with those of the quirk in force; made again when that is another one. */
  #known: { quirk: Quirk | undefined; all: SiaSessionOptions } | undefined;

  /**
   * Starts with a panel that has said nothing.
   *
   * @param options Settings of the input.
   * @throws {RangeError} When no quirk has a name that the options give.
   */
  constructor(options: SiaSessionOptions) {
    this.#options = options;
    this.quirks = new QuirkChooser(siaQuirks, options.quirks, options.quirk);
    this.quirks.hear(options.defaultAccount ?? "");
  }

  /** Whether a block is answered: its header asks for it, or the settings do. */
  wantsAnswer(block: SiaBlock): boolean {
    return block.ackRequest || this.#all().alwaysAck === true;
  }

  /** The answer to a block. */
  answer(kind: "ack" | "nak"): PanelEffect {
    return { kind: "send", bytes: siaAnswer(this.#all().ackStyle ?? "40", kind) };
  }

  /** Whether an event block is an alarm. New and old events are even when they cannot be read, so that they reach somebody. */
  isAlarm({ code, data }: SiaBlock): boolean {
    if (data.every((octet) => octet <= 0x20)) return false;
    return code === "N" || code === "O" || parseEventPacket(data, this.#packetOptions()).events.length > 0;
  }

  /** The alarm that a group of blocks stands for, with what the quirk knows about it. */
  alarm(group: SiaGroup): PanelAlarm {
    const alarm = groupAlarm(group, this.#packetOptions());
    return { ...alarm, events: applyQuirk(this.quirks.quirk, alarm.events) };
  }

  #packetOptions(): { hexAddress: boolean } {
    return { hexAddress: this.#all().hexAddress === true };
  }

  #all(): SiaSessionOptions {
    const { quirk } = this.quirks;
    if (this.#known === undefined || this.#known.quirk !== quirk) {
      this.#known = { quirk, all: { ...siaQuirkOptions(quirk), ...this.#options } };
    }
    return this.#known.all;
  }
}
