import { assert, assertEquals } from "@std/assert";
import { parseLine } from "../../src/serial/line_settings.ts";

Deno.test("parseLine() reads all of it", () => {
  assertEquals(
    parseLine("bus-1=/dev/ttyS1,300,7e2,dtr=off,rs485=rts-low,before=2,after=3,quiet=20,echo"),
    {
      ok: true,
      settings: {
        name: "bus-1",
        device: "/dev/ttyS1",
        baud: 300,
        dataBits: 7,
        parity: "E",
        stopBits: 2,
        flow: "none",
        dtr: false,
        rs485: "rts-low",
        beforeMs: 2,
        afterMs: 3,
        quietMs: 20,
        echo: true,
      },
    },
  );
  const plain = parseLine("x=/dev/ttyUSB0,31250,5M1,flow=rtscts,dtr=on");
  assert(plain.ok);
  assertEquals([plain.settings.flow, plain.settings.dtr, plain.settings.rts], ["rtscts", true, undefined]);
});

for (
  const [text, says] of [
    ["", "expected NAME=/dev/ttyUSB0,9600,8N1"],
    ["/dev/ttyUSB0,9600,8N1", "expected NAME=/dev/ttyUSB0,9600,8N1"],
    [`${"n".repeat(33)}=/dev/ttyS0,9600,8N1`, "up to 32"],
    ["-x=/dev/ttyS0,9600,8N1", "up to 32"],
    ["x=ttyS0,9600,8N1", 'expected a path such as /dev/ttyUSB0, found "ttyS0"'],
    ["x=/dev/tty\0S0,9600,8N1", "expected a path"],
    ["x=/dev/ttyS0", "speed or frame is missing"],
    ["x=/dev/ttyS0,9600", "speed or frame is missing"],
    ["x=/dev/ttyS0,49,8N1", "50 to 4000000"],
    ["x=/dev/ttyS0,4000001,8N1", "50 to 4000000"],
    ["x=/dev/ttyS0,9600.5,8N1", "50 to 4000000"],
    ["x=/dev/ttyS0,-9600,8N1", "50 to 4000000"],
    ["x=/dev/ttyS0,9600,9N1", "data bits 5-8"],
    ["x=/dev/ttyS0,9600,8X1", "data bits 5-8"],
    ["x=/dev/ttyS0,9600,8N3", "data bits 5-8"],
    ["x=/dev/ttyS0,9600,8N1,", 'option "": unknown'],
    ["x=/dev/ttyS0,9600,8N1,flow=xonxoff", 'option "flow=xonxoff": unknown'],
    ["x=/dev/ttyS0,9600,8N1,rts=1", 'option "rts=1"'],
    ["x=/dev/ttyS0,9600,8N1,quiet=1001", 'option "quiet=1001"'],
    ["x=/dev/ttyS0,9600,8N1,quiet=", 'option "quiet="'],
    ["x=/dev/ttyS0,9600,8N1,echo=yes", 'option "echo=yes"'],
    ["x=/dev/ttyS0,9600,8N1,rs485=auto", 'option "rs485=auto"'],
    ["x=/dev/ttyS0,9600,8N1,constructor=1", 'option "constructor=1"'],
    ["x=/dev/ttyS0,9600,8N1,echo,echo", "echo: expected once"],
    ["x=/dev/ttyS0,9600,8N1,rs485=rts,rts=on", "leave one out"],
    ["x=/dev/ttyS0,9600,8N1,rs485=kernel,flow=rtscts", "leave one out"],
    ["x=/dev/ttyS0,9600,8N1,before=5", "they need rs485="],
  ] as const
) {
  Deno.test(`parseLine() refuses ${JSON.stringify(text)}`, () => {
    const parsed = parseLine(text);
    assert(!parsed.ok);
    assert(parsed.message.includes(says), parsed.message);
    assert(parsed.message.startsWith(`line "${text}"`), "says where");
  });
}
