import { percentile } from "./figures.ts";

/** Ceiling: 128-octet datagrams answered by an echo, with a window of them on the way. Datagrams per second. */
export async function udpEcho(port: number, ms: number, window: number): Promise<number> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
  const datagram = new Uint8Array(132);
  const buffer = new Uint8Array(2048);
  let got = 0, closed = false, last = performance.now();
  const receive = (async () => {
    while (!closed) {
      try {
        await socket.receive(buffer);
      } catch {
        break;
      }
      got++;
      last = performance.now();
      socket.send(datagram, to).catch(() => {});
    }
  })();
  for (let i = 0; i < window; i++) await socket.send(datagram, to);
  // A lost datagram would shrink the window for good: top it up when nothing moves.
  const refill = setInterval(() => {
    if (performance.now() - last > 50) {
      for (let i = 0; i < window; i++) socket.send(datagram, to).catch(() => {});
    }
  }, 50);
  await sleep(ms / 4);
  got = 0;
  const start = performance.now();
  await sleep(ms);
  const perSecond = got / ((performance.now() - start) / 1000);
  clearInterval(refill);
  closed = true;
  socket.close();
  await receive;
  return perSecond;
}

/** Ceiling: one 20-octet frame answered by one octet, over and over on one connection. Frames per second and p99 in ms. */
export async function tcpAck(port: number, ms: number): Promise<{ perSecond: number; p99: number }> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const frame = new TextEncoder().encode("5011 181234E12101001\x14");
  const buffer = new Uint8Array(16);
  const times: number[] = [];
  const warm = performance.now() + ms / 4;
  while (performance.now() < warm) {
    await conn.write(frame);
    await conn.read(buffer);
  }
  const start = performance.now();
  let now = start;
  while (now - start < ms) {
    await conn.write(frame);
    await conn.read(buffer);
    const end = performance.now();
    times.push(end - now);
    now = end;
  }
  conn.close();
  return { perSecond: times.length / ((now - start) / 1000), p99: percentile(times, 0.99) };
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
