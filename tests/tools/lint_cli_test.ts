import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { ROOT, runDeno } from "../support/child.ts";

/** A copy of the project's lint set-up, with nothing in it but `files`. */
async function lint(files: Record<string, string>): Promise<{ code: number; text: string }> {
  const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
  try {
    const { lint } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
    assertEquals(lint.plugins, ["./tools/lint/plugin.ts"]);
    await Deno.writeTextFile(join(dir, "deno.json"), JSON.stringify({ lint }));
    const all = {
      ...files,
      "tools/lint/plugin.ts": await Deno.readTextFile(join(ROOT, "tools/lint/plugin.ts")),
    };
    for (const [path, text] of Object.entries(all)) {
      await Deno.mkdir(join(dir, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(dir, path), text);
    }
    const { code, out, err } = await runDeno(["lint"], dir);
    return { code, text: out + err };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const PURE =
  "/** Reads the clock it is given. */\nexport const later = (now: number): number => now + 1000;\n";
const CLOCK = "/** Reads the clock. */\nexport const later = (): number => Date.now() + 1000;\n";

Deno.test("deno lint passes a codec that does no I/O", async () => {
  const { code, text } = await lint({ "src/ip/later.ts": PURE, "adapters/sia/framer.ts": PURE });
  assertEquals(code, 0, text);
  assertStringIncludes(text, "Checked 3 files");
});

for (
  const path of ["src/ip/later.ts", "src/session/later.ts", "src/delivery/later.ts", "adapters/sia/framer.ts"]
) {
  Deno.test(`deno lint fails on a clock planted in ${path}, and says where and why`, async () => {
    const { code, text } = await lint({ [path]: CLOCK, "src/event/clean.ts": PURE });
    assertEquals(code, 1, text);
    assertStringIncludes(text, "tocsin/no-io-in-pure-code");
    assertStringIncludes(text, "Date.now in a file that does no I/O (law 1)");
    assertMatch(text, new RegExp(`${path.replaceAll("/", "\\/")}:2:`));
    assert(!text.includes("clean.ts"), text);
    assertStringIncludes(text, "Found 1 problem");
  });
}

Deno.test("deno lint lets the gateway read the clock", async () => {
  const { code, text } = await lint({ "src/gateway/later.ts": CLOCK, "tests/ip/later_test.ts": CLOCK });
  assertEquals(code, 0, text);
});
