/**
 * The messages as objects: what parsing gives and writing takes.
 *
 * @module
 */
import type { EventMsg, EventResp } from "./event.ts";
import type { ConnHandleReq, ConnHandleResp } from "./connection_handle.ts";
import type { DeviceIdReq, DeviceIdResp } from "./device_id.ts";
import type { DtlsCompleteReq, DtlsCompleteResp } from "./dtls_complete.ts";
import type { EncryptKeyReq, EncryptKeyResp } from "./encrypt_key.ts";
import type { EncryptSelectReq, EncryptSelectResp } from "./encrypt_select.ts";
import type { HashSelectReq, HashSelectResp } from "./hash_select.ts";
import type { PathSupervisionReq, PathSupervisionResp } from "./path_supervision.ts";
import type { PmtuReq, PmtuResp } from "./pmtu.ts";
import type { PollMsg, PollResp } from "./poll.ts";
import type { RctIpParamReq, RctIpParamResp } from "./rct_ip_param.ts";
import type { SetTimeCmd, SetTimeResp } from "./set_time.ts";
import type { TransparentMsg, TransparentResp } from "./transparent.ts";
import type { VersionReq, VersionResp } from "./version.ts";

/** Any message; told apart by its `name`. */
export type Message =
  | PollMsg
  | PollResp
  | EventMsg
  | EventResp
  | ConnHandleReq
  | ConnHandleResp
  | DeviceIdReq
  | DeviceIdResp
  | EncryptSelectReq
  | EncryptSelectResp
  | EncryptKeyReq
  | EncryptKeyResp
  | HashSelectReq
  | HashSelectResp
  | PathSupervisionReq
  | PathSupervisionResp
  | SetTimeCmd
  | SetTimeResp
  | VersionReq
  | VersionResp
  | PmtuReq
  | PmtuResp
  | DtlsCompleteReq
  | DtlsCompleteResp
  | RctIpParamReq
  | RctIpParamResp
  | TransparentMsg
  | TransparentResp;
