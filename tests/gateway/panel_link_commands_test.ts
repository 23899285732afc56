import { assertEquals } from "@std/assert";
import type { CommandResult, PanelCommand, PanelEffect } from "../../adapters/contract.ts";
import { panelAlarm, PanelRig, ScriptedSession, soon } from "./panel_rig.ts";

/** A session that keeps its commands, and answers when it is told to. */
class Commanded extends ScriptedSession {
  readonly commands: PanelCommand[] = [];
  readonly account = "1234";

  sendCommand(command: PanelCommand): PanelEffect[] {
    this.commands.push(command);
    return [{ kind: "send", bytes: command.data }];
  }
}

const result = (id: string, outcome: CommandResult["outcome"] = "done"): CommandResult => ({
  kind: "command-result",
  id,
  outcome,
  detail: "",
  data: new Uint8Array(),
});

Deno.test("a command goes to the panel, and its outcome to the one who sent it, once", async () => {
  const rig = await PanelRig.open();
  const session = new Commanded();
  const panel = rig.connect("store-and-forward", 30, session);
  const told: string[] = [];
  const tell = ({ id, outcome }: CommandResult) => void told.push(`${id} ${outcome}`);
  panel.link.command({ id: "a", data: Uint8Array.of(7) }, tell);
  panel.link.command({ id: "a", data: Uint8Array.of(8) }, tell);
  panel.link.command({ id: "b", data: Uint8Array.of(9) }, tell);
  assertEquals(panel.sent, [7, 9]);
  panel.say(result("a"));
  panel.say(result("a"));
  assertEquals(told, ["a rejected", "a done"]);
  // The session says nothing of the other, and the panel hangs up: nobody waits for ever.
  panel.link.closed("gone");
  panel.link.command({ id: "c", data: Uint8Array.of(1) }, tell);
  assertEquals(told, ["a rejected", "a done", "b closed", "c rejected"]);
  assertEquals([panel.link.account, panel.link.busy], ["1234", false]);
});

Deno.test("a language without commands says so", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const told: CommandResult[] = [];
  panel.link.command({ id: "a", data: Uint8Array.of(7) }, (each) => void told.push(each));
  assertEquals(told.map(({ outcome, detail }) => [outcome, detail]), [
    ["rejected", "the language of this input has no commands"],
  ]);
});

Deno.test("a session that speaks first does so as soon as the panel is connected", async () => {
  class First extends ScriptedSession {
    override tick(): PanelEffect[] {
      return [{ kind: "send", bytes: Uint8Array.of(0x42) }];
    }
  }
  const rig = await PanelRig.open();
  assertEquals(rig.connect("store-and-forward", 30, new First()).sent, [0x42]);
});

Deno.test("what waited too long for the gateway is stored and not answered, and its repeat says that it may be one", async () => {
  const rig = await PanelRig.open();
  const panel = rig.connect();
  const old = Date.now() - 10_000;
  panel.session.script = [{ kind: "alarm", ref: 1, alarm: panelAlarm() }, {
    kind: "send",
    bytes: Uint8Array.of(0x15),
  }];
  panel.link.data(new Uint8Array(1), old);
  await soon();
  assertEquals(panel.sent, [], "the panel would take it for the answer to what it says now");
  assertEquals(panel.session.settled, [[1, "accepted"]]);
  assertEquals(rig.counters["too-late-to-answer"], 2);
  // The panel goes on, and repeats what was never answered.
  panel.alarm(panelAlarm());
  await soon();
  assertEquals(panel.sent, [0x06]);
  assertEquals(rig.deliver(), ["#1234|NBA01", "#1234|OBA01"]);
});
