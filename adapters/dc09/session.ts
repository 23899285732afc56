/**
 * The conversation with a panel that sends SIA DC-09, over TCP or in datagrams.
 *
 * @module
 */
import { markRepeat } from "../../src/delivery/repeat_mark.ts";
import type { AlarmOutcome, Framed, PanelAlarm, PanelEffect, PanelSession, Refusal } from "../contract.ts";
import { ScancomSites } from "../scancom/sites.ts";
import { accountKey, splitAccount } from "./account.ts";
import { dc09Meaning } from "./alarm.ts";
import { dc09Answer, dc09Nak } from "./answer.ts";
import { compareClock } from "./clock.ts";
import type { Dc09CrcForm, Dc09Frame } from "./frame.ts";
import { Dc09Framer } from "./framer.ts";
import { type Dc09Head, isAnswer } from "./head.ts";
import type { Dc09Key } from "./key.ts";
import { Dc09Memory } from "./memory.ts";
import { type Dc09Message, parseDc09 } from "./message.ts";
import { Dc09Repeats } from "./repeats.ts";
import { rememberAccepted } from "./scancom_sites.ts";
import type { Dc09SessionOptions } from "./session_options.ts";
import { readTimestamp } from "./timestamp.ts";

/** Only the CR is missing: not waited for longer than this, ms. Ours. */
const CR_WAIT = 200;
/** Alarms that may wait for their outcome. */
export const DC09_MAX_OPEN = 64;
/** Keys tried for an account that is not configured. */
const MAX_TRIED = 32;

/** What is needed to answer a message. */
interface Asked {
  head: Dc09Head;
  crc: Dc09CrcForm;
  key: Dc09Key | undefined;
}

/** An alarm that is being stored. */
interface OpenAlarm extends Asked {
  message: Dc09Message;
  alarm: PanelAlarm;
}

/**
 * Talks to a panel that sends SIA DC-09.
 *
 * An alarm is acknowledged only when {@link settle} says that it is accepted; when it failed, the panel gets a NAK and
 * sends it again. Polls are answered at once. A message that cannot be processed gets a DUH (`unknown-token`, `no-key`,
 * `wrong-key`, `bad-cipher`, `not-encrypted` if refused); what is damaged gets no answer, as the standard has it, and the
 * panel repeats it. Answers repeat the numbers of the question, in its CRC form, and are encrypted if it was.
 *
 * The same message again is a repeat: answered when its alarm is, or at once if that was acknowledged, and never a second
 * alarm, see `Dc09Repeats`; over another connection or from another port, see `Dc09Memory`. Up to 64 alarms may be open; one more is refused as `too-many-waiting` and not answered.
 *
 * Alarms are kept whatever their clock, code or account; flags say what was odd: the quirks of frame and message,
 * `clock-off`, `unknown-account`, `other-account-in-data`, `not-encrypted`, `possible-duplicate`, `unknown-token`,
 * `alarm-in-null`, `unreadable-event`.
 *
 * Rules of refusals: those of `Dc09Framer` and `parseDc09`, and `unknown-token`, `stray-answer`, `clock`,
 * `not-encrypted`, `unknown-account` (encrypted, and no key fits), `too-many-waiting`; `dc09Fault` tells where to look. Source: receiver-outputs.md §7.1, §7.2 (A).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Session } from "./session.ts";
 *
 * const session = new Dc09Session();
 * const [effect] = session.feed(new TextEncoder().encode('\n02920023"SIA-DCS"0001L0#1234[#1234|Nri1BA5]\r'), 0);
 * assertEquals(effect?.kind === "alarm" && effect.alarm.events[0]?.code, "BA");
 * const [answer] = session.settle(1, "accepted", 5);
 * assertEquals(
 *   answer?.kind === "send" && new TextDecoder().decode(answer.bytes),
 *   '\n1BC10012"ACK"0001L0#1234[]\r',
 * );
 * ```
 */
