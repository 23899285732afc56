/** A year of two sites, written into journals as gateways would have: every sum in the tests can be done by hand. */
import type { AlarmEvent } from "../../src/event/alarm_event.ts";
import { msToNtp } from "../../src/ip/ntp_time.ts";
import type { NewAlarm } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { alarm, event, hop } from "../journal/alarms.ts";

export const HOUR = 3_600_000;
/** `2024-02-29T12` and more, in UTC. */
export const utc = (text: string) => Date.parse(`${text.length === 13 ? `${text}:00` : text}Z`);

const ids = ["02000000000000000000000000000002", "02000000000000000000000000000003"] as const;

export const RCT = `name = "centre <1>"
http = false
[journal]
keep = "off"
[identity]
device_id = "02000000000000000000000000000001"
[[site]]
name = "shop"
device_id = "${ids[0]}"
output = "east"
[[site]]
name = "bank"
device_id = "${ids[1]}"
output = "west"
acknowledge = "pass-through"
max_heartbeat = "2m"
[[site]]
name = "=silent"
device_id = "02000000000000000000000000000004"
output = "quiet"
[[output]]
name = "east"
[[output]]
name = "west"
port = 1026
[[output]]
name = "quiet"
port = 1027
faults = "off"
`;

export const BANK = `name = "bank-box"
http = false
[journal]
keep = "off"
[rct]
host = "192.0.2.1"
heartbeat = "60s"
[identity]
device_id = "${ids[1]}"
[[input]]
name = "panel"
language = "sia"
listen = "127.0.0.1:10002"
`;

/** A message of the receiver's own. */
interface Told {
  rule: string;
  site?: string;
  from: string;
  to?: string;
  /** Told to these; each gets a copy. */
  lanes?: string[];
  /** Only the end was told, with this text. */
  endText?: string;
}

/** What failed. Sums: shop 21 h in 2024, bank 120 h, all three AEs together 1 h, the journal 0.5 h. */
const TOLD: Told[] = [
  { rule: "path-failed:shop", site: "shop", from: "2023-12-31T20", to: "2024-01-01T04" },
  // Told to two outputs: counts once.
  {
    rule: "path-failed:shop",
    site: "shop",
    from: "2024-02-29T00",
    to: "2024-02-29T12",
    lanes: ["east", "west"],
  },
  { rule: "path-failed:shop", site: "shop", from: "2024-03-31T00:30", to: "2024-03-31T01:30" },
  { rule: "ae-absent:east", from: "2024-05-05T00", to: "2024-05-05T06", lanes: ["west"] },
  { rule: "ae-absent:west", from: "2024-05-05T05", to: "2024-05-05T08", lanes: ["east"] },
  { rule: "ae-absent:quiet", from: "2024-05-05T05", to: "2024-05-05T07", lanes: ["east", "west"] },
  { rule: "path-failed:bank", site: "bank", from: "2024-06-01T00", to: "2024-06-04T00", lanes: ["west"] },
  { rule: "journal", from: "2024-07-01T00", to: "2024-07-01T00:30" },
  { rule: "path-failed:shop", site: "shop", from: "2024-10-27T00", to: "2024-10-27T02" },
  { rule: "ae-absent:quiet", from: "2024-11-01T00", endText: "AE quiet was absent 12 min" },
  // Never restored.
  { rule: "path-failed:bank", site: "bank", from: "2024-12-30T00", lanes: ["west"] },
  { rule: "path-failed:shop", site: "shop", from: "2024-12-31T22", to: "2025-01-01T03" },
];

/** An alarm as it stands in the RCT's journal. */
interface Row {
  at: number;
  alarm: NewAlarm;
  deliveredAt: number | undefined;
  answeredAt: number;
}

let numbers = 0;
const newId = () => String(++numbers).padStart(26, "0");

