/**
 * The probe of an RCT: connection, conversation, abuse.
 *
 * @module
 */
import type { ProbeLink } from "../link.ts";
import { type Report, type Row, withProblems } from "../row.ts";
import { Wire } from "../wire.ts";
import { ProbeOver, RctBench, type RctBenchOptions } from "./bench.ts";
import { conversation } from "./conversation.ts";
import { events } from "./events.ts";
import { flood } from "./floods.ts";
import { frameCases } from "./frames.ts";
import { keys } from "./keys.ts";
import { replay } from "./replay.ts";
import { sequence } from "./sequence.ts";
import { setUp } from "./setup.ts";
import { SptPeer } from "./spt_peer.ts";

/** Groups of cases, in the order in which they are run. */
export const RCT_GROUPS = [
  "conversation",
  "frames",
  "events",
  "replay",
  "sequence",
  "keys",
  "floods",
] as const;
/** A group of cases against an RCT. */
export type RctGroup = typeof RCT_GROUPS[number];

/** What a probe of an RCT is given. */
export interface ProbeRctOptions extends RctBenchOptions {
  /** Both ends and the master set. */
  readonly link: ProbeLink;
  /** The RCT: the only address that is spoken to. */
  readonly target: Deno.NetAddr;
  /** Which groups to run. @default all */
  readonly groups?: readonly RctGroup[];
}

/**
 * How a probe ended: `done` all groups were run; `stopped` time was up or the RCT had gone (a row says which); `not-reachable` no
 * session could be set up.
 */
export type ProbeEnd = "done" | "stopped" | "not-reachable";

const RUN: Record<RctGroup, (bench: RctBench) => Promise<void>> = {
  conversation,
  frames: (bench) => bench.abuse("Damaged datagrams", frameCases),
  events,
  replay,
  sequence,
  keys,
  floods: flood,
};

/**
 * Acts as an SPT towards an RCT and reports how it holds up. No alarm that could reach the automation software is sent
 * unless `sendAlarm` names an account.
 *
 * @param options What to probe and how.
 * @returns How it ended.
 * @throws {Error} When no UDP port can be bound.
 */
export async function probeRct(options: ProbeRctOptions): Promise<ProbeEnd> {
  const { link, target, report, groups = RCT_GROUPS } = options;
  const hostname = target.hostname.includes(":") ? "::" : "0.0.0.0";
  const wire = new Wire({ hostname, port: 0 }, target);
  try {
    const peer = new SptPeer(link, wire);
    const bench = new RctBench(peer, options);
    const rows: Row[] = [];
    let heard = false;
    const ready = await setUp(peer, ({ id, sent, expected, answer, judgement }) => {
      const did = answer.kind === "silent" ? "silent" : `answered ${peer.describe(answer.heard)}`;
      heard ||= answer.kind === "answered";
      const settled = withProblems(did, judgement, answer.kind === "silent" ? [] : answer.problems);
      const { verdict, meaning } = settled;
      rows.push({
        group: "Connection setup",
        id,
        sent,
        expected,
        did: settled.did,
        verdict,
        ...(meaning === undefined ? {} : { meaning }),
      });
    });
    if (!heard) return "not-reachable";
    for (const row of rows) report(row);
    if (!ready) return "stopped";
    peer.settled();
    return await run(bench, groups);
  } finally {
    strangers(wire, report);
    await wire.close();
  }
}

/** An RCT with several addresses may answer from another one than it was asked at. */
function strangers({ strangers, lastStranger }: Wire, report: Report): void {
  if (strangers === 0) return;
  report({
    group: "Others",
    id: "strangers",
    sent: "nothing",
    did: `${strangers} datagrams came from other hosts, the last from ${lastStranger}`,
    expected: "answers come from the address that was asked",
    verdict: "note",
    meaning:
      "They were not looked at. If it is the RCT, probe that address: most routers let no such answer in.",
  });
}

async function run(bench: RctBench, groups: readonly RctGroup[]): Promise<ProbeEnd> {
  for (const group of groups) {
    try {
      await RUN[group](bench);
    } catch (error) {
      if (!(error instanceof ProbeOver)) throw error;
      bench.row(group, { id: "rest", sent: "the rest of the cases", expected: "to be run" }, error.message, {
        verdict: "not-run",
        meaning: "Nothing is known about what was not tried.",
      });
      return "stopped";
    }
  }
  return "done";
}
