/**
 * The panel's side of a conversation: the engine behind every sender that plays a panel towards a receiver.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession } from "./contract.ts";
import { type AnswerReader, ByteAnswerReader } from "../src/delivery/answer_reader.ts";
import { LineSender } from "../src/delivery/line_sender.ts";
import {
  receiverGoneText,
  refusedFrameText,
  silentReceiverText,
  strayText,
} from "./panel_sender_messages.ts";

/** One frame as it goes to the receiver. */
export interface PanelFrame {
  /** The octets, line end included. */
  bytes: Uint8Array;
  /** The same for people, on one line. */
  line: string;
  /** True for a frame that only closes the transmission: the alarm is delivered before it is acknowledged. */
  closing?: boolean;
}

/** An alarm in the panel's language: frames, each acknowledged on its own; or why it cannot be said. */
export type PanelWritten =
  | {
    ok: true;
    /** The frames, in order; the first is not a closing one. */
    frames: PanelFrame[];
    /** What is not in the frames, in words. */
    notes: string[];
  }
  | { ok: false; rule: string; message: string };

/** What a reader of answers may want to know, and to say. */
export interface PanelSenderControl {
  /** The frame that waits for its answer. */
  readonly inFlight: PanelFrame | undefined;
  /** The receiver asked the panel to hang up. */
  hangUp(): void;
  /** The receiver said when it wants the next poll, in ms from the poll's answer. */
  pollAgainIn(ms: number): void;
}

/** Figures that every panel sender understands. Times are in ms. */
export interface PanelSenderFigures {
  /** How long an answer is waited for before the frame is sent again. */
  waitMs?: number;
  /** How often a frame is sent in all, whether nothing or a negative answer comes back. @default {4} */
  tries?: number;
  /** See `LineSenderOptions.settleMs`. @default {waitMs + 500} */
  settleMs?: number;
}

/** Parameters of a {@link PanelSender}. */
export interface PanelSenderOptions extends PanelSenderFigures {
  /** Writes an alarm. Pure. */
  write: (item: OutputItem) => PanelWritten;
  /** Makes the reader of the receiver's answers, a new one for each connection. @default {06 and 15} */
  reader?: (control: PanelSenderControl) => AnswerReader;
  /** Sent first on each connection; no answer is waited for. */
  greeting?: Uint8Array | undefined;
  /** A sign of life: sent when the connection comes up, and again after each interval. */
  poll?: { frame: PanelFrame; everyMs: number } | undefined;
}

/** What is being sent: the frames of an alarm, or a poll. */
interface Group {
  /** Undefined for a poll. */
  id: string | undefined;
  frames: PanelFrame[];
  /** The frame that is in flight or comes next. */
  at: number;
  /** The alarm's outcome was told. */
  told: boolean;
  notes: string[];
}

/**
 * Sends alarms as a panel does: frame by frame, each resent until it is acknowledged, up to `tries` times. An alarm is
 * `delivered` when all its frames but the closing ones are acknowledged, `refused` when one was rejected up to the limit
 * (the frames behind it are not sent: an event block without its account would be another site's alarm), and `absent` when
 * no answer comes or the connection ends. After silence the panel hangs up (`close`), lest a late answer count for the next
 * alarm.
 *
 * Waits, resends and the care for late answers are those of `LineSender`, which sends each frame.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PanelSender } from "./panel_sender.ts";
 *
 * const frame = (octet: number) => ({ bytes: Uint8Array.of(octet), line: `${octet}` });
 * const sender = new PanelSender({ write: () => ({ ok: true, frames: [frame(1), frame(2)], notes: [] }) });
 * sender.connected(0);
 * const item = { id: "a", account: "", protocol: "sia" as const, data: new Uint8Array(), events: [], repeated: false };
 * assertEquals(sender.offer(item, 0).map(({ kind }) => kind), ["sent", "send"]);
 * const kinds = () => sender.feed(Uint8Array.of(0x06), 5).map(({ kind }) => kind);
 * assertEquals(kinds(), ["present", "sent", "send"]);
 * assertEquals(kinds(), ["delivered"]);
 * ```
 */
export class PanelSender implements OutputSession {
  readonly #options: PanelSenderOptions;
  readonly #line: LineSender;
  readonly #tries: number;
  readonly #waitMs: number;
  #group: Group | undefined;
  #up = false;
  #hangUp = false;
  /** When the next poll is due. */
  #pollAt = Infinity;
  #pollEvery: number;
  #now = Number.NEGATIVE_INFINITY;

  /** Starts without a connection. @param options The language's writer and figures. */
  constructor(options: PanelSenderOptions) {
    this.#options = options;
    this.#tries = Math.max(1, options.tries ?? 4);
    this.#waitMs = Math.max(1, options.waitMs ?? 2500);
    this.#pollEvery = Math.max(1000, options.poll?.everyMs ?? 60_000);
    this.#line = new LineSender({
      waitMs: this.#waitMs,
      tries: this.#tries,
      nakLimit: this.#tries,
      heartbeatMs: 0,
      ...(options.settleMs === undefined ? {} : { settleMs: options.settleMs }),
      reader: () => options.reader?.(this.#control()) ?? new ByteAnswerReader(),
      write: () => {
        const frame = this.#frame();
        return { ok: true, lines: frame === undefined ? [] : [frame], notes: this.#group?.notes ?? [] };
      },
    });
  }

