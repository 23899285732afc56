import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { clientHelloRandom } from "../../src/dtls/client_hello.ts";
import { packRecords } from "../../src/dtls/records.ts";

/** A record with this many octets of content. */
function record(length: number): Uint8Array {
  const out = new Uint8Array(13 + length).fill(length & 0xff);
  out.set([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, length >> 8, length & 0xff]);
  return out;
}

Deno.test("packRecords() keeps every octet and every border, and fills datagrams", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(600), { maxLength: 12 }),
      fc.integer({ min: 50, max: 1500 }),
      (lengths, mtu) => {
        const records = lengths.map(record);
        const flight = new Uint8Array(records.flatMap((octets) => [...octets]));
        const datagrams = packRecords(flight, mtu);
        assertEquals(datagrams.flatMap((datagram) => [...datagram]), [...flight]);
        for (const datagram of datagrams) {
          const inside = packRecords(datagram, 0);
          assert(inside.length > 0 && inside.every((one) => one.length === 13 + (one[11]! << 8 | one[12]!)));
          assert(datagram.length <= mtu || inside.length === 1);
        }
        for (let i = 1; i < datagrams.length; i++) {
          const first = packRecords(datagrams[i]!, 0)[0]!;
          assert(datagrams[i - 1]!.length + first.length > mtu, "the next record had no room");
        }
      },
    ),
  );
});

Deno.test("packRecords() ends with any octets", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(400), (octets, mtu) => {
    const total = packRecords(octets, mtu).reduce((sum, datagram) => sum + datagram.length, 0);
    assertEquals(total, octets.length);
  }));
});

const HELLO = new Uint8Array(13 + 12 + 34);
HELLO.set([22, 0xfe, 0xff]);
HELLO.set([1], 13);
HELLO.fill(7, 27);

Deno.test("clientHelloRandom() finds the random of a ClientHello and of nothing else", () => {
  assertEquals(clientHelloRandom(HELLO), new Uint8Array(32).fill(7));
  for (
    const [what, at, value] of [
      ["application data", 0, 23],
      ["TLS", 1, 3],
      ["an encrypted one", 4, 1],
      ["a ServerHello", 13, 2],
      ["a later fragment", 21, 1],
    ] as const
  ) {
    const other = HELLO.slice();
    other[at] = value;
    assertEquals(clientHelloRandom(other), undefined, what);
  }
  for (let length = 0; length < HELLO.length; length++) {
    assertEquals(clientHelloRandom(HELLO.subarray(0, length)), undefined);
  }
});