export class Dc09Session implements PanelSession {
  readonly #options: Dc09SessionOptions;
  readonly #accounts: ReadonlySet<string> | undefined;
  readonly #keys: ReadonlyMap<string, readonly Dc09Key[]>;
  readonly #closing: boolean | ReadonlySet<string>;
  readonly #sites: ScancomSites;
  readonly #framer = new Dc09Framer();
  readonly #repeats = new Dc09Repeats();
  readonly #memory: Dc09Memory;
  readonly #open = new Map<number, OpenAlarm>();
  #nextRef = 1;
  #gapEnds: number | undefined;
  #ended = false;

  /** Starts a conversation. @param options Keys, accounts and what to tolerate. */
  constructor(options: Dc09SessionOptions = {}) {
    this.#options = options;
    this.#memory = options.memory ?? new Dc09Memory();
    this.#accounts = options.accounts === undefined ? undefined : new Set(options.accounts.map(accountKey));
    this.#keys = new Map(
      [...options.encryption?.keys ?? []].map(([account, keys]) => [accountKey(account), keys]),
    );
    const { closeAfterAck = false, sites = new ScancomSites() } = options;
    this.#closing = typeof closeAfterAck === "boolean"
      ? closeAfterAck
      : new Set(closeAfterAck.map(accountKey));
    this.#sites = sites;
  }

  /** When an unfinished frame is given up, in ms since the epoch; undefined when nothing is buffered. */
  get nextTick(): number | undefined {
    return this.#gapEnds;
  }

  /**
   * Takes bytes from the panel.
   *
   * @param bytes Any part of the stream; one whole datagram with the option `datagrams`.
   * @param now Milliseconds since the epoch.
   * @returns Alarms, answers to polls, repeats and refusals. Never throws.
   */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#ended) return [];
    const effects: PanelEffect[] = [];
    this.#take(this.#framer.feed(bytes), now, effects);
    if (this.#options.datagrams === true) this.#take(this.#framer.flush(), now, effects);
    const wait = this.#framer.whole ? CR_WAIT : this.#options.gapMs ?? 10_000;
    this.#gapEnds = this.#framer.buffered > 0 ? now + wait : undefined;
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
    const effects: PanelEffect[] = [];
    this.#take(this.#framer.flush(), now, effects);
    return effects;
  }

  /**
   * Answers an alarm.
   *
   * @param ref The alarm's number.
   * @param outcome What became of it.
   * @param now Milliseconds since the epoch.
   * @returns The answer to the panel; nothing for an unknown number.
   */
  settle(ref: number, outcome: AlarmOutcome, now: number): PanelEffect[] {
    const asked = this.#open.get(ref);
    if (this.#ended || asked === undefined) return [];
    this.#open.delete(ref);
    this.#repeats.settled(ref, outcome === "accepted");
    this.#memory.settled(asked.message, outcome === "accepted");
    if (outcome === "failed") return [{ kind: "send", bytes: dc09Nak({ now, crc: asked.crc }) }];
    rememberAccepted(this.#sites, asked.alarm);
    const effects: PanelEffect[] = [];
    this.#acknowledge(asked, now, effects);
    return effects;
  }

  /**
   * The connection ended.
   *
   * @param now Milliseconds since the epoch.
   * @returns The alarm that had come whole but for its CR, or the refusal of what had not. Nothing is sent.
   */
  end(now: number): PanelEffect[] {
    if (this.#ended) return [];
    const effects: PanelEffect[] = [];
    this.#take(this.#framer.flush(), now, effects);
    this.#ended = true;
    this.#gapEnds = undefined;
    this.#open.clear();
    return effects.filter((effect) => effect.kind !== "send" && effect.kind !== "close");
  }

  #take(found: (Framed<Dc09Frame> | Refusal)[], now: number, effects: PanelEffect[]): void {
    for (const item of found) {
      if (item.kind === "frame") this.#frame(item, now, effects);
      else effects.push(item);
    }
  }

  #frame(item: Framed<Dc09Frame>, now: number, effects: PanelEffect[]): void {
    const { content, crc } = item.frame;
    const read = parseDc09(content, (head) => this.#keysFor(head));
    if (!read.ok) {
      const strange = read.rule === "wrong-key" &&
        this.#configuredKeys(read.head?.account ?? "").length === 0;
      effects.push(
        strange ? strangeAccount(item, read.head?.account) : refusal(item, read.rule, read.message),
      );
      // The key is not known, so the DUH goes out in clear.
      if (read.head !== undefined && !isAnswer(read.head.id)) {
        effects.push({ kind: "send", bytes: dc09Answer("DUH", read.head, { now, crc }) });
      }
      return;
    }
    const { message } = read;
    if (isAnswer(message.id)) {
      effects.push(refusal(
        item,
        "stray-answer",
        `Got ${message.id}, which only receivers send. Check that the panel's receiver address is not that of another ` +
          "panel or of a test program",
      ));
      return;
    }
    const asked: Asked = { head: message, crc, key: read.key };
    if (!this.#allowed(item, message, asked, now, effects)) return;
    this.#message(item, message, asked, now, effects);
  }

  /** Clock and encryption, as far as the options make them a condition. */
  #allowed(
    item: Framed<Dc09Frame>,
    message: Dc09Message,
    asked: Asked,
    now: number,
    effects: PanelEffect[],
  ): boolean {
    if (this.#options.clear === "refuse" && this.#inClear(message)) {
      effects.push(
        refusal(
          item,
          "not-encrypted",
          `Account ${
            JSON.stringify(message.account ?? "")
          } has a key here, but the message came in clear, which is set ` +
            "to be refused. Switch encryption on in the panel, with the same key",
        ),
        this.#send("DUH", asked, now),
      );
      return false;
    }
    const clock = clockOf(message, now);
    if (this.#options.clock === "nak" && clock !== undefined && !clock.inWindow) {
      effects.push(
        refusal(
          item,
          "clock",
          `The panel's clock is ${clock.words} of ours, 40 s behind to 20 s ahead is allowed. It was told our time ` +
            "(NAK) and should send again; if this repeats, set the panel's clock and its time zone (DC-09 uses UTC)",
        ),
        { kind: "send", bytes: dc09Nak({ now, crc: asked.crc }) },
      );
      return false;
    }
    return true;
  }

  #message(
    item: Framed<Dc09Frame>,
    message: Dc09Message,
    asked: Asked,
    now: number,
    effects: PanelEffect[],
  ): void {
    const account = this.#accountOf(message);
    const flags = this.#flagsOf(item.frame, message, account, now);
    const { meaningOf } = this.#options;
    const channels = { sites: this.#sites, ...(meaningOf === undefined ? {} : { meaningOf }) };
    const meaning = dc09Meaning(message, { account, raw: item.raw, flags, ...channels });
    if (meaning.kind === "unknown-token") {
      effects.push(
        refusal(
          item,
          "unknown-token",
          `The panel sends "${message.id}", and its data is neither SIA nor Contact ID. Set it to SIA-DCS or ADM-CID`,
        ),
        this.#send("DUH", asked, now),
      );
      return;
    }
    if (meaning.kind === "poll") {
      effects.push({
        kind: "poll",
        ...(account === "" ? {} : { account }),
        detail: detailOf(message, flags, now),
      });
      this.#acknowledge(asked, now, effects);
      return;
    }
    const novelty = this.#repeats.look(message, now);
    if (novelty.kind === "repeat") {
      effects.push({ kind: "repeat", ref: novelty.ref });
      if (novelty.settled) this.#acknowledge(asked, now, effects);
      return;
    }
    const known = novelty.kind === "new" ? this.#memory.look(message, now) : novelty.kind;
    if (known === "repeat") {
      effects.push({ kind: "repeat", ref: 0 });
      this.#acknowledge(asked, now, effects);
      return;
    }
    if (this.#open.size >= DC09_MAX_OPEN) {
      effects.push(refusal(
        item,
        "too-many-waiting",
        `${DC09_MAX_OPEN} alarms wait to be stored, so this one was not taken and not acknowledged. The panel sends it ` +
          "again; check that Tocsin can store",
      ));
      return;
    }
    const { alarm } = meaning;
    const ref = this.#nextRef++;
    this.#open.set(ref, { ...asked, message, alarm });
    this.#repeats.add(message, ref, now);
    this.#memory.add(message, now);
    effects.push({ kind: "alarm", ref, alarm: known === "new" ? alarm : possibleDuplicate(alarm) });
  }

  #flagsOf(frame: Dc09Frame, message: Dc09Message, account: string, now: number): string[] {
    const flags: string[] = [...frame.quirks, ...message.quirks];
    if (clockOf(message, now)?.inWindow === false) flags.push("clock-off");
    if (this.#inClear(message)) flags.push("not-encrypted");
    if (this.#accounts !== undefined && !this.#accounts.has(accountKey(account))) {
      flags.push("unknown-account");
    }
    const inner = splitAccount(message.data).account ?? "";
    const known = message.account ?? "";
    const differs = known !== "" && !/^0*$/.test(inner) && accountKey(inner) !== accountKey(known);
    if (differs) flags.push("other-account-in-data");
    return flags;
  }

  #accountOf(message: Dc09Message): string {
    const inner = splitAccount(message.data).account ?? "";
    const inData = /^0*$/.test(inner) ? "" : inner;
    const inHead = message.account ?? "";
    const [first, second] = this.#options.account === "data" ? [inData, inHead] : [inHead, inData];
    const account = first === "" ? second : first;
    return account === "" ? this.#options.defaultAccount ?? "" : account;
  }

  #inClear(message: Dc09Message): boolean {
    return !message.encrypted && this.#configuredKeys(message.account ?? "").length > 0;
  }

  #configuredKeys(account: string): readonly Dc09Key[] {
    return this.#keys.get(accountKey(account)) ?? this.#options.encryption?.key ?? [];
  }

  /** An account that is spelled wrong shall not cost an alarm: then every key is tried. */
  #keysFor(head: Dc09Head): readonly Dc09Key[] {
    const own = this.#configuredKeys(head.account ?? "");
    if (own.length > 0) return own;
    return [...this.#keys.values()].flat().slice(0, MAX_TRIED);
  }

  #closes({ account = "" }: Dc09Head): boolean {
    return typeof this.#closing === "boolean" ? this.#closing : this.#closing.has(accountKey(account));
  }

  #acknowledge(asked: Asked, now: number, effects: PanelEffect[]): void {
    effects.push(this.#send("ACK", asked, now));
    if (this.#closes(asked.head) && this.#open.size === 0 && this.#options.datagrams !== true) {
      effects.push({
        kind: "close",
        reason: "everything is acknowledged, and closing then is set for this input",
      });
    }
  }

  #send(id: "ACK" | "DUH", { head, crc, key }: Asked, now: number): PanelEffect {
    const random = this.#options.encryption?.random;
    const sealing = key === undefined || random === undefined ? {} : { sealing: { key, random } };
    return { kind: "send", bytes: dc09Answer(id, head, { now, crc, ...sealing }) };
  }
}

