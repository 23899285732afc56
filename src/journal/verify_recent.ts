/**
 * Verifies the newest part of the record: cheap enough for every start.
 *
 * @module
 */
import { contentDigest, nextLink } from "./chain.ts";
import { chainedAlarm } from "./chain_rows.ts";
import type { JournalReader } from "./journal_reader.ts";
import { textFromColumn } from "./sqlite_row.ts";
import type { ChainFinding } from "./verify_chain.ts";

/** Hops that are looked at. */
export const RECENT_HOPS = 2000;

/**
 * Follows the chains through the newest hops to their ends, and compares the alarms that were stored or amended there. What
 * lies before is taken as it is: `verifyChain` looks at everything.
 *
 * @param reader The journal.
 * @param hops How many.
 * @returns What is wrong; empty when that part holds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { JournalReader } from "./journal_reader.ts";
 * import { openJournal } from "./sqlite_journal.ts";
 * import { verifyRecent } from "./verify_recent.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await (await openJournal({ path: `${folder}/journal.db` })).close();
 * const reader = JournalReader.open(`${folder}/journal.db`);
 * assertEquals(verifyRecent(reader), []);
 * reader.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function verifyRecent(reader: JournalReader, hops = RECENT_HOPS): ChainFinding[] {
  const findings: ChainFinding[] = [];
  [...reader.rows("BEGIN")];
  try {
    const links = new Map<string, Uint8Array>();
    const contents = new Map<number, { account: string; hop: number; content: Uint8Array }>();
    const sql =
      `SELECT recent.id, recent.alarm, recent.at, recent.step, recent.detail, recent.content, recent.link, account
      FROM (SELECT * FROM hop ORDER BY id DESC LIMIT ?) AS recent LEFT JOIN alarm ON seq = recent.alarm
      ORDER BY recent.id`;
    for (const [id, alarm, at, step, detail, content, link, whose] of reader.rows(sql, hops)) {
      const [hop, seq] = [Number(id), Number(alarm)];
      const place = { account: textFromColumn(whose), seq, hop };
      if (whose === null) {
        const message = `row ${hop} tells of alarm ${seq}, which is not there`;
        findings.push({ rule: "alarm-missing", ...place, message });
        continue;
      }
      if (!(link instanceof Uint8Array)) {
        const message = `row ${hop} has no link: another program put it in`;
        findings.push({ rule: "hop-without-link", ...place, message });
        continue;
      }
      const before = links.get(place.account);
      links.set(place.account, link);
      const bound = content instanceof Uint8Array ? content : undefined;
      if (bound !== undefined) contents.set(seq, { account: place.account, hop, content: bound });
      // Before the first of an account there is nothing to follow from.
      if (before === undefined) continue;
      const words = { step: textFromColumn(step), detail: textFromColumn(detail) };
      if (same(nextLink(before, { seq, at: Number(at), ...words, content: bound }), link)) continue;
      const message = `row ${hop} (${words.step}) was edited, or a row before it was taken away or put in`;
      findings.push({ rule: "hop-broken", ...place, message });
    }
    findings.push(...editedAlarms(reader, contents), ...movedEnds(reader, links));
  } finally {
    [...reader.rows("COMMIT")];
  }
  return findings;
}

function* editedAlarms(
  reader: JournalReader,
  contents: ReadonlyMap<number, { account: string; hop: number; content: Uint8Array }>,
): Generator<ChainFinding> {
  const sql = "SELECT seq, id, origin, account, protocol, data, raw, time, events FROM alarm WHERE seq = ?";
  for (const [seq, { account, hop, content }] of contents) {
    const [row] = reader.rows(sql, seq);
    if (row === undefined || same(contentDigest(chainedAlarm(row)), content)) continue;
    yield { rule: "alarm-edited", account, seq, hop, message: `alarm ${seq} does not say what was stored` };
  }
}

function* movedEnds(reader: JournalReader, links: ReadonlyMap<string, Uint8Array>): Generator<ChainFinding> {
  for (const [whose, link] of reader.rows("SELECT account, link FROM chain")) {
    const account = textFromColumn(whose);
    const last = links.get(account);
    if (last === undefined || same(last, link as Uint8Array)) continue;
    yield { rule: "end-missing", account, message: `account ${account}: its last hops were taken away` };
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
