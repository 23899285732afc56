import type { OutputItem } from "../../adapters/contract.ts";
import { ascii } from "./ascii.ts";

/** An alarm for an AE: its event data, and what else a test wants of it. */
export function alarm(
  protocol: OutputItem["protocol"],
  data: string | Uint8Array,
  more: Partial<OutputItem> = {},
): OutputItem {
  const bytes = typeof data === "string" ? ascii(data) : data;
  return { id: "a", account: "", protocol, data: bytes, events: [], repeated: false, ...more };
}

/** An alarm in Contact ID data. */
export function contactId(id: string, data: string): OutputItem {
  return alarm("contact-id", data, { id });
}

/** An alarm in SIA data. */
export function sia(id: string, data: string): OutputItem {
  return alarm("sia", data, { id });
}
