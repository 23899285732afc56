/** Ends of a path that a test moves by hand, one message at a time. */
import { assert } from "@std/assert";
import {
  type Message,
  messageId,
  messageName,
  parseMessage,
  writeMessage,
} from "../../src/ip/messages/mod.ts";
import type { Header } from "../../src/ip/header.ts";
import { planOf } from "../../src/ip/plan.ts";
import { reconstructed2020, type Ts50136Profile } from "../../src/ip/profile.ts";
import { open, type PreparedKeys, prepareKeys, seal } from "../../src/ip/seal.ts";
import type { PathAddress, PathIdentity } from "../../src/session/path_identity.ts";
import type { RctSessions, SiteEffects } from "../../src/session/rct_sessions.ts";
import type { SptEffect } from "../../src/session/spt_session.ts";

/** Where the SPT of a test sits. */
export const NEAR: PathAddress = { hostname: "192.168.1.7", port: 40000 };
/** Somewhere else. */
export const FAR: PathAddress = { hostname: "203.0.113.66", port: 6666 };

/** A made-up master set that fits the header layout of a profile. */
export function identityFor(profile: Ts50136Profile = reconstructed2020, fill = 1): PathIdentity {
  const size = planOf(profile).deviceIdSize;
  return {
    sptDeviceId: new Uint8Array(size).fill(fill),
    rctDeviceId: new Uint8Array(size).fill(0x77),
    masterHandle: 0x1000 + fill,
    master: { encryption: "aes-256", key: new Uint8Array(32).fill(0x40 + fill), hash: "sha-256" },
  };
}

/** A message by its members, or by number and octets. */
export type Spoken = Message | { id: number; data: Uint8Array };

const ZEROS = (n: number) => new Uint8Array(n);

function octetsOf(profile: Ts50136Profile, spoken: Spoken): { id: number; data: Uint8Array } {
  if ("id" in spoken) return spoken;
  return { id: messageId(profile, spoken.name), data: writeMessage(profile, spoken) };
}

/** The datagrams among some effects. */
export function sent(effects: readonly { kind: string; bytes?: Uint8Array }[]): Uint8Array[] {
  return effects.flatMap((effect) => effect.kind === "send" ? [effect.bytes!] : []);
}

/** The one datagram among the effects of an SPT. */
export function onlySent(effects: SptEffect[]): Uint8Array {
  const all = sent(effects);
  assert(all.length === 1, `${all.length} datagrams instead of one`);
  return all[0]!;
}

/** An RCT that answers what the test wants. */
export class ScriptedRct {
  readonly identity: PathIdentity;
  readonly profile: Ts50136Profile;
  sessionHandle = 0x7360;
  handle: number;
  tx = 24;
  keys: PreparedKeys;
  interval = 30;
  readonly #master: PreparedKeys;
  #next: PreparedKeys | undefined;
  #keys = 0;

  constructor(identity: PathIdentity = identityFor(), profile: Ts50136Profile = reconstructed2020) {
    this.identity = identity;
    this.profile = profile;
    this.#master = prepareKeys(identity.master);
    this.keys = this.#master;
    this.handle = identity.masterHandle;
  }

