import { assert, assertEquals, assertThrows } from "@std/assert";
import { claimPorts, freePort } from "../../src/demo/free_port.ts";

const FIRST = 15_000;

/** Where this system begins to give ports to outgoing connections. */
async function ephemeral(): Promise<number> {
  const text = await Deno.readTextFile("/proc/sys/net/ipv4/ip_local_port_range").catch(() => "32768");
  return Number.parseInt(text, 10);
}

/** Every port that there is to have. */
function all(): number[] {
  const ports: number[] = [];
  assertThrows(
    () => {
      while (true) ports.push(freePort("tcp"));
    },
    Deno.errors.AddrInUse,
    "is in use",
  );
  return ports;
}

Deno.test("free ports lie where no outgoing connection takes them, and none is given twice", async () => {
  const ports = Array.from({ length: 400 }, (_, i) => freePort(i % 2 === 0 ? "tcp" : "udp"));
  assertEquals(new Set(ports).size, 400);
  const first = await ephemeral();
  // A system that gives even these to outgoing connections has no port that is safe.
  const end = first > FIRST + 1000 ? first : 32_768;
  for (const port of ports) assert(port >= FIRST && port < end, String(port));
});

Deno.test("a port that somebody has is not given", () => {
  using _block = claimPorts(100);
  const mine = freePort("udp");
  const base = mine - (mine - FIRST) % 100;
  const taken: number[] = [];
  const listeners: Deno.Listener[] = [];
  for (let port = base + 1; port < base + 100; port += 3) {
    try {
      listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
    } catch { /* somebody else has it: as good */ }
    taken.push(port);
  }
  try {
    const ports = all();
    assert(ports.length > 10);
    assertEquals(ports.filter((port) => taken.includes(port) || port === mine || port === base), []);
    assertEquals(ports.filter((port) => port < base || port >= base + 100), []);
  } finally {
    for (const listener of listeners) listener.close();
  }
});

Deno.test("two blocks have no port in common; one that was given back is no limit any more", () => {
  const blocks: Set<number>[] = [];
  {
    using _one = claimPorts(100);
    blocks.push(new Set(all()));
    using _two = claimPorts(100);
    blocks.push(new Set(all()));
  }
  const [one, two] = blocks;
  assert(one!.size + two!.size > 50 && one!.isDisjointFrom(two!));
  assert(!one!.has(freePort("tcp")));
});

Deno.test("when every block is taken it says so", () => {
  const claimed: Disposable[] = [];
  try {
    const error = assertThrows(() => {
      while (true) claimed.push(claimPorts(8000));
    }, Deno.errors.AddrInUse);
    assert(error.message.startsWith("Each block of 8000 ports"), error.message);
  } finally {
    for (const claim of claimed) claim[Symbol.dispose]();
  }
});
