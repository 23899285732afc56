import { assert, assertEquals } from "@std/assert";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { ptyTest, Wire } from "../serial/pty.ts";
import { Child, taskArguments } from "../support/child.ts";
import { Installed, log } from "../support/installed.ts";
import { until } from "../support/until.ts";

/** Contact ID of account 1234: burglary in zones 15 and 16, and the restore of zone 15. */
const FIRST = new TextEncoder().encode("1234181131010158\r\n");
const SECOND = new TextEncoder().encode("1234183131010156\r\n");
const THIRD = new TextEncoder().encode("1234181131010167\r\n");
const ACK = Uint8Array.of(0x06);

/** A pair whose panel is on a serial line, and the process that holds the line. */
async function onSerial(wire: Wire): Promise<{ pair: Installed; serial: () => Promise<Child> }> {
  const pair = await Installed.make();
  await pair.change("spt", `listen = "127.0.0.1:${pair.ports.panel}"`, `serial = "${wire.device},9600,8N1"`);
  const serial = async () => new Child([...await taskArguments("serial"), "--config", pair.file("spt")]);
  return { pair, serial };
}

ptyTest(
  "a panel on a serial line, by three processes: its alarms arrive, also those from while the SPT was away",
  async () => {
    await using wire = await Wire.make();
    const { pair, serial: start } = await onSerial(wire);
    await using _ = pair;
    const centre = new DemoCentre(pair.ports.ae);
    try {
      await using serial = await start();
      await serial.shows('"line-open"', "err");
      await using rct = await pair.run("rct");
      await rct.shows('"started"', "err");
      centre.start();
      {
        await using spt = await pair.run("spt");
        await until(async () => await pair.healthy("spt") && await pair.healthy("rct"), "both in health");
        await wire.say(FIRST);
        assertEquals(await wire.hear(1), ACK);
        await until(() => centre.alarms === 1, "the first alarm at the AE");
        spt.signal("SIGTERM");
        assertEquals(await spt.status(), 0);
      }
      // Nobody answers: the panel repeats, and gives up. The line keeps what it said.
      await wire.say(SECOND);
      await wire.say(SECOND);
      await new Promise((resolve) => setTimeout(resolve, 3500));
      await using spt = await pair.run("spt");
      await until(() => centre.alarms === 2, "the second alarm at the AE");
      await wire.say(THIRD);
      // The one answer is the third's: one to the second, so late, would have been taken for the third's.
      assertEquals(await wire.hear(1), ACK);
      await until(() => centre.alarms === 3, "the third alarm at the AE");
      assertEquals(centre.doubled, 0, centre.lines.join("\n"));
      const first = centre.ae.alarms.filter(({ seenBefore }) => !seenBefore);
      assertEquals(
        first.map(({ raw }) => new TextDecoder().decode(raw).slice(7, -1)),
        ["1234E13101015", "1234R13101015", "1234E13101016"],
      );
      const counted = await (await fetch(`http://127.0.0.1:${pair.ports.spt}/api/status`)).json();
      assert(counted.inputs[0].counters["too-late-to-answer"] > 0, JSON.stringify(counted.inputs));
      assertEquals(log(spt).filter(({ level }) => level === "error").map(({ rule }) => rule).sort(), [
        "path-failed",
        "serial-line:panel",
      ]);
    } finally {
      await centre.stop();
    }
  },
);

ptyTest("the adapter is pulled out and put back: the SPT says so, and is well again", async () => {
  await using wire = await Wire.make();
  const { pair, serial: start } = await onSerial(wire);
  await using _ = pair;
  const centre = new DemoCentre(pair.ports.ae);
  try {
    await using serial = await start();
    await using _rct = await pair.run("rct");
    await using spt = await pair.run("spt");
    centre.start();
    await until(async () => await pair.healthy("spt"), "in health");
    await wire.unplug();
    await until(async () => !await pair.healthy("spt"), "the fault");
    const fault = log(spt).findLast(({ rule }) => rule === "serial-line:panel");
    assert(fault?.message.includes(wire.device), fault?.message);
    await wire.plug();
    await until(async () => await pair.healthy("spt"), "in health again");
    await wire.say(FIRST);
    assertEquals(await wire.hear(1), ACK);
    await until(() => centre.alarms === 1, "the alarm at the AE");
    // Without the process that holds the lines, too.
    serial.signal("SIGKILL");
    await until(async () => !await pair.healthy("spt"), "the fault");
    await using again = await start();
    await again.shows('"line-open"', "err");
    await until(async () => await pair.healthy("spt"), "in health again");
  } finally {
    await centre.stop();
  }
});

ptyTest("a panel that should speak and does not is a fault, told once, until it is heard again", async () => {
  await using wire = await Wire.make();
  const { pair, serial: start } = await onSerial(wire);
  await using _ = pair;
  await pair.change("spt", 'language = "contact-id"', 'language = "vds2465-serial"\ndead_after = "5s"');
  await using serial = await start();
  await using spt = await pair.run("spt");
  const silent = () => log(spt).filter(({ rule }) => rule === "panel-silent:panel");
  await until(() => silent().length === 1, "the fault");
  const { inputs } = await (await fetch(`http://127.0.0.1:${pair.ports.spt}/api/status`)).json();
  assertEquals(inputs[0].where, `serial line ${wire.device}`);
  await until(async () => {
    const { inputs } = await (await fetch(`http://127.0.0.1:${pair.ports.spt}/api/status`)).json();
    return inputs[0].counters["conversations-ended"] >= 2;
  }, "another try");
  assertEquals(silent().length, 1);
  assertEquals(log(spt).filter(({ rule }) => rule === "panel-connected").length, 1);
  // SEND NORM, the panel's poll.
  await wire.say(Uint8Array.fromHex("6802026840024216"));
  await until(
    () => log(spt).some(({ rule }) => rule === "panel-silent:panel:restored"),
    "the end of the fault",
  );
  spt.signal("SIGTERM");
  assertEquals(await spt.status(), 0);
  serial.signal("SIGTERM");
  assertEquals(await serial.status(), 0);
});
