/**
 * The languages in which automation software can be played.
 *
 * @module
 */
import type { Dc09Key } from "../../adapters/dc09/key.ts";
import type { Dc09Random } from "../../adapters/dc09/encryption.ts";
import type { SecretKey } from "../keys/secret_key.ts";
import { ademco685Ae } from "./ademco_685_ae.ts";
import type { AePeer } from "./ae_peer.ts";
import { bosch6500Ae } from "./bosch_6500_ae.ts";
import { dc07Ae } from "./dc07_ae.ts";
import { dc09Ae } from "./dc09_ae.ts";
import { type AeShared, FramedAe } from "./framed_ae.ts";
import { MqttAe } from "./mqtt_ae.ts";
import { SessionAe } from "./session_ae.ts";
import { surGardAe } from "./sur_gard_ae.ts";
import { vds2465TcpAe } from "./vds2465_tcp_ae.ts";
import { WebhookAe } from "./webhook_ae.ts";

/** How an AE is set; a language takes only some. */
export interface AeSettings {
  /** sur-gard: only lines whose line number has so many characters are read. */
  lineDigits?: number;
  /** sur-gard: lines of another width are refused. dc09: so are a wrong clock, and messages in clear when there is a key. */
  strict?: boolean;
  /** dc09: keys that one text can stand for. */
  dc09Keys?: readonly Dc09Key[];
  /** vds2465-tcp: keys by number. */
  vdsKeys?: Readonly<Record<number, string>>;
  /** webhook: secrets of the signature. */
  secrets?: readonly SecretKey[];
  /** webhook: status of refusals. mqtt: their reason code. */
  refuseWith?: number;
  /** dc09: messages come in datagrams. */
  datagram?: boolean;
  /** Random octets, for the pads of encrypted answers. */
  random?: Dc09Random;
}

/** The options of the command line that only some languages take. */
export type AeSetting = "lineDigits" | "strict" | "key" | "secret" | "refuseWith" | "datagram";

/** A language of automation software. */
export interface AeLanguage {
  /** What it is, in a few words. */
  readonly about: string;
  /** Settings that mean something in it. */
  readonly takes: readonly AeSetting[];
  /** `listen`: only the receiver connects. `any`: the AE can connect, too, and there are serial lines. */
  readonly line: "listen" | "any";
  /** What `refuseWith` can be, from and to. */
  readonly refusals?: readonly [number, number];
  /** Makes one connection. @throws {RangeError} When a setting has no such value. */
  peer(settings: AeSettings, shared: AeShared): AePeer;
}

/**
 * Every language by its name, which is the one that configurations use.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeVerdicts } from "./ae_verdicts.ts";
 * import { AlarmMemory } from "./alarm_memory.ts";
 * import { aeLanguages } from "./languages.ts";
 *
 * const peer = aeLanguages["dc07"]?.peer({}, { verdicts: new AeVerdicts(), memory: new AlarmMemory() });
 * assertEquals(peer?.connected(0), []);
 * ```
 */
export const aeLanguages: Readonly<Record<string, AeLanguage>> = {
  "sur-gard": {
    about: "Sur-Gard MLR2, MLR2000, System III and their like",
    takes: ["lineDigits", "strict"],
    line: "any",
    peer: ({ strict = false, lineDigits = strict ? 1 : undefined }, shared) =>
      new FramedAe(surGardAe(lineDigits === undefined ? {} : { lineDigits }), shared),
  },
  "ademco-685": {
    about: "Ademco 685 in all its forms",
    takes: [],
    line: "any",
    peer: (_settings, shared) => new FramedAe(ademco685Ae(), shared),
  },
  "bosch-6500": {
    about: "Radionics and Bosch in D6500 mode",
    takes: [],
    line: "any",
    peer: (_settings, shared) => new FramedAe(bosch6500Ae(), shared),
  },
  "dc07": {
    about: "SIA DC-07",
    takes: [],
    line: "any",
    peer: (_settings, shared) => new FramedAe(dc07Ae(), shared),
  },
  "bosch-sia": {
    about: "Bosch in SIA mode",
    takes: [],
    line: "any",
    peer: (_settings, shared) => new FramedAe(dc07Ae(), shared),
  },
  "dc09": {
    about: "SIA DC-09, over TCP and in datagrams",
    takes: ["key", "datagram", "strict"],
    line: "any",
    peer: ({ dc09Keys, datagram = false, strict = false, random = zeros }, shared) =>
      new SessionAe(
        dc09Ae({
          datagrams: datagram,
          ...(dc09Keys === undefined ? {} : { encryption: { key: dc09Keys, random } }),
          ...(strict ? { clock: "nak", clear: "refuse" } : {}),
        }),
        shared,
      ),
  },
  "vds2465-tcp": {
    about: "a receiving centre of VdS 2465 S2",
    takes: ["key"],
    line: "any",
    peer: ({ vdsKeys }, shared) =>
      new SessionAe(vds2465TcpAe(vdsKeys === undefined ? {} : { keys: vdsKeys }), shared),
  },
  "mqtt": {
    about: "an MQTT 5 broker that only takes",
    takes: ["refuseWith"],
    line: "listen",
    refusals: [0x80, 0xff],
    peer: (settings, shared) => new MqttAe(settings, shared),
  },
  "webhook": {
    about: "a web server that takes signed webhooks",
    takes: ["secret", "refuseWith"],
    line: "listen",
    refusals: [300, 599],
    peer: ({ secrets, refuseWith }, shared) =>
      new WebhookAe({
        ...(secrets === undefined ? {} : { keys: secrets }),
        ...(refuseWith === undefined ? {} : { refuseWith }),
      }, shared),
  },
};

/** Only where nothing else was given, as in tests: pads need not be random to be read. */
function zeros(octets: number): Uint8Array {
  return new Uint8Array(octets);
}
