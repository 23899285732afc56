/**
 * Decodes a capture of Fast Format lines.
 *
 * @module
 */
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { scancomEventDrafts, type ScancomMeaning } from "./event_draft.ts";
import { ScancomFramer } from "./framer.ts";
import type { ScancomLayout } from "./message.ts";
import { foldSite } from "./site_state.ts";
import { ScancomSites } from "./sites.ts";
import type { ScancomText } from "./text.ts";

/**
 * A decoder for Fast Format, one message a line (CR, LF or 0x14 end a line). It follows the channels of each site, so a
 * channel that is still active is an event once.
 *
 * @param options Lengths and names of the channels, where they are known.
 * @returns A fresh decoder. Messages have `form`, `account`, `channels`, `status` and what else the form carries; refusals
 *   are those of `ScancomFramer`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scancomDecoder } from "./decode.ts";
 *
 * const [decoded] = scancomDecoder().feed(new TextEncoder().encode("8531 1515 5555 7\r\n"));
 * assertEquals(decoded?.ok && decoded.events.map(({ device }) => device), ["1", "3"]);
 * ```
 */
export function scancomDecoder(options: ScancomLayout & ScancomMeaning = {}): StreamDecoder {
  const framer = new ScancomFramer(options);
  const sites = new ScancomSites();

  function decoded(item: Framed<ScancomText> | Refusal): Decoded {
    const { offset } = item;
    if (item.kind === "refused") {
      return { ok: false, language: "scancom", offset, rule: item.rule, message: item.message };
    }
    const { form, scancom, fields, flags } = item.frame;
    const state = sites.get(scancom.account);
    sites.set(scancom.account, foldSite(state, scancom));
    return {
      ok: true,
      language: "scancom",
      offset,
      message: { form, ...scancom, ...(Object.keys(fields).length === 0 ? {} : { fields }) },
      events: scancomEventDrafts(scancom, item.raw, { ...options, state, flags }),
    };
  }

  return {
    feed: (bytes) => framer.feed(bytes).map(decoded),
    end: () => framer.flush().map(decoded),
  };
}
