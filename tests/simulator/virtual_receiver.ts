/** A sender and a receiver's session on one line, on virtual time; the line, the store and the connection may fail. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type {
  OutputEffect,
  OutputItem,
  OutputSession,
  PanelEffect,
  PanelSession,
} from "../../adapters/contract.ts";

/** What goes wrong next. Each list is used up in turn and then begins anew; an empty one means that nothing does. */
export interface Mishaps {
  /** To what the panel sends. */
  line: ("pass" | "lost" | "corrupt" | "cut")[];
  /** To what the receiver answers: ms on its way, or lost. */
  answers: (number | "lost")[];
  /** To what the receiver stores: ms until it has it, or it fails. */
  store: (number | "failed")[];
  /** Octets per chunk on the way to the receiver, and on the way back. */
  fragment: number;
}

/** Nothing goes wrong. */
export const SMOOTH: Mishaps = { line: [], answers: [], store: [], fragment: 1000 };

/**
 * Mishaps out of all that can happen; `corrupt` only where the language would notice. An answer takes 1.5 s at most: a later
 * one can be taken for that of the next frame, which no sender of a language without numbers can tell.
 */
export function mishaps(noticed: boolean): fc.Arbitrary<Mishaps> {
  const bad: Mishaps["line"] = noticed ? ["lost", "corrupt", "cut"] : ["lost", "cut"];
  return fc.record({
    line: fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.constant("pass" as const) }, fc.constantFrom(...bad)),
      {
        maxLength: 12,
      },
    ),
    answers: fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 500 }) }, fc.constant("lost" as const)),
      { maxLength: 8 },
    ),
    store: fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 1000 }) }, fc.constant("failed" as const)),
      { maxLength: 8 },
    ),
    fragment: fc.constantFrom(1, 2, 7, 1000),
  });
}

/** How long a panel stays away after its connection ended, ms. */
const AWAY = 1000;

/** The line. */
export class VirtualReceiver {
  now = 1_000_000;
  /** Event data of the alarms that the receiver stored, in order. */
  readonly stored: string[] = [];
  /** Every effect of the sender but `send`. */
  readonly effects: OutputEffect[] = [];
  /** Every effect of the receiver but `send`. */
  readonly received: PanelEffect[] = [];
  readonly #due: { at: number; order: number; run: () => void }[] = [];
  #order = 0;
  #session: PanelSession | undefined;
  #connection = 0;
  #lastAnswer = 0;
  readonly #used = { line: 0, answers: 0, store: 0 };

  constructor(
    readonly sender: OutputSession,
    readonly receiver: () => PanelSession,
    public mishaps: Mishaps = SMOOTH,
  ) {
    this.connect();
  }

  connect(): void {
    this.#connection++;
    this.#session = this.receiver();
    this.#lastAnswer = this.now;
    this.#panel(this.sender.connected(this.now));
  }

