import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { runCommission } from "../../src/cli/commission.ts";
import { addSite, init } from "../../src/cli/init_files.ts";

/** Runs the command and gives its exit status and what it complained of. */
async function commission(...args: string[]): Promise<{ status: number; err: string; out: string }> {
  const { log, error } = console;
  const out: string[] = [];
  const err: string[] = [];
  console.log = (...words) => void out.push(words.join(" "));
  console.error = (...words) => void err.push(words.join(" "));
  try {
    return { status: await runCommission(args), out: out.join("\n"), err: err.join("\n") };
  } finally {
    console.log = log;
    console.error = error;
  }
}

Deno.test("the first command that init names for a centre works before anything else has run there", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const rctFile = join(dir, "rct.toml");
    await init({ dir, site: "shop-12", commission: true });
    const first = await commission("--config", rctFile, "--site", "shop-12", "--no-qr");
    assertEquals([first.status, first.err], [0, ""]);
    await addSite({ dir, site: "shop-13", commission: true });
    const second = await commission("--config", rctFile, "--site", "shop-13", "--no-qr");
    assertEquals([second.status, second.err], [0, ""]);
    const list = await commission("--config", rctFile, "--list");
    assertEquals(list.status, 0);
    for (const site of ["shop-12", "shop-13"]) assertStringIncludes(list.out, site);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
