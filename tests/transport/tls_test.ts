/** TLS towards real servers with certificates made by openssl: trusted, unknown, of another host, expired, no TLS at all. */
import { assertEquals, assertMatch } from "@std/assert";
import { connectTcp, listenTcp } from "../../src/transport/tcp.ts";
import { OPENSSL, openssl } from "../dtls/pki.ts";
import { until } from "../support/until.ts";

/** A CA, and servers' certificates signed by it. */
async function certificates(folder: string): Promise<void> {
  const file = (name: string) => `${folder}/${name}`;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  for (const ca of ["ca", "rogue"]) {
    await openssl([
      ...["req", "-x509", ...key, "-keyout", file(`${ca}.key`), "-out", file(`${ca}.pem`), "-days", "30"],
      ...["-subj", `/CN=${ca}`, "-addext", "basicConstraints=critical,CA:TRUE"],
    ]);
  }
  for (
    const [name, san, ca, days] of [
      ["good", "IP:127.0.0.1", "ca", "30"],
      ["other", "DNS:other.example", "ca", "30"],
      ["unknown", "IP:127.0.0.1", "rogue", "30"],
      ["expired", "IP:127.0.0.1", "ca", "-1"],
    ] as const
  ) {
    await openssl([
      "req",
      ...key,
      "-keyout",
      file(`${name}.key`),
      "-out",
      file(`${name}.csr`),
      "-subj",
      `/CN=${name}`,
    ]);
    await Deno.writeTextFile(file(`${name}.ext`), `subjectAltName=${san}\nbasicConstraints=CA:FALSE\n`);
    const signed = ["-CA", file(`${ca}.pem`), "-CAkey", file(`${ca}.key`), "-extfile", file(`${name}.ext`)];
    await openssl([
      "x509",
      "-req",
      "-in",
      file(`${name}.csr`),
      "-out",
      file(`${name}.pem`),
      ...signed,
      "-days",
      days,
    ]);
  }
}

/** A TLS server that gives back what it gets. */
function echo(cert: string, key: string) {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const open = new Set<Deno.TlsConn>();
  const running = (async () => {
    for (;;) {
      const conn = await listener.accept().catch((error) => error);
      if (conn instanceof Deno.errors.BadResource || conn instanceof Deno.errors.Interrupted) return;
      if (conn instanceof Error) continue;
      open.add(conn);
      void conn.readable.pipeTo(conn.writable).catch(() => {});
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async close() {
      listener.close();
      for (const conn of open) {
        try {
          conn.close();
        } catch { /* closed */ }
      }
      await running;
    },
  };
}

Deno.test({
  name: "a server whose certificate is right is spoken to; any other is told in words, and never spoken to",
  ignore: !OPENSSL,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "tocsin-tls-" });
    try {
      await certificates(folder);
      const ca = await Deno.readTextFile(`${folder}/ca.pem`);
      for (
        const [name, expected] of [
          ["good", undefined],
          ["other", /names another host/],
          ["unknown", /nobody known has signed it/],
          ["expired", /expired/],
        ] as const
      ) {
        const server = echo(
          await Deno.readTextFile(`${folder}/${name}.pem`),
          await Deno.readTextFile(`${folder}/${name}.key`),
        );
        const failures: string[] = [];
        let heard = "", up = 0;
        const client = connectTcp({
          hostname: "127.0.0.1",
          port: server.port,
          tls: { ca },
          retryMs: 20,
          onFailed: (reason) => void failures.push(reason),
        }, (connection) => {
          up++;
          connection.send(new TextEncoder().encode("alarm"));
          return { data: (bytes) => void (heard += new TextDecoder().decode(bytes)), closed: () => {} };
        });
        if (expected === undefined) {
          await until(() => heard === "alarm", `the echo; ${failures}`);
          assertEquals(failures, []);
        } else {
          await until(() => failures.length >= 2, "two attempts");
          assertMatch(failures[0]!, expected);
          assertMatch(failures[0]!, /its certificate is not trusted/);
          assertEquals(up, 0);
        }
        await client.close();
        await server.close();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a server that speaks no TLS, or says nothing, is a failed attempt; closing does not wait for it", async () => {
  const plain = listenTcp({ hostname: "127.0.0.1", port: 0 }, (connection) => ({
    data: () => connection.send(new TextEncoder().encode("500 what?\r\n")),
    closed: () => {},
  }));
  const mute = listenTcp({ hostname: "127.0.0.1", port: 0 }, () => ({ data: () => {}, closed: () => {} }));
  const never = () => {
    throw new Error("accepted");
  };
  for (
    const [server, expected] of [[plain, /does not speak TLS/], [mute, /no answer within 0.2 s/]] as const
  ) {
    const failures: string[] = [];
    const { hostname, port } = server;
    const onFailed = (reason: string) => void failures.push(reason);
    const client = connectTcp({ hostname, port, tls: {}, connectMs: 200, retryMs: 20, onFailed }, never);
    await until(() => failures.length > 0, "the failure");
    assertMatch(failures[0]!, expected);
    await client.close();
  }
  let attempted = false;
  const slow = connectTcp({
    hostname: mute.hostname,
    port: mute.port,
    tls: {},
    connectMs: 600_000,
    wanted: () => {
      attempted = true;
      return undefined;
    },
  }, never);
  await until(() => attempted && mute.connections > 0, "the attempt");
  await slow.close();
  await plain.close();
  await mute.close();
});

Deno.test("a connection on demand is made when it is wanted, and not before", async () => {
  let connections = 0;
  const server = listenTcp({ hostname: "127.0.0.1", port: 0 }, (connection) => {
    connections++;
    connection.close();
    return { data: () => {}, closed: () => {} };
  });
  const wishes: (() => void)[] = [];
  const client = connectTcp({
    hostname: "127.0.0.1",
    port: server.port,
    retryMs: 1,
    proven: () => true,
    wanted: () => new Promise<void>((resolve) => void wishes.push(resolve)),
  }, () => ({ data: () => {}, closed: () => {} }));
  await until(() => wishes.length === 1, "the question");
  assertEquals(connections, 0);
  wishes[0]!();
  await until(() => wishes.length === 2, "the next question");
  assertEquals(connections, 1);
  await client.close();
  await server.close();
});
