import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type CapturedDatagram, MAX_CAPTURED, pcapHeader, pcapRecord } from "../../src/capture/pcap.ts";
import { captureOf, tshark, TSHARK_TEST } from "./tshark.ts";

const bytes = new TextEncoder().encode("alarm");
const datagram = (from: string, to: string, more: Partial<CapturedDatagram> = {}): CapturedDatagram => ({
  at: 1000,
  from: { hostname: from, port: 40000 },
  to: { hostname: to, port: 50136 },
  bytes,
  ...more,
});

/** IP version and addresses of a record, as hex. */
function ends(record: Uint8Array): [version: number, from: string, to: string] {
  const packet = record.subarray(16);
  const version = packet[0]! >> 4;
  const [at, size] = version === 4 ? [12, 4] : [8, 16];
  return [version, packet.slice(at, at + size).toHex(), packet.slice(at + size, at + 2 * size).toHex()];
}

const UNSPECIFIED = "0".repeat(32);
const MAPPED = "00000000000000000000ffff";
const V6 = "20010db8000000000000000000000001";

for (
  const [from, to, expected] of [
    ["192.0.2.1", "192.0.2.2", [4, "c0000201", "c0000202"]],
    ["::ffff:192.0.2.1", "192.0.2.2", [4, "c0000201", "c0000202"]],
    ["::ffff:c000:0201", "::ffff:192.0.2.2", [4, "c0000201", "c0000202"]],
    ["2001:db8::1", "2001:db8::1", [6, V6, V6]],
    ["fe80::1%eth0", "fe80::1%3", [6, `fe80${"0".repeat(27)}1`, `fe80${"0".repeat(27)}1`]],
    ["0.0.0.0", "192.0.2.2", [4, "00000000", "c0000202"]],
    ["::", "192.0.2.2", [4, "00000000", "c0000202"]],
    ["::", "::ffff:192.0.2.2", [4, "00000000", "c0000202"]],
    ["0.0.0.0", "2001:db8::1", [6, UNSPECIFIED, V6]],
    ["::", "2001:db8::1", [6, UNSPECIFIED, V6]],
    ["::", "0.0.0.0", [4, "00000000", "00000000"]],
    ["192.0.2.1", "2001:db8::1", [6, `${MAPPED}c0000201`, V6]],
    ["centre.example", "192.0.2.2", [4, "00000000", "c0000202"]],
    ["", "2001:db8::1", [6, UNSPECIFIED, V6]],
    ["1.2.3.456", "192.0.2.2", [4, "00000000", "c0000202"]],
  ] as const
) {
  Deno.test(`pcapRecord() from ${from || "nothing"} to ${to}`, () => {
    assertEquals(ends(pcapRecord(datagram(from, to))), [...expected]);
  });
}

Deno.test("pcapRecord() keeps the time to a microsecond and better, and no time breaks it", () => {
  const time = (at: number) => {
    const view = new DataView(pcapRecord(datagram("::1", "::1", { at })).buffer);
    return [view.getUint32(0, true), view.getUint32(4, true)];
  };
  assertEquals(time(0), [0, 0]);
  assertEquals(time(1_790_000_000_123.25), [1_790_000_000, 123_250_000]);
  assertEquals(time(999.999_999_9), [0, 999_999_999]);
  assertEquals(time(-5), [0, 0]);
  assertEquals(time(NaN), [0, 0]);
  assertEquals(time(Infinity), [0xffffffff, 0]);
});

Deno.test("pcapRecord() refuses what no UDP datagram can be", () => {
  assertThrows(
    () => pcapRecord(datagram("::1", "::1", { bytes: new Uint8Array(MAX_CAPTURED + 1) })),
    RangeError,
  );
  for (const port of [-1, 0x10000, 1.5, NaN]) {
    assertThrows(() => pcapRecord(datagram("::1", "::1", { to: { hostname: "::1", port } })), RangeError);
  }
  assertEquals(
    pcapRecord(datagram("192.0.2.1", "192.0.2.2", { bytes: new Uint8Array(MAX_CAPTURED) })).length,
    16 + 65_535,
  );
});

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV4().map((text) => `::ffff:${text}`),
  fc.ipV6(),
  fc.constantFrom("::", "0.0.0.0", "host.example"),
);
const end = fc.record({ hostname: address, port: fc.integer({ min: 1, max: 0xffff }) });

Deno.test({
  ...TSHARK_TEST,
  name: "another program reads every record: length, ports, octets, and both checksums are right",
  async fn() {
    const samples: CapturedDatagram[] = fc.sample<CapturedDatagram>(
      fc.record({
        at: fc.double({ min: 0, max: 4e12, noNaN: true }),
        from: end,
        to: end,
        bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      }),
      { seed: 50136, numRuns: 300 },
    );
    // Sums that come to zero are written as all ones: the checksum that a random datagram meets once in 65536.
    for (let i = 0; i < 3; i++) samples.push(datagram("0.0.0.0", "0.0.0.0", { bytes: zeroSum() }));
    const out = await tshark(
      captureOf(samples),
      ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields"]
        .concat(
          ...["frame.time_epoch", "udp.srcport", "udp.dstport", "udp.payload", "ip.checksum.status"].map((
            field,
          ) => ["-e", field]),
          ...["udp.checksum.status", "ip.version", "udp.checksum"].map((field) => ["-e", field]),
        ),
    );
    const lines = out.trimEnd().split("\n");
    assertEquals(lines.length, samples.length);
    lines.forEach((line, i) => {
      const { at, from, to, bytes } = samples[i]!;
      const [epoch, source, destination, payload, ip, udp, version, checksum] = line.split("\t");
      const micros = Math.abs(Number(epoch) * 1000 - at);
      assertEquals(micros < 0.001, true, `${epoch} for ${at}`);
      assertEquals([source, destination, payload], [String(from.port), String(to.port), bytes.toHex()]);
      assertEquals(udp, "1", `UDP checksum ${checksum} of record ${i}`);
      if (version === "4") assertEquals(ip, "1", `IP checksum of record ${i}`);
    });
    assertEquals(lines.at(-1)?.split("\t")[7], "0xffff");
  },
});

Deno.test("pcapHeader() says: nanoseconds, version 2.4, raw IP", () => {
  assertEquals(pcapHeader().toHex(), "4d3cb2a1020004000000000000000000ffff000065000000");
});

/** Two octets that make the UDP checksum over unspecified addresses zero. */
function zeroSum(): Uint8Array {
  // Pseudo-header 17 + 10, then ports and length 10: what is missing to 0xffff is the datagram.
  const missing = (0xffff * 4 - (17 + 10 + 40000 + 50136 + 10)) % 0xffff;
  return new Uint8Array([missing >> 8, missing & 0xff]);
}
