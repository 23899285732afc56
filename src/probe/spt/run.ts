/**
 * The probe of an SPT: waits for it, converses, provokes.
 *
 * @module
 */
import type { ProbeLink } from "../link.ts";
import { ProbeOver } from "../rct/bench.ts";
import type { ProbeEnd } from "../rct/run.ts";
import { Wire } from "../wire.ts";
import { answerCases, tolerableCases } from "./answers.ts";
import { SptBench, type SptBenchOptions } from "./bench.ts";
import { alarms, conversation, meet } from "./conversation.ts";
import { downgrade } from "./downgrade.ts";
import { RctPeer } from "./rct_peer.ts";
import { reverse } from "./reverse.ts";
import { unaskedCases } from "./unasked.ts";

/** Groups of cases, in the order in which they are run. */
export const SPT_GROUPS = ["conversation", "reverse", "answers", "unasked", "downgrade"] as const;
/** A group of cases against an SPT. */
export type SptGroup = typeof SPT_GROUPS[number];

/** What a probe of an SPT is given. */
export interface ProbeSptOptions extends SptBenchOptions {
  /** Both ends and the master set. */
  readonly link: ProbeLink;
  /** Where to wait for the SPT. Only whoever has the master key is answered. */
  readonly listen: { readonly hostname: string; readonly port: number };
  /** How long to wait for it, ms. */
  readonly waitMs: number;
  /** Told when the probe listens. */
  readonly listening?: (port: number) => void;
  /** Which groups to run. @default all */
  readonly groups?: readonly SptGroup[];
}

const RUN: Record<SptGroup, (bench: SptBench) => Promise<void>> = {
  conversation,
  reverse,
  async answers(bench) {
    await bench.abuse("Forged answers", answerCases, "asked");
    for (const one of tolerableCases) await bench.abuse("Unusual answers", [one], "asked");
  },
  async unasked(bench) {
    // Something to replay that is under the key in force.
    bench.answer();
    for (let i = 0; i < 2; i++) {
      if ((await bench.peer.ask({ name: "POLL_MSG" }, 1)).kind === "silent") break;
    }
    await bench.abuse("Unasked datagrams", unaskedCases, "idle");
  },
  downgrade,
};

/**
 * Acts as an RCT towards the SPT that connects, and reports how it holds up. Alarms of the SPT are never acknowledged.
 *
 * @param options What to probe and how.
 * @returns How it ended.
 * @throws {Error} When the port cannot be bound.
 */
export async function probeSpt(options: ProbeSptOptions): Promise<ProbeEnd> {
  const { link, listen, waitMs, groups = SPT_GROUPS } = options;
  const wire = new Wire(listen);
  try {
    options.listening?.(wire.port);
    const bench = new SptBench(new RctPeer(link, wire), options);
    try {
      if (!await meet(bench, waitMs)) return "not-reachable";
    } catch (error) {
      return stopped(bench, "Connection setup", error);
    }
    for (const group of groups) {
      try {
        await RUN[group](bench);
      } catch (error) {
        return stopped(bench, group, error);
      }
    }
    alarms(bench);
    return "done";
  } finally {
    await wire.close();
  }
}

function stopped(bench: SptBench, group: string, error: unknown): ProbeEnd {
  if (!(error instanceof ProbeOver)) throw error;
  const at = { id: "rest", sent: "the rest of the cases", expected: "to be run" };
  bench.row(group, at, error.message, {
    verdict: "not-run",
    meaning: "Nothing is known about what was not tried.",
  });
  alarms(bench);
  return "stopped";
}
