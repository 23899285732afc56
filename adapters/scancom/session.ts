/**
 * The conversation with a panel, or the board behind it, that sends Fast Format lines.
 *
 * @module
 */
import { AlarmQueue } from "../alarm_queue.ts";
import { applyQuirk, type Quirk } from "../quirk.ts";
import type {
  AlarmOutcome,
  Framed,
  PanelAlarm,
  PanelEffect,
  PanelSession,
  PanelSessionOptions,
  Refusal,
} from "../contract.ts";
import { writeEventData } from "./event_data.ts";
import type { ScancomChannel } from "../../src/event/tables/scancom.ts";
import { type ScancomChannels, scancomEventDrafts, type ScancomMeaning } from "./event_draft.ts";
import { ScancomFramer } from "./framer.ts";
import type { Scancom, ScancomLayout } from "./message.ts";
import { foldSite } from "./site_state.ts";
import { ScancomSites } from "./sites.ts";
import type { ScancomText } from "./text.ts";

/** Settings of {@link ScancomSession}. */
export interface ScancomSessionOptions extends PanelSessionOptions, ScancomLayout, ScancomMeaning {
  /** What single sites connected to their channels, by account; before the names of the input. */
  meaningByAccount?: Readonly<Record<string, ScancomMeaning>>;
  /** The sites' channels; hand in one per input, so that it outlives a connection. A fresh one when absent. */
  sites?: ScancomSites;
  /** What this family of panels does in its own way; settings of the input go before its options. */
  quirk?: Quirk;
  /** After this many milliseconds of silence an unfinished line counts as ended; 500 when absent. Our choice. */
  gapMs?: number;
}

/** Acknowledgement of the Sur-Gard and 685 forms (panel-formats.md §2.5, A); for the others our choice. */
const ACK = 0x06;
/** Negative answer of the Sur-Gard form (receiver-outputs.md §1, A); for the others our choice. */
const NAK = 0x15;
/** Messages that wait behind one that is not settled. */
const MAX_WAITING = 64;
/** Refusals that are no disturbed message: an answer would only make the other side talk on. */
const UNANSWERED = new Set(["noise", "line-too-long", "unknown-form"]);

/**
 * One panel's conversation: each message is an alarm, complete at once. ACK (0x06) when it is accepted, NAK (0x15) when
 * it failed or could not be read.
 *
 * Every message is an alarm, one in which nothing is new too: it goes to the centre with its octets. Which events it holds
 * depends on what was accepted before (see `scancomEventDrafts`), so the sites' channels change only when an alarm is
 * accepted: a message that failed and is sent again makes the same events again.
 *
 * Order, repeats and limits are those of `AlarmQueue`, 64 messages waiting at most.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ScancomSession } from "./session.ts";
 *
 * const session = new ScancomSession({ accountDigits: 6 });
 * const [alarm] = session.feed(new TextEncoder().encode("123456155555557\r\n"), 0);
 * assertEquals(alarm?.kind === "alarm" && alarm.alarm.events[0]?.label, "Alarm: fire");
 * assertEquals(session.settle(1, "accepted", 5), [{ kind: "send", bytes: Uint8Array.of(0x06) }]);
 * ```
 */
export class ScancomSession implements PanelSession {
  readonly #options: ScancomSessionOptions;
  readonly #framer: ScancomFramer;
  readonly #sites: ScancomSites;
  readonly #queue = new AlarmQueue<Scancom>("messages", MAX_WAITING);
  #gapEnds: number | undefined;
  #ended = false;

  /** Starts a conversation. @param options Layout, names of the channels, and what is known of the sites. */
  constructor(options: ScancomSessionOptions = {}) {
    this.#options = { ...quirkOptions(options.quirk), ...options };
    this.#framer = new ScancomFramer(this.#options);
    this.#sites = options.sites ?? new ScancomSites();
  }

  /** When an unfinished line counts as ended, in ms since the epoch; undefined when nothing is buffered. */
  get nextTick(): number | undefined {
    return this.#gapEnds;
  }

