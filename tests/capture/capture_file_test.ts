import { assert, assertEquals, assertRejects } from "@std/assert";
import { CaptureFile, type CaptureSink, type CaptureStop } from "../../src/gateway/capture_file.ts";
import { pcapHeader, pcapRecord } from "../../src/capture/pcap.ts";

const local = { hostname: "0.0.0.0", port: 50136 };
const peer = { hostname: "192.0.2.7", port: 40000 };
const datagram = new Uint8Array(100).fill(7);
const RECORD = 16 + 28 + 100;

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "tocsin-capture-" });
  try {
    await run(`${folder}/alarms.pcap`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A sink in memory that fails or waits as told. */
class Memory implements CaptureSink {
  written: number[] = [];
  closed = 0;
  room = Infinity;
  gate: Promise<void> = Promise.resolve();
  async write(octets: Uint8Array): Promise<number> {
    await this.gate;
    const taken = Math.min(octets.length, 1000, this.room);
    if (taken === 0) throw new Deno.errors.WriteZero("no space left on device");
    this.room -= taken;
    this.written.push(...octets.subarray(0, taken));
    return taken;
  }
  truncate(length: number): Promise<void> {
    this.written.length = length;
    return Promise.resolve();
  }
  close(): void {
    this.closed++;
  }
}

Deno.test("CaptureFile writes what came and went, in order, to a file that only its owner reads", () =>
  inFolder(async (path) => {
    const capture = await CaptureFile.open(path);
    capture.add("in", local, peer, datagram, 1000);
    await new Promise((resolve) => setTimeout(resolve, 0)); // two writes, not one
    capture.add("out", local, peer, datagram, 2000.5);
    await capture.close();
    await capture.close();
    const expected = [
      ...pcapHeader(),
      ...pcapRecord({ at: 1000, from: peer, to: local, bytes: datagram }),
      ...pcapRecord({ at: 2000.5, from: local, to: peer, bytes: datagram }),
    ];
    assertEquals(await Deno.readFile(path), new Uint8Array(expected));
    assertEquals(capture.bytes, expected.length);
    if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  }));

Deno.test("CaptureFile leaves a file alone that is there already", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(path, "evidence");
    await assertRejects(() => CaptureFile.open(path), Error, "is there already and is not overwritten");
    assertEquals(await Deno.readTextFile(path), "evidence");
    await assertRejects(() => CaptureFile.open(`${path}/no/folder.pcap`), Error, "cannot be made");
  }));

Deno.test("CaptureFile keeps its own copy of a datagram", async () => {
  const sink = new Memory();
  const capture = new CaptureFile(sink, "alarms.pcap");
  const buffer = datagram.slice();
  capture.add("in", local, peer, buffer, 0);
  buffer.fill(0);
  await capture.close();
  assertEquals(sink.written.slice(-100), [...datagram]);
});

Deno.test("CaptureFile stops at its limit and says so once", () =>
  inFolder(async (path) => {
    const stops: CaptureStop[] = [];
    const maxBytes = 24 + 3 * RECORD;
    const capture = await CaptureFile.open(path, { maxBytes, onStop: (stop) => void stops.push(stop) });
    for (let i = 0; i < 5; i++) capture.add("in", local, peer, datagram, i);
    capture.add("in", local, peer, new Uint8Array(1), 0); // would fit, but a capture with holes misleads
    assert(capture.stopped);
    await capture.close();
    assertEquals((await Deno.stat(path)).size, maxBytes);
    assertEquals(stops.map(({ rule }) => rule), ["full"]);
    assert(stops[0]!.message.includes(path));
  }));

Deno.test({
  name: "CaptureFile on a disk that is full stops, says so once, and throws nothing",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const stops: CaptureStop[] = [];
    const full = await Deno.open("/dev/full", { write: true });
    const capture = new CaptureFile(full, "/dev/full", { onStop: (stop) => void stops.push(stop) });
    for (let i = 0; i < 3; i++) {
      capture.add("in", local, peer, datagram, i);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await capture.close();
    assertEquals(stops.map(({ rule }) => rule), ["write-failed"]);
    assert(/no space/i.test(stops[0]!.message), stops[0]!.message);
    assert(capture.stopped);
  },
});

Deno.test("CaptureFile cuts off the half record that a failed write leaves", async () => {
  const sink = new Memory();
  sink.room = 24 + RECORD + 10;
  const stops: CaptureStop[] = [];
  const capture = new CaptureFile(sink, "alarms.pcap", { onStop: (stop) => void stops.push(stop) });
  capture.add("in", local, peer, datagram, 0);
  while (sink.written.length < 24 + RECORD) await new Promise((resolve) => setTimeout(resolve, 0));
  capture.add("in", local, peer, datagram, 0);
  await capture.close();
  assertEquals(sink.written.length, 24 + RECORD);
  assertEquals(capture.bytes, 24 + RECORD);
  assertEquals([stops.length, sink.closed], [1, 1]);
});

Deno.test("CaptureFile does not fill the memory when the disk hangs", async () => {
  const sink = new Memory();
  const { promise, resolve } = Promise.withResolvers<void>();
  sink.gate = promise;
  const stops: CaptureStop[] = [];
  const maxWaiting = 24 + 2 * RECORD;
  const capture = new CaptureFile(sink, "alarms.pcap", {
    maxWaiting,
    onStop: (stop) => void stops.push(stop),
  });
  for (let i = 0; i < 10; i++) capture.add("in", local, peer, datagram, i);
  assertEquals(stops.map(({ rule }) => rule), ["too-slow"]);
  resolve();
  await capture.close();
  assertEquals(sink.written.length, 24 + 2 * RECORD);
});

Deno.test("CaptureFile survives a listener that throws, and datagrams that are none", async () => {
  const sink = new Memory();
  const capture = new CaptureFile(sink, "alarms.pcap", {
    maxBytes: 24 + RECORD,
    onStop() {
      throw new Error("listener");
    },
  });
  capture.add("in", local, { hostname: "192.0.2.7", port: -1 }, datagram, 0);
  assertEquals(capture.bytes, 24);
  capture.add("in", local, peer, datagram, 0);
  capture.add("in", local, peer, datagram, 0);
  assert(capture.stopped);
  await capture.close();
  assertEquals(sink.written.length, 24 + RECORD);
});
