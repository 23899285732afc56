/**
 * `tocsin ae`: plays automation software towards a receiver of any make.
 *
 * @module
 */
import { type AeArguments, readAeArguments } from "../ae/ae_arguments.ts";
import type { AeNews } from "../ae/ae_connection.ts";
import { AE_HELP } from "../ae/ae_help.ts";
import { aeJson, aeLine } from "../ae/ae_line.ts";
import { AeTally } from "../ae/ae_tally.ts";
import { playAe, type PlayedAe } from "../ae/play_ae.ts";
import { reasonOf } from "../simulator/wire.ts";
import { EXIT_UNAVAILABLE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Time for the receiver to read the last answer, ms: a connection that is closed with octets unread loses it. */
const LINGER_MS = 250;

/**
 * Runs the command.
 *
 * @param args Arguments after `ae`.
 * @returns Exit status: 0 when it was ended by a signal or by `--count`, 64 for wrong arguments, 69 when the port or the serial
 *   line cannot be had, or the line is gone.
 */
export async function runAe(args: string[]): Promise<number> {
  const read = readAeArguments(args);
  if (typeof read === "object" && "problem" in read) {
    return wrongArguments("ae", read.problem, { args, help: AE_HELP });
  }
  if (read === "help") {
    console.log(AE_HELP);
    return 0;
  }
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, end);
  try {
    return await run(read, ended, end);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, end);
  }
}

async function run(read: AeArguments, ended: Promise<void>, end: () => void): Promise<number> {
  const { play, json, count } = read;
  const tally = new AeTally();
  const show = shower(read);
  let ae: PlayedAe | undefined;
  const tell = (news: AeNews) => {
    tally.add(news);
    if (news.kind !== "quiet") show(news);
    else if (tally.counts.acknowledged >= count && ae?.busy !== true) end();
  };
  try {
    ae = await playAe(play, tell);
  } catch (error) {
    console.error(`tocsin ae: ${unavailable(error)}`);
    return EXIT_UNAVAILABLE;
  }
  const waits = play.place.kind === "listen"
    ? "waiting for the receiver on"
    : "connecting to the receiver at";
  (json ? console.error : console.log)(`${waits} ${ae.where}`);
  const lost = await Promise.race([ended, ae.lost]);
  if (lost !== undefined) console.error(`tocsin ae: the line is gone: ${lost}`);
  else if (tally.counts.acknowledged >= count) await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
  await ae.close();
  if (json) console.log(JSON.stringify({ kind: "summary", language: play.language, ...tally.counts }));
  else console.log(tally.line());
  return lost === undefined ? 0 : EXIT_UNAVAILABLE;
}

/** Shows what happens, as it is wanted. */
function shower({ json, all, play }: AeArguments): (news: AeNews) => void {
  /** Connections whose first sign of life was shown. */
  const alive = new Set<string>();
  return (news) => {
    if (news.kind === "disconnected") alive.delete(news.peer);
    if (news.kind === "message" && news.record.kind === "heartbeat" && !all) {
      if (alive.has(news.peer)) return;
      alive.add(news.peer);
    }
    const isData = news.kind === "message" || news.kind === "unreadable";
    if (json && isData) console.log(JSON.stringify(aeJson(news, play.language, Date.now())));
    else (json ? console.error : console.log)(aeLine(news, Date.now()));
  };
}

/** What cannot be opened, and what to do about it. */
function unavailable(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "another program has the port of --listen: give another one";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "this user may not listen on that port: give one from 1024 up";
  }
  const reason = reasonOf(error);
  return reason.includes("--allow-ffi") ? `${reason}, as "deno task tocsin-serial ae …" does` : reason;
}
