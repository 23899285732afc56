/** Helpers for the tests of the line sender: short names for effects, and items. */
import type { CarriedProtocol, OutputEffect, OutputItem } from "../../adapters/contract.ts";
import { ByteAnswerReader } from "../../src/delivery/answer_reader.ts";
import { LineSender } from "../../src/delivery/line_sender.ts";
import type { LineSenderOptions } from "../../src/delivery/line_sender_options.ts";
import { alarm } from "../support/alarm.ts";
import { ascii } from "../support/ascii.ts";

export const ACK = Uint8Array.of(0x06);
export const NAK = Uint8Array.of(0x15);

export function item(id: string, repeated = false, data = id, protocol: CarriedProtocol = "sia"): OutputItem {
  return alarm(protocol, data, { id, account: "1234", repeated });
}

/** A sender whose lines are the item's data, split at `+`, with `?` behind them when the item is repeated. */
export function sender(options: Partial<LineSenderOptions> = {}): LineSender {
  return new LineSender({
    write: ({ data, repeated }) => ({
      ok: true,
      lines: new TextDecoder().decode(data).split("+").map((line) => {
        const text = line + (repeated ? "?" : "");
        return { bytes: ascii(text), line: text };
      }),
      notes: [],
    }),
    ...options,
  });
}

/** A sender with heartbeat `@`. */
export function beating(options: Partial<LineSenderOptions> = {}): LineSender {
  return sender({ heartbeat: ascii("@"), ...options });
}

/** Reads words for answers too. */
export const textReader = () => new ByteAnswerReader({ textAnswers: true });

/** Effects in short: `>a` for send, `sent a#1`, `delivered a`, `absent no-answer a`, `stray not-an-answer`. */
export function brief(effects: OutputEffect[]): string[] {
  return effects.map((effect) => {
    switch (effect.kind) {
      case "send":
        return `>${new TextDecoder().decode(effect.bytes)}`;
      case "sent":
        return `sent ${effect.id}#${effect.attempt}`;
      case "delivered":
        return `delivered ${effect.id}`;
      case "refused":
        return `refused ${effect.id} ${effect.rule}`;
      case "absent":
        return `absent ${effect.rule}${effect.id === undefined ? "" : ` ${effect.id}`}`;
      case "stray":
        return `stray ${effect.rule} ${effect.raw.toHex()}`;
      default:
        return effect.kind;
    }
  });
}

/** Ticks the sender whenever it asks for it, up to and including `until`; `[time, effect]` in short. */
export function run(session: LineSender, until: number): [number, string][] {
  const log: [number, string][] = [];
  for (let guard = 0; session.nextTick !== undefined && session.nextTick <= until; guard++) {
    if (guard > 10_000) throw new Error("the sender asks to be ticked for ever");
    const now = session.nextTick;
    for (const effect of brief(session.tick(now))) log.push([now, effect]);
  }
  return log;
}
