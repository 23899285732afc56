/**
 * `tocsin serial`: holds serial lines for a gateway, which has no right to open them itself.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, resolve } from "node:path";
import { formatConfigError } from "../config/config_error.ts";
import { loadSerialLines } from "../config/serial_lines.ts";
import { type Log, stderrLog } from "../gateway/log.ts";
import { openLibc } from "../serial/libc.ts";
import { type LineSettings, parseLine } from "../serial/line_settings.ts";
import type { LineState } from "../serial/line_state.ts";
import { SerialLine } from "../serial/serial_line.ts";
import { SerialPort } from "../serial/serial_port.ts";
import { SerialServer } from "../serial/serial_server.ts";
import { showCharacter } from "../serial/termios.ts";
import { EXIT_CONFIG, EXIT_UNAVAILABLE, untilStopped } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const HELP = `tocsin serial --config FILE [--check]
tocsin serial --line NAME=DEVICE,SPEED,FRAME[,OPTION…] … --socket PATH
tocsin serial --line … --check

Holds serial lines and offers them to the gateway of the same user. A program of its own, because a serial line needs rights
that a gateway should not have. What comes while the gateway restarts is kept, 64 KiB a line. An adapter that is
unplugged is waited for. Runs until SIGTERM or Ctrl-C.

  --config FILE  spt.toml: the lines of its inputs with serial = "DEVICE,SPEED,FRAME[,OPTION…]"; or rct.toml: those of
                 its outputs; on the socket that [serial] names
  --line …       a line, e.g. galaxy=/dev/serial/by-id/usb-FTDI_…-port0,9600,8N1; may be given more than once
                 SPEED   50 to 4000000 baud; FRAME   data bits 5-8, parity N E O M S, stop bits 1 2
                 flow=rtscts       hardware flow control; XON/XOFF is always off
                 rts=on|off dtr=on|off   control lines, for converters that live on them
                 rs485=kernel|rts|rts-low   who switches a two-wire bus: the driver, or RTS on, or RTS off;
                                   a converter that switches itself needs none
                 before=MS after=MS   pauses around switching the bus
                 quiet=MS          send only after so much silence
                 echo              the line hears what it sends: leave that out
  --socket PATH  where the gateway finds the lines; an absolute path; only this user can connect (mode 0600)
  --check        open each line once, say how it is, and end

Exit status: 0 stopped, 64 wrong arguments, 69 the socket (or with --check a line) could not be opened, 78 errors in the
configuration.
`;

/** Lines of one process, at most: each has a thread that waits for it. */
const MAX_LINES = 32;

interface SerialArguments {
  lines: LineSettings[];
  /** Whose they are, for the log. */
  of: "input" | "output";
  /** Path of the socket; undefined when the lines are only to be checked. */
  socket: string | undefined;
}

/** The arguments name a configuration instead. */
interface ConfigFile {
  file: string;
  check: boolean;
}

/**
 * Runs the command.
 *
 * @param args Arguments after `serial`.
 * @returns Exit status.
 */
export async function runSerial(args: string[]): Promise<number> {
  const given = readArguments(args);
  if (given === "help") {
    console.log(HELP);
    return 0;
  }
  if (typeof given === "string") return wrongArguments("serial", given, { args, help: HELP });
  const read = "file" in given ? await fromConfig(given) : given;
  if (read === undefined) return EXIT_CONFIG;
  try {
    openLibc();
  } catch (error) {
    console.error(`tocsin serial: ${error instanceof Error ? error.message : error}`);
    return EXIT_UNAVAILABLE;
  }
  return read.socket === undefined ? await check(read.lines) : await serve(read.lines, read.socket, read.of);
}

/** The lines of a configuration; when there is something wrong with it, that is told. */
async function fromConfig({ file, check }: ConfigFile): Promise<SerialArguments | undefined> {
  const result = await loadSerialLines(file);
  const faults = [...result.warnings, ...(result.ok ? [] : result.errors)];
  for (const fault of faults) console.error(formatConfigError(fault));
  if (!result.ok) return undefined;
  const { lines, socket, of } = result.config;
  if (lines.length > 0) {
    if (check) return { lines, of, socket: undefined };
    // The same folder as the journal's, as a rule: whichever process comes first makes it.
    await Deno.mkdir(dirname(resolve(socket)), { recursive: true, mode: 0o700 }).catch(() => {});
    return { lines, of, socket: resolve(socket) };
  }
  console.error(
    `${file}: no ${of} has a serial line: add serial = "/dev/ttyUSB0,9600,8N1" to one in place of ${
      of === "input" ? "listen" : "role, host and port"
    }`,
  );
  return undefined;
}

