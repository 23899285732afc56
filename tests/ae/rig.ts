/** Every language of a played AE with the output's session that speaks to it. */
import type { OutputItem, OutputSession } from "../../adapters/contract.ts";
import { ademco685Session } from "../../adapters/ademco_685/mod.ts";
import { bosch6500Session } from "../../adapters/bosch_6500/mod.ts";
import { Dc07Session } from "../../adapters/dc07/mod.ts";
import { Dc09Key, Dc09Sender } from "../../adapters/dc09/mod.ts";
import { MqttSession } from "../../adapters/mqtt/mod.ts";
import { surGardSession } from "../../adapters/sur_gard/mod.ts";
import { Vds2465TcpSender } from "../../adapters/vds2465/mod.ts";
import { AeFaultCounts, type AeFaults, FaultyAe } from "../../src/ae/ae_faults.ts";
import { type AeManner, AeVerdicts } from "../../src/ae/ae_verdicts.ts";
import { AlarmMemory } from "../../src/ae/alarm_memory.ts";
import { aeLanguages, type AeSettings } from "../../src/ae/languages.ts";
import { decodeEventData } from "../../src/decode/event_data.ts";
import { seededRandom } from "../../src/simulator/seeded_random.ts";
import { alarm } from "../support/alarm.ts";
import { ascii } from "../support/ascii.ts";
import { SECRET, WebhookOnLine } from "./webhook_line.ts";

/** Octets that are no secret. */
const random = (octets: number) => new Uint8Array(octets).fill(0x41);
const KEY = new Dc09Key(ascii("0123456789ABCDEF"));
const VDS_KEY = "00112233445566778899aabbccddeeff";

/** A language as it is tried: in some, in clear and encrypted. */
export interface Case {
  language: string;
  settings: AeSettings;
  session: () => OutputSession;
}

export const CASES: Readonly<Record<string, Case>> = {
  "sur-gard": plain("sur-gard", () => surGardSession({ profile: "sg-mlr2" })),
  "ademco-685": plain("ademco-685", () => ademco685Session({ mark98: true })),
  "bosch-6500": plain("bosch-6500", () => bosch6500Session({ mark98: true })),
  "dc07": plain("dc07", () => new Dc07Session()),
  "bosch-sia": plain("bosch-sia", () => new Dc07Session({ profile: "bosch-sia" })),
  "dc09": plain("dc09", () => new Dc09Sender()),
  "dc09, datagrams": {
    language: "dc09",
    settings: { datagram: true },
    session: () => new Dc09Sender({ datagram: true }),
  },
  "dc09, AES": {
    language: "dc09",
    settings: { dc09Keys: [KEY], random, strict: true },
    session: () => new Dc09Sender({ sealing: { key: KEY, random } }),
  },
  "vds2465-tcp": plain("vds2465-tcp", () => new Vds2465TcpSender()),
  "vds2465-tcp, AES": {
    language: "vds2465-tcp",
    settings: { vdsKeys: { 7: VDS_KEY } },
    session: () => new Vds2465TcpSender({ key: { number: 7, key: VDS_KEY } }),
  },
  "mqtt": plain("mqtt", () => new MqttSession({ clientId: "rct" })),
  "webhook": { language: "webhook", settings: { secrets: [SECRET] }, session: () => new WebhookOnLine() },
};

function plain(language: string, session: () => OutputSession): Case {
  return { language, settings: {}, session };
}

/** An AE: each call of `peer` is one of its connections, and they share what an AE remembers. */
export function startAe({ language, settings }: Case, manner: AeManner = {}) {
  const known = aeLanguages[language];
  if (known === undefined) throw new Error(`no language ${language}`);
  const memory = new AlarmMemory();
  let shared = { verdicts: new AeVerdicts(manner), memory };
  const counts = new AeFaultCounts();
  const chance = seededRandom(1);
  return {
    peer: (faults: AeFaults = {}) => new FaultyAe(known.peer(settings, shared), faults, counts, chance),
    /** From now on everything is taken; for peers made from now on. */
    becomeWell: () => void (shared = { verdicts: new AeVerdicts(), memory }),
  };
}

/** Alarms of the accounts 1001, 1002, …: Contact ID, and where nothing is translated VdS 2465. */
export function alarms(language: string, count: number): OutputItem[] {
  return Array.from({ length: count }, (_, at) => {
    const account = String(1001 + at);
    const isVds = language === "vds2465-tcp";
    const protocol = isVds ? "vds2465" : "contact-id";
    const data = isVds ? Uint8Array.fromHex("050211030001" + "22") : ascii(`${account}18113001004`);
    return alarm(protocol, data, { id: `a${account}`, account, events: decodeEventData(protocol, data) });
  });
}
