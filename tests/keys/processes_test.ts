import { assert, assertEquals, assertMatch } from "@std/assert";
import { Child } from "../support/child.ts";
import { until } from "../support/pair.ts";
import { idOf, inFolder, newKey, open } from "./samples.ts";

const LATEST = 60_000;

function start(...args: string[]): Child {
  return new Child(["run", "-A", "tests/keys/store_child.ts", ...args]);
}

/** The numbers that a child printed, whole lines only. */
function numbersOf(child: Child): number[] {
  return child.out.split("\n").slice(0, -1).map(Number);
}

Deno.test("KeyStore: of what two processes write at the same time nothing is lost", () =>
  inFolder(async (path) => {
    const count = 100;
    {
      await using one = start("write", path, "0", String(count));
      await using two = start("write", path, "5000", String(count));
      assertEquals([await one.status(LATEST), await two.status(LATEST)], [0, 0], one.err + two.err);
      assertEquals([numbersOf(one).length, numbersOf(two).length], [count, count], one.out + two.out);
    }
    using store = open(path);
    const expected = [0, 5000].flatMap((first) => Array.from({ length: count }, (_, i) => first + i));
    assertEquals(store.devices().map(({ deviceId }) => deviceId), expected.map(idOf));
    assertEquals(store.devices().map(({ masters }) => masters[0]?.masterHandle), expected.map((n) => n + 1));
  }));

Deno.test("KeyStore: of two processes that complete the same window exactly one does", () =>
  inFolder(async (path) => {
    const count = 60;
    using store = open(path);
    for (let n = 0; n < count; n++) {
      store.openWindow(idOf(n), { method: "secret", secret: newKey(), openedAt: 5, until: 1e9 });
    }
    const version = store.version;
    // From both ends, so that they meet.
    await using one = start("complete", path, "up", String(count), "1000");
    await using two = start("complete", path, "down", String(count), "2000");
    assertEquals([await one.status(LATEST), await two.status(LATEST)], [0, 0], one.err + two.err);
    const [first, second] = [new Set(numbersOf(one)), new Set(numbersOf(two))];
    assertEquals(first.size + second.size, count, one.out + two.out);
    for (let n = 0; n < count; n++) {
      assert(first.has(n) !== second.has(n));
      const { masters, pending } = store.device(idOf(n))!;
      assertEquals(masters.map(({ masterHandle }) => masterHandle), [(first.has(n) ? 1000 : 2000) + n]);
      assertEquals(pending, undefined);
    }
    assert(store.version !== version, "the other processes' changes were not noticed");
  }));

Deno.test("KeyStore: processes that make the same key store at once all use the same", () =>
  inFolder(async (path, folder) => {
    const children = [0, 1, 2, 3].map((n) => start("write", path, String(100 * n), "5"));
    try {
      for (const child of children) assertEquals(await child.status(LATEST), 0, child.err);
    } finally {
      for (const child of children) await child[Symbol.asyncDispose]();
    }
    using store = open(path);
    assertEquals(store.devices().length, 20);
    assertEquals(
      Array.from(Deno.readDirSync(folder), ({ name }) => name.replace(/-(wal|shm)$/, "")).filter((name) =>
        name !== "keys.sqlite"
      ),
      [],
    );
  }));

Deno.test("KeyStore: a process killed while it writes leaves a store with everything that it had stored", () =>
  inFolder(async (path) => {
    const stored = new Set<number>();
    for (let round = 0; round < 6; round++) {
      await using child = start("write", path, String(10_000 * round), "10000");
      await until(
        () => numbersOf(child).length > 5 + 7 * round,
        `writes in:\n${child.out}${child.err}`,
        LATEST,
      );
      child.signal("SIGKILL");
      await child.status(LATEST);
      for (const n of numbersOf(child)) stored.add(n);
      using store = open(path);
      assertEquals(store.damaged(), []);
      const found = new Set(
        store.devices().map(({ deviceId }) => new DataView(deviceId.buffer).getUint32(12)),
      );
      for (const n of stored) assert(found.has(n), `${n} was stored and is lost`);
      assert(found.size <= stored.size + round + 1, "more than the one write under way");
    }
  }));

async function canMount(): Promise<boolean> {
  try {
    return (await new Deno.Command("unshare", { args: ["-rm", "true"] }).output()).success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "KeyStore: a read-only folder is told clearly, for a new store and for one that is there",
  ignore: !await canMount(), // needs Linux with user namespaces
  fn: () =>
    inFolder(async (path, folder) => {
      const readOnly = async () => {
        const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
        const { stdout, stderr } = await new Deno.Command("unshare", {
          args: [
            ...["-rm", "sh", "-c", script, "sh", folder],
            ...[Deno.execPath(), "run", "-A", "tests/keys/store_child.ts", "open", path],
          ],
        }).output();
        const text = new TextDecoder();
        return text.decode(stdout) + text.decode(stderr);
      };
      assertMatch(await readOnly(), /^read-only: Key store .*keys\.sqlite: .*give its user write permission/);
      assertEquals(Array.from(Deno.readDirSync(folder)), []);
      open(path).close();
      assertMatch(await readOnly(), /^read-only: Key store .*keys\.sqlite: .*give its user write permission/);
      open(path).close();
    }),
});

Deno.test("KeyStore: works with no more rights than its folder, and tells when it has not even those", () =>
  inFolder(async (path, folder) => {
    const run = async (...rights: string[]) => {
      await using child = new Child([
        "run",
        "--no-prompt",
        ...rights,
        "tests/keys/store_child.ts",
        "open",
        path,
      ]);
      await child.status(LATEST);
      return child.out + child.err;
    };
    assertEquals(await run(`--allow-read=${folder}`, `--allow-write=${folder}`), "opened 0\n");
    assertMatch(await run(`--allow-read=${folder}`), /^read-only: Key store .*--allow-write/);
  }));
