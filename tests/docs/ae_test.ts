/** docs/ae.md: each example is run as it stands, on other ports, and shows what the page shows. */
import { assert, assertEquals } from "@std/assert";
import { AE_HELP } from "../../src/ae/ae_help.ts";
import { freePort } from "../../src/demo/free_port.ts";
import { Child, ROOT } from "../support/child.ts";
import "../support/own_ports.ts";

const PAGE = Deno.readTextFileSync(`${ROOT}docs/ae.md`);

/** The examples: commands, and what the AE prints. */
const EXAMPLES = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)]
  .map(([, commands = "", output = ""]) => ({ commands: commands.trim().split("\n"), output }));

/** Without times of day, the sender's port, and who was the first to close. */
function timeless(output: string): string {
  return output.replaceAll(/^\d\d:\d\d:\d\d /gm, "").replaceAll(/(connected: 127\.0\.0\.1):\d+/g, "$1")
    .replaceAll(/closed by (?:the peer|Tocsin)/g, "closed");
}

async function shell(command: string): Promise<void> {
  const script = `tocsin() { "$DENO" run --no-check --no-prompt --allow-net main.ts "$@"; }\n${command}`;
  const env = { DENO: Deno.execPath(), NO_COLOR: "1", NO_PROXY: "127.0.0.1" };
  await new Deno.Command("sh", { args: ["-c", script], cwd: ROOT, env }).output();
}

const HAS_CURL = await new Deno.Command("curl", { args: ["-V"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

for (const { commands: [first = "", ...others], output } of EXAMPLES) {
  const isSkipped = !HAS_CURL && others.some((command) => command.startsWith("curl "));
  const skipped = isSkipped ? " (SKIPPED: no curl)" : "";
  Deno.test({
    name: `docs/ae.md: ${first}${skipped}`,
    ignore: isSkipped,
    fn: async () => {
      const port = String(freePort(first.includes("--udp") ? "udp" : "tcp"));
      const own = (text: string) => text.replaceAll("11025", port);
      const [, args = ""] = /^tocsin (.*) &$/.exec(own(first)) ?? [];
      await using ae = new Child([
        "run",
        "--no-check",
        "--no-prompt",
        "--allow-net",
        "main.ts",
        ...args.split(" "),
      ]);
      await ae.shows("waiting for the receiver");
      for (const command of others) await shell(own(command));
      assertEquals(await ae.status(), 0, ae.err);
      assertEquals(timeless(ae.out), timeless(own(output)));
    },
  });
}

Deno.test("docs/ae.md: there are examples, and every option that is named exists", () => {
  assertEquals(EXAMPLES.length, [...PAGE.matchAll(/^```sh$/gm)].length);
  assert(EXAMPLES.length >= 5);
  const senders = new Set(["--form", "--to", "--alarm", "--help"]);
  for (const [option] of PAGE.matchAll(/--[a-z][a-z-]+/g)) {
    assert(senders.has(option) || AE_HELP.includes(option), option);
  }
});
