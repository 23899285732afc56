/**
 * What the kernel's counters of a serial line say.
 *
 * @module
 */
import type { LineErrors } from "../serial/line_errors.ts";
import type { Finding } from "./finding.ts";

/** Errors in more than this share of the octets are no accident. */
const MANY = 0.05;

/**
 * Makes findings of line errors: framing is the speed, parity the frame, breaks the wire, overruns this machine.
 *
 * @param errors The counts; undefined when the driver does not count.
 * @param octets Octets received, those with errors included.
 * @returns Findings, none for a few errors.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lineFindings } from "./line_findings.ts";
 *
 * const errors = { framing: 50, parity: 0, breaks: 0, overrun: 0, bufferOverrun: 0 };
 * assertEquals(lineFindings(errors, 100).map(({ rule, fault }) => [rule, fault]), [["framing-errors", "line settings"]]);
 * assertEquals(lineFindings(errors, 10_000), []);
 * ```
 */
export function lineFindings(errors: LineErrors | undefined, octets: number): Finding[] {
  if (errors === undefined) return [];
  const { framing, parity, breaks, overrun, bufferOverrun } = errors;
  const many = (count: number) => count >= 2 && count > octets * MANY;
  const out: Finding[] = [];
  if (many(framing)) {
    out.push({
      rule: "framing-errors",
      fault: "line settings",
      weight: "warn",
      what: `${framing} of ${octets} octets had no stop bit`,
      todo: "The speed is wrong, or the level too weak: compare the baud rate with the panel's",
    });
  }
  if (many(parity)) {
    out.push({
      rule: "parity-errors",
      fault: "line settings",
      weight: "warn",
      what: `${parity} of ${octets} octets had the wrong parity`,
      todo: "Compare data bits and parity (8N1, 7E1, …) with the panel's",
    });
  }
  if (many(breaks)) {
    out.push({
      rule: "breaks",
      fault: "wiring",
      weight: "warn",
      what: `${breaks} breaks: the wire was low for longer than an octet`,
      todo: "A loose or cut wire, a missing ground, or far too high a speed here",
    });
  }
  if (many(overrun + bufferOverrun)) {
    out.push({
      rule: "overrun",
      fault: "wiring",
      weight: "warn",
      what: `${overrun + bufferOverrun} octets were lost in this machine`,
      todo: "Use a better USB adapter, or a slower speed",
    });
  }
  return out;
}
