/**
 * The conversation with an RCT as it should be: every request that an SPT may make, each answer checked.
 *
 * @module
 */
import { writeEventData } from "../../../adapters/sia/event_data.ts";
import type { Message } from "../../ip/messages/mod.ts";
import { msToNtp } from "../../ip/ntp_time.ts";
import { planOf } from "../../ip/plan.ts";
import type { Heard } from "../peer.ts";
import type { Judgement, Row } from "../row.ts";
import type { RctBench } from "./bench.ts";
import type { Answer } from "./spt_peer.ts";

const GROUP = "Conversation";
const OK: Judgement = { verdict: "ok" };
const NOT_SUPPORTED = "RESP_CMD_NOT_SUPPORTED";
/** A protocol identifier that no edition gives a meaning. */
export const UNKNOWN_PROTOCOL = "protocol-0xfe";

/** What silence to a request of the holder of the key means. */
export const UNANSWERED: Judgement = {
  verdict: "weak",
  meaning: "The SPT repeats the message, then takes the path for failed and sets up a new session.",
};

interface Request extends Pick<Row, "id" | "sent" | "expected"> {
  message: Message;
  judge: (answer: Extract<Answer, { kind: "answered" }>) => Judgement;
  silence?: Judgement;
}

/** Acknowledged, or not supported: both are answers. */
function optional(result: string): Judgement {
  if (result === "RESP_ACKNOWLEDGE") return OK;
  return result === NOT_SUPPORTED
    ? { verdict: "note", meaning: "Optional: the RCT says that it does not support it." }
    : { verdict: "note", meaning: `Optional: the RCT answers ${result}.` };
}

/** Fields of an alarm that no AE can be meant to see. */
export function harmlessEvent(now: number, bytes = "tocsin probe"): Message {
  return {
    name: "EVENT_MSG",
    fields: [
      { field: "event", protocol: UNKNOWN_PROTOCOL, data: new TextEncoder().encode(bytes) },
      { field: "time-event", time: msToNtp(now) },
    ],
  };
}

/** Runs the requests that are no abuse. */
export async function conversation(bench: RctBench): Promise<void> {
  const { peer, options } = bench;
  const { profile } = peer.link;
  for (const request of requests(bench)) {
    if (!planOf(profile).messageIds.has(request.message.name)) continue;
    await bench.ask(
      GROUP,
      request,
      () => peer.ask(request.message),
      request.judge,
      request.silence ?? UNANSWERED,
    );
  }
  if (options.sendAlarm !== undefined) await alarm(bench, options.sendAlarm);
  await keyRenewal(bench);
}

