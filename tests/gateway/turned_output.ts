/** One output with a Sur-Gard session on a clock that a test turns, and an AE that answers at once as the test says. */
import { surGardSession } from "../../adapters/sur_gard/mod.ts";
import type { OutputEffect } from "../../adapters/contract.ts";
import type { AeEndOwner } from "../../src/gateway/ae_end.ts";
import { AeLink } from "../../src/gateway/ae_link.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { Lane } from "../../src/gateway/lane.ts";
import { HopWriter, Live } from "../../src/gateway/live.ts";
import { OutputItems } from "../../src/gateway/output_item.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { settled, store } from "./outbox_rig.ts";

const START = 1_800_000_000_000;
const STEP_MS = 50;

/** What the AE says to a line: an octet, or nothing. */
export type Answer = (line: string) => number | undefined;

/** An output that is alone in its lane. */
export class TurnedOutput implements AsyncDisposable {
  /** Since the start, ms. */
  ms = 0;
  answer: Answer = () => 0x06;
  readonly journal = new MemoryJournal({ now: Date.now });
  readonly faults = new Faults(() => {}, () => {});
  readonly lane = new Lane({ name: "rct", journal: this.journal, faults: this.faults });
  readonly delivered: string[] = [];
  /** Every alarm line that was sent, and when. */
  readonly lines: { ms: number; line: string }[] = [];
  readonly #session;
  readonly #link: AeLink;
  readonly #now = Date.now;
  #owner!: AeEndOwner;
  #answers: number[] = [];

  private constructor(options: Parameters<typeof surGardSession>[0]) {
    const session = this.#session = surGardSession(options);
    this.#link = new AeLink({
      name: "rct",
      end: (owner) => {
        this.#owner = owner;
        return {
          where: "",
          port: 0,
          onDemand: false,
          provable: true,
          get ready() {
            return session.ready;
          },
          start: () => Promise.resolve(this.#apply(session.connected(Date.now()))),
          want() {},
          offer: (item) => this.#apply(session.offer(item, Date.now())),
          preview: () => undefined,
          drain() {},
          close: () => Promise.resolve(),
        };
      },
      items: new OutputItems("rct", undefined, ({ account }) => account),
      hops: new HopWriter(this.journal, new Live()),
      faults: this.faults,
      delivered: ({ id }) => void this.delivered.push(id),
    });
    this.lane.links.push(this.#link);
    this.#link.lanes.push(this.lane);
    Date.now = () => START + this.ms;
  }

  /** Opens one. */
  static async open(options: Parameters<typeof surGardSession>[0] = {}): Promise<TurnedOutput> {
    const output = new TurnedOutput(options);
    await output.lane.outbox.start();
    await output.#link.start();
    return output;
  }

  /** Stores a Contact ID alarm of an account, or other event data. */
  async add(id: string, account: string, fields = {}): Promise<void> {
    const data = new TextEncoder().encode(`${account}18113001015`);
    const alarm = { account, protocol: "contact-id", data, offered: true, ...fields };
    this.lane.outbox.add(await store(this.journal, id, alarm));
    await settled();
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    for (const end = this.ms + ms; this.ms < end;) {
      this.ms += STEP_MS;
      for (const octet of this.#answers.splice(0)) {
        this.#apply(this.#session.feed(Uint8Array.of(octet), Date.now()));
      }
      this.#apply(this.#session.tick(Date.now()));
      this.#link.pump();
      if (this.ms % 1000 === 0) await Promise.resolve();
    }
    await settled();
  }

  /** Rows that the life of an alarm has. */
  async rows(id: string): Promise<number> {
    return (await this.journal.life(id))?.hops.length ?? 0;
  }

  #apply(effects: OutputEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "sent") this.lines.push({ ms: this.ms, line: effect.line });
      if (effect.kind === "send") {
        const octet = this.answer(new TextDecoder("latin1").decode(effect.bytes));
        if (octet !== undefined) this.#answers.push(octet);
      } else if (effect.kind !== "close") this.#owner.tell(effect);
    }
    this.#owner.step();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Date.now = this.#now;
    await this.#link.stop(0);
  }
}
