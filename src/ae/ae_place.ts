/**
 * Where played automation software is connected, from the command line.
 *
 * @module
 */
import { type LineSettings, parseLine } from "../serial/line_settings.ts";

/** Where an AE is connected. */
export type AePlace =
  /** The receiver connects; in datagrams with `udp`. */
  | { kind: "listen"; hostname: string; port: number; udp: boolean }
  /** The AE connects to the receiver, and again when the connection is lost. */
  | { kind: "connect"; hostname: string; port: number }
  | { kind: "serial"; settings: LineSettings };

/** How the place is given: exactly one of the first three. */
export interface AePlaceOptions {
  /** `[HOST:]PORT` to listen on. */
  listen?: string | undefined;
  /** `HOST:PORT` of the receiver. */
  connect?: string | undefined;
  /** `DEVICE,SPEED,FRAME[,OPTION…]`. */
  serial?: string | undefined;
  /** UDP in place of TCP. */
  udp?: boolean;
}

/**
 * Reads where the AE is to be connected.
 *
 * @param options The options as given.
 * @returns The place; or what is wrong.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { aePlaceOf } from "./ae_place.ts";
 *
 * assertEquals(aePlaceOf({ listen: "1025" }), { kind: "listen", hostname: "0.0.0.0", port: 1025, udp: false });
 * assertStringIncludes(aePlaceOf({ connect: "localhost" }) as string, "HOST:PORT");
 * assertStringIncludes(aePlaceOf({}) as string, "one of");
 * ```
 */
export function aePlaceOf(options: AePlaceOptions): AePlace | string {
  const { listen, connect, serial, udp = false } = options;
  const ways = [listen, connect, serial].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    return "expected one of --listen [HOST:]PORT, --connect HOST:PORT and --serial DEVICE,SPEED,FRAME";
  }
  if (udp && listen === undefined) return "--udp goes with --listen [HOST:]PORT only";
  if (serial !== undefined) return serialPlace(serial);
  if (connect !== undefined) {
    const found = hostAndPort(connect);
    if (found?.hostname !== undefined) return { kind: "connect", hostname: found.hostname, port: found.port };
    return `--connect: expected HOST:PORT, such as 192.168.1.10:1025 or [::1]:1025; found "${connect}"`;
  }
  const found = hostAndPort(listen ?? "");
  if (found !== undefined) {
    return { kind: "listen", hostname: found.hostname ?? "0.0.0.0", port: found.port, udp };
  }
  return `--listen: expected a port, 1 to 65535, or HOST:PORT; found "${listen}"`;
}

function serialPlace(serial: string): AePlace | string {
  const parsed = parseLine(`ae=${serial}`);
  if (parsed.ok) return { kind: "serial", settings: parsed.settings };
  return `--serial: ${parsed.message.replace(/^line "ae=/, 'line "').replace("NAME=/dev/", "/dev/")}`;
}

function hostAndPort(text: string): { hostname: string | undefined; port: number } | undefined {
  const found = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+)):)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[3] ?? 0);
  return port >= 1 && port <= 65_535 ? { hostname: found?.[1] ?? found?.[2], port } : undefined;
}
