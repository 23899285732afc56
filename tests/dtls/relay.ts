/** A network between two ends on this machine: it loses, repeats and delays datagrams as it is told. */

/** What happens to a datagram. `late` lets the next one of its direction overtake it. */
export type Fate = "pass" | "lost" | "twice" | "late";

/** Which way. */
export type Direction = "to-server" | "to-client";

/** Fates drawn from a seed for the first datagrams of each direction; all later ones pass. */
export function seededFates(seed: number, faulty: number): (direction: Direction, index: number) => Fate {
  let state = seed >>> 0;
  const random = () => {
    // xorshift32: any fixed generator will do.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  const table = Array.from({ length: 2 * faulty }, (): Fate => {
    const draw = random();
    return draw < 0.3 ? "lost" : draw < 0.5 ? "twice" : draw < 0.7 ? "late" : "pass";
  });
  return (direction, index) =>
    index < faulty ? table[2 * index + (direction === "to-server" ? 0 : 1)] ?? "pass" : "pass";
}

/** Longest time that a datagram is late, when no other one follows it, ms. */
const LATE_MS = 100;

/** One client (the first that sends) and one server. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  /** What came through, in order. */
  readonly seen: { direction: Direction; datagram: Uint8Array }[] = [];
  /** How many of each fate. */
  readonly fates: Record<Fate, number> = { pass: 0, lost: 0, twice: 0, late: 0 };
  readonly #front = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  readonly #back: Deno.DatagramConn;
  readonly #server: Deno.NetAddr;
  readonly #fate: (direction: Direction, index: number) => Fate;
  readonly #loops: Promise<void>[];
  readonly #late: Partial<Record<Direction, () => Promise<void>>> = {};
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #client: Deno.Addr | undefined;

  /**
   * @param serverPort Where the server is.
   * @param fate What happens to the datagram `index` of a direction.
   * @param address From which address the server is spoken to.
   */
  constructor(
    serverPort: number,
    fate: (direction: Direction, index: number) => Fate = () => "pass",
    address = "127.0.0.1",
  ) {
    this.#back = Deno.listenDatagram({ transport: "udp", hostname: address, port: 0 });
    this.port = (this.#front.addr as Deno.NetAddr).port;
    this.#server = { transport: "udp", hostname: "127.0.0.1", port: serverPort };
    this.#fate = fate;
    this.#loops = [this.#carry("to-server"), this.#carry("to-client")];
  }

  /** Address of the client as the server sees it. */
  get clientPort(): number {
    return (this.#back.addr as Deno.NetAddr).port;
  }

  /** Where the client is; undefined until it has sent something. */
  get client(): Deno.Addr | undefined {
    return this.#client;
  }

  /** Takes the next one that sends for the client. */
  forget(): void {
    this.#client = undefined;
  }

  /** Sends something to one end in the other's name. */
  async forge(direction: Direction, datagram: Uint8Array): Promise<void> {
    await this.#send(direction, datagram);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#front.close();
    this.#back.close();
    await Promise.all(this.#loops);
  }

  async #carry(direction: Direction): Promise<void> {
    const from = direction === "to-server" ? this.#front : this.#back;
    for (let index = 0;; index++) {
      let got: [Uint8Array, Deno.Addr];
      try {
        got = await from.receive();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
        throw error;
      }
      const [datagram, address] = got;
      if (direction === "to-server") this.#client ??= address;
      const fate = this.#fate(direction, index);
      this.fates[fate]++;
      this.seen.push({ direction, datagram });
      const waiting = this.#late[direction];
      delete this.#late[direction];
      if (fate === "late") this.#hold(direction, datagram);
      else if (fate !== "lost") {
        await this.#send(direction, datagram);
        if (fate === "twice") await this.#send(direction, datagram);
      }
      await waiting?.();
    }
  }

  #hold(direction: Direction, datagram: Uint8Array): void {
    let sent = false;
    const send = async () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      if (sent) return;
      sent = true;
      await this.#send(direction, datagram);
    };
    const timer = setTimeout(() => {
      delete this.#late[direction];
      void send();
    }, LATE_MS);
    this.#timers.add(timer);
    this.#late[direction] = send;
  }

  async #send(direction: Direction, datagram: Uint8Array): Promise<void> {
    try {
      if (direction === "to-server") await this.#back.send(datagram, this.#server);
      else if (this.#client !== undefined) await this.#front.send(datagram, this.#client);
    } catch {
      // Closed meanwhile.
    }
  }
}
