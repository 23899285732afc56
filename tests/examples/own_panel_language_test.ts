/** The example of an adapter from outside: alone, named in a configuration, and as a session on its own. */
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import type { PanelEffect } from "../../adapters/contract.ts";
import { adapter } from "../../examples/own_panel_language.ts";
import { loadAdapters } from "../../src/gateway/outside_adapters.ts";
import { listenPanels } from "../../src/gateway/panel_listener.ts";
import { Child, ROOT } from "../support/child.ts";
import { until } from "../support/until.ts";

const FILE = "examples/own_panel_language.ts";
const octets = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A panel on a real socket: what it was answered. */
class Panel implements Disposable {
  answers = "";
  readonly #connection: Deno.TcpConn;
  readonly done: Promise<void>;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.done = this.#read();
  }
  static async connect(port: number): Promise<Panel> {
    return new Panel(await Deno.connect({ hostname: "127.0.0.1", port }));
  }
  async send(line: string): Promise<void> {
    await this.#connection.write(octets(line));
  }
  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#connection.readable) this.answers += text(chunk);
    } catch {
      // Closed by the test.
    }
  }
  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // The other end closed it.
    }
  }
}

Deno.test("own_panel_language.ts is under 60 lines", async () => {
  assertLess((await Deno.readTextFile(`${ROOT}${FILE}`)).trimEnd().split("\n").length, 60);
});

Deno.test("own_panel_language.ts alone: prints alarms and answers the panel", async () => {
  const header = (await Deno.readTextFile(`${ROOT}${FILE}`)).split("\n").slice(0, 3).join("\n");
  const [, run] = /Run: deno (run .*) examples\/own_panel_language\.ts/.exec(header) ?? [];
  assert(run !== undefined, header);
  await using child = new Child([...run.split(" "), "--no-prompt", `${ROOT}${FILE}`, "0"]);
  await child.shows(/listening on \d+\n/);
  using panel = await Panel.connect(Number(/listening on (\d+)/.exec(child.out)?.[1]));
  await panel.send("1234 BA 12\r\n");
  await child.shows("1234 BA 12\n");
  await until(() => panel.answers === "+", "the answer");
  await panel.send("1234 BR 12\nnonsense\n1234 RP 0\n");
  await child.shows("1234 BR 12\n1234 RP 0\n");
  await until(() => panel.answers === "+++", "no answer to nonsense");
  assertEquals(child.err, "");
});

Deno.test("own_panel_language.ts named in a configuration: guarded, and a failed alarm is answered with -", async () => {
  const [loaded] = await loadAdapters(["./own_panel_language.ts"], `${ROOT}examples`);
  assertEquals(loaded?.name, adapter.name);
  const seen: string[] = [];
  const refused: string[] = [];
  const listener = listenPanels({
    language: loaded!,
    port: 0,
    onAlarm: ([event]) => {
      seen.push(`${event?.account} ${event?.code} ${event?.zone}`);
      if (event?.code === "FA") throw new Error("the disk is full");
    },
    onRefused: ({ rule }) => void refused.push(rule),
  });
  try {
    using panel = await Panel.connect(listener.port);
    await panel.send("x\n1234 BA 1\n1234 FA 2\n1234 BA 3\n");
    await until(() => panel.answers.length === 3, "three answers");
    assertEquals([panel.answers, seen, refused], ["+-+", ["1234 BA 1", "1234 FA 2", "1234 BA 3"], [
      "no-line",
    ]]);
  } finally {
    await listener.close();
  }
});

/** Accepts every alarm at once, as a fast gateway would. */
function play(chunks: Uint8Array[]): { data: string[]; sent: string; refused: number } {
  const session = adapter.session();
  const result = { data: [] as string[], sent: "", refused: 0 };
  const handle = (effects: PanelEffect[]) => {
    for (const effect of effects) {
      if (effect.kind === "send") result.sent += text(effect.bytes);
      if (effect.kind === "refused") result.refused++;
      if (effect.kind !== "alarm") continue;
      result.data.push(text(effect.alarm.data));
      handle(session.settle(effect.ref, "accepted"));
    }
  };
  for (const chunk of chunks) handle(session.feed(chunk));
  return result;
}

Deno.test("own_panel_language.ts reads the same whatever the chunk borders", () => {
  const stream = octets("noise\r\n1234 BA 12\r\n12AB FA 7\n");
  const whole = play([stream]);
  assertEquals(whole, { data: ["#1234|NBA12", "#12AB|NFA7"], sent: "++", refused: 1 });
  for (let at = 0; at <= stream.length; at++) {
    assertEquals(play([stream.subarray(0, at), stream.subarray(at)]), whole, `cut at ${at}`);
  }
  assertEquals(play([...stream].map((octet) => Uint8Array.of(octet))), whole);
});

Deno.test("own_panel_language.ts: a line without end does not fill the memory, nor do lines that wait", () => {
  const endless = play([new Uint8Array(64 * 100).fill(0x41), octets("\n1234 BA 1\n")]);
  assertEquals([endless.data, endless.refused], [["#1234|NBA1"], 101]);
  const session = adapter.session();
  const effects = session.feed(octets("1234 BA 1\n".repeat(40)));
  const refused = effects.filter(({ kind }) => kind === "refused");
  assertEquals([refused.length, effects.length], [8, 9]);
  const [first] = refused;
  assert(first?.kind === "refused");
  assertStringIncludes(first.message, "expected");
});
