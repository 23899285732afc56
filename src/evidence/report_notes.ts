/**
 * What a reader has to know of a report.
 *
 * @module
 */
import type { EvidenceParts, ReportedSite } from "./build_evidence.ts";
import type { Outage } from "./outage_ledger.ts";

/**
 * Says what a report leaves out, and why.
 *
 * @param parts What it is made of.
 * @param sites The sites it is about.
 * @param outages Outages that reach into its period.
 * @returns Sentences.
 */
export function reportNotes(
  { period, now, firstAt, clockSteps, strangers, premises, outputs, enough }: EvidenceParts,
  sites: readonly ReportedSite[],
  outages: readonly Outage[],
): string[] {
  const notes: string[] = [];
  const note = (when: boolean, text: string) => {
    if (when) notes.push(text);
  };
  const count = (of: number, one: string, many: string) => `${of} ${of === 1 ? one : many}`;
  note(now < period.to, "The period is not over: what lasts counts to the time of this report.");
  note(
    firstAt === undefined || firstAt > period.from,
    "The journal begins after the period does: time before its first record does not count.",
  );
  const late = sites.filter(({ firstAt: at }) => at === undefined || at > period.from);
  note(
    late.length > 0,
    `${
      count(late.length, "site has its", "sites have their")
    } first record in the period or after it: the time before does not count for them.`,
  );
  const untold = sites.filter(({ told }) => !told);
  note(
    untold.length > 0,
    `Faults of ${count(untold.length, "site", "sites")} are told to no output (faults = "off"): ` +
      "nothing records them, and their availability is not known.",
  );
  note(
    outputs.some(({ told }) => told !== "others"),
    "Some outputs have no other output that is told when they are absent: short absences of theirs, or all, are not recorded.",
  );
  note(
    clockSteps > 0,
    `The receiver's clock was set back ${
      count(clockSteps, "time", "times")
    } in this period: lengths of outages are not certain.`,
  );
  const fromText = outages.filter(({ length }) => length === "from-text").length;
  note(
    fromText > 0,
    `${
      count(fromText, "outage was", "outages were")
    } told only when over: the beginning follows from the length told, rounded down.`,
  );
  const unsure = outages.filter(({ length }) => length === "unsure").length;
  note(
    unsure > 0,
    `How long ${
      count(unsure, "outage was", "outages were")
    } is not known: counted with no length, and nothing is "met" with them.`,
  );
  note(
    strangers > 0,
    `${count(strangers, "site", "sites")} of the journal ${
      strangers === 1 ? "is" : "are"
    } not in the configuration any more and left out.`,
  );
  note(
    premises.length === 0,
    "No journal of an SPT was given: whether clocks of sites run ahead of the receiver's could not be checked; those that run " +
      "behind only make times longer.",
  );
  note(premises.length > 0, `Journals of SPTs that were looked into: ${premises.join(", ")}.`);
  notes.push(
    `Fewer than ${enough} transmissions are not judged. Time in which the receiver itself did not run leaves no record and counts as if all was well.`,
    "An outage begins when the receiver noticed it, which is after the silence it allows.",
  );
  return notes;
}
