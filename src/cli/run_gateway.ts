/**
 * What `tocsin spt` and `tocsin rct` have in common: load the file, start, open the page, stop on a signal.
 *
 * @module
 */
import { type ConfigError, formatConfigError } from "../config/config_error.ts";
import type { HttpConfig } from "../config/http_config.ts";
import type { LoadResult } from "../config/load.ts";
import { httpApp } from "../http/app.ts";
import type { Capture } from "../gateway/capture.ts";
import { CaptureFile } from "../gateway/capture_file.ts";
import { serveHttp } from "../http/server.ts";
import type { GatewayView } from "../http/view.ts";
import { type Log, stderrLog } from "../gateway/log.ts";

/** A gateway as this file needs it. */
export interface Runnable extends GatewayView {
  close(drainMs?: number): Promise<void>;
}

/** Exit status: the configuration cannot be used (EX_CONFIG of sysexits). */
export const EXIT_CONFIG = 78;
/** Exit status: the gateway could not start (EX_UNAVAILABLE). */
export const EXIT_UNAVAILABLE = 69;
/** Exit status: the arguments cannot be used (EX_USAGE). */
export const EXIT_USAGE = 64;

/**
 * Runs a gateway until SIGTERM or SIGINT: then it drains and closes. A second signal ends it at once.
 *
 * @param loaded The configuration, or what is wrong with it.
 * @param open Starts the gateway.
 * @param pcap File that its datagrams are noted in; none when missing.
 * @returns Exit status: 0 after a clean stop, {@link EXIT_CONFIG}, {@link EXIT_UNAVAILABLE}.
 */
export async function runGateway<C extends { name: string; http: HttpConfig | undefined }>(
  loaded: LoadResult<C>,
  open: (config: C, log: Log, capture: Capture | undefined) => Promise<Runnable>,
  pcap?: string,
): Promise<number> {
  for (const warning of loaded.warnings) console.error(`warning: ${errorLine(warning)}`);
  if (!loaded.ok) {
    for (const error of loaded.errors) console.error(errorLine(error));
    return EXIT_CONFIG;
  }
  const { config } = loaded;
  const log = stderrLog(config.name);
  let gateway: Runnable;
  let capture: CaptureFile | undefined;
  try {
    if (pcap !== undefined) {
      capture = await CaptureFile.open(pcap, {
        onStop: ({ rule, message }) => log("warn", `capture-${rule}`, message),
      });
      log("info", "capture", `every datagram is noted in ${pcap}: alarms are in it, keep it to yourself`);
    }
    gateway = await open(config, log, capture);
  } catch (error) {
    log("error", "start-failed", error instanceof Error ? error.message : String(error));
    await capture?.close();
    return EXIT_UNAVAILABLE;
  }
  const stop = stopSignal();
  let status = 0;
  let server: ReturnType<typeof serveHttp> | undefined;
  try {
    if (config.http !== undefined) {
      server = serveHttp(httpApp(gateway, { hosts: [config.http.hostname] }), config.http);
      log("info", "page", `http://${server.addr.hostname}:${server.addr.port}/`);
    }
    log("info", "started", `${gateway.role} ${config.name}, version ${gateway.version}`);
    log("info", "stopping", `${await stop.given}: draining, then closing`);
  } catch (error) {
    log("error", "start-failed", error instanceof Error ? error.message : String(error));
    status = EXIT_UNAVAILABLE;
  }
  await gateway.close();
  await capture?.close();
  await server?.shutdown();
  log("info", "stopped", "everything is closed");
  stop.ignore();
  return status;
}

/**
 * Waits for SIGTERM or SIGINT.
 *
 * @returns The signal's name.
 */
export async function untilStopped(): Promise<string> {
  const stop = stopSignal();
  const name = await stop.given;
  stop.ignore();
  return name;
}

/** The first signal asks for an orderly end, a second one ends the process at once. */
function stopSignal(): { given: Promise<string>; ignore: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const listeners = (["SIGTERM", "SIGINT"] as const).map((signal) => {
    let seen = false;
    const listener = () => {
      if (seen) Deno.exit(1);
      seen = true;
      resolve(signal);
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return {
    given: promise,
    ignore: () => {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

function errorLine(error: ConfigError): string {
  return formatConfigError(error);
}
