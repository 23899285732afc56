import { checksumDigit } from "../adapters/contact_id/mod.ts";
import { SurGardAe } from "../adapters/sur_gard/mod.ts";
import { messageId, writeMessage } from "../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../src/ip/profile.ts";
import { open, type PreparedKeys, prepareKeys, seal } from "../src/ip/seal.ts";
import { systemRandom } from "../src/gateway/random.ts";
import { nextSequence } from "../src/session/path_identity.ts";
import { SptSession } from "../src/session/spt_session.ts";
import { type Figures, percentile, rounded } from "./figures.ts";
import { Child } from "./child.ts";
import { sleep } from "./wire.ts";

/** What `rct_child.ts` prints. */
export interface CentreLine {
  udp: number;
  ae: number[];
  rctDeviceId: string;
  sites: { deviceId: string; masterHandle: number; key: string }[];
}

interface PreparedSite {
  keys: PreparedKeys;
  polls: Uint8Array[];
}

/**
 * Polls answered by an RCT with this many sites in a window. The load generator seals its polls before the clock starts and
 * opens one answer in 64: like the echo's client, it must not be what is measured.
 */
export async function polls(centre: CentreLine, ms: number): Promise<number> {
  const random = systemRandom();
  const to = { transport: "udp", hostname: "127.0.0.1", port: centre.udp } as const;
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const buffer = new Uint8Array(2048);
  const rctDeviceId = Uint8Array.fromHex(centre.rctDeviceId);
  const perSite = 3000;
  const sites = new Map<number, PreparedSite>();
  for (const { deviceId, masterHandle, key } of centre.sites) {
    const identity = {
      sptDeviceId: Uint8Array.fromHex(deviceId),
      rctDeviceId,
      masterHandle,
      master: { encryption: "aes-256", key: Uint8Array.fromHex(key), hash: "sha-256" },
    } as const;
    // A real session sets the keys up; the numbers go on from where it stopped.
    let sessionKey = new Uint8Array(32);
    let handle = 0, tx = 0, rx = 0;
    const session = new SptSession({ profile, random, identity, heartbeatMs: 3_600_000 });
    let effects = session.start(Date.now());
    const candidates: PreparedKeys[] = [prepareKeys(identity.master)];
    while (session.state !== "connected") {
      const send = effects.find((effect) => effect.kind === "send");
      if (send?.kind === "send") await socket.send(send.bytes, to);
      const [answer] = await socket.receive(buffer);
      for (const keys of candidates.slice()) {
        const opened = open(profile, keys, answer);
        if (!opened.ok) continue;
        if (opened.header.messageId === messageId(profile, "ENCRYPT_KEY_RESP")) {
          sessionKey = opened.data.slice(-32);
          candidates.push(prepareKeys({ encryption: "aes-256", key: sessionKey, hash: "sha-256" }));
        }
        ({ handle } = opened.header);
        tx = opened.header.rx;
        rx = nextSequence(opened.header.tx);
      }
      effects = session.feed(answer.slice(), Date.now());
    }
    const keys = candidates.at(-1)!;
    const data = writeMessage(profile, { name: "POLL_MSG" });
    const prepared: Uint8Array[] = [];
    for (let i = 0; i < perSite; i++) {
      const header = {
        handle,
        deviceId: identity.sptDeviceId,
        tx: (tx + i) & 0xffff,
        rx: (rx + i) & 0xffff,
        flags: 0,
        version: 1,
        messageId: messageId(profile, "POLL_MSG"),
      };
      prepared.push(seal(profile, keys, header, data, random));
    }
    sites.set(handle, { keys, polls: prepared.reverse() });
  }
  let got = 0, wrong = 0;
  const send = (site: PreparedSite): boolean => {
    const poll = site.polls.pop();
    if (poll !== undefined) socket.send(poll, to).catch(() => {});
    return poll !== undefined;
  };
  const start = performance.now();
  let end = start;
  const stop = setTimeout(() => socket.close(), ms);
  for (const site of sites.values()) send(site);
  // A lost datagram ends its site's turn; the window is as wide as there are sites.
  while (sites.size > 0) {
    let answer: Uint8Array;
    try {
      [answer] = await socket.receive(buffer);
    } catch {
      break;
    }
    end = performance.now();
    const handle = (answer[0]! << 24 | answer[1]! << 16 | answer[2]! << 8 | answer[3]!) >>> 0;
    const site = sites.get(handle);
    if (site === undefined) continue;
    if (++got % 64 === 0 && !open(profile, site.keys, answer).ok) wrong++;
    if (!send(site)) sites.delete(handle);
  }
  clearTimeout(stop);
  try {
    socket.close();
  } catch { /* closed by the timer */ }
  if (wrong > 0) throw new Error(`${wrong} answers did not open`);
  return got / ((end - start) / 1000);
}