/** The mark in the data is the one that reaches the centre. */
function possibleDuplicate(alarm: PanelAlarm): PanelAlarm {
  const events = alarm.events.map((event) => ({
    ...event,
    flags: [...new Set([...event.flags, "possible-duplicate"])].sort(),
  }));
  return { ...alarm, events, data: markRepeat(alarm.protocol, alarm.data) };
}

function refusal({ offset, raw }: Framed<Dc09Frame>, rule: string, message: string): Refusal {
  return { kind: "refused", offset, rule, message, raw };
}

function strangeAccount(item: Framed<Dc09Frame>, account = ""): Refusal {
  return refusal(
    item,
    "unknown-account",
    `Account ${
      JSON.stringify(account)
    } is not among those that have a key here, and its encrypted message opens with ` +
      "none of the keys. Check the account set in the panel",
  );
}

function clockOf({ timestamp }: Dc09Message, now: number): { inWindow: boolean; words: string } | undefined {
  const stamp = timestamp === undefined ? undefined : readTimestamp(timestamp);
  return stamp === undefined ? undefined : compareClock(stamp, now);
}

function detailOf(message: Dc09Message, flags: readonly string[], now: number): string {
  const clock = clockOf(message, now);
  const parts = [
    `${message.id} ${message.sequence}${message.encrypted ? ", encrypted" : ""}`,
    ...(clock === undefined ? [] : [`clock ${clock.words}`]),
    ...flags,
  ];
  return parts.join(", ");
}
