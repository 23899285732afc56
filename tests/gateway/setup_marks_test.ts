import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { SetupMarks } from "../../src/gateway/setup_marks.ts";
import { Pair, until } from "../support/pair.ts";

async function inFolder(test: (path: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "tocsin-test-" });
  try {
    await test(`${folder}/deep/setups`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("marks are there after a restart, the newest last; a torn line costs nothing but itself", async () => {
  await inFolder(async (path) => {
    const marks = new SetupMarks(path);
    assertEquals(marks.all, []);
    marks.add("7:26:0102030405060708");
    marks.add("8:27:0102030405060708");
    await Deno.writeTextFile(path, "9:2", { append: true });
    const again = new SetupMarks(path);
    assertEquals(again.all, ["7:26:0102030405060708", "8:27:0102030405060708"]);
    again.add("10:28:0102030405060708");
    assertEquals(new SetupMarks(path).all.at(-1), "10:28:0102030405060708");
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  });
});

Deno.test("the file does not grow without end", async () => {
  await inFolder(async (path) => {
    const marks = new SetupMarks(path);
    for (let i = 0; i < 5000; i++) marks.add(`${i}:1:0102030405060708`);
    assertEquals(marks.all.length, 1024);
    assertEquals(new SetupMarks(path).all, marks.all);
    assertLess((await Deno.stat(path)).size, 4200 * 30);
  });
});

Deno.test("a file that cannot be read is not taken for an empty one", async () => {
  await inFolder(async (path) => {
    await Deno.mkdir(path, { recursive: true });
    assertThrows(() => new SetupMarks(path));
  });
});

Deno.test("a running SPT notes the setup before it is connected", async () => {
  await using pair = await Pair.open();
  await until(() => pair.spt.pathState === "connected", "the session");
  const marks = new SetupMarks(`${pair.sptConfig.journal.path}.setups`).all;
  assert(marks.length >= 1);
});
