/**
 * Chains the hops of a journal that was written without.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { ChainHeads } from "./chain_heads.ts";
import { chainedAlarm } from "./chain_rows.ts";
import { contentDigest } from "./chain.ts";
import { textFromColumn, textToColumn } from "./sqlite_row.ts";

/**
 * Gives every hop its link, in the order of the rows, and every account its head. The content of an alarm, which may have been
 * amended since, is bound to the last hop that could have changed it.
 *
 * @param db The database, inside a transaction; no hop has a link yet.
 * @returns How many hops there were.
 */
export function chainAll(db: DatabaseSync): number {
  const heads = new ChainHeads(() => undefined);
  const binding = new Map<number, number>();
  for (const { id, alarm, step } of db.prepare("SELECT id, alarm, step FROM hop ORDER BY id").iterate()) {
    if (!binding.has(Number(alarm)) || step === "amended") binding.set(Number(alarm), Number(id));
  }
  const alarmOf = db.prepare(
    "SELECT seq, id, origin, account, protocol, data, raw, time, events FROM alarm WHERE seq = ?",
  );
  const setLink = db.prepare("UPDATE hop SET content = ?, link = ? WHERE id = ?");
  let count = 0;
  for (const row of db.prepare("SELECT id, alarm, at, step, detail FROM hop ORDER BY id").all()) {
    const found = alarmOf.get(Number(row["alarm"]));
    if (found === undefined) continue;
    const alarm = chainedAlarm(Object.values(found));
    const content = binding.get(Number(row["alarm"])) === Number(row["id"])
      ? contentDigest(alarm)
      : undefined;
    const link = heads.add(alarm.account, {
      seq: Number(row["alarm"]),
      at: Number(row["at"]),
      step: textFromColumn(row["step"]),
      detail: textFromColumn(row["detail"]),
      content,
    });
    setLink.run(content ?? null, link, Number(row["id"]));
    count++;
  }
  const setHead = db.prepare("INSERT INTO chain (account, link, count) VALUES (?, ?, ?)");
  for (const [account, head] of heads.changed()) setHead.run(textToColumn(account), head.link, head.count);
  return count;
}
