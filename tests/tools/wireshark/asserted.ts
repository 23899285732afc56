/** What the dissector's tests say of a frame, and what most of them send. */
import { assertEquals } from "@std/assert";
import type { Message } from "../../../src/ip/mod.ts";
import type { Frame } from "../../capture/dissected.ts";

export const MASTER = 0x1001, SESSION = 0x73603722;
export const result = "RESP_ACKNOWLEDGE" as const;
export const ascii = (text: string) => new TextEncoder().encode(text);
export const NO_KEY = new Uint8Array(32);
export const FILLED = (fill: number) => new Uint8Array(32).fill(fill);

/** What a test says of a frame, beside the fields that it does not care for. */
export function assertFields(
  frame: Frame | undefined,
  expected: Record<string, string | string[]>,
  what = "",
): void {
  const got = Object.fromEntries(Object.keys(expected).map((name) => [name, frame?.fields[name] ?? []]));
  const wanted = Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [name, typeof value === "string" ? [value] : value]),
  );
  assertEquals(got, wanted, what);
}

export const remarks = (frame: Frame | undefined) =>
  Object.keys(frame?.fields ?? {}).filter((name) => name.startsWith("tocsin.expert."))
    .map((name) => name.slice("tocsin.expert.".length)).sort();

export const alarm = (text: string): Message => ({
  name: "EVENT_MSG",
  fields: [{ field: "event", protocol: "sia", data: ascii(text) }],
});
