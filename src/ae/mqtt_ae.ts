/**
 * A small MQTT 5 broker that takes alarms.
 *
 * @module
 */
import { type PublisherPacket, PublisherReader } from "../../adapters/mqtt/broker_reader.ts";
import {
  PINGRESP,
  writeConnack,
  writeConnackRefused,
  writeDisconnect,
  writePuback,
  writeSuback,
} from "../../adapters/mqtt/broker_writer.ts";
import type { AeEffect, AePeer, AeRecord } from "./ae_peer.ts";
import { readJsonAlarm } from "./alarm_json.ts";
import type { AeShared } from "./framed_ae.ts";

/** What differs between brokers. */
export interface MqttAeOptions {
  /** Reason code of refusals, from 0x80; or 0x10: nobody has subscribed. @default {0x97, quota exceeded} */
  refuseWith?: number;
}

const UNSUPPORTED_VERSION = 0x84;
const PROTOCOL_ERROR = 0x82;
const MALFORMED = 0x81;
const KEEP_ALIVE_TIMEOUT = 0x8d;
const QOS_NOT_SUPPORTED = 0x9b;
/** This broker has no subscribers. */
const NOT_HERE = 0x83;
const DISCONNECT_WITH_WILL = 0x04;
/** Characters of a message that are shown. */
const SHOWN = 300;

/**
 * Takes what is published with QoS 0 and 1, and nobody gets it. What is JSON of an alarm counts as alarm, all else as other message;
 * the last will of a connection that is lost, too. Subscriptions are answered, and refused.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeConnect } from "../../adapters/mqtt/packet_writer.ts";
 * import { AeVerdicts } from "./ae_verdicts.ts";
 * import { AlarmMemory } from "./alarm_memory.ts";
 * import { MqttAe } from "./mqtt_ae.ts";
 *
 * const broker = new MqttAe({}, { verdicts: new AeVerdicts(), memory: new AlarmMemory() });
 * broker.connected();
 * const effects = broker.feed(writeConnect({ clientId: "rct", keepAlive: 30 }), 0);
 * assertEquals([effects.map(({ kind }) => kind), broker.nextTick], [["record", "send"], 45_000]);
 * ```
 */
export class MqttAe implements AePeer {
  readonly #shared: AeShared;
  readonly #refuseWith: number;
  #reader = new PublisherReader();
  #client: (PublisherPacket & { kind: "connect" }) | undefined;
  #deadline: number | undefined;
  #over = true;

  /** Starts without a connection. @param options Reason code. @param shared What all connections share. */
  constructor({ refuseWith = 0x97 }: MqttAeOptions, shared: AeShared) {
    this.#refuseWith = refuseWith;
    this.#shared = shared;
  }

  /** When the publisher has been silent for too long. */
  get nextTick(): number | undefined {
    return this.#over ? undefined : this.#deadline;
  }

  /** The broker waits for CONNECT. */
  connected(): AeEffect[] {
    this.#reader = new PublisherReader();
    this.#client = undefined;
    this.#deadline = undefined;
    this.#over = false;
    return [];
  }

  /** The last will is published. */
  disconnected(now: number): AeEffect[] {
    const will = this.#client?.will;
    this.#client = undefined;
    this.#over = true;
    if (will === undefined) return [];
    const text = `last will: ${will.topic} ${shown(will.payload)}`;
    return [{ kind: "record", record: { ...message("other", text, will.payload, now), taken: true } }];
  }

