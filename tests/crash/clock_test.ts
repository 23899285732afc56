/** Clocks that are set under real processes, by years, and crashes while they are wrong. */
import { assertEquals } from "@std/assert";
import { until } from "../support/until.ts";
import { DiskRig } from "./disk_rig.ts";
import { compileShim } from "./shim.ts";

const HOUR = 3_600_000, DAY = 24 * HOUR;

/** Steps of the clock in ms, one after the other. */
const STEPS = [0, 3650 * DAY, -7300 * DAY, HOUR, -HOUR, 0];

for (const role of ["spt", "rct"] as const) {
  Deno.test({
    name:
      `the ${role.toUpperCase()}'s clock is set ten years ahead, twenty back and right again, with crashes in between: nothing lost, doubled, late or pruned`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      await using rig = await DiskRig.make(role);
      const shim = await compileShim("stepped_clock", rig.dir);
      if (shim === undefined) return;
      const file = `${rig.dir}/clock`;
      // In place: the process has it mapped.
      using clock = await Deno.open(file, { create: true, write: true });
      const set = async (ms: number) => {
        await clock.seek(0, Deno.SeekMode.Start);
        assertEquals(await clock.write(new Uint8Array(new BigInt64Array([BigInt(ms)]).buffer)), 8);
      };
      await set(0);
      const env = { LD_PRELOAD: shim, CLOCK_STEP: file };
      await rig.startAll({ env });
      let sent = 0;
      const round = async (step: number) => {
        for (let i = 0; i < 3; i++) {
          await rig.sendUntilAccepted();
          sent++;
        }
        await rig.allArrive();
        const off = async () => {
          const [latest] = await rig.get<{ hops: { at: string }[] }[]>("/api/alarms?limit=1");
          return Math.abs(Date.parse(latest!.hops[0]!.at) - Date.now() - step);
        };
        // Or the test would show nothing. An answer may be some moments old.
        await until(async () => await off() < 20 * 60_000, `alarms stored under a clock off by ${step} ms`);
      };
      for (const step of STEPS) {
        // Under a running process …
        await set(step);
        await round(step);
        // … and found by one that starts.
        await rig.end("SIGKILL");
        await rig.start({ env });
        await round(step);
      }
      assertEquals(rig.accepted.size, sent);
      assertEquals((await rig.get<unknown[]>("/api/alarms?limit=500")).length, sent, "none was pruned");
      await until(async () => !await rig.fault("path-failed:shop-12"), "the path");
      await rig.end("SIGTERM");
      await rig.audit();
    },
  });
}
