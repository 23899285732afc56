/**
 * Verdicts where no language can be read.
 *
 * @module
 */
import type { BentLine } from "./bent_line.ts";
import { type Finding, inOrder, once } from "./finding.ts";
import { LANGUAGE_NAMES } from "./language_names.ts";
import { lineFindings } from "./line_findings.ts";
import type { Stranger } from "./strangers.ts";
import type { Circumstances, Verdict } from "./verdict.ts";

/** What is known whatever was heard. */
export type VerdictBase = Pick<Verdict, "source" | "octets" | "tried" | "acknowledged" | "acknowledgedCount">;

/**
 * The verdict on something that is no language of panels.
 *
 * @param base What is known anyway.
 * @param alien What it is.
 * @param circumstances What is known beside the octets.
 * @returns The verdict.
 */
export function strangeVerdict(base: VerdictBase, alien: Stranger, circumstances: Circumstances): Verdict {
  const { rule, what, todo, fault } = alien;
  const findings = inOrder(
    once([
      { rule, what, todo, fault, weight: "stop" },
      ...lineFindings(circumstances.lineErrors, base.octets),
    ]),
  );
  return {
    ...base,
    settings: {},
    certainty: "none",
    readable: false,
    fault: findings[0]?.fault ?? fault,
    summary: `no alarm language: ${what}`,
    evidence: [],
    findings,
    accounts: [],
  };
}

/**
 * The verdict on octets that were bent on the way.
 *
 * @param base What is known anyway.
 * @param bent How they were bent.
 * @param serial They came over a serial line.
 * @param circumstances What is known beside the octets.
 * @returns The verdict.
 */
export function bentVerdict(
  base: VerdictBase,
  bent: BentLine,
  serial: boolean,
  circumstances: Circumstances,
): Verdict {
  const name = LANGUAGE_NAMES[bent.language];
  const finding = bentFinding(bent, name, serial);
  const findings = inOrder(once([finding, ...lineFindings(circumstances.lineErrors, base.octets)]));
  return {
    ...base,
    language: bent.language,
    settings: { ...bent.settings },
    certainty: bent.points >= 24 ? "probable" : "a guess",
    readable: false,
    fault: finding.fault,
    summary: `${name} with bent octets: ${finding.what}`,
    evidence: [`read as ${name} once the bits are put right`],
    findings,
    accounts: [],
  };
}

function bentFinding({ how, parity, language }: BentLine, name: string, serial: boolean): Finding {
  const fault = "line settings";
  if (how === "inverted") {
    return {
      rule: "inverted",
      fault: "wiring",
      weight: "stop",
      what: `every bit is inverted: ${name} upside down`,
      todo:
        "TTL and RS-232 level are mixed up, or A and B of an RS-485 bus are swapped: put a level converter in, or swap the wires",
    };
  }
  const where = serial ? "this end" : "the converter";
  if (how === "eighth-bit") {
    return {
      rule: "eighth-bit-lost",
      fault,
      weight: "stop",
      what: `the eighth bit of every octet is lost: ${name} parity is right in seven bits only`,
      todo: `Set ${where} to 8 data bits, no parity (8N1)`,
    };
  }
  const frame = parity === "E" ? "7E1" : parity === "O" ? "7O1" : parity === "M" ? "7M1" : "7 data bits";
  return {
    rule: "parity-stripped",
    fault,
    weight: "stop",
    what: `7 data bits with the parity in the eighth: ${name} sent as ${frame}, read as 8 data bits`,
    todo: language === "sia"
      ? "Set the panel's port to 8 data bits, no parity (8N1): SIA needs all eight"
      : `Set ${where} to ${frame}, or the panel to 8N1`,
  };
}

/**
 * The verdict on silence.
 *
 * @param base What is known anyway.
 * @param circumstances Where was listened, and whether somebody connected.
 * @returns The verdict.
 */
export function unheard(base: VerdictBase, { source, connections = 0 }: Circumstances): Verdict {
  const silent = connections > 0;
  const finding: Finding = silent
    ? {
      rule: "silent-connection",
      fault: "protocol",
      weight: "stop",
      what: connections === 1
        ? "a connection came up, and not one octet in it"
        : `${connections} connections came up, and not one octet in them`,
      todo:
        "VdS 2465 over TCP waits for the receiver to speak first: run again with --answer. Other panels speak only when " +
        "there is something to tell: make a test alarm",
    }
    : source.kind === "connect"
    ? {
      rule: "not-connected",
      fault: "wiring",
      weight: "stop",
      what: `nothing takes connections at ${source.hostname} port ${source.port}`,
      todo:
        "Check address and port, that the device is switched on, and that it is set to be connected to (TCP server). A " +
        "panel that connects by itself is heard with --tcp",
    }
    : {
      rule: "nothing-heard",
      fault: "wiring",
      weight: "stop",
      what: "not one octet arrived",
      todo: source.kind === "serial"
        ? "Make a test alarm in the panel. Then: is its serial reporting switched on? RX and TX swapped? Ground connected?"
        : source.kind === "capture"
        ? "The capture is empty"
        : "Make a test alarm in the panel. Then: its receiver address and port, gateway and netmask; a firewall or NAT on the way",
    };
  return {
    ...base,
    settings: {},
    certainty: "none",
    readable: false,
    fault: finding.fault,
    summary: finding.what,
    evidence: [],
    findings: once([finding]),
    accounts: [],
  };
}

/**
 * What is said of octets that nothing explains.
 *
 * @param serial They came over a serial line.
 * @returns As of a stranger.
 */
export function unknown(serial: boolean): Stranger {
  return {
    rule: "unknown",
    fault: serial ? "line settings" : "protocol",
    sure: false,
    what: "octets that no alarm language explains",
    todo: serial
      ? "Speed and parity first: read them off the panel's port settings. Then RX, ground, and RS-232 against TTL or RS-485"
      : "Check which format the panel's alarm reporting is set to, and whether it encrypts; keep what was heard with --keep",
  };
}
