import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type SiaBlock, writeBlock } from "../../adapters/sia/block.ts";
import { SiaFramer } from "../../adapters/sia/framer.ts";
import { httpApp } from "../../src/http/app.ts";
import { Pair, until } from "../support/pair.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (octets: Uint8Array) => new TextDecoder().decode(octets);

function block(code: string, data = "", ackRequest = true): Uint8Array {
  return writeBlock({ ackRequest, reverseChannel: false, code, data: encode(data) });
}

/** A panel on a TCP connection that takes commands, and answers each as it is told to. */
class CommandedPanel implements AsyncDisposable {
  /** The commands that came: function code and data. */
  readonly commands: string[] = [];
  /** Acknowledgements that came. */
  acknowledged = 0;
  /** What is answered to a command; nothing when undefined. */
  answers: (command: string) => Uint8Array | undefined = () => block("7", "", false);
  readonly #framer = new SiaFramer();
  readonly #done: Promise<void>;

  private constructor(readonly conn: Deno.TcpConn) {
    this.#done = this.#read();
  }

  static async connect(port: number): Promise<CommandedPanel> {
    return new CommandedPanel(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.conn.write(bytes.subarray(at));
  }

  /** Reports an alarm, so that the SPT knows the account, and ends its data group. */
  async alarm(account: string): Promise<void> {
    for (const part of [block("#", account), block("N", "BA1"), block("0")]) {
      const before = this.acknowledged;
      await this.send(part);
      await until(() => this.acknowledged > before, "an acknowledgement");
    }
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.conn.readable) {
        for (const item of this.#framer.feed(chunk)) {
          if (item.kind === "frame") await this.#take(item.frame);
        }
      }
    } catch { /* the connection is closed */ }
  }

  async #take({ code, data }: SiaBlock): Promise<void> {
    if (code === "8") return void this.acknowledged++;
    const command = code + decode(data);
    this.commands.push(command);
    const answer = this.answers(command);
    if (answer !== undefined) await this.send(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.conn.close();
    } catch { /* it is closed */ }
    await this.#done;
  }
}

/** Both ends, where commands are allowed at both, and only at the input that speaks SIA. */
function commanding(logged: string[] = []): Promise<Pair> {
  const log = (level: string, rule: string, message: string, fields?: Record<string, unknown>) =>
    void logged.push(JSON.stringify([level, rule, message, fields]));
  return Pair.open({
    adjust: (spt, rct) => {
      rct.remote.enabled = true;
      for (const site of rct.sites) site.remote = true;
      for (const { settings } of spt.inputs) if (settings.language === "sia") settings.remote = "always";
    },
    sptParts: { log },
    rctParts: { log },
  });
}

Deno.test("a command goes from the centre's page to a SIA panel, and what it answers comes back", async () => {
  const logged: string[] = [];
  await using pair = await commanding(logged);
  await using panel = await CommandedPanel.connect(pair.ports.sia);
  await panel.alarm("1234");
  panel.answers = (command) => command.startsWith("X") ? block("X", "ZS201*1") : block("7", "", false);
  const app = httpApp(pair.rct);
  const command = async (text: string, account = "1234") => {
    const answer = await app.request("/api/sites/shop-12/command", {
      method: "POST",
      headers: { "x-tocsin": "command", "content-type": "application/json" },
      body: JSON.stringify({ account, text, by: "operator 3" }),
    });
    assertEquals(answer.status, 200);
    return await answer.json();
  };
  const control = await command("CSA*1");
  assertEquals([control.outcome, control.text], ["done", ""]);
  const query = await command("XZS201");
  assertEquals([query.outcome, query.text], ["done", "XZS201*1"]);
  const login = await command("?543210");
  assertEquals(login.outcome, "done");
  const other = await command("CSA*1", "9999");
  assertEquals(other.outcome, "rejected");
  assertStringIncludes(other.detail, "account 9999");
  assertEquals(panel.commands, ["CSA*1", "XZS201", "?543210"]);

  // Both ends log who and what became of it, and never the code.
  for (const id of [control.id, login.id]) {
    const lines = logged.filter((line) => line.includes(id) && line.includes("operator 3"));
    assertEquals(lines.filter((line) => line.includes('"command-done"')).length, 2, lines.join("\n"));
  }
  const all = logged.join("\n");
  assert(!all.includes("543210") && !all.includes(encode("543210").toHex()), all);
});

Deno.test("a panel that hangs up in the middle of a command: the centre is told that nothing is known", async () => {
  await using pair = await commanding();
  await using panel = await CommandedPanel.connect(pair.ports.sia);
  await panel.alarm("1234");
  panel.answers = () => undefined;
  const end = pair.rct.command("shop-12", { account: "1234", data: encode("CSA*1") });
  await until(() => panel.commands.length === 1, "the command");
  panel.conn.close();
  const { outcome } = await end;
  assertEquals(outcome, "closed");
});

Deno.test("commands that are allowed at the centre only do not reach the panel", async () => {
  await using pair = await Pair.open({
    adjust: (_spt, rct) => {
      rct.remote.enabled = true;
      for (const site of rct.sites) site.remote = true;
    },
  });
  await using panel = await CommandedPanel.connect(pair.ports.sia);
  await panel.alarm("1234");
  const { outcome, detail } = await pair.rct.command("shop-12", { account: "1234", data: encode("CSA*1") });
  assertEquals(outcome, "rejected");
  assertStringIncludes(detail, "no input of the SPT lets commands through");
  assertEquals(panel.commands, []);
});
