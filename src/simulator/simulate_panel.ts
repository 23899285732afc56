/**
 * Plays a panel towards a real receiver.
 *
 * @module
 */
import type { OutputEffect, OutputItem } from "../../adapters/contract.ts";
import { type SimulatedLanguage, simulatedLanguages } from "./languages.ts";
import { FaultyLine } from "./line_faults.ts";
import { PanelEnd } from "./panel_end.ts";
import type { PanelStep } from "./script.ts";
import { type Chance, seededRandom } from "./seeded_random.ts";
import type { PanelEvent, PanelSimulation, PanelSummary } from "./simulation.ts";
import type { SimulatedSite, SiteAlarm } from "./site.ts";
import { type PanelWire, reasonOf } from "./wire.ts";

/** How long a receiver may take to begin its part of the conversation, and a closing frame to be answered, ms. */
const READY_MS = 30_000;
/** How long an alarm may take in all, ms: longer than the resends of any language. */
const OUTCOME_MS = 10 * 60_000;

/**
 * Plays a panel: does the steps in order, and ends. An alarm is sent again, on a new connection, when the connection was
 * lost before its acknowledgement; it is given up as unanswered when the receiver does not answer, or `connections` were
 * lost.
 *
 * While a frame is on its way, which takes long on a slow line, the panel's waits stand still.
 *
 * @param simulation What to play.
 * @param onEvent Told of everything that happens, as it happens.
 * @returns What came of the alarms.
 * @throws {RangeError} When there is no such language, or a setting, the account or a step does not fit it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sia } from "../../adapters/sia/mod.ts";
 * import { listenPanels } from "../gateway/panel_listener.ts";
 * import { simulatePanel } from "./simulate_panel.ts";
 * import { connectTcpWire } from "./tcp_wire.ts";
 *
 * const codes: string[] = [];
 * const receiver = listenPanels({ language: sia, port: 0, onAlarm: ([event]) => void codes.push(event!.code) });
 * const summary = await simulatePanel({
 *   language: "sia",
 *   connect: () => connectTcpWire("127.0.0.1", receiver.port),
 *   steps: [{ kind: "alarm", words: { code: "BA", number: "3" } }],
 * });
 * assertEquals([summary.sent, summary.acknowledged, codes[0]], [1, 1, "BA"]);
 * await receiver.close();
 * ```
 */
export async function simulatePanel(
  simulation: PanelSimulation,
  onEvent: (event: PanelEvent) => void = () => {},
): Promise<PanelSummary> {
  return await new PanelRun(simulation, onEvent).run();
}

/**
 * Looks whether a panel could say all that it is to say.
 *
 * @param simulation What is to be played.
 * @returns What is wrong, where, and what was expected; undefined when nothing is.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { simulationFault } from "./simulate_panel.ts";
 *
 * const steps = [{ kind: "alarm" as const, words: { code: "130" } }];
 * assertStringIncludes(simulationFault({ language: "sia", steps }) ?? "", "two capital letters");
 * ```
 */
export function simulationFault(
  simulation: Pick<PanelSimulation, "language" | "steps" | "settings">,
): string | undefined {
  const { language: name, steps, settings = {} } = simulation;
  const language = Object.hasOwn(simulatedLanguages, name) ? simulatedLanguages[name] : undefined;
  if (language === undefined) {
    return `no language "${name}": expected ${Object.keys(simulatedLanguages).join(", ")}`;
  }
  const account = settings.account ?? language.account;
  let site: SimulatedSite;
  try {
    site = language.site(account, settings);
    if (site.accountFault !== undefined) return `account "${account}": ${site.accountFault}`;
    language.sender({ ...settings, account });
  } catch (error) {
    return reasonOf(error);
  }
  for (const step of steps) {
    if (step.kind !== "alarm" && step.kind !== "restore") continue;
    const made = site.alarm(step.words, step.kind === "restore");
    if (!made.ok) return `${step.kind}: ${made.message}`;
  }
  return undefined;
}