function requests(bench: RctBench): Request[] {
  const { peer } = bench;
  const { profile } = peer.link;
  return [
    {
      id: "version",
      sent: "VERSION_REQ",
      expected: "acknowledge, with a version of at most ours",
      message: { name: "VERSION_REQ", version: profile.values.protocolVersion },
      judge: ({ message, result }) =>
        message?.name === "VERSION_RESP" && result === "RESP_ACKNOWLEDGE" &&
          (message.version < 1 || message.version > profile.values.protocolVersion)
          ? { verdict: "weak", meaning: `It answers with version ${message.version}, which was not offered.` }
          : optional(result),
    },
    {
      id: "device-id",
      sent: "DEVICE_ID_REQ",
      expected: "acknowledge, with the RCT's device ID",
      message: { name: "DEVICE_ID_REQ", master: false, deviceId: peer.link.sptDeviceId },
      judge: ({ message, result }) =>
        message?.name === "DEVICE_ID_RESP" && result === "RESP_ACKNOWLEDGE" &&
          message.deviceId.toHex() !== peer.link.rctDeviceId.toHex()
          ? {
            verdict: "broken",
            meaning: "The RCT gives another device ID than the one it was commissioned with.",
          }
          : optional(result),
    },
    {
      id: "device-id-wrong",
      sent: "DEVICE_ID_REQ with a device ID that is not the site's",
      expected: "refused",
      message: { name: "DEVICE_ID_REQ", master: false, deviceId: new Uint8Array(16).fill(0x5a) },
      judge: ({ result }) =>
        result === "RESP_ACKNOWLEDGE"
          ? { verdict: "weak", meaning: "The RCT confirms an identity that it does not know." }
          : OK,
    },
    {
      id: "event-unknown-protocol",
      sent: "EVENT_MSG in the unknown protocol 0xFE",
      expected: "answered, and refused (protocol id not supported)",
      message: harmlessEvent(Date.now()),
      judge: ({ result }) =>
        result === "RESP_ACKNOWLEDGE"
          ? {
            verdict: "weak",
            meaning:
              "The RCT acknowledged an alarm that it cannot read. Ask whether an operator is shown it.",
          }
          : result === "RESP_PROTOCOL_ID_NOT_SUPPORTED"
          ? OK
          : { verdict: "note", meaning: `Refused, but with ${result} instead of protocol id not supported.` },
      silence: {
        verdict: "broken",
        meaning:
          "An alarm that the RCT cannot read is not answered: the SPT repeats it and later alarms wait.",
      },
    },
    {
      id: "transparent",
      sent: 'TRANSPARENT_MSG, 12 octets "tocsin probe"',
      expected: "answered; not supported is allowed",
      message: { name: "TRANSPARENT_MSG", data: new TextEncoder().encode("tocsin probe") },
      judge: ({ result }) => optional(result),
    },
    {
      id: "rct-ip-param",
      sent: "RCT_IP_PARAM_REQ",
      expected: "addresses of the RCT, or not supported",
      message: { name: "RCT_IP_PARAM_REQ" },
      judge: ({ message, result }) =>
        message?.name === "RCT_IP_PARAM_RESP" && result === "RESP_ACKNOWLEDGE" &&
          message.addresses.length === 0
          ? { verdict: "note", meaning: "Acknowledged without any address: the SPT keeps the ones it has." }
          : optional(result),
    },
    ...(["PMTU_REQ", "PMTU_PROBE"] as const).map((name): Request => ({
      id: name.toLowerCase().replaceAll("_", "-"),
      sent: `${name} (edition 2013)`,
      expected: "answered; not supported is allowed",
      message: { name, data: new Uint8Array(16) },
      judge: ({ result }) => optional(result),
    })),
    {
      id: "dtls-complete",
      sent: "DTLS_COMPLETE_REQ, outside any DTLS",
      expected: "answered; not supported is allowed",
      message: { name: "DTLS_COMPLETE_REQ" },
      judge: ({ result }) => optional(result),
    },
    {
      id: "set-time-wrong-way",
      sent: "SET_TIME_CMD, which only an RCT may send",
      expected: "refused",
      message: { name: "SET_TIME_CMD", time: msToNtp(Date.now()) },
      judge: ({ result }) =>
        result === "RESP_ACKNOWLEDGE"
          ? {
            verdict: "weak",
            meaning: "A site can set the clock of the RCT, and with it the times of all alarms.",
          }
          : OK,
    },
    {
      id: "encryption-unknown",
      sent: "ENCRYPT_SELECT_REQ: unknown method 0x7F, then AES-256",
      expected: "AES-256, acknowledge: unknown offers are passed over",
      message: { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["encryption-0x7f", "aes-256"] },
      judge: ({ message, result }) =>
        message?.name === "ENCRYPT_SELECT_RESP" && message.encryption === "aes-256" &&
          result === "RESP_ACKNOWLEDGE"
          ? OK
          : { verdict: "weak", meaning: "A newer SPT that offers more than this RCT knows cannot connect." },
    },
    ...([["encryption-only-unknown", "encryption-0x7f", "unknown method 0x7F"], [
      "encryption-none",
      "none",
      "no encryption",
    ]] as const).map(([id, offer, words]): Request => ({
      id,
      sent: `ENCRYPT_SELECT_REQ: ${words}, nothing else`,
      expected: "refused",
      message: { name: "ENCRYPT_SELECT_REQ", master: false, offers: [offer] },
      judge: ({ result }) =>
        result === "RESP_ACKNOWLEDGE"
          ? {
            verdict: "broken",
            meaning: "The RCT agrees to it: alarms of this site could go unprotected over the network.",
          }
          : OK,
    })),
    {
      id: "encryption-again",
      sent: "ENCRYPT_SELECT_REQ: the method of before",
      expected: "the same, acknowledge",
      message: { name: "ENCRYPT_SELECT_REQ", master: false, offers: [peer.encryption] },
      judge: ({ message, result }) =>
        message?.name === "ENCRYPT_SELECT_RESP" && message.encryption === peer.encryption &&
          result === "RESP_ACKNOWLEDGE"
          ? OK
          : { verdict: "note", meaning: "The method cannot be chosen again in a session." },
    },
    {
      id: "hash-unknown",
      sent: "HASH_SELECT_REQ: unknown hash 0x7F, then SHA-256",
      expected: "SHA-256, acknowledge: unknown offers are passed over",
      message: { name: "HASH_SELECT_REQ", offers: ["hash-0x7f", "sha-256"] },
      judge: ({ message, result }) =>
        message?.name === "HASH_SELECT_RESP" && message.hash === "sha-256" && result === "RESP_ACKNOWLEDGE"
          ? OK
          : { verdict: "weak", meaning: "A newer SPT that offers more than this RCT knows cannot connect." },
    },
    {
      id: "hash-switch",
      sent: "HASH_SELECT_REQ: RIPEMD-256, then SHA-256",
      expected: "one of the two, already under the hash it names",
      message: { name: "HASH_SELECT_REQ", offers: ["ripemd-256", "sha-256"] },
      judge: ({ message, result }) =>
        message?.name === "HASH_SELECT_RESP" && result === "RESP_ACKNOWLEDGE"
          ? OK
          : { verdict: "note", meaning: "The hash cannot be chosen again in a session." },
    },
    {
      id: "hash-back",
      sent: "HASH_SELECT_REQ: SHA-256",
      expected: "SHA-256, already under it",
      message: { name: "HASH_SELECT_REQ", offers: ["sha-256"] },
      judge: ({ message, result }) =>
        message?.name === "HASH_SELECT_RESP" && result === "RESP_ACKNOWLEDGE" && message.hash === "sha-256"
          ? OK
          : { verdict: "note", meaning: "The hash cannot be chosen again in a session." },
    },
    {
      id: "hash-only-unknown",
      sent: "HASH_SELECT_REQ: unknown hash 0x7F, nothing else",
      expected: "refused",
      message: { name: "HASH_SELECT_REQ", offers: ["hash-0x7f"] },
      judge: ({ result }) =>
        result === "RESP_ACKNOWLEDGE"
          ? {
            verdict: "broken",
            meaning: "The RCT agrees to a check that it cannot do: forged alarms may pass.",
          }
          : OK,
    },
  ];
}

