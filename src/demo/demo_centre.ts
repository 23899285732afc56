/**
 * The automation software of the demo and of tests: connects to the RCT's output, answers, and keeps count.
 *
 * @module
 */
import { type AeBehaviour, SurGardAe } from "../../adapters/sur_gard/mod.ts";
import { type Closable, connectTcp } from "../transport/tcp.ts";
import { Wake } from "../gateway/wake.ts";

/** AE software on a TCP connection of its own, connecting again when it is lost. */
export class DemoCentre {
  /** The AE's logic and its records. */
  readonly ae: SurGardAe;
  readonly #port: number;
  #client: Closable | undefined;

  /**
   * @param port TCP port of the RCT's output.
   * @param behaviour How alarms are answered.
   */
  constructor(port: number, behaviour: AeBehaviour = { kind: "ack" }) {
    this.#port = port;
    this.ae = new SurGardAe({ behaviour });
  }

  /** Different alarms received. */
  get alarms(): number {
    return this.ae.alarms.filter(({ seenBefore }) => !seenBefore).length;
  }

  /** Alarms that came twice without saying so. */
  get doubled(): number {
    return this.ae.alarms.filter(({ repeat }) => repeat === "unmarked").length;
  }

  /** Alarms that came twice, the second time marked as a possible repeat. */
  get repeats(): number {
    return this.ae.alarms.filter(({ repeat, seenBefore }) => repeat === "marked" && seenBefore).length;
  }

  /** The alarm lines, in order, printable. */
  get lines(): string[] {
    return this.ae.alarms.map(({ raw }) => new TextDecoder("latin1").decode(raw).replaceAll("\x14", "<DC4>"));
  }

  /** Connects, now and whenever the connection is lost. */
  start(): void {
    this.#client = connectTcp(
      { hostname: "127.0.0.1", port: this.#port, retryMs: 100, maxRetryMs: 200 },
      (connection) => {
        const wake = new Wake(() => answer(this.ae.tick(Date.now())));
        const answer = (effects: ReturnType<SurGardAe["feed"]>) => {
          for (const effect of effects) if (effect.kind === "send") connection.send(effect.bytes);
          wake.set(this.ae.nextTick);
        };
        return {
          data: (bytes) => answer(this.ae.feed(bytes, Date.now())),
          closed: () => {
            wake.clear();
            this.ae.disconnected();
          },
        };
      },
    );
  }

  /** Disconnects for good. */
  async stop(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }
}
