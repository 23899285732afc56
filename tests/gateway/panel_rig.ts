/** A panel's connection without a socket: a session that does what the test says, on a journal in memory. */
import type { AlarmOutcome, PanelAlarm, PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { HopWriter, Live } from "../../src/gateway/live.ts";
import { type AcknowledgeMode, PanelIntake } from "../../src/gateway/panel_intake.ts";
import { PanelLink } from "../../src/gateway/panel_link.ts";
import { Outbox } from "../../src/gateway/outbox.ts";
import { UniqueTime } from "../../src/gateway/unique_time.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

/** A burglary as a SIA panel reports it. */
export function panelAlarm(data = "#1234|NBA01", complete = true): PanelAlarm {
  const raw = ascii(data.split("^")[0]!);
  const event = {
    account: "1234",
    language: "sia",
    code: "BA",
    qualifier: "new" as const,
    label: "Burglary",
    flags: [],
    raw,
  };
  const text = data.split("^")[1];
  const events = [text === undefined ? event : { ...event, text }];
  return { events, protocol: "sia", data: ascii(data), raw, complete };
}

/** Says what it is told to say, and remembers how it was answered. */
export class ScriptedSession implements PanelSession {
  readonly settled: [ref: number, outcome: AlarmOutcome][] = [];
  script: PanelEffect[] = [];
  lastWords: PanelEffect[] = [];

  get nextTick(): number | undefined {
    return undefined;
  }
  feed(_bytes?: Uint8Array, _now?: number): PanelEffect[] {
    return this.script.splice(0);
  }
  tick(_now?: number): PanelEffect[] {
    return [];
  }
  settle(ref: number, outcome: AlarmOutcome): PanelEffect[] {
    this.settled.push([ref, outcome]);
    return [{ kind: "send", bytes: Uint8Array.of(outcome === "accepted" ? 0x06 : 0x15) }];
  }
  end(): PanelEffect[] {
    return this.lastWords.splice(0);
  }
}

/** An intake and panels on it. */
export class PanelRig {
  readonly outbox: Outbox;
  readonly intake: PanelIntake;
  readonly counters: Record<string, number> = {};
  readonly logged: string[] = [];

  constructor(readonly journal: MemoryJournal = new MemoryJournal({ now: Date.now })) {
    const live = new Live();
    this.outbox = new Outbox(journal, "rct", false, () => {});
    this.intake = new PanelIntake({
      journal,
      outbox: this.outbox,
      hops: new HopWriter(journal, live),
      live,
      deviceId: new Uint8Array(16),
      times: new UniqueTime((octets) => crypto.getRandomValues(new Uint8Array(octets))),
      lane: "rct",
    });
  }

  static async open(journal?: MemoryJournal): Promise<PanelRig> {
    const rig = new PanelRig(journal);
    await rig.intake.start(Date.now());
    await rig.outbox.start();
    return rig;
  }

  connect(
    mode: AcknowledgeMode = "store-and-forward",
    passThroughWaitMs = 30,
    session: ScriptedSession = new ScriptedSession(),
    lossy?: "line" | "datagrams",
  ) {
    const sent: number[] = [];
    const connection = {
      peer: "127.0.0.1:40000",
      isClosed: false,
      send: (bytes: Uint8Array) => void sent.push(...bytes),
      close() {
        this.isClosed = true;
      },
    };
    const link = new PanelLink(connection, {
      input: "galaxy",
      mode,
      passThroughWaitMs,
      session,
      lossy,
      intake: this.intake,
      counters: this.counters,
      log: (_level, rule) => void this.logged.push(rule),
    });
    let ref = 0;
    return {
      session,
      link,
      sent,
      connection,
      say(...effects: PanelEffect[]): void {
        session.script = effects;
        link.data(new Uint8Array(1));
      },
      alarm(alarm: PanelAlarm): number {
        this.say({ kind: "alarm", ref: ++ref, alarm });
        return ref;
      },
    };
  }

  /** What the RCT would take now: it takes it. */
  deliver(): string[] {
    const got: string[] = [];
    for (let next = this.outbox.take(Date.now()); next !== undefined; next = this.outbox.take(Date.now())) {
      const { alarm } = next;
      got.push(new TextDecoder().decode(alarm.data));
      this.outbox.done(alarm.id);
      alarm.deliveredAt = Date.now();
      this.journal.note({ id: alarm.id, delivered: alarm.deliveredAt });
      this.intake.wasDelivered(alarm);
    }
    return got;
  }

  /** The steps of the latest alarm. */
  async steps(): Promise<string[]> {
    return (await this.journal.recent(1))[0]!.hops.map(({ step }) => step);
  }
}

/** Lets the journal answer. */
export function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
