import { systemRandom } from "../src/gateway/random.ts";
import { reconstructed2020 as profile } from "../src/ip/profile.ts";
import { peekHandle } from "../src/ip/seal.ts";
import type { SptEffect } from "../src/session/spt_session.ts";
import { SptSession } from "../src/session/spt_session.ts";
import type { CentreLine } from "./gateways.ts";

/** One site that connects again and again, on a socket of its own. */
class Site {
  done = 0;
  readonly #socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #to: Deno.NetAddr;
  readonly #make: () => SptSession;
  #session: SptSession;

  constructor(port: number, make: () => SptSession) {
    this.#to = { transport: "udp", hostname: "127.0.0.1", port };
    this.#make = make;
    this.#session = make();
  }

  async run(): Promise<void> {
    const buffer = new Uint8Array(2048);
    this.#send(this.#session.start(Date.now()));
    for (;;) {
      let datagram: Uint8Array;
      try {
        [datagram] = await this.#socket.receive(buffer);
      } catch {
        return;
      }
      if (peekHandle(profile, datagram) === undefined) continue;
      this.#send(this.#session.feed(datagram.slice(), Date.now()));
      if (this.#session.state !== "connected") continue;
      this.done++;
      this.#session = this.#make();
      this.#send(this.#session.start(Date.now()));
    }
  }

  close(): void {
    this.#socket.close();
  }

  #send(effects: SptEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") this.#socket.send(effect.bytes, this.#to).catch(() => {});
    }
  }
}

/** Round trips of a connection setup up to the first poll's answer. */
export const ROUND_TRIPS = 6;

/**
 * Connection setups that an RCT completes in a second, with this many sites at once. Each is six requests, three of them
 * under the master key, and two key schedules.
 */
export async function setups(centre: CentreLine, ms: number): Promise<number> {
  const random = systemRandom();
  const rctDeviceId = Uint8Array.fromHex(centre.rctDeviceId);
  const sites = centre.sites.map(({ deviceId, masterHandle, key }) => {
    const identity = {
      sptDeviceId: Uint8Array.fromHex(deviceId),
      rctDeviceId,
      masterHandle,
      master: { encryption: "aes-256", key: Uint8Array.fromHex(key), hash: "sha-256" },
    } as const;
    return new Site(
      centre.udp,
      () => new SptSession({ profile, random, identity, heartbeatMs: 3_600_000 }),
    );
  });
  const start = performance.now();
  const running = sites.map((site) => site.run());
  await new Promise((resolve) => setTimeout(resolve, ms));
  const done = sites.reduce((sum, site) => sum + site.done, 0);
  const seconds = (performance.now() - start) / 1000;
  for (const site of sites) site.close();
  await Promise.all(running);
  return done / seconds;
}
