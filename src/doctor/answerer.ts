/**
 * Answers a panel in its language, so that it says more than its first message.
 *
 * @module
 */
import { ContactIdSession } from "../../adapters/contact_id/mod.ts";
import type { EventDraft } from "../event/alarm_event.ts";
import type { PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { type Dc09Random, Dc09Session } from "../../adapters/dc09/mod.ts";
import { ScancomSession } from "../../adapters/scancom/mod.ts";
import { TexecomSession } from "../../adapters/texecom/mod.ts";
import { Vds2465SerialSession, Vds2465TcpSession } from "../../adapters/vds2465/mod.ts";
import { SiaAckSearch } from "./ack_styles.ts";
import { type DoctorKeys, NO_KEYS } from "./examination_options.ts";
import type { InputLanguage, Score } from "./score.ts";

/** A connection on which nothing comes for so long may be VdS 2465, where the receiver speaks first, ms. Ours. */
export const SPEAK_FIRST_AFTER = 2000;
/** Octets that are kept for the session that will answer them. */
const MOST_WAITING = 16 * 1024;
/** Alarms named in the report. */
const MOST_NAMED = 10;

/** Settings of an {@link Answerer}. */
export interface AnswererOptions {
  /** Keys to try. */
  keys?: DoctorKeys;
  /** Random octets, for the pads of encrypted answers. */
  random: Dc09Random;
  /** The stream is made of datagrams. @default {false} */
  datagrams?: boolean;
  /** Begins the talk when the other side does not: TCP, for VdS 2465. @default {false} */
  speakFirst?: boolean;
  /** {@link Answerer.nextAckStyle} of the connection before. @default {0} */
  firstAckStyle?: number;
}

/**
 * One stream's receiver: waits until the language is probable, then runs its session and accepts every alarm.
 *
 * An acknowledged alarm is a lost alarm: it is accepted here and goes nowhere. So this is used only when asked for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Answerer } from "./answerer.ts";
 * import { Score } from "./score.ts";
 *
 * const answerer = new Answerer({ random: (octets) => new Uint8Array(octets) }, 0);
 * const message = new TextEncoder().encode("1234181130010019\r\n");
 * assertEquals(answerer.feed(message, 0, undefined), []);
 * const answers = answerer.feed(new Uint8Array(), 1, new Score("contact-id", { form: "digits" }));
 * assertEquals(answers.map((bytes) => bytes.toHex()), ["06"]);
 * assertEquals(answerer.acknowledged, ["account 1234: 130 Burglary, zone 001"]);
 * ```
 */
export class Answerer {
  /** Alarms that were accepted, in words; the first ones. */
  readonly acknowledged: string[] = [];
  /** How many these were in all. */
  acknowledgedCount = 0;
  /** The other side is to be hung up on: it has said goodbye, or cannot be read. */
  closing = false;
  readonly #options: AnswererOptions;
  #language: InputLanguage | undefined;
  #session: PanelSession | undefined;
  #waiting: Uint8Array[] = [];
  #waitingOctets = 0;
  #speakAt: number | undefined;

  /** @param options Keys and chance. @param now When the stream began, ms since the epoch. */
  constructor(options: AnswererOptions, now: number) {
    this.#options = options;
    if (options.speakFirst === true) this.#speakAt = now + SPEAK_FIRST_AFTER;
  }

  /** The form of SIA acknowledgements that the panel took. */
  get ackStyle(): string | undefined {
    return this.#session instanceof SiaAckSearch ? this.#session.understood : undefined;
  }

  /** What the panel's next connection shall begin with; undefined when this one said nothing about it. */
  get nextAckStyle(): number | undefined {
    return this.#session instanceof SiaAckSearch ? this.#session.next : undefined;
  }

  /** When {@link tick} wants to be called, ms since the epoch. */
  get nextTick(): number | undefined {
    return this.#speakAt ?? this.#session?.nextTick;
  }

  /**
   * Takes what the panel said.
   *
   * @param bytes The octets; one datagram, with that option.
   * @param now ms since the epoch.
   * @param language The language by now, when it is at least probable.
   * @returns What to send.
   */
  feed(bytes: Uint8Array, now: number, language: Score | undefined): Uint8Array[] {
    if (bytes.length > 0) this.#speakAt = undefined;
    if (language !== undefined && language.language !== this.#language) {
      this.#language = language.language;
      this.#session = this.#make(language);
      const waiting = this.#waiting;
      this.#waiting = [];
      const sent = waiting.flatMap((part) => this.#take(this.#session!.feed(part, now), now));
      return [...sent, ...this.feed(bytes, now, undefined)];
    }
    if (this.#session === undefined) {
      this.#waitingOctets += bytes.length;
      if (bytes.length > 0 && this.#waitingOctets <= MOST_WAITING) this.#waiting.push(bytes);
      return [];
    }
    if (this.#language === undefined) this.#waiting.push(bytes);
    return bytes.length === 0 ? [] : this.#take(this.#session.feed(bytes, now), now);
  }

  /** Lets time pass. @param now ms since the epoch. @returns What to send. */
  tick(now: number): Uint8Array[] {
    if (this.#speakAt !== undefined) {
      if (now < this.#speakAt) return [];
      this.#speakAt = undefined;
      this.#language = "vds2465-tcp";
      this.#session = this.#vdsTcp();
    }
    return this.#session === undefined ? [] : this.#take(this.#session.tick(now), now);
  }

  #take(effects: readonly PanelEffect[], now: number): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (const effect of effects) {
      if (effect.kind === "send") out.push(effect.bytes);
      if (effect.kind === "close") this.closing = true;
      if (effect.kind !== "alarm" && effect.kind !== "text") continue;
      if (effect.kind === "alarm") this.#name(effect.alarm.events);
      out.push(...this.#take(this.#session!.settle(effect.ref, "accepted", now), now));
    }
    return out;
  }

  #name(events: readonly EventDraft[]): void {
    this.acknowledgedCount++;
    if (this.acknowledged.length >= MOST_NAMED) return;
    const words = events.slice(0, 3).map(({ code, label, zone, user }) => {
      const where = zone !== undefined ? `, zone ${zone}` : user !== undefined ? `, user ${user}` : "";
      return `${code} ${label}${where}`;
    });
    const account = events[0]?.account ?? "";
    this.acknowledged.push(`${account === "" ? "" : `account ${account}: `}${words.join("; ")}`);
  }

  #make({ language, settings }: Score): PanelSession {
    const digits = typeof settings["account_digits"] === "number"
      ? { accountDigits: settings["account_digits"] }
      : {};
    switch (language) {
      case "sia":
        return new SiaAckSearch(this.#options.firstAckStyle);
      case "contact-id":
        return new ContactIdSession({ ...digits, input: settings["form"] === "text" ? "text" : "digits" });
      case "texecom":
        return new TexecomSession({});
      case "scancom":
        return new ScancomSession({});
      case "vds2465-serial":
        return new Vds2465SerialSession({});
      case "vds2465-tcp":
        return this.#vdsTcp();
      case "dc09":
        return this.#dc09();
    }
  }

  #vdsTcp(): PanelSession {
    const { vds } = this.#options.keys ?? NO_KEYS;
    return new Vds2465TcpSession({ keys: vds, allowPlain: true });
  }

  #dc09(): PanelSession {
    const { dc09 } = this.#options.keys ?? NO_KEYS;
    const all = dc09.filter(({ account }) => account === "*").flatMap(({ keys }) => [...keys]);
    const keys = new Map(
      dc09.filter(({ account }) => account !== "*").map(({ account, keys }) => [account, keys]),
    );
    return new Dc09Session({
      datagrams: this.#options.datagrams === true,
      encryption: { key: all, keys, random: this.#options.random },
    });
  }
}
