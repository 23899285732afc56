/**
 * The doctor on a serial line. A pseudo-terminal carries octets whatever the speeds at its ends and counts no errors, so the
 * search for the settings is tested in line_search_test.ts, with counts as hardware gives them; here it is the way through.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NO_KEYS } from "../../src/doctor/examination_options.ts";
import { hearSerial, type SerialOptions } from "../../src/doctor/hear_serial.ts";
import { SerialError } from "../../src/serial/serial_error.ts";
import { ptyTest, Wire } from "../serial/pty.ts";
import { until } from "../support/until.ts";
import { block, galaxy, hex, octets, rules } from "./panels.ts";

/** Far longer than any test waits for it. */
const LONG = 60_000;
/** The test says when it is over: no pause of a slow machine does. */
const PATIENT = { quietMs: LONG, latestMs: LONG };

function doctor(device: string, options: Partial<SerialOptions> = {}) {
  const stop = new AbortController();
  const said: string[] = [];
  const done = hearSerial({
    device,
    fixed: {},
    stopBits: 1,
    keys: NO_KEYS,
    answer: false,
    signal: stop.signal,
    ms: LONG,
    progress: (text) => said.push(text),
    ...options,
  });
  return { said, done, stop: () => stop.abort() };
}

ptyTest("a VdS 2465 panel on a serial line is recognised, with its settings", async () => {
  await using wire = await Wire.make();
  const { done, said } = doctor(wire.device);
  await until(() => said.length > 0, "the first setting");
  await wire.say(hex("6802026840024216"));
  const { verdict } = await done;
  assertEquals([verdict.language, verdict.certainty, verdict.readable], ["vds2465-serial", "sure", true]);
  assertEquals(verdict.source, { kind: "serial", device: wire.device, baud: 9600, frame: "8N1" });
  assertEquals(verdict.tried, ["9600 8N1"]);
});

ptyTest("a setting that makes no sense is left, and the one that does is kept", async () => {
  await using wire = await Wire.make();
  const restarts: number[] = [];
  const kept: number[] = [];
  const { done, said, stop } = doctor(wire.device, {
    patience: PATIENT,
    restart: () => {
      restarts.push(1);
      kept.length = 0;
    },
    keep: (bytes) => kept.push(...bytes),
  });
  await until(() => said.length > 0, "the first setting");
  // What 9600 baud makes of it is played: the wire itself knows no speed.
  await wire.say(hex("80f800fec0e0f0fc00f88000fee0c0f878f800e080f800fec0e0f0fc"));
  await until(() => said.some((text) => text.endsWith("at 115200 8N1")), "the second setting");
  await wire.say(galaxy());
  await until(() => kept.length >= galaxy().length, "the panel");
  stop();
  const { verdict, beginning } = await done;
  assertEquals([verdict.language, verdict.certainty], ["sia", "sure"]);
  assertEquals(verdict.source.kind === "serial" && verdict.source.baud, 115_200);
  assertEquals(verdict.tried, ["9600 8N1", "115200 8N1"]);
  assertEquals(beginning, galaxy(), "what came at the wrong speed does not count");
  assertEquals(restarts, [1]);
});

ptyTest("settings that are given are the only ones", async () => {
  await using wire = await Wire.make();
  const heard: number[] = [];
  const { done, said, stop } = doctor(wire.device, {
    fixed: { baud: 1200, dataBits: 8, parity: "N" },
    keep: (bytes) => heard.push(...bytes),
  });
  await until(() => said.length > 0, "the setting");
  const log = octets("this is a log and no alarm at all\r\n");
  await wire.say(log);
  await until(() => heard.length === log.length, "the log");
  stop();
  const { verdict } = await done;
  assertEquals([verdict.readable, rules(verdict)], [false, ["plain-text"]]);
  assertEquals(verdict.tried, ["1200 8N1"]);
});

ptyTest("with answers, a panel on a line goes on talking", async () => {
  await using wire = await Wire.make();
  const { done, said, stop } = doctor(wire.device, { answer: true, patience: PATIENT });
  await until(() => said.length > 0, "the first setting");
  for (const each of [block("#", "123456"), block("N", "ri1/BA12"), block("0", "")]) {
    await wire.say(each);
    assertEquals((await wire.hear(3)).toHex(), "403887");
  }
  stop();
  const { verdict } = await done;
  assertEquals(verdict.acknowledged, ["account 123456: BA Burglary Alarm, zone 12"]);
});

ptyTest("a silent line keeps its setting, and is told as silent", async () => {
  await using wire = await Wire.make();
  const { done, said, stop } = doctor(wire.device);
  await until(() => said.length > 0, "the first setting");
  stop();
  const { verdict } = await done;
  assertEquals([verdict.octets, verdict.fault, rules(verdict)], [0, "wiring", ["nothing-heard"]]);
  assertEquals(said.length, 1);
});

ptyTest("an unplugged adapter ends it with what was heard so far", async () => {
  await using wire = await Wire.make();
  const { done, said } = doctor(wire.device);
  await until(() => said.length > 0, "the first setting");
  await wire.say(hex("68020268"));
  await wire.unplug();
  const { verdict } = await done;
  assert(!verdict.readable);
});

ptyTest("a device that is not there, and a file that is no device, are errors in words", async () => {
  const missing = await assertRejects(() => doctor("/dev/not-there").done, SerialError);
  assertEquals(missing.rule, "no-such-device");
  const file = await assertRejects(() => doctor("/dev/null").done, SerialError);
  assertEquals(file.rule, "not-a-serial-port");
});