  /** True when an alarm can be offered. */
  get ready(): boolean {
    return this.#group === undefined && this.#line.ready;
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get nextTick(): number | undefined {
    const pollAt = this.ready ? this.#pollAt : Infinity;
    const next = Math.min(this.#line.nextTick ?? Infinity, pollAt);
    return next === Infinity ? undefined : next;
  }

  /** A connection to the receiver came up. */
  connected(now: number): OutputEffect[] {
    const effects = this.#up ? this.disconnected(now) : [];
    this.#clock(now);
    this.#up = true;
    this.#pollAt = this.#options.poll === undefined ? Infinity : now;
    if (this.#options.greeting !== undefined) effects.push({ kind: "send", bytes: this.#options.greeting });
    return this.#go(this.#line.connected(now), now, effects);
  }

  /** It ended. An alarm that is not delivered yet comes back as `absent`. */
  disconnected(now: number): OutputEffect[] {
    this.#clock(now);
    const id = this.#openAlarm();
    const wasThere = this.#line.disconnected(now).some(({ kind }) => kind === "absent");
    this.#group = undefined;
    this.#up = false;
    this.#pollAt = Infinity;
    if (id === undefined && !wasThere) return [];
    return [absent("disconnected", receiverGoneText(id !== undefined), id)];
  }

  /** Takes bytes from the receiver. Never throws. */
  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    this.#clock(now);
    return this.#go(this.#line.feed(bytes, now), now);
  }

  /** Lets time pass. */
  tick(now: number): OutputEffect[] {
    this.#clock(now);
    return this.#go(this.#line.tick(now), now);
  }

  /** Hands over one alarm; only while {@link ready}. */
  offer(item: OutputItem, now: number): OutputEffect[] {
    this.#clock(now);
    if (!this.ready) {
      const message = "The alarm was offered while another was on its way, or without a connection.";
      return [{ kind: "refused", id: item.id, rule: "not-ready", message }];
    }
    const written = this.#options.write(item);
    if (!written.ok) return [{ kind: "refused", id: item.id, rule: written.rule, message: written.message }];
    const { frames, notes } = written;
    if (frames.length === 0) {
      const message = "The alarm holds nothing that this language can say.";
      return [{ kind: "refused", id: item.id, rule: "nothing-to-send", message }];
    }
    this.#group = { id: item.id, frames, at: 0, told: false, notes };
    return this.#go([], now);
  }

  /** Passes on what the line says, and starts what comes next. */
  #go(found: OutputEffect[], now: number, effects: OutputEffect[] = []): OutputEffect[] {
    for (const effect of found) this.#take(effect, now, effects);
    if (this.#line.ready && this.#up) {
      const { poll } = this.#options;
      if (this.#group === undefined && poll !== undefined && now >= this.#pollAt) {
        this.#group = { id: undefined, frames: [poll.frame], at: 0, told: true, notes: [] };
      }
      if (this.#group !== undefined) {
        const item = { id: this.#group.id ?? "", account: "", protocol: "sia" as const, events: [] };
        const offered = this.#line.offer({ ...item, data: new Uint8Array(), repeated: false }, now);
        for (const effect of offered) this.#take(effect, now, effects);
      }
    }
    if (this.#hangUp) {
      this.#hangUp = false;
      effects.push({ kind: "close", reason: "the receiver asked the panel to hang up" });
    }
    return effects;
  }

  #take(effect: OutputEffect, now: number, effects: OutputEffect[]): void {
    const group = this.#group;
    switch (effect.kind) {
      case "sent":
        if (group?.id !== undefined) effects.push(effect);
        return;
      case "delivered":
        return this.#frameDone(now, effects);
      case "refused": {
        const id = this.#openAlarm();
        const text = refusedFrameText(this.#tries, this.#frame()?.line ?? "");
        this.#end(now);
        if (id !== undefined) effects.push({ kind: "refused", id, rule: "nak-limit", message: text });
        return;
      }
      case "absent": {
        const id = this.#openAlarm();
        this.#end(now);
        effects.push(absent(effect.rule, silentReceiverText(this.#tries, this.#waitMs), id));
        // What is answered late must not count for what comes next.
        return void effects.push({ kind: "close", reason: "no answer: the panel hangs up" });
      }
      case "stray":
        return void effects.push({ ...effect, message: strayText(effect.rule, effect.raw.length) });
      default:
        effects.push(effect);
    }
  }

  #frameDone(now: number, effects: OutputEffect[]): void {
    const group = this.#group;
    if (group === undefined) return;
    group.at++;
    const next = group.frames[group.at];
    if (!group.told && group.id !== undefined && (next === undefined || next.closing === true)) {
      group.told = true;
      effects.push({ kind: "delivered", id: group.id });
    }
    if (next === undefined) this.#end(now);
  }

  /** Nothing more of this group is sent. */
  #end(now: number): void {
    if (this.#group !== undefined && this.#group.id === undefined) this.#pollAt = now + this.#pollEvery;
    this.#group = undefined;
  }

  #frame(): PanelFrame | undefined {
    return this.#group?.frames[this.#group.at];
  }

  /** The alarm whose outcome is still open. */
  #openAlarm(): string | undefined {
    return this.#group?.told === false ? this.#group.id : undefined;
  }

  #control(): PanelSenderControl {
    // deno-lint-ignore no-this-alias -- a getter has a `this` of its own.
    const sender = this;
    return {
      get inFlight() {
        return sender.#frame();
      },
      hangUp: () => void (this.#hangUp = true),
      pollAgainIn: (ms) => void (this.#pollEvery = Math.max(1000, ms)),
    };
  }

  /** Keeps the wait for a poll its length when the clock is set back. */
  #clock(now: number): void {
    const back = this.#now - now;
    if (back > 0 && Number.isFinite(back)) this.#pollAt -= back;
    this.#now = now;
  }
}

function absent(rule: string, message: string, id: string | undefined): OutputEffect {
  return { kind: "absent", rule, message, ...(id === undefined ? {} : { id }) };
}
