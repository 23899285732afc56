import { assertEquals } from "@std/assert";
import { VDS_COMMAND_PATIENCE, VdsCommands } from "../../../adapters/vds2465/commands.ts";
import { hex } from "./records.ts";

const ARM = hex("05020005310262");
const ECHO = [{ type: 0x03, data: hex("0001000122") }];
const inShort = (results: { id: string; outcome: string }[]) =>
  results.map(({ id, outcome }) => `${id} ${outcome}`);

Deno.test("acknowledgements of alarms go before the commands that wait, behind the one in flight, and make no result", () => {
  const commands = new VdsCommands();
  commands.add({ id: "a", data: ARM }, 0);
  commands.sent(1);
  commands.add({ id: "b", data: ARM }, 2);
  commands.addUrgent(ECHO, 3);
  assertEquals(commands.first?.id, "a");
  assertEquals(inShort(commands.end("done", "")), ["a done"]);
  assertEquals([commands.first?.id, commands.first?.records], [undefined, ECHO]);
  assertEquals(commands.end("no-answer", "x"), []);
  assertEquals(commands.first?.id, "b");
  commands.addUrgent(ECHO, 4);
  assertEquals(inShort(commands.close()), ["b closed"]);
  assertEquals([commands.first, commands.end("done", "")], [undefined, []]);
});

Deno.test("a panel that confirms nothing does not fill the memory: old acknowledgements go, no command does", () => {
  const commands = new VdsCommands();
  for (const id of ["a", "b"]) commands.add({ id, data: ARM }, 0);
  commands.sent(1);
  for (let n = 0; n < 100; n++) commands.addUrgent(ECHO, n);
  let urgent = 0;
  const ended: string[] = [];
  for (; commands.first !== undefined; ended.push(...inShort(commands.end("done", "")))) {
    if (commands.first.id === undefined) urgent++;
  }
  assertEquals([urgent, ended], [30, ["a done", "b done"]]);
});

Deno.test("commands that wait too long expire in their order; the one in flight and acknowledgements do not", () => {
  const commands = new VdsCommands();
  assertEquals(commands.deadline, undefined);
  for (const [id, at] of [["a", 0], ["b", 10], ["c", 20], ["d", 30]] as const) {
    commands.add({ id, data: ARM }, at);
  }
  commands.sent(1);
  commands.addUrgent(ECHO, 0);
  assertEquals(commands.deadline, VDS_COMMAND_PATIENCE + 10);
  assertEquals(commands.expire(VDS_COMMAND_PATIENCE + 9), []);
  assertEquals(inShort(commands.expire(VDS_COMMAND_PATIENCE + 20)), ["b rejected", "c rejected"]);
  assertEquals(commands.deadline, VDS_COMMAND_PATIENCE + 30);
  assertEquals(commands.first?.id, "a");
});
