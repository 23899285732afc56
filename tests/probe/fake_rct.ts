/** An RCT of a few lines that can be made to do what no RCT should. Built on the codec alone. */
import { readHeader } from "../../src/ip/header.ts";
import { type Message, messageId, parseMessage, refusal, writeMessage } from "../../src/ip/messages/mod.ts";
import { planOf } from "../../src/ip/plan.ts";
import { reconstructed2020 as profile, type Result } from "../../src/ip/profile.ts";
import {
  clearKeys,
  open,
  type Opened,
  peekHandle,
  type PreparedKeys,
  prepareKeys,
  seal,
} from "../../src/ip/seal.ts";
import { type ProbeLink, probeLink, type ProbeTiming } from "../../src/probe/link.ts";

/** What is wrong with it; `polls` is not wrong: it polls by itself when asked to. */
export type RctFault =
  | "answers-replays"
  | "polls"
  | "polls-the-stranger"
  | "works-before-key"
  | "accepts-clear"
  | "moves-on-replay"
  | "dies-on-truncation"
  | "skips-sequence"
  | "accepts-jumps"
  | "ignores-hash"
  | "ignores-device-id"
  | "ignores-handle"
  | "master-opens-session"
  | "works-on-master-handle"
  | "chooses-none"
  | "answers-responses"
  | "drops-repeats"
  | "works-twice"
  | "setup-ends-session"
  | "drops-unknown-messages"
  | "refuses-unknown-fields"
  | "acknowledges-all-events"
  | "new-key-too-soon"
  | "wrong-tx"
  | "keeps-old-port"
  | "dies-at-wrap"
  | "nak-on-bad-hash";

const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
const next = (n: number) => (n + 1) & 0xffff;

/** The path of the fakes. */
export function fakeLink(timing?: ProbeTiming): ProbeLink {
  return probeLink({
    profile,
    sptDeviceId: new Uint8Array(16).fill(0x11),
    rctDeviceId: new Uint8Array(16).fill(0x22),
    masterHandle: 0x73603722,
    master: { encryption: "aes-256", key: new Uint8Array(32).fill(0xc5), hash: "sha-256" },
    ...(timing === undefined ? {} : { timing }),
  });
}

interface Session {
  handle: number;
  keys: PreparedKeys;
  next: PreparedKeys | undefined;
  expected: number;
  tx: number;
  last: { tx: number; id: number; bytes: Uint8Array } | undefined;
  address: Deno.NetAddr | undefined;
}

/** The RCT. */
export class FakeRct implements AsyncDisposable {
  readonly link = fakeLink();
  readonly port: number;
  readonly #faults: ReadonlySet<RctFault>;
  readonly #socket: Deno.DatagramConn;
  readonly #loop: Promise<void>;
  readonly #sessions = new Map<number, Session>();
  #dead = false;
  #closed = false;
  #polling: { timer: ReturnType<typeof setInterval>; session: Session } | undefined;
  #encryption: "aes-256" | "aes-128" = "aes-256";