class PanelRun {
  readonly #simulation: PanelSimulation;
  readonly #onEvent: (event: PanelEvent) => void;
  readonly #language: SimulatedLanguage;
  readonly #site: SimulatedSite;
  readonly #end: PanelEnd;
  readonly #chance: Chance;
  readonly #summary: PanelSummary = {
    sent: 0,
    acknowledged: 0,
    refused: 0,
    unanswered: 0,
    repeated: 0,
    connections: 0,
  };
  /** The last attempt to connect failed. */
  #unreachable = false;
  /** When the alarm on its way was first offered. */
  #since = 0;
  /** Told while no alarm was on its way: the receiver does not answer. */
  #silence: OutputEffect | undefined;
  #current: { item: OutputItem; outcome: OutputEffect | undefined } | undefined;

  constructor(simulation: PanelSimulation, onEvent: (event: PanelEvent) => void) {
    const fault = simulationFault(simulation);
    const language = simulatedLanguages[simulation.language];
    if (fault !== undefined || language === undefined) throw new RangeError(fault ?? "no language");
    this.#simulation = simulation;
    this.#onEvent = onEvent;
    this.#language = language;
    const { faults = {}, seed = 1, settings } = simulation;
    const account = settings?.account ?? language.account;
    this.#site = language.site(account, settings);
    this.#chance = seededRandom(seed);
    this.#end = new PanelEnd(language.sender({ ...settings, account }), {
      line: new FaultyLine(faults, language, seededRandom(seed + 1)),
      deaf: faults.ignoreAnswers === true,
      onEffect: (effect) => this.#take(effect),
      onSpoiled: () => onEvent({ kind: "spoiled", alarm: this.#summary.sent }),
      onEnd: (reason) => onEvent({ kind: "disconnected", reason }),
    });
  }

  async run(): Promise<PanelSummary> {
    const end = this.#end;
    try {
      for (const step of this.#simulation.steps) await this.#do(step);
      // A closing frame may still wait for its answer.
      await end.until(() => !end.up || end.ready, READY_MS);
      const { goodbye } = this.#language;
      if (goodbye !== undefined) await end.say(goodbye, READY_MS);
    } finally {
      end.hangUp("the panel has finished");
      await end.closed();
    }
    return this.#summary;
  }

  async #do(step: PanelStep): Promise<void> {
    switch (step.kind) {
      case "wait":
        return await pause(step.ms);
      case "drop":
        return this.#end.hangUp("the panel cut it");
      case "random":
        return await this.#alarm(this.#site.random(this.#chance));
      default: {
        const made = this.#site.alarm(step.words, step.kind === "restore");
        if (!made.ok) throw new RangeError(made.message);
        return await this.#alarm(made.alarm);
      }
    }
  }

  async #alarm(alarm: SiteAlarm): Promise<void> {
    for (let times = this.#simulation.faults?.repeat === true ? 2 : 1; times > 0; times--) {
      const number = ++this.#summary.sent;
      this.#since = Date.now();
      const outcome = await this.#deliver({ ...alarm, id: String(number), repeated: false });
      if (outcome.kind === "delivered") {
        this.#site.acknowledged?.(alarm);
        this.#summary.acknowledged++;
      } else {
        const kind = outcome.kind === "refused" ? "refused" : "unanswered";
        this.#summary[kind]++;
        const [rule, message] = "rule" in outcome ? [outcome.rule, outcome.message] : ["no-answer", ""];
        this.#onEvent({ kind, alarm: number, rule, message });
      }
    }
  }

  async #deliver(item: OutputItem): Promise<OutputEffect> {
    // One that could not connect at all is not waited for again and again.
    const connections = this.#unreachable ? 1 : this.#simulation.connections ?? 4;
    let last = absent(
      "no-connection",
      "The panel could not connect. Check address and port, and that the receiver runs.",
    );
    for (let attempt = 1; attempt <= connections; attempt++) {
      if (!await this.#connected(attempt)) continue;
      const end = this.#end;
      this.#silence = undefined;
      const begun = await end.until(() => !end.up || end.ready || this.#silence !== undefined, READY_MS);
      if (this.#silence !== undefined) {
        end.hangUp("no answer: the panel hangs up");
        return this.#silence;
      }
      if (!begun) {
        end.hangUp("the receiver did not begin");
        last = absent(
          "not-ready",
          "The receiver did not begin its part of the conversation. Check its language.",
        );
        continue;
      }
      if (!end.up) {
        last = absent("disconnected", "The connection ended before the alarm could be sent.");
        continue;
      }
      const outcome = await this.#offer({ ...item, repeated: attempt > 1 });
      const lost = outcome.kind === "absent" && !end.up && outcome.rule === "disconnected";
      if (!lost) return outcome;
      last = outcome;
    }
    return last;
  }

  async #offer(item: OutputItem): Promise<OutputEffect> {
    const current = { item, outcome: undefined as OutputEffect | undefined };
    this.#current = current;
    this.#end.offer(item);
    await this.#end.until(() => current.outcome !== undefined, OUTCOME_MS);
    this.#current = undefined;
    const outcome = current.outcome ??
      absent("no-outcome", "The alarm was neither acknowledged nor refused.");
    // What is answered late must not count for the next alarm.
    if (outcome.kind === "absent") this.#end.hangUp("no answer: the panel hangs up");
    return outcome;
  }

  async #connected(attempt: number): Promise<boolean> {
    if (this.#end.up) return true;
    if (attempt > 1) await pause(this.#simulation.reconnectMs ?? 500);
    // A serial line is given back before it is taken again.
    await this.#end.closed();
    let wire: PanelWire;
    try {
      wire = await this.#simulation.connect();
    } catch (error) {
      this.#onEvent({ kind: "no-connection", message: reasonOf(error) });
      this.#unreachable = true;
      return false;
    }
    this.#unreachable = false;
    this.#summary.connections++;
    this.#onEvent({ kind: "connected", peer: wire.peer });
    this.#end.connect(wire);
    return true;
  }

  #take(effect: OutputEffect): void {
    const current = this.#current;
    switch (effect.kind) {
      case "sent": {
        const { line, attempt } = effect;
        if (attempt > 1) this.#summary.repeated++;
        return this.#onEvent({ kind: "sent", alarm: Number(effect.id), line, attempt });
      }
      case "delivered":
      case "refused":
      case "absent":
        if (current !== undefined && effect.id === current.item.id) {
          current.outcome ??= effect;
          // Told at once: a closing frame may follow before the next alarm does.
          if (effect.kind !== "delivered") return;
          const ms = Date.now() - this.#since;
          this.#onEvent({ kind: "acknowledged", alarm: Number(effect.id), ms });
        }
        if (current === undefined && effect.kind === "absent" && effect.rule !== "disconnected") {
          this.#silence = effect;
        }
        return;
      case "stray":
        return this.#onEvent({ kind: "stray", rule: effect.rule, message: effect.message });
    }
  }
}

function absent(rule: string, message: string): OutputEffect {
  return { kind: "absent", rule, message };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
