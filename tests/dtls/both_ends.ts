/** Our client, and somebody who is none. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DtlsClient, type DtlsClientOptions } from "../../src/dtls/dtls_client.ts";
import type { DtlsConnection } from "../../src/dtls/dtls_connection.ts";
import { nextMessage, octets, pki, Rct } from "./rct.ts";
import { Relay } from "./relay.ts";
import { until } from "../support/until.ts";

/** A client with the certificate `spt` and the CA `ca` if nothing else is said. */
export function client(options: Partial<DtlsClientOptions> = {}): Promise<DtlsClient> {
  return DtlsClient.open({ ...pki.end("spt"), caFiles: [pki.pem("ca")], ...options });
}

/** Both ends have the same key, and a message comes back. */
export async function works(rct: Rct, connection: DtlsConnection): Promise<void> {
  const key = connection.masterKey.octets().toHex();
  assertEquals(key.length, 64);
  assert(rct.connections.some(({ masterKey }) => masterKey.octets().toHex() === key), "the same key");
  const answer = nextMessage(connection);
  connection.send(octets("are you there"));
  assertEquals(await answer, "are you there");
}

/** One who sends whatever he likes. */
export class Stranger implements Disposable {
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });

  async send(rct: Rct, datagram: Uint8Array): Promise<void> {
    await this.#socket.send(datagram, { transport: "udp", ...rct.to });
  }

  async receive(): Promise<Uint8Array> {
    let got: Uint8Array | undefined;
    const receiving = this.#socket.receive().then(([datagram]) => got = datagram);
    await until(() => got !== undefined, "an answer of the server");
    return await receiving;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A ClientHello without a cookie, as {@link DtlsClient} sends it. */
export async function clientHello(): Promise<Uint8Array> {
  await using spt = await client({ handshakeMs: 60_000 });
  await using relay = new Relay(1, () => "lost");
  const stop = new AbortController();
  const connecting = assertRejects(() =>
    spt.connect({ hostname: "127.0.0.1", port: relay.port }, { signal: stop.signal })
  );
  await until(() => relay.seen.length > 0, "a ClientHello");
  stop.abort();
  await connecting;
  return relay.seen[0]!.datagram;
}

/** Puts a cookie into a ClientHello that has none, as the second one of a handshake. */
export function withCookie(hello: Uint8Array, cookie: Uint8Array): Uint8Array {
  const at = 13 + 12 + 2 + 32 + 1;
  assertEquals([hello[at - 1], hello[at]], [0, 0], "no session, no cookie");
  const out = new Uint8Array(hello.length + cookie.length);
  out.set(hello.subarray(0, at));
  out[at] = cookie.length;
  out.set(cookie, at + 1);
  out.set(hello.subarray(at + 1), at + 1 + cookie.length);
  const view = new DataView(out.buffer);
  view.setUint16(9, 1); // record number
  view.setUint16(11, out.length - 13);
  for (const length of [14, 22]) view.setUint16(length + 1, out.length - 25);
  view.setUint16(17, 1); // message number
  return out;
}
