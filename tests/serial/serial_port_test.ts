import { assert, assertEquals, assertRejects } from "@std/assert";
import { SerialError } from "../../src/serial/serial_error.ts";
import { SerialPort } from "../../src/serial/serial_port.ts";
import { until } from "../support/until.ts";
import { ascii, Heard, noise, ptyTest, Wire } from "./pty.ts";

/** Opens the device of a wire. */
async function open(wire: Wire, rest?: string) {
  const heard = new Heard();
  const gone: SerialError[] = [];
  const port = await SerialPort.open(wire.settings("line", rest));
  port.start({ data: (bytes) => heard.add(bytes), gone: (error) => void gone.push(error) });
  return { port, heard, gone };
}

ptyTest("64 KiB go both ways at once, every octet value, and arrive as they left", async () => {
  await using wire = await Wire.make();
  const { port, heard } = await open(wire, "115200,8N1");
  const up = noise(65_536, 1), down = noise(65_536, 2);
  const [back] = await Promise.all([wire.hear(down.length), wire.say(up), port.send(down)]);
  await heard.reaches(up.length);
  assertEquals(heard.bytes, up);
  assertEquals(back, down);
  await port.close(1000);
});

ptyTest("octet by octet, each waits for the answer to the one before", async () => {
  await using wire = await Wire.make();
  const { port, heard } = await open(wire);
  for (let octet = 0; octet < 256; octet++) {
    await wire.say(Uint8Array.of(octet));
    await heard.reaches(octet + 1);
    await port.send(Uint8Array.of(octet));
    assertEquals([...await wire.hear(1)], [octet]);
  }
  assertEquals([...heard.bytes], Array.from({ length: 256 }, (_, octet) => octet));
  await port.close(1000);
});

ptyTest("odd speeds are taken: 31250, 110, 300, 3906250 baud; two stop bits; RTS/CTS", async () => {
  await using wire = await Wire.make();
  for (const baud of [31_250, 110, 300, 3_906_250]) {
    const { port } = await open(wire, `${baud},8N2,flow=rtscts`);
    assertEquals(port.inForce, { baud, dataBits: 8, parity: "N", stopBits: 2, flow: "rtscts" });
    assertEquals(port.errors, undefined, "a pseudo-terminal counts no errors");
    await port.close(0);
  }
});

ptyTest("closed while it waits for octets, and opened again: not one is swallowed", async () => {
  await using wire = await Wire.make();
  for (let round = 0; round < 20; round++) {
    const first = await open(wire);
    await first.port.close(1000);
    assertEquals(first.gone.map(({ rule }) => rule), ["closed-here"]);
    const second = await open(wire);
    await wire.say(ascii("ABCDEF"));
    await second.heard.reaches(6);
    assertEquals(second.heard.text, "ABCDEF");
    await second.port.close(1000);
  }
});

ptyTest("what arrives while nobody has the device open is there when it is opened", async () => {
  await using wire = await Wire.make();
  const first = await open(wire);
  await first.port.close(1000);
  await wire.say(ascii("LATE"));
  const second = await open(wire);
  await second.heard.reaches(4);
  assertEquals(second.heard.text, "LATE");
  await second.port.close(1000);
});

ptyTest("the device goes away: what it said before is read first", async () => {
  await using wire = await Wire.make();
  const { port, heard, gone } = await open(wire);
  await wire.say(noise(3000));
  await heard.reaches(3000);
  await wire.unplug();
  await until(() => gone.length === 1, "the end");
  assertEquals(gone[0]!.rule, "unplugged");
  await assertRejects(() => port.send(ascii("x")), SerialError, "unplugged");
  await port.close(1000);
  assertEquals(gone.length, 1, "told once");
});

ptyTest("paused: the kernel keeps what comes, and the wire is held up; resumed: all is there", async () => {
  await using wire = await Wire.make();
  const { port, heard } = await open(wire);
  port.pause();
  const all = noise(200_000);
  const said = wire.say(all);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert(heard.length <= 16_384, `${heard.length} octets although paused`);
  port.resume();
  await said;
  await heard.reaches(all.length);
  assertEquals(heard.bytes, all);
  await port.close(1000);
});

ptyTest(
  "unplugged while paused: the end is told after it is resumed, with all octets before it",
  async () => {
    await using wire = await Wire.make();
    const { port, heard, gone } = await open(wire);
    await wire.say(ascii("A"));
    await heard.reaches(1);
    port.pause();
    await wire.say(ascii("B"));
    await wire.unplug();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(gone, []);
    port.resume();
    await until(() => gone.length === 1, "the end");
    assert(["A", "AB"].includes(heard.text), "B may have been in socat when it was killed");
    await port.close(1000);
  },
);

ptyTest("closing throws away what nobody takes, and does not wait for ever", async () => {
  await using wire = await Wire.make();
  // Nobody plays the panel: socat does not read.
  const { port } = await open(wire);
  const sending = port.send(noise(200_000)).catch((error: SerialError) => error.rule);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const since = performance.now();
  await port.close(100);
  assert(performance.now() - since < 5000);
  assertEquals(await sending, "closed-here");
});

ptyTest("one program has the device: a second one is told so", async () => {
  await using wire = await Wire.make();
  const { port } = await open(wire);
  const error = await assertRejects(() => open(wire), SerialError, "in use by another program");
  assertEquals(error.rule, "busy");
  await port.close(0);
  const again = await open(wire);
  await again.port.close(0);
});

ptyTest("what a device cannot do is said, with what it does instead", async () => {
  await using wire = await Wire.make();
  for (
    const [rest, message] of [
      ["9600,7E1", "cannot do 9600 7E1: it stays at 9600 8N1"],
      ["9600,8N1,rts=off", "no control line RTS"],
      ["9600,8N1,rs485=rts", "no control line RTS"],
      ["9600,8N1,rs485=kernel", "cannot switch an RS-485 bus"],
    ] as const
  ) {
    const error = await assertRejects(() => open(wire, rest), SerialError, message);
    assertEquals(error.rule, "settings-refused");
  }
  const { port } = await open(wire);
  await port.close(0);
});

Deno.test({
  name: "a device that is not there, and one that is no serial port",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const settings = {
      ...{ name: "x", baud: 9600, dataBits: 8, parity: "N", stopBits: 1, flow: "none" } as const,
      ...{ beforeMs: 0, afterMs: 0, quietMs: 0, echo: false },
    };
    for (
      const [device, rule] of [
        ["/dev/ttyNOT0", "no-such-device"],
        ["/dev/null/x", "no-such-device"],
        ["/dev/null", "not-a-serial-port"],
      ] as const
    ) {
      const error = await assertRejects(
        () => SerialPort.open({ ...settings, device }),
        SerialError,
        device,
      );
      assertEquals(error.rule, rule);
    }
  },
});
