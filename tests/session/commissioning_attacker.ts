/** Who sees everything in clear and forges what he likes, against a centre whose window is open. */
import { assert, assertEquals } from "@std/assert";
import type { Header } from "../../src/ip/header.ts";
import { type Message, messageId, writeMessage } from "../../src/ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../../src/ip/profile.ts";
import { clearKeys, open, type PreparedKeys, prepareKeys, seal } from "../../src/ip/seal.ts";
import type { CommissioningEffect } from "../../src/session/rct_commissionings.ts";
import { type Between, Centre, device, premises, run, SECRET, START } from "./commissioning_pair.ts";

export const result = "RESP_ACKNOWLEDGE" as const;
export const zeros = (n: number) => new Uint8Array(n);
export const SECRET_KEYS = prepareKeys({ encryption: "aes-256", key: SECRET, hash: "sha-256" });

/** A message in anybody's name, in clear if no keys are given. */
export function forged(message: Message, edit: Partial<Header>, keys: PreparedKeys = clearKeys): Uint8Array {
  const header = {
    handle: 0,
    deviceId: device(),
    tx: 1000,
    rx: 0,
    flags: 0,
    version: 1,
    messageId: messageId(profile, message.name),
    ...edit,
  };
  return seal(profile, keys, header, writeMessage(profile, message), zeros);
}

/** What stands in the header of a datagram in clear. */
export function clearHeader(bytes: Uint8Array): Header {
  const opened = open(profile, clearKeys, bytes);
  assert(opened.ok);
  return opened.header;
}

/** A centre with an open window for the device. */
export function opened(): Centre {
  const centre = new Centre();
  centre.open(device());
  return centre;
}

/** Replaces the answer to one step by what an attacker makes of it. */
export function instead(step: string, forge: (bytes: Uint8Array) => Uint8Array): Between {
  return { toSpt: (bytes, message) => message === step ? forge(bytes) : bytes };
}

/** What became of a datagram: the kinds of effects, and the rule of what was dropped. */
export const rules = (effects: CommissioningEffect[] | undefined) =>
  (effects ?? []).map((effect) => effect.kind === "dropped" ? effect.rule : effect.kind);

/** After any attack the same device can still be commissioned. */
export function stillWorks(centre: Centre, later = START + 120_000): void {
  centre.tick(later);
  const end = run(premises({}, 99), centre, {}, later);
  assert(end.kind === "commissioned", end.kind === "failed" ? end.reason : "");
  assertEquals(centre.stored, [end.identity]);
}
