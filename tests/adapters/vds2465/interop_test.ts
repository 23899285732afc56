/**
 * Our transmitter against an independent receiving centre, over a real TCP socket: the receiver class of
 * `iobroker.vds2465-server` 1.1.2 (MIT), which is in use with devices of several vendors.
 */
import { assert, assertEquals } from "@std/assert";
import type { EventEmitter } from "node:events";
import { createServer, type Socket } from "node:net";
import {
  Vds2465Transmitter,
  type Vds2465TransmitterOptions,
  type VdsTransmitterEffect,
} from "../../../adapters/vds2465/transmitter_session.ts";
import { until } from "../../support/until.ts";
import { hex } from "./records.ts";

/** What is used of the peer's class. */
interface Receiver extends EventEmitter {
  Polling: number;
  addDevice(ident: string, permanent: boolean, keyNumber: number, key?: string): void;
  connect(socket: Socket): void;
  received(data: Uint8Array): void;
  disconnect(): void;
  sendCommand(records: string): void;
}

const SECRET = "00112233445566778899aabbccddeeff";
const BURGLARY = "05021103000122 075019140a150a1e05 0554466c757231";

// By a variable, so that the tests are skipped, and not broken, as long as the peer is not in the import map.
const PEER = "iobroker.vds2465-server";
const peer: (new () => Receiver) | undefined = isListed(PEER) ? (await import(PEER)).default : undefined;

function isListed(name: string): boolean {
  try {
    return import.meta.resolve(name) !== "";
  } catch {
    return false;
  }
}

/** One device's connection to the peer, and everything that either side says. */
class Line {
  readonly transmitter: Vds2465Transmitter;
  readonly effects: VdsTransmitterEffect[] = [];
  readonly #conn: Deno.TcpConn;
  readonly #ticking: ReturnType<typeof setInterval>;
  readonly #reading: Promise<void>;

  constructor(conn: Deno.TcpConn, options: Vds2465TransmitterOptions) {
    this.#conn = conn;
    this.transmitter = new Vds2465Transmitter(options);
    this.apply(this.transmitter.connected(Date.now(), crypto.getRandomValues(new Uint32Array(1))[0]));
    this.#ticking = setInterval(() => this.apply(this.transmitter.tick(Date.now())), 50);
    this.#reading = this.#read();
  }

  apply(effects: VdsTransmitterEffect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.kind === "send") void this.#conn.write(effect.bytes).catch(() => {});
    }
  }

  offer(id: string, records: string): void {
    this.apply(this.transmitter.offer({ id, records: hex(records) }, Date.now()));
  }

  has(kind: VdsTransmitterEffect["kind"]): boolean {
    return this.effects.some((effect) => effect.kind === kind);
  }

  delivered(): string[] {
    return this.effects.flatMap((effect) => effect.kind === "delivered" ? [effect.id] : []);
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(4096);
    while (true) {
      const length = await this.#conn.read(buffer).catch(() => null);
      if (length === null) return;
      this.apply(this.transmitter.feed(buffer.slice(0, length), Date.now()));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#conn.close();
    await this.#reading;
  }
}

/** Connects a transmitter to a fresh receiver, and clears both away. */
async function withPeer(
  options: Vds2465TransmitterOptions,
  device: { permanent: boolean; keyNumber: number; key?: string },
  use: (line: Line, receiver: Receiver, records: Record<string, unknown>[]) => Promise<void>,
): Promise<void> {
  assert(peer !== undefined);
  const receiver = new peer();
  receiver.Polling = 3;
  receiver.addDevice("123456", device.permanent, device.keyNumber, device.key);
  const records: Record<string, unknown>[] = [];
  receiver.on("data", (telegram: Record<string, unknown>) => {
    for (const record of Object.values(telegram)) records.push(record as Record<string, unknown>);
  });
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
  assert(address !== null && typeof address === "object");
  const line = new Line(await Deno.connect({ hostname: "127.0.0.1", port: address.port }), options);
  try {
    await use(line, receiver, records);
  } finally {
    await line.close();
    receiver.disconnect();
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    await closed.promise;
  }
}

function test(name: string, run: () => Promise<void>): void {
  Deno.test({ name, ignore: peer === undefined, fn: run });
}

const key = { number: 7, key: SECRET };
for (
  const [name, options, device] of [
    ["plain", { ident: "123456" }, { permanent: true, keyNumber: 0 }],
    ["AES", { ident: "123456", key }, { permanent: true, keyNumber: 7, key: SECRET }],
  ] as const
) {
  test(`an independent centre takes alarm, test and short alarm, ${name}, and each is delivered on its answer`, () =>
    withPeer(options, device, async (line, _receiver, records) => {
      await until(() => line.transmitter.ready, "synchronised", 20_000);
      line.offer("burglary", BURGLARY);
      await until(() => line.delivered().includes("burglary"), "burglary delivered", 20_000);
      line.offer("test", "0040");
      await until(() => line.delivered().includes("test"), "test delivered", 20_000);
      assert(line.has("clock"));
      line.offer("short", "040211040023");
      await until(() => line.delivered().includes("short"), "short delivered", 20_000);
      assertEquals(line.delivered(), ["burglary", "test", "short"]);
      const values = (type: string) => records.filter(({ Typ }) => Typ === type).map(({ Value }) => Value);
      assertEquals(values("Identnummer"), ["123456", "123456", "123456"]);
      assertEquals(values("Zeichenfolge"), ["Flur1"]);
      assertEquals(values("Testmeldung").length, 1);
      assertEquals(line.effects.filter(({ kind }) => kind === "stray" || kind === "absent"), []);
    }));
}

test("an independent centre commands an output, and hears our answer", () =>
  withPeer({ ident: "123456" }, { permanent: true, keyNumber: 0 }, async (line, receiver, records) => {
    await until(() => line.transmitter.ready, "synchronised", 20_000);
    // The peer treats a connection as permanent only when it knows whose it is.
    line.offer("test", "0040");
    await until(() => line.has("delivered"), "delivered", 20_000);
    receiver.sendCommand("05021101000200");
    await until(() => line.has("command"), "command", 20_000);
    const command = line.effects.find((effect) => effect.kind === "command");
    assert(command?.kind === "command");
    line.apply(line.transmitter.answerCommand(command.ref, "done"));
    await until(() => records.some(({ Typ }) => String(Typ).includes("Quittierung")), "answer heard", 20_000);
  }));

test("an independent centre ends a connection on demand behind its acknowledgement", () =>
  withPeer({ ident: "123456", key }, { permanent: false, keyNumber: 7, key: SECRET }, async (line) => {
    await until(() => line.transmitter.ready, "synchronised", 20_000);
    line.offer("burglary", BURGLARY);
    await until(() => line.has("close"), "close", 20_000);
    assertEquals(line.delivered(), ["burglary"]);
    assertEquals(line.has("absent"), false);
  }));
