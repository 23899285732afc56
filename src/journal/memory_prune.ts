/**
 * Pruning of the journal in memory: the same alarms go as from the one on disk.
 *
 * @module
 */
import type { Hop, StoredAlarm } from "./journal.ts";
import { type Prunable, prunable, type Pruned, type PruneOptions, YOUNG_MS } from "./prune.ts";

/** An alarm with its hops, and the numbers of the first and last of them in the journal. */
export interface MemoryLife {
  alarm: StoredAlarm;
  hops: Hop[];
  first: number;
  last: number;
}

/**
 * Chooses what goes.
 *
 * @param lives Every alarm, in order of acceptance.
 * @param options What shall go.
 * @param now The time, ms since the epoch.
 * @returns What one call does, and the alarms that go.
 */
export function memoryPrune(
  lives: readonly MemoryLife[],
  options: PruneOptions,
  now: number,
): Pruned & { gone: MemoryLife[] } {
  const bytes = ({ alarm }: MemoryLife) => alarm.data.length + alarm.raw.length;
  const { before = -Infinity, maxBytes = Infinity, limit, after = 0 } = options;
  let size = lives.reduce((sum, life) => sum + bytes(life), 0);
  const old = Math.min(size > maxBytes ? Infinity : before, now - YOUNG_MS);
  const { beforeSeq = Infinity, youngSeq = Infinity } = options;
  const mostSeq = Math.min(size > maxBytes ? Infinity : beforeSeq, youngSeq);
  const newest = Math.max(0, ...lives.map(({ last }) => last));
  const behind = lives.filter(({ alarm }) => alarm.seq > after);
  const page = behind.slice(0, Math.max(1, limit));
  const end = page.at(-1)?.alarm.seq ?? 0;
  const byAccount = Map.groupBy(lives, ({ alarm }) => alarm.account);
  const gone: MemoryLife[] = [];
  let rows = 0, next = end;
  for (const account of new Set(page.map(({ alarm }) => alarm.account))) {
    const own = byAccount.get(account) ?? [];
    const choose = (those: readonly MemoryLife[]) => {
      const bound = Math.min(Infinity, ...own.slice(those.length).map(({ first }) => first));
      return prunable(those.map((life) => asPrunable(life, mostSeq)), {
        old,
        now,
        bound,
        newest,
        rows: Math.max(1, limit - rows),
      });
    };
    const near = own.filter(({ alarm }) => alarm.seq <= end);
    let chosen = choose(near);
    if (chosen.go === 0 && chosen.may === near.length) chosen = choose(own);
    for (const life of own.slice(0, chosen.go)) {
      gone.push(life);
      rows += life.hops.length + 1;
      size -= bytes(life);
    }
    if (chosen.go > 0 && chosen.may > chosen.go) next = Math.min(next, own[chosen.go]!.alarm.seq - 1);
    if (rows >= limit) break;
  }
  // What this call left because it had removed enough is looked at again by the next.
  if (rows >= limit) next = after;
  const more = page.length > 0 && (gone.length > 0 || behind.length > page.length);
  return { gone, removed: gone.length, more, next, over: size > maxBytes };
}

function asPrunable({ alarm, hops, first, last }: MemoryLife, mostSeq: number): Prunable {
  const stays = alarm.deliveredAt === undefined || alarm.open || alarm.seq > mostSeq;
  return { storedAt: alarm.storedAt, stays, first, last, hops: hops.length };
}
