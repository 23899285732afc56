import { assert, assertEquals } from "@std/assert";
import { noise, ptyTest, Wire } from "../serial/pty.ts";
import { Child, ROOT } from "../support/child.ts";
import { Ae, Caller, counters, rawPair, rctLine, sptLine, sptPort, until } from "./raw_rig.ts";

/** The process that holds the line, with no more rights than it needs. */
function serial(wire: Wire): Child {
  const folder = wire.socket.slice(0, wire.socket.lastIndexOf("/"));
  return new Child([
    ...["run", "--no-prompt", "--allow-ffi", `--allow-net=unix:${wire.socket}`],
    ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
    ...[`${ROOT}main.ts`, "serial", "--line", `door=${wire.device},115200,8N1`, "--socket", wire.socket],
  ]);
}

ptyTest(
  "a serial line at the premises: every octet, both ways; it outlives the AE's connection",
  async () => {
    await using wire = await Wire.make();
    await using holder = serial(wire);
    await holder.shows('"line-open"', "err");
    await using ae = new Ae();
    await using pair = await rawPair(
      [sptLine({ line: { kind: "serial", settings: wire.settings("door", "115200,8N1") } })],
      [rctLine(ae.port)],
      { adjust: (spt) => spt.serial.socket = wire.socket },
    );
    const first = await ae.first();
    const up = Uint8Array.from([...Array.from({ length: 256 }, (_, at) => at), ...noise(3000)]);
    await wire.say(up);
    await until(() => first.octets.length >= up.length, "all that the panel says");
    assertEquals(first.octets, up);
    const down = up.toReversed();
    first.say(down);
    assertEquals(await wire.hear(down.length), down);

    // The AE hangs up, as when its software starts anew: the line gets another connection.
    first.hangUp();
    await until(() => ae.peers.length === 2, "another connection");
    const second = ae.peers[1]!;
    // The RCT's connection is there before the SPT knows.
    await until(async () => ((await counters(pair, "spt"))["opened"] ?? 0) === 2, "it to be open");
    await wire.say(Uint8Array.of(1, 2, 3));
    await until(() => second.octets.length === 3, "what the panel says");
    second.say(Uint8Array.of(6));
    assertEquals(await wire.hear(1), Uint8Array.of(6));
    const status = await pair.spt.status(Date.now());
    assert(status.inputs.at(-1)!.where.includes(wire.device));
  },
);

ptyTest(
  "an AE on a serial line at the centre: a panel is joined to it, the next one after it has hung up",
  async () => {
    await using wire = await Wire.make();
    await using holder = serial(wire);
    await holder.shows('"line-open"', "err");
    await using pair = await rawPair(
      [sptLine()],
      [rctLine(0, { line: { kind: "serial", settings: wire.settings("door", "115200,8N1") } })],
      { adjust: (_spt, rct) => rct.serial.socket = wire.socket },
    );
    const state = async () => (await pair.rct.status(Date.now())).outputs.at(-1)!.state;
    await until(async () => await state() === "present", "the line");
    // Nobody is joined: what the AE says is dropped, and counted.
    await wire.say(Uint8Array.of(9));
    await until(async () => (await counters(pair, "rct"))["octets-dropped"] === 1, "the stray octet");
    for (const said of [noise(500, 1), noise(500, 2)]) {
      await using panel = new Caller(sptPort(pair));
      await until(() => panel.connected, "the panel");
      panel.say(said);
      assertEquals(await wire.hear(said.length), said);
      await wire.say(Uint8Array.of(6));
      await until(() => panel.octets.length === 1, "the answer");
      assertEquals(panel.octets, Uint8Array.of(6));
      panel.hangUp();
      await until(
        async () => (await pair.spt.status(Date.now())).inputs.at(-1)!.connections === 0,
        "the end of the call",
      );
    }
  },
);

ptyTest(
  "a panel calls while the AE's serial line is away: turned away with a fault, which goes when the line is back",
  async () => {
    await using wire = await Wire.make();
    await using pair = await rawPair(
      [sptLine()],
      [rctLine(0, { line: { kind: "serial", settings: wire.settings("door", "115200,8N1") } })],
      { adjust: (_spt, rct) => rct.serial.socket = wire.socket },
    );
    const status = () => pair.rct.status(Date.now());
    const absent = () =>
      pair.rct.health(Date.now()).faults.some(({ rule }) => rule === "raw-ae-absent:shop-12/door");
    await using panel = new Caller(sptPort(pair));
    await until(() => absent(), "the fault");
    await until(() => panel.closed, "the end of the call");
    // The process that holds the line is started.
    await using holder = serial(wire);
    await holder.shows('"line-open"', "err");
    await until(async () => (await status()).outputs.at(-1)!.state === "present", "the line");
    await until(() => !absent(), "the end of the fault");
  },
);
