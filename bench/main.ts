/**
 * `deno task bench`: the ceilings of this machine first, then Tocsin, in one run.
 *
 * `--json FILE` writes the figures with commit and machine; `--seconds N` is the length of each measurement (3).
 */
import { parseArgs } from "@std/cli/parse-args";
import { Child } from "./child.ts";
import { dtlsRates } from "./dtls_rates.ts";
import { type Figures, rounded } from "./figures.ts";
import { alarms, type CentreLine, polls } from "./gateways.ts";
import { outage, outputRates } from "./output_rates.ts";
import { parseRates } from "./parse_rates.ts";
import { peerRates } from "./peer_rates.ts";
import { sealRates } from "./seal_rates.ts";
import { ROUND_TRIPS, setups } from "./setup_rates.ts";
import { supervisionRates } from "./supervision_rates.ts";
import { tcpAck, udpEcho } from "./wire.ts";

const options = parseArgs(Deno.args, { string: ["json", "seconds"] });
const ms = Number(options["seconds"] ?? 3) * 1000;
const WINDOW = 64;
/** Connections of the automation software, as a large receiver offers them. */
const LINES = 4;

const folder = await Deno.makeTempDir({ prefix: "tocsin-bench-" });
const figures: Figures = {};
const add = (more: Figures) => {
  Object.assign(figures, more);
  for (const [key, value] of Object.entries(more)) console.log(`${key.padEnd(40)} ${value}`);
};
try {
  {
    await using echo = await Child.start("echo_server.ts");
    const { udp, tcp } = JSON.parse(echo.line) as { udp: number; tcp: number };
    add({ udp_echo_per_s: rounded(await udpEcho(udp, ms, WINDOW)) });
    const ack = await tcpAck(tcp, ms);
    add({ tcp_ack_per_s: rounded(ack.perSecond), tcp_ack_p99_ms: rounded(ack.p99) });
  }
  {
    await using rct = await Child.start("rct_child.ts", [String(WINDOW), "1", folder]);
    const perSecond = await polls(JSON.parse(rct.line) as CentreLine, ms);
    add({
      polls_per_s: rounded(perSecond),
      polls_per_ceiling: rounded(perSecond / figures["udp_echo_per_s"]!),
    });
  }
  await Deno.remove(`${folder}/rct.sqlite`);
  {
    await using rct = await Child.start("rct_child.ts", [String(WINDOW), "1", folder]);
    const perSecond = await setups(JSON.parse(rct.line) as CentreLine, ms);
    add({
      setups_per_s: rounded(perSecond),
      setup_messages_per_ceiling: rounded(perSecond * ROUND_TRIPS / figures["udp_echo_per_s"]!),
    });
  }
  await Deno.remove(`${folder}/rct.sqlite`);
  add(await alarms(WINDOW, LINES, ms, folder));
  add({ alarms_per_tcp_ceiling: rounded(figures["alarms_per_s"]! / figures["tcp_ack_per_s"]!) });
  add(await outputRates(figures["tcp_ack_per_s"]!));
  add(await outage(100_000));
  add(parseRates(Math.min(ms, 1000)));
  add(await peerRates(Math.min(ms, 1000)));
  add(await dtlsRates(Math.min(ms, 3000)));
  add(sealRates(Math.min(ms, 1000) / 4));
  add(supervisionRates());
} finally {
  await Deno.remove(folder, { recursive: true });
}

if (typeof options["json"] === "string") {
  await Deno.writeTextFile(
    options["json"],
    JSON.stringify({ ...figures, commit: await commit(), machine: await machine() }, null, 2) + "\n",
  );
}

async function commit(): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("git", { args: ["rev-parse", "--short=12", "HEAD"] }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch {
    return "unknown";
  }
}

async function machine(): Promise<Record<string, unknown>> {
  const cpu = /model name\s*:\s*(.+)/.exec(await Deno.readTextFile("/proc/cpuinfo").catch(() => ""))?.[1] ??
    "unknown";
  const { deno, v8 } = Deno.version;
  return { cpu, cores: navigator.hardwareConcurrency, os: Deno.build.os, arch: Deno.build.arch, deno, v8 };
}
