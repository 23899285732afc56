/**
 * The conversation with a panel that sends SIA blocks over TCP or a serial line.
 *
 * @module
 */
import type { AlarmOutcome, Framed, PanelAlarm, PanelEffect, PanelSession, Refusal } from "../contract.ts";
import { applyQuirk } from "../quirk.ts";
import { type SiaBlock, writeBlock } from "./block.ts";
import { decodeCp437, displayText } from "./cp437.ts";
import { parseEventPacket } from "./event_packet.ts";
import { SiaFramer } from "./framer.ts";
import { siaFunction } from "./function_code.ts";
import { groupAlarm, type SiaGroup } from "./group.ts";
import { commandFits, type SiaCommand, type SiaCommandResult, SiaCommands } from "./remote_command.ts";
import { siaAnswer } from "./session_answer.ts";
import { siaQuirkOptions, type SiaSessionOptions } from "./session_options.ts";

export type { SiaSessionOptions } from "./session_options.ts";

/** Idle time after which a broken stream is taken to begin afresh, in ms (panel-formats.md §1.1, C). */
export const SIA_RESYNC_GAP = 250;
/** Idle time inside a block, in ms: shorter than the 2500 ms after which panels repeat (panel-formats.md §1.6; C). */
export const SIA_BLOCK_GAP = 1000;
/** Longest wait for a text block behind an event, in ms: the gap inside a data group (panel-formats.md §1.6, A). */
export const SIA_GROUP_GAP = 4000;
/** Longest wait for a text block on a line that is never idle, in ms (C). */
export const SIA_TEXT_WAIT = 12_000;
/** Blocks kept waiting while an alarm is not settled. */
export const SIA_MAX_WAITING = 32;

type Frame = Framed<SiaBlock>;

/** The alarm that is being stored: the panel waits for its answer. */
interface Unsettled {
  ref: number;
  /** For a text: the alarm it belongs to. */
  of?: number;
  group: SiaGroup;
  /** The octets the panel would repeat. */
  raw: Uint8Array;
  wantsAnswer: boolean;
}

/** The last alarm, accepted: a text block may still come. */
interface Open {
  ref: number;
  group: SiaGroup;
  settledAt: number;
}

