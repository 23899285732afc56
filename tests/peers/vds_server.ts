import { createServer, type Server } from "node:net";
import { type VdsPeer, type VdsPeerRecord, VdsReceiver } from "./iobroker_vds2465.ts";

/** A device that the centre knows. */
export interface VdsDevice {
  /** The connection stays. */
  permanent: boolean;
  /** 0 for plain. */
  keyNumber: number;
  key?: string;
}

/** A running iobroker.vds2465-server that knows device 123456, for one connection, and the records that it heard. */
export class VdsServer implements AsyncDisposable {
  readonly receiver: VdsPeer;
  readonly records: VdsPeerRecord[] = [];
  readonly port: number;
  readonly #server: Server;

  private constructor(receiver: VdsPeer, server: Server, port: number) {
    this.receiver = receiver;
    this.#server = server;
    this.port = port;
    receiver.on("data", (telegram) => this.records.push(...Object.values(telegram)));
  }

  static async start({ permanent, keyNumber, key }: VdsDevice): Promise<VdsServer> {
    const receiver = new VdsReceiver();
    receiver.Polling = 3;
    receiver.addDevice("123456", permanent, keyNumber, key);
    const server = createServer((socket) => {
      receiver.connect(socket);
      socket.on("data", (data) => receiver.received(data as Uint8Array));
      socket.on("error", () => {});
      socket.on("close", () => receiver.disconnect());
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", () => listening.resolve());
    await listening.promise;
    const address = server.address();
    if (address === null || typeof address !== "object") throw new Error("the peer does not listen");
    return new VdsServer(receiver, server, address.port);
  }

  /** The values of the records of a type, by its German name. */
  values(type: string): unknown[] {
    return this.records.filter(({ Typ }) => Typ === type).map(({ Value }) => Value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.receiver.disconnect();
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    await closed.promise;
  }
}