  constructor(...faults: RctFault[]) {
    this.#faults = new Set(faults);
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    this.port = (this.#socket.addr as Deno.NetAddr).port;
    this.#loop = this.#run();
  }

  get address(): Deno.NetAddr {
    return { transport: "udp", hostname: "127.0.0.1", port: this.port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#polling?.timer);
    this.#socket.close();
    await this.#loop;
  }

  #has(fault: RctFault): boolean {
    return this.#faults.has(fault);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      let got: [Uint8Array, Deno.Addr];
      try {
        got = await this.#socket.receive(new Uint8Array(2048));
      } catch {
        if (this.#closed) return;
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      this.#receive(got[0], got[1] as Deno.NetAddr);
    }
  }

  #send(bytes: Uint8Array, to: Deno.NetAddr): void {
    this.#socket.send(bytes, to).catch(() => {});
  }

  #receive(bytes: Uint8Array, from: Deno.NetAddr): void {
    if (this.#dead) return;
    let handle = peekHandle(profile, bytes);
    if (handle === undefined) {
      this.#dead = this.#has("dies-on-truncation");
      return;
    }
    if (this.#has("ignores-handle") && handle !== this.link.masterHandle && !this.#sessions.has(handle)) {
      handle = [...this.#sessions.keys()].at(-1) ?? handle;
    }
    if (handle === this.link.masterHandle) return this.#onMaster(bytes, from);
    const session = this.#sessions.get(handle);
    if (session !== undefined) this.#onSession(session, bytes, from);
  }

  #onMaster(bytes: Uint8Array, from: Deno.NetAddr): void {
    const opened = open(profile, this.link.master, bytes);
    if (!opened.ok) return;
    const { header } = opened;
    if (header.messageId !== messageId(profile, "CONN_HANDLE_REQ")) {
      if (!this.#has("works-on-master-handle")) return;
      const answer: Message = { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" };
      this.#send(this.#seal(this.link.master, this.link.masterHandle, 5, next(header.tx), answer), from);
      return;
    }
    if (this.#has("setup-ends-session")) this.#sessions.clear();
    const handle = new DataView(random(4).buffer).getUint32(0) | 1;
    const tx = new DataView(random(2).buffer).getUint16(0);
    const expected = next(header.tx);
    const session: Session = {
      handle: handle >>> 0,
      keys: this.link.master,
      next: undefined,
      expected,
      tx: next(tx),
      last: undefined,
      address: from,
    };
    if (this.#sessions.size > 200) this.#sessions.delete([...this.#sessions.keys()][1]!);
    this.#sessions.set(session.handle, session);
    const answer: Message = { name: "CONN_HANDLE_RESP", result: "RESP_ACKNOWLEDGE", handle: session.handle };
    this.#send(this.#seal(this.link.master, this.link.masterHandle, tx, expected, answer), from);
  }

  #open(session: Session, bytes: Uint8Array): Opened & { keys?: PreparedKeys } {
    const tries = [session.next, session.keys];
    if (this.#has("accepts-clear")) tries.push(clearKeys);
    if (this.#has("master-opens-session")) tries.push(this.link.master);
    for (const keys of tries) {
      if (keys === undefined) continue;
      const opened = open(profile, keys, bytes);
      if (opened.ok) return { ...opened, keys };
      if (this.#has("ignores-hash") && opened.rule === "unauthentic") {
        const octets = new Uint8Array(bytes.length + 4).subarray(4 - planOf(profile).clear % 4);
        const copy = octets.subarray(0, bytes.length);
        copy.set(bytes);
        const { clear, iv, headerOctets } = planOf(profile);
        const words = new Uint32Array(copy.slice(clear).buffer);
        keys.decryptWords(iv, words);
        copy.set(new Uint8Array(words.buffer), clear);
        const header = readHeader(profile, copy);
        if (header.version === 1 && header.length < 40) {
          return { ok: true, header, data: copy.slice(headerOctets, headerOctets + header.length), keys };
        }
      }
    }
    return { ok: false, rule: "unauthentic" };
  }

  #onSession(session: Session, bytes: Uint8Array, from: Deno.NetAddr): void {
    const opened = this.#open(session, bytes);
    if (!opened.ok) {
      if (!this.#has("nak-on-bad-hash")) return;
      const id = messageId(profile, "POLL_RESP");
      const data = refusal(profile, "RESP_NEGATIVE_ACKNOWLEDGE");
      return this.#send(
        this.#raw(session.keys, session.handle, session.tx, session.expected, id, data),
        from,
      );
    }
    const { header, data, keys } = opened;
    if (!this.#has("ignores-device-id") && header.deviceId.toHex() !== this.link.sptDeviceId.toHex()) return;
    const request = (header.messageId & profile.values.responseBit) === 0;
    if ((this.#has("moves-on-replay") || this.#has("polls-the-stranger")) && request) {
      // Its answers go to the address of before, and a replay sets that.
      const before = session.address;
      session.address = from;
      if (this.#has("moves-on-replay") && before !== undefined) from = before;
    }
    if (header.tx !== session.expected) {
      const ahead = (header.tx - session.expected) & 0xffff;
      const { last } = session;
      const repeat = last !== undefined && last.tx === header.tx && last.id === header.messageId;
      if (repeat && !this.#has("works-twice") && !this.#has("skips-sequence")) {
        if (!this.#has("drops-repeats")) this.#send(last.bytes, from);
        return;
      }
      const replayed = this.#has("answers-replays") && ahead > 0x8000;
      const jumped = this.#has("accepts-jumps") && ahead < 0x8000;
      const twice = this.#has("works-twice") && repeat;
      if (!replayed && !jumped && !twice && !this.#has("skips-sequence")) return;
    }
    if (!this.#has("answers-replays") && !this.#has("works-twice") || header.tx === session.expected) {
      if (this.#has("dies-at-wrap") && header.tx === 0xffff) {
        return void this.#sessions.delete(session.handle);
      }
      session.expected = next(header.tx);
    }
    if (
      !this.#has("moves-on-replay") && !this.#has("polls-the-stranger") &&
      !(this.#has("keeps-old-port") && session.address !== undefined)
    ) {
      session.address = from;
    }
    if (session.next !== undefined && keys === session.next) {
      session.keys = session.next;
      session.next = undefined;
    }
    if (header.messageId === messageId(profile, "POLL_RESP") && this.#polling?.session === session) return;
    if (!request && !this.#has("answers-responses")) return;
    const parsed = parseMessage(profile, header.messageId, data);
    const answer = parsed.ok ? this.#answer(session, parsed.value) : this.#unread(parsed.rule);
    if (answer === undefined) return;
    const id = typeof answer === "string"
      ? header.messageId | profile.values.responseBit
      : messageId(profile, answer.name);
    const octets = typeof answer === "string" ? refusal(profile, answer) : writeMessage(profile, answer);
    if (this.#has("wrong-tx")) session.tx = next(session.tx);
    const under = this.#has("new-key-too-soon") && session.next !== undefined ? session.next : session.keys;
    const reply = this.#raw(under, session.handle, session.tx, next(header.tx), id, octets);
    session.tx = next(session.tx);
    session.last = { tx: header.tx, id: header.messageId, bytes: reply };
    this.#send(reply, this.#has("keeps-old-port") ? session.address ?? from : from);
  }

  #unread(rule: string): Result | undefined {
    if (rule !== "unknown-message") return "RESP_NEGATIVE_ACKNOWLEDGE";
    return this.#has("drops-unknown-messages") ? undefined : "RESP_CMD_NOT_SUPPORTED";
  }

  /** Polls the SPT where it thinks that it is. */
  #poll(session: Session): void {
    const bytes = this.#seal(session.keys, session.handle, session.tx, session.expected, {
      name: "POLL_MSG",
    });
    session.tx = next(session.tx);
    if (session.address !== undefined) this.#send(bytes, session.address);
  }

  #answer(session: Session, message: Message): Message | Result {
    const result = "RESP_ACKNOWLEDGE";
    const setup = message.name === "ENCRYPT_SELECT_REQ" || message.name === "ENCRYPT_KEY_REQ";
    if (session.keys === this.link.master && !setup && !this.#has("works-before-key")) {
      return "RESP_REESTABLISH_CONNECTION";
    }
    switch (message.name) {
      case "POLL_MSG":
        return { name: "POLL_RESP", result };
      case "ENCRYPT_SELECT_REQ": {
        const chosen = message.offers.find((offer) => offer === "aes-256" || offer === "aes-128");
        if (chosen !== undefined) this.#encryption = chosen as "aes-256";
        else if (!this.#has("chooses-none")) return "RESP_ENCRYPTION_NOT_SUPPORTED";
        return { name: "ENCRYPT_SELECT_RESP", result, master: false, encryption: chosen ?? "none" };
      }
      case "ENCRYPT_KEY_REQ": {
        const key = random(32);
        session.next = prepareKeys({ encryption: this.#encryption, key, hash: "sha-256" });
        return { name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: false, key };
      }
      case "HASH_SELECT_REQ":
        return message.offers.includes("sha-256")
          ? { name: "HASH_SELECT_RESP", result, hash: "sha-256" }
          : "RESP_HASH_NOT_SUPPORTED";
      case "PATH_SUPERVISION_REQ": {
        const pull = message.mode === "pull" && (this.#has("polls") || this.#has("polls-the-stranger"));
        clearInterval(this.#polling?.timer);
        this.#polling = pull ? { timer: setInterval(() => this.#poll(session), 100), session } : undefined;
        const mode = pull ? "pull" : "push";
        return { name: "PATH_SUPERVISION_RESP", result, intervalS: message.intervalS, mode };
      }
      case "VERSION_REQ":
        return { name: "VERSION_RESP", result, version: 1 };
      case "EVENT_MSG": {
        if (this.#has("acknowledges-all-events")) return { name: "EVENT_RESP", result };
        const raw = message.fields.some(({ field }) => field === "raw");
        const refused = this.#has("refuses-unknown-fields") && raw;
        return {
          name: "EVENT_RESP",
          result: refused ? "RESP_NEGATIVE_ACKNOWLEDGE" : "RESP_PROTOCOL_ID_NOT_SUPPORTED",
        };
      }
      case "DEVICE_ID_REQ": {
        const known = message.deviceId.toHex() === this.link.sptDeviceId.toHex();
        const deviceId = this.link.rctDeviceId;
        return { name: "DEVICE_ID_RESP", result: known ? result : "RESP_DEVICE_NOT_ALLOWED", deviceId };
      }
      default:
        return "RESP_CMD_NOT_SUPPORTED";
    }
  }

  #seal(keys: PreparedKeys, handle: number, tx: number, rx: number, message: Message): Uint8Array {
    return this.#raw(keys, handle, tx, rx, messageId(profile, message.name), writeMessage(profile, message));
  }

  #raw(keys: PreparedKeys, handle: number, tx: number, rx: number, id: number, data: Uint8Array): Uint8Array {
    const header = { handle, deviceId: this.link.rctDeviceId, tx, rx, flags: 0, version: 1, messageId: id };
    return seal(profile, keys, header, data, random);
  }
}
