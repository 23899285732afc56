import type { OutputEffect, OutputItem, OutputSession, Written } from "../../adapters/contract.ts";

/** One of our output sessions that sends datagrams to a peer, and everything that it said. */
export class DatagramLine implements AsyncDisposable {
  readonly effects: OutputEffect[] = [];
  readonly #session: OutputSession;
  readonly #socket: Deno.DatagramConn;
  readonly #port: number;
  readonly #ticking: ReturnType<typeof setInterval>;
  readonly #reading: Promise<void>;
  #open = true;

  private constructor(session: OutputSession, port: number) {
    this.#session = session;
    this.#port = port;
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    this.#apply(session.connected(Date.now()));
    this.#ticking = setInterval(() => this.#apply(session.tick(Date.now())), 20);
    this.#reading = this.#read();
  }

  /** Opens a socket. */
  static open(session: OutputSession, port: number): Promise<DatagramLine> {
    return Promise.resolve(new DatagramLine(session, port));
  }

  /** True until the session or its owner closed it. */
  get open(): boolean {
    return this.#open;
  }

  offer(item: Omit<OutputItem, "events" | "repeated">): void {
    this.#apply(this.#session.offer({ ...item, events: [], repeated: false }, Date.now()));
  }

  /** What the session says it would send. */
  preview(item: Omit<OutputItem, "events" | "repeated">): Written | undefined {
    return this.#session.preview?.({ ...item, events: [], repeated: false }, Date.now());
  }

  /** The effects of a kind. */
  of<K extends OutputEffect["kind"]>(kind: K): Extract<OutputEffect, { kind: K }>[] {
    return this.effects.filter((effect): effect is Extract<OutputEffect, { kind: K }> =>
      effect.kind === kind
    );
  }

  delivered(): string[] {
    return this.of("delivered").map(({ id }) => id);
  }

  #apply(effects: OutputEffect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.kind !== "send" || !this.#open) continue;
      const to = { transport: "udp" as const, hostname: "127.0.0.1", port: this.#port };
      void this.#socket.send(effect.bytes, to).catch(() => {});
    }
  }

  async #read(): Promise<void> {
    try {
      for await (const [bytes] of this.#socket) this.#apply(this.#session.feed(bytes, Date.now()));
    } catch {
      // Closed.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    clearInterval(this.#ticking);
    this.#socket.close();
    await this.#reading;
    this.#session.disconnected(Date.now());
  }
}
