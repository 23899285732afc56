/** An SPT of a few lines that can be made to do what no SPT should. Built on the codec alone. */
import {
  type Message,
  messageId,
  messageName,
  parseMessage,
  refusal,
  writeMessage,
} from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, open, peekHandle, type PreparedKeys, prepareKeys, seal } from "../../src/ip/seal.ts";
import { fakeLink } from "./fake_rct.ts";

/** What is wrong with it. */
export type SptFault =
  | "accepts-clear"
  | "ignores-rx"
  | "ignores-device-id"
  | "accepts-any-cipher"
  | "accepts-any-hash"
  | "dies-on-junk"
  | "never-repeats"
  | "reconnects-on-junk"
  | "answers-clear-requests"
  | "answers-replayed-requests"
  | "keeps-own-key"
  | "ignores-reestablish";

const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
const next = (n: number) => (n + 1) & 0xffff;
const POLL_MS = 60;
const REPEAT_MS = 150;

/** The SPT; it connects at once. */
export class FakeSpt implements AsyncDisposable {
  readonly link = fakeLink();
  readonly #faults: ReadonlySet<SptFault>;
  readonly #socket: Deno.DatagramConn;
  readonly #rct: Deno.NetAddr;
  readonly #receiving: Promise<void>;
  readonly #speaking: Promise<void>;
  readonly #stop = Promise.withResolvers<void>();
  #closed = false;
  #dead = false;
  #handle = 0;
  #keys: PreparedKeys;
  #old: PreparedKeys | undefined;
  #encryption: "aes-256" | "aes-128" = "aes-256";
  #tx = 0;
  #rx = 0;
  #lastAsked: { tx: number; bytes: Uint8Array } | undefined;
  #outstanding: { id: number; tx: number; done: (message: Message | undefined) => void } | undefined;
  #reconnect = false;