  disconnect(): void {
    if (this.#session === undefined) return;
    this.#connection++;
    this.#receiver(this.#session.end(this.now));
    this.#session = undefined;
    this.#panel(this.sender.disconnected(this.now));
    this.#after(AWAY, () => this.connect());
  }

  /** Offers an alarm when the sender is ready, and returns what became of it. */
  send(item: OutputItem, withinMs = 10 * 60_000): OutputEffect {
    const end = this.now + withinMs;
    while (!this.sender.ready) this.#step(end);
    const before = this.effects.length;
    this.#panel(this.sender.offer(item, this.now));
    const outcomes = () => this.effects.slice(before).filter((effect) => settles(effect, item.id));
    while (outcomes().length === 0) this.#step(end);
    const [outcome] = outcomes();
    assert(outcome !== undefined);
    return outcome;
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const end = this.now + ms;
    while (this.#next() <= end) this.#step(end);
    this.now = end;
  }

  #next(): number {
    const timers = [this.sender.nextTick, this.#session?.nextTick, ...this.#due.map(({ at }) => at)];
    return Math.max(this.now, Math.min(...timers.map((at) => at ?? Infinity)));
  }

  #step(end: number): void {
    const next = this.#next();
    assert(next <= end, "the panel waits for ever");
    this.now = next;
    const due = this.#due.filter(({ at }) => at <= next).sort((a, b) => a.at - b.at || a.order - b.order);
    for (const each of due) this.#due.splice(this.#due.indexOf(each), 1);
    for (const each of due) each.run();
    if ((this.#session?.nextTick ?? Infinity) <= next) this.#receiver(this.#session?.tick(next) ?? []);
    if ((this.sender.nextTick ?? Infinity) <= next) this.#panel(this.sender.tick(next));
  }

  #after(ms: number, run: () => void): void {
    this.#due.push({ at: this.now + ms, order: this.#order++, run });
  }

  /** As {@link #after}, unless the connection ended meanwhile. */
  #later(ms: number, run: () => void): void {
    const connection = this.#connection;
    this.#after(ms, () => connection === this.#connection && run());
  }

  #mishap<K extends "line" | "answers" | "store">(kind: K): Mishaps[K][number] | undefined {
    const list = this.mishaps[kind];
    return list.length === 0 ? undefined : list[this.#used[kind]++ % list.length];
  }

  #panel(effects: OutputEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") this.#carry(effect.bytes);
      else this.effects.push(effect);
      if (effect.kind === "close") this.#later(0, () => this.disconnect());
    }
  }

  #carry(sent: Uint8Array): void {
    const mishap = this.#mishap("line");
    if (mishap === "lost") return;
    const bytes = mishap === "cut" ? sent.slice(0, sent.length >> 1) : sent.slice();
    if (mishap === "corrupt") bytes[bytes.length >> 1]! ^= 0x01;
    const { fragment } = this.mishaps;
    for (let at = 0; at < bytes.length; at += fragment) {
      const piece = bytes.slice(at, at + fragment);
      this.#later(0, () => this.#receiver(this.#session?.feed(piece, this.now) ?? []));
    }
    if (mishap === "cut") this.#later(0, () => this.disconnect());
  }

  #receiver(effects: PanelEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") this.#answer(effect.bytes);
      else this.received.push(effect);
      if (effect.kind === "close") this.#later(0, () => this.disconnect());
      if (effect.kind === "alarm" || effect.kind === "text") {
        const { ref, alarm } = effect;
        const mishap = this.#mishap("store") ?? 0;
        const session = this.#session;
        const settle = (outcome: "accepted" | "failed") => {
          if (outcome === "accepted") this.stored.push(new TextDecoder("latin1").decode(alarm.data));
          if (session === this.#session) this.#receiver(session?.settle(ref, outcome, this.now) ?? []);
        };
        if (mishap === "failed") this.#after(0, () => settle("failed"));
        else this.#after(mishap, () => settle("accepted"));
      }
    }
  }

  #answer(bytes: Uint8Array): void {
    const mishap = this.#mishap("answers") ?? 0;
    if (mishap === "lost") return;
    this.#lastAnswer = Math.max(this.#lastAnswer, this.now + mishap);
    const wait = this.#lastAnswer - this.now;
    const { fragment } = this.mishaps;
    for (let at = 0; at < bytes.length; at += fragment) {
      const piece = bytes.slice(at, at + fragment);
      this.#later(wait, () => this.#panel(this.sender.feed(piece, this.now)));
    }
  }
}

/** Whether an effect tells what became of an alarm. */
function settles(effect: OutputEffect, id: string): boolean {
  return (effect.kind === "delivered" || effect.kind === "refused" || effect.kind === "absent") &&
    effect.id === id;
}

/**
 * The property of every sender: whatever happens, each offered alarm is settled once, what is called delivered was stored
 * first, and when nothing more goes wrong the next alarm is delivered. The text of a SIA alarm is not looked for: a receiver
 * waits 4 s for it, and a text that was lost on its way comes later.
 *
 * @param make Makes a sender and the session it talks to.
 * @param items Alarms whose event data differ.
 * @param noticed Whether the language notices a wrong octet.
 */
export function everyAlarmIsSettled(
  make: () => { sender: OutputSession; receiver: () => PanelSession },
  items: readonly OutputItem[],
  noticed = true,
): void {
  fc.assert(
    fc.property(mishaps(noticed), (what) => {
      const { sender, receiver } = make();
      const line = new VirtualReceiver(sender, receiver, what);
      for (const [index, item] of items.entries()) {
        const last = index === items.length - 1;
        if (last) {
          // Let the trouble of the alarm before come to its end.
          line.mishaps = SMOOTH;
          line.pass(20_000);
        }
        const before = line.stored.length;
        const outcome = line.send(item);
        const text = new TextDecoder("latin1").decode(item.data);
        if (outcome.kind === "delivered") {
          assert(
            line.stored.slice(before).some((data) => data.startsWith(text.split("|A")[0]!)),
            `${text} was called delivered and is not among ${line.stored.slice(before)}`,
          );
        }
        if (last) assertEquals(outcome.kind, "delivered");
      }
      line.pass(60_000);
      for (const { id } of items) {
        assertEquals(line.effects.filter((effect) => settles(effect, id)).length, 1, `${id} is settled once`);
      }
    }),
    { numRuns: 300 },
  );
}

/** An alarm. */
export function alarm(protocol: OutputItem["protocol"], data: string, account = "1234"): OutputItem {
  return {
    id: data,
    account,
    protocol,
    data: Uint8Array.from(data, (character) => character.charCodeAt(0)),
    events: [],
    repeated: false,
  };
}
