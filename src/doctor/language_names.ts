/**
 * What technicians call the languages.
 *
 * @module
 */
import type { InputLanguage } from "./score.ts";

/** Names by the language's name in configurations. */
export const LANGUAGE_NAMES: Readonly<Record<InputLanguage, string>> = {
  "dc09": "SIA DC-09 (SIA-IP)",
  "sia": "SIA DC-03",
  "texecom": "Texecom",
  "vds2465-serial": "VdS 2465 (serial)",
  "vds2465-tcp": "VdS 2465 (TCP)",
  "contact-id": "Contact ID",
  "scancom": "Scancom Fast Format",
};
