/**
 * The conversation of a publisher with an MQTT 5 broker.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession, Written } from "../contract.ts";
import { type BrokerLimits, type BrokerPacket, BrokerReader } from "./packet_reader.ts";
import { type MqttMessage, PINGREQ, writeConnect, writePublish } from "./packet_writer.ts";
import { mqttPayload } from "./payload.ts";
import { reasonText } from "./reason.ts";
import type { MqttSessionOptions } from "./session_options.ts";
import { topicFault, topicOf } from "./topic.ts";

export type { MqttSessionOptions } from "./session_options.ts";

const ONLINE = new TextEncoder().encode("online");
const OFFLINE = new TextEncoder().encode("offline");
const NO_SUBSCRIBER = 0x10;
const LOST =
  "The connection to the broker ended. Check the broker and the network between; another client with the same " +
  "client_id ends it too. Alarms wait in the journal.";
/** Packet ids of MQTT: 1 to 65535. */
const LAST_ID = 0xffff;

/** What an answer is awaited to. */
type Awaited =
  | { kind: "connack" }
  | { kind: "online"; packetId: number }
  | { kind: "alarm"; packetId: number; id: string }
  | { kind: "pingresp" };

/**
 * Publishes one alarm at a time with QoS 1, and calls it delivered only on PUBACK.
 *
 * - **Start**: CONNECT with the last will, then `online`; ready when the broker has acknowledged both.
 * - **Clean start**: what is not acknowledged is in the journal, and is published anew, with a new packet id; so the broker
 *   need not keep a session. A subscriber tells repeats by the alarm's id in the JSON.
 * - **Silence**: MQTT 5 forbids to send again on the same connection (4.4). After `waitMs` the connection is closed: `absent`,
 *   with the alarm's id, and the broker publishes `offline`.
 * - **Refusal** of an alarm (PUBACK with a reason from 0x80, a packet that is too large for the broker, nobody subscribed):
 *   `refused`; the ones behind it go on.
 *
 * Times are ms since the epoch, and come in. A clock that jumps back does not lengthen waits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MqttSession } from "./session.ts";
 *
 * const session = new MqttSession({ clientId: "rct", availability: "" });
 * assertEquals(session.connected(0).map((effect) => effect.kind), ["send"]);
 * assertEquals(session.feed(Uint8Array.of(0x20, 3, 0, 0, 0), 5), [{ kind: "present" }]);
 * const item = {
 *   id: "a", account: "1234", protocol: "sia" as const, data: new Uint8Array(), events: [], repeated: false,
 * };
 * assertEquals(session.offer(item, 10).map((effect) => effect.kind), ["sent", "send"]);
 * assertEquals(session.feed(Uint8Array.of(0x40, 2, 0, 1), 15), [{ kind: "delivered", id: "a" }]);
 * ```
 */
export class MqttSession implements OutputSession {
  readonly #options: MqttSessionOptions;
  readonly #topic: string;
  readonly #availability: string;
  readonly #waitMs: number;
  #reader = new BrokerReader();
  #up = false;
  #accepted = false;
  #awaited: Awaited | undefined;
  #limits: BrokerLimits | undefined;
  #keepAliveMs: number;
  #nextId = 1;
  #deadline: number | undefined;
  #now = Number.NEGATIVE_INFINITY;

  /**
   * Starts without a connection.
   *
   * @param options Who we are and where alarms go.
   * @throws {RangeError} When a topic or the client id is none, or a figure is negative.
   */
  constructor(options: MqttSessionOptions) {
    const { clientId, topic = "tocsin/alarm/{account}", waitMs = 10_000, keepAliveMs = 30_000 } = options;
    if (!/^[!-~]{1,64}$/.test(clientId)) {
      throw new RangeError(`client id ${JSON.stringify(clientId)} is not 1 to 64 characters without blanks`);
    }
    const availability = options.availability ?? `tocsin/available/${topicOf("{id}", idOnly(clientId))}`;
    const fault = topicFault(topic) ?? (availability === "" ? undefined : topicFault(availability));
    if (fault !== undefined) throw new RangeError(fault);
    for (const [name, value] of Object.entries({ waitMs, keepAliveMs })) {
      if (!(value >= 0)) throw new RangeError(`${name} is ${value}; expected 0 or more`);
    }
    this.#options = options;
    this.#topic = topic;
    this.#availability = availability;
    this.#waitMs = waitMs;
    this.#keepAliveMs = keepAliveMs;
  }

