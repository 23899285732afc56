/**
 * Our transmitter against an independent receiving centre, over a real TCP socket: the receiver class of
 * `iobroker.vds2465-server` 1.1.2 (MIT), which is in use with devices of several vendors.
 */
import { assert, assertEquals } from "@std/assert";
import {
  Vds2465Transmitter,
  type Vds2465TransmitterOptions,
  type VdsTransmitterEffect,
} from "../../adapters/vds2465/transmitter_session.ts";
import { until } from "../support/until.ts";
import { hex } from "../adapters/vds2465/records.ts";
import { type VdsDevice, VdsServer } from "./vds_server.ts";

const SECRET = "00112233445566778899aabbccddeeff";
const BURGLARY = "05021103000122 075019140a150a1e05 0554466c757231";

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
  device: VdsDevice,
  use: (line: Line, server: VdsServer) => Promise<void>,
): Promise<void> {
  await using server = await VdsServer.start(device);
  const line = new Line(await Deno.connect({ hostname: "127.0.0.1", port: server.port }), options);
  try {
    await use(line, server);
  } finally {
    await line.close();
  }
}

const key = { number: 7, key: SECRET };
for (
  const [name, options, device] of [
    ["plain", { ident: "123456" }, { permanent: true, keyNumber: 0 }],
    ["AES", { ident: "123456", key }, { permanent: true, keyNumber: 7, key: SECRET }],
  ] as const
) {
  Deno.test(`an independent centre takes alarm, test and short alarm, ${name}, and each is delivered on its answer`, () =>
    withPeer(options, device, async (line, server) => {
      await until(() => line.transmitter.ready, "synchronised", 20_000);
      line.offer("burglary", BURGLARY);
      await until(() => line.delivered().includes("burglary"), "burglary delivered", 20_000);
      line.offer("test", "0040");
      await until(() => line.delivered().includes("test"), "test delivered", 20_000);
      assert(line.has("clock"));
      line.offer("short", "040211040023");
      await until(() => line.delivered().includes("short"), "short delivered", 20_000);
      assertEquals(line.delivered(), ["burglary", "test", "short"]);
      assertEquals(server.values("Identnummer"), ["123456", "123456", "123456"]);
      assertEquals(server.values("Zeichenfolge"), ["Flur1"]);
      assertEquals(server.values("Testmeldung").length, 1);
      assertEquals(line.effects.filter(({ kind }) => kind === "stray" || kind === "absent"), []);
    }));
}

Deno.test("an independent centre commands an output, and hears our answer", () =>
  withPeer({ ident: "123456" }, { permanent: true, keyNumber: 0 }, async (line, server) => {
    await until(() => line.transmitter.ready, "synchronised", 20_000);
    // The peer treats a connection as permanent only when it knows whose it is.
    line.offer("test", "0040");
    await until(() => line.has("delivered"), "delivered", 20_000);
    server.receiver.sendCommand("05021101000200");
    await until(() => line.has("command"), "command", 20_000);
    const command = line.effects.find((effect) => effect.kind === "command");
    assert(command?.kind === "command");
    line.apply(line.transmitter.answerCommand(command.ref, "done"));
    await until(
      () => server.records.some(({ Typ }) => String(Typ).includes("Quittierung")),
      "answer heard",
      20_000,
    );
  }));

Deno.test("an independent centre ends a connection on demand behind its acknowledgement", () =>
  withPeer({ ident: "123456", key }, { permanent: false, keyNumber: 7, key: SECRET }, async (line) => {
    await until(() => line.transmitter.ready, "synchronised", 20_000);
    line.offer("burglary", BURGLARY);
    await until(() => line.has("close"), "close", 20_000);
    assertEquals(line.delivered(), ["burglary"]);
    assertEquals(line.has("absent"), false);
  }));
