/**
 * Tocsin as a library: decode captures, listen for panels, deliver to automation software, run an SPT or an RCT.
 *
 * @module
 */
export { type Decoded, type PanelAdapter, type Refusal } from "./adapters/contract.ts";
export { contactId } from "./adapters/contact_id/mod.ts";
export { sia } from "./adapters/sia/mod.ts";
export { SurGardAe, surGardSession } from "./adapters/sur_gard/mod.ts";
export { texecom } from "./adapters/texecom/mod.ts";
export { loadRctConfig, loadSptConfig, parseRctConfig, parseSptConfig } from "./src/config/load.ts";
export { decode } from "./src/decode/decoders.ts";
export { type AlarmEvent, type EventDraft, eventToJson } from "./src/event/alarm_event.ts";
export { Output, type OutputOptions } from "./src/gateway/output.ts";
export { listenPanels, type PanelListener, type PanelListenerOptions } from "./src/gateway/panel_listener.ts";
export { Rct } from "./src/gateway/rct.ts";
export { Spt } from "./src/gateway/spt.ts";
export { VERSION } from "./src/version.ts";
