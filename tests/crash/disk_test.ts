/** Disks that are full or read-only, under real processes. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { until } from "../support/until.ts";
import { DiskRig } from "./disk_rig.ts";
import { compileShim } from "./shim.ts";
import { CAN_MOUNT, SmallDisk } from "./small_disk.ts";

Deno.test({
  name:
    "the SPT's disk is full: panels are refused, what was acknowledged arrives, through a crash too, and it goes on with room",
  ignore: !CAN_MOUNT,
  fn: async () => {
    await using rig = await DiskRig.make("spt");
    await using disk = await SmallDisk.mount(rig.disk);
    const { through } = disk;
    await rig.startRest();
    await rig.start({ through });
    assertEquals(await rig.send(), "accepted");
    await disk.fill();
    await rig.sendUntilRefused();
    assert(await rig.fault("journal"));
    assertMatch(rig.log, /"journal".*disk.*full/);
    assertEquals(await rig.send(), "refused");
    await rig.allArrive();
    // A start on a full disk: what is stored has to go on.
    await rig.end("SIGKILL");
    await rig.start({ through });
    await rig.sendUntilRefused();
    await disk.free();
    await rig.sendUntilAccepted();
    await until(async () => !await rig.fault("journal"), "the fault gone");
    await rig.allArrive();
    await rig.end("SIGTERM");
    await rig.audit({ through });
  },
});

Deno.test({
  name:
    "the RCT's disk is full: the SPT keeps what its panels were acknowledged, and all of it arrives when there is room",
  ignore: !CAN_MOUNT,
  fn: async () => {
    await using rig = await DiskRig.make("rct");
    await using disk = await SmallDisk.mount(rig.disk);
    const { through } = disk;
    await rig.start({ through });
    await rig.startRest();
    assertEquals(await rig.send(), "accepted");
    await rig.allArrive();
    await disk.fill();
    for (let i = 0; !await rig.fault("journal"); i++) {
      assert(i < 3000, "the RCT's journal took everything");
      assertEquals(await rig.send(), "accepted");
    }
    assert(rig.centre.alarms < rig.accepted.size);
    await disk.free();
    await rig.allArrive();
    await until(async () => !await rig.fault("journal"), "the fault gone");
    await rig.end("SIGTERM");
    await rig.audit({ through });
  },
});

Deno.test({
  name:
    "a read-only disk at the start: refused with words, nothing changed; writable again, what waited is delivered",
  ignore: !CAN_MOUNT,
  fn: async () => {
    await using rig = await DiskRig.make("spt");
    await using disk = await SmallDisk.mount(rig.disk);
    const { through } = disk;
    await rig.start({ through });
    assertEquals(await rig.send(), "accepted");
    // With a log beside the journal, as a crash leaves it.
    await rig.end("SIGKILL");
    const files = async () => {
      const found: [string, string][] = [];
      for await (const { name } of Deno.readDir(disk.outside)) {
        if (!name.endsWith("-shm")) {
          found.push([name, (await Deno.readFile(`${disk.outside}/${name}`)).toHex()]);
        }
      }
      return new Map(found.sort());
    };
    const before = await files();
    await disk.remount("ro");
    const { code, err } = await rig.refused({ through });
    assertEquals(code, 69);
    assertStringIncludes(err, '"start-failed"');
    assertMatch(err, /[Rr]ead-only/);
    assertEquals(await files(), before);
    await disk.remount("rw");
    await rig.start({ through });
    await rig.startRest();
    await rig.allArrive();
    await rig.end("SIGTERM");
    await rig.audit({ through });
  },
});

// As a kernel makes it after errors of the disk.
for (const role of ["spt", "rct"] as const) {
  Deno.test({
    name:
      `the ${role.toUpperCase()}'s disk becomes read-only while it runs: nothing acknowledged is lost, and it goes on when it is writable`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      await using rig = await DiskRig.make(role);
      const shim = await compileShim("failing_write", rig.dir);
      if (shim === undefined) return;
      const fails = `${rig.dir}/read-only`;
      await rig.startAll({ env: { LD_PRELOAD: shim, WRITES_FAIL: fails } });
      assertEquals(await rig.send(), "accepted");
      await rig.allArrive();
      await Deno.writeTextFile(fails, "");
      if (role === "spt") {
        assertEquals(await rig.send(), "refused");
        assertEquals(await rig.send(), "refused");
      } else assertEquals(await rig.send(), "accepted");
      await until(() => rig.fault("journal"), "the fault");
      assertEquals(rig.centre.alarms, 1);
      await Deno.remove(fails);
      await rig.sendUntilAccepted();
      await until(async () => !await rig.fault("journal"), "the fault gone");
      await rig.allArrive();
      await rig.end("SIGTERM");
      await rig.audit();
    },
  });
}

Deno.test({
  name:
    "files may not grow any more (a quota): panels are refused, what was acknowledged arrives, and it goes on with room",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using rig = await DiskRig.make("spt");
    const limit = async (octets: number | "unlimited") => {
      const args = ["--pid", String(rig.pid), `--fsize=${octets}:unlimited`];
      const { success } = await new Deno.Command("prlimit", { args, stderr: "inherit" }).output();
      assert(success, "prlimit");
    };
    await rig.startRest();
    await rig.start({ through: ["sh", "-c", `trap '' XFSZ; exec "$@"`, "sh"] });
    assertEquals(await rig.send(), "accepted");
    await rig.allArrive();
    await limit(150_000);
    await rig.sendUntilRefused();
    await until(() => rig.fault("journal"), "the fault");
    await rig.allArrive();
    await limit("unlimited");
    await rig.sendUntilAccepted();
    await until(async () => !await rig.fault("journal"), "the fault gone");
    await rig.allArrive();
    await rig.end("SIGTERM");
    await rig.audit();
  },
});
