import { assertEquals, assertNotEquals } from "@std/assert";
import { filesState } from "../../src/gateway/files_state.ts";

Deno.test("filesState(): differs after every change to a file or folder, and only then", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [file, ca] = [`${folder}/rct.pem`, `${folder}/ca`];
    await Deno.mkdir(ca);
    const paths = [file, ca, `${folder}/never`];
    let before = await filesState(paths);
    const changes = async (what: string, change: () => Promise<unknown>) => {
      await change();
      const after = await filesState(paths);
      assertNotEquals(after, before, what);
      assertEquals(await filesState(paths), after, what);
      before = after;
    };
    await changes("made", () => Deno.writeTextFile(file, "one"));
    await changes("in the folder", () => Deno.writeTextFile(`${ca}/a.pem`, "one"));
    // Another file of the same size and time of modification, as copied by a program that keeps times.
    await changes("replaced", async () => {
      const { mtime } = await Deno.stat(`${ca}/a.pem`);
      await Deno.writeTextFile(`${ca}/b.tmp`, "two");
      await Deno.utime(`${ca}/b.tmp`, mtime!, mtime!);
      await Deno.rename(`${ca}/b.tmp`, `${ca}/a.pem`);
    });
    await changes("renamed", () => Deno.rename(`${ca}/a.pem`, `${ca}/c.pem`));
    await changes("removed", () => Deno.remove(`${ca}/c.pem`));
    await changes("the folder removed", () => Deno.remove(ca));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
