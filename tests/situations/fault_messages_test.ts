/** The receiver's own messages, at the automation software: real sockets, real disks. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { anOutput, settingsOf } from "../support/output_settings.ts";
import { Pair, until } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";

/** Contact ID 1234 18 1131 01 015. */
const ALARM = new TextEncoder().encode("1234181131010158\r\n");

const present = async (pair: Pair, count: number) =>
  (await pair.rct.status(Date.now())).outputs.filter(({ state }) => state === "present").length === count;

/** A second AE, on an output of its own. */
class Standby extends DemoCentre implements AsyncDisposable {
  readonly port: number;

  constructor() {
    const port = freePort("tcp");
    super(port);
    this.port = port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

Deno.test("an AE is killed: the other AE is told, and told when it is back", async () => {
  await using standby = new Standby();
  await using pair = await Pair.open({
    adjust: (_spt, rct) => {
      rct.outputs[0]!.faults = "auto";
      rct.outputs.push(anOutput("standby", {
        kind: "listen",
        hostname: "127.0.0.1",
        port: standby.port,
        allow: undefined,
      }));
    },
  });
  standby.start();
  await until(() => present(pair, 2), "both AEs");
  await pair.centre.stop();
  await until(() => standby.alarms === 1, "the message at the other AE");
  assertEquals(standby.lines, ["5011 180000E35400001<DC4>"]);
  pair.centre.start();
  await until(() => standby.alarms === 2, "its restore");
  assertEquals(standby.lines[1], "5011 180000R35400001<DC4>");
  // Away for seconds: that is nothing to tell the AE itself.
  assertEquals(pair.centre.alarms, 0);
  const lives = await pair.rct.alarms(2);
  assertEquals(lives.map(({ alarm }) => alarm.events[0]?.text?.replace(/\d+ s/, "… s")), [
    "AE automation was absent … s",
    "AE automation absent",
  ]);
  assertEquals(lives.map(({ alarm }) => [alarm.origin, alarm.lane]), [["receiver", "standby"], [
    "receiver",
    "standby",
  ]]);
});

Deno.test("an SPT is killed: its path's fault is at the AE in time, with the site's account, and its restore", async () => {
  await using pair = await Pair.open({ adjust: (_spt, rct) => void (rct.outputs[0]!.faults = "auto") });
  await until(() => present(pair, 1), "the AE");
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(ALARM, isAck));
  await until(() => pair.centre.alarms === 1, "the panel's alarm");
  panel.close();
  await pair.spt.close(500);
  await until(() => pair.centre.alarms === 2, "the path's fault");
  assertEquals(pair.centre.lines[1], "5011 181234E35600000<DC4>");
  await pair.openSpt();
  await until(() => pair.centre.alarms === 3, "its restore");
  assertEquals(pair.centre.lines[2], "5011 181234R35600000<DC4>");
  assertEquals(pair.centre.doubled, 0);
  const { counters } = await pair.rct.status(Date.now());
  assertEquals([counters["own-faults"], counters["own-restores"]], [1, 1]);
});

Deno.test("the RCT restarts while a path is dead: the restore of what it had told is told, once", async () => {
  await using pair = await Pair.open({
    adjust: (_spt, rct) => {
      rct.outputs[0]!.faults = "auto";
      rct.sites[0]!.account = "501234";
      settingsOf(rct).text = true;
    },
  });
  await until(() => present(pair, 1), "the AE");
  await pair.spt.close(500);
  await until(() => pair.centre.alarms === 1, "the path's fault");
  assertEquals(pair.centre.lines[0], "S011[#501234|NYC*'path of shop-12 failed'NM]<DC4>");
  await pair.rct.close(500);
  await pair.openRct();
  await until(() => present(pair, 1), "the AE again");
  await pair.openSpt();
  await until(() => pair.centre.alarms === 2, "the restore");
  assertMatch(pair.centre.lines[1]!, /^S011\[#501234\|NYK\*'path of shop-12 had failed \d+ \w+'NM\]<DC4>$/);
  await pair.rct.close(500);
  await pair.openRct();
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(ALARM, isAck));
  // The panel's alarm is behind all that was told before it.
  await until(() => pair.centre.lines.some((line) => line.includes("E131")), "the panel's alarm");
  assertEquals(pair.centre.alarms, 3);
  panel.close();
});

Deno.test("faults off: the AE gets its panels' alarms and nothing else", async () => {
  await using pair = await Pair.open({ adjust: (_spt, rct) => void (rct.outputs[0]!.faults = "off") });
  await until(() => present(pair, 1), "the AE");
  await pair.spt.close(500);
  const failed = () => pair.rct.health(Date.now()).faults.some(({ rule }) => rule === "path-failed:shop-12");
  await until(failed, "the fault");
  await pair.openSpt();
  await until(() => !failed(), "the path");
  const panel = panelAt(pair.ports.contactId);
  assert(await panel.send(ALARM, isAck));
  await until(() => pair.centre.alarms > 0, "the panel's alarm");
  assertEquals(pair.centre.lines.map((line) => line.slice(5, 16)), ["181234E1310"]);
  panel.close();
});
