/** Packet captures: the panel is found among everything else. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { pcapHeader, pcapRecord } from "../../src/capture/pcap.ts";
import { hearPcap } from "../../src/doctor/hear_pcap.ts";
import { directionsOf } from "../../src/doctor/pcap_directions.ts";
import { readPcap } from "../../src/doctor/pcap_packets.ts";
import { dc09, galaxy, hex, joined, octets } from "./panels.ts";

const PANEL = "c0000207";
const HERE = "c0000201";
const ACK = hex("403887");

interface Segment {
  from?: string;
  to?: string;
  ports?: [from: number, to: number];
  sequence?: number;
  flags?: number;
  bytes?: Uint8Array;
}

const digits = (value: number, octets: number) => value.toString(16).padStart(octets * 2, "0");

/** A TCP segment in IPv4. */
function tcp(
  { from = PANEL, to = HERE, ports = [40000, 10002], sequence = 1, flags = 0x18, bytes }: Segment,
) {
  const data = bytes ?? new Uint8Array();
  const segment = `${digits(ports[0], 2)}${digits(ports[1], 2)}${digits(sequence, 4)}000000005${0}${
    digits(flags, 1)
  }ffff00000000`;
  const ip = `4500${digits(40 + data.length, 2)}0000400040060000${from}${to}`;
  return joined(hex(ip), hex(segment), data);
}

/** A file of packets behind link headers. */
function file(
  packets: readonly Uint8Array[],
  { link = 1, head = `${"00".repeat(12)}0800`, big = false } = {},
) {
  const whole = packets.map((packet) => joined(hex(head), packet));
  const view = new DataView(new ArrayBuffer(24));
  view.setUint32(0, 0xa1b2c3d4, !big);
  view.setUint32(20, link, !big);
  const records = whole.map((packet) => {
    const record = new DataView(new ArrayBuffer(16));
    record.setUint32(8, packet.length, !big);
    record.setUint32(12, packet.length, !big);
    return joined(new Uint8Array(record.buffer), packet);
  });
  return joined(new Uint8Array(view.buffer), ...records);
}

function verdict(capture: Uint8Array) {
  const heard = hearPcap("x.pcap", capture);
  assert(heard.ok, JSON.stringify(heard));
  return heard.examination.verdict({ source: heard.source });
}

/** A Galaxy that connects, is answered, and repeats itself; beside it a browser and a name server. */
function street(): Uint8Array[] {
  const said = galaxy();
  const back = { from: HERE, to: PANEL, ports: [10002, 40000] as [number, number] };
  return [
    tcp({
      ports: [50000, 80],
      sequence: 7,
      bytes: octets(`GET / HTTP/1.1\r\nX: ${"y".repeat(900)}\r\n\r\n`),
    }),
    tcp({ sequence: 0xffff_fffe, flags: 0x02 }),
    tcp({ ...back, sequence: 99, flags: 0x12 }),
    tcp({ sequence: 0xffff_ffff, bytes: said.subarray(0, 9) }),
    tcp({ ...back, sequence: 100, bytes: ACK }),
    // Behind a wrap of the sequence numbers, the second half first, then a repeat of the whole.
    tcp({ sequence: 28, bytes: said.subarray(29) }),
    tcp({ sequence: 8, bytes: said.subarray(9, 29) }),
    tcp({ sequence: 8, bytes: said.subarray(9) }),
    tcp({ ...back, sequence: 103, bytes: ACK }),
  ];
}

Deno.test("a Galaxy over TCP: out of order, repeated, answered, with others on the network", () => {
  const { language, octets, accounts, readable, source } = verdict(file(street()));
  assertEquals([language, octets, accounts, readable], ["sia", galaxy().length, ["123456"], true]);
  assert(source.kind === "capture");
  assertEquals([source.transport, source.port], ["tcp", 10002]);
  assertEquals(source.name, "x.pcap: 192.0.2.7:40000 -> 192.0.2.1:10002; 2 others left out");
});

Deno.test("a second language in the capture is named, and the more certain one examined", () => {
  const other = {
    ports: [40001, 7777] as [number, number],
    bytes: dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]'),
  };
  const heard = hearPcap("x.pcap", file([...street(), tcp(other)]));
  assert(heard.ok);
  assertStringIncludes(heard.source.name, "also heard: SIA DC-09 (SIA-IP) at port 7777");
});

Deno.test("a panel that has told its account only is told from the receiver that answers it", () => {
  const packets = [1, 10, 19, 28].flatMap((sequence, at) => [
    tcp({ sequence, bytes: galaxy().subarray(0, 9) }),
    tcp({ from: HERE, to: PANEL, ports: [10002, 40000], sequence: 100 + 3 * at, bytes: ACK }),
  ]);
  const { octets, findings, accounts } = verdict(file(packets));
  assertEquals([octets, accounts], [36, ["123456"]]);
  assert(!findings.some(({ rule }) => rule === "only-answers"));
});

