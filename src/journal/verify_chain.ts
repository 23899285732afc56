/**
 * Follows the chain of every account through a journal, and tells where it does not hold.
 *
 * @module
 */
import { contentDigest, FIRST_LINK, nextLink } from "./chain.ts";
import { chainedAlarm } from "./chain_rows.ts";
import type { JournalReader } from "./journal_reader.ts";
import { textFromColumn } from "./sqlite_row.ts";

/** Where the chain of an account stood, as it was kept elsewhere. */
export interface KnownHead {
  /** The account. */
  account: string;
  /** Hops by then. */
  count: number;
  /** Link of the last of them, 64 hex digits. */
  link: string;
}

/** Something that is not as it was written. */
export interface ChainFinding {
  /**
   * `hop-broken`: this row was edited, or one before it was taken away or put in. `hop-without-link`: a row that was put in by
   * another program. `alarm-missing`: a hop of an alarm that is not there. `alarm-edited`: what an alarm says is not what was
   * stored. `alarm-unbound`: an alarm without the hop that was stored with it. `delivery-unproven`: an alarm marked as
   * delivered, and no hop says so. `end-missing`: the last rows of an account were taken away. `head-moved`: the chain does
   * not go through a head that was kept elsewhere.
   */
  rule:
    | "hop-broken"
    | "hop-without-link"
    | "alarm-missing"
    | "alarm-edited"
    | "alarm-unbound"
    | "delivery-unproven"
    | "end-missing"
    | "head-moved";
  /** The account; empty when it is not known. */
  account: string;
  /** Number of the alarm; undefined when it concerns the account. */
  seq?: number;
  /** Number of the hop's row. */
  hop?: number;
  /** What is wrong, in words. */
  message: string;
}

/** What {@link verifyChain} found. */
export interface ChainReport {
  /** Accounts, alarms and hops that were looked at. */
  accounts: number;
  alarms: number;
  hops: number;
  /** Hops that were pruned, as the journal says. */
  pruned: number;
  /** What is wrong; empty when all holds. At most {@link MAX_FINDINGS}. */
  findings: ChainFinding[];
  /** How many more there were. */
  more: number;
}

/** Findings told one by one. */
export const MAX_FINDINGS = 1000;

interface Walk {
  link: Uint8Array;
  count: number;
}

/**
 * Verifies a journal.
 *
 * @param reader The journal.
 * @param known Heads that were kept elsewhere, from `tocsin audit heads`.
 * @returns What was found. Rows that the gateway adds meanwhile are not looked at.
 */
export function verifyChain(reader: JournalReader, known: readonly KnownHead[] = []): ChainReport {
  const report: ChainReport = { accounts: 0, alarms: 0, hops: 0, pruned: 0, findings: [], more: 0 };
  const find = (finding: ChainFinding) => {
    if (report.findings.length < MAX_FINDINGS) report.findings.push(finding);
    else report.more++;
  };
  // One reading transaction: the rows and the heads are of the same moment.
  [...reader.rows("BEGIN")];
  try {
    const walks = new Map<string, Walk>();
    const wanted = Map.groupBy(known, ({ account }) => account);
    for (const [whose, base, pruned] of reader.rows("SELECT account, base, pruned FROM chain")) {
      const account = textFromColumn(whose);
      const link = base instanceof Uint8Array ? base : FIRST_LINK;
      const count = Number(pruned);
      walks.set(account, { link, count });
      report.pruned += count;
      for (const head of wanted.get(account) ?? []) {
        if (count === 0 || head.count !== count || head.link.toLowerCase() === link.toHex()) continue;
        const message = `the first ${count} hops were pruned, and they were not those that were kept`;
        find({ rule: "head-moved", account, message });
      }
    }
    verifyHops(reader, walks, wanted, report, find);
    verifyAlarms(reader, report, find);
    verifyHeads(reader, walks, wanted, report, find);
  } finally {
    [...reader.rows("COMMIT")];
  }
  return report;
}

