import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { httpApp } from "../../src/http/app.ts";
import type { RemoteOrder, RemoteRefusal, RemoteResult, RemoteView } from "../../src/http/remote_view.ts";
import { type HttpServer, serveHttp } from "../../src/http/server.ts";
import { LiveGateway } from "../http/live_gateway.ts";
import { taskArguments } from "../support/child.ts";

const CHILD = fileURLToPath(new URL("command_child.ts", import.meta.url));
const encode = (text: string) => new TextEncoder().encode(text);

/** The way to panels of a running RCT: notes what is ordered. */
class Remote implements RemoteView {
  readonly ordered: [string, RemoteOrder][] = [];
  result: Omit<RemoteResult, "id"> = { outcome: "done", detail: "", data: new Uint8Array() };

  refuses(site: string): RemoteRefusal | undefined {
    return site === "shop-12"
      ? undefined
      : { rule: "no-such-site", message: "There is no site of this name." };
  }

  command(site: string, order: RemoteOrder): Promise<RemoteResult> {
    this.ordered.push([site, order]);
    return Promise.resolve({ id: "7-a", ...this.result });
  }
}

class RemoteGateway extends LiveGateway {
  readonly remote = new Remote();
}

/** A centre: its file, and its page where the file says. */
class Centre implements AsyncDisposable {
  readonly gateway = new RemoteGateway();
  #server: HttpServer | undefined;

  private constructor(readonly dir: string, readonly file: string, readonly port: number) {}

  static async open(change: (text: string) => string = (text) => text): Promise<Centre> {
    const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
    const { rct, ports } = await writeDemoConfigs(dir);
    const text = (await Deno.readTextFile(rct))
      .replace("[listen]", "[remote]\nenabled = true\n\n[listen]")
      .replace('output = "automation"\n', 'output = "automation"\nremote = true\n');
    await Deno.writeTextFile(rct, change(text));
    return new Centre(dir, rct, ports.rctHttp);
  }

  serve(): void {
    this.#server = serveHttp(httpApp(this.gateway), { port: this.port });
  }

