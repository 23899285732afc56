/**
 * The conversation with a panel that sends SIA blocks over TCP or a serial line.
 *
 * @module
 */
import type { AlarmOutcome, Framed, PanelCommand, PanelEffect, PanelSession, Refusal } from "../contract.ts";
import { QuirkFramer } from "../quirk_framer.ts";
import type { SiaBlock } from "./block.ts";
import { blockDetail } from "./block_detail.ts";
import { SiaFramer } from "./framer.ts";
import { siaFunction } from "./function_code.ts";
import type { SiaGroup } from "./group.ts";
import { SiaGroupHead } from "./session_group.ts";
import { lateText } from "./session_late.ts";
import { SiaManner } from "./session_manner.ts";
import { type SiaAccepted, SiaOpenAlarm } from "./session_open.ts";
import type { SiaSessionOptions } from "./session_options.ts";
import { SiaRemote } from "./session_remote.ts";
import { sameBytes, type SiaUnsettled, SiaWaiting } from "./session_waiting.ts";

export type { SiaSessionOptions } from "./session_options.ts";
export { SIA_TEXT_WAIT } from "./session_open.ts";
export { SIA_GROUP_GAP } from "./session_remote.ts";
export { SIA_MAX_WAITING } from "./session_waiting.ts";

/** Idle time after which a broken stream is taken to begin afresh, in ms (panel-formats.md §1.1, C). */
export const SIA_RESYNC_GAP = 250;
/** Idle time inside a block, in ms: shorter than the 2500 ms after which panels repeat (panel-formats.md §1.6; C). */
export const SIA_BLOCK_GAP = 1000;

type Frame = Framed<SiaBlock>;

/**
 * Talks to a panel that sends SIA blocks, as Galaxy and similar panels do (panel-formats.md §1.6, A).
 *
 * Every block is answered on its own, if its header asks for it; an event block only when {@link settle} says that the
 * alarm is accepted. Until then the blocks behind it wait in order. After a parity error one negative answer is sent, and
 * none while an alarm waits for its answer. Blocks of unknown function are acknowledged and reported as poll.
 * A text that no alarm waits for is an alarm of its own: see `lateText`.
 *
 * What the settings do not say comes from the quirk, which the first octets show if no name is given (see `QuirkFramer`).
 *
 * Rules of refusals: those of {@link SiaFramer}, and `too-many-blocks`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeBlock } from "./block.ts";
 * import { SiaSession } from "./session.ts";
 *
 * const session = new SiaSession({ defaultAccount: "1234" });
 * const data = new TextEncoder().encode("BA1");
 * const [effect] = session.feed(writeBlock({ ackRequest: true, reverseChannel: false, code: "N", data }), 0);
 * assertEquals(effect?.kind === "alarm" && effect.alarm.events[0]?.code, "BA");
 * assertEquals(session.settle(1, "accepted", 9), [{ kind: "send", bytes: Uint8Array.fromHex("403887") }]);
 * ```
 */
export class SiaSession implements PanelSession {
  readonly #manner: SiaManner;
  readonly #framer: QuirkFramer<SiaBlock>;
  readonly #remote: SiaRemote;
  readonly #head: SiaGroupHead;
  readonly #waiting = new SiaWaiting();
  readonly #open = new SiaOpenAlarm();
  #unsettled: SiaUnsettled | undefined;
  /** An accepted alarm whose acknowledgement the panel took for that of its restart: it will send the block again. */
  #acceptedAgain: SiaUnsettled | undefined;
  #nextRef = 1;
  #lastByteAt = 0;
  #over = false;

  /**
   * Starts a conversation.
   *
   * @param options Account to fall back on, and how this panel wants its answers.
   * @throws {RangeError} When no quirk has a name that the options give.
   */
  constructor(options: SiaSessionOptions = {}) {
    this.#head = new SiaGroupHead(options.defaultAccount ?? "");
    this.#manner = new SiaManner(options);
    this.#framer = new QuirkFramer(this.#manner.quirks, () => new SiaFramer());
    this.#remote = new SiaRemote(options.remote);
  }

  /** Name of the quirk in force: that of the account if one is set for it, else the named or the found one. */
  get quirkName(): string | undefined {
    return this.#manner.quirks.quirk?.name;
  }

