/**
 * A sender and our own receiver session on one line, in virtual time: what is sent takes time, may be lost, come twice, or
 * break the connection; and what becomes of an alarm at the receiver is given.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type {
  OutputEffect,
  OutputItem,
  OutputSession,
  PanelAlarm,
  PanelEffect,
  PanelSession,
} from "../../../adapters/contract.ts";

/** What happens to one transmission. */
export interface Fate {
  kind: "pass" | "lost" | "twice" | "cut";
  /** Time on the line, ms. */
  delay: number;
}

/** What becomes of an alarm at the receiver. */
export interface Verdict {
  outcome: "accepted" | "failed";
  /** Time until it is known, ms. */
  after: number;
}

export interface LineOptions {
  fates?: Fate[];
  verdicts?: Verdict[];
  /** Octets in a piece. */
  fragment?: number;
}

const GOOD: Fate = { kind: "pass", delay: 1 };
const TAKEN: Verdict = { outcome: "accepted", after: 1 };

/** Fates with these kinds, some of them slow. */
export function fates(kinds: Fate["kind"][], slowest: number): fc.Arbitrary<Fate[]> {
  return fc.array(
    fc.record({
      kind: fc.oneof({ weight: 3, arbitrary: fc.constant("pass" as const) }, fc.constantFrom(...kinds)),
      delay: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: slowest })),
    }),
    { maxLength: 30 },
  );
}

export const verdicts: fc.Arbitrary<Verdict[]> = fc.array(
  fc.record({
    outcome: fc.oneof(
      { weight: 3, arbitrary: fc.constant("accepted" as const) },
      fc.constant("failed" as const),
    ),
    after: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 15_000 })),
  }),
  { maxLength: 8 },
);

export class PanelLine {
  now = Date.UTC(2026, 0, 2, 12);
  /** Every effect of the sender but `send`, in short. */
  readonly log: string[] = [];
  /** What the receiver said, in short. */
  readonly heard: string[] = [];
  /** Alarms that the receiver accepted. */
  readonly accepted: PanelAlarm[] = [];
  readonly delivered: string[] = [];
  readonly refused: string[] = [];
  readonly sent: Uint8Array[] = [];
  #offers = 0;
  #outcomes = 0;
  #waiting: OutputItem[] = [];
  #items = new Map<string, OutputItem>();
  #offered: string | undefined;
  #steps: { at: number; order: number; run: () => void }[] = [];
  #order = 0;
  readonly #fates: Fate[];
  readonly #verdicts: Verdict[];
  #last = 0;
  #receiver: PanelSession | undefined;
  #connection = 0;

  constructor(
    readonly sender: OutputSession,
    readonly makeReceiver: () => PanelSession,
    readonly options: LineOptions = {},
  ) {
    this.#fates = [...options.fates ?? []];
    this.#verdicts = [...options.verdicts ?? []];
    this.#connect();
  }

