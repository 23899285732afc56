/**
 * Where a simulated panel is connected, from the command line.
 *
 * @module
 */
import { type LineSettings, parseLine } from "../serial/line_settings.ts";
import { connectTcpWire, listenTcpWire } from "./tcp_wire.ts";
import { openUdpWire } from "./udp_wire.ts";
import type { PanelWire } from "./wire.ts";

/** A place that is open for connections. */
export interface OpenPlace {
  /** Makes a connection. */
  connect: () => Promise<PanelWire>;
  /** What a panel that waits for its receiver says at the start. */
  waits?: string;
  /** Gives the place up. */
  close(): void;
}

/** Where a panel is connected. */
export interface PanelPlace {
  /** Opens it. Rejects when a port or a line cannot be had. */
  open(): Promise<OpenPlace>;
}

/** How the place is given: exactly one of the first three. */
export interface PlaceOptions {
  /** `HOST:PORT` of the receiver. */
  to?: string | undefined;
  /** `DEVICE,SPEED,FRAME[,OPTION…]`. */
  serial?: string | undefined;
  /** TCP port to listen on. */
  listen?: string | undefined;
  /** UDP in place of TCP. */
  udp?: boolean;
}

/**
 * Reads where the panel is to be connected.
 *
 * @param options The options as given.
 * @returns The place; or what is wrong.
 *
 * @example
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { placeOf } from "./panel_place.ts";
 *
 * assertEquals(typeof placeOf({ to: "[::1]:10000" }), "object");
 * assertStringIncludes(placeOf({ to: "localhost" }) as string, "HOST:PORT");
 * assertStringIncludes(placeOf({}) as string, "one of");
 * ```
 */
export function placeOf(options: PlaceOptions): PanelPlace | string {
  const { to, serial, listen, udp = false } = options;
  const ways = [to, serial, listen].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    return "expected one of --to HOST:PORT, --serial DEVICE,SPEED,FRAME and --listen PORT";
  }
  if (udp && to === undefined) return "--udp goes with --to HOST:PORT only";
  if (to !== undefined) return remotePlace(to, udp);
  return serial !== undefined ? serialPlace(serial) : listeningPlace(listen ?? "");
}

function remotePlace(to: string, udp: boolean): PanelPlace | string {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(to);
  const hostname = found?.[1] ?? found?.[2];
  const port = portOf(found?.[3]);
  if (hostname === undefined || port === undefined) {
    return `--to: expected HOST:PORT, such as 192.168.1.10:10000 or [::1]:10000; found "${to}"`;
  }
  const connect = () => udp ? openUdpWire(hostname, port) : connectTcpWire(hostname, port);
  return { open: () => Promise.resolve({ connect, close: () => {} }) };
}

function listeningPlace(listen: string): PanelPlace | string {
  const port = portOf(listen);
  if (port === undefined) return `--listen: expected a TCP port, 1 to 65535; found "${listen}"`;
  return {
    open: () =>
      new Promise((resolve) => {
        const panel = listenTcpWire(port);
        resolve({
          connect: () => panel.connect(),
          waits: `waiting for the receiver on port ${panel.port}`,
          close: () => panel.close(),
        });
      }),
  };
}

function serialPlace(serial: string): PanelPlace | string {
  const parsed = parseLine(`panel=${serial}`);
  if (!parsed.ok) {
    return `--serial: ${parsed.message.replace(/^line "panel=/, 'line "').replace("NAME=/dev/", "/dev/")}`;
  }
  return { open: () => openSerial(parsed.settings) };
}

/**
 * Opened at the start, so that a device that is not there is told at once, and not as a receiver that does not answer.
 * Loaded when it is used: all else does without the right to call the C library.
 */
async function openSerial(settings: LineSettings): Promise<OpenPlace> {
  const { openSerialWire } = await import("./serial_wire.ts");
  let first: PanelWire | undefined = await openSerialWire(settings);
  return {
    connect: () => {
      const wire = first;
      first = undefined;
      return wire === undefined ? openSerialWire(settings) : Promise.resolve(wire);
    },
    close: () => void first?.close(),
  };
}

function portOf(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
