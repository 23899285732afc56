/**
 * What is stated of faults: the messages that stand for them, and when they are told.
 *
 * @module
 */
import type { RctConfig } from "../config/rct_config.ts";
import { OWN_FAULT_CODES, type OwnFaultCodes } from "../event/own_events.ts";
import { stated, type StatementRow, type StatementSection } from "./statement.ts";

/**
 * The messages for each alarm of EN 50136-1 table 4, and the method for the loss of all paths (en50136.md §4.9, A).
 *
 * @param config The RCT's configuration.
 * @param agreedDelay Delay of single-path faults that was agreed; empty: not stated.
 * @returns The section.
 */
export function faultSection({ outputs }: RctConfig, agreedDelay: string): StatementSection {
  const rows: StatementRow[] = OWN_FAULT_CODES.map((codes) => {
    const [code, restore] = codes.sia;
    const number = codes.numbered ? ", with the number as zone" : "";
    return stated(
      wordsOf(codes),
      `Contact ID E${codes.contactId}, restore R${codes.contactId}; SIA ${code}, restore ${restore}${number}`,
      `program; confidence of the choice ${codes.confidence}: to be agreed with the receiving centre`,
    );
  });
  rows.push(
    ...outputs.map(({ name, faults, faultAccount }) =>
      stated(
        `told to output ${name}`,
        faults === "off"
          ? "no: this automation software is told of no fault"
          : `in ${FAULTS[faults]}; faults of the receiver itself under account ${faultAccount}`,
        "output.faults, output.fault_account",
      )
    ),
    stated(
      "all paths lost",
      "one message for the ATS; where a site has several paths, the message of each path besides",
      "program",
    ),
    stated(
      "delay of single-path faults to the automation software",
      agreedDelay === ""
        ? "none: a site has one path in this configuration, and its fault, which is that of the ATS, is told when it is noticed"
        : `${agreedDelay}; the program itself delays none`,
      agreedDelay === "" ? "program" : "--single-path-delay",
    ),
    stated(
      "delay of a fault of an automation software or its line",
      "5 s; after the start of the receiver not before 60 s",
      "program",
    ),
    stated("faults towards the alarm system (table 5)", "", ""),
  );
  return { title: "Messages for faults", rows };
}

const FAULTS = {
  auto: "Contact ID or SIA, by the length of the account as this software gets it",
  "contact-id": "Contact ID",
  sia: "SIA",
};

function wordsOf({ fault, number }: OwnFaultCodes): string {
  switch (fault) {
    case "ats":
      return "ATS failure: a site is not heard on any path";
    case "path":
      return number === undefined
        ? "ATP failure: a further path of a site with several"
        : `ATP failure: path ${number} of a site with several`;
    case "ae-absent":
      return "an automation software does not answer";
    case "line":
      return "the line to an automation software does not work";
    case "capacity":
      return "too many alarms wait, or the journal cannot store";
  }
}
