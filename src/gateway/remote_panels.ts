/**
 * Which panel a command of the receiving centre is for.
 *
 * @module
 */
import type { PanelInput } from "./panel_input.ts";
import type { RemotePanel } from "./remote_control.ts";

/**
 * Finds the one panel that a command is for: on an input that lets commands through, and connected now.
 *
 * @param inputs The inputs.
 * @param account The panel's account, where the command names one.
 * @param name The input's name, where the command names one.
 * @returns The panel; or why there is none, in words for the operator who sent the command.
 */
export function findPanel(
  inputs: readonly Pick<PanelInput, "config" | "links">[],
  account: string | undefined,
  name: string | undefined,
): RemotePanel | { why: string } {
  const named = inputs.filter(({ config }) => name === undefined || config.name === name);
  if (named.length === 0) return { why: `the SPT has no input "${name}"` };
  const open = named.filter(({ config }) =>
    "remote" in config.settings && config.settings.remote !== "never"
  );
  if (open.length === 0) {
    return { why: "no input of the SPT lets commands through: set remote at the input of this panel" };
  }
  const panels = open.flatMap(({ config, links }) => [...links].map((link) => ({ config, link })));
  if (panels.length === 0) {
    return { why: "the panel is not connected now: send the command when it is" };
  }
  const meant = account === undefined ? panels : panels.filter(({ link }) => link.account === account);
  // A panel that connects anew may have left its last connection open: the newest counts.
  const panel = meant.at(-1);
  if (panel === undefined) return { why: `no panel of account ${account} is connected now` };
  if (meant.some(({ config }) => config !== panel.config) || (account === undefined && meant.length > 1)) {
    return { why: "several panels are meant: name the account, or the input" };
  }
  return { input: panel.config.name, send: (command, done) => panel.link.command(command, done) };
}
