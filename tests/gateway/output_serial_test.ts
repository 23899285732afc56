/** Outputs on serial lines: the real process that holds them, a pseudo-terminal for the wire, software at its far end. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { OutputConfig } from "../../src/config/output_config.ts";
import { connectSerial } from "../../src/transport/serial_client.ts";
import { anOutput } from "../support/output_settings.ts";
import { Child, ROOT } from "../support/child.ts";
import { until } from "../support/until.ts";
import { ptyTest, Wire } from "../serial/pty.ts";
import { linesOf, type LineSoftware, OutputsRig, SOFTWARE } from "./outputs_rig.ts";

/** The process that holds the line `ae`. */
async function holder(wire: Wire): Promise<Child> {
  const folder = wire.socket.slice(0, wire.socket.lastIndexOf("/"));
  const child = new Child([
    ...["run", "--no-prompt", "--allow-ffi", `--allow-net=unix:${wire.socket}`],
    ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
    ...[`${ROOT}main.ts`, "serial", "--line", `ae=${wire.device},9600,8N1`, "--socket", wire.socket],
  ]);
  await child.shows('"line-open"', "err");
  return child;
}

function line(wire: Wire): OutputConfig["line"] {
  return { kind: "serial", settings: wire.settings("ae") };
}

/** Plays the software at the far end of the wire, until the wire is cut. */
async function plays(wire: Wire, software: LineSoftware): Promise<void> {
  const conn = await wire.panel();
  const buffer = new Uint8Array(4096);
  for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer).catch(() => null)) {
    for (const { bytes } of software.feed(buffer.slice(0, n), Date.now())) {
      if (bytes !== undefined) await wire.say(bytes);
    }
  }
}

for (const language of ["sur-gard", "dc07"] as const) {
  ptyTest(`${language} on a serial line: alarms arrive, also after the device was pulled out`, async () => {
    await using wire = await Wire.make();
    await using _ = await holder(wire);
    const software = SOFTWARE[language]();
    let playing = plays(wire, software);
    await using rig = await OutputsRig.open({
      outputs: [anOutput("ae", line(wire), language, { waitMs: 2000, heartbeatMs: 5000 })],
      serialSocket: wire.socket,
    });
    assertEquals(rig.rules(), ["ae-absent:ae", "ae-line:ae"]);
    await rig.add("A0", "ae");
    await rig.reaches(1);
    assertStringIncludes(linesOf(software)[0]!, "015");
    assertEquals(rig.rules(), []);
    assertEquals(rig.outputs.outputs({})[0]?.where, `serial line ${wire.device}`);
    await wire.unplug();
    await playing;
    await until(() => rig.rules().includes("ae-line:ae"), "the fault of the line");
    await rig.add("A1", "ae", "123418113001016");
    await wire.plug();
    playing = plays(wire, software);
    await rig.reaches(2);
    await until(() => rig.rules().length === 0, "health");
    assertEquals(linesOf(software).length, 2);
    await wire.unplug();
    await playing;
  });
}

ptyTest("octets from before the gateway was there acknowledge nothing", async () => {
  await using wire = await Wire.make();
  await using _ = await holder(wire);
  // The answer of an AE that came too late for a gateway that has ended.
  await wire.say(Uint8Array.of(0x06));
  // A gateway that hears it and ends before it has dealt with it: it stays with the line.
  let heard = 0;
  const ended = connectSerial({ socket: wire.socket, line: "ae" }, () => ({
    data: (bytes) => {
      heard += bytes.length;
      return new Promise<void>(() => {});
    },
    closed: () => {},
  }));
  await until(() => heard === 1, "the octets at the holder");
  await ended.close();
  await using rig = await OutputsRig.open({
    outputs: [anOutput("ae", line(wire), "sur-gard", { waitMs: 60_000, heartbeatMs: 0 })],
    serialSocket: wire.socket,
  });
  await rig.add("A0", "ae");
  await until(() => rig.counters("ae")["octets-stale"] === 1, "the old octets");
  await until(() => rig.counters("ae")["sent"] === 1, "the alarm");
  assertEquals((await wire.hear(10)).length, 10);
  assertEquals(rig.delivered, []);
  await wire.say(Uint8Array.of(0x06));
  await rig.reaches(1);
});

ptyTest("nobody holds the line: a fault says so, and alarms wait", async () => {
  await using wire = await Wire.make();
  await using rig = await OutputsRig.open({
    outputs: [anOutput("ae", line(wire), "sur-gard")],
    serialSocket: wire.socket,
  });
  await rig.add("A0", "ae");
  await until(() => rig.faults.all.some(({ message }) => message.includes("is it running?")), "the reason");
  assertEquals(rig.rules(), ["ae-absent:ae", "ae-line:ae"]);
  assertEquals((await rig.journal.stats()).waiting["ae"], 1);
});
