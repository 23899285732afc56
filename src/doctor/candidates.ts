/**
 * The languages that the doctor listens for.
 *
 * @module
 */
import { contactIdDigitsHearing, contactIdTextHearing } from "./contact_id_hearing.ts";
import { dc09Hearing } from "./dc09_hearing.ts";
import type { ExaminationOptions } from "./examination_options.ts";
import type { Hearing } from "./hearing.ts";
import { scancomHearing } from "./scancom_hearing.ts";
import { type InputLanguage, Score } from "./score.ts";
import { siaHearing } from "./sia_hearing.ts";
import { texecomHearing } from "./texecom_hearing.ts";
import { vdsSerialHearing } from "./vds_serial_hearing.ts";
import { vdsTcpHearing } from "./vds_tcp_hearing.ts";

/** One language, with the settings of one way to read it. */
export interface Candidate {
  /** The language. */
  readonly language: InputLanguage;
  /** A fresh score. */
  score(): Score;
  /** Listens to one more stream. */
  hearing(score: Score, options: ExaminationOptions): Hearing;
}

/** All of them, the stricter ones first: between equals the earlier one is taken. */
export const CANDIDATES: readonly Candidate[] = [
  { language: "dc09", score: () => new Score("dc09", {}, true), hearing: dc09Hearing },
  { language: "vds2465-serial", score: () => new Score("vds2465-serial"), hearing: vdsSerialHearing },
  { language: "vds2465-tcp", score: () => new Score("vds2465-tcp"), hearing: vdsTcpHearing },
  { language: "texecom", score: () => new Score("texecom", {}, true), hearing: texecomHearing },
  { language: "sia", score: () => new Score("sia"), hearing: siaHearing },
  {
    language: "contact-id",
    score: () => new Score("contact-id", { form: "digits" }, true),
    hearing: contactIdDigitsHearing,
  },
  {
    language: "contact-id",
    score: () => new Score("contact-id", { form: "text" }, true),
    hearing: contactIdTextHearing,
  },
  { language: "scancom", score: () => new Score("scancom", {}, true), hearing: scancomHearing },
];
