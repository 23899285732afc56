import { assert, assertEquals } from "@std/assert";
import { connectTcp, listenTcp, MAX_UNSENT, type TcpConnection } from "../../src/transport/tcp.ts";
import { until } from "../support/until.ts";

const local = { hostname: "127.0.0.1", port: 0 };

Deno.test("listenTcp() hands over what arrives and sends what it is given, in order", async () => {
  const listener = listenTcp(local, (connection) => ({
    data: (bytes) => {
      connection.send(bytes.slice(0, 1));
      connection.send(bytes.slice(1));
    },
    closed: () => {},
  }));
  const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  await client.write(new TextEncoder().encode("hello"));
  let got = "";
  const buffer = new Uint8Array(16);
  while (got.length < 5) got += new TextDecoder().decode(buffer.subarray(0, await client.read(buffer) ?? 0));
  assertEquals(got, "hello");
  client.close();
  await listener.close();
});

Deno.test("listenTcp() turns away whom it is told to, and too many", async () => {
  const refused: string[] = [];
  const strict = listenTcp(
    { ...local, allow: ["192.0.2.0/24"], onRefused: (_, rule) => refused.push(rule) },
    () => ({ data: () => {}, closed: () => {} }),
  );
  const stranger = await Deno.connect({ hostname: "127.0.0.1", port: strict.port });
  assertEquals(await stranger.read(new Uint8Array(1)), null);
  stranger.close();
  await strict.close();
  const small = listenTcp(
    { ...local, maxConnections: 1, onRefused: (_, rule) => refused.push(rule) },
    () => ({ data: () => {}, closed: () => {} }),
  );
  const first = await Deno.connect({ hostname: "127.0.0.1", port: small.port });
  await until(() => small.connections === 1, "the first connection");
  const second = await Deno.connect({ hostname: "127.0.0.1", port: small.port });
  assertEquals(await second.read(new Uint8Array(1)), null);
  assertEquals(refused, ["address-not-allowed", "too-many-connections"]);
  first.close();
  second.close();
  await small.close();
});

Deno.test("a peer that does not read is closed, with bounded memory", async () => {
  let reason = "";
  let open: TcpConnection | undefined;
  const listener = listenTcp(local, (connection) => {
    open = connection;
    return { data: () => {}, closed: (why) => void (reason = why) };
  });
  const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  await until(() => open !== undefined, "the connection");
  const chunk = new Uint8Array(64 * 1024);
  // The system takes some megabytes; then the queue fills.
  for (let i = 0; i < 1000 && reason === ""; i++) {
    open!.send(chunk);
    if (i % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await until(() => reason !== "", "the end");
  assertEquals(reason, "the peer does not read");
  assert(MAX_UNSENT < 1024 * 1024);
  client.close();
  await listener.close();
});

Deno.test("connectTcp() connects again when the peer goes and comes back", async () => {
  const seen: TcpConnection[] = [];
  let listener = listenTcp(local, () => ({ data: () => {}, closed: () => {} }));
  const { port } = listener;
  let closed = 0;
  const client = connectTcp({ hostname: "127.0.0.1", port, retryMs: 10, maxRetryMs: 20 }, (connection) => {
    seen.push(connection);
    return { data: () => {}, closed: () => void closed++ };
  });
  await until(() => seen.length === 1, "the first connection");
  await listener.close();
  await until(() => closed === 1, "its end");
  listener = listenTcp({ hostname: "127.0.0.1", port }, () => ({ data: () => {}, closed: () => {} }));
  await until(() => seen.length >= 2, "the next connection");
  await client.close();
  await listener.close();
});
