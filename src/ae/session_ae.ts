/**
 * Automation software that is a receiver of panels' own languages.
 *
 * @module
 */
import type { PanelAlarm, PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { dc07Line } from "../../adapters/dc07/message.ts";
import type { AeEffect, AePeer, AeRecord } from "./ae_peer.ts";
import { keyOfEvents } from "./alarm_memory.ts";
import type { AeShared } from "./framed_ae.ts";

/** A language whose receiving side is a panel session. */
export interface SessionLanguage {
  /** Begins a connection. */
  session(): PanelSession;
  /** What an acknowledgement and a refusal are called. */
  readonly words: { taken: string; refused: string };
  /** Whether a sign of life is answered like an alarm. Otherwise this side polls, and goes on with it when it is silent. */
  readonly answersPolls: boolean;
  /** Whether the octets are text. */
  readonly isText: boolean;
  /** The number that the repeats of an alarm share, if there is one. */
  stamp?(raw: Uint8Array): string | undefined;
}

/** Alarms whose repeats are recognised by the session. */
const MOST_KNOWN = 256;

/**
 * Takes alarms as a receiver of panels does, and settles each one at once, as the verdict says.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeVerdicts } from "./ae_verdicts.ts";
 * import { AlarmMemory } from "./alarm_memory.ts";
 * import { dc09Ae } from "./dc09_ae.ts";
 * import { SessionAe } from "./session_ae.ts";
 *
 * const peer = new SessionAe(dc09Ae(), { verdicts: new AeVerdicts({ naks: 1 }), memory: new AlarmMemory() });
 * peer.connected(0);
 * const [got] = peer.feed(new TextEncoder().encode('\n02920023"SIA-DCS"0001L0#1234[#1234|Nri1BA5]\r'), 0);
 * assertEquals(got?.kind === "record" && [got.record.account, got.record.answer], ["1234", "NAK"]);
 * ```
 */
export class SessionAe implements AePeer {
  readonly #language: SessionLanguage;
  readonly #shared: AeShared;
  readonly #known = new Map<number, AeRecord>();
  #session: PanelSession | undefined;

  /** Starts without a connection. @param language What is spoken. @param shared What all connections share. */
  constructor(language: SessionLanguage, shared: AeShared) {
    this.#language = language;
    this.#shared = shared;
  }

  /** When the session wants to be called. */
  get nextTick(): number | undefined {
    return this.#session?.nextTick;
  }

  /** Begins a session; where this side speaks first, it does. */
  connected(now: number): AeEffect[] {
    const effects = this.disconnected(now);
    this.#session = this.#language.session();
    return [...effects, ...this.tick(now)];
  }

  /** Ends the session. */
  disconnected(now: number): AeEffect[] {
    const effects = this.#take(this.#session?.end(now) ?? [], now);
    this.#session = undefined;
    this.#known.clear();
    return effects.filter(({ kind }) => kind === "refused" || kind === "record");
  }

  /** Takes octets from the transmitter. */
  feed(bytes: Uint8Array, now: number): AeEffect[] {
    return this.#take(this.#session?.feed(bytes, now) ?? [], now);
  }

  /** Lets time pass: polls, gaps. */
  tick(now: number): AeEffect[] {
    return this.#take(this.#session?.tick(now) ?? [], now);
  }

  #take(effects: PanelEffect[], now: number): AeEffect[] {
    const out: AeEffect[] = [];
    const { answersPolls, words } = this.#language;
    /** The message that the next octets answer. */
    let answered: AeRecord | undefined;
    for (const effect of effects) {
      switch (effect.kind) {
        case "alarm":
        case "text":
          out.push(...this.#alarm(effect.ref, effect.alarm, now));
          break;
        case "repeat":
          answered = this.#again(effect.ref, now);
          out.push({ kind: "record", record: answered });
          break;
        case "poll": {
          const taken = this.#shared.verdicts.next("heartbeat") === "take" && answersPolls;
          answered = message("heartbeat", effect.account ?? "", effect.detail, now);
          Object.assign(answered, { taken, answer: taken ? words.taken : "nothing" });
          out.push({ kind: "record", record: answered });
          break;
        }
        case "send": {
          const isSilent = answersPolls && this.#shared.verdicts.next("other") === "ignore";
          const answers = answersPolls ? answered : undefined;
          answered = undefined;
          if (isSilent) break;
          if (answers?.kind === "alarm") Object.assign(answers, { taken: true, answer: words.taken });
          out.push({ kind: "send", bytes: effect.bytes, ...(answers === undefined ? {} : { answers }) });
          break;
        }
        case "refused":
        case "close":
          out.push(effect);
      }
    }
    return out;
  }

  #alarm(ref: number, alarm: PanelAlarm, now: number): AeEffect[] {
    const { verdicts, memory } = this.#shared;
    const { words, isText } = this.#language;
    const { events, raw } = alarm;
    const stamp = this.#language.stamp?.(raw);
    const marked = events.some(({ flags }) => flags.includes("possible-duplicate"));
    const says = { marked, ...(stamp === undefined ? {} : { stamp }) };
    const record: AeRecord = {
      ...message("alarm", events[0]?.account ?? "", isText ? dc07Line(raw) : raw.toHex(), now),
      events,
      raw,
      repeat: memory.repeat(keyOfEvents(events), says),
    };
    this.#known.set(ref, record);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value ?? 0);
    const verdict = verdicts.next("alarm");
    if (verdict === "ignore") return [{ kind: "record", record }];
    const taken = verdict === "take";
    Object.assign(record, { taken, answer: taken ? words.taken : words.refused });
    const settled = this.#session?.settle(ref, taken ? "accepted" : "failed", now) ?? [];
    const rest = this.#take(settled, now);
    const answer = rest.find((effect) => effect.kind === "send");
    if (answer?.kind === "send") answer.answers = record;
    return [{ kind: "record", record }, ...rest];
  }

  /** What the session knew for a repeat. */
  #again(ref: number, now: number): AeRecord {
    const known = this.#known.get(ref) ?? message("alarm", "", "a repeat", now);
    return { ...known, at: now, repeat: "marked", answer: "nothing", taken: false };
  }
}

function message(kind: AeRecord["kind"], account: string, text: string, at: number): AeRecord {
  return {
    kind,
    account,
    events: [],
    text,
    raw: new Uint8Array(),
    at,
    repeat: "none",
    answer: "nothing",
    taken: false,
  };
}
