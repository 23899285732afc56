/**
 * The centre's side of raw lines: automation software that speaks the panels' language itself.
 *
 * @module
 */
import type { RawRctConfig } from "../config/raw_config.ts";
import type { OutputStatus } from "../http/view.ts";
import type { Result } from "../ip/profile.ts";
import { type RawFrame, readRawFrame } from "../raw/frame.ts";
import type { RctRequestEnd } from "../session/rct_requests.ts";
import type { Closable } from "../transport/tcp.ts";
import { RawAe } from "./raw_ae.ts";
import { RawEnds } from "./raw_ends.ts";
import { RawLine, type RawParts } from "./raw_line.ts";

/** What a {@link RawRct} works with. */
export interface RawRctParts extends RawParts {
  lines: readonly RawRctConfig[];
  /** Sends octets to a site's SPT in a TRANSPARENT message. */
  ask(site: string, data: Uint8Array): Promise<RctRequestEnd>;
}

/** The raw lines of a site, and its connections. */
interface Site {
  name: string;
  ends: RawEnds;
  lines: Map<string, RawAe>;
  /** A message is on its way to the SPT. */
  asking: boolean;
}

/**
 * Runs the raw lines of an RCT. An SPT reaches those of its own site only.
 */
export class RawRct {
  /** What came and fitted no line, by rule. */
  readonly counters: Record<string, number> = {};
  readonly #parts: RawRctParts;
  readonly #sites = new Map<string, Site>();
  readonly #lines: RawAe[] = [];
  #closed = false;

  constructor(parts: RawRctParts) {
    this.#parts = parts;
  }

  /**
   * Opens the lines.
   *
   * @throws {Error} When a port cannot be bound, with the line and the port in the message.
   */
  open(): void {
    for (const config of this.#parts.lines) {
      const line = new RawLine(config, `${config.site}/${config.name}`, "ae", this.#parts);
      const ae = new RawAe(line, config, this.#parts.serialSocket);
      this.#site(config.site).lines.set(config.name, ae);
      this.#lines.push(ae);
      ae.open();
      line.log("info", "output", `raw: ${ae.where}; nobody acknowledges here, and nothing is kept`);
    }
  }

  /** Where the lines listen or connect to. */
  get ports(): { site: string; name: string; port: number }[] {
    return this.#lines.map(({ config: { site, name }, port }) => ({ site, name, port }));
  }

  /**
   * Takes a TRANSPARENT message of a site.
   *
   * @param site Name of the site.
   * @param data The octets.
   * @returns Its answer; undefined when it is something else. Never throws.
   */
  take(site: string, data: Uint8Array): Result | undefined {
    const read = readRawFrame(data);
    if (read.kind === "foreign") return undefined;
    const known = this.#sites.get(site);
    if (read.kind === "unreadable") return this.#refuse(site, "raw-unreadable", read.message);
    if (known === undefined) {
      this.#refuse(site, "raw-no-line", "this site has no [[raw]] here");
      return "RESP_CMD_NOT_SUPPORTED";
    }
    const { frame } = read;
    if (frame.kind === "open" && known.ends.get(frame.connection) === undefined) {
      return this.#opened(known, frame);
    }
    const why = known.ends.take(frame);
    return why === undefined ? "RESP_ACKNOWLEDGE" : this.#refuse(site, "raw-message-refused", why);
  }

  /** A site's path has failed, or is there again. */
  path(site: string, state: "failed" | "established"): void {
    const ends = this.#sites.get(site)?.ends;
    if (state === "failed") ends?.cut("the path to the SPT has failed");
    else ends?.probe();
  }

  /** The lines, as the page shows them. */
  status(): OutputStatus[] {
    return this.#lines.map(({ line, config, state, where }) => ({
      name: line.label,
      language: config.language === undefined ? "raw" : `raw ${config.language}`,
      where,
      state,
      queued: 0,
      counters: { ...line.counters },
    }));
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { ends } of this.#sites.values()) ends.close("the RCT stops");
    await Promise.all(this.#lines.map((line: Closable) => line.close()));
  }

  #site(name: string): Site {
    const known = this.#sites.get(name);
    if (known !== undefined) return known;
    const site: Site = { name, ends: new RawEnds(() => this.#pump(site)), lines: new Map(), asking: false };
    this.#sites.set(name, site);
    return site;
  }

  /** One message at a time: the session sends no more either, and what waits here can still grow. */
  #pump(site: Site): void {
    if (site.asking || this.#closed) return;
    const next = site.ends.next();
    if (next === undefined) return;
    site.asking = true;
    const done = (how: "taken" | "refused" | "lost") => {
      site.asking = false;
      site.ends.answered(next.connection, how);
      this.#pump(site);
    };
    this.#parts.ask(site.name, next.data).then(
      (end) =>
        done(end.kind === "unanswered" ? "lost" : end.result === "RESP_ACKNOWLEDGE" ? "taken" : "refused"),
      () => done("refused"),
    );
  }

  #opened(site: Site, frame: RawFrame): Result {
    // The SPT has started anew: what it had is gone, and it does not know it any more.
    for (const each of site.ends.all) {
      if (each.end.connection >>> 16 !== frame.connection >>> 16) {
        each.cut("raw-ended", "the SPT has started anew", false);
      }
    }
    const name = new TextDecoder().decode(frame.octets);
    const ae = site.lines.get(name);
    if (ae === undefined) {
      const shown = JSON.stringify(name.slice(0, 64));
      this.#refuse(site.name, "raw-no-line", `there is no [[raw]] ${shown} for this site`);
      return "RESP_CMD_NOT_SUPPORTED";
    }
    const why = ae.busy;
    if (why !== undefined) {
      ae.refuse(why);
      return "RESP_PROCESS_ERROR";
    }
    const added = site.ends.add(ae.line, frame.connection, undefined, { done: () => ae.left(added) });
    const refused = site.ends.take(frame);
    if (refused !== undefined) return this.#refuse(site.name, "raw-message-refused", refused);
    ae.join(added);
    return "RESP_ACKNOWLEDGE";
  }

  #refuse(site: string, rule: string, message: string): Result {
    this.counters[rule] = (this.counters[rule] ?? 0) + 1;
    this.#parts.log("warn", rule, `a raw message was refused: ${message}`, { site });
    return "RESP_PROCESS_ERROR";
  }
}
