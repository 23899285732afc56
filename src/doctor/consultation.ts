/**
 * Holds an examination of something live: streams come and go, time passes, answers go out.
 *
 * @module
 */
import { Answerer } from "./answerer.ts";
import { Examination } from "./examination.ts";
import type { DoctorKeys } from "./examination_options.ts";
import type { Circumstances, Verdict } from "./verdict.ts";

/** How often time is looked at, ms. */
const TICK = 50;
/** A stream is silent after this, ms: an unfinished line counts as ended. Longer than the pauses inside a message. */
const SILENT = 1500;
/** When the language is sure, so much silence ends it, and so much time at the latest: with answers there is more to come. */
const LISTENING = { quietMs: 1000, latestMs: 4000 };
const ANSWERING = { quietMs: 3000, latestMs: 15_000 };
/** Visitors of open ports: no reason to stop waiting for the panel. */
const VISITORS = new Set(["http", "ssh", "sip", "mqtt"]);

/** What a {@link Consultation} needs to know. */
export interface ConsultationOptions {
  /** Keys to try. */
  keys: DoctorKeys;
  /** Answer the panel: its alarms are acknowledged, and lost. */
  answer: boolean;
  /** Ends it early, with a verdict all the same. */
  signal: AbortSignal;
  /** Silence that ends it once the language is sure, and the longest time from then on, ms. @default {1000 and 4000; 3000 and 15000 with answers} */
  patience?: { quietMs: number; latestMs: number };
  /** Told of everything heard, in order. */
  keep?: (bytes: Uint8Array) => void;
  /** Told what happens, for people who wait. */
  progress?: (text: string) => void;
}

/** How to reach the other side of a stream. */
export interface Way {
  /** Sends octets; never throws. */
  send(bytes: Uint8Array): void;
  /** Closes it; nothing where it cannot be closed. */
  close(): void;
  /** Each part is a datagram. */
  datagrams?: boolean;
  /** The receiver may have to speak first (TCP). */
  speakFirst?: boolean;
}

interface Stream {
  way: Way;
  answerer: Answerer | undefined;
  lastAt: number;
  silent: boolean;
}

/** The I/O around an {@link Examination}: the clock, the timers, and the answers. */
export class Consultation {
  /** The examination. */
  readonly examination: Examination;
  /** Connections that came up. */
  connections = 0;
  readonly #options: ConsultationOptions;
  readonly #streams = new Map<string, Stream>();
  #ended: Answerer[] = [];
  #acknowledged: string[] = [];
  #acknowledgedCount = 0;
  #ackStyle: string | undefined;
  #firstAckStyle = 0;
  #lastAt = 0;
  #sureAt: number | undefined;

  /** @param options Keys, and whether to answer. */
  constructor(options: ConsultationOptions) {
    this.#options = options;
    const utcOffsetMs = -new Date().getTimezoneOffset() * 60_000;
    this.examination = new Examination({ keys: options.keys, utcOffsetMs });
  }

  /** A stream began. */
  opened(name: string, way: Way): void {
    this.connections++;
    const now = Date.now();
    const answerer = this.#options.answer
      ? new Answerer({
        keys: this.#options.keys,
        random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
        datagrams: way.datagrams === true,
        speakFirst: way.speakFirst === true,
        firstAckStyle: this.#firstAckStyle,
      }, now)
      : undefined;
    this.#streams.set(name, { way, answerer, lastAt: now, silent: true });
  }

  /** Octets came. */
  data(name: string, bytes: Uint8Array): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) return;
    const now = Date.now();
    if (this.examination.octets === 0) this.#options.progress?.(`first octets from ${name}`);
    stream.lastAt = this.#lastAt = now;
    stream.silent = false;
    this.#options.keep?.(bytes);
    this.examination.feed(name, bytes, now);
    if (stream.way.datagrams === true) this.examination.silence(name, now);
    this.#answer(name, stream, bytes, now);
  }

  /** A stream ended. */
  closed(name: string): void {
    this.examination.cut(name, Date.now());
    const stream = this.#streams.get(name);
    if (stream?.answerer !== undefined) this.#collect(stream.answerer);
    this.#streams.delete(name);
  }

  /**
   * Waits until the language is sure, the time is over, or something else says that it is enough.
   *
   * @param ms How long at most.
   * @param enough Asked again and again.
   */
  async wait(ms: number, enough: () => boolean = () => false): Promise<void> {
    for (const end = performance.now() + ms; performance.now() < end;) {
      this.#tick(Date.now());
      if (this.#options.signal.aborted || enough() || this.#isOver(Date.now())) return;
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(TICK, Math.max(1, end - performance.now())))
      );
    }
    this.#tick(Date.now());
  }

  /** The time since the last octet, ms. */
  get quietMs(): number {
    return Date.now() - this.#lastAt;
  }

  /** The verdict, with what is known here. */
  verdict(circumstances: Circumstances): Verdict {
    for (const { answerer } of this.#streams.values()) if (answerer !== undefined) this.#collect(answerer);
    return this.examination.verdict({
      ...circumstances,
      // A wire is always there: that it is open says nothing.
      connections: circumstances.source.kind === "serial" ? 0 : this.connections,
      answering: this.#options.answer,
      acknowledged: this.#acknowledged,
      acknowledgedCount: this.#acknowledgedCount,
      ...(this.#ackStyle === undefined ? {} : { ackStyle: this.#ackStyle }),
    }, Date.now());
  }

  #tick(now: number): void {
    for (const [name, stream] of this.#streams) {
      if (!stream.silent && now - stream.lastAt >= SILENT) {
        stream.silent = true;
        this.examination.silence(name, now);
        this.#answer(name, stream, new Uint8Array(), now);
      }
      const { answerer } = stream;
      if (answerer?.nextTick !== undefined && now >= answerer.nextTick) {
        for (const bytes of answerer.tick(now)) stream.way.send(bytes);
        if (answerer.closing) stream.way.close();
      }
    }
  }

  #answer(name: string, stream: Stream, bytes: Uint8Array, now: number): void {
    const { answerer, way } = stream;
    if (answerer === undefined) return;
    const leading = this.examination.leading;
    const known = leading?.certainty === "sure" || leading?.certainty === "probable";
    const answers = answerer.feed(bytes, now, known ? leading?.score : undefined);
    for (const each of answers) way.send(each);
    if (answers.length > 0) this.examination.answered(name);
    if (answerer.closing) way.close();
  }

  #isOver(now: number): boolean {
    const { octets, leading, stranger } = this.examination;
    if (octets === 0) return false;
    const sure = leading?.certainty === "sure" ||
      (leading === undefined && stranger?.sure === true && !VISITORS.has(stranger.rule));
    if (!sure) {
      this.#sureAt = undefined;
      return false;
    }
    this.#sureAt ??= now;
    const { quietMs, latestMs } = this.#options.patience ?? (this.#options.answer ? ANSWERING : LISTENING);
    return now - this.#lastAt >= quietMs || now - this.#sureAt >= latestMs;
  }

  #collect(answerer: Answerer): void {
    if (this.#ended.includes(answerer)) return;
    this.#ended = [...this.#ended.slice(-99), answerer];
    this.#acknowledgedCount += answerer.acknowledgedCount;
    this.#acknowledged = [...this.#acknowledged, ...answerer.acknowledged].slice(0, 10);
    this.#ackStyle ??= answerer.ackStyle;
    this.#firstAckStyle = answerer.nextAckStyle ?? this.#firstAckStyle;
  }
}
