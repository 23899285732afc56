import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { formatConfigError } from "../../src/config/config_error.ts";
import { isRctFile, loadRctConfig } from "../../src/config/load.ts";
import { loadSerialLines } from "../../src/config/serial_lines.ts";
import { change, RCT, RCT_OUTPUTS, SPT } from "./samples.ts";

async function inFile<T>(text: string, use: (path: string, dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "tocsin.toml");
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    return await use(path, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("the serial lines of an RCT are those of its outputs, on the socket beside the file", () =>
  inFile(RCT_OUTPUTS, async (path, dir) => {
    const result = await loadSerialLines(path);
    assert(result.ok);
    const { socket, of, lines } = result.config;
    assertEquals([socket, of], [join(dir, "data/lines.sock"), "output"]);
    assertEquals(lines.map(({ name, device }) => [name, device]), [
      ["ademco", "/dev/ttyS0"],
      ["bosch-sia", "/dev/ttyS1"],
    ]);
  }));

Deno.test("the serial lines of an SPT are those of its inputs", () =>
  inFile(change(SPT, 'listen = "0.0.0.0:10002"', 'serial = "/dev/ttyS7,1200,7E1"'), async (path) => {
    const result = await loadSerialLines(path);
    assert(result.ok);
    assertEquals([result.config.of, result.config.lines.map(({ name, baud }) => [name, baud])], [
      "input",
      [["galaxy", 1200]],
    ]);
  }));

Deno.test("a file without a serial line has none, and a broken one its errors", async () => {
  for (const [text, of] of [[RCT, "output"], [SPT, "input"]] as const) {
    const result = await inFile(text, loadSerialLines);
    assert(result.ok);
    assertEquals([result.config.of, result.config.lines], [of, []]);
  }
  const broken = await inFile(change(RCT, "[[site]]", "[[sit]]"), loadSerialLines);
  assert(!broken.ok);
  assert(broken.errors.map(formatConfigError).some((line) => line.includes("did you mean site?")));
});

Deno.test("which end a file is for stands in its tables, not in its name or its comments", async () => {
  assertEquals(await inFile(RCT, isRctFile), true);
  assertEquals(await inFile(`# [[site]]\n${SPT}`, isRctFile), false);
  assertEquals(await inFile(change(RCT, "[[output]]", "[[output"), isRctFile), true);
  assertEquals(await inFile("output = [{}]\n", isRctFile), true);
  assertEquals(await inFile("", isRctFile), false);
});

Deno.test("certificates of outputs and the socket lie beside the file", () =>
  inFile(RCT_OUTPUTS, async (path, dir) => {
    const result = await loadRctConfig(path);
    assert(result.ok);
    const found = result.config.outputs.map(({ line }) =>
      line.kind === "http" ? line.ca : line.kind === "connect" ? line.tls?.ca : undefined
    );
    assertEquals(found.filter((file) => file !== undefined), [
      join(dir, "broker-ca.pem"),
      join(dir, "web-ca.pem"),
    ]);
    assertEquals(result.config.serial.socket, join(dir, "data/lines.sock"));
  }));

Deno.test({
  name: "a file with a secret of an AE and no other key may be read by its owner only",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const bare = RCT.replace(/^master_.*\n/gm, "");
    const open = async (lines: string) => {
      const text = change(bare, 'name = "automation"\n', `name = "automation"\n${lines}`);
      return await inFile(text, async (path) => {
        await Deno.chmod(path, 0o644);
        const result = await loadRctConfig(path);
        assert(result.ok);
        return result.warnings.map(({ rule }) => rule).filter((rule) => rule === "file-mode").length;
      });
    };
    assertEquals(await open(""), 0);
    const web = 'language = "webhook"\nurl = "https://a.example"\n';
    assertEquals(await open(`${web}secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]\n`), 1);
    const dc09 = 'language = "dc09"\nhost = "ae"\nport = 7\n';
    assertEquals(await open(dc09), 0);
    assertEquals(await open(`${dc09}key = "0123456789ABCDEF"\n`), 1);
    const mqtt = 'language = "mqtt"\nhost = "ae"\ntls = true\n';
    assertEquals(await open(mqtt), 0);
    assertEquals(await open(`${mqtt}password = "swordfish"\n`), 1);
  },
});
