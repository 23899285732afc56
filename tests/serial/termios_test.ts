import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isTaken, readTermios, showCharacter, writeTermios } from "../../src/serial/termios.ts";

const character = fc.record({
  baud: fc.integer({ min: 50, max: 4_000_000 }),
  dataBits: fc.constantFrom<5 | 6 | 7 | 8>(5, 6, 7, 8),
  parity: fc.constantFrom<"N" | "E" | "O" | "M" | "S">("N", "E", "O", "M", "S"),
  stopBits: fc.constantFrom<1 | 2>(1, 2),
  flow: fc.constantFrom<"none" | "rtscts">("none", "rtscts"),
});

Deno.test("every setting is read back as it was written", () => {
  fc.assert(fc.property(character, (asked) => {
    const got = readTermios(writeTermios(asked));
    assertEquals(got, asked);
    assert(isTaken(asked, got));
  }));
});

Deno.test("the octets for the kernel: 31250 baud, 7 data bits, odd parity, 2 stop bits, RTS/CTS", () => {
  // INPCK; nothing; CRTSCTS BOTHER CLOCAL PARODD PARENB CREAD CSTOPB CS7; nothing; line 0; VMIN 1; speeds.
  const octets = "10000000" + "00000000" + "e01b0080" + "00000000" + "00" +
    "0000000000000100000000000000000000000000" +
    "000000".slice(6);
  const written = writeTermios({ baud: 31_250, dataBits: 7, parity: "O", stopBits: 2, flow: "rtscts" })
    .toHex();
  assertEquals(written.slice(0, 34), octets.slice(0, 34));
  assertEquals(written.slice(34, 72), "00000000000001" + "00".repeat(12));
  assertEquals(written.slice(72), "127a0000127a0000");
});

Deno.test("a speed that is a little off works on the wire; another frame does not", () => {
  const asked = { baud: 115_200, dataBits: 8, parity: "N", stopBits: 1, flow: "none" } as const;
  assert(isTaken(asked, { ...asked, baud: 115_384 }));
  assert(!isTaken(asked, { ...asked, baud: 9600 }));
  assert(!isTaken(asked, { ...asked, baud: 119_000 }));
  assert(!isTaken(asked, { ...asked, parity: "E" }));
  assert(!isTaken(asked, { ...asked, dataBits: 7 }));
  assert(!isTaken(asked, { ...asked, stopBits: 2 }));
  assert(!isTaken(asked, { ...asked, flow: "rtscts" }));
  assertEquals(showCharacter({ ...asked, flow: "rtscts" }), "115200 8N1 RTS/CTS");
});