  constructor(port: number, ...faults: SptFault[]) {
    this.#faults = new Set(faults);
    this.#keys = this.link.master;
    this.#rct = { transport: "udp", hostname: "127.0.0.1", port };
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    this.#receiving = this.#receive();
    this.#speaking = this.#speak();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#stop.resolve();
    this.#outstanding?.done(undefined);
    this.#socket.close();
    await Promise.all([this.#receiving, this.#speaking]);
  }

  #has(fault: SptFault): boolean {
    return this.#faults.has(fault);
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([promise, this.#stop.promise]);
    clearTimeout(timer);
  }

  async #speak(): Promise<void> {
    while (!this.#closed) {
      const up = await this.#setUp();
      while (up && !this.#closed && !this.#reconnect) {
        const answer = await this.#ask({ name: "POLL_MSG" });
        if (answer === undefined) break;
        const away = "result" in answer && answer.result === "RESP_REESTABLISH_CONNECTION";
        if (away && !this.#has("ignores-reestablish")) break;
        await this.#pause(POLL_MS);
      }
      if (!up) await this.#pause(POLL_MS);
    }
  }

  async #setUp(): Promise<boolean> {
    this.#reconnect = false;
    this.#handle = this.link.masterHandle;
    this.#keys = this.link.master;
    this.#old = undefined;
    this.#tx = new DataView(random(2).buffer).getUint16(0);
    this.#rx = 0;
    const handle = await this.#ask({ name: "CONN_HANDLE_REQ" });
    if (handle?.name !== "CONN_HANDLE_RESP") return false;
    this.#handle = handle.handle;
    const cipher = await this.#ask({
      name: "ENCRYPT_SELECT_REQ",
      master: false,
      offers: ["aes-256", "aes-128"],
    });
    if (cipher?.name !== "ENCRYPT_SELECT_RESP") return false;
    if (
      cipher.encryption !== "aes-256" && cipher.encryption !== "aes-128" && !this.#has("accepts-any-cipher")
    ) return false;
    this.#encryption = cipher.encryption === "aes-128" ? "aes-128" : "aes-256";
    const key = await this.#ask({
      name: "ENCRYPT_KEY_REQ",
      master: false,
      fromRct: false,
      key: new Uint8Array(32),
    });
    if (key?.name !== "ENCRYPT_KEY_RESP") return false;
    this.#keys = prepareKeys({ encryption: this.#encryption, key: key.key, hash: "sha-256" });
    const hash = await this.#ask({ name: "HASH_SELECT_REQ", offers: ["sha-256"] });
    if (hash?.name !== "HASH_SELECT_RESP") return false;
    if (hash.hash !== "sha-256" && !this.#has("accepts-any-hash")) return false;
    return await this.#ask({ name: "PATH_SUPERVISION_REQ", intervalS: 30, mode: "push" }) !== undefined;
  }

  async #ask(message: Message): Promise<Message | undefined> {
    if (this.#closed || this.#dead) {
      await this.#pause(POLL_MS);
      return undefined;
    }
    const id = messageId(profile, message.name);
    const tx = this.#tx;
    this.#tx = next(tx);
    const bytes = this.#seal(tx, this.#rx, id, writeMessage(profile, message));
    const { promise, resolve } = Promise.withResolvers<Message | undefined>();
    this.#outstanding = { id, tx, done: resolve };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let sent = 0;
    const transmit = () => {
      if (this.#dead || sent++ >= (this.#has("never-repeats") ? 1 : 40)) return resolve(undefined);
      this.#socket.send(bytes, this.#rct).catch(() => {});
      timer = setTimeout(transmit, this.#has("never-repeats") ? 2000 : REPEAT_MS);
    };
    transmit();
    const answer = await promise;
    clearTimeout(timer);
    this.#outstanding = undefined;
    return answer;
  }

  async #receive(): Promise<void> {
    while (!this.#closed) {
      try {
        const [bytes] = await this.#socket.receive(new Uint8Array(2048));
        this.#take(bytes);
      } catch {
        if (this.#closed) return;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }

  #take(bytes: Uint8Array): void {
    if (this.#dead) return;
    if (peekHandle(profile, bytes) === undefined) {
      this.#dead = this.#has("dies-on-junk");
      if (this.#has("reconnects-on-junk")) {
        this.#reconnect = true;
        this.#outstanding?.done(undefined);
      }
      return;
    }
    if (peekHandle(profile, bytes) !== this.#handle) return;
    let opened = open(profile, this.#keys, bytes);
    if (!opened.ok && this.#old !== undefined) opened = open(profile, this.#old, bytes);
    if (!opened.ok && (this.#has("accepts-clear") || this.#has("answers-clear-requests"))) {
      opened = open(profile, clearKeys, bytes);
      if (opened.ok && (opened.header.messageId < 0x80) === this.#has("accepts-clear")) return;
    }
    if (!opened.ok) return;
    const { header, data } = opened;
    if (!this.#has("ignores-device-id") && header.deviceId.toHex() !== this.link.rctDeviceId.toHex()) return;
    const parsed = parseMessage(profile, header.messageId, data);
    if ((header.messageId & profile.values.responseBit) === 0) {
      return this.#serve(header.messageId, header.tx, parsed.ok ? parsed.value : undefined);
    }
    const wanted = this.#outstanding;
    if (wanted === undefined || header.messageId !== (wanted.id | profile.values.responseBit) || !parsed.ok) {
      return;
    }
    if (header.rx !== next(wanted.tx) && !this.#has("ignores-rx")) return;
    this.#rx = next(header.tx);
    wanted.done(parsed.value);
  }

  /** What the RCT asks on its own initiative. */
  #serve(id: number, tx: number, message: Message | undefined): void {
    const last = this.#lastAsked;
    if (last?.tx === tx) return void this.#socket.send(last.bytes, this.#rct).catch(() => {});
    if (
      tx !== this.#rx && ((tx - this.#rx) & 0xffff) > 8 && !this.#has("answers-clear-requests") &&
      !this.#has("answers-replayed-requests")
    ) return;
    const name = messageName(profile, id);
    const result = "RESP_ACKNOWLEDGE";
    const key = new Uint8Array(32);
    const reply: Message | undefined = name === "POLL_MSG"
      ? { name: "POLL_RESP", result }
      : message?.name === "ENCRYPT_KEY_REQ"
      ? { name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: true, key }
      : undefined;
    this.#rx = next(tx);
    const ours = this.#tx;
    this.#tx = next(ours);
    const bytes = reply === undefined
      ? this.#seal(ours, next(tx), id | 0x80, refusal(profile, "RESP_CMD_NOT_SUPPORTED"))
      : this.#seal(ours, next(tx), messageId(profile, reply.name), writeMessage(profile, reply));
    this.#lastAsked = { tx, bytes };
    this.#socket.send(bytes, this.#rct).catch(() => {});
    if (message?.name === "ENCRYPT_KEY_REQ" && !this.#has("keeps-own-key")) {
      this.#old = this.#keys;
      this.#keys = prepareKeys({ encryption: this.#encryption, key: message.key, hash: "sha-256" });
    }
  }

  #seal(tx: number, rx: number, id: number, data: Uint8Array): Uint8Array {
    const header = {
      handle: this.#handle,
      deviceId: this.link.sptDeviceId,
      tx,
      rx,
      flags: 0,
      version: 1,
      messageId: id,
    };
    return seal(profile, this.#keys, header, data, random);
  }
}
