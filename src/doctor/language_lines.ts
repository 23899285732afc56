/**
 * Over what kind of line an input takes each language.
 *
 * @module
 */
import type { InputLanguage } from "./score.ts";

/** As `INPUT_LANGUAGES` of the configuration has it, which code without I/O may not import; a test compares the two. */
export const LANGUAGE_LINES: Readonly<Record<InputLanguage, readonly ("tcp" | "udp" | "serial")[]>> = {
  "dc09": ["tcp", "udp"],
  "sia": ["tcp", "serial"],
  "texecom": ["tcp", "serial"],
  "vds2465-serial": ["serial", "tcp"],
  "vds2465-tcp": ["tcp"],
  "contact-id": ["tcp", "serial"],
  "scancom": ["tcp", "serial"],
};
