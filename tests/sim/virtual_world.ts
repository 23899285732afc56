import type { SeededRandom } from "./seeded_random.ts";

/** A clock that jumps to the next thing that happens, and a queue of things to happen. */
export class VirtualWorld {
  /** Milliseconds since the epoch. */
  now = Date.UTC(2026, 0, 1);
  #queue: { at: number; order: number; run: () => void }[] = [];
  #order = 0;

  /** Does something later. */
  after(ms: number, run: () => void): void {
    const item = { at: this.now + ms, order: this.#order++, run };
    let low = 0, high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#queue[middle]!;
      if (other.at < item.at || (other.at === item.at && other.order < item.order)) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, item);
  }

  /** Lets everything happen until nothing is left, `until` holds, or `limitMs` of virtual time have gone. */
  run(limitMs: number, until: () => boolean = () => false): void {
    const end = this.now + limitMs;
    while (!until()) {
      const next = this.#queue[0];
      if (next === undefined || next.at > end) {
        this.now = end;
        return;
      }
      this.#queue.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
    }
  }
}

/** How bad a network is. Probabilities per datagram. */
export interface NetworkFaults {
  loss: number;
  duplication: number;
  /** Delay, ms: datagrams that draw different delays overtake each other. */
  delay: [number, number];
}

/** Carries datagrams between two ends, as badly as asked for. */
export class VirtualNetwork {
  faults: NetworkFaults = { loss: 0, duplication: 0, delay: [1, 1] };
  /** False cuts the line. */
  up = true;
  /** Everything that was sent, for attackers. */
  readonly seen: { to: string; bytes: Uint8Array }[] = [];
  lost = 0;
  doubled = 0;
  readonly #world: VirtualWorld;
  readonly #random: SeededRandom;
  readonly #ends = new Map<string, (bytes: Uint8Array, from: string) => void>();

  constructor(world: VirtualWorld, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  /** Puts somebody at an address; a later one at the same address takes over. */
  attach(address: string, receive: (bytes: Uint8Array, from: string) => void): void {
    this.#ends.set(address, receive);
  }

  /** Sends a datagram; what becomes of it is chance. */
  send(bytes: Uint8Array, from: string, to: string): void {
    this.seen.push({ to, bytes });
    if (!this.up || this.#random.chance(this.faults.loss)) return void this.lost++;
    const copies = this.#random.chance(this.faults.duplication) ? 2 : 1;
    if (copies === 2) this.doubled++;
    const [least, most] = this.faults.delay;
    for (let i = 0; i < copies; i++) {
      this.#world.after(
        least + this.#random.next() * (most - least),
        () => this.#ends.get(to)?.(bytes.slice(), from),
      );
    }
  }
}