function verifyHops(
  reader: JournalReader,
  walks: Map<string, Walk>,
  wanted: Map<string, KnownHead[]>,
  report: ChainReport,
  find: (finding: ChainFinding) => void,
): void {
  const sql = `SELECT hop.id, hop.alarm, hop.at, hop.step, hop.detail, hop.content, hop.link, alarm.account
    FROM hop LEFT JOIN alarm ON alarm.seq = hop.alarm ORDER BY hop.id`;
  for (const [id, alarm, at, step, detail, content, link, whose] of reader.rows(sql)) {
    report.hops++;
    const [hop, seq] = [Number(id), Number(alarm)];
    if (whose === null) {
      find({
        rule: "alarm-missing",
        account: "",
        seq,
        hop,
        message: `row ${hop} tells of alarm ${seq}, which is not there`,
      });
      continue;
    }
    const account = textFromColumn(whose);
    const walk = walks.get(account) ?? { link: FIRST_LINK, count: 0 };
    walks.set(account, walk);
    walk.count++;
    if (!(link instanceof Uint8Array)) {
      find({
        rule: "hop-without-link",
        account,
        seq,
        hop,
        message: `row ${hop} has no link: another program put it in`,
      });
      continue;
    }
    const expected = nextLink(walk.link, {
      seq,
      at: Number(at),
      step: textFromColumn(step),
      detail: textFromColumn(detail),
      content: content instanceof Uint8Array ? content : undefined,
    });
    walk.link = link;
    if (!same(expected, link)) {
      find({
        rule: "hop-broken",
        account,
        seq,
        hop,
        message: `row ${hop} (${
          textFromColumn(step)
        }) was edited, or a row before it was taken away or put in`,
      });
    }
    for (const head of wanted.get(account) ?? []) {
      if (head.count !== walk.count || head.link.toLowerCase() === link.toHex()) continue;
      find({
        rule: "head-moved",
        account,
        seq,
        hop,
        message:
          `after ${head.count} hops the chain is not what was kept: rows up to row ${hop} were written anew`,
      });
    }
  }
}

function verifyAlarms(
  reader: JournalReader,
  report: ChainReport,
  find: (finding: ChainFinding) => void,
): void {
  const sql = `SELECT seq, id, origin, account, protocol, data, raw, time, events, delivered_at,
      (SELECT content FROM hop WHERE alarm = seq AND content IS NOT NULL ORDER BY hop.id DESC LIMIT 1),
      EXISTS (SELECT 1 FROM hop WHERE alarm = seq AND step = 'delivered')
    FROM alarm ORDER BY seq`;
  for (const row of reader.rows(sql)) {
    report.alarms++;
    const seq = Number(row[0]);
    const alarm = chainedAlarm(row.slice(0, 9));
    const { account } = alarm;
    const [deliveredAt, bound, proven] = row.slice(9);
    if (!(bound instanceof Uint8Array)) {
      find({
        rule: "alarm-unbound",
        account,
        seq,
        message: `alarm ${seq} has no hop that was stored with it`,
      });
    } else if (!same(bound, contentDigest(alarm))) {
      find({ rule: "alarm-edited", account, seq, message: `alarm ${seq} does not say what was stored` });
    }
    if (deliveredAt !== null && proven !== 1) {
      find({
        rule: "delivery-unproven",
        account,
        seq,
        message: `alarm ${seq} is marked as delivered, and no hop says so`,
      });
    }
  }
}

function verifyHeads(
  reader: JournalReader,
  walks: Map<string, Walk>,
  wanted: Map<string, KnownHead[]>,
  report: ChainReport,
  find: (finding: ChainFinding) => void,
): void {
  const ends = new Set<string>();
  for (const [whose, link, count] of reader.rows("SELECT account, link, count FROM chain")) {
    const account = textFromColumn(whose);
    ends.add(account);
    const walk = walks.get(account);
    if (walk !== undefined && walk.count === Number(count) && same(walk.link, link as Uint8Array)) continue;
    find({
      rule: "end-missing",
      account,
      message: `account ${account} had ${Number(count)} hops, and ${walk?.count ?? 0} are there`,
    });
  }
  report.accounts = walks.size;
  for (const [account, walk] of walks) {
    if (ends.has(account)) continue;
    find({
      rule: "end-missing",
      account,
      message: `account ${account}: its end was taken away; ${walk.count} hops are there`,
    });
  }
  for (const [account, heads] of wanted) {
    const most = Math.max(...heads.map(({ count }) => count));
    const there = walks.get(account)?.count ?? 0;
    if (most <= there) continue;
    find({
      rule: "end-missing",
      account,
      message: `account ${account} had ${most} hops when its head was kept, and ${there} are there`,
    });
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