/**
 * Talks to a panel that sends SIA blocks, as Galaxy and similar panels do (panel-formats.md §1.6, A).
 *
 * Every block is answered on its own, if its header asks for it; an event block only when {@link settle} says that the
 * alarm is accepted. Until then the blocks behind it wait in order. After a parity error one negative answer is sent, and
 * none while an alarm waits for its answer. Blocks of unknown function are acknowledged and reported as poll.
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
  readonly #options: SiaSessionOptions;
  readonly #framer = new SiaFramer();
  #account: { name: string; raw: Uint8Array } | undefined;
  readonly #commands = new SiaCommands();
  /** A block of the panel had the reverse channel bit set. */
  #reverseChannel = false;
  /** Between data groups the panel listens; inside one it would take a command for its answer. */
  #insideGroup = false;
  /** Octets of the origin block since the last account. */
  #origin: Uint8Array | undefined;
  #unsettled: Unsettled | undefined;
  #open: Open | undefined;
  #waiting: Frame[] = [];
  /** The account block, again, behind the unsettled alarm: the panel gave up waiting and begins anew. */
  #restart: Frame | undefined;
  /** An accepted alarm whose acknowledgement the panel took for that of its restart: it will send the block again. */
  #acceptedAgain: Unsettled | undefined;
  #nextRef = 1;
  #lastByteAt = 0;
  #over = false;

  /** Starts a conversation. @param options Account to fall back on, and how this panel wants its answers. */
  constructor(options: SiaSessionOptions = {}) {
    this.#options = { ...siaQuirkOptions(options.quirk), ...options };
  }

  /** Takes bytes from the panel. Never throws. */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#over || bytes.length === 0) return [];
    const effects = this.tick(now);
    this.#lastByteAt = now;
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
    if (textEnd !== undefined && now >= textEnd) this.#complete(effects);
    this.#commands.tick(now);
    if (now - this.#lastByteAt >= SIA_GROUP_GAP) this.#insideGroup = false;
    this.#startCommand(now, effects);
    return effects;
  }

  /** When {@link tick} wants to be called next. */
  get nextTick(): number | undefined {
    if (this.#over) return undefined;
    const groupEnd = this.#commands.waiting && this.#insideGroup
      ? this.#lastByteAt + SIA_GROUP_GAP
      : undefined;
    const times = [this.#gapEnd(), this.#textEnd(), this.#commands.deadline, groupEnd]
      .filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * Sends a command to the panel, if this input allows it: at once while the panel listens, else behind its data group.
   * Alarms go before it at any time.
   *
   * @param command The command.
   * @param now Milliseconds since the epoch.
   * @returns Effects; or why it is not sent: rule `remote-not-allowed`, `no-reverse-channel`, `command-too-long`,
   *   `too-many-commands` or `closed`. The result comes with {@link takeCommandResults}.
   */
  command(
    command: SiaCommand,
    now: number,
  ): { ok: true; effects: PanelEffect[] } | { ok: false; rule: string; message: string } {
    const { remote = "never" } = this.#options;
    const refused = this.#over
      ? ["closed", "The connection to the panel has ended. Send the command when the panel connects again"]
      : remote === "never"
      ? [
        "remote-not-allowed",
        "This input does not let commands through to the panel. Set remote to allow them",
      ]
      : remote === "reverse-channel" && !this.#reverseChannel
      ? [
        "no-reverse-channel",
        "The panel has not offered a reverse channel. Allow remote control in the panel, or set remote to always if it " +
        "takes commands without offering it",
      ]
      : !commandFits(command)
      ? ["command-too-long", "A command has at most 63 octets. Send it in parts"]
      : this.#commands.add(command)
      ? undefined
      : [
        "too-many-commands",
        "8 commands wait already, or their results were not taken. Wait for the panel's answers",
      ];
    if (refused !== undefined) return { ok: false, rule: refused[0] ?? "", message: refused[1] ?? "" };
    const effects: PanelEffect[] = [];
    this.#startCommand(now, effects);
    return { ok: true, effects };
  }

  /** What became of commands since the last call; to be asked for behind each `feed`, `tick` and `end`. */
  takeCommandResults(): SiaCommandResult[] {
    return this.#commands.takeResults();
  }

  /** Answers an `alarm` or `text` effect. A `ref` that is not waited for is ignored. */
  settle(ref: number, outcome: AlarmOutcome, now: number): PanelEffect[] {
    const settled = this.#unsettled;
    const effects: PanelEffect[] = [];
    if (this.#over || settled === undefined || settled.ref !== ref) return effects;
    this.#unsettled = undefined;
    if (settled.wantsAnswer) effects.push(this.#answer(outcome === "accepted" ? "ack" : "nak"));
    if (settled.of === undefined) {
      // An alarm that was not accepted is the panel's again: it repeats the block, and that is a new alarm.
      this.#open = outcome === "accepted" ? { ref, group: settled.group, settledAt: now } : undefined;
    } else {
      const { of } = settled;
      const { text: _refused, ...group } = settled.group;
      this.#open = outcome === "accepted" ? undefined : { ref: of, group, settledAt: now };
    }
    if (this.#restart !== undefined) this.#acceptedAgain = outcome === "accepted" ? settled : undefined;
    this.#restart = undefined;
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
    this.#completeAll(effects);
    for (const frame of this.#waiting) this.#takeLate(frame, effects);
    this.#waiting = [];
    this.#commands.close();
    this.#over = true;
    return effects.filter((effect) => effect.kind !== "send");
  }

  #takeItems(items: (Frame | Refusal)[], effects: PanelEffect[]): void {
    for (const [index, item] of items.entries()) {
      if (this.#over) return;
      if (item.kind === "frame") this.#takeFrame(item, effects);
      else this.#takeRefusal(item, items.slice(index + 1).some(({ kind }) => kind === "frame"), effects);
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
      this.#completeAll(effects);
      effects.push({ kind: "close", reason: refusal.message });
      this.#commands.close();
      this.#over = true;
      return;
    }
    // One negative answer for a broken block; none if the good one is here already or its answer is on the way, or the
    // panel would take it for that one's and send the alarm twice.
    const broken = refusal.rule === "parity" || refusal.rule === "truncated";
    if (broken && !frameFollows && this.#unsettled === undefined) effects.push(this.#answer("nak"));
  }

  #takeFrame(frame: Frame, effects: PanelEffect[]): void {
    const { code, reverseChannel } = frame.frame;
    this.#reverseChannel ||= reverseChannel;
    const kind = siaFunction(code)?.kind;
    // The answer to a command does not wait behind an alarm that is being stored.
    if (kind === "answer" && this.#takeCommandAnswer(frame.frame, effects)) return;
    if (kind === "account" || kind === "event" || kind === "text" || kind === "origin") {
      this.#insideGroup = true;
    } else if (kind === "end" || code === "2") this.#insideGroup = false;
    const unsettled = this.#unsettled;
    if (unsettled === undefined) {
      this.#takeBlock(frame, effects);
      return;
    }
    // A sender that asks for an answer and repeats without one repeats itself; one that does not ask has no reason to.
    const before = this.#waiting.at(-1)?.raw ?? this.#restart?.raw ?? unsettled.raw;
    if (this.#wantsAnswer(frame.frame) && sameBytes(before, frame.raw)) {
      effects.push({ kind: "repeat", ref: unsettled.ref });
      return;
    }
    if (this.#isRestart(frame, unsettled)) {
      this.#restart = frame;
      effects.push({ kind: "repeat", ref: unsettled.ref });
      return;
    }
    if (this.#restart !== undefined) {
      // It goes on without waiting for an answer: no restart, but a sender that does not wait.
      this.#waiting.push(this.#restart);
      this.#restart = undefined;
    }
    if (this.#waiting.length < SIA_MAX_WAITING) {
      this.#waiting.push(frame);
      return;
    }
    effects.push({
      kind: "refused",
      offset: frame.offset,
      rule: "too-many-blocks",
      message:
        `${SIA_MAX_WAITING} blocks wait already for an alarm to be stored. This one is not answered, so that the ` +
        "panel repeats it; check why storing takes so long",
      raw: frame.raw,
    });
  }

  #takeCommandAnswer(block: SiaBlock, effects: PanelEffect[]): boolean {
    const taken = this.#commands.takeAnswer(block, this.#lastByteAt);
    if (typeof taken === "object") effects.push({ kind: "send", bytes: writeBlock(taken) });
    return taken !== "no";
  }

  /** Sends the next command, if the panel listens and waits for no answer of ours. */
  #startCommand(now: number, effects: PanelEffect[]): void {
    const busy = this.#unsettled !== undefined || this.#waiting.length > 0 || this.#insideGroup ||
      this.#framer.buffered > 0 || this.#framer.inDoubt || this.#over;
    const block = busy ? undefined : this.#commands.start(now, this.#reverseChannel);
    if (block !== undefined) effects.push({ kind: "send", bytes: writeBlock(block) });
  }

  /** Answering this account block too would leave the panel one answer ahead, and the next alarm answered unstored. */
  #isRestart(frame: Frame, unsettled: Unsettled): boolean {
    return this.#waiting.length === 0 && this.#restart === undefined && unsettled.of === undefined &&
      unsettled.wantsAnswer && this.#wantsAnswer(frame.frame) &&
      sameBytes(frame.raw, unsettled.group.accountRaw);
  }

  #takeBlock(frame: Frame, effects: PanelEffect[]): void {
    const block = frame.frame;
    const kind = siaFunction(block.code)?.kind ?? "other";
    const again = this.#acceptedAgain;
    this.#acceptedAgain = undefined;
    if (again !== undefined && sameBytes(again.raw, frame.raw)) {
      effects.push({ kind: "repeat", ref: again.ref }, this.#answer("ack"));
      return;
    }
    if (kind === "event") this.#complete(effects);
    if (kind === "event" && this.#isAlarm(block)) {
      this.#takeEvent(frame, effects);
      return;
    }
    if (kind === "text" && this.#open !== undefined) {
      this.#takeText(frame, this.#open, effects);
      return;
    }
    if (kind === "account") {
      this.#complete(effects);
      const name = displayText(decodeCp437(block.data));
      this.#account = { name, raw: frame.raw };
      this.#origin = undefined;
    } else {
      if (kind === "end" || block.code === "2") this.#complete(effects);
      if (kind === "origin") this.#origin = frame.raw;
      if (kind === "other") this.#takeCommandAnswer(block, effects);
      const account = this.#accountName();
      effects.push({ kind: "poll", ...(account === "" ? {} : { account }), detail: detailOf(block) });
    }
    // An answer is never answered: its header asks for it too, and an echoing line would go on for ever.
    if (kind !== "answer" && this.#wantsAnswer(block)) effects.push(this.#answer("ack"));
  }

  #takeEvent(frame: Frame, effects: PanelEffect[]): void {
    const group: SiaGroup = {
      account: this.#accountName(),
      accountRaw: this.#account?.raw ?? new Uint8Array(),
      ...(this.#origin === undefined ? {} : { originRaw: this.#origin }),
      code: frame.frame.code,
      packet: frame.frame.data,
      raw: frame.raw,
    };
    const ref = this.#nextRef++;
    this.#unsettled = { ref, group, raw: frame.raw, wantsAnswer: this.#wantsAnswer(frame.frame) };
    effects.push({ kind: "alarm", ref, alarm: this.#alarmOf(group) });
  }

  #takeText(frame: Frame, open: Open, effects: PanelEffect[]): void {
    const group: SiaGroup = { ...open.group, text: { data: frame.frame.data, raw: frame.raw } };
    const ref = this.#nextRef++;
    this.#unsettled = {
      ref,
      of: open.ref,
      group,
      raw: frame.raw,
      wantsAnswer: this.#wantsAnswer(frame.frame),
    };
    effects.push({ kind: "text", ref, of: open.ref, alarm: this.#alarmOf(group) });
  }

  /**
   * A block that waited when the connection ended. The panel still has those it wants answered and sends them again; the
   * others would be lost.
   */
  #takeLate(frame: Frame, effects: PanelEffect[]): void {
    const kind = siaFunction(frame.frame.code)?.kind;
    if (kind === "account") this.#takeBlock(frame, effects);
    if (kind !== "event" || this.#wantsAnswer(frame.frame) || !this.#isAlarm(frame.frame)) return;
    this.#takeEvent(frame, effects);
    effects.push({ kind: "complete", ref: this.#nextRef - 1 });
  }

  /** New and old events are alarms even when they cannot be read, so that they reach somebody. */
  #isAlarm({ code, data }: SiaBlock): boolean {
    if (data.every((octet) => octet <= 0x20)) return false;
    return code === "N" || code === "O" || parseEventPacket(data, this.#packetOptions()).events.length > 0;
  }

  #alarmOf(group: SiaGroup): PanelAlarm {
    const alarm = groupAlarm(group, this.#packetOptions());
    return { ...alarm, events: applyQuirk(this.#options.quirk, alarm.events) };
  }

  #complete(effects: PanelEffect[]): void {
    if (this.#open !== undefined) effects.push({ kind: "complete", ref: this.#open.ref });
    this.#open = undefined;
  }

  #completeAll(effects: PanelEffect[]): void {
    if (this.#unsettled !== undefined) {
      effects.push({ kind: "complete", ref: this.#unsettled.of ?? this.#unsettled.ref });
      this.#open = undefined;
    }
    this.#complete(effects);
  }

  #gapEnd(): number | undefined {
    if (this.#framer.inDoubt) return this.#lastByteAt + SIA_RESYNC_GAP;
    return this.#framer.buffered > 0 ? this.#lastByteAt + SIA_BLOCK_GAP : undefined;
  }

  #textEnd(): number | undefined {
    if (this.#open === undefined || this.#unsettled !== undefined) return undefined;
    const { settledAt } = this.#open;
    return Math.min(Math.max(settledAt, this.#lastByteAt) + SIA_GROUP_GAP, settledAt + SIA_TEXT_WAIT);
  }

  #accountName(): string {
    const name = this.#account?.name ?? "";
    return name === "" ? this.#options.defaultAccount ?? "" : name;
  }

  #packetOptions(): { hexAddress: boolean } {
    return { hexAddress: this.#options.hexAddress === true };
  }

  #wantsAnswer(block: SiaBlock): boolean {
    return block.ackRequest || this.#options.alwaysAck === true;
  }

  #answer(kind: "ack" | "nak"): PanelEffect {
    return { kind: "send", bytes: siaAnswer(this.#options.ackStyle ?? "40", kind) };
  }
}

function detailOf({ code, data }: SiaBlock): string {
  const printable = code > " " && code <= "~"
    ? code
    : `0x${code.charCodeAt(0).toString(16).padStart(2, "0")}`;
  const name = siaFunction(code)?.name ?? "unknown function";
  // The data of a remote login is the panel's remote code.
  const text = code === "?" ? "" : displayText(decodeCp437(data));
  return `${name} (${printable})${text === "" ? "" : `: ${text}`}`;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
