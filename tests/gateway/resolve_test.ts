import { assertEquals } from "@std/assert";
import { resolvePeer } from "../../src/gateway/resolve.ts";

Deno.test("addresses and localhost need no name server", async () => {
  for (
    const [name, hostname] of [["192.0.2.7", "192.0.2.7"], ["::1", "::1"], [
      "localhost",
      "127.0.0.1",
    ]] as const
  ) {
    assertEquals(await resolvePeer(name, 7), { transport: "udp", hostname, port: 7 });
  }
});
