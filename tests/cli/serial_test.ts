/** `tocsin serial --config` with either file, as a user starts it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { change, RCT, SPT } from "../config/samples.ts";
import { ptyTest, Wire } from "../serial/pty.ts";
import { Child, ROOT, runDeno } from "../support/child.ts";

const SERIAL = ["run", "--no-prompt", "--allow-ffi", "--allow-read", `${ROOT}main.ts`, "serial"];

async function inFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "tocsin-serial-" });
  try {
    await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("serial --config: a file without a serial line says where one goes, at either end", () =>
  inFolder(async (dir) => {
    for (
      const [name, text, words] of [
        [
          "spt.toml",
          SPT,
          'no input has a serial line: add serial = "/dev/ttyUSB0,9600,8N1" to one in place of listen',
        ],
        [
          "rct.toml",
          RCT,
          'no output has a serial line: add serial = "/dev/ttyUSB0,9600,8N1" to one in place of role, host and port',
        ],
      ] as const
    ) {
      const path = join(dir, name);
      await Deno.writeTextFile(path, text, { mode: 0o600 });
      const { code, err } = await runDeno([...SERIAL, "--config", path]);
      assertEquals([code, err], [78, `${path}: ${words}\n`]);
    }
  }));

Deno.test("serial --config: what is wrong with an RCT's file is told with its line", () =>
  inFolder(async (dir) => {
    const path = join(dir, "rct.toml");
    const text = change(
      RCT,
      'name = "automation"\n',
      'name = "automation"\nserial = "/dev/ttyS0,9600,9N1"\n',
    );
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    const { code, err } = await runDeno([...SERIAL, "--config", path, "--check"]);
    assertEquals(code, 78);
    assertStringIncludes(
      err,
      `${path}:6: output.serial: line "automation=/dev/ttyS0,9600,9N1": frame: expected`,
    );
  }));

ptyTest(
  "serial --config: the line of an output is opened, checked and served",
  () =>
    inFolder(async (dir) => {
      await using wire = await Wire.make();
      const path = join(dir, "rct.toml");
      const serial = `serial = "${wire.device},9600,8N1"\n`;
      const text = change(RCT, 'name = "automation"\n', `name = "automation"\n${serial}`);
      await Deno.writeTextFile(path, text, { mode: 0o600 });
      const checked = await runDeno([...SERIAL, "--config", path, "--check"]);
      assertEquals([checked.code, checked.err], [0, ""]);
      assertStringIncludes(checked.out, `automation: ${wire.device} is ready at 9600 8N1`);
      await using child = new Child([
        ...["run", "--no-prompt", "--allow-ffi", "--allow-net", "--allow-read", "--allow-write"],
        ...[`${ROOT}main.ts`, "serial", "--config", path],
      ]);
      await child.shows('"line-open"', "err");
      await child.shows('"serving"', "err");
      assertStringIncludes(child.err, '"output":"automation"');
      assert((await Deno.stat(join(dir, "data/serial.sock"))).isSocket);
      child.signal("SIGTERM");
      assertEquals(await child.status(), 0);
    }),
);
