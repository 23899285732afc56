import { until } from "../support/until.ts";
import { type SiaPeer, type SiaPeerMessage, SiaReceiver } from "./iobroker_sia.ts";

// AES-192 is missing: Deno's node:crypto, which the peer uses here, does not have it. Vector O192 stands for it.
/** The sites that it knows, and their keys. */
export const SIA_ACCOUNTS: Record<string, { text: string; hex: boolean }> = {
  "1234": { text: "0123456789ABCDEF", hex: false },
  "1236": { text: "a passphrase of 32 characters...", hex: false },
  "1237": { text: "00112233445566778899AABBCCDDEEFF", hex: true },
};

/** A running iobroker.sia, and what it heard: messages, or why it refused one. */
export class SiaServer implements AsyncDisposable {
  readonly heard: (SiaPeerMessage | string)[] = [];
  readonly #peer: SiaPeer;
  readonly #stop: () => Promise<void>;

  private constructor(peer: SiaPeer, stop: () => Promise<void>) {
    this.#peer = peer;
    this.#stop = stop;
    peer.on("sia", (sia, error) => this.heard.push(sia ?? error ?? "nothing"));
    // It answers once more on a connection that it has ended.
    peer.on("error", () => {});
  }

  /** Starts it. @param sockend Whether it closes the connection behind its answer. */
  static async start(encrypted: boolean, transport: "tcp" | "udp", sockend = true): Promise<SiaServer> {
    const peer = new SiaReceiver({ host: "127.0.0.1", port: 0, timeout: 0, sockend });
    const accounts = Object.entries(SIA_ACCOUNTS).map(([accountnumber, { text, hex }]) => ({
      accountnumber,
      aes: encrypted,
      hex,
      password: text,
    }));
    peer.setAccounts(accounts);
    let bound = false;
    if (transport === "tcp") peer.serverStartTCP();
    else {
      peer.serverudp.on("listening", () => bound = true);
      peer.serverStartUDP();
    }
    await until(() => bound || peer.servertcp.address() !== null, "the peer listens");
    // The other socket was made, but never opened; the datagram one has to be closed all the same.
    const closeTcp = () =>
      transport === "tcp" ? new Promise<void>((done) => peer.servertcp.close(done)) : undefined;
    return new SiaServer(peer, async () => {
      await closeTcp();
      await new Promise<void>((done) => peer.serverudp.close(done));
    });
  }

  get port(): number {
    return this.#peer.servertcp.address()?.port ?? this.#peer.serverudp.address().port;
  }

  /** Sends over TCP and reads to the end of the connection. */
  async tcp(bytes: Uint8Array): Promise<Uint8Array> {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
    await connection.write(bytes);
    const got: number[] = [];
    const part = new Uint8Array(1024);
    for (let count = await connection.read(part); count !== null; count = await connection.read(part)) {
      got.push(...part.subarray(0, count));
    }
    return Uint8Array.from(got);
  }

  async udp(bytes: Uint8Array): Promise<Uint8Array> {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    try {
      await socket.send(bytes, { transport: "udp", hostname: "127.0.0.1", port: this.port });
      const [answer] = await socket.receive();
      return answer;
    } finally {
      socket.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}
