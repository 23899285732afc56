/**
 * Tocsin as a library: decode captures, listen for panels, deliver to automation software, run an SPT or an RCT.
 *
 * @example Listen for Galaxy-type panels and print their alarms
 * ```ts
 * import { listenPanels, sia } from "./mod.ts";
 *
 * const listener = listenPanels({
 *   language: sia,
 *   port: 0,
 *   onAlarm: (events) => console.log(events[0]?.account, events[0]?.label),
 * });
 * await listener.close();
 * ```
 *
 * @module
 */
export type * from "./adapters/contract.ts";
export type { AlarmEvent, AlarmEventJson, EventDraft, Language, Qualifier } from "./src/event/alarm_event.ts";
export { eventFromJson, eventToJson } from "./src/event/alarm_event.ts";

// Reading
export { decode } from "./src/decode/decoders.ts";
export { type DecoderKeys, readDecoderKeys } from "./src/decode/decoder_keys.ts";

// Translating
export { readSiteTable, siteAccount, siteRules, translate } from "./src/event/translation/mod.ts";
export type * from "./src/event/translation/forms.ts";
export type * from "./src/event/translation/site_table.ts";
export type * from "./src/event/translation/translate_code.ts";
export type { SiteTableProblem, SiteTableRead } from "./src/event/translation/read_site_table.ts";

// Panels
export {
  contactId,
  ContactIdSession,
  type ContactIdSessionOptions,
  type Letters,
} from "./adapters/contact_id/mod.ts";
export { LineSession, type LineWork } from "./adapters/line_session.ts";
export type { QuirkChoice } from "./adapters/quirk_choice.ts";
export type { Quirk, QuirkPoints, QuirkTranscript, QuirkUser } from "./adapters/quirk.ts";
export { sia, type SiaAckStyle, SiaSession, type SiaSessionOptions } from "./adapters/sia/mod.ts";
export { texecom, TexecomSession, type TexecomSessionOptions } from "./adapters/texecom/mod.ts";
export {
  scancom,
  type ScancomChannels,
  type ScancomContext,
  type ScancomLayout,
  type ScancomMeaning,
  ScancomSession,
  type ScancomSessionOptions,
  ScancomSites,
  type ScancomSiteState,
} from "./adapters/scancom/mod.ts";
export type { ScancomChannel } from "./src/event/tables/scancom.ts";
export {
  dc09,
  type Dc09Body,
  type Dc09Encoding,
  type Dc09Encryption,
  type Dc09Extended,
  type Dc09Head,
  Dc09Key,
  type Dc09Known,
  Dc09Memory,
  type Dc09Message,
  type Dc09Random,
  Dc09Session,
  type Dc09SessionOptions,
} from "./adapters/dc09/mod.ts";
export {
  vds2465Serial,
  Vds2465SerialSession,
  type Vds2465SerialSessionOptions,
  vds2465Tcp,
  Vds2465TcpSession,
  type Vds2465TcpSessionOptions,
  type VdsCentreOptions,
  type VdsKeyOptions,
} from "./adapters/vds2465/mod.ts";
export { CONTRACT_VERSION } from "./adapters/contract_version.ts";
export { loadAdapters, type OutsideAdapter } from "./src/gateway/outside_adapters.ts";
export { OutsideAdapterError, type OutsideAdapterRule } from "./src/gateway/outside_adapter_error.ts";
export { listenPanels, type PanelListener, type PanelListenerOptions } from "./src/gateway/panel_listener.ts";

// Playing a panel
export { simulatePanel, simulationFault } from "./src/simulator/simulate_panel.ts";
export type { PanelEvent, PanelSimulation, PanelSummary } from "./src/simulator/simulation.ts";
export type { LineFaults } from "./src/simulator/line_faults.ts";
export type { PanelSettings } from "./src/simulator/panel_settings.ts";
export {
  type AlarmWords,
  type PanelScript,
  type PanelStep,
  parseAlarmWords,
  parsePanelScript,
} from "./src/simulator/script.ts";
export type { PanelWire, WireHandler } from "./src/simulator/wire.ts";
export { connectTcpWire, listenTcpWire, type WaitingPanel } from "./src/simulator/tcp_wire.ts";
export { openUdpWire } from "./src/simulator/udp_wire.ts";

