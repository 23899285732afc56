import { assertEquals } from "@std/assert";
import { FrameSender } from "../../src/serial/frame_sender.ts";
import { FrameReader, type LinkFrame } from "../../src/serial/link_frames.ts";
import { until } from "../support/until.ts";

/** Both ends of a Unix socket. */
async function ends(): Promise<[Deno.UnixConn, Deno.UnixConn]> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/s.sock`;
  using listener = Deno.listen({ transport: "unix", path });
  const both = await Promise.all([Deno.connect({ transport: "unix", path }), listener.accept()]);
  await Deno.remove(folder, { recursive: true });
  return both;
}

Deno.test("FrameSender: more than the socket holds arrives whole and in order, and nothing after its end", async () => {
  const [here, there] = await ends();
  const sender = new FrameSender(here);
  for (let seq = 1; seq <= 500; seq++) {
    sender.send({ kind: "data", seq, at: 0, bytes: new Uint8Array(4096) });
  }
  const heard: LinkFrame[] = [];
  const reading = (async () => {
    const reader = new FrameReader();
    const buffer = new Uint8Array(16 * 1024);
    for (let n = await there.read(buffer); n !== null; n = await there.read(buffer)) {
      heard.push(...reader.feed(buffer.subarray(0, n)));
    }
  })();
  await sender.sending;
  assertEquals(sender.sending, undefined);
  sender.close();
  sender.close();
  sender.send({ kind: "alive" });
  await reading;
  assertEquals(sender.closed, true);
  assertEquals(
    heard.map((frame) => frame.kind === "data" ? frame.seq : frame.kind),
    Array.from({ length: 500 }, (_, at) => at + 1),
  );
  there.close();
});

Deno.test("FrameSender: a peer that has gone is told, once, and does not throw", async () => {
  const [here, there] = await ends();
  let broken = 0;
  const sender = new FrameSender(here, () => {
    broken++;
    sender.close();
  });
  there.close();
  await until(() => {
    sender.send({ kind: "alive" });
    return sender.closed;
  }, "it is told");
  await sender.sending;
  assertEquals(broken, 1);
});
