/**
 * The places for commissionings at the RCT: who has one, and who has to give way.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import type { PathAddress } from "./path_identity.ts";
import type { RctCommissioning } from "./rct_commissioning.ts";

/** Conversations with one device: a lost response makes an SPT start again. */
const MAX_PER_DEVICE = 4;
/** Conversations in all. */
const MAX_IN_ALL = 64;

/** The DTLS connection that a message came out of. */
export interface DtlsPeer {
  /** The 256-bit key of its handshake: also tells one connection from another. */
  masterKey: Uint8Array;
  /** Common name of the SPT's certificate, for the gateway that decides about the window. */
  commonName?: string;
}

/** A conversation and what it depends on. */
export interface Conversation {
  /** Its connection handle. */
  handle: number;
  /** What is said in it. */
  commissioning: RctCommissioning;
  /** Device ID of the SPT, 16 octets. */
  deviceId: Uint8Array;
  /** The window it was begun under. */
  openedAt: number | undefined;
  /** The DTLS connection it runs in; undefined over plain UDP. */
  dtls: DtlsPeer | undefined;
  /** TX of the CONN_HANDLE_REQ that made it. */
  requestTx: number;
  /** The CONN_HANDLE_RESP, to be repeated. */
  response: Uint8Array;
  /** When it last came a step further, or was settled, ms. */
  movedAt: number;
  /** True when something came that does not open with the secret. */
  unread: boolean;
  /** Whom its last request came from. */
  to: PathAddress;
  /** Number of the effect that waits for its answer. */
  ref: number | undefined;
}

/**
 * Says whether a conversation is neither stored nor about to be.
 *
 * @param conversation The conversation.
 * @returns True when it may be ended at any time.
 */
export function unfinished({ commissioning: { state } }: Conversation): boolean {
  return state === "open" || state === "refused";
}

/**
 * Conversations by handle, in the order of their beginning; never more than 64, of one device never more than 4 that are
 * unfinished.
 *
 * Anybody can begin one in the name of a device whose window is open. So the oldest that has proved nothing gives way, of
 * the same device before all others: a forger in the name of one device cannot push aside those of another.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RctConversations } from "./rct_conversations.ts";
 *
 * const conversations = new RctConversations(() => {});
 * assertEquals([conversations.makeRoom(new Uint8Array(16)), conversations.size], ["free", 0]);
 * ```
 */
export class RctConversations {
  readonly #byHandle = new Map<number, Conversation>();
  readonly #dropHandle: (handle: number) => void;

  /**
   * There are none.
   *
   * @param dropHandle Gives a handle back.
   */
  constructor(dropHandle: (handle: number) => void) {
    this.#dropHandle = dropHandle;
  }

  /** How many there are, those included whose last response may have to be repeated. */
  get size(): number {
    return this.#byHandle.size;
  }

  /** The conversation with this handle. */
  get(handle: number): Conversation | undefined {
    return this.#byHandle.get(handle);
  }

  /** Takes one in; first {@link makeRoom}. */
  add(conversation: Conversation): void {
    this.#byHandle.set(conversation.handle, conversation);
  }

  /** Lets go of one. Its handle is given back unless it belongs to a stored master set. */
  forget({ handle, commissioning }: Conversation): void {
    if (this.#byHandle.delete(handle) && commissioning.state !== "stored") this.#dropHandle(handle);
  }

  /** All of them, the oldest first. Those that are forgotten meanwhile are left out. */
  all(): MapIterator<Conversation> {
    return this.#byHandle.values();
  }

  /** Those of a device, the oldest first. */
  of(deviceId: Uint8Array): Conversation[] {
    return [...this.#byHandle.values()].filter((one) => equal(one.deviceId, deviceId));
  }

  /**
   * Frees a place for a conversation with this device.
   *
   * @param deviceId The device.
   * @returns Whether one was free, or somebody gave way; `none` when 64 others have proved themselves.
   */
  makeRoom(deviceId: Uint8Array): "free" | "gave-way" | "none" {
    const own = this.of(deviceId).filter(unfinished);
    // Only the holder of the secret gets any further, and of his conversations only the newest is alive.
    if (own.length >= MAX_PER_DEVICE) return this.#giveWay(own.find(unproved) ?? own[0]);
    if (this.size < MAX_IN_ALL) return "free";
    const all = [...this.#byHandle.values()];
    return this.#giveWay(
      all.find((one) => unfinished(one) && unproved(one)) ??
        all.find(({ commissioning }) => commissioning.state === "stored"),
    );
  }

  #giveWay(conversation: Conversation | undefined): "gave-way" | "none" {
    if (conversation === undefined) return "none";
    this.forget(conversation);
    return "gave-way";
  }
}

function unproved({ commissioning }: Conversation): boolean {
  return !commissioning.progressed;
}
