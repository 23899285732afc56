/** A SIA session under test, and the blocks it is fed. */
import type { PanelEffect } from "../../../adapters/contract.ts";
import { SiaSession, type SiaSessionOptions } from "../../../adapters/sia/session.ts";
import { block } from "./blocks.ts";

const decoder = new TextDecoder("latin1");

/** Effects in short, for comparing. */
export function short(effects: PanelEffect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case "send":
        return { "403887": "ACK", "403986": "NAK" }[effect.bytes.toHex()] ?? effect.bytes.toHex();
      case "alarm":
        return `alarm ${effect.ref} ${decoder.decode(effect.alarm.data)}`;
      case "text":
        return `text ${effect.ref} of ${effect.of} ${decoder.decode(effect.alarm.data)}`;
      case "complete":
      case "repeat":
        return `${effect.kind} ${effect.ref}`;
      case "poll":
        return `poll ${effect.account ?? "-"} ${effect.detail}`;
      case "refused":
        return effect.rule;
      default:
        return effect.kind;
    }
  });
}

/** A session with its effects in short. */
export function start(options: SiaSessionOptions = {}) {
  const session = new SiaSession(options);
  return {
    session,
    feed: (bytes: Uint8Array, now = 0) => short(session.feed(bytes, now)),
    settle: (ref: number, outcome: "accepted" | "failed" = "accepted", now = 0) =>
      short(session.settle(ref, outcome, now)),
    tick: (now: number) => short(session.tick(now)),
    end: (now = 0) => short(session.end(now)),
  };
}

/** A data group: whose, what, in words, and its end. */
export const account = block("#", "1234");
export const event = block("N", "ri1/BA1");
export const text = block("A", "+HALL");
export const last = block("0");
/** Header of a block that asks for no answer. */
export const noAck = { ackRequest: false };