  /** Takes bytes from the panel. Never throws. */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#over || bytes.length === 0) return [];
    const effects = this.tick(now);
    this.#lastByteAt = now;
    this.#remote.heard(now);
    this.#takeItems(this.#framer.feed(bytes), effects);
    this.#startCommand(now, effects);
    return effects;
  }

  /** Lets time pass: gaps in the stream, and the wait for text. */
  tick(now: number): PanelEffect[] {
    const effects: PanelEffect[] = [];
    if (this.#over) return effects;
    const gap = this.#gapEnd();
    if (gap !== undefined && now >= gap) this.#takeItems(this.#framer.flush(), effects);
    const textEnd = this.#textEnd();
    if (textEnd !== undefined && now >= textEnd) effects.push(...this.#open.complete());
    effects.push(...this.#remote.tick(now));
    this.#startCommand(now, effects);
    return effects;
  }

  /** When {@link tick} wants to be called next. */
  get nextTick(): number | undefined {
    if (this.#over) return undefined;
    const times = [this.#gapEnd(), this.#textEnd(), this.#remote.nextTick]
      .filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The panel's account as spelled, or the default; undefined before it has told one. */
  get account(): string | undefined {
    const { account } = this.#head;
    return account === "" ? undefined : account;
  }

  /**
   * Sends a command to the panel, if this input allows it: at once while the panel listens, else behind its data group.
   * Alarms go before it at any time.
   *
   * @param command Its id, and function code and data: see `SiaCommands`.
   * @param now Milliseconds since the epoch.
   * @returns Effects; the command's result comes once, here or later.
   */
  sendCommand(command: PanelCommand, now: number): PanelEffect[] {
    const effects = this.#remote.add(command, now);
    this.#startCommand(now, effects);
    return effects;
  }

  /** Answers an `alarm` or `text` effect. A `ref` that is not waited for is ignored. */
  settle(ref: number, outcome: AlarmOutcome, now: number): PanelEffect[] {
    const settled = this.#unsettled;
    if (this.#over || settled === undefined || settled.ref !== ref) return [];
    const effects: PanelEffect[] = [];
    this.#unsettled = undefined;
    if (settled.wantsAnswer) effects.push(this.#manner.answer(outcome === "accepted" ? "ack" : "nak"));
    this.#open.settle(settled, outcome, now);
    if (this.#waiting.endRestart()) this.#acceptedAgain = outcome === "accepted" ? settled : undefined;
    while (this.#unsettled === undefined) {
      const frame = this.#waiting.shift();
      if (frame === undefined) break;
      this.#takeBlock(frame, effects);
    }
    this.#startCommand(now, effects);
    return effects;
  }

  /** The connection ended: what is open is complete. */
  end(_now: number): PanelEffect[] {
    if (this.#over) return [];
    const effects: PanelEffect[] = [];
    for (const item of this.#framer.flush()) {
      if (item.kind === "refused") effects.push(item);
      else this.#waiting.push(item);
    }
    this.#takeLeft(effects);
    effects.push(...this.#remote.close());
    this.#over = true;
    return effects.filter((effect) => effect.kind !== "send");
  }

  #takeItems(items: (Frame | Refusal)[], effects: PanelEffect[]): void {
    const lastFrame = items.findLastIndex(({ kind }) => kind === "frame");
    for (const [index, item] of items.entries()) {
      if (this.#over) return;
      if (item.kind === "frame") this.#takeFrame(item, effects);
      else this.#takeRefusal(item, index < lastFrame, effects);
    }
  }

  #takeRefusal(refusal: Refusal, frameFollows: boolean, effects: PanelEffect[]): void {
    if (refusal.rule === "ip-check") {
      const account = String.fromCharCode(...refusal.raw.subarray(1, 9));
      effects.push({ kind: "poll", account, detail: "Galaxy IP check" });
      return;
    }
    effects.push(refusal);
    if (refusal.rule === "encrypted-session") {
      this.#takeLeft(effects);
      effects.push(...this.#remote.close(), { kind: "close", reason: refusal.message });
      this.#over = true;
      return;
    }
    // One negative answer for a broken block; none if the good one is here already or its answer is on the way, or the
    // panel would take it for that one's and send the alarm twice.
    const broken = refusal.rule === "parity" || refusal.rule === "truncated";
    if (broken && !frameFollows && this.#unsettled === undefined) effects.push(this.#manner.answer("nak"));
  }

  #takeFrame(frame: Frame, effects: PanelEffect[]): void {
    const kind = siaFunction(frame.frame.code)?.kind;
    // The answer to a command does not wait behind an alarm that is being stored.
    const answered = kind === "answer" ? this.#remote.takeAnswer(frame.frame) : undefined;
    if (answered !== undefined) return void effects.push(...answered);
    this.#remote.follow(frame.frame);
    if (this.#unsettled === undefined) this.#takeBlock(frame, effects);
    else effects.push(...this.#waiting.take(frame, this.#unsettled, this.#manner.wantsAnswer(frame.frame)));
  }

  /** Sends the next command, if the panel listens and waits for no answer of ours. */
  #startCommand(now: number, effects: PanelEffect[]): void {
    const busy = this.#unsettled !== undefined || this.#waiting.length > 0 ||
      this.#framer.buffered > 0 || this.#framer.inDoubt || this.#over;
    if (!busy) effects.push(...this.#remote.start(now));
  }

  #takeBlock(frame: Frame, effects: PanelEffect[]): void {
    const block = frame.frame;
    const kind = siaFunction(block.code)?.kind ?? "other";
    const again = this.#acceptedAgain;
    this.#acceptedAgain = undefined;
    if (again !== undefined && sameBytes(again.raw, frame.raw)) {
      effects.push({ kind: "repeat", ref: again.ref }, this.#manner.answer("ack"));
      return;
    }
    if (kind === "event") effects.push(...this.#open.complete());
    if (kind === "event" && this.#manner.isAlarm(block)) {
      this.#takeEvent(frame, effects);
      return;
    }
    if (kind === "text" && this.#open.alarm !== undefined) {
      this.#takeText(frame, this.#open.alarm, effects);
      return;
    }
    if (kind === "text" && block.data.some((octet) => octet > 0x20)) {
      this.#takeLateText(frame, effects);
      return;
    }
    if (kind === "account") {
      effects.push(...this.#open.complete());
      this.#open.forget();
      this.#head.takeAccount(frame);
      this.#manner.quirks.hear(this.#head.account);
    } else {
      if (kind === "end" || block.code === "2") effects.push(...this.#open.complete());
      if (kind === "origin") this.#head.takeOrigin(frame);
      if (kind === "other") effects.push(...this.#remote.takeAnswer(block) ?? []);
      const { account } = this.#head;
      effects.push({ kind: "poll", ...(account === "" ? {} : { account }), detail: blockDetail(block) });
    }
    // An answer is never answered: its header asks for it too, and an echoing line would go on for ever.
    if (kind !== "answer" && this.#manner.wantsAnswer(block)) effects.push(this.#manner.answer("ack"));
  }

  #takeEvent(frame: Frame, effects: PanelEffect[]): void {
    const group = this.#head.group(frame);
    const ref = this.#nextRef++;
    this.#unsettled = { ref, group, raw: frame.raw, wantsAnswer: this.#manner.wantsAnswer(frame.frame) };
    effects.push({ kind: "alarm", ref, alarm: this.#manner.alarm(group) });
  }

  /** Its event went on without it: it must not vanish. */
  #takeLateText(frame: Frame, effects: PanelEffect[]): void {
    const { last } = this.#open;
    const wantsAnswer = this.#manner.wantsAnswer(frame.frame);
    if (wantsAnswer && last?.group.text !== undefined && sameBytes(last.group.text.raw, frame.raw)) {
      effects.push({ kind: "repeat", ref: last.ref }, this.#manner.answer("ack"));
      return;
    }
    const group = lateText(frame, last?.group, this.#head.group(frame));
    const ref = this.#nextRef++;
    this.#unsettled = { ref, group, raw: frame.raw, wantsAnswer };
    effects.push({ kind: "alarm", ref, alarm: this.#manner.alarm(group) });
  }

  #takeText(frame: Frame, open: SiaAccepted, effects: PanelEffect[]): void {
    const group: SiaGroup = { ...open.group, text: { data: frame.frame.data, raw: frame.raw } };
    const ref = this.#nextRef++;
    const wantsAnswer = this.#manner.wantsAnswer(frame.frame);
    this.#unsettled = { ref, of: open.ref, group, raw: frame.raw, wantsAnswer };
    effects.push({ kind: "text", ref, of: open.ref, alarm: this.#manner.alarm(group) });
  }

  /**
   * The blocks that waited when the connection ended. A text goes with the alarm before it. Of the others the panel still
   * has those it wants answered and sends them again; the rest would be lost.
   */
  #takeLeft(effects: PanelEffect[]): void {
    const { of } = this.#unsettled ?? {};
    let open: SiaAccepted | undefined = of === undefined ? this.#unsettled ?? this.#open.alarm : undefined;
    if (of !== undefined) effects.push({ kind: "complete", ref: of });
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      const kind = siaFunction(frame.frame.code)?.kind;
      if (open !== undefined && open.group.text === undefined && kind === "text") {
        this.#takeText(frame, open, effects);
        open = undefined;
        continue;
      }
      if (open !== undefined) effects.push({ kind: "complete", ref: open.ref });
      open = undefined;
      if (kind === "account") this.#head.takeAccount(frame);
      const isLost = kind === "event" && !this.#manner.wantsAnswer(frame.frame) &&
        this.#manner.isAlarm(frame.frame);
      if (!isLost) continue;
      this.#takeEvent(frame, effects);
      open = this.#unsettled;
    }
    if (open !== undefined) effects.push({ kind: "complete", ref: open.ref });
  }

  #gapEnd(): number | undefined {
    if (this.#framer.inDoubt) return this.#lastByteAt + SIA_RESYNC_GAP;
    return this.#framer.buffered > 0 ? this.#lastByteAt + SIA_BLOCK_GAP : undefined;
  }

  #textEnd(): number | undefined {
    return this.#unsettled === undefined ? this.#open.deadline(this.#lastByteAt) : undefined;
  }
}
