import { assert, assertEquals } from "@std/assert";
import type { SerialConnection } from "../../src/transport/serial_client.ts";
import { until } from "../support/until.ts";
import { Gateway, line, serve } from "./bench.ts";
import { ascii, Heard, noise, ptyTest, Wire } from "./pty.ts";

/** A two-wire bus: the converter hears what it sends itself, as the panel's end gives it back. */
async function echoing(wire: Wire, heard: Heard): Promise<void> {
  const panel = await wire.panel();
  const buffer = new Uint8Array(4096);
  for (
    let n = await panel.read(buffer).catch(() => null);
    n !== null;
    n = await panel.read(buffer).catch(() => null)
  ) {
    heard.add(buffer.slice(0, n));
    await panel.write(buffer.subarray(0, n)).catch(() => {});
  }
}

ptyTest("a bus that hears itself: only what the panel says is passed", async () => {
  await using wire = await Wire.make();
  const { line: bus } = line(wire, { settings: wire.settings("bus", "9600,8N1,echo,quiet=2") });
  const { server } = await serve(wire.socket, [bus]);
  const gateway = await new Gateway(wire.socket, "bus").up();
  const onBus = new Heard();
  const bussing = echoing(wire, onBus);
  let expected = "";
  for (let turn = 0; turn < 20; turn++) {
    await wire.say(ascii(`P${turn}`));
    expected += `P${turn}`;
    await until(() => gateway.heard.text === expected, `${expected}; heard ${gateway.heard.text}`);
    const before = onBus.length;
    gateway.connection.send(ascii("ACK"));
    await onBus.reaches(before + 3);
  }
  await gateway.close();
  await server.close();
  await wire.unplug();
  await bussing;
});

ptyTest("no echo although one was announced: the panel is heard all the same, and it is told", async () => {
  await using wire = await Wire.make();
  const { line: bus, states } = line(wire, { settings: wire.settings("bus", "9600,8N1,echo"), countMs: 20 });
  const { server } = await serve(wire.socket, [bus]);
  const gateway = await new Gateway(wire.socket, "bus").up();
  gateway.connection.send(ascii("ABC"));
  await wire.hear(3);
  // Looks like the beginning of an echo, and is none: passed when the time for echoes is over.
  await wire.say(ascii("A"));
  await gateway.heard.reaches(1);
  await until(
    () => states.some((state) => state.kind === "trouble" && state.brokenEchoes === 1),
    "it is told",
  );
  await until(() => gateway.told.includes("trouble"), "the gateway is told");
  assertEquals(gateway.heard.text, "A");
  await gateway.close();
  await server.close();
});

ptyTest("quiet: nothing is sent before the line was silent for so long", async () => {
  await using wire = await Wire.make();
  const { line: bus } = line(wire, { settings: wire.settings("bus", "9600,8N1,quiet=100") });
  const { server } = await serve(wire.socket, [bus]);
  const gateway = await new Gateway(wire.socket, "bus").up();
  await wire.say(ascii("A"));
  await gateway.heard.reaches(1);
  const said = performance.now();
  await wire.say(ascii("B"));
  await gateway.heard.reaches(2);
  gateway.connection.send(ascii("x"));
  await wire.hear(1);
  assert(performance.now() - said >= 95, "timers may be a little early, not more");
  await gateway.close();
  await server.close();
});

ptyTest("quiet: a line that is never silent does not keep an answer back for ever", async () => {
  await using wire = await Wire.make();
  const { line: bus } = line(wire, { settings: wire.settings("bus", "9600,8N1,quiet=1000") });
  const { server } = await serve(wire.socket, [bus]);
  const gateway = await new Gateway(wire.socket, "bus").up();
  let heard = false;
  const babbling = (async () => {
    while (!heard) {
      await wire.say(ascii("."));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  await gateway.heard.reaches(1);
  gateway.connection.send(ascii("x"));
  await wire.hear(1);
  heard = true;
  await babbling;
  await gateway.close();
  await server.close();
});

ptyTest(
  "unplugged with octets under way to the panel: they are thrown away, counted, and the next go out",
  async () => {
    await using wire = await Wire.make();
    const { line: galaxy, states } = line(wire);
    const { server } = await serve(wire.socket, [galaxy]);
    const gateway = await new Gateway(wire.socket).up();
    // Nobody plays the panel: the kernel fills, and the rest waits.
    gateway.connection.send(noise(100_000));
    let unsent = -1, same = 0;
    await until(() => {
      const now = (gateway.connection as SerialConnection & { unsent: number }).unsent;
      same = now === unsent ? same + 1 : 0;
      unsent = now;
      return same > 40;
    }, "the line takes no more");
    await wire.unplug();
    await gateway.down();
    const down = states.find((state) => state.kind === "down");
    assert(
      down?.kind === "down" && down.unsent > 0 && down.unsent <= 4096,
      `${down?.kind === "down" && down.unsent}`,
    );
    await wire.plug();
    await gateway.up();
    for (let i = 0; i < 20; i++) {
      gateway.connection.send(noise(1000, i));
      assertEquals(await wire.hear(1000), noise(1000, i), "the room for what is under way is there again");
    }
    await gateway.close();
    await server.close();
  },
);

ptyTest("a line that cannot be opened is closed at once, and one that is being opened too", async () => {
  await using wire = await Wire.make();
  for (let i = 0; i < 5; i++) {
    const { line: opening } = line(wire);
    await opening.close();
  }
  await wire.unplug();
  const { line: missing, states } = line(wire, { retryMs: 60_000, maxRetryMs: 60_000 });
  await until(() => states.length === 1, "it says so");
  await missing.close();
});

ptyTest("closed again and again, no file stays open", async () => {
  await using wire = await Wire.make();
  const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = open();
  for (let i = 0; i < 10; i++) {
    const { line: galaxy, opens } = line(wire);
    await opens();
    await galaxy.close();
  }
  assertEquals(open(), before);
});

ptyTest("octets that wait in a device when it is opened come after the word that it is open", async () => {
  await using wire = await Wire.make();
  for (let i = 0; i < 20; i++) {
    await wire.say(ascii("EARLY"));
    const { line: galaxy } = line(wire);
    await until(() => galaxy.waiting === 5, "they are read");
    galaxy.attach({ wake: () => {}, passed: () => {} });
    const first = galaxy.next();
    assert(first?.kind === "state" && first.state.kind === "open");
    assertEquals(galaxy.next()?.kind, "data");
    await galaxy.close();
  }
});