const LINKS: [name: string, options: Parameters<typeof file>[1]][] = [
  ["raw IP", { link: 101, head: "" }],
  ["loopback", { link: 0, head: "02000000" }],
  ["tcpdump -i any", { link: 113, head: `${"00".repeat(14)}0800` }],
  ["tcpdump -i any, newer", { link: 276, head: `0800${"00".repeat(18)}` }],
  ["Ethernet with a VLAN", { link: 1, head: `${"00".repeat(12)}810000050800` }],
  ["the other byte order", { big: true }],
];
for (const [name, options] of LINKS) {
  Deno.test(`a capture from ${name}`, () => {
    assertEquals(verdict(file(street(), options)).accounts, ["123456"]);
  });
}

Deno.test("UDP, IPv4 and IPv6: each datagram by itself", () => {
  const frame = dc09('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5]');
  for (const [panel, here] of [["192.0.2.7", "192.0.2.1"], ["2001:db8::7", "2001:db8::1"]] as const) {
    const ends = { from: { hostname: panel, port: 40000 }, to: { hostname: here, port: 7777 } };
    const records = [0, 1, 2].map((at) => pcapRecord({ at, ...ends, bytes: frame }));
    const { language, octets, source, readable } = verdict(joined(pcapHeader(), ...records));
    assertEquals([language, octets, readable], ["dc09", 3 * frame.length, true]);
    assert(source.kind === "capture");
    assertEquals([source.transport, source.port], ["udp", 7777]);
  }
});

Deno.test("a panel that the receiver connects to: its own port is no port to listen on", () => {
  const ports: [number, number] = [4001, 50000];
  const packets = [
    tcp({ from: HERE, to: PANEL, ports: [50000, 4001], flags: 0x02 }),
    tcp({ ports, sequence: 1, flags: 0x12 }),
    tcp({ ports, sequence: 2, bytes: galaxy() }),
  ];
  const { language, source } = verdict(file(packets));
  assert(source.kind === "capture");
  assertEquals([language, source.port], ["sia", undefined]);
});

/** What each side said, in order. */
function sides(packets: readonly Uint8Array[]): string[][] {
  const read = readPcap(file(packets));
  assert(read.ok);
  return directionsOf(read.packets).map(({ parts }) => parts.map((part) => new TextDecoder().decode(part)));
}

Deno.test("missing octets do not join what was apart", () => {
  const packets = [tcp({ sequence: 1, bytes: octets("one") }), tcp({ sequence: 5, bytes: octets("two") })];
  assertEquals(sides(packets), [["one", "two"]]);
});

Deno.test("a capture that began in the middle: an earlier octet may come later, also across zero", () => {
  for (const sequence of [100, 1]) {
    const before = (sequence - 3 + 2 ** 32) % 2 ** 32;
    const packets = [
      tcp({ sequence, bytes: octets("two") }),
      tcp({ sequence: before, bytes: octets("one") }),
    ];
    assertEquals(sides(packets), [["onetwo"]]);
  }
});

Deno.test("a new connection on the same ports is a new talk, a repeated SYN is not", () => {
  // The second begins where the first has ended.
  const first = [
    tcp({ sequence: 0, flags: 0x02 }),
    tcp({ sequence: 0, flags: 0x02 }),
    tcp({ bytes: octets("one") }),
  ];
  const second = [tcp({ sequence: 3, flags: 0x02 }), tcp({ sequence: 4, bytes: octets("two") })];
  assertEquals(sides([...first, ...second]), [["one"], ["two"]]);
});

Deno.test("what is not read says what to do", () => {
  const message = (bytes: Uint8Array) => {
    const heard = hearPcap("x", bytes);
    return heard.ok ? "" : heard.message;
  };
  assertStringIncludes(message(hex("0a0d0d0a1c0000004d3c2b1a01000000")), "editcap -F pcap");
  assertStringIncludes(message(file([], { link: 105 })), "link type 105");
  assertStringIncludes(message(hex("d4c3b2a1")), "only its beginning");
  const none = verdict(file([hex("0000")]));
  assertEquals([none.octets, none.source], [0, { kind: "capture", name: "x.pcap: no TCP and no UDP in it" }]);
});

Deno.test("no capture throws, however it is damaged, and a cut one keeps its whole packets", () => {
  const whole = file(street());
  for (let cut = 0; cut < whole.length; cut += 7) readPcap(whole.subarray(0, cut));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 }),
      (changes) => {
        const damaged = whole.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const heard = hearPcap("x", damaged);
        if (heard.ok) heard.examination.verdict({ source: heard.source });
      },
    ),
    { numRuns: 60 },
  );
});
