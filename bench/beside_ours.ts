import { IK, Vds2465TcpSession, VdsKeys, writeTelegram } from "../adapters/vds2465/mod.ts";
import { DEVICE, LANGUAGES, VDS_ALARM } from "./languages.ts";

/** Does a batch and returns how many things it did. */
export type Work = () => number;

/** Frames of a batch. */
export const TIMES = 200;
/** The receiver's first transmit counter. */
export const FIRST = 0x7fffffff;

/** What Tocsin does beside the peers, by language. */
export function ours(): Record<string, Work> {
  return {
    dc09: frames("dc09"),
    dc09_aes: frames("dc09_aes"),
    vds2465_tcp: conversation(0),
    vds2465_tcp_aes: conversation(DEVICE.number),
  };
}

/** The frame of a language. */
export function frameOf(name: string): { frame: Uint8Array; reader: () => (bytes: Uint8Array) => number } {
  const language = LANGUAGES.find((it) => it.name === name);
  if (language === undefined) throw new Error(`${name} is no language of the bench`);
  return language;
}

/**
 * What a device sends in a conversation: the answer to the synchronisation, then alarms. Its counters follow those of a
 * receiver that begins with {@link FIRST} and answers each telegram with one.
 */
export function deviceSide(key: number): { sync: Uint8Array; alarms: Uint8Array[] } {
  const keys = new VdsKeys({ [DEVICE.number]: DEVICE.key });
  const telegram = (ik: number, at: number, payload: Uint8Array) =>
    writeTelegram({ key, tc: 0xa0 + at, rc: FIRST + 1 + at, ik, pk: 1, payload }, keys);
  return {
    sync: telegram(IK.SYNC_RESPONSE, 0, Uint8Array.of(1)),
    alarms: Array.from({ length: TIMES }, (_, at) => telegram(IK.PAYLOAD, at + 1, VDS_ALARM)),
  };
}

/** Whether a conversation went as it should: synchronisation, poll, and an answer for each alarm. */
export function checkSent(sent: number): number {
  if (sent !== TIMES + 2) throw new Error(`${sent} telegrams were sent for ${TIMES} alarms`);
  return TIMES;
}

/** Reading frames to the fields, each in a piece of its own. */
function frames(name: string): Work {
  const { frame, reader } = frameOf(name);
  return () => {
    let n = 0;
    const read = reader();
    for (let i = 0; i < TIMES; i++) n += read(frame);
    if (n !== TIMES) throw new Error(`${name}: ${n} of ${TIMES} frames were read`);
    return n;
  };
}

/** A whole conversation, since the peer's reader cannot be called alone: each alarm is read and acknowledged. */
function conversation(key: number): Work {
  const { sync, alarms } = deviceSide(key);
  const keys = key === 0 ? {} : { [key]: DEVICE.key };
  return () => {
    const session = new Vds2465TcpSession({ firstCounter: FIRST, keys });
    let sent = session.tick(0).length + session.feed(sync, 0).length;
    for (const alarm of alarms) {
      for (const effect of session.feed(alarm, 0)) {
        if (effect.kind !== "alarm") continue;
        for (const { kind } of session.settle(effect.ref, "accepted", 0)) if (kind === "send") sent++;
      }
    }
    return checkSent(sent);
  };
}