/** Writes `data/rct.sqlite`, `data/bank.sqlite` and both configurations. */
export async function writeYear(folder: string, more: Row[] = []): Promise<void> {
  numbers = 0;
  await Deno.mkdir(`${folder}/data`);
  await Deno.writeTextFile(`${folder}/rct.toml`, RCT, { mode: 0o600 });
  await Deno.writeTextFile(
    `${folder}/bank.toml`,
    BANK.replace("[journal]\n", '[journal]\npath = "data/bank.sqlite"\n'),
    { mode: 0o600 },
  );
  const rows: Row[] = [...TOLD.flatMap(toldRows), ...more];
  // A clock that was never set: of 1970, and so no first record.
  rows.push(alarmRow("shop", "east", 0, 40, 60));
  rows.push(alarmRow("shop", "east", utc("2023-12-01T00"), 40, 60));
  for (let month = 0; month < 12; month++) {
    for (let i = 1; i <= 24; i++) {
      // 100 to 2400 ms: mean 1250, 95th percentile 2300 (the 23rd), longest 2400.
      rows.push(alarmRow("shop", "east", Date.UTC(2024, month, i, 9), 40, i * 100 - 40));
    }
  }
  const bank = await openJournal({ path: `${folder}/data/bank.sqlite` });
  // The bank's clock is an hour ahead. By its own clock the answer came after 70 ms, the panel's after 80 ms.
  for (let i = 0; i < 30; i++) {
    const at = utc("2024-03-10T12") + i * HOUR;
    const row = alarmRow("bank", "west", at, 20, 30, HOUR);
    rows.push({ ...row, answeredAt: row.deliveredAt! + 1 });
    const there = at - 20 + HOUR;
    await bank.append(alarm(row.alarm.id), [hop(there, "received", "panel")]);
    bank.note({ id: row.alarm.id, delivered: there + 70 });
    bank.note({ id: row.alarm.id, hop: hop(there + 80, "acknowledged", "panel"), told: true });
  }
  await bank.close();
  rows.sort((a, b) => a.at - b.at);
  await writeRows(`${folder}/data/rct.sqlite`, rows);
}

/** Writes rows in their order, each with the time it says. */
export async function writeRows(path: string, rows: readonly Row[]): Promise<void> {
  let now = 0;
  const journal = await openJournal({ path, now: () => now });
  for (const { at, alarm: entry, deliveredAt, answeredAt } of rows) {
    now = at;
    void journal.append(entry, [hop(at, "received", "EVENT_MSG from SPT 192.0.2.9:5")]);
    journal.note({ id: entry.id, hop: hop(answeredAt, "acknowledged", "EVENT_RESP"), told: true });
    if (deliveredAt === undefined) continue;
    journal.note({ id: entry.id, hop: hop(deliveredAt, "delivered", "AE"), delivered: deliveredAt });
  }
  await journal.flush();
  await journal.close();
}

/** An alarm of a panel: stamped `before` ms before it came to the RCT, at the AE `after` ms after that. */
export function alarmRow(
  site: string,
  lane: string,
  at: number,
  before: number,
  after: number | undefined,
  aheadMs = 0,
  flags: string[] = [],
): Row {
  const id = newId();
  return {
    at,
    alarm: alarm(id, {
      lane,
      origin: site,
      time: msToNtp(at - before + aheadMs),
      events: [event(id, { flags, text: "own-event" })],
    }),
    deliveredAt: after === undefined ? undefined : at + after,
    answeredAt: at + 5,
  };
}

function toldRows({ rule, site = "receiver", from, to, lanes = ["east"], endText }: Told): Row[] {
  const told = (at: number, over: boolean, text: string): Row[] =>
    lanes.map((lane) => {
      const id = newId();
      const qualifier = over ? "restore" : "new";
      const receivedAt = new Date(at);
      const fields: Partial<AlarmEvent> = { code: "YC", qualifier, flags: ["own-event"], receivedAt, text };
      return {
        at,
        alarm: alarm(id, {
          lane,
          origin: site,
          raw: new TextEncoder().encode(rule),
          time: msToNtp(at),
          events: [event(id, fields)],
        }),
        // A failure takes 500 ms to its AE.
        deliveredAt: at + 500,
        answeredAt: at,
      };
    });
  if (endText !== undefined) return told(utc(from), true, endText);
  return [
    ...told(utc(from), false, "failed"),
    ...(to === undefined ? [] : told(utc(to), true, "had failed")),
  ];
}