// Automation software
export {
  type AeBehaviour,
  type AeEffect,
  type AeRecord,
  SurGardAe,
  type SurGardAeOptions,
  type SurGardFramerOptions,
  type SurGardHeader,
  type SurGardMessage,
  type SurGardProfile,
  type SurGardProfileName,
  surGardProfiles,
  type SurGardReading,
  surGardSession,
  type SurGardSessionOptions,
} from "./adapters/sur_gard/mod.ts";
export {
  type Ademco685Header,
  ademco685Session,
  type Ademco685SessionOptions,
  type Ademco685Writing,
  type WriteAdemco685Options,
} from "./adapters/ademco_685/mod.ts";
export {
  type Bosch6500Header,
  bosch6500Session,
  type Bosch6500SessionOptions,
  type Bosch6500Writing,
  type WriteBosch6500Options,
} from "./adapters/bosch_6500/mod.ts";
export {
  Dc07Ae,
  type Dc07AeBehaviour,
  type Dc07AeEffect,
  type Dc07AeOptions,
  type Dc07AeRecord,
  type Dc07Frame,
  type Dc07Message,
  type Dc07Profile,
  type Dc07ProfileName,
  dc07Profiles,
  Dc07Session,
  type Dc07SessionOptions,
} from "./adapters/dc07/mod.ts";
export { MqttSession, type MqttSessionOptions } from "./adapters/mqtt/mod.ts";
export {
  readWebhookSecret,
  verifyWebhook,
  type WebhookBody,
  type WebhookEffect,
  type WebhookItem,
  type WebhookRequest,
  type WebhookSecretResult,
  type WebhookSessionOptions,
  type WebhookToVerify,
  type WebhookVerified,
} from "./adapters/webhook/mod.ts";
export {
  type WebhookOutcome,
  WebhookOutput,
  type WebhookOutputOptions,
} from "./src/gateway/webhook_output.ts";
export { LineSender } from "./src/delivery/line_sender.ts";
export type { LineSenderCounts } from "./src/delivery/line_sender_counts.ts";
export type { Answer, AnswerReader } from "./src/delivery/answer_reader.ts";
export type { LineSenderOptions, Poll } from "./src/delivery/line_sender_options.ts";
export type { Written, WrittenLine } from "./adapters/contract.ts";
export { type Delivery, Output, type OutputOptions } from "./src/gateway/output.ts";

// Gateways
export { loadRctConfig, loadSptConfig, parseRctConfig, parseSptConfig } from "./src/config/load.ts";
export type { LoadOptions, LoadResult } from "./src/config/load.ts";
export type { ConfigError, ConfigRule } from "./src/config/config_error.ts";
export type { HttpConfig } from "./src/config/http_config.ts";
export type { RctConfig, SiteConfig } from "./src/config/rct_config.ts";
export type { OutputConfig, OutputLine } from "./src/config/output_config.ts";
export type { OutputSettings } from "./src/config/output_settings.ts";
export type { JournalConfig } from "./src/config/journal_config.ts";
export type { Pruned, PruneOptions, StoredTime } from "./src/journal/prune.ts";
export type { AccountRoute, RouteConfig } from "./src/config/route_config.ts";
export type { RawLineConfig, RawRctConfig, RawSptConfig } from "./src/config/raw_config.ts";
export { SecretKey } from "./src/keys/secret_key.ts";
export type { Acknowledge, InputConfig, InputLine } from "./src/config/input_config.ts";
export type { ChannelNames } from "./src/config/channel_names.ts";
export type { LanguageSettings, Remote } from "./src/config/input_languages.ts";
export type { LineSettings, Parity, Rs485 } from "./src/serial/line_settings.ts";
export type { NumberedKey, PanelKeys } from "./src/config/panel_keys.ts";
export type { SptConfig } from "./src/config/spt_config.ts";
export type { CertificateFiles } from "./src/config/certificate_config.ts";
export type { KeysConfig } from "./src/config/keys_config.ts";
export type { RctCommissioningConfig } from "./src/config/rct_commissioning_config.ts";
export type { SptCommissioningConfig } from "./src/config/spt_commissioning_config.ts";
export type { EditionName } from "./src/ip/editions.ts";
export type { PollModeName, Result, ResultName } from "./src/ip/profile.ts";
export type { RctRequest, RctRequestEnd } from "./src/session/rct_requests.ts";
export type { Heartbeat } from "./src/session/rct_heartbeat.ts";
export type { Capture } from "./src/gateway/capture.ts";
export {
  CaptureFile,
  type CaptureOptions,
  type CaptureSink,
  type CaptureStop,
} from "./src/gateway/capture_file.ts";
export type { CapturedEnd } from "./src/capture/pcap.ts";
export type { Log, LogLevel } from "./src/gateway/log.ts";
export type * from "./src/journal/journal.ts";
export type { Closable } from "./src/transport/tcp.ts";
export { Rct, type RctAsk, type RctParts } from "./src/gateway/rct.ts";
export { Spt, type SptParts } from "./src/gateway/spt.ts";
export type * from "./src/http/view.ts";
export { VERSION } from "./src/version.ts";
