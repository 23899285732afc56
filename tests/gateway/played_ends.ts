/** Outputs of one lane whose AEs are played: real queue, real outputs, and a clock that can be turned on. */
import type { AeEnd, AeEndOwner } from "../../src/gateway/ae_end.ts";
import { AeLink } from "../../src/gateway/ae_link.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { Lane } from "../../src/gateway/lane.ts";
import { HopWriter, Live } from "../../src/gateway/live.ts";
import { OutputItems, type StoredItem } from "../../src/gateway/output_item.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { settled, store } from "./outbox_rig.ts";

/** An AE that holds what it is given until it is told what to say of it. */
export class PlayedEnd implements AeEnd {
  readonly where = "";
  readonly port = 0;
  readonly provable = true;
  onDemand = false;
  up = true;
  /** What it was given; a star marks a repeat. */
  readonly got: string[] = [];
  /** How often it was to be called. */
  wanted = 0;
  /** What it does with the next alarm instead of holding it. */
  onOffer: ((item: StoredItem) => void) | undefined;
  #holds: string | undefined;

  constructor(readonly owner: AeEndOwner) {}

  get ready(): boolean {
    return this.up && this.#holds === undefined;
  }

  offer(item: StoredItem): void {
    this.onOffer?.(item);
    this.#holds = item.id;
    this.got.push(`${item.id}${item.repeated ? "*" : ""}`);
    this.owner.tell({ kind: "sent", id: item.id, line: item.id, attempt: 1 });
  }

  /** It is there. */
  comes(): void {
    this.up = true;
    this.owner.tell({ kind: "present" });
    this.owner.step();
  }

  takes(): void {
    this.owner.tell({ kind: "delivered", id: this.#answered() });
    this.owner.step();
  }

  refuses(): void {
    this.owner.tell({ kind: "refused", id: this.#answered(), rule: "nak-limit", message: "not wanted" });
    this.owner.step();
  }

  /** It says nothing to what it holds; another alarm could be sent all the same. */
  isSilent(): void {
    const message = "no answer";
    this.owner.tell({ kind: "absent", rule: "no-answer", message, id: this.#answered() });
    this.owner.step();
  }

  #answered(): string {
    const id = this.#holds;
    if (id === undefined) throw new Error("nothing to answer");
    this.#holds = undefined;
    return id;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }
  want(): void {
    this.wanted++;
  }
  preview(): undefined {}
  drain(): void {}
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A lane with such outputs. Its clock is the wall clock plus {@link skewMs}. */
export class PlayedOutputs implements AsyncDisposable {
  skewMs = 0;
  readonly journal = new MemoryJournal({ now: Date.now });
  readonly faults = new Faults(() => {}, () => {});
  readonly live = new Live();
  readonly lane = new Lane({ name: "route", journal: this.journal, faults: this.faults });
  readonly ends: PlayedEnd[] = [];
  readonly delivered: string[] = [];
  /** Whose account it is asked for, and what it says. */
  accountOf = (account: string): string => account;
  readonly #now = Date.now;

  private constructor(...names: string[]) {
    const { journal, faults, live, lane } = this;
    for (const name of names) {
      const link = new AeLink({
        name,
        end: (owner) => this.ends[this.ends.push(new PlayedEnd(owner)) - 1]!,
        items: new OutputItems(name, undefined, ({ account }) => this.accountOf(account)),
        hops: new HopWriter(journal, live),
        faults,
        delivered: ({ id }) => void this.delivered.push(id),
      });
      lane.links.push(link);
      link.lanes.push(lane);
    }
    Date.now = () => this.#now() + this.skewMs;
  }

  /** Two outputs, in order. */
  static async two(): Promise<PlayedOutputs & { ends: [PlayedEnd, PlayedEnd] }> {
    const rig = new PlayedOutputs("east", "west");
    await rig.lane.outbox.start();
    return rig as PlayedOutputs & { ends: [PlayedEnd, PlayedEnd] };
  }

  /** One output. */
  static async one(): Promise<PlayedOutputs & { ends: [PlayedEnd] }> {
    const rig = new PlayedOutputs("east");
    await rig.lane.outbox.start();
    return rig as PlayedOutputs & { ends: [PlayedEnd] };
  }

  /** Stores alarms and tells the queue, as a gateway does. */
  async add(...ids: string[]): Promise<void> {
    for (const id of ids) {
      const offered = this.lane.outbox.offersNext;
      this.lane.outbox.add(await store(this.journal, id, { lane: "route", account: id, offered }));
    }
    await settled();
  }

  rules(): string[] {
    return this.faults.all.map(({ rule, message }) => `${rule}: ${message}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Date.now = this.#now;
    for (const link of this.lane.links) await (link as AeLink).stop(0);
  }
}
