import { assertEquals } from "@std/assert";
import { openUdp } from "../../src/transport/udp.ts";

Deno.test("openUdp() carries datagrams both ways and survives a peer that is gone", async () => {
  const got: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = openUdp({ hostname: "127.0.0.1", port: 0 }, (bytes, from) => server.send(bytes, from));
  const client = openUdp({ hostname: "127.0.0.1", port: 0 }, (bytes) => {
    got.push(new TextDecoder().decode(bytes));
    if (got.length === 2) resolve();
  });
  const to = { transport: "udp", hostname: "127.0.0.1", port: server.port } as const;
  client.send(new TextEncoder().encode("one"), to);
  // Nobody listens there: the system answers with an ICMP error, which must not end the socket.
  const nobody = openUdp({ hostname: "127.0.0.1", port: 0 }, () => {});
  const gone = { ...to, port: nobody.port };
  await nobody.close();
  for (let i = 0; i < 3; i++) client.send(new Uint8Array(1), gone);
  await new Promise((resolve) => setTimeout(resolve, 20));
  client.send(new TextEncoder().encode("two"), to);
  await promise;
  assertEquals(got, ["one", "two"]);
  await client.close();
  await server.close();
});
