import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { isAck } from "../../src/demo/panel_player.ts";
import { CaptureFile, type CaptureStop } from "../../src/gateway/capture_file.ts";
import { keyLine, read } from "../capture/dissected.ts";
import { TSHARK_TEST } from "../capture/tshark.ts";
import { ROOT } from "../support/child.ts";
import { Installed } from "../support/installed.ts";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { Child, taskArguments } from "../support/child.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

const ALARM = new TextEncoder().encode("1234181131010158\r\n");

/** Datagrams of a capture: ports and octets. A reader of its own: IPv4 without options, raw or Ethernet link type. */
function datagrams(file: Uint8Array): { from: number; to: number; bytes: string }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const little = view.getUint8(0) === 0xd4 || view.getUint8(0) === 0x4d;
  const link = view.getUint32(20, little);
  assert(link === 101 || link === 228 || link === 1, `link type ${link}`);
  const all = [];
  for (let at = 24; at < file.length;) {
    const size = view.getUint32(at + 8, little);
    const ip = at + 16 + (link === 1 ? 14 : 0);
    const udp = ip + 4 * (view.getUint8(ip) & 15);
    const bytes = file.subarray(udp + 8, at + 16 + size);
    assertEquals(view.getUint16(udp + 4), bytes.length + 8);
    all.push({ from: view.getUint16(udp), to: view.getUint16(udp + 2), bytes: bytes.toHex() });
    at += 16 + size;
  }
  return all;
}

Deno.test("--pcap at both ends: what one sent the other received, the alarm is in it, the files are the user's alone", async (t) => {
  await using pair = await Installed.make();
  const { ports, folder } = pair;
  const centre = new DemoCentre(ports.ae);
  const panel = panelAt(ports.panel);
  const start = async (role: "spt" | "rct") =>
    new Child([
      ...await taskArguments(role),
      ...["--config", pair.file(role), "--pcap", `${folder.path}/${role}.pcap`],
    ]);
  try {
    {
      await using rct = await start("rct");
      await rct.shows('"started"', "err");
      centre.start();
      await using spt = await start("spt");
      await spt.shows('"started"', "err");
      assertStringIncludes(spt.err, "alarms are in it, keep it to yourself");
      assert(await panel.send(ALARM, isAck));
      await until(() => centre.alarms === 1, "the alarm");
      for (const child of [spt, rct]) {
        child.signal("SIGTERM");
        assertEquals(await child.status(), 0, child.err);
      }
    }
    const files = await Promise.all(
      ["spt", "rct"].map((role) => Deno.readFile(`${ROOT}${folder.path}/${role}.pcap`)),
    );
    const [atSite, atCentre] = files.map(datagrams);
    assertGreater(atSite!.length, 12);
    assertEquals(atSite!.filter(({ to }) => to === ports.udp).length * 2, atSite!.length);
    assertEquals(atSite!.map(({ bytes }) => bytes).sort(), atCentre!.map(({ bytes }) => bytes).sort());
    for (const role of ["spt", "rct"]) {
      assertEquals((await Deno.stat(`${ROOT}${folder.path}/${role}.pcap`)).mode! & 0o777, 0o600);
    }
    await t.step({
      name: "tshark reads the alarm with the master key",
      ...TSHARK_TEST,
      fn: async () => {
        const text = await folder.read("rct.toml");
        const [, handle] = /^master_handle = "([0-9a-f]{8})"$/m.exec(text)!;
        const [, key] = /^master_key = "([0-9a-f]{64})"$/m.exec(text)!;
        const keys = keyLine(parseInt(handle!, 16), {
          encryption: "aes-256",
          hash: "sha-256",
          key: Uint8Array.fromHex(key!),
        });
        for (const file of files) {
          const args = ["-d", `udp.port==${ports.udp},tocsin`];
          const frames = await read(file, { keys, args });
          const events = frames.filter(({ info }) => info.includes("EVENT_MSG"));
          assertEquals(events.length, 1, frames.map(({ info }) => info).join("\n"));
          assertEquals(events[0]!.fields["tocsin.event.account"], ["1234"]);
        }
      },
    });
    // What is there already may be evidence.
    await using again = await start("spt");
    assertEquals(await again.status(), 69);
    assertStringIncludes(again.err, "is there already and is not overwritten");
  } finally {
    panel.close();
    await centre.stop();
  }
});

Deno.test("a disk that is full ends the capture, and says so; alarms do not notice", async () => {
  const stops: CaptureStop[] = [];
  const full = {
    write: (octets: Uint8Array) =>
      octets.length > 100
        ? Promise.reject(new Error("No space left on device"))
        : Promise.resolve(octets.length),
    truncate: () => Promise.reject(new Error("No space left on device")),
    close: () => {},
  };
  const capture = new CaptureFile(full, "full.pcap", { onStop: (stop) => stops.push(stop) });
  const parts = { capture };
  await using pair = await Pair.open({ sptParts: parts, rctParts: parts });
  const panel = panelAt(pair.ports.contactId);
  for (let i = 0; i < 5; i++) assert(await panel.send(ALARM, isAck));
  panel.close();
  await until(() => pair.centre.ae.alarms.length === 5, "the alarms");
  assertEquals(stops.map(({ rule }) => rule), ["write-failed"]);
  assertStringIncludes(stops[0]!.message, "Alarms go on");
  assert(capture.stopped);
  await capture.close();
});
