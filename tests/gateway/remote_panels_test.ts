import { assert, assertEquals } from "@std/assert";
import type { PanelEffect } from "../../adapters/contract.ts";
import { parseSptConfig } from "../../src/config/load.ts";
import type { PanelLink } from "../../src/gateway/panel_link.ts";
import { findPanel } from "../../src/gateway/remote_panels.ts";
import { change, SPT } from "../config/samples.ts";
import { PanelRig, ScriptedSession } from "./panel_rig.ts";

function input(name: string, remote: string, ...links: PanelLink[]) {
  const text = change(SPT, 'name = "galaxy"', `name = "${name}"\nremote = "${remote}"`);
  const result = parseSptConfig(text, "spt.toml");
  assert(result.ok, JSON.stringify(result));
  return { config: result.config.inputs[0]!, links: new Set(links) };
}

async function panel(account: string, onCommand = () => {}): Promise<PanelLink> {
  class Known extends ScriptedSession {
    readonly account = account;
    sendCommand(): PanelEffect[] {
      onCommand();
      return [];
    }
  }
  return (await PanelRig.open()).connect("store-and-forward", 30, new Known()).link;
}

const WHY = {
  closed: "no input of the SPT lets commands through: set remote at the input of this panel",
  away: "the panel is not connected now: send the command when it is",
  several: "several panels are meant: name the account, or the input",
};

Deno.test("a command finds the panel it names, on an input that lets commands through", async () => {
  const [a, b, locked] = [await panel("1234"), await panel("5678"), await panel("9999")];
  const inputs = [input("shop", "always", a, b), input("vault", "never", locked)];
  const found = (account?: string, name?: string) => {
    const panel = findPanel(inputs, account, name);
    return "why" in panel ? panel.why : panel.input;
  };
  assertEquals(found("1234"), "shop");
  assertEquals(found("5678", "shop"), "shop");
  assertEquals(found(), WHY.several);
  assertEquals(found("9999"), "no panel of account 9999 is connected now");
  assertEquals(found("9999", "vault"), WHY.closed);
  assertEquals(found(undefined, "cellar"), 'the SPT has no input "cellar"');
  // The same panel twice: it connected anew, and its last connection hangs.
  const got: string[] = [];
  const anew = await panel("1234", () => void got.push("the new connection"));
  const twice = findPanel([input("shop", "always", a, anew)], "1234", undefined);
  assert(!("why" in twice));
  twice.send({ id: "x", data: new Uint8Array() }, () => {});
  assertEquals(got, ["the new connection"]);
  const elsewhere = findPanel(
    [input("shop", "always", a), input("cellar", "always", anew)],
    "1234",
    undefined,
  );
  assertEquals("why" in elsewhere && elsewhere.why, WHY.several);
  const only = findPanel([input("shop", "reverse-channel", a)], undefined, undefined);
  assert(!("why" in only));
  const away = findPanel([input("shop", "always")], "1234", undefined);
  assertEquals("why" in away && away.why, WHY.away);
});
