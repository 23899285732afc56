/** A DTLS server of ours for tests: it echoes, and keeps what it is told. */
import { DtlsServer, type DtlsServerOptions } from "../../src/dtls/dtls_server.ts";
import type { DtlsRefusal } from "../../src/dtls/dtls_server.ts";
import type { DtlsConnection } from "../../src/dtls/dtls_connection.ts";
import type { DtlsEnd } from "../../src/dtls/dtls_end.ts";
import { openLibssl } from "../../src/dtls/libssl.ts";
import { until } from "../support/until.ts";
import { OPENSSL, Pki } from "./pki.ts";

// Here, because a library is a resource that stays open for the life of the process.
if (OPENSSL) openLibssl();

/** Certificates for all tests of a file; removed after the last one. */
export const pki: Pki = OPENSSL ? await Pki.make() : undefined as unknown as Pki;
Deno.test.afterAll(async () => {
  if (OPENSSL) await pki.remove();
});

/** A test that needs `openssl`. */
export function dtlsTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !OPENSSL, fn });
}

/** What a server was told. */
export class Rct implements AsyncDisposable {
  readonly connections: DtlsConnection[] = [];
  readonly refusals: DtlsRefusal[] = [];
  readonly ends: DtlsEnd[] = [];
  readonly messages: string[] = [];
  server!: DtlsServer;

  /** Opens it, with the certificate `rct` and the CA `ca` if nothing else is said. */
  static async open(options: Partial<DtlsServerOptions> = {}): Promise<Rct> {
    const rct = new Rct();
    rct.server = await DtlsServer.open({
      hostname: "127.0.0.1",
      port: 0,
      ...pki.end("rct"),
      caFiles: [pki.pem("ca")],
      onConnection: (connection) => {
        rct.connections.push(connection);
        connection.onMessage = (message) => {
          rct.messages.push(new TextDecoder().decode(message));
          connection.send(message);
        };
        connection.onClosed = (end) => rct.ends.push(end);
      },
      onRefused: (refusal) => rct.refusals.push(refusal),
      ...options,
    });
    return rct;
  }

  get port(): number {
    return this.server.port;
  }

  get to(): { hostname: string; port: number } {
    return { hostname: "127.0.0.1", port: this.server.port };
  }

  /** Waits for the next refusal and takes it. */
  async refusal(): Promise<DtlsRefusal> {
    await until(() => this.refusals.length > 0, "a refusal");
    return this.refusals.shift()!;
  }

  /** Waits until this many connections have come up. */
  async connected(count: number): Promise<void> {
    await until(() => this.connections.length >= count, `${count} connections`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}

/** The next message of a connection. */
export async function nextMessage(connection: DtlsConnection): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  connection.onMessage = resolve;
  connection.onClosed = (end) => reject(new Error(end.message));
  return new TextDecoder().decode(await promise);
}

/** Text as a message. */
export function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
