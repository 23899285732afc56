/**
 * Played automation software on a serial line. Loaded only when it is used: it needs the right to call the C library.
 *
 * @module
 */
import type { LineSettings } from "../serial/line_settings.ts";
import { openSerialWire } from "../simulator/serial_wire.ts";
import { reasonOf } from "../simulator/wire.ts";
import type { TcpConnection } from "../transport/tcp.ts";
import type { AeConnection } from "./ae_connection.ts";

/**
 * Opens a line. Where an AE would cut its connection, the line stays open and the conversation begins anew.
 *
 * @param settings Device, speed and frame.
 * @param accept Called for each conversation.
 * @param lose Told why when the device is gone.
 * @returns What closes it.
 * @throws {Error} With what is wrong with the device.
 */
export async function openSerialAe(
  settings: LineSettings,
  accept: (connection: TcpConnection) => AeConnection,
  lose: (reason: string) => void,
): Promise<() => Promise<void>> {
  const wire = await openSerialWire(settings);
  let sending = Promise.resolve();
  let handler: AeConnection | undefined;
  let over = false;
  const begin = () => {
    let isOpen = true;
    const own = accept({
      peer: wire.peer,
      send: (bytes) => {
        sending = sending.then(() => wire.send(bytes)).catch((error) => lose(reasonOf(error)));
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        queueMicrotask(() => {
          own.closed("the conversation begins anew");
          if (!over) begin();
        });
      },
    });
    handler = own;
  };
  begin();
  wire.start({
    data: (bytes) => handler?.data(bytes),
    closed: (reason) => {
      over = true;
      handler?.closed(reason);
      handler = undefined;
      lose(reason);
    },
  });
  return async () => {
    over = true;
    await sending;
    handler?.closed("closed by Tocsin");
    handler = undefined;
    await wire.close();
  };
}