  /** Opens a request of the SPT. */
  read(datagram: Uint8Array): { header: Header; message: Message } {
    let opened = open(this.profile, this.#master, datagram);
    if (opened.ok && opened.header.handle === this.identity.masterHandle) {
      this.keys = this.#master;
      this.handle = this.identity.masterHandle;
      this.#next = undefined;
    } else {
      if (this.#next !== undefined) {
        opened = open(this.profile, this.#next, datagram);
        if (opened.ok) this.keys = this.#next;
      }
      opened = open(this.profile, this.keys, datagram);
    }
    assert(opened.ok, "the request does not open");
    const parsed = parseMessage(this.profile, opened.header.messageId, opened.data);
    assert(parsed.ok, "the request cannot be read");
    return { header: opened.header, message: parsed.value };
  }

  /** Writes a response to `request`: the ordinary one, or another. */
  answer(datagram: Uint8Array, spoken?: Spoken, edit: Partial<Header> = {}): Uint8Array {
    const { header, message } = this.read(datagram);
    const answer = spoken ?? this.#ordinary(message);
    const { id, data } = octetsOf(this.profile, answer);
    const bytes = seal(
      this.profile,
      this.keys,
      {
        handle: this.handle,
        deviceId: this.identity.rctDeviceId,
        tx: this.tx,
        rx: (header.tx + 1) & 0xffff,
        flags: 0,
        version: 1,
        messageId: id,
        ...edit,
      },
      data,
      ZEROS,
    );
    this.tx = (this.tx + 1) & 0xffff;
    if ("name" in answer && answer.name === "CONN_HANDLE_RESP") this.handle = answer.handle;
    if ("name" in answer && answer.name === "ENCRYPT_KEY_RESP") {
      this.#next = prepareKeys({ encryption: "aes-256", key: answer.key, hash: "sha-256" });
    }
    return bytes;
  }

  /** Writes a request of the RCT's own. */
  ask(spoken: Spoken, edit: Partial<Header> = {}): Uint8Array {
    const { id, data } = octetsOf(this.profile, spoken);
    const { handle, tx, identity: { rctDeviceId: deviceId } } = this;
    const header = { handle, deviceId, tx, rx: 0, flags: 1, version: 1, messageId: id, ...edit };
    this.tx = (tx + 1) & 0xffff;
    return seal(this.profile, this.keys, header, data, ZEROS);
  }

  #ordinary(message: Message): Message {
    const result = "RESP_ACKNOWLEDGE" as const;
    switch (message.name) {
      case "CONN_HANDLE_REQ":
        return { name: "CONN_HANDLE_RESP", result, handle: this.sessionHandle };
      case "ENCRYPT_SELECT_REQ":
        return { name: "ENCRYPT_SELECT_RESP", result, master: false, encryption: "aes-256" };
      case "ENCRYPT_KEY_REQ": {
        const key = new Uint8Array(this.profile.values.keyOctets).fill(0x33 + this.#keys++);
        return { name: "ENCRYPT_KEY_RESP", result, master: false, fromRct: false, key };
      }
      case "HASH_SELECT_REQ":
        return { name: "HASH_SELECT_RESP", result, hash: "sha-256" };
      case "PATH_SUPERVISION_REQ":
        return { name: "PATH_SUPERVISION_RESP", result, intervalS: this.interval, mode: "push" };
      case "POLL_MSG":
        return { name: "POLL_RESP", result };
      case "VERSION_REQ":
        return { name: "VERSION_RESP", result, version: 1 };
      case "DEVICE_ID_REQ":
        return { name: "DEVICE_ID_RESP", result, deviceId: this.identity.rctDeviceId };
      case "RCT_IP_PARAM_REQ":
        return { name: "RCT_IP_PARAM_RESP", result, addresses: [] };
      case "EVENT_MSG":
        return { name: "EVENT_RESP", result };
      case "TRANSPARENT_MSG":
        return { name: "TRANSPARENT_RESP", result, data: new Uint8Array() };
      default:
        throw new Error(`no ordinary answer to ${message.name}`);
    }
  }
}

/** An SPT that says what the test wants. */
export class ScriptedSpt {
  readonly identity: PathIdentity;
  readonly profile: Ts50136Profile;
  tx: number;
  rx = 0;
  handle: number;
  keys: PreparedKeys;
  #encryption: "aes-128" | "aes-256" = "aes-256";

  constructor(
    tx = 49,
    identity: PathIdentity = identityFor(),
    profile: Ts50136Profile = reconstructed2020,
  ) {
    this.identity = identity;
    this.profile = profile;
    this.tx = tx;
    this.handle = identity.masterHandle;
    this.keys = prepareKeys(identity.master);
  }

  /** Writes a request with the next TX number. */
  request(spoken: Spoken, edit: Partial<Header> = {}): Uint8Array {
    const { id, data } = octetsOf(this.profile, spoken);
    const tx = this.tx;
    this.tx = (tx + 1) & 0xffff;
    return this.sealed(id, data, { tx, ...edit });
  }

  /** Writes a datagram, its counters as they stand. */
  sealed(id: number, data: Uint8Array, edit: Partial<Header> = {}): Uint8Array {
    const header = {
      handle: this.handle,
      deviceId: this.identity.sptDeviceId,
      tx: this.tx,
      rx: this.rx,
      flags: 0,
      version: 1,
      messageId: id,
      ...edit,
    };
    return seal(this.profile, this.keys, header, data, ZEROS);
  }

  /** Opens a response and takes over what it decides. */
  read(datagram: Uint8Array): Message & { result?: string } {
    const opened = open(this.profile, this.keys, datagram);
    assert(opened.ok, `the response does not open`);
    this.rx = (opened.header.tx + 1) & 0xffff;
    const parsed = parseMessage(this.profile, opened.header.messageId, opened.data);
    assert(parsed.ok, `${messageName(this.profile, opened.header.messageId)} cannot be read`);
    const message = parsed.value;
    if (message.name === "CONN_HANDLE_RESP" && message.bare !== true) this.handle = message.handle;
    if (message.name === "ENCRYPT_SELECT_RESP" && message.bare !== true) {
      this.#encryption = message.encryption as "aes-128" | "aes-256";
    }
    if (message.name === "ENCRYPT_KEY_RESP" && message.bare !== true) {
      this.keys = prepareKeys({ encryption: this.#encryption, key: message.key, hash: "sha-256" });
    }
    return message;
  }

  /** One exchange with an RCT that answers at once. */
  ask(
    rct: RctSessions,
    spoken: Spoken,
    now: number,
    from: PathAddress = NEAR,
  ): Message & { result?: string } {
    const found = rct.feed(this.request(spoken), from, now);
    const answers = sent(found?.effects ?? []);
    assert(
      answers.length === 1,
      `${answers.length} answers; ${JSON.stringify(found?.effects.map((e) => e.kind))}`,
    );
    return this.read(answers[0]!);
  }

  /** An exchange of which only what the RCT wants done matters. */
  say(rct: RctSessions, spoken: Spoken, now: number, from: PathAddress = NEAR): SiteEffects {
    const found = rct.feed(this.request(spoken), from, now);
    assert(found !== undefined, "reached no site");
    return found;
  }

  /** The setup from the start to the first poll. */
  setUp(rct: RctSessions, now: number, options: { from?: PathAddress; intervalS?: number } = {}): void {
    const { from = NEAR, intervalS = 30 } = options;
    this.begin(rct, now, from);
    this.ask(rct, { name: "HASH_SELECT_REQ", offers: ["sha-256"] }, now, from);
    this.ask(rct, { name: "PATH_SUPERVISION_REQ", intervalS, mode: "push" }, now, from);
    this.ask(rct, { name: "POLL_MSG" }, now, from);
  }

  /** The setup up to the session key, which is not used yet. */
  begin(rct: RctSessions, now: number, from: PathAddress = NEAR): void {
    this.handle = this.identity.masterHandle;
    this.keys = prepareKeys(this.identity.master);
    this.rx = 0;
    this.ask(rct, { name: "CONN_HANDLE_REQ" }, now, from);
    this.ask(rct, { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256", "aes-128"] }, now, from);
    this.ask(rct, this.keyRequest(), now, from);
  }

  /** An ENCRYPT_KEY_REQ as an SPT sends it. */
  keyRequest(): Message {
    const key = new Uint8Array(this.profile.values.keyOctets);
    return { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key };
  }
}

/** An alarm as an EVENT_MSG. */
export function alarm(text = "#1234|NBA01", time = 1n): Message {
  return {
    name: "EVENT_MSG",
    fields: [
      { field: "event", protocol: "sia", data: new TextEncoder().encode(text) },
      { field: "time-event", time },
    ],
  };
}
