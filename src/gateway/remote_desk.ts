/**
 * The centre's side of remote control: gives commands to SPTs and waits for what becomes of them.
 *
 * @module
 */
import type { CommandResult } from "../../adapters/contract.ts";
import type { RemoteOrder, RemoteRefusal, RemoteResult, RemoteView } from "../http/remote_view.ts";
import { readEnvelope, type RemoteCommand, remoteMisfit, writeEnvelope } from "../remote/envelope.ts";
import type { RctRequestEnd } from "../session/rct_requests.ts";
import type { Log } from "./log.ts";

/** What a {@link RemoteDesk} works with. */
export interface RemoteDeskParts {
  /** Whether this RCT gives commands at all. */
  enabled: boolean;
  /** Every site, and whether it may be given commands. */
  sites: ReadonlyMap<string, boolean>;
  /** Whether a site's SPT is connected. */
  connected(site: string): boolean;
  /** Sends octets in a TRANSPARENT message. */
  ask(site: string, data: Uint8Array): Promise<RctRequestEnd>;
  log: Log;
  /** How long an outcome is waited for, ms. @default {60_000} */
  waitMs?: number;
}

/** A command without an outcome. */
interface Open {
  site: string;
  command: RemoteCommand;
  timer: ReturnType<typeof setTimeout>;
  /** What is known so far, for the case that nothing more comes. */
  soFar: string;
  resolve: (result: RemoteResult) => void;
}

const WAIT_MS = 60_000;
/** Commands to one site that may have no outcome yet: as many as its SPT takes. */
const MAX_OPEN = 8;
const NOT_KNOWN = "it is not known whether the command was carried out";
const NOTHING = new Uint8Array();

/**
 * Gives commands to the panels of sites.
 *
 * Each is logged when it is given and when its outcome is known: who, which site, account and input, never its octets, which
 * can be a code. A command is given once: whether to give it again after silence is for a person to say.
 */
export class RemoteDesk implements RemoteView {
  readonly #parts: RemoteDeskParts;
  readonly #open = new Map<string, Open>();
  #closed = false;

  constructor(parts: RemoteDeskParts) {
    this.#parts = parts;
  }

  /** Why a site takes no commands; undefined when it does. */
  refuses(site: string): RemoteRefusal | undefined {
    const { enabled, sites } = this.#parts;
    if (!enabled) {
      const message =
        "Remote control is switched off here: write enabled = true under [remote] in this RCT's file.";
      return { rule: "remote-off", message };
    }
    const allowed = sites.get(site);
    if (allowed === undefined) return { rule: "no-such-site", message: "There is no site of this name." };
    if (allowed) return undefined;
    const message =
      "This site may not be given commands: write remote = true under its [[site]] in this RCT's file.";
    return { rule: "site-remote-off", message };
  }

  /**
   * Gives a command to a panel.
   *
   * @param site Name of the site.
   * @param order Which panel, and what it is to do.
   * @returns What became of it, within 60 s; a refusal is an outcome too. Never rejects.
   */
  command(site: string, order: RemoteOrder): Promise<RemoteResult> {
    const { account, input, by, data } = order;
    const command: RemoteCommand = {
      kind: "command",
      id: crypto.randomUUID(),
      ...(account === undefined ? {} : { account }),
      ...(input === undefined ? {} : { input }),
      ...(by === undefined ? {} : { by }),
      data,
    };
    const { id } = command;
    const why = this.#why(site, command);
    if (why !== undefined) {
      this.#log("warn", "command-rejected", why, site, command);
      return Promise.resolve({ id, outcome: "rejected", detail: why, data: NOTHING });
    }
    this.#log("info", "command", "a command goes to the site", site, command);
    const { promise, resolve } = Promise.withResolvers<RemoteResult>();
    const timer = setTimeout(() => this.#giveUp(id), this.#parts.waitMs ?? WAIT_MS);
    this.#open.set(id, { site, command, timer, resolve, soFar: "the SPT was asked" });
    this.#parts.ask(site, writeEnvelope(command)).then(
      (end) => this.#answered(id, end),
      () => this.#end(id, "no-answer", `the RCT has a fault: ${NOT_KNOWN}`),
    );
    return promise;
  }

