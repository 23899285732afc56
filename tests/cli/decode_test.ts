import { pcapHeader } from "../../src/capture/pcap.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import siaBlocks from "../../adapters/sia/vectors/sia_dc03_block.json" with { type: "json" };
import ipVectors from "../../src/ip/vectors/ip.json" with { type: "json" };

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

type Line = Record<string, unknown> & { ok: boolean; events: Record<string, unknown>[]; rule: string };

/** Runs `tocsin decode` in a process of its own, without any right but reading. */
async function decode(args: string[], input: Uint8Array | string, oneByOne = false) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-read", MAIN, "decode", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  if (oneByOne) { for (let i = 0; i < bytes.length; i++) await writer.write(bytes.subarray(i, i + 1)); }
  else await writer.write(bytes);
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  const lines = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Line);
  return { code, lines, errors: new TextDecoder().decode(stderr) };
}

/** The lines without what differs from run to run. */
function timeless(lines: Line[]): unknown {
  return lines.map((line) => ({
    ...line,
    events: line.events?.map(({ id: _id, receivedAt: _at, ...event }) => event),
  }));
}

Deno.test("decode --as sia: a captured burst, whole and one byte at a time, as bytes and as hex", async () => {
  const wire = (id: string) => siaBlocks.find((vector) => vector.id === id)!.wire;
  const hex = ["S05", "S01", "S06", "S07"].map(wire).join("\n");
  const bytes = Uint8Array.fromHex(hex.replaceAll(/\s/g, ""));
  const whole = await decode(["--as", "sia"], bytes);
  assertEquals(whole.code, 0);
  assertEquals(whole.lines.map(({ ok }) => ok), [true, true, true, true]);
  const event = whole.lines[1]!.events[0]!;
  assertEquals([event["account"], event["code"], event["user"], event["device"]], [
    "027978",
    "CL",
    "001",
    "010",
  ]);
  assert(typeof event["id"] === "string" && event["id"].length === 26);
  assert(typeof event["receivedAt"] === "string");
  assertEquals(timeless((await decode(["--as", "sia"], bytes, true)).lines), timeless(whole.lines));
  assertEquals(timeless((await decode(["--as", "sia", "--hex"], hex, true)).lines), timeless(whole.lines));
  assertEquals(timeless((await decode(["--as", "auto"], bytes)).lines), timeless(whole.lines));
});

Deno.test("decode: a refused message gives offset, rule and words, and exit status 65", async () => {
  const { code, lines } = await decode(["--as", "sia", "--hex"], "46 23 30 32 37 31 37 38 99");
  assertEquals(code, 65);
  assertEquals([lines[0]!.ok, lines[0]!.rule], [false, "parity"]);
  assertEquals((await decode(["--as", "sia", "--hex"], "46 2x")).lines.at(-1)!.rule, "not-hex");
  assertEquals((await decode(["--as", "auto"], "no alarm at all")).code, 65);
});

Deno.test("decode --as ip: the vectors, with the key and without", async () => {
  const datagrams = JSON.stringify(ipVectors).match(/"[0-9a-f]{120,}"/g)!.map((quoted) =>
    quoted.slice(1, -1)
  );
  assert(datagrams.length >= 6);
  const key256 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  const { code, lines } = await decode(["--as", "ip", "--hex", "--key", key256], datagrams.join("\n"));
  assertEquals(code, 0);
  assertEquals(lines.length, datagrams.length);
  const withEvent = lines.filter(({ events }) => events.length > 0);
  assertEquals(withEvent.map(({ events }) => events[0]!["code"]), ["BA", "BA"]);
  const locked = await decode(["--as", "ip", "--hex"], datagrams.join("\n"));
  assertEquals(locked.code, 65);
  assert(locked.lines.some(({ rule }) => rule === "unauthentic"));
});

Deno.test("decode: a packet capture is sent to the doctor, and not read as noise", async () => {
  for (const language of ["auto", "sia"]) {
    const { code, lines } = await decode(["--as", language, "--hex"], pcapHeader().toHex());
    assertEquals([code, lines.map(({ rule }) => rule)], [65, ["packet-capture"]]);
    assertStringIncludes(String(lines[0]!["message"]), "tocsin doctor FILE");
  }
});

Deno.test("decode: wrong arguments are answered with what was expected, and status 64", async () => {
  const wrong: [args: string[], words: string][] = [
    [[], "--as LANGUAGE is missing: expected "],
    [["--as", "klingon"], 'no language "klingon": expected '],
    [["--as", "ip", "--key", "12"], "--key: "],
    [["--as", "toString"], "sia-text"],
  ];
  for (const [args, words] of wrong) {
    const { code, errors, lines } = await decode(args, "");
    assertEquals(code, 64, args.join(" "));
    assertStringIncludes(errors, words);
    assertStringIncludes(errors, args.length === 0 ? "Exit status" : "All options: tocsin decode --help");
    assertEquals(lines, []);
  }
  assertEquals((await decode(["--as", "sia", "no-such-file"], "")).code, 66);
});