/** AE software that acknowledges at once, as a raw loop: it must not be what is measured. */
async function automation(port: number): Promise<{ count: () => number; stop: () => void }> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const ack = new Uint8Array([0x06]);
  const buffer = new Uint8Array(4096);
  let count = 0;
  const checked = new SurGardAe();
  (async () => {
    try {
      for (;;) {
        const n = await conn.read(buffer);
        if (n === null) return;
        count++;
        // One line in 100 goes through the real reader: a bench of rubbish would be fast, too.
        if (count % 100 === 1) checked.feed(buffer.subarray(0, n), Date.now());
        await conn.write(ack);
      }
    } catch { /* closed */ }
  })();
  return {
    count: () => count,
    stop: () => {
      conn.close();
      if (checked.alarms.length === 0) throw new Error("the AE got no readable alarm");
    },
  };
}

/** One panel on its own connection; resolves with the time to the acknowledgement, ms. */
class Panel {
  readonly #account: string;
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(64);
  #n = 0;
  constructor(account: string, conn: Deno.TcpConn) {
    this.#account = account;
    this.#conn = conn;
    conn.setNoDelay(true);
  }
  async alarm(): Promise<number> {
    const n = this.#n++;
    const digits = `${this.#account}181130${String(n % 100).padStart(2, "0")}${
      String(n % 1000).padStart(3, "0")
    }`;
    const frame = new TextEncoder().encode(`${digits}${checksumDigit(digits)}\r\n`);
    const start = performance.now();
    await this.#conn.write(frame);
    const got = await this.#conn.read(this.#buffer);
    if (got === null || this.#buffer[0] !== 0x06) throw new Error("the panel was not acknowledged");
    return performance.now() - start;
  }
  close(): void {
    this.#conn.close();
  }
}

/**
 * Alarms from panel to AE and back, pass-through, durable on both sides: as many as go through, then the latency at half
 * that rate.
 */
export async function alarms(sites: number, lines: number, ms: number, folder: string): Promise<Figures> {
  await using rct = await Child.start("rct_child.ts", [String(sites), String(lines), folder]);
  const centre = JSON.parse(rct.line) as CentreLine;
  const software = await Promise.all(centre.ae.map(automation));
  await using spt = await Child.start("spt_child.ts", [rct.line, folder]);
  const ports = JSON.parse(spt.line) as number[];
  const panels = await Promise.all(
    ports.map(async (port, i) =>
      new Panel(String(1000 + i), await Deno.connect({ hostname: "127.0.0.1", port }))
    ),
  );
  const closedLoop = async (length: number) => {
    const times: number[] = [];
    const start = performance.now();
    await Promise.all(panels.map(async (panel) => {
      while (performance.now() - start < length) times.push(await panel.alarm());
    }));
    return { perSecond: times.length / ((performance.now() - start) / 1000), times };
  };
  await closedLoop(ms / 2);
  const full = await closedLoop(ms);
  // Open loop: alarms come when they come, and wait for their panel if it is busy.
  const wanted = full.perSecond / 2;
  const latencies: number[] = [];
  const queues = panels.map(() => [] as number[]);
  let over = false;
  const workers = panels.map(async (panel, i) => {
    while (!over || queues[i]!.length > 0) {
      const due = queues[i]!.shift();
      if (due === undefined) {
        await sleep(1);
        continue;
      }
      await panel.alarm();
      latencies.push(performance.now() - due);
    }
  });
  const start = performance.now();
  let made = 0;
  while (performance.now() - start < ms) {
    const due = Math.floor((performance.now() - start) / 1000 * wanted);
    for (; made < due; made++) queues[made % panels.length]!.push(performance.now());
    await sleep(1);
  }
  over = true;
  await Promise.all(workers);
  for (const panel of panels) panel.close();
  for (const ae of software) ae.stop();
  return {
    alarms_per_s: rounded(full.perSecond),
    alarm_p50_ms_at_full_load: rounded(percentile(full.times, 0.5)),
    alarm_p99_ms_at_full_load: rounded(percentile(full.times, 0.99)),
    alarm_p50_ms_at_half_load: rounded(percentile(latencies, 0.5)),
    alarm_p99_ms_at_half_load: rounded(percentile(latencies, 0.99)),
    alarm_sites: sites,
    alarm_ae_lines: lines,
  };
}
