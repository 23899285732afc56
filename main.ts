/**
 * The command line: parses the first argument and calls `src/cli`.
 *
 * @module
 */
import { EXIT_USAGE } from "./src/cli/run_gateway.ts";
import { VERSION } from "./src/version.ts";

/** A command: takes the arguments after its name and returns the exit status. */
type Command = (args: string[]) => Promise<number>;

/** Loaded when called: `tocsin decode` needs no database, `tocsin rct` no decoder of printed text. */
const COMMANDS: Record<string, { what: string; load: () => Promise<Command> }> = {
  spt: {
    what: "run the premises side: panels in, IP protocol out",
    load: async () => (await import("./src/cli/spt.ts")).runSpt,
  },
  rct: {
    what: "run the centre's side: IP protocol in, automation software out",
    load: async () => (await import("./src/cli/rct.ts")).runRct,
  },
  init: {
    what: "write a matching pair of configurations with fresh keys",
    load: async () => (await import("./src/cli/init.ts")).runInit,
  },
  commission: {
    what: "give a site its keys: at the centre a secret and a window of time, at the site the way in",
    load: async () => (await import("./src/cli/commission.ts")).runCommission,
  },
  dtls: {
    what: "let sites with certificates be commissioned",
    load: async () => (await import("./src/cli/dtls.ts")).runDtls,
  },
  serial: {
    what: "hold the serial lines of an SPT, which has no right to open them",
    load: async () => (await import("./src/cli/serial.ts")).runSerial,
  },
  decode: {
    what: "say what panel bytes or datagrams mean, as JSON Lines",
    load: async () => (await import("./src/cli/decode.ts")).runDecode,
  },
  translate: {
    what: "show what events become in another language, and what they lose",
    load: async () => (await import("./src/cli/translate.ts")).runTranslate,
  },
  why: {
    what: "print an alarm's life, from the panel's octets to the acknowledgement and back",
    load: async () => (await import("./src/cli/why.ts")).runWhy,
  },
  audit: {
    what: "verify that the record of every alarm is as it was written",
    load: async () => (await import("./src/cli/audit.ts")).runAudit,
  },
  report: {
    what: "a month or year from the journal: transmission times, availability, faults, against a category",
    load: async () => (await import("./src/cli/report.ts")).runReport,
  },
  declaration: {
    what: "write what EN 50136-1 wants stated of a configuration",
    load: async () => (await import("./src/cli/declaration.ts")).runDeclaration,
  },
  probe: {
    what: "test a device of any make at the other end of a path, attacks included",
    load: async () => (await import("./src/cli/probe.ts")).runProbe,
  },
  command: {
    what: "give a command to a panel, through the running RCT",
    load: async () => (await import("./src/cli/command.ts")).runCommand,
  },
  panel: {
    what: "play a panel of any language, a broken one too",
    load: async () => (await import("./src/cli/panel.ts")).runPanel,
  },
  map: {
    what: "show what each output would send for an event or a whole code table",
    load: async () => (await import("./src/cli/map.ts")).runMap,
  },
  ae: {
    what: "play automation software of any language, a broken one too",
    load: async () => (await import("./src/cli/ae.ts")).runAe,
  },
  doctor: {
    what: "listen to a panel and say what it speaks, what is wrong, and what to write in the configuration",
    load: async () => (await import("./src/cli/doctor.ts")).runDoctor,
  },
  demo: {
    what: "show an alarm's way from a panel to automation software",
    load: async () => (await import("./src/cli/demo.ts")).runDemo,
  },
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { what }]) => `  ${name.padEnd(11)} ${what}`);
  return `tocsin ${VERSION}: old alarm panels over IP\n\ntocsin COMMAND [--help]\n\n${lines.join("\n")}\n`;
}

async function main(args: string[]): Promise<number> {
  const [name = "", ...rest] = args;
  if (name === "--version" || name === "-V") {
    console.log(VERSION);
    return 0;
  }
  if (name === "" || name === "--help" || name === "-h" || name === "help") {
    console.log(usage());
    return name === "" ? EXIT_USAGE : 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    console.error(`tocsin: no command "${name}"\n\n${usage()}`);
    return EXIT_USAGE;
  }
  return await (await command.load())(rest);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
