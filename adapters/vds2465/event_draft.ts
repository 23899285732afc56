/**
 * From VdS 2465 records to neutral events.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { vdsMessageKind, vdsQualifier } from "../../src/event/tables/vds2465.ts";
import { EXTENSION } from "./address.ts";
import { toInstant } from "./date_time.ts";
import { groupEvents, type VdsEventGroup } from "./event_group.ts";
import { hex, vdsFaultText } from "./names.ts";
import type { VdsRecords } from "./record.ts";
import { readFields, type VdsMessage } from "./record_fields.ts";
import { ST } from "./record_type.ts";

/** What a telegram's events need besides its records. */
export interface VdsEventContext {
  /** Account for events without ident number (record 56); empty if none is known, which is then flagged `no-account`. */
  account: string;
  /** The octets of the records. */
  raw: Uint8Array;
  /** Remarks to keep with every event. */
  flags?: readonly string[];
}

/**
 * Makes neutral events of a telegram.
 *
 * - `account`: the digits of record 56, leading zeros kept; else the context's.
 * - `code`: the message kind as sent, two hexadecimal digits (`22` burglary, `A2` its reset); `ST40` for the test
 *   message, which is a record and no message kind; `ST` and the record type for records that cannot be read.
 * - `qualifier`: `new` for set, `restore` for reset; the other way round for arming (61, 62), which is a closing;
 *   `status` for record 20, tests and plain messages.
 * - `device`: the device number, 0 being the transmitter. `area`: the area number, absent when 0.
 * - `zone`: the address, and behind a dot its supplement if that is not 0; absent when both are 0 (the whole device).
 *   Telenot numbers its points with both octets: `5.50` is its point 0532 (hexadecimal).
 * - Address extension: an output is flagged `output`; for a fault the address is the kind of fault, named behind the
 *   label, and not a zone (`fault-address`); others are flagged `address-extension`.
 * - `text` from record 54; `occurredAt` from record 50, read as UTC because devices send no zone.
 *
 * Flags also: `unknown-code`, `vendor-code`, `bad-time`, `unknown-record`, `truncated`, `no-account`. Source: vds2465.md
 * §2-§4 (A); the choices above are this project's (C).
 *
 * @param telegram The records of one telegram, and what of it could not be read.
 * @param context Account and octets.
 * @returns One draft for each event; none in a telegram that is an answer or a sign of life. A telegram that ends in the
 *   middle of its only event still gives one draft, so that it reaches somebody. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465EventDrafts } from "./event_draft.ts";
 * import { readRecords } from "./record.ts";
 *
 * const raw = Uint8Array.fromHex("05021103000122" + "0356214365");
 * const [draft] = vds2465EventDrafts(readRecords(raw), { account: "", raw });
 * assertEquals([draft?.account, draft?.code, draft?.label], ["123456", "22", "Burglary"]);
 * assertEquals([draft?.device, draft?.area, draft?.zone], ["1", "1", "3"]);
 * ```
 */
export function vds2465EventDrafts(telegram: VdsRecords, context: VdsEventContext): EventDraft[] {
  const groups = groupEvents(telegram.records);
  const { refused } = telegram;
  if (refused === undefined) return groups.map((group) => draftOf(group, context));
  const flagged = { ...context, flags: [...context.flags ?? [], "truncated"] };
  if (groups.length === 0) {
    const cut = { type: refused.raw[1] ?? 0, data: new Uint8Array() };
    groups.push(...groupEvents([...telegram.records, cut]));
  }
  return groups.map((group) => draftOf(group, flagged));
}

function draftOf(group: VdsEventGroup, context: VdsEventContext): EventDraft {
  const account = group.ident ?? context.account;
  const occurredAt = group.at === undefined ? undefined : toInstant(group.at);
  const { flags, ...said } = sayOf(group);
  const all = new Set([...context.flags ?? [], ...flags]);
  if (account === "") all.add("no-account");
  if (group.at !== undefined && occurredAt === undefined) all.add("bad-time");
  return {
    account,
    language: "vds2465",
    ...said,
    ...(group.text === undefined ? {} : { text: group.text }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
    flags: [...all].sort(),
    raw: context.raw,
  };
}

type Said = Pick<EventDraft, "code" | "qualifier" | "label" | "device" | "area" | "zone" | "flags">;

function sayOf({ event }: VdsEventGroup): Said {
  const fields = readFields(event);
  if (fields.kind === "message") return sayOfMessage(fields);
  if (fields.kind === "test") return { code: "ST40", qualifier: "status", label: "Test message", flags: [] };
  const type = hex(event.type);
  return {
    code: `ST${type}`,
    qualifier: "new",
    label: `VdS 2465 record ${type} that cannot be read here`,
    flags: ["unknown-record"],
  };
}

function sayOfMessage({ type, messageKind, device, area, address, supplement, extension }: VdsMessage): Said {
  const known = vdsMessageKind(messageKind);
  const code = hex(messageKind);
  const isFault = extension === EXTENSION.FAULT;
  const fault = isFault && address !== 0 ? ` (${vdsFaultText(address) ?? `fault ${address}`})` : "";
  const zone = isFault || (address === 0 && supplement === 0)
    ? undefined
    : `${address}${supplement === 0 ? "" : `.${supplement}`}`;
  const flags: string[] = [];
  if (known === undefined) flags.push("unknown-code");
  if (known?.vendor === true) flags.push("vendor-code");
  if (isFault) flags.push("fault-address");
  else if (extension === EXTENSION.OUTPUT) flags.push("output");
  else if (extension !== undefined && extension !== EXTENSION.INPUT) flags.push("address-extension");
  return {
    code,
    qualifier: type === ST.STATUS ? "status" : vdsQualifier(messageKind),
    label: `${known?.english ?? code}${fault}`,
    device: `${device}`,
    ...(area === 0 ? {} : { area: `${area}` }),
    ...(zone === undefined ? {} : { zone }),
    flags,
  };
}
