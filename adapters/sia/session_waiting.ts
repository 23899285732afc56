/**
 * The blocks that wait while an alarm is being stored.
 *
 * @module
 */
import type { Framed, PanelEffect } from "../contract.ts";
import type { SiaBlock } from "./block.ts";
import type { SiaGroup } from "./group.ts";

/** Blocks kept waiting while an alarm is not settled. */
export const SIA_MAX_WAITING = 32;

type Frame = Framed<SiaBlock>;

/** The alarm that is being stored: the panel waits for its answer. */
export interface SiaUnsettled {
  /** Its number. */
  ref: number;
  /** For a text: the alarm it belongs to. */
  of?: number;
  /** Its blocks. */
  group: SiaGroup;
  /** The octets the panel would repeat. */
  raw: Uint8Array;
  /** Whether the panel wants it answered. */
  wantsAnswer: boolean;
}

/**
 * Keeps blocks in order behind an alarm that is not settled, and tells which of them are the panel repeating itself.
 *
 * A panel that gave up waiting begins anew with its account block. That one is not answered on its own: the panel would be
 * one answer ahead, and the next alarm answered unstored.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaWaiting } from "./session_waiting.ts";
 *
 * const raw = Uint8Array.fromHex("40308f");
 * const group = { account: "", accountRaw: new Uint8Array(), code: "N", packet: raw, raw };
 * const frame = { ackRequest: true, reverseChannel: false, code: "0", data: new Uint8Array() };
 * const waiting = new SiaWaiting();
 * const behind = { ref: 7, group, raw, wantsAnswer: true };
 * assertEquals(waiting.take({ kind: "frame", offset: 0, frame, raw }, behind, true), [{ kind: "repeat", ref: 7 }]);
 * ```
 */
export class SiaWaiting {
  #frames: Frame[] = [];
  /** The account block, again, behind the unsettled alarm: the panel gave up waiting and begins anew. */
  #restart: Frame | undefined;

  /** Blocks that wait. */
  get length(): number {
    return this.#frames.length;
  }

  /**
   * Takes a block.
   *
   * @param frame The block.
   * @param unsettled The alarm it waits behind.
   * @param wantsAnswer Whether the block is to be answered.
   * @returns `repeat`, a refusal as `too-many-blocks`, or nothing when it waits.
   */
  take(frame: Frame, unsettled: SiaUnsettled, wantsAnswer: boolean): PanelEffect[] {
    const repeat: PanelEffect[] = [{ kind: "repeat", ref: unsettled.ref }];
    // A sender that asks for an answer and repeats without one repeats itself; one that does not ask has no reason to.
    const before = this.#frames.at(-1)?.raw ?? this.#restart?.raw ?? unsettled.raw;
    if (wantsAnswer && sameBytes(before, frame.raw)) return repeat;
    if (wantsAnswer && this.#isRestart(frame, unsettled)) {
      this.#restart = frame;
      return repeat;
    }
    if (this.#restart !== undefined) {
      // It goes on without waiting for an answer: no restart, but a sender that does not wait.
      this.#frames.push(this.#restart);
      this.#restart = undefined;
    }
    if (this.#frames.length >= SIA_MAX_WAITING) return [tooMany(frame)];
    this.#frames.push(frame);
    return [];
  }

  /** Puts a block at the end, whatever it is. */
  push(frame: Frame): void {
    this.#frames.push(frame);
  }

  /** Takes the block whose turn has come. @returns Undefined when none waits. */
  shift(): Frame | undefined {
    return this.#frames.shift();
  }

  /** Forgets that the panel began anew. @returns Whether it did. */
  endRestart(): boolean {
    const restarted = this.#restart !== undefined;
    this.#restart = undefined;
    return restarted;
  }

  #isRestart(frame: Frame, unsettled: SiaUnsettled): boolean {
    return this.#frames.length === 0 && this.#restart === undefined && unsettled.of === undefined &&
      unsettled.wantsAnswer && sameBytes(frame.raw, unsettled.group.accountRaw);
  }
}

function tooMany({ offset, raw }: Frame): PanelEffect {
  return {
    kind: "refused",
    offset,
    rule: "too-many-blocks",
    message:
      `${SIA_MAX_WAITING} blocks wait already for an alarm to be stored. This one is not answered, so that the ` +
      "panel repeats it; check why storing takes so long",
    raw,
  };
}

/** Whether two blocks are the same octets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
