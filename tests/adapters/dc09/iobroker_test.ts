/**
 * Our frames against an independent receiver, iobroker.sia (MIT), over real sockets; and its answers against our reader.
 *
 * Ignored while the import map does not name the package.
 */
import { assert, assertEquals } from "@std/assert";
import {
  Dc09Framer,
  type Dc09Key,
  type Dc09Message,
  parseDc09,
  writeDc09,
  writeFrame,
  writeTimestamp,
} from "../../../adapters/dc09/mod.ts";
import { systemRandom } from "../../../src/gateway/random.ts";
import { until } from "../../support/until.ts";
import { keysOf } from "./arbitrary.ts";

/** What is used of the package. */
interface Peer {
  setAccounts(accounts: { accountnumber: string; aes: boolean; hex: boolean; password: string }[]): void;
  serverStartTCP(): void;
  serverStartUDP(): void;
  on(event: "sia", listener: (sia: PeerMessage | undefined, error: string | undefined) => void): void;
  servertcp: { address(): { port: number } | null; close(done: () => void): void };
  serverudp: {
    address(): { port: number };
    on(event: string, done: () => void): void;
    close(done: () => void): void;
  };
}

interface PeerMessage {
  id: string;
  seq: string;
  act: string;
  lpref: string;
  rpref: string;
  data_message: string;
  data_extended: string;
  ts: string;
}

type PeerClass = new (parameter: Record<string, unknown>) => Peer;

// Not a literal: whether it is there is found out when the test runs.
const PACKAGE = "iobroker.sia/build/lib/sia.js";
const loaded: { default?: { sia: PeerClass }; sia?: PeerClass } | undefined = await import(PACKAGE)
  .catch(() => undefined);
const PeerSia = loaded?.default?.sia ?? loaded?.sia;
const ignore = PeerSia === undefined;

// AES-192 is missing: Deno's node:crypto, which the peer uses here, does not have it. Vector O192 stands for it.
const SETTINGS: Record<string, { text: string; hex: boolean }> = {
  "1234": { text: "0123456789ABCDEF", hex: false },
  "1236": { text: "a passphrase of 32 characters...", hex: false },
  "1237": { text: "00112233445566778899AABBCCDDEEFF", hex: true },
};

function message(account: string, encrypted: boolean, data: string, id = "SIA-DCS"): Dc09Message {
  return {
    id,
    encrypted,
    sequence: "0042",
    receiver: "1",
    line: "2",
    account,
    data,
    extended: [{ id: "R", text: "Hall" }],
    encoding: "ascii",
    timestamp: writeTimestamp(Date.now()),
    quirks: [],
  };
}

function keyOf(account: string): Dc09Key {
  // Of 32 hexadecimal digits the first reading is the hexadecimal one, as the peer is told.
  return keysOf(SETTINGS[account]?.text ?? "")[0] as Dc09Key;
}

function readAnswer(bytes: Uint8Array, account: string) {
  const [item] = new Dc09Framer().feed(bytes);
  assert(item?.kind === "frame", new TextDecoder().decode(bytes));
  const read = parseDc09(item.frame.content, () => [keyOf(account)]);
  assert(read.ok, JSON.stringify(read));
  return { frame: item.frame, message: read.message };
}

/** A running peer. */
class Receiver implements AsyncDisposable {
  readonly heard: (PeerMessage | string)[] = [];
  readonly #peer: Peer;
  readonly #stop: () => Promise<void>;

  private constructor(peer: Peer, stop: () => Promise<void>) {
    this.#peer = peer;
    this.#stop = stop;
    peer.on("sia", (sia, error) => this.heard.push(sia ?? error ?? "nothing"));
  }