  /** Takes octets from the publisher. */
  feed(bytes: Uint8Array, now: number): AeEffect[] {
    const effects: AeEffect[] = [];
    for (const packet of this.#over ? [] : this.#reader.feed(bytes)) {
      if (this.#over) break;
      this.#packet(packet, now, effects);
    }
    const keepAlive = this.#client?.keepAlive ?? 0;
    // Half as long again as it said (3.1.2.10).
    this.#deadline = keepAlive === 0 ? undefined : now + keepAlive * 1500;
    return effects;
  }

  /** Lets time pass: a publisher that is silent for too long is let go. */
  tick(now: number): AeEffect[] {
    if (this.#over || this.#deadline === undefined || now < this.#deadline) return [];
    const effects: AeEffect[] = [];
    this.#leave(
      writeDisconnect(KEEP_ALIVE_TIMEOUT),
      "the publisher was silent for longer than its keep alive",
      effects,
    );
    return effects;
  }

  #packet(packet: PublisherPacket, now: number, effects: AeEffect[]): void {
    if (packet.kind === "malformed") {
      const { message } = packet;
      effects.push({ kind: "refused", offset: 0, rule: "malformed", message, raw: new Uint8Array() });
      const farewell = this.#client === undefined ? undefined : writeDisconnect(MALFORMED);
      return this.#leave(farewell, "no MQTT 5", effects);
    }
    if (packet.kind === "connect") return this.#connect(packet, now, effects);
    if (this.#client === undefined) {
      return this.#leave(undefined, "the first packet was not CONNECT", effects);
    }
    switch (packet.kind) {
      case "publish":
        return this.#publish(packet, now, effects);
      case "pingreq":
        return this.#answer(
          message("heartbeat", "PINGREQ", new Uint8Array(), now),
          PINGRESP,
          "PINGRESP",
          effects,
        );
      case "subscribe":
      case "unsubscribe": {
        const { kind, packetId, topics } = packet;
        const record = message("other", `${kind} ${topics.join(" ").slice(0, SHOWN)}`, new Uint8Array(), now);
        const bytes = writeSuback(kind, packetId, topics.length, NOT_HERE);
        return this.#answer(record, bytes, "refused: this broker only takes", effects);
      }
      case "disconnect":
        if (packet.reason !== DISCONNECT_WITH_WILL) delete this.#client.will;
        return this.#leave(undefined, "the publisher has said goodbye", effects);
    }
  }

  #connect(packet: PublisherPacket & { kind: "connect" }, now: number, effects: AeEffect[]): void {
    const { version, clientId } = packet;
    if (this.#client !== undefined) {
      return this.#leave(writeDisconnect(PROTOCOL_ERROR), "a second CONNECT came", effects);
    }
    if (version !== 5) {
      const bytes = writeConnackRefused(version, UNSUPPORTED_VERSION);
      return this.#leave(bytes, `the publisher speaks MQTT version ${version}, expected 5`, effects);
    }
    this.#client = packet;
    const record = message("other", `CONNECT ${shownText(clientId)}`.trimEnd(), new Uint8Array(), now);
    const assigned = clientId === "" ? `tocsin-ae-${now}` : undefined;
    Object.assign(record, { answer: "CONNACK", taken: true });
    effects.push({ kind: "record", record }, {
      kind: "send",
      bytes: writeConnack(assigned),
      answers: record,
    });
  }

  #publish(packet: PublisherPacket & { kind: "publish" }, now: number, effects: AeEffect[]): void {
    const { topic, payload, qos, packetId } = packet;
    if (qos > 1) {
      return this.#leave(writeDisconnect(QOS_NOT_SUPPORTED), "it was published with QoS 2", effects);
    }
    const alarm = readJsonAlarm(payload);
    const kind = alarm === undefined ? "other" : "alarm";
    const record = message(kind, `${shownText(topic)} ${shown(payload)}`, payload, now);
    if (alarm !== undefined) {
      record.account = alarm.account;
      record.events = alarm.events;
      record.repeat = this.#shared.memory.repeat(alarm.id, { stamp: alarm.id });
    }
    const verdict = this.#shared.verdicts.next(kind);
    record.taken = verdict === "take";
    if (qos === 0 || verdict === "ignore") {
      record.answer = qos === 0 ? "nothing: QoS 0" : "nothing";
      effects.push({ kind: "record", record });
      return;
    }
    const reason = record.taken ? 0 : this.#refuseWith;
    record.answer = record.taken ? "PUBACK" : `PUBACK 0x${reason.toString(16)}`;
    effects.push({ kind: "record", record });
    effects.push({ kind: "send", bytes: writePuback(packetId, reason), answers: record });
  }

  #answer(record: AeRecord, bytes: Uint8Array, words: string, effects: AeEffect[]): void {
    effects.push({ kind: "record", record });
    if (this.#shared.verdicts.next(record.kind) === "ignore") return;
    Object.assign(record, { answer: words, taken: true });
    effects.push({ kind: "send", bytes, answers: record });
  }

  #leave(farewell: Uint8Array | undefined, reason: string, effects: AeEffect[]): void {
    this.#over = true;
    if (farewell !== undefined) effects.push({ kind: "send", bytes: farewell });
    effects.push({ kind: "close", reason });
  }
}

function message(kind: AeRecord["kind"], text: string, raw: Uint8Array, at: number): AeRecord {
  const answers = { repeat: "none", answer: "nothing", taken: false } as const;
  return { kind, account: "", events: [], text, raw, at, ...answers };
}

function shown(octets: Uint8Array): string {
  return shownText(new TextDecoder().decode(octets.subarray(0, SHOWN)));
}

function shownText(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\uffff]+/g, " ").slice(0, SHOWN);
}
