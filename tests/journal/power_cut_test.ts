import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openJournal } from "../../src/journal/sqlite_journal.ts";

const here = (name: string) => new URL(name, import.meta.url).pathname;

/** Ids printed in whole lines, and the rest of the output. */
function linesOf(output: Uint8Array): string[] {
  return new TextDecoder().decode(output).split("\n").slice(0, -1);
}

async function storedIds(path: string): Promise<Set<string>> {
  const journal = await openJournal({ path });
  const lives = await journal.recent(1_000_000);
  await journal.close();
  for (const { hops } of lives) {
    assert(
      ["received", "stored"].every((step, i) => hops[i]?.step === step),
      "an alarm without its first hops",
    );
  }
  return new Set(lives.map(({ alarm }) => alarm.id));
}

Deno.test("SqliteJournal: whatever was acknowledged is there after kill -9, round after round", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/journal.db`;
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", here("./appending_child.ts"), path, `R${round}`],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    const chunks: Uint8Array[] = [];
    let length = 0;
    // The kill falls at another point of the work each round.
    const enough = 2000 + 3777 * round;
    for (let killed = false;;) {
      const { value, done } = await reader.read();
      if (done) break;
      chunks.push(value);
      length += value.length;
      if (!killed && length > enough) {
        child.kill("SIGKILL");
        killed = true;
      }
    }
    assertEquals((await child.status).signal, "SIGKILL");
    const printed = linesOf(
      new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer()),
    );
    assert(printed.length > 100, `only ${printed.length} alarms before the kill`);
    acknowledged.push(...printed);
    const stored = await storedIds(path);
    assertEquals(acknowledged.filter((id) => !stored.has(id)), []);
  }
  const db = new DatabaseSync(path, { readOnly: true });
  assertEquals(db.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
  db.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "SqliteJournal: when writes fail appends reject, reads go on, and nothing acknowledged is lost",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/journal.db`;
    await (await openJournal({ path })).close();
    // Files of this child may not grow over 1 MiB (2048 blocks of 512 octets); the write then fails with EFBIG.
    const { stdout, success } = await new Deno.Command("sh", {
      args: [
        "-c",
        `trap '' XFSZ; ulimit -f 2048; exec "$@"`,
        "sh",
        Deno.execPath(),
        ...["run", "-A", "--no-check", here("./appending_child.ts"), path, "F", "3000"],
      ],
      stderr: "inherit",
    }).output();
    assert(success);
    const lines = linesOf(stdout);
    const [word, rule, stored, latest] = lines.pop()?.split(" ") ?? [];
    assertEquals(word, "REJECTED");
    assert(rule === "io" || rule === "disk-full", rule);
    assert(lines.length > 100, `only ${lines.length} alarms before the limit`);
    assert(Number(stored) >= lines.length);
    const present = await storedIds(path);
    assertEquals(lines.filter((id) => !present.has(id)), []);
    // What was told to have failed is not there either.
    assertEquals([...present].filter((id) => !lines.includes(id)), []);
    assert(latest !== undefined && present.has(latest));
    await Deno.remove(folder, { recursive: true });
  },
});

/** Compiles the shim; undefined where there is no C compiler. */
async function compileShim(folder: string): Promise<string | undefined> {
  const shim = `${folder}/failing_fsync.so`;
  try {
    const { success } = await new Deno.Command("cc", {
      args: ["-shared", "-fPIC", "-O1", "-o", shim, here("./failing_fsync.c"), "-ldl"],
      stderr: "inherit",
    }).output();
    assert(success, "failing_fsync.c does not compile");
    return shim;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function hasCompiler(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    return (await new Deno.Command("cc", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

Deno.test({
  name:
    "SqliteJournal: no append is acknowledged before its fsync, none while fsync fails, and then it goes on",
  ignore: !await hasCompiler(),
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const shim = await compileShim(folder);
    assert(shim !== undefined);
    const path = `${folder}/journal.db`;
    const [fails, count] = [`${folder}/fsync-fails`, `${folder}/fsync-count`];
    await Deno.writeTextFile(count, "");
    const { stdout, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", here("./fsync_child.ts"), path, fails, count],
      env: { LD_PRELOAD: shim, FSYNC_FAILS: fails, FSYNC_COUNT: count },
      stderr: "inherit",
    }).output();
    assert(success);
    const seen = JSON.parse(new TextDecoder().decode(stdout));
    const before = Array.from({ length: 20 }, (_, i) => `BEFORE${i}`);
    const after = Array.from({ length: 5 }, (_, i) => `AFTER${i}`);
    assert(seen.syncs.length === 20 && seen.syncs.every((syncs: number) => syncs >= 1), `${seen.syncs}`);
    assertEquals(seen.rejected, ["io", "io", "io", "io", "io"]);
    // A note of a failed commit may show early: it tells what has happened. An alarm of one never shows.
    assertEquals(seen.duringFault.filter((id: string) => !before.includes(id)), []);
    assertEquals(before.slice(5).filter((id) => !seen.duringFault.includes(id)), []);
    assertEquals(seen.waiting, [...before.slice(5), ...after]);
    assertEquals(seen.hops, Array(5).fill(["received", "delivered"]));
    assertEquals(seen.faults, ["io", null]);
    const journal = await openJournal({ path });
    assertEquals((await journal.waiting("rct", 0, 100)).map(({ id }) => id), seen.waiting);
    await journal.close();
    await Deno.remove(folder, { recursive: true });
  },
});