  static async start(encrypted: boolean, transport: "tcp" | "udp"): Promise<Receiver> {
    assert(PeerSia !== undefined);
    const peer = new PeerSia({ host: "127.0.0.1", port: 0, timeout: 0, sockend: true });
    const accounts = Object.entries(SETTINGS).map(([accountnumber, { text, hex }]) => ({
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
    return new Receiver(peer, async () => {
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

Deno.test({
  name: "iobroker.sia reads our frames in clear over TCP, hexadecimal and binary CRC, and we read its ACK",
  ignore,
  fn: async () => {
    await using receiver = await Receiver.start(false, "tcp");
    for (const crc of ["hex", "binary"] as const) {
      for (const [id, data] of [["SIA-DCS", "#1234|Nri1/BA5"], ["ADM-CID", "#1234|1130 01 015"]] as const) {
        const sent = message("1234", false, data, id);
        const answer = readAnswer(await receiver.tcp(writeFrame(writeDc09(sent), crc)), "1234");
        const heard = receiver.heard.pop();
        assert(typeof heard === "object", String(heard));
        assertEquals([heard.id, heard.seq, heard.act, heard.rpref, heard.lpref], [
          id,
          "0042",
          "1234",
          "1",
          "2",
        ]);
        assertEquals([heard.data_message, heard.data_extended, heard.ts], [data, "RHall", sent.timestamp]);
        const { id: token, sequence, receiver: rec, line, account, quirks } = answer.message;
        assertEquals([token, sequence, rec, line, account], ["ACK", "0042", "1", "2", "1234"]);
        assertEquals([answer.frame.crc, quirks], [crc, []]);
      }
    }
  },
});

Deno.test({
  name:
    "iobroker.sia opens what we encrypt with AES-128, AES-256 and a hexadecimal key, and we open its *ACK",
  ignore,
  fn: async () => {
    await using receiver = await Receiver.start(true, "tcp");
    for (const account of Object.keys(SETTINGS)) {
      for (let pad = 0; pad < 16; pad++) {
        const data = `#${account}|Nri1/BA${"5".repeat(pad)}`;
        const sent = message(account, true, data);
        // The peer reads the pad as UTF-8 text, so it is given printable octets; ours may be any.
        const random = (count: number) => systemRandom()(count).map((octet) => 0x61 + octet % 26);
        const content = writeDc09(sent, { key: keyOf(account), random });
        const answer = readAnswer(await receiver.tcp(writeFrame(content)), account);
        const heard = receiver.heard.pop();
        assert(typeof heard === "object", String(heard));
        assertEquals([heard.data_message, heard.data_extended, heard.ts], [data, "RHall", sent.timestamp]);
        const { id, encrypted, sequence, quirks } = answer.message;
        assertEquals([id, encrypted, sequence], ["ACK", true, "0042"]);
        // What the reference says of its *ACK: lower case, and a block too many.
        assertEquals(quirks, ["lower-case-cipher", "trailing-octets"]);
      }
    }
  },
});

Deno.test({
  name: "iobroker.sia refuses an account that it does not know with a NAK that we read, time included",
  ignore,
  fn: async () => {
    await using receiver = await Receiver.start(true, "tcp");
    const answers = await receiver.tcp(writeFrame(writeDc09(message("9999", false, "#9999|NBA5"))));
    // It answers twice: once as data, once as the last words of the connection.
    const [first] = new Dc09Framer().feed(answers);
    assert(first?.kind === "frame");
    const read = parseDc09(first.frame.content);
    assert(read.ok);
    assertEquals([read.message.id, read.message.account], ["NAK", undefined]);
    assert(read.message.timestamp !== undefined);
    assertEquals(typeof receiver.heard.pop(), "string");
  },
});

Deno.test({
  name: "iobroker.sia reads our datagrams",
  ignore,
  fn: async () => {
    await using receiver = await Receiver.start(false, "udp");
    const answer = await receiver.udp(writeFrame(writeDc09(message("1234", false, "#1234|Nri1/BA5"))));
    assertEquals(readAnswer(answer, "1234").message.id, "ACK");
    const heard = receiver.heard.pop();
    assertEquals(typeof heard === "object" && heard.data_message, "#1234|Nri1/BA5");
  },
});