  /** True when an alarm can be offered. */
  get ready(): boolean {
    return this.#accepted && this.#awaited === undefined;
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get nextTick(): number | undefined {
    return this.#deadline;
  }

  /** A connection came up: CONNECT. */
  connected(now: number): OutputEffect[] {
    const effects = this.disconnected(now);
    const { clientId, username, password, keepAliveMs = 30_000 } = this.#options;
    this.#up = true;
    this.#reader = new BrokerReader();
    this.#limits = undefined;
    this.#keepAliveMs = keepAliveMs;
    const will = this.#available(OFFLINE);
    const connect = writeConnect({
      clientId,
      // The broker waits half as long again.
      keepAlive: Math.min(0xffff, Math.ceil(keepAliveMs / 1000)),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: password.octets() }),
      ...(will === undefined ? {} : { will }),
    });
    return [...effects, ...this.#send(connect, { kind: "connack" }, now)];
  }

  /** It went down: an alarm in flight comes back. */
  disconnected(now: number): OutputEffect[] {
    this.#clock(now);
    if (!this.#up) return [];
    const told = this.#accepted || this.#awaited !== undefined;
    const effects = told ? [this.#absent("disconnected", LOST)] : [];
    this.#down();
    return effects;
  }

  /** Takes bytes from the broker. */
  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    this.#clock(now);
    const effects: OutputEffect[] = [];
    for (const packet of this.#reader.feed(bytes)) {
      if (!this.#up) break;
      effects.push(...this.#packet(packet, now));
    }
    return effects;
  }

  /** Lets time pass: answers that do not come, keep alive. */
  tick(now: number): OutputEffect[] {
    this.#clock(now);
    if (!this.#up || this.#deadline === undefined || now < this.#deadline) return [];
    if (this.#awaited === undefined) return this.#send(PINGREQ, { kind: "pingresp" }, now);
    return this.#broken(
      "no-answer",
      `The broker did not answer within ${this.#waitMs} ms. Check that it runs.`,
    );
  }

  /** Publishes one alarm; only while {@link ready}: else it is refused as `not-ready`. */
  offer(item: OutputItem, now: number): OutputEffect[] {
    this.#clock(now);
    const { id } = item;
    if (!this.ready) {
      const message = "The alarm was offered while another was under way. It is kept and offered again.";
      return [{ kind: "refused", id, rule: "not-ready", message }];
    }
    const packetId = this.#packetId();
    const made = this.#publish(item, packetId, now);
    if (!made.ok) return [{ kind: "refused", id, rule: made.rule, message: made.message }];
    const { topic, packet } = made;
    const line = `PUBLISH ${topic}, ${packet.length} octets`;
    return [
      { kind: "sent", id, line, attempt: 1 },
      ...this.#send(packet, { kind: "alarm", packetId, id }, now),
    ];
  }

  /**
   * Says what {@link offer} would send: the PUBLISH packet with the packet id that it would have now; `line` is the topic and the
   * JSON. Takes no packet id. Never throws.
   */
  preview(item: OutputItem, now: number): Written {
    const made = this.#publish(item, this.#nextId, now);
    if (!made.ok) return made;
    const { topic, packet, payload } = made;
    return {
      ok: true,
      lines: [{ bytes: packet, line: `${topic} ${new TextDecoder().decode(payload)}` }],
      notes: [],
    };
  }

  #publish(item: OutputItem, packetId: number, now: number) {
    const topic = topicOf(this.#topic, item);
    const payload = mqttPayload(item, now);
    const packet = writePublish({ topic, payload, retain: false }, packetId);
    const most = this.#limits?.maximumPacketSize ?? Infinity;
    if (packet.length <= most) return { ok: true, topic, payload, packet } as const;
    const message = `The packet has ${packet.length} octets, the broker takes ${most}. Raise its limit.`;
    return { ok: false, rule: "too-large", message } as const;
  }

  #packet(packet: BrokerPacket, now: number): OutputEffect[] {
    const awaited = this.#awaited;
    switch (packet.kind) {
      case "connack":
        if (awaited?.kind !== "connack") {
          return this.#broken("protocol-error", "The broker sent a second CONNACK.");
        }
        return this.#connack(packet, now);
      case "puback":
        if (awaited === undefined || !("packetId" in awaited) || awaited.packetId !== packet.packetId) {
          const message = `The broker acknowledged packet ${packet.packetId}, which is not under way.`;
          return [{ kind: "stray", rule: "unexpected-answer", message, raw: new Uint8Array() }];
        }
        return this.#puback(packet, awaited, now);
      case "pingresp":
        if (awaited?.kind === "pingresp") this.#idle(now);
        return [];
      case "disconnect":
        return this.#broken(
          "broker-left",
          `The broker ended the connection: ${reasonText(packet.reason, packet.text)}`,
        );
      case "malformed":
        return this.#broken("malformed", packet.message);
    }
  }

  #connack({ reason, text, limits }: BrokerPacket & { kind: "connack" }, now: number): OutputEffect[] {
    if (reason !== 0) {
      return this.#broken(
        "connect-refused",
        `The broker refused the connection: ${reasonText(reason, text)}`,
      );
    }
    if (limits.maximumQos < 1) {
      return this.#broken("no-qos1", "The broker takes QoS 0 only: then nothing says that an alarm arrived.");
    }
    this.#limits = limits;
    if (limits.keepAlive !== undefined) this.#keepAliveMs = limits.keepAlive * 1000;
    this.#accepted = true;
    const online = this.#available(ONLINE);
    if (online === undefined) {
      this.#idle(now);
      return [{ kind: "present" }];
    }
    const packetId = this.#packetId();
    const retain = limits.retainAvailable;
    return this.#send(writePublish({ ...online, retain }, packetId), { kind: "online", packetId }, now);
  }

