/**
 * Runs a commissioning from the premises: the pure conversation over a real socket.
 *
 * @module
 */
import type { PathIdentity } from "../session/path_identity.ts";
import type { SptCommissioning, SptCommissioningEffect } from "../session/spt_commissioning.ts";
import { openUdp, type UdpSocket } from "../transport/udp.ts";
import { resolvePeer } from "./resolve.ts";
import { Wake } from "./wake.ts";

/** A technician waits no longer for a name. */
const LOOK_UP_MS = 10_000;

/** What came of a commissioning. */
export type CommissionEnd =
  | { ok: true; identity: PathIdentity }
  | { ok: false; message: string };

/** Something that carries one datagram at a time to the RCT. */
export interface CommissionLink {
  send(bytes: Uint8Array): void;
}

/** A conversation that is driven by a link and by time. */
export class CommissionRun {
  /** Settled when the conversation ends. */
  readonly end: Promise<CommissionEnd>;
  readonly #session: SptCommissioning;
  readonly #link: CommissionLink;
  readonly #progress: (step: string) => void;
  readonly #wake = new Wake(() => this.#apply(this.#session.tick(Date.now())));
  readonly #finish: (end: CommissionEnd) => void;

  /**
   * Begins to speak.
   *
   * @param session The conversation.
   * @param link Where it goes.
   * @param progress Told each request that is sent for the first time.
   */
  constructor(session: SptCommissioning, link: CommissionLink, progress: (step: string) => void = () => {}) {
    this.#session = session;
    this.#link = link;
    this.#progress = progress;
    const { promise, resolve } = Promise.withResolvers<CommissionEnd>();
    this.end = promise;
    this.#finish = resolve;
    this.#apply(session.start(Date.now()));
  }

  /** Takes what came from the RCT. */
  receive(bytes: Uint8Array): void {
    this.#apply(this.#session.feed(bytes, Date.now()));
  }

  /** Gives up. */
  stop(message: string): void {
    this.#wake.clear();
    this.#finish({ ok: false, message });
  }

  #apply(effects: SptCommissioningEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          if (effect.attempt === 1) this.#progress(effect.message);
          this.#link.send(effect.bytes);
          break;
        case "commissioned":
          this.#wake.clear();
          return this.#finish({ ok: true, identity: effect.identity });
        case "failed":
          this.#wake.clear();
          return this.#finish({ ok: false, message: effect.reason });
        case "dropped":
          break;
      }
    }
    this.#wake.set(this.#session.nextTick);
  }
}

/**
 * Runs a commissioning over UDP.
 *
 * @param session The conversation.
 * @param rct Where the RCT is: name or address, and UDP port.
 * @param progress Told each step.
 * @returns The master set, or why there is none.
 */
export async function commissionOverUdp(
  session: SptCommissioning,
  rct: { hostname: string; port: number },
  progress?: (step: string) => void,
): Promise<CommissionEnd> {
  const target = await findRct(rct.hostname, rct.port);
  if (target === undefined) return { ok: false, message: notFound(rct.hostname) };
  const any = target.hostname.includes(":") ? "::" : "0.0.0.0";
  let run: CommissionRun | undefined;
  let udp: UdpSocket;
  try {
    udp = openUdp({ hostname: any, port: 0 }, (bytes, from) => {
      if (from.port === target.port) run?.receive(bytes);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `no socket towards ${target.hostname}: ${reason}: is the network up?` };
  }
  try {
    run = new CommissionRun(session, { send: (bytes) => udp.send(bytes, target) }, progress);
    return await run.end;
  } finally {
    await udp.close();
  }
}

/**
 * Finds the RCT's address, with somebody waiting for it.
 *
 * @param hostname Name or address.
 * @param port UDP port.
 * @param waitMs How long.
 * @returns The address; undefined when the name was not found in time.
 */
export async function findRct(
  hostname: string,
  port: number,
  waitMs: number = LOOK_UP_MS,
): Promise<Deno.NetAddr | undefined> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), waitMs);
  try {
    return await resolvePeer(hostname, port, late.signal);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** What to tell of a name that {@link findRct} did not find. */
export function notFound(hostname: string): string {
  return `the name ${hostname} cannot be found: is the network up, is rct.host right?`;
}
