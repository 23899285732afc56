/**
 * What a receiver has to say itself, beside what panels say: its automation software does not answer, a site's path is dead, its
 * journal is full. In Contact ID and in SIA, so that automation software shows it like any alarm.
 *
 * @module
 */
import type { ContactIdForm, SiaForm } from "./translation/forms.ts";

/**
 * What can be wrong.
 *
 * - `ae-absent`: an automation software does not answer. Number: its output.
 * - `line`: the line to one does not work: serial line, listener. Number: its output.
 * - `ats`: a site cannot be heard on any path; with one path, that is the path's fault too (EN 50136-1 table 4).
 * - `path`: one of several paths of a site. Number: the path, 1 for the primary one.
 * - `capacity`: too many alarms wait for an automation software (number: its output), or the journal cannot store (no number).
 */
export type OwnFault = "ae-absent" | "line" | "ats" | "path" | "capacity";

/** How a fault is told. */
export interface OwnFaultCodes {
  /** What it is. */
  readonly fault: OwnFault;
  /** Only for this number; the first that fits counts. */
  readonly number?: number;
  /** Three digits, told with qualifier 1, its end with 3. */
  readonly contactId: string;
  /** SIA code, and what ends it. */
  readonly sia: readonly [code: string, restore: string];
  /** True when the number has a place behind the code; else the code says it all. */
  readonly numbered: boolean;
  /** Where the codes come from. */
  readonly source: string;
  /** A or B: in a manual or standard; C: chosen by what is usual, to be agreed with the receiving centre. */
  readonly confidence: "A" | "B" | "C";
}

/** The largest number that Contact ID has room for. */
const MAX_NUMBER = 999;

/**
 * The codes of every fault. EN 50136-1 table 4 wants the fault of a site's ATS told, that of one path may be told; which message
 * stands for which is left to the receiver, and to be documented (en50136.md §2, A). The codes are those of en50136.md §7 (C) and
 * receiver-outputs.md §1.6 (A: `LT`/`LR` for a line, `YC`/`YK` for communication, the receiver's or line's number behind the code).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OWN_FAULT_CODES } from "./own_events.ts";
 *
 * const ats = OWN_FAULT_CODES.find(({ fault }) => fault === "ats");
 * assertEquals([ats?.contactId, ats?.sia], ["356", ["YC", "YK"]]);
 * ```
 */
export const OWN_FAULT_CODES: readonly OwnFaultCodes[] = [
  {
    fault: "ats",
    contactId: "356",
    sia: ["YC", "YK"],
    numbered: false,
    source: "en50136.md §7; pair YC/YK panel-formats.md §1.8",
    confidence: "C",
  },
  {
    fault: "path",
    number: 1,
    contactId: "351",
    sia: ["LT", "LR"],
    numbered: true,
    source: "en50136.md §7; pair LT/LR panel-formats.md §1.8",
    confidence: "C",
  },
  {
    fault: "path",
    number: 2,
    contactId: "352",
    sia: ["LT", "LR"],
    numbered: true,
    source: "en50136.md §7; pair LT/LR panel-formats.md §1.8",
    confidence: "C",
  },
  {
    fault: "path",
    contactId: "350",
    sia: ["LT", "LR"],
    numbered: true,
    source: "en50136.md §7: 350 is what it names beside 356; chosen here for paths behind the second",
    confidence: "C",
  },
  {
    fault: "ae-absent",
    contactId: "354",
    sia: ["YC", "YK"],
    numbered: true,
    source: "en50136.md §7; receiver-outputs.md §1.6 for the number behind YC",
    confidence: "C",
  },
  {
    fault: "line",
    contactId: "350",
    sia: ["LT", "LR"],
    numbered: true,
    source: "receiver-outputs.md §1.6 for LT/LR (A); 350 is chosen here, as 351 and 352 name telephone lines",
    confidence: "C",
  },
  {
    fault: "capacity",
    contactId: "300",
    sia: ["YX", "YZ"],
    numbered: true,
    source:
      "panel-formats.md §2.6 and §5.3: 300 and YX/YZ stand for one another; what names a full log (JL, JO) has no restore",
    confidence: "C",
  },
];

/** A fault that came, or that is over. */
export interface OwnEvent {
  /** What it is. */
  fault: OwnFault;
  /** True when it is over. */
  over: boolean;
  /** Number of the output or path, from 1; 0 where there is none. */
  number: number;
}

/**
 * Says an event in Contact ID.
 *
 * @param event The event.
 * @returns The form: group `00`; the number as zone, 999 for larger ones.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownContactId } from "./own_events.ts";
 *
 * assertEquals(ownContactId({ fault: "ae-absent", over: true, number: 2 }), {
 *   messageType: "18", qualifier: "3", code: "354", group: "00", zone: "002",
 * });
 * ```
 */
export function ownContactId(event: OwnEvent): ContactIdForm {
  const { contactId } = codesOf(event);
  return {
    messageType: "18",
    qualifier: event.over ? "3" : "1",
    code: contactId,
    group: "00",
    zone: String(numberOf(event)).padStart(3, "0"),
  };
}

/**
 * Says an event in SIA.
 *
 * @param event The event.
 * @param text Text behind it.
 * @returns The form.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownSia } from "./own_events.ts";
 *
 * assertEquals(ownSia({ fault: "ats", over: false, number: 0 }, "shop-12"), { block: "N", code: "YC", text: "shop-12" });
 * assertEquals(ownSia({ fault: "path", over: true, number: 2 }).address, "2");
 * ```
 */
export function ownSia(event: OwnEvent, text?: string): SiaForm {
  const { sia: [code, restore] } = codesOf(event);
  const number = numberOf(event);
  return {
    block: "N",
    code: event.over ? restore : code,
    ...(number === 0 ? {} : { address: String(number) }),
    ...(text === undefined ? {} : { text }),
  };
}

function codesOf({ fault, number }: OwnEvent): OwnFaultCodes {
  return OWN_FAULT_CODES.find((codes) =>
    codes.fault === fault && (codes.number === undefined || codes.number === number)
  )!;
}

function numberOf(event: OwnEvent): number {
  return codesOf(event).numbered ? Math.min(Math.max(0, Math.trunc(event.number) || 0), MAX_NUMBER) : 0;
}