  #puback(
    { reason, text }: BrokerPacket & { kind: "puback" },
    awaited: Awaited & { packetId: number },
    now: number,
  ): OutputEffect[] {
    this.#idle(now);
    if (awaited.kind === "online") {
      if (reason < 0x80) return [{ kind: "present" }];
      const message = `The broker refused ${this.#availability}: ${reasonText(reason, text)}`;
      return [{ kind: "present" }, {
        kind: "stray",
        rule: "availability-refused",
        message,
        raw: new Uint8Array(),
      }];
    }
    const { id } = awaited as Awaited & { kind: "alarm" };
    if (reason >= 0x80) {
      const message = `The broker refused the alarm: ${reasonText(reason, text)}`;
      return [{ kind: "refused", id, rule: `reason-${reason.toString(16)}`, message }];
    }
    if (reason === NO_SUBSCRIBER && this.#options.noSubscriber !== "accept") {
      const message =
        "The broker took the alarm, but nobody has subscribed to its topic, so nobody has it. Check that the " +
        "software that handles alarms is connected, and the topic. To call this delivered, set no_subscriber to accept.";
      return [{ kind: "refused", id, rule: "no-subscriber", message }];
    }
    return [{ kind: "delivered", id }];
  }

  /** The connection is of no use any more. */
  #broken(rule: string, message: string): OutputEffect[] {
    const effects: OutputEffect[] = [this.#absent(rule, `${message} Alarms wait in the journal.`)];
    this.#down();
    return [...effects, { kind: "close", reason: rule }];
  }

  #absent(rule: string, message: string): OutputEffect {
    const id = this.#awaited?.kind === "alarm" ? this.#awaited.id : undefined;
    return { kind: "absent", rule, message, ...(id === undefined ? {} : { id }) };
  }

  #down(): void {
    this.#up = false;
    this.#accepted = false;
    this.#awaited = undefined;
    this.#deadline = undefined;
  }

  #send(bytes: Uint8Array, awaited: Awaited, now: number): OutputEffect[] {
    this.#awaited = awaited;
    this.#deadline = now + this.#waitMs;
    return [{ kind: "send", bytes }];
  }

  #idle(now: number): void {
    this.#awaited = undefined;
    this.#deadline = this.#keepAliveMs === 0 ? undefined : now + this.#keepAliveMs;
  }

  #available(payload: Uint8Array): MqttMessage | undefined {
    return this.#availability === "" ? undefined : { topic: this.#availability, payload, retain: true };
  }

  #packetId(): number {
    const id = this.#nextId;
    this.#nextId = id === LAST_ID ? 1 : id + 1;
    return id;
  }

  #clock(now: number): void {
    const back = this.#now - now;
    if (back > 0 && Number.isFinite(back) && this.#deadline !== undefined) this.#deadline -= back;
    this.#now = now;
  }
}

function idOnly(id: string): Pick<OutputItem, "id" | "account" | "protocol"> {
  return { id, account: "", protocol: "sia" };
}