  /**
   * Takes bytes from the panel.
   *
   * @param bytes Any part of the stream.
   * @param now Milliseconds since the epoch.
   * @returns Alarms, repeats, refusals and negative answers. Never throws.
   */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#ended) return [];
    const effects = this.#take(this.#framer.feed(bytes));
    this.#gapEnds = this.#framer.buffered > 0 ? now + (this.#options.gapMs ?? 500) : undefined;
    return effects;
  }

  /**
   * Lets time pass.
   *
   * @param now Milliseconds since the epoch.
   * @returns What the silence completed or refused.
   */
  tick(now: number): PanelEffect[] {
    if (this.#gapEnds === undefined || now < this.#gapEnds) return [];
    this.#gapEnds = undefined;
    return this.#take(this.#framer.flush());
  }

  /**
   * Answers an alarm.
   *
   * @param ref The alarm's number.
   * @param outcome What became of it.
   * @returns The answer to the panel, and the next alarm if one waits. Nothing for an unknown number.
   */
  settle(ref: number, outcome: AlarmOutcome, _now: number): PanelEffect[] {
    const settled = this.#queue.settle(ref, outcome);
    if (settled === undefined) return [];
    const { tag, accepted } = settled;
    if (accepted) this.#sites.set(tag.account, foldSite(this.#sites.get(tag.account), tag));
    return [answer(accepted ? ACK : NAK), ...this.#queue.next()];
  }

  /**
   * The connection ended.
   *
   * @returns The messages that had come whole and were waiting, and the refusal of what had not. Nothing is sent.
   */
  end(_now: number): PanelEffect[] {
    if (this.#ended) return [];
    const rest = this.#take(this.#framer.flush()).filter((effect) => effect.kind !== "send");
    this.#ended = true;
    this.#gapEnds = undefined;
    return [...rest, ...this.#queue.end()];
  }

  #take(found: (Framed<ScancomText> | Refusal)[]): PanelEffect[] {
    const effects: PanelEffect[] = [];
    for (const item of found) {
      if (item.kind === "frame") {
        const { raw, offset } = item;
        const scancom = this.#named(item.frame.scancom);
        const alarms = [() => this.#alarm(scancom, item)];
        effects.push(...this.#queue.take({ raw, offset, alarms, tag: scancom }));
        continue;
      }
      effects.push(item);
      // While an alarm is being stored the panel would take a negative answer for the alarm's.
      if (!UNANSWERED.has(item.rule) && !this.#queue.busy) effects.push(answer(NAK));
    }
    return effects;
  }

  #named(scancom: Scancom): Scancom {
    return scancom.account === "" ? { ...scancom, account: this.#options.defaultAccount ?? "" } : scancom;
  }

  #alarm(scancom: Scancom, { frame, raw }: Framed<ScancomText>): PanelAlarm {
    const { meaningByAccount = {}, channelNames, lowBatteryStatus } = this.#options;
    const own = Object.hasOwn(meaningByAccount, scancom.account)
      ? meaningByAccount[scancom.account]
      : undefined;
    return {
      events: applyQuirk(
        this.#options.quirk,
        scancomEventDrafts(scancom, raw, {
          ...(channelNames === undefined ? {} : { channelNames }),
          ...(lowBatteryStatus === undefined ? {} : { lowBatteryStatus }),
          ...own,
          state: this.#sites.get(scancom.account),
          flags: frame.flags,
        }),
      ),
      protocol: "scancom",
      data: writeEventData(scancom),
      raw,
      complete: true,
    };
  }
}

/** The options of a quirk that this session knows. */
function quirkOptions(quirk: Quirk | undefined): ScancomLayout & ScancomMeaning {
  if (quirk === undefined) return {};
  const { accountDigits, channelCount, channelNames, lowBatteryStatus } = quirk.options;
  return {
    ...(typeof accountDigits === "number" ? { accountDigits } : {}),
    ...(typeof channelCount === "number" ? { channelCount } : {}),
    ...(typeof lowBatteryStatus === "boolean" ? { lowBatteryStatus } : {}),
    ...(typeof channelNames === "object" && channelNames !== null
      ? { channelNames: channelsOf(channelNames) }
      : {}),
  };
}

function channelsOf(json: object): ScancomChannels {
  const channels: Record<string, ScancomChannel> = {};
  for (const [number, named] of Object.entries(json)) {
    const { name, openClose }: Record<string, unknown> = { ...named };
    if (typeof name === "string") channels[number] = { name, openClose: openClose === true };
  }
  return channels;
}

function answer(octet: number): PanelEffect {
  return { kind: "send", bytes: Uint8Array.of(octet) };
}