  /**
   * Takes opaque octets of a site.
   *
   * @param site Name of the site.
   * @param octets The octets.
   * @returns True when they are the outcome of a command, also of one that nobody waits for any more; false when they are
   *   something else.
   */
  take(site: string, octets: Uint8Array): boolean {
    const read = readEnvelope(octets);
    if (read.kind !== "ours" || read.envelope.kind !== "outcome") return false;
    const { id, outcome, detail, data } = read.envelope;
    if (this.#open.get(id)?.site === site) this.#end(id, outcome, detail, data);
    else {
      const words = detail === "" ? outcome : `${outcome}: ${detail}`;
      this.#parts.log("warn", "command-late", `nobody waits for this outcome any more: ${words}`, {
        site,
        command: id,
      });
    }
    return true;
  }

  /** The RCT stops: nothing more is waited for. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#open.keys()]) this.#end(id, "no-answer", `the RCT stops: ${NOT_KNOWN}`);
  }

  /** Why a command is not even sent. */
  #why(site: string, command: RemoteCommand): string | undefined {
    const refusal = this.refuses(site);
    if (refusal !== undefined) return refusal.message;
    const misfit = remoteMisfit(command);
    if (misfit !== undefined) return misfit;
    if (this.#closed) return "the RCT stops: nothing was sent";
    if (!this.#parts.connected(site)) return "the site's SPT is not connected: nothing was sent";
    const open = [...this.#open.values()].filter((each) => each.site === site).length;
    return open < MAX_OPEN
      ? undefined
      : `${MAX_OPEN} commands to this site have no outcome yet: nothing was sent`;
  }

  /** The SPT's first answer: on its way, why not, or the outcome already. */
  #answered(id: string, end: RctRequestEnd): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    if (end.kind === "unanswered") {
      // It may have arrived all the same: an outcome can still come.
      open.soFar = `the SPT did not answer (${end.reason})`;
      return;
    }
    const read = readEnvelope(end.data ?? NOTHING);
    const said = read.kind === "ours" ? read.envelope : undefined;
    if (said?.kind === "outcome" && said.id === id) {
      return this.#end(id, said.outcome, said.detail, said.data);
    }
    if (said?.kind === "answer" && !said.accepted) return this.#end(id, "rejected", said.detail);
    if (said?.kind === "answer") open.soFar = "the SPT has taken it, and told no outcome";
    else if (end.result === "RESP_ACKNOWLEDGE") {
      this.#end(
        id,
        "no-answer",
        `the SPT took the octets as something else than a Tocsin command: ${NOT_KNOWN}`,
      );
    } else {
      const advice = end.result === "RESP_CMD_NOT_SUPPORTED"
        ? "it takes no commands: allow them at the input in its file"
        : `it answers ${end.result}`;
      this.#end(id, "rejected", `the SPT refuses: ${advice}`);
    }
  }

  #giveUp(id: string): void {
    const soFar = this.#open.get(id)?.soFar ?? "";
    const seconds = (this.#parts.waitMs ?? WAIT_MS) / 1000;
    this.#end(id, "no-answer", `no answer within ${seconds} s: ${NOT_KNOWN}; ${soFar}`);
  }

  #end(id: string, outcome: CommandResult["outcome"], detail: string, data: Uint8Array = NOTHING): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    clearTimeout(open.timer);
    const words = detail === "" ? "the panel has confirmed it" : detail;
    this.#log(outcome === "done" ? "info" : "warn", `command-${outcome}`, words, open.site, open.command);
    open.resolve({ id, outcome, detail, data });
  }

  #log(
    level: "info" | "warn",
    rule: string,
    message: string,
    site: string,
    { id, account, input, by }: RemoteCommand,
  ): void {
    this.#parts.log(level, rule, message, {
      site,
      command: id,
      ...(input === undefined ? {} : { input }),
      ...(account === undefined ? {} : { account }),
      by: by ?? "not said",
    });
  }
}