  get receiver(): PanelSession {
    assert(this.#receiver !== undefined);
    return this.#receiver;
  }

  send(...items: OutputItem[]): void {
    for (const item of items) this.#items.set(item.id, item);
    this.#waiting.push(...items);
    this.#pump();
  }

  /** The receiver sends a command; what became of it is in `heard`. */
  command(id: string, data: Uint8Array): void {
    assert(this.receiver.sendCommand !== undefined);
    this.#fromReceiver(this.receiver.sendCommand({ id, data }, this.now));
  }

  /** Lets time pass, stopping wherever something is due. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let steps = 0; steps < 200_000; steps++) {
      const step = this.#steps.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
      const ticks = [this.sender.nextTick, this.#receiver?.nextTick].filter((it) => it !== undefined);
      const next = Math.min(step?.at ?? Infinity, ...ticks);
      if (next > end) {
        this.now = end;
        return;
      }
      this.now = Math.max(this.now, next);
      if (step !== undefined && step.at <= this.now) {
        this.#steps = this.#steps.filter((it) => it !== step);
        step.run();
      } else {
        this.#fromReceiver(this.#receiver?.tick(this.now) ?? []);
        this.#fromSender(this.sender.tick(this.now));
      }
      this.#pump();
    }
    throw new Error("something asks for a tick without end");
  }

  /** Lets time pass until every alarm has its end, and a little more. */
  finish(most: number): void {
    const end = this.now + most;
    while (this.now < end && this.delivered.length + this.refused.length < this.#items.size) this.pass(5000);
    this.pass(30_000);
  }

  /** Every offer had one outcome; every alarm one end; and what is delivered was accepted. */
  check(textOf: (item: OutputItem) => string): void {
    assertEquals(this.#outcomes, this.#offers, this.log.join("\n"));
    const ends = [...this.delivered, ...this.refused].sort();
    assertEquals(ends, [...this.#items.keys()].sort(), this.log.join("\n"));
    const arrived = new Set(this.accepted.map(({ data }) => String.fromCharCode(...data)));
    for (const id of this.delivered) {
      const item = this.#items.get(id);
      assert(
        item !== undefined && arrived.has(textOf(item)),
        `${id} is called delivered and was not accepted`,
      );
    }
  }

  #connect(): void {
    this.#connection++;
    this.#receiver = this.makeReceiver();
    this.#fromReceiver(this.#receiver.tick(this.now));
    this.#fromSender(this.sender.connected(this.now));
    this.#pump();
  }

  #cut(): void {
    this.#connection++;
    this.#fromReceiver(this.#receiver?.end(this.now) ?? []);
    this.#receiver = undefined;
    this.#fromSender(this.sender.disconnected(this.now));
    this.#later(1000, () => this.#connect());
  }

  #later(ms: number, run: () => void): void {
    this.#steps.push({ at: this.now + ms, order: this.#order++, run });
  }

  #transmit(bytes: Uint8Array, arrive: (piece: Uint8Array) => void): void {
    const connection = this.#connection;
    const { kind, delay } = this.#fates.shift() ?? GOOD;
    if (kind === "cut") return this.#later(delay, () => connection === this.#connection && this.#cut());
    if (kind === "lost") return;
    const size = this.options.fragment ?? bytes.length;
    for (let copy = 0; copy < (kind === "twice" ? 2 : 1); copy++) {
      // What was sent first comes first.
      this.#last = Math.max(this.#last, this.now + delay);
      for (let at = 0; at < bytes.length; at += size) {
        const piece = bytes.slice(at, at + size);
        const run = () => {
          if (connection === this.#connection) arrive(piece);
        };
        this.#steps.push({ at: this.#last, order: this.#order++, run });
      }
    }
  }

  #pump(): void {
    while (this.sender.ready && this.#offered === undefined) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      this.#offered = item.id;
      this.#offers++;
      this.#fromSender(this.sender.offer(item, this.now));
    }
  }

  #settle(id: string): void {
    assertEquals(id, this.#offered, "an outcome for an alarm that was not offered");
    this.#offered = undefined;
    this.#outcomes++;
  }

  #fromSender(effects: OutputEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") {
        this.sent.push(effect.bytes);
        this.#transmit(effect.bytes, (piece) => {
          this.#fromReceiver(this.#receiver?.feed(piece, this.now) ?? []);
        });
        continue;
      }
      const rule = "rule" in effect ? ` ${effect.rule}` : "";
      const id = "id" in effect && effect.id !== undefined ? ` ${effect.id}` : "";
      this.log.push(effect.kind === "sent" ? `sent${id} ${effect.attempt}` : effect.kind + id + rule);
      if (effect.kind === "delivered" || effect.kind === "refused") {
        this.#settle(effect.id);
        this[effect.kind].push(effect.id);
      } else if (effect.kind === "absent" && effect.id !== undefined) {
        this.#settle(effect.id);
        const item = this.#items.get(effect.id);
        assert(item !== undefined);
        this.#waiting.unshift({ ...item, repeated: true });
      } else if (effect.kind === "close") this.#cut();
    }
  }

  #fromReceiver(effects: PanelEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") {
        this.#transmit(effect.bytes, (piece) => this.#fromSender(this.sender.feed(piece, this.now)));
        continue;
      }
      this.heard.push(inShort(effect));
      if (effect.kind === "alarm") {
        const { outcome, after } = this.#verdicts.shift() ?? TAKEN;
        const receiver = this.#receiver;
        if (outcome === "accepted") this.accepted.push(effect.alarm);
        // After the end of a connection nobody waits for it.
        this.#later(after, () => {
          if (receiver === this.#receiver) {
            this.#fromReceiver(receiver?.settle(effect.ref, outcome, this.now) ?? []);
          }
        });
      } else if (effect.kind === "close") this.#cut();
    }
  }
}

function inShort(effect: PanelEffect): string {
  if (effect.kind === "refused") return `refused ${effect.rule}`;
  return effect.kind === "command-result" ? `${effect.id} ${effect.outcome}` : effect.kind;
}
