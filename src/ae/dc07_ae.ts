/**
 * Automation software that speaks SIA DC-07, or Bosch's SIA mode.
 *
 * @module
 */
import { dc07EventDrafts } from "../../adapters/dc07/decode.ts";
import { Dc07Framer } from "../../adapters/dc07/framer.ts";
import { type Dc07Frame, TAB } from "../../adapters/dc07/message.ts";
import { writeDc07 } from "../../adapters/dc07/write_message.ts";
import type { AeMeaning, FramedLanguage } from "./framed_ae.ts";

/**
 * Answers each frame with a frame: an ACK repeats its number, receiver and line; a NAK has number 0000, line 00
 * (receiver-outputs.md §4.1, A).
 *
 * @returns The language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc07Line } from "../../adapters/dc07/message.ts";
 * import { dc07Ae } from "./dc07_ae.ts";
 *
 * const language = dc07Ae();
 * const [item] = language.framer().feed(new TextEncoder().encode("\n8EFA16v00430101[#1234|NBA98]\r"));
 * assertEquals(item?.kind === "frame" && dc07Line(language.ack(item.frame)), "<LF>B4A70B<TAB>00430101[]<CR>");
 * ```
 */
export function dc07Ae(): FramedLanguage<Dc07Frame> {
  return {
    framer: () => new Dc07Framer(),
    meaning,
    ack: ({ sequence, receiver, line }) => answer(sequence, receiver, line),
    nak: (frame) => answer("0000", frame?.receiver ?? "01", "00"),
  };
}

function meaning(frame: Dc07Frame, raw: Uint8Array): AeMeaning {
  const { data, line, sequence } = frame;
  const [, account = "", payload = ""] = /^#([^|]*)\|(.*)$/s.exec(data) ?? [];
  const kind = data === "" ? "heartbeat" : line === "00" ? "other" : "alarm";
  const marked = frame.type === "a" ? payload.startsWith("98") : payload.startsWith("O");
  const bare = `${account}|${frame.type}|${marked ? payload.slice(1) : payload}`;
  return {
    kind,
    account: account.trim(),
    events: dc07EventDrafts(frame, raw),
    bare,
    marked,
    stamp: sequence,
  };
}

function answer(sequence: string, receiver: string, line: string): Uint8Array {
  const written = writeDc07({ type: TAB, sequence, receiver, line, data: "" });
  return written.ok ? written.bytes : new Uint8Array();
}