  async run(args: string[], input = ""): Promise<{ code: number; out: string; err: string }> {
    // The rights of the task, and a proxy that nothing may go to.
    const flags = (await taskArguments("tocsin")).map((arg) => arg === "main.ts" ? CHILD : arg);
    const child = new Deno.Command(Deno.execPath(), {
      args: [...flags, ...args],
      env: { NO_COLOR: "1", HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    // It may not read what it is given.
    await writer.write(encode(input)).then(() => writer.close()).catch(() => {});
    const { code, stdout, stderr } = await child.output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.shutdown();
    await Deno.remove(this.dir, { recursive: true });
  }
}

Deno.test("tocsin command: the command goes to the RCT's page, its outcome is printed, and no proxy is asked", async () => {
  await using centre = await Centre.open();
  centre.serve();
  const { remote } = centre.gateway;
  const at = ["--config", centre.file, "--site", "shop-12"];
  remote.result = { outcome: "done", detail: "", data: encode("SA1") };
  const names = ["--account", "1234", "--input", "galaxy", "--by", "operator 3"];
  const done = await centre.run([...at, ...names, "CSA*1"]);
  assertEquals([done.code, done.err], [0, ""]);
  assertEquals(done.out, "Done\nThe panel answers: SA1\nCommand 7-a: so the logs of both ends name it\n");
  remote.result = { outcome: "rejected", detail: "no such area\u001b[2J", data: Uint8Array.of(2, 0x11) };
  const rejected = await centre.run([...at, "--hex", "05020005310262"]);
  assertEquals(rejected.code, 1);
  assertStringIncludes(rejected.out, "Rejected: no such area [2J\nThe panel answers: 0211 (hex)\n");
  // Digits stay digits, whatever they look like.
  remote.result = { outcome: "no-answer", detail: "not known", data: new Uint8Array() };
  const silent = await centre.run([...at, "0012"]);
  assertEquals(silent.code, 1);
  assertStringIncludes(silent.out, "No answer: not known\n");
  assertEquals(remote.ordered, [
    ["shop-12", { account: "1234", input: "galaxy", by: "operator 3", data: encode("CSA*1") }],
    ["shop-12", { data: Uint8Array.fromHex("05020005310262") }],
    ["shop-12", { data: encode("0012") }],
  ]);
});

Deno.test("tocsin command --secret reads a login code from standard input and shows it nowhere", async () => {
  await using centre = await Centre.open();
  centre.serve();
  const at = ["--config", centre.file, "--site", "shop-12", "--secret"];
  const { code, out, err } = await centre.run(at, "?543210\nmore\n");
  assertEquals([code, err], [0, ""]);
  assertEquals(centre.gateway.remote.ordered, [["shop-12", { data: encode("?543210") }]]);
  assert(!`${out}${err}`.includes("543210"));
  for (
    const [input, words] of [["", "holds no command"], ["\u00e4\n", "printable"], [
      "x".repeat(2000),
      "too long",
    ]]
  ) {
    const wrong = await centre.run(at, input);
    assertEquals(wrong.code, 64);
    assertStringIncludes(wrong.err, words ?? "");
  }
  assertEquals(centre.gateway.remote.ordered.length, 1);
});

Deno.test("tocsin command: wrong arguments are named, with status 64", async () => {
  await using centre = await Centre.open();
  centre.serve();
  const at = ["--config", centre.file, "--site", "shop-12"];
  const cases: [string[], RegExp][] = [
    [[], /--config FILE is missing/],
    [["--config", centre.file], /--site NAME is missing/],
    [at, /the command once: as TEXT, as --hex HEX or by --secret/],
    [[...at, "C", "--hex", "00"], /the command once/],
    [[...at, "C", "--secret"], /the command once/],
    [[...at, "C", "SA"], /one TEXT/],
    [[...at, "?543210"], /a login code \(\?\) on the command line can be read by others/],
    [[...at, "--hex", "3f353433323130"], /a login code/],
    [[...at, "--hex", "0"], /--hex: expected hex digits, two/],
    [[...at, "C\u00e4"], /printable/],
    [[...at, "--sight", "x", "C"], /--sight: unknown/],
    [[...at, "--site", "x", "C"], /--site: expected once/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await centre.run(args);
    assertEquals(code, 64, `${args.join(" ")}: ${err}`);
    assertMatch(err, message);
    assert(!err.includes("543210"), err);
  }
  const help = await centre.run(["-h"]);
  assertEquals([help.code, help.err], [0, ""]);
  assertEquals(centre.gateway.remote.ordered, []);
});

Deno.test("tocsin command: an RCT that is not there, that refuses, or whose file says no", async () => {
  await using centre = await Centre.open();
  const at = ["--config", centre.file, "--site", "shop-12", "C"];
  const gone = await centre.run(at);
  assertEquals(gone.code, 69);
  assertMatch(gone.err, /the RCT is not reached at 127\.0\.0\.1:\d+/);
  centre.serve();
  const stranger = await centre.run(["--config", centre.file, "--site", "shop 13/x", "C"]);
  assertEquals(stranger.code, 1);
  assertStringIncludes(stranger.err, "nothing was sent: There is no site of this name.");
  const files: [(text: string) => string, string][] = [
    [(text) => text.replace("enabled = true", "enabled = false"), "remote control is switched off"],
    [(text) => text.replace(/\[http\]\nport = \d+/, "[http]\nport = 0"), "port 0"],
    [(text) => text.replace(/\[http\]\nport = \d+/, "[http]\nenabled = false"), "[http] is switched off"],
    [(text) => text.replace("[remote]", "[remotes]"), "remotes"],
  ];
  for (const [change, words] of files) {
    await using other = await Centre.open(change);
    const { code, err } = await other.run(["--config", other.file, "--site", "shop-12", "C"]);
    assertEquals(code, 78, err);
    assertStringIncludes(err, words);
  }
  assertEquals((await centre.run(["--config", `${centre.dir}/none.toml`, "--site", "x", "C"])).code, 78);
});
