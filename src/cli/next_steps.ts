/**
 * What an installer does after `tocsin init`, line by line.
 *
 * @module
 */
import { formatDuration } from "../config/duration.ts";

/** What the steps are about. */
export interface NextSteps {
  /** The site's name. */
  site: string;
  /** The files, as the commands take them. */
  sptFile: string;
  rctFile: string;
  /** Where the panel is heard: TCP address and port, or the settings of a serial line. */
  line: { listen: string } | { serial: string };
  /** The panel's language. */
  language: string;
  /** Whether the centre is still looked for on the site's own machine. */
  sameMachine: boolean;
  /** What to say of a new centre's ports; undefined: it runs already, and has to read its file anew. */
  ports: { udp: number; ae: number } | undefined;
  /** How the site gets its keys; undefined: they stand in the files. */
  commission: {
    /** How long the window stays open, ms. */
    windowMs: number;
    /** The site's store key, to be carried there too. */
    sptKeyFile: string;
    /** Whether the centre's file names none, so that its store key comes from the environment. */
    keyFromEnvironment: boolean;
  } | undefined;
}

/**
 * Writes the steps.
 *
 * @param about What they are about.
 * @returns The lines. With commissioning the centre comes first: it makes the secret.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nextSteps } from "./next_steps.ts";
 *
 * const steps = nextSteps({
 *   site: "shop-12", sptFile: "spt.toml", rctFile: "rct.toml", line: { listen: "0.0.0.0:10002" },
 *   language: "sia", sameMachine: false, ports: undefined, commission: undefined,
 * });
 * assertEquals(steps[0], "At the site:");
 * assertEquals(steps.at(-2), "  deno task tocsin rct --config rct.toml");
 * ```
 */
export function nextSteps(about: NextSteps): string[] {
  const { commission, line, ports } = about;
  const sptFile = shellWord(about.sptFile);
  const rctFile = shellWord(about.rctFile);
  const centre = [
    ports === undefined ? "At the receiving centre, start anew:" : "At the receiving centre:",
    `  deno task tocsin rct --config ${rctFile}`,
    ...(ports === undefined ? [] : [
      `  Let UDP port ${ports.udp} in; let the automation software connect to TCP port ${ports.ae} (Sur-Gard, one line digit).`,
    ]),
  ];
  const panel = [
    ...("serial" in line
      ? [
        `  deno task serial --config ${sptFile}`,
        "  It holds the serial line. While it runs, in a second window:",
      ]
      : []),
    `  deno task tocsin spt --config ${sptFile}`,
    "serial" in line
      ? `  Connect the panel's serial port to ${line.serial.split(",")[0]}, language ${about.language}.`
      : `  Set the panel to report to this machine's address, TCP port ${
        line.listen.slice(line.listen.lastIndexOf(":") + 1)
      }, language ${about.language}.`,
    ...(about.sameMachine
      ? [
        `  The centre is looked for on the same machine. To move it, set rct.host in ${about.sptFile} to its address.`,
      ]
      : []),
  ];
  if (commission === undefined) {
    return [
      "At the site:",
      ...panel,
      ...centre,
      "This is for a first try: the keys stand in the files. For real sites add --commission.",
    ];
  }
  return [
    ...centre,
    ...(commission.keyFromEnvironment
      ? ["  The file names no key_file: set the environment variable TOCSIN_STORE_KEY for this and the next."]
      : []),
    "  While it runs, in a second window:",
    `  deno task tocsin commission --config ${rctFile} --site ${shellWord(about.site)}`,
    `  It shows a secret of four lines, once, and lets the site in for ${
      formatDuration(commission.windowMs)
    }.`,
    `At the site, with ${about.sptFile} and ${commission.sptKeyFile} carried there:`,
    `  deno task tocsin commission --config ${sptFile}`,
    "  It asks for the four lines and fetches the keys.",
    ...panel,
  ];
}

function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
