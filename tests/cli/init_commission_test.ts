import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { runCommission } from "../../src/cli/commission.ts";
import { addSite, init } from "../../src/cli/init_files.ts";
import { printed } from "../support/printed.ts";

const commission = (...args: string[]) => printed(() => runCommission(args));

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
