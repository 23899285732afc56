/** All outputs of an RCT on a journal in memory, and automation software to play with. */
import { Ademco685Ae } from "../../adapters/ademco_685/ae_simulator.ts";
import { Bosch6500Ae } from "../../adapters/bosch_6500/ae_simulator.ts";
import { Dc07Ae } from "../../adapters/dc07/ae_simulator.ts";
import { SurGardAe } from "../../adapters/sur_gard/mod.ts";
import type { OutputConfig } from "../../src/config/output_config.ts";
import type { RouteConfig } from "../../src/config/route_config.ts";
import type { SiteTable } from "../../src/event/translation/mod.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { HopWriter, Live } from "../../src/gateway/live.ts";
import { RctAlarms } from "../../src/gateway/rct_alarms.ts";
import { RctOutputs } from "../../src/gateway/rct_outputs.ts";
import { SiteChannels } from "../../src/gateway/site_channels.ts";
import { Wake } from "../../src/gateway/wake.ts";
import type { Journal, StoredAlarm } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { type Closable, connectTcp, listenTcp, type TcpConnection } from "../../src/transport/tcp.ts";
import { decodeEventData } from "../../src/decode/event_data.ts";
import { until } from "../support/until.ts";
import { alarm as anAlarm } from "../journal/alarms.ts";

/** What an {@link OutputsRig} is made of. */
export interface OutputsRigParts {
  outputs: OutputConfig[];
  routes?: RouteConfig[];
  table?: SiteTable;
  journal?: Journal;
  serialSocket?: string;
}

/** The outputs of an RCT, without its sites. */
export class OutputsRig implements AsyncDisposable {
  readonly journal: Journal;
  readonly delivered: string[] = [];
  readonly logged: string[] = [];
  readonly faults = new Faults((_level, rule) => void this.logged.push(rule), () => {});
  readonly outputs: RctOutputs;
  readonly alarms: RctAlarms;

  private constructor({ outputs, routes = [], table, journal, serialSocket = "" }: OutputsRigParts) {
    this.journal = journal ?? new MemoryJournal({ now: Date.now });
    const live = new Live();
    const hops = new HopWriter(this.journal, live);
    const log = (_level: string, rule: string, message: string) =>
      void this.logged.push(`${rule}: ${message}`);
    this.outputs = new RctOutputs({
      outputs,
      routes,
      table,
      serialSocket,
      accountOf: ({ account }) => account,
      journal: this.journal,
      hops,
      faults: this.faults,
      log,
      delivered: ({ id }: StoredAlarm) => void this.delivered.push(id),
    });
    this.alarms = new RctAlarms({
      journal: this.journal,
      hops,
      live,
      log,
      channels: new SiteChannels(),
      lanesFor: (target, account) => this.outputs.lanesFor(target, account),
      losses: (lane, alarm) => this.outputs.losses(lane, alarm),
    });
  }

  /** Opens the outputs. */
  static async open(parts: OutputsRigParts): Promise<OutputsRig> {
    const rig = new OutputsRig(parts);
    await rig.outputs.start();
    return rig;
  }

  /** Port of an output that listens. */
  port(name: string): number {
    return this.outputs.ports.find((each) => each.name === name)?.port ?? 0;
  }

  /** Stores an alarm. @param target Name of an output or route. @param data Event data: SIA when it begins with `#`, else Contact ID. */
  async add(id: string, target: string, data = "123418113001015"): Promise<void> {
    const octets = new TextEncoder().encode(data);
    const protocol = data.startsWith("#") ? "sia" as const : "contact-id" as const;
    const events = decodeEventData(protocol, octets).map((draft, at) => ({
      ...draft,
      id: `${id}${at}`,
      receivedAt: new Date(0),
    }));
    const account = events[0]?.account ?? "";
    const alarm = anAlarm(id, { protocol, data: octets, raw: octets, account, events, origin: "shop" });
    await this.alarms.store(alarm, this.outputs.lanesFor(target, account), []);
  }

  /** Waits until so many were delivered. */
  async reaches(count: number): Promise<void> {
    await until(() => this.delivered.length >= count, `${count} deliveries`).catch((error) => {
      throw new Error(
        `${error.message}; ${this.delivered.length} came; ${this.logged.slice(-8).join(" | ")}`,
      );
    });
  }

  counters(name: string): Record<string, number> {
    return this.outputs.outputs({}).find((output) => output.name === name)?.counters ?? {};
  }

  rules(): string[] {
    return this.faults.all.map(({ rule }) => rule).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.outputs.stop(0);
  }
}

/** Automation software of a line language. */
export interface LineSoftware {
  readonly alarms: readonly { raw: Uint8Array }[];
  readonly nextTick: number | undefined;
  feed(bytes: Uint8Array, now: number): readonly { kind: string; bytes?: Uint8Array }[];
  tick(now: number): readonly { kind: string; bytes?: Uint8Array }[];
  disconnected(): void;
}

/** The simulator of each line language. */
export const SOFTWARE = {
  "sur-gard": () => new SurGardAe({ lineDigits: 1 }),
  "ademco-685": () => new Ademco685Ae(),
  "bosch-6500": () => new Bosch6500Ae(),
  "dc07": () => new Dc07Ae(),
  "bosch-sia": () => new Dc07Ae(),
} satisfies Record<string, () => LineSoftware>;

/** What a connection's owner is told, for a piece of software. */
function answering(software: LineSoftware, spoil: Spoil | undefined) {
  return (connection: TcpConnection) => {
    const wake = new Wake(() => answer(software.tick(Date.now())));
    const answer = (effects: readonly { kind: string; bytes?: Uint8Array }[]) => {
      for (const effect of effects) {
        if (effect.kind === "drop") connection.close();
        if (effect.bytes === undefined) continue;
        for (const bytes of spoil?.(effect.bytes, software) ?? [effect.bytes]) {
          if (bytes === "drop") connection.close();
          else connection.send(bytes);
        }
      }
      wake.set(software.nextTick);
    };
    return {
      data: (bytes: Uint8Array) => answer(software.feed(bytes, Date.now())),
      closed: () => {
        wake.clear();
        software.disconnected();
      },
    };
  };
}

/** What becomes of an answer on its way. */
export type Spoil = (answer: Uint8Array, software: LineSoftware) => (Uint8Array | "drop")[];

/** The software listens. @param port 0 for any. */
export function softwareListens(
  software: LineSoftware,
  port = 0,
  spoil?: Spoil,
): Closable & { port: number } {
  return listenTcp({ hostname: "127.0.0.1", port }, answering(software, spoil));
}

/** The software connects. */
export function softwareConnects(software: LineSoftware, port: number, spoil?: Spoil): Closable {
  return connectTcp(
    { hostname: "127.0.0.1", port, retryMs: 50, maxRetryMs: 100 },
    answering(software, spoil),
  );
}

/** What the software received, printable. */
export function linesOf(software: Pick<LineSoftware, "alarms">): string[] {
  return software.alarms.map(({ raw }) => new TextDecoder("latin1").decode(raw));
}
