/**
 * Automation software at a web server: alarms are posted to its URL.
 *
 * @module
 */
import type { Written } from "../../adapters/contract.ts";
import type { OutputConfig } from "../config/output_config.ts";
import type { AeEnd, AeEndOwner } from "./ae_end.ts";
import { readCertificates, whereIs } from "./ae_transport.ts";
import type { Log } from "./log.ts";
import type { StoredItem } from "./output_item.ts";
import { previewSession, webhookOptions } from "./output_sessions.ts";
import { systemRandom } from "./random.ts";
import { WebhookOutput } from "./webhook_output.ts";

/** Posts alarms; each POST has a connection of its own, so there is nothing to keep open. */
export class AeWebhook implements AeEnd {
  /** A web server is not asked before the first alarm. */
  readonly provable = false;
  /** Ready without a connection. */
  readonly onDemand = false;
  /** There is no port of ours. */
  readonly port = 0;
  readonly #output: OutputConfig;
  readonly #owner: AeEndOwner;
  readonly #log: Log;
  #webhook: WebhookOutput | undefined;
  #preview: ReturnType<typeof previewSession> | undefined;

  /** @param output An output with language `webhook`. @param owner Who is told. */
  constructor(output: OutputConfig, owner: AeEndOwner, log: Log) {
    this.#output = output;
    this.#owner = owner;
    this.#log = log;
  }

  /** The server; not the path, which may hold a secret. */
  get where(): string {
    return whereIs(this.#output.line);
  }

  /** True when an alarm can be offered. */
  get ready(): boolean {
    return this.#webhook?.ready ?? false;
  }

  /** Reads the certificates. */
  async start(): Promise<void> {
    const { line, name } = this.#output;
    const session = webhookOptions(this.#output);
    if (line.kind !== "http" || session === undefined) {
      throw new Error(`output ${name}: a webhook needs a URL`);
    }
    try {
      const { url, allowHttp, timeoutMs } = line;
      const ca = line.ca === undefined ? {} : { ca: await readCertificates(line.ca) };
      this.#webhook = new WebhookOutput({
        ...session,
        ...ca,
        url,
        allowHttp,
        timeoutMs,
        onEffects: (effects) => {
          for (const effect of effects) this.#owner.tell(effect);
          this.#owner.step();
        },
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`output ${name}: ${reason}`, { cause: error });
    }
    this.#preview = previewSession(this.#output, { random: systemRandom() });
    this.#log("info", "output", `webhook: posting to ${this.where}`, { output: name });
    this.#owner.step();
  }

  /** Nothing to connect. */
  want(): void {}

  /** Hands over one alarm. */
  offer(item: StoredItem): void {
    this.#webhook?.offer(item);
  }

  /** What would be posted. */
  preview(item: StoredItem): Written | undefined {
    return this.#preview?.preview?.(item, Date.now());
  }

  /** A receiver tells repeats by the alarm's identity: nothing to hold back. */
  drain(): void {}

  /** Ends the attempt under way. */
  async close(): Promise<void> {
    await this.#webhook?.close();
  }
}
