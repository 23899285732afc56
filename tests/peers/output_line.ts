import type { OutputEffect, OutputItem, OutputSession, Written } from "../../adapters/contract.ts";

/** One of our output sessions on a TCP connection to a peer, and everything that it said. */
export class OutputLine implements AsyncDisposable {
  readonly effects: OutputEffect[] = [];
  readonly #session: OutputSession;
  readonly #conn: Deno.TcpConn;
  readonly #ticking: ReturnType<typeof setInterval>;
  readonly #reading: Promise<void>;
  #open = true;

  private constructor(session: OutputSession, conn: Deno.TcpConn) {
    this.#session = session;
    this.#conn = conn;
    this.#apply(session.connected(Date.now()));
    this.#ticking = setInterval(() => this.#apply(session.tick(Date.now())), 20);
    this.#reading = this.#read();
  }

  /** Connects. */
  static async connect(session: OutputSession, port: number): Promise<OutputLine> {
    return new OutputLine(session, await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** True until the session or the peer closed the connection. */
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
      if (effect.kind === "send") void this.#conn.write(effect.bytes).catch(() => {});
      else if (effect.kind === "close") this.#close();
    }
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(4096);
    while (true) {
      const length = await this.#conn.read(buffer).catch(() => null);
      if (length === null) break;
      this.#apply(this.#session.feed(buffer.subarray(0, length), Date.now()));
    }
    this.#close();
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#ticking);
    this.#conn.close();
    this.#apply(this.#session.disconnected(Date.now()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#reading;
  }
}
