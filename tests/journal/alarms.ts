/** Alarms, events and hops for the journal's tests. */
import type { AlarmEvent } from "../../src/event/alarm_event.ts";
import type { Hop, HopStep, NewAlarm, StoredAlarm } from "../../src/journal/journal.ts";

/** An alarm with the fields that matter to a test. */
export function alarm(id: string, fields: Partial<NewAlarm> = {}): NewAlarm {
  return {
    id,
    lane: "rct",
    origin: "galaxy",
    account: "1234",
    protocol: "sia",
    data: new TextEncoder().encode("#1234|NBA01"),
    raw: Uint8Array.of(0x40, 0x23, 0x00, 0xff),
    time: 0xed00_0000_0000_0000n,
    events: [],
    open: false,
    offered: false,
    ...fields,
  };
}

/** A burglary in zone 01. */
export function event(id: string, fields: Partial<AlarmEvent> = {}): AlarmEvent {
  return {
    id,
    account: "1234",
    language: "sia",
    code: "BA",
    qualifier: "new",
    label: "Burglary Alarm",
    zone: "01",
    receivedAt: new Date(1_700_000_000_000),
    flags: ["unknown-code"],
    raw: new TextEncoder().encode("NBA01"),
    ...fields,
  };
}

/** A hop. */
export function hop(at: number, step: HopStep, detail = ""): Hop {
  return { at, step, detail };
}

/** The ids, in order. */
export function ids(alarms: readonly StoredAlarm[]): string[] {
  return alarms.map(({ id }) => id);
}