/** A real alarm, which goes on to the automation software: only when the account was given. */
async function alarm(bench: RctBench, account: string): Promise<void> {
  const data = writeEventData(account, "N", "RX", "tocsin probe: manual test, no action needed");
  const event = { field: "event", protocol: "sia", data } as const;
  const taken = (result: string): Judgement =>
    result === "RESP_ACKNOWLEDGE" ? OK : {
      verdict: "broken",
      meaning: `A sound alarm is refused (${result}): it does not reach an operator.`,
    };
  const silence: Judgement = {
    verdict: "broken",
    meaning: "A sound alarm is not answered: alarms do not get through.",
  };
  const at = {
    id: "alarm",
    sent: `EVENT_MSG: SIA test alarm RX, account ${account}`,
    expected: "acknowledge",
  };
  const time = { field: "time-event", time: msToNtp(Date.now()) } as const;
  await bench.ask(
    GROUP,
    at,
    () => bench.peer.ask({ name: "EVENT_MSG", fields: [event, time] }),
    ({ result }) => taken(result),
    silence,
  );
  const later = { field: "time-event", time: msToNtp(Date.now()) + 1n } as const;
  const raw = { field: "raw", id: 0x6e, data: new Uint8Array([1, 2, 3]) } as const;
  await bench.ask(
    GROUP,
    {
      id: "alarm-unknown-field",
      sent: `the same with a field 0x6E that no edition knows`,
      expected: "acknowledge: a field too many is no reason to lose an alarm",
    },
    () => bench.peer.ask({ name: "EVENT_MSG", fields: [event, later, raw] }),
    ({ result }) => taken(result),
    silence,
  );
}

