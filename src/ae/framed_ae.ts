/**
 * Automation software on a line whose every frame is answered.
 *
 * @module
 */
import type { Framer } from "../../adapters/contract.ts";
import { dc07Line } from "../../adapters/dc07/message.ts";
import type { EventDraft } from "../event/alarm_event.ts";
import type { AeEffect, AePeer, AeRecord } from "./ae_peer.ts";
import type { AeVerdicts } from "./ae_verdicts.ts";
import { type AlarmMemory, keyOfEvents } from "./alarm_memory.ts";

/** What a frame means. */
export interface AeMeaning {
  /** As {@link AeRecord.kind}. */
  kind: AeRecord["kind"];
  /** Account; may be empty. */
  account: string;
  /** Its events; may be none. */
  events: EventDraft[];
  /** The frame without its mark of a repeat, for an alarm that has no events. */
  bare?: string;
  /** Whether it says that it may be a repeat. */
  marked: boolean;
  /** The number that its repeats share. */
  stamp?: string;
}

/** A language of framed lines. */
export interface FramedLanguage<F> {
  /** Cuts the frames of one connection. */
  framer(): Framer<F>;
  /** What a frame means. */
  meaning(frame: F, raw: Uint8Array): AeMeaning;
  /** The answer: I have it. */
  ack(frame: F): Uint8Array;
  /** The answer: once more; undefined for a frame that could not be read. */
  nak(frame: F | undefined): Uint8Array;
}

/** What the connections of an AE share. */
export interface AeShared {
  /** What becomes of messages. */
  verdicts: AeVerdicts;
  /** What was heard before. */
  memory: AlarmMemory;
}

/**
 * Answers each frame: ACK, or NAK as long as the verdict says so. What cannot be read is answered with NAK, noise not at all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeVerdicts } from "./ae_verdicts.ts";
 * import { AlarmMemory } from "./alarm_memory.ts";
 * import { FramedAe } from "./framed_ae.ts";
 * import { surGardAe } from "./sur_gard_ae.ts";
 *
 * const peer = new FramedAe(surGardAe(), { verdicts: new AeVerdicts(), memory: new AlarmMemory() });
 * const [got, answer] = peer.feed(new TextEncoder().encode("5011 187037E13001004\x14"), 0);
 * assertEquals(got?.kind === "record" && got.record.events[0]?.code, "130");
 * assertEquals(answer?.kind === "send" && answer.bytes, Uint8Array.of(0x06));
 * ```
 */
export class FramedAe<F> implements AePeer {
  readonly #language: FramedLanguage<F>;
  readonly #shared: AeShared;
  #framer: Framer<F>;

  /** Starts without a connection. @param language What is spoken. @param shared What all connections share. */
  constructor(language: FramedLanguage<F>, shared: AeShared) {
    this.#language = language;
    this.#shared = shared;
    this.#framer = language.framer();
  }

  /** Nothing is timed. */
  readonly nextTick: undefined = undefined;

  /** The AE waits for the receiver to speak. */
  connected(): AeEffect[] {
    this.#framer = this.#language.framer();
    return [];
  }

  /** Half a frame is told. */
  disconnected(): AeEffect[] {
    return this.#framer.flush().filter((item) => item.kind === "refused");
  }

  /** Nothing is timed. */
  tick(): AeEffect[] {
    return [];
  }

  /** Takes octets from the receiver. */
  feed(bytes: Uint8Array, now: number): AeEffect[] {
    const effects: AeEffect[] = [];
    const { verdicts, memory } = this.#shared;
    for (const item of this.#framer.feed(bytes)) {
      if (item.kind === "refused") {
        effects.push(item);
        const ignored = item.rule === "noise" || verdicts.next("other") === "ignore";
        if (!ignored) effects.push({ kind: "send", bytes: this.#language.nak(undefined) });
        continue;
      }
      const { frame, raw } = item;
      const { kind, account, events, bare, marked, stamp } = this.#language.meaning(frame, raw);
      const key = events.length > 0 ? keyOfEvents(events) : bare ?? raw.toHex();
      const says = { marked, ...(stamp === undefined ? {} : { stamp }) };
      const repeat = kind === "alarm" ? memory.repeat(key, says) : "none";
      const verdict = verdicts.next(kind);
      const answer = verdict === "ignore" ? "nothing" : verdict === "take" ? "ACK" : "NAK";
      const taken = verdict === "take";
      const text = dc07Line(raw).replace(/^(?:<LF>)+|(?:<(?:14|CR|1B)>)+$/g, "");
      const record: AeRecord = { kind, account, events, text, raw, at: now, repeat, answer, taken };
      effects.push({ kind: "record", record });
      if (verdict === "ignore") continue;
      const answered = taken ? this.#language.ack(frame) : this.#language.nak(frame);
      effects.push({ kind: "send", bytes: answered, answers: record });
    }
    return effects;
  }
}
