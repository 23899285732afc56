/** The whole program with an adapter from outside: named in its configuration, loaded, spoken to over a socket. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { freePort } from "../../src/demo/free_port.ts";
import { Child, ROOT, runDeno, taskArguments, WorkFolder } from "../support/child.ts";
import { until } from "../support/until.ts";
import "../support/own_ports.ts";

const random = (octets: number) => crypto.getRandomValues(new Uint8Array(octets)).toHex();

/** An SPT's file with adapters and their inputs; nobody answers where its RCT should be. */
function config(adapters: string[], inputs: { language: string; port: number }[], rctPort: number): string {
  return `name = "outside"
adapters = ${JSON.stringify(adapters)}
[rct]
host = "127.0.0.1"
port = ${rctPort}
[identity]
device_id = "${random(16)}"
rct_device_id = "${random(16)}"
master_handle = "1234abcd"
master_key = "${random(32)}"
[http]
enabled = false
${
    inputs.map(({ language, port }) =>
      `[[input]]\nname = "${language}"\nlanguage = "${language}"\nlisten = "127.0.0.1:${port}"\n`
    ).join("")
  }`;
}

/** Sends a line; what comes back until the answer or the end. */
async function say(port: number, line: string): Promise<string> {
  using panel = await Deno.connect({ hostname: "127.0.0.1", port });
  await panel.write(new TextEncoder().encode(line));
  const answer = new Uint8Array(16);
  return new TextDecoder().decode(answer.subarray(0, await panel.read(answer) ?? 0));
}

/** An adapter that takes an alarm and fails when it shall answer. */
const FAULTY = `export const adapter = {
  name: "faulty",
  contract: 1,
  session() {
    const raw = new Uint8Array([1]);
    const event = { account: "1", language: "faulty", code: "BA", qualifier: "new", label: "x", flags: [], raw };
    const alarm = { events: [event], protocol: "sia", data: new TextEncoder().encode("#1|NBA"), raw, complete: true };
    return {
      nextTick: undefined,
      feed: (bytes) => bytes.length === 1 ? [{ kind: "alarm", ref: 1, alarm }] : [],
      tick: () => [],
      settle: (ref) => {
        if (ref === 1) throw new Error("no such table");
        return [];
      },
      end: () => [],
    };
  },
};
`;

Deno.test("tocsin spt: alarms of an adapter from outside are acknowledged, a faulty one ends only its connection", async () => {
  await using folder = await WorkFolder.make();
  const [own, faulty, rct] = [freePort("tcp"), freePort("tcp"), freePort("udp")];
  await folder.write("faulty.js", FAULTY);
  await Deno.copyFile(`${ROOT}examples/own_panel_language.ts`, `${ROOT}${folder.path}/own.ts`);
  await folder.write(
    "spt.toml",
    config(["./own.ts", "faulty.js"], [{ language: "my-panel", port: own }, {
      language: "faulty",
      port: faulty,
    }], rct),
  );
  await using child = new Child([...await taskArguments("spt"), "--config", `${folder.path}/spt.toml`]);
  const listens = async (port: number) => {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return true;
    } catch {
      return false;
    }
  };
  await until(async () => await listens(own) && await listens(faulty), "both inputs", 30_000);
  assertEquals(await say(own, "1234 BA 12\r\n"), "+");
  assertEquals(await say(faulty, "x"), "");
  await until(() => child.err.includes("adapter-fault"), "the fault in the log");
  assertStringIncludes(child.err, "no such table");
  assertEquals(await say(own, "1234 BR 12\r\n"), "+");
  child.signal("SIGTERM");
  assertEquals(await child.status(), 0);
});

Deno.test("tocsin spt: an adapter that cannot be used ends the start, with what is wrong", async () => {
  await using folder = await WorkFolder.make();
  await folder.write("spt.toml", config(["./missing.ts"], [{ language: "my-panel", port: 1 }], 1));
  const { code, err } = await runDeno([...await taskArguments("spt"), "--config", `${folder.path}/spt.toml`]);
  assertEquals(code, 78);
  assert(err.includes('adapter "./missing.ts": expected a module in the file'), err);
});
