/**
 * One connection of played automation software: its peer, on real octets and time.
 *
 * @module
 */
import type { Refusal } from "../../adapters/contract.ts";
import { Wake } from "../gateway/wake.ts";
import type { TcpConnection } from "../transport/tcp.ts";
import type { UdpPeerHandler } from "../transport/udp_peers.ts";
import type { FaultyAe } from "./ae_faults.ts";
import type { AeEffect, AeRecord } from "./ae_peer.ts";

/** What happens to an AE. */
export type AeNews =
  | { kind: "connected"; peer: string }
  | { kind: "disconnected"; peer: string; reason: string }
  | { kind: "no-connection"; message: string }
  | { kind: "message"; peer: string; record: AeRecord }
  | { kind: "unreadable"; peer: string; refusal: Refusal }
  /** Everything that is to be said has been handed to the system. */
  | { kind: "quiet" };

/** Carries a peer's effects to a connection and back. */
export class AeConnection implements UdpPeerHandler {
  readonly #connection: TcpConnection;
  readonly #peer: FaultyAe;
  readonly #tell: (news: AeNews) => void;
  readonly #wake = new Wake(() => this.#apply(this.#peer.tick(Date.now())));
  #reason: string | undefined;
  #closed = false;

  /**
   * Begins.
   *
   * @param connection Where octets go.
   * @param peer The AE's side of it.
   * @param tell Told of everything that happens.
   */
  constructor(connection: TcpConnection, peer: FaultyAe, tell: (news: AeNews) => void) {
    this.#connection = connection;
    this.#peer = peer;
    this.#tell = tell;
    tell({ kind: "connected", peer: connection.peer });
    this.#apply(peer.connected(Date.now()));
  }

  /** True while answers wait to be sent. */
  get busy(): boolean {
    return !this.#closed && this.#peer.busy;
  }

  /** Octets, or one datagram, came. */
  data(bytes: Uint8Array): void {
    this.#apply(this.#peer.feed(bytes, Date.now()));
  }

  /** The connection is gone. */
  closed(reason: string): void {
    this.#closed = true;
    this.#wake.clear();
    this.#apply(this.#peer.disconnected(Date.now()));
    this.#tell({ kind: "disconnected", peer: this.#connection.peer, reason: this.#reason ?? reason });
  }

  #apply(effects: AeEffect[]): void {
    const { peer } = this.#connection;
    for (const effect of effects) {
      if (effect.kind === "send") {
        if (!this.#closed) this.#connection.send(effect.bytes);
      } else if (effect.kind === "record") this.#tell({ kind: "message", peer, record: effect.record });
      else if (effect.kind === "refused") this.#tell({ kind: "unreadable", peer, refusal: effect });
      else if (!this.#closed) {
        this.#reason = effect.reason;
        this.#connection.close();
      }
    }
    if (!this.#closed) this.#wake.set(this.#peer.nextTick);
    if (!this.busy) this.#tell({ kind: "quiet" });
  }
}
