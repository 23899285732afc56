/**
 * DTLS handshakes per second, and what the public-key operations alone would allow.
 *
 * `deno run --allow-all bench/dtls_rates.ts` measures by itself. `… server FOLDER` is the RCT's end, in a process of its own.
 */
import { DtlsClient, DtlsServer } from "../src/dtls/mod.ts";
import { openssl, Pki } from "../tests/dtls/pki.ts";
import { Child } from "./child.ts";
import { type Figures, percentile, rounded } from "./figures.ts";

/** Handshakes that are under way together. */
const WINDOW = 8;
/** Octets of a message: about what a message of commissioning has. */
const MESSAGE = 200;

/**
 * What one core could do at most, if a handshake were nothing but its public-key operations. Each end of a handshake with
 * ECDSA P-256 at both ends and X25519 signs once, verifies twice (certificate, signature) and multiplies twice (own key,
 * shared secret). `openssl s_time`, which would measure whole handshakes in C, knows no DTLS.
 */
async function ceiling(seconds: number): Promise<number> {
  const out = await openssl(["speed", "-mr", "-seconds", String(seconds), "ecdsap256", "ecdhx25519"]);
  const [, sign, verify] = /^\+F4:\d+:256:([\d.]+):([\d.]+)/m.exec(out) ?? [];
  const [, multiply] = /^\+F5:\d+:253:([\d.]+)/m.exec(out) ?? [];
  return 1 / (1 / Number(sign) + 2 / Number(verify) + 2 / Number(multiply));
}

/** Handshakes of our client with our server in another process, both ends verified; and echoes over one connection. */
export async function dtlsRates(ms: number): Promise<Figures> {
  const pki = await Pki.make();
  try {
    const perCore = await ceiling(Math.max(1, Math.round(ms / 1000)));
    await using child = await Child.start("dtls_rates.ts", ["server", pki.folder]);
    const to = { hostname: "127.0.0.1", port: Number(child.line) };
    await using client = await DtlsClient.open({ ...pki.end("spt"), caFiles: [pki.pem("ca")] });
    const times: number[] = [];
    const perSecond = await handshakes(client, to, ms, times);
    return {
      dtls_public_key_ceiling_per_s: rounded(perCore),
      dtls_handshakes_per_s: rounded(perSecond),
      dtls_handshakes_per_ceiling: rounded(perSecond / perCore),
      dtls_handshake_p50_ms: rounded(percentile(times, 0.5)),
      dtls_handshake_p99_ms: rounded(percentile(times, 0.99)),
      dtls_echo_per_s: rounded(await echoes(client, to, ms)),
    };
  } finally {
    await pki.remove();
  }
}

async function handshakes(
  client: DtlsClient,
  to: { hostname: string; port: number },
  ms: number,
  times: number[],
): Promise<number> {
  const one = async () => {
    const start = performance.now();
    const connection = await client.connect(to);
    times.push(performance.now() - start);
    connection.close();
  };
  for (let i = 0; i < WINDOW; i++) await one();
  times.length = 0;
  const start = performance.now();
  await Promise.all(Array.from({ length: WINDOW }, async () => {
    while (performance.now() - start < ms) await one();
  }));
  return times.length / ((performance.now() - start) / 1000);
}

async function echoes(
  client: DtlsClient,
  to: { hostname: string; port: number },
  ms: number,
): Promise<number> {
  const connection = await client.connect(to);
  const message = new Uint8Array(MESSAGE);
  const { promise, resolve } = Promise.withResolvers<void>();
  let echoed = 0;
  const start = performance.now();
  connection.onMessage = () => {
    echoed++;
    if (performance.now() - start < ms) connection.send(message);
    else resolve();
  };
  connection.send(message);
  await promise;
  const perSecond = echoed / ((performance.now() - start) / 1000);
  connection.close();
  return perSecond;
}

async function serve(folder: string): Promise<void> {
  const server = await DtlsServer.open({
    hostname: "127.0.0.1",
    port: 0,
    certificateFile: `${folder}/rct.pem`,
    keyFile: `${folder}/rct.key`,
    caFiles: [`${folder}/ca.pem`],
    onConnection: (connection) => connection.onMessage = (message) => connection.send(message),
  });
  console.log(server.port);
  await new Promise((resolve) => Deno.addSignalListener("SIGTERM", () => resolve(undefined)));
  await server.close();
}

if (import.meta.main) {
  const [role, folder = "."] = Deno.args;
  if (role === "server") await serve(folder);
  else for (const [key, value] of Object.entries(await dtlsRates(3000))) console.log(key.padEnd(40), value);
}
