import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Vds2465SerialSession } from "../../adapters/vds2465/mod.ts";
import { writeEnvelope } from "../../src/remote/envelope.ts";
import { Pair, until } from "../support/pair.ts";
import { PanelOfTest, RemoteRig } from "./remote_rig.ts";

const hex = (digits: string) => Uint8Array.fromHex(digits);
const ARM = hex("05020005310262");
const ARM_FRAME = "680909687301050200053102621516";
const POLL = hex("6802026840024216");
const ACK = hex("6802026800020216");

/** An RCT that may give commands to its site, and no SPT. */
async function centre(): Promise<Pair> {
  const pair = await Pair.open({
    adjust: (_spt, rct) => {
      rct.remote.enabled = true;
      for (const site of rct.sites) site.remote = true;
    },
  });
  await pair.spt.close(0);
  return pair;
}

function panelOn(session: Vds2465SerialSession): PanelOfTest {
  session.tick(0);
  return new PanelOfTest(session);
}

Deno.test("a command goes over UDP to a panel, and its confirmation comes back", async () => {
  await using pair = await centre();
  const panel = panelOn(new Vds2465SerialSession());
  panel.answers = (bytes) => bytes.toHex() === ARM_FRAME ? ACK : undefined;
  await using rig = new RemoteRig(pair, (account) => {
    if (account !== "000815") return { why: `no panel has account ${account}` };
    return { input: "telenot", send: (command, done) => panel.send(command, done) };
  });
  await rig.connected();
  // The panel polls when the command has come.
  const polls = until(() => rig.control.open === 1, "the command").then(() =>
    panel.take(panel.session.feed(POLL, 1))
  );
  const end = await pair.rct.command("shop-12", { account: "000815", by: "operator 3", data: ARM });
  await polls;
  assertEquals([end.outcome, end.detail, end.data], ["done", "", new Uint8Array()]);
  assertEquals(panel.wire.map((bytes) => bytes.toHex()), [ARM_FRAME]);
  assert(
    rig.logged.some((line) => line.includes("command-done") && line.includes(end.id)),
    rig.logged.join("\n"),
  );

  const wrong = await pair.rct.command("shop-12", { account: "1", data: ARM });
  assertEquals([wrong.outcome, wrong.detail], ["rejected", "no panel has account 1"]);
  const cut = await pair.rct.command("shop-12", { account: "000815", data: ARM.subarray(0, 4) });
  assertEquals(cut.outcome, "rejected");
  assertStringIncludes(cut.detail, "Octet 0 of the command");
});

Deno.test("an SPT that knows no commands refuses, and nothing is sent to a site that is not there", async () => {
  await using pair = await centre();
  await using rig = new RemoteRig(pair, () => ({ why: "not asked" }));
  rig.knowsCommands = false;
  await rig.connected();
  const refused = await pair.rct.command("shop-12", { data: ARM });
  assertEquals(refused.outcome, "rejected");
  assertStringIncludes(refused.detail, "it takes no commands: allow them");
  const none = await pair.rct.command("shop-13", { data: ARM });
  assertStringIncludes(none.detail, "no site of this name");
});

Deno.test("by default commands are off: outcomes go to whoever takes opaque octets, and no command goes out", async () => {
  const taken: string[] = [];
  await using pair = await Pair.open({
    rctParts: { onTransparent: (_site, data) => !!taken.push(new TextDecoder().decode(data)) },
  });
  await pair.spt.close(0);
  await using rig = new RemoteRig(pair, () => ({ why: "not asked" }));
  await rig.connected();
  const { outcome, detail } = await pair.rct.command("shop-12", { data: ARM });
  assertEquals(outcome, "rejected");
  assertStringIncludes(detail, "enabled = true under [remote]");
  const end = { kind: "outcome", id: "7", outcome: "done", detail: "", data: new Uint8Array() } as const;
  rig.path.tell(writeEnvelope(end));
  await until(() => taken.length === 1, "the octets");
  assertStringIncludes(taken[0] ?? "", '"tocsin":"outcome"');
  assertEquals(rig.logged.filter((line) => line.includes("command")), []);
});

Deno.test("the RCT stops while a command is open: it is told that nothing is known", async () => {
  await using pair = await centre();
  await using rig = new RemoteRig(pair, () => ({ input: "mute", send: () => {} }));
  await rig.connected();
  const end = pair.rct.command("shop-12", { data: ARM });
  await until(() => rig.control.open === 1, "the command");
  await pair.rct.close(0);
  const { outcome, detail } = await end;
  assertEquals(outcome, "no-answer");
  assertStringIncludes(detail, "the RCT stops: it is not known whether");
});