/** A new key in the running session; its request repeated; the old key afterwards. */
async function keyRenewal(bench: RctBench): Promise<void> {
  const { peer } = bench;
  const { profile } = peer.link;
  const old = peer.keys;
  const message: Message = {
    name: "ENCRYPT_KEY_REQ",
    master: false,
    fromRct: false,
    key: new Uint8Array(profile.values.keyOctets),
  };
  const at = {
    id: "key-renewal",
    sent: "ENCRYPT_KEY_REQ in the running session",
    expected: "acknowledge under the old key, with a new one",
  };
  let renewed = false;
  const answer = await bench.ask(GROUP, at, () => peer.ask(message), ({ message, result }) => {
    if (message?.name !== "ENCRYPT_KEY_RESP" || result !== "RESP_ACKNOWLEDGE") {
      return { verdict: "note", meaning: "The key cannot be renewed without a new session." };
    }
    peer.takeKey(message.key);
    renewed = true;
    return OK;
  }, UNANSWERED);
  if (!renewed || answer.kind !== "answered") return;
  await repeatedKeyRequest(bench, answer);
  await bench.abuse(GROUP, [{
    id: "old-key-dead",
    sent: "POLL_MSG under the key of before, after a poll under the new one",
    expected: "silent",
    datagrams: (peer) => [peer.seal({ name: "POLL_MSG" }, { keys: old })],
    answered: () => ({
      verdict: "weak",
      meaning: "The old key still works: a renewed key does not lock out whoever has the old one.",
    }),
  }]);
}

/** The answer with the key was lost: the same request again must bring the same key, octet for octet. */
async function repeatedKeyRequest(
  bench: RctBench,
  answer: Extract<Answer, { kind: "answered" }>,
): Promise<void> {
  const { peer } = bench;
  const at = {
    id: "key-answer-lost",
    sent: "the same ENCRYPT_KEY_REQ again, as if its answer was lost",
    expected: "the same answer, octet for octet",
  };
  peer.wire.send(answer.sent);
  const heard = await firstAnswer(bench, peer.link.timing.responseMs);
  const state = await peer.sound(heard === undefined ? [] : [heard]);
  if (state.after === "lost") {
    bench.row(GROUP, at, "silent, also to the polls under the new key", {
      verdict: "broken",
      meaning: "The new key was never in force on both sides: the site is cut off.",
    });
  } else if (heard === undefined) {
    bench.row(GROUP, at, "silent", {
      verdict: "weak",
      meaning: "One lost datagram during a change of key costs the session.",
    });
  } else {
    const same = heard.bytes.toHex() === answer.heard.bytes.toHex();
    bench.row(GROUP, at, `answered ${peer.describe(heard)}${same ? ", the same octets" : ", other octets"}`, {
      ...(same ? OK : {
        verdict: "weak",
        meaning: "If the answer comes to be another key, one lost datagram costs the session.",
      } as const),
    });
  }
}

/** The first datagram within the time. */
export async function firstAnswer(bench: RctBench, ms: number): Promise<Heard | undefined> {
  return await bench.peer.hear(performance.now() + ms);
}
