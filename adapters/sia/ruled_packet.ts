/**
 * SIA packets with the site's own codes and numbers.
 *
 * @module
 */
import { type SiaForm, translate } from "../../src/event/translation/mod.ts";
import type { OutputForm } from "../output_forms.ts";
import type { SiaPacket, SiaPacketEvent } from "./event_packet.ts";

/**
 * Puts into a packet what the site's table says otherwise, and leaves all else as the panel spelled it: other modifiers, units,
 * zeros in front.
 *
 * @param packet The packet.
 * @param forms Its events with the table's rules, one for each.
 * @returns The packet anew; undefined when the events are not those of the packet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { outputForms } from "../output_forms.ts";
 * import { parseEventPacket } from "./event_packet.ts";
 * import { ruledPacket } from "./ruled_packet.ts";
 *
 * const data = new TextEncoder().encode("#1234|Npi010/ri1/BA05");
 * const rules = () => ({ codes: {}, areas: {}, zones: { 5: "105" }, users: {} });
 * const item = { id: "a", account: "", protocol: "sia" as const, data, events: [], repeated: false, rules };
 * const packet = ruledPacket(parseEventPacket("pi010/ri1/BA05"), outputForms(item, "sia") ?? []);
 * assertEquals(packet?.events, [{ code: "BA", address: "105", modifiers: { pi: "010", ri: "1" } }]);
 * ```
 */
export function ruledPacket(packet: SiaPacket, forms: readonly OutputForm<"sia">[]): SiaPacket | undefined {
  const { events } = packet;
  const fits = events.length === forms.length &&
    forms.every(({ event }, at) => event.code === events[at]?.code);
  if (!fits) return undefined;
  const ruled = events.map((event, at) => {
    const form = forms[at];
    return form === undefined ? event : ruledEvent(event, form.form, translate(form.event, "sia").form);
  });
  return { ...packet, events: ruled };
}

function ruledEvent(event: SiaPacketEvent, form: SiaForm, plain: SiaForm): SiaPacketEvent {
  const modifiers = { ...event.modifiers };
  if (form.area !== undefined && form.area !== plain.area) modifiers["ri"] = form.area;
  if (form.id !== undefined && form.id !== plain.id) modifiers["id"] = form.id;
  const { address: spelled, ...rest } = event;
  const address = form.address === plain.address ? spelled : form.address;
  // `id12/OP12` says the user twice.
  if (address !== undefined && address !== spelled && sameNumber(modifiers["id"], spelled)) {
    modifiers["id"] = address;
  }
  return { ...rest, code: form.code, modifiers, ...(address === undefined ? {} : { address }) };
}

function sameNumber(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.replace(/^0+(?=.)/, "") === b?.replace(/^0+(?=.)/, "");
}
