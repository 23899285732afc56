/**
 * The conversation with a panel, or the board behind it, that sends Fast Format lines.
 *
 * @module
 */
import { AlarmQueue } from "../alarm_queue.ts";
import type { Framed, PanelAlarm, PanelEffect } from "../contract.ts";
import { LineSession } from "../line_session.ts";
import { lineWork } from "../line_work.ts";
import { applyQuirk } from "../quirk.ts";
import { QuirkChooser } from "../quirk_choice.ts";
import { QuirkFramer } from "../quirk_framer.ts";
import { writeEventData } from "./event_data.ts";
import { scancomEventDrafts } from "./event_draft.ts";
import { ScancomFramer } from "./framer.ts";
import type { Scancom } from "./message.ts";
import { scancomQuirks } from "./quirks.ts";
import { scancomQuirkOptions, type ScancomSessionOptions } from "./session_options.ts";
import { foldSite } from "./site_state.ts";
import { ScancomSites } from "./sites.ts";
import type { ScancomText } from "./text.ts";

export type { ScancomSessionOptions } from "./session_options.ts";

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
 * Order, repeats and limits are those of `AlarmQueue`, 64 messages waiting at most. What the settings do not say comes
 * from the quirk; digits do not tell whose they are, so it has to be named, for all or by account.
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
export class ScancomSession extends LineSession {
  readonly #quirks: QuirkChooser;

  /**
   * Starts a conversation.
   *
   * @param options Layout, names of the channels, and what is known of the sites.
   * @throws {RangeError} When no quirk has a name that the options give.
   */
  constructor(options: ScancomSessionOptions = {}) {
    const quirks = new QuirkChooser(scancomQuirks, options.quirks, options.quirk);
    super(scancomWork(options, quirks), options.gapMs ?? 500);
    this.#quirks = quirks;
  }

  /** Name of the quirk in force: that of the last message's account, else the named or the found one. */
  get quirkName(): string | undefined {
    return this.#quirks.quirk?.name;
  }
}

function scancomWork(options: ScancomSessionOptions, quirks: QuirkChooser) {
  const sites = options.sites ?? new ScancomSites();
  const queue = new AlarmQueue<Scancom>("messages", MAX_WAITING);
  return lineWork<ScancomText, Scancom>({
    framer: new QuirkFramer(
      quirks,
      (quirk) => new ScancomFramer({ ...scancomQuirkOptions(quirk), ...options }),
    ),
    queue,
    take(message): PanelEffect[] {
      const { raw, offset, frame } = message;
      const account = frame.scancom.account === "" ? options.defaultAccount ?? "" : frame.scancom.account;
      const scancom = { ...frame.scancom, account };
      quirks.hear(account);
      const alarms = [() => alarmOf(scancom, message, options, quirks, sites)];
      return queue.take({ raw, offset, alarms, tag: scancom });
    },
    refuse: ({ rule }) => UNANSWERED.has(rule) ? [] : [send(NAK)],
    answer({ accepted, tag }) {
      if (accepted) sites.set(tag.account, foldSite(sites.get(tag.account), tag));
      return [send(accepted ? ACK : NAK)];
    },
  });
}

function alarmOf(
  scancom: Scancom,
  { frame, raw }: Framed<ScancomText>,
  options: ScancomSessionOptions,
  quirks: QuirkChooser,
  sites: ScancomSites,
): PanelAlarm {
  const { account } = scancom;
  const quirk = quirks.of(account);
  const { meaningByAccount = {}, channelNames, lowBatteryStatus } = {
    ...scancomQuirkOptions(quirk),
    ...options,
  };
  const own = Object.hasOwn(meaningByAccount, account) ? meaningByAccount[account] : undefined;
  return {
    events: applyQuirk(
      quirk,
      scancomEventDrafts(scancom, raw, {
        ...(channelNames === undefined ? {} : { channelNames }),
        ...(lowBatteryStatus === undefined ? {} : { lowBatteryStatus }),
        ...own,
        state: sites.get(account),
        flags: frame.flags,
      }),
    ),
    protocol: "scancom",
    data: writeEventData(scancom),
    raw,
    complete: true,
  };
}

function send(octet: number): PanelEffect {
  return { kind: "send", bytes: Uint8Array.of(octet) };
}
