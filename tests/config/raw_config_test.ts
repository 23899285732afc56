import { assert, assertEquals } from "@std/assert";
import { formatConfigError } from "../../src/config/config_error.ts";
import { parseRctConfig, parseSptConfig } from "../../src/config/load.ts";
import { loadSerialLines } from "../../src/config/serial_lines.ts";
import { change, RCT, rctErrors, SPT, sptErrors } from "./samples.ts";

const DOOR = `[[raw]]
name = "door"
listen = "0.0.0.0:10007"
`;
const AE = `[[raw]]
name = "door"
site = "shop-12"
port = 10007
`;

Deno.test("a short raw line of an SPT gives every default, and quick repeats on the path", () => {
  const result = parseSptConfig(SPT + DOOR, "spt.toml");
  assert(result.ok);
  assertEquals(result.config.raws, [{
    name: "door",
    language: undefined,
    gapMs: 20,
    maxDelayMs: 2000,
    line: { kind: "network", hostname: "0.0.0.0", port: 10007, allow: undefined, maxConnections: 1 },
  }]);
  assertEquals([result.config.rct.responseTimeoutMs, result.config.rct.transmissions], [500, 8]);
  assertEquals(result.warnings, []);
});

Deno.test("what the file says about repeats counts, and is warned of when octets would be late by then", () => {
  const slow = change(SPT, "[rct]\n", '[rct]\nresponse_timeout = "2s"\ntransmissions = 3\n') + DOOR;
  const result = parseSptConfig(slow, "spt.toml");
  assert(result.ok);
  assertEquals([result.config.rct.responseTimeoutMs, result.config.rct.transmissions], [2000, 3]);
  assertEquals(result.warnings.map(formatConfigError), [
    "spt.toml:15: raw.max_delay: expected more than rct.response_timeout: after it a lost datagram is sent again, and then " +
    "its octets are too late",
  ]);
});

Deno.test("octets of panels that wait 3 s or less for their answer may take 1 s, unless the file says otherwise", () => {
  for (
    const [more, delay] of [
      ['language = "sia"', 1000],
      ['language = "vds2465-serial"', 1000],
      ['language = "dc09"', 2000],
      ['language = "sia"\nmax_delay = "700ms"', 700],
    ] as const
  ) {
    const result = parseSptConfig(`${SPT}${DOOR}${more}\n`, "spt.toml");
    assert(result.ok);
    assertEquals([result.config.raws[0]?.maxDelayMs, result.warnings], [delay, []], more);
  }
});

Deno.test("tocsin serial holds the raw lines of both files", async () => {
  const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
  const serial = 'serial = "/dev/ttyS0,9600,8N1"';
  const texts = {
    "spt.toml": SPT + change(DOOR, 'listen = "0.0.0.0:10007"', serial),
    "rct.toml": RCT + change(AE, "port = 10007", serial),
  };
  for (const [name, text] of Object.entries(texts)) {
    await Deno.writeTextFile(`${dir}/${name}`, text);
    const result = await loadSerialLines(`${dir}/${name}`);
    assert(result.ok, name);
    assertEquals(result.config.lines.map(({ name, device }) => [name, device]), [["door", "/dev/ttyS0"]]);
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("an SPT may have raw lines only; one without anything is told of its inputs", () => {
  const none = SPT.slice(0, SPT.indexOf("[[input]]"));
  assert(parseSptConfig(none + DOOR, "spt.toml").ok);
  assertEquals(sptErrors(none).length, 1);
});

Deno.test("the pause of a serial line follows its speed", () => {
  for (
    const [serial, gap] of [["/dev/ttyS0,9600,8N1", 20], ["/dev/ttyS0,1200,8N1", 34], [
      "/dev/ttyS0,300,8E1",
      100,
    ]] as const
  ) {
    const text = change(DOOR, 'listen = "0.0.0.0:10007"', `serial = "${serial}"`);
    const result = parseSptConfig(SPT + text, "spt.toml");
    assert(result.ok);
    assertEquals(result.config.raws[0]?.gapMs, gap, serial);
  }
});

Deno.test("what is wrong with a raw line of an SPT is told: where, what, and what to do", () => {
  const wrong = (from: string, to: string) => sptErrors(SPT + change(DOOR, from, to));
  assertEquals(wrong('listen = "0.0.0.0:10007"\n', ""), [
    'spt.toml:13: raw.listen: expected the TCP port that panels connect to, found nothing: add a line listen = "0.0.0.0:10007"',
  ]);
  assertEquals(wrong("listen", 'serial = "/dev/ttyS0,9600,8N1"\nlisten'), [
    "spt.toml:16: raw.listen: expected either serial or listen, found both: keep one of them",
  ]);
  assertEquals(wrong('"door"', '"galaxy"'), [
    "spt.toml:14: raw.name: expected one of its own, found the name of the input on line 10",
  ]);
  assertEquals(wrong("10007", "10002"), [
    "spt.toml:15: raw.listen: expected a TCP port of its own, found 10002, the same as input.listen on line 12",
  ]);
  assertEquals(wrong("listen", 'language = "sai"\nlisten').length, 1);
  assertEquals(sptErrors(SPT + DOOR + DOOR.replace("10007", "10008")), [
    'spt.toml:17: raw.name: expected one of its own, found the same "door" as on line 14',
  ]);
});

Deno.test("a raw line of an RCT: listening, connecting, serial", () => {
  const of = (text: string) => {
    const result = parseRctConfig(RCT + text, "rct.toml");
    assert(result.ok, JSON.stringify(result));
    assertEquals(result.warnings, []);
    const [raw] = result.config.raws;
    return [raw?.site, raw?.line.kind, raw?.maxDelayMs, raw?.responseTimeoutMs];
  };
  assertEquals(of(AE), ["shop-12", "listen", 2000, 500]);
  assertEquals(of(AE + 'role = "connect"\nhost = "ae.example"\n'), ["shop-12", "connect", 2000, 500]);
  assertEquals(of(change(AE, "port = 10007", 'serial = "/dev/ttyS0,9600,8N1"')), [
    "shop-12",
    "serial",
    2000,
    500,
  ]);
});

Deno.test("what is wrong with a raw line of an RCT is told: where, what, and what to do", () => {
  const wrong = (from: string, to: string) => rctErrors(RCT + change(AE, from, to));
  assertEquals(wrong("shop-12", "shop-21"), [
    'rct.toml:14: raw.site: expected the name of a [[site]], found "shop-21": did you mean shop-12?',
  ]);
  assertEquals(wrong("port = 10007\n", ""), [
    "rct.toml:12: raw.port: expected the TCP port that the AE connects to, found nothing: add a line port = …, or serial = …",
  ]);
  assertEquals(wrong("port", 'role = "connect"\nport'), [
    "rct.toml:12: raw.host: expected the address of the AE, found nothing: add a line host = …, or serial = …",
  ]);
  assertEquals(rctErrors(RCT + AE + AE.replace("10007", "10008")), [
    "rct.toml:17: raw.name: expected one of its own, found the same as on line 13",
  ]);
  // `tocsin serial` knows its lines by their names alone.
  const serial = change(AE, "port = 10007", 'serial = "/dev/ttyS0,9600,8N1"');
  assertEquals(rctErrors(RCT + change(serial, '"door"', '"automation"')).length, 1);
});
