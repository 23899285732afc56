import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { commissionOverUdp, findRct, notFound } from "../../src/gateway/commission_site.ts";
import { systemRandom } from "../../src/gateway/random.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { SptCommissioning } from "../../src/session/spt_commissioning.ts";
import "../support/own_ports.ts";

function session(transmissions = 1): SptCommissioning {
  return new SptCommissioning({
    profile,
    random: systemRandom(),
    sptDeviceId: new Uint8Array(16).fill(1),
    way: { kind: "secret", secret: new Uint8Array(32).fill(7) },
    responseTimeoutMs: 50,
    transmissions,
  });
}

Deno.test("commissionOverUdp(): nobody answers, or somebody answers nonsense; socket and timers end with it", async () => {
  const steps: string[] = [];
  const rct = { hostname: "127.0.0.1", port: freePort("udp") };
  const end = await commissionOverUdp(session(3), rct, (step) => steps.push(step));
  assert(!end.ok);
  assertStringIncludes(end.message, "no answer after 3 transmissions");
  assertEquals(steps, ["VERSION_REQ"], "told once");

  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  const echo = (async () => {
    for await (const [octets, from] of socket) {
      await socket.send(octets, from);
      await socket.send(new Uint8Array(3), from);
    }
  })();
  const nonsense = await commissionOverUdp(session(2), { hostname: "127.0.0.1", port });
  assert(!nonsense.ok);
  socket.close();
  await echo;
});

Deno.test("commissionOverUdp(): an address that nobody can send to is no crash", async () => {
  for (const hostname of ["2001:db8::1", "255.255.255.255", "0.0.0.0"]) {
    const end = await commissionOverUdp(session(), { hostname, port: freePort("udp") });
    assert(!end.ok);
  }
});

// The system goes on looking a name up for a moment after the search was given up.
Deno.test("findRct(): a name that is not found is given up in time, and told", {
  sanitizeOps: false,
}, async () => {
  assertEquals(await findRct("no-such-host.invalid", 7, 100), undefined);
  assertEquals((await findRct("127.0.0.1", 7))?.port, 7);
  assertStringIncludes(notFound("rct.example"), "the name rct.example cannot be found");
});