async function serve(
  settings: LineSettings[],
  path: string,
  of: SerialArguments["of"],
): Promise<number> {
  const log = stderrLog("serial");
  // Before the socket: the other end may speak already.
  const lines = settings.map((line) =>
    new SerialLine({
      settings: line,
      onState: (state) => logState(log, { [of]: line.name }, state),
      onLost: (octets) =>
        log(
          "error",
          "octets-lost",
          `no gateway fetched them and the buffer is full: ${octets} octets dropped so far`,
          {
            [of]: line.name,
          },
        ),
    })
  );
  let server: SerialServer;
  try {
    server = await SerialServer.open({
      path,
      lines,
      onGateway: (line, here) =>
        here
          ? log("info", "gateway-here", "a gateway has the line", { [of]: line })
          : log("warn", "gateway-gone", "no gateway has the line: what it says is kept, 64 KiB at most", {
            [of]: line,
          }),
      onStuck: (line) =>
        log("error", "gateway-stuck", "the gateway does not fetch what the line says: restart it", {
          [of]: line,
        }),
      onRefused: (rule, message) => log("warn", rule, message),
    });
  } catch (error) {
    log("error", "start-failed", error instanceof Error ? error.message : String(error));
    await Promise.all(lines.map((line) => line.close(0)));
    return EXIT_UNAVAILABLE;
  }
  log("info", "serving", `${settings.map((line) => line.name).join(", ")} on ${path}`);
  log("info", "stopping", `${await untilStopped()}: closing`);
  await server.close();
  for (const line of lines) {
    if (line.waiting === 0) continue;
    log(
      "error",
      "octets-lost",
      `${line.waiting} octets were not fetched by a gateway and end with this process`,
      {
        [of]: line.name,
      },
    );
  }
  log("info", "stopped", "everything is closed");
  return 0;
}

async function check(lines: LineSettings[]): Promise<number> {
  let status = 0;
  for (const line of lines) {
    try {
      const port = await SerialPort.open(line);
      const counts = port.errors === undefined ? "; its driver does not count errors" : "";
      console.log(`${line.name}: ${line.device} is ready at ${showCharacter(port.inForce)}${counts}`);
      await port.close(0);
    } catch (error) {
      console.log(`${line.name}: ${error instanceof Error ? error.message : error}`);
      status = EXIT_UNAVAILABLE;
    }
  }
  return status;
}

function readArguments(args: string[]): SerialArguments | ConfigFile | "help" | string {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["line", "socket", "config"],
    boolean: ["help", "check"],
    collect: ["line", "socket", "config"],
    alias: { help: "h" },
    unknown: (arg) => {
      unknown.push(arg.replace(/=.*$/s, ""));
      return false;
    },
  });
  if (options["help"] === true) return "help";
  if (unknown.length > 0) return `${unknown[0]}: unknown`;
  const texts = (options["line"] ?? []) as string[];
  const [socket, second] = (options["socket"] ?? []) as string[];
  const [file, ...others] = (options["config"] ?? []) as string[];
  if (file !== undefined) {
    if (file === "" || others.length > 0) return "--config FILE: expected one configuration";
    if (texts.length > 0 || socket !== undefined) {
      return "--config FILE: lines and socket stand in the configuration: leave --line and --socket out";
    }
    return { file, check: options["check"] === true };
  }
  if (texts.length === 0) {
    return "--config or --line is missing: expected the one, or at least one of the other";
  }
  if (texts.length > MAX_LINES) return `--line: expected at most ${MAX_LINES}, found ${texts.length}`;
  if (second !== undefined) return "--socket PATH: expected once, found several times";
  const lines: LineSettings[] = [];
  for (const text of texts) {
    const parsed = parseLine(text);
    if (!parsed.ok) return parsed.message;
    const twin = lines.find(({ name, device }) =>
      name === parsed.settings.name || device === parsed.settings.device
    );
    if (twin !== undefined) return `line "${text}": its name or its device is that of line ${twin.name} too`;
    lines.push(parsed.settings);
  }
  if (options["check"] === true) return { lines, of: "input", socket: undefined };
  if (socket === undefined || !socket.startsWith("/")) {
    return `--socket: expected an absolute path, found ${socket === undefined ? "none" : `"${socket}"`}`;
  }
  return { lines, of: "input", socket };
}

function logState(log: Log, whose: Record<string, string>, state: LineState): void {
  switch (state.kind) {
    case "open":
      return log("info", "line-open", `${state.device} is open at ${state.character}`, whose);
    case "down": {
      const unsent = state.unsent > 0 ? `; ${state.unsent} octets to be sent were thrown away` : "";
      if (state.rule === "closed-here") {
        return log("info", "line-closed", `${state.message}${unsent}`, whose);
      }
      return log("error", state.rule, `${state.message}${unsent}; it is tried again`, whose);
    }
    case "trouble":
      return log(
        "warn",
        "line-trouble",
        "the line is troubled: check wiring, speed, parity and flow control",
        {
          ...whose,
          stuck: state.stuck,
          brokenEchoes: state.brokenEchoes,
          ...state.errors,
        },
      );
  }
}
