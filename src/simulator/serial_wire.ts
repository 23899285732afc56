/**
 * A panel on a serial line. Loaded only when it is used: it needs the right to call the C library.
 *
 * @module
 */
import type { LineSettings } from "../serial/line_settings.ts";
import { SerialPort } from "../serial/serial_port.ts";
import type { PanelWire, WireHandler } from "./wire.ts";

/** How long closing waits for what is still to be sent, ms. */
const DRAIN_MS = 2000;

/**
 * Opens a line.
 *
 * @param settings Device, speed and frame.
 * @returns The line.
 * @throws {Error} With what is wrong with the device.
 */
export async function openSerialWire(settings: LineSettings): Promise<PanelWire> {
  const port = await SerialPort.open(settings);
  let closing = false;
  return {
    peer: settings.device,
    start(handler: WireHandler): void {
      port.start({
        data: (bytes) => handler.data(bytes),
        gone(error) {
          if (closing) return;
          closing = true;
          handler.closed(error.message);
          void port.close(0);
        },
      });
    },
    send: (bytes) => port.send(bytes),
    async close(): Promise<void> {
      closing = true;
      await port.close(DRAIN_MS);
    },
  };
}
