import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { VdsKeys } from "../../../adapters/vds2465/tcp_keys.ts";
import { Vds2465TcpFramer } from "../../../adapters/vds2465/tcp_framer.ts";
import { Vds2465TcpSender, type Vds2465TcpSenderOptions } from "../../../adapters/vds2465/tcp_sender.ts";
import { Vds2465TcpSession, type Vds2465TcpSessionOptions } from "../../../adapters/vds2465/tcp_session.ts";
import { IK, readTelegram, writeTelegram } from "../../../adapters/vds2465/tcp_telegram.ts";
import vectors from "../../../adapters/vds2465/vectors/tcp.json" with { type: "json" };
import { fates, PanelLine, verdicts } from "../dc09/panel_line.ts";
import { hex } from "./records.ts";

const SECRET = "00112233445566778899aabbccddeeff";
const IDENT = "0356214365";
const KEYED = { key: { number: 7, key: SECRET } };

function item(id: string, records: string, account = "123456"): OutputItem {
  return { id, account, protocol: "vds2465", data: hex(records), events: [], repeated: false };
}

/** Burglary at an address. */
function burglary(address: number): string {
  return `050211${address.toString(16).padStart(2, "0")}000122${IDENT}`;
}

function octets({ data }: OutputItem): string {
  return String.fromCharCode(...data);
}

function said(effects: OutputEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "send") return effect.bytes.toHex();
    return effect.kind + ("id" in effect ? ` ${effect.id}` : "") +
      ("rule" in effect ? ` ${effect.rule}` : "");
  });
}

function wire(id: string): string {
  const found = vectors.find((vector) => vector.id === id);
  assert(found !== undefined, id);
  return found.wire;
}

function counter(first: number): (octets: number) => Uint8Array {
  return () => Uint8Array.of(first >>> 24, first >>> 16, first >>> 8, first);
}

Deno.test("a recorded centre is answered with the octets that a recorded device answered with", () => {
  const sender = new Vds2465TcpSender({ random: counter(0xa0), serviceRequest: false });
  assertEquals([sender.connected(0), sender.ready], [[], false]);
  assertEquals(said(sender.feed(hex(wire("P01")), 0)), [wire("P02"), "present"]);
  const first = "05021103000122 075019140a150a1e05 0554466c757231 0356214365 016190";
  assertEquals(sender.offer(item("a", first), 0), []);
  assertEquals(said(sender.feed(hex(wire("P03")), 1)), ["sent a", wire("P04")]);
  assertEquals(said(sender.feed(hex(wire("P05")), 2)), ["delivered a", wire("P06")]);
  assertEquals(sender.offer(item("t", `010180 0040 ${IDENT}`), 3), []);
  const poll = { key: 0, tc: 0x10000002, rc: 0xa3, ik: IK.POLL, pk: 1, payload: new Uint8Array() };
  assertEquals(said(sender.feed(writeTelegram(poll, new VdsKeys()), 4)), ["sent t", wire("P07")]);
  assertEquals(said(sender.feed(hex(wire("P08")), 5))[0], "delivered t");
  assertEquals(sender.requests(), [
    { kind: "clock", at: { year: 2025, month: 11, day: 21, hour: 1, minute: 2, second: 3 } },
  ]);
  assertEquals(sender.requests(), []);
});

Deno.test("the same with a service request, and with the records of a Novar DS6700", () => {
  const asking = new Vds2465TcpSender({ random: counter(0xa0) });
  asking.connected(0);
  asking.feed(hex(wire("P01")), 0);
  asking.feed(hex(wire("P03")), 0);
  assertEquals(said(asking.offer(item("a", "0402110300 22"), 1)), [wire("P14")]);

  const novar = new Vds2465TcpSender({ random: counter(0x12345678), serviceRequest: false });
  novar.connected(0);
  novar.feed(hex(wire("P01")), 0);
  novar.offer(
    item(
      "q",
      "0101c8 0040 07501614080910020f 1d514e4f564152204453363730302041445336362e30312e305630372e3136 02569999 016190",
      "9999",
    ),
    0,
  );
  const poll = { key: 0, tc: 0x10000000, rc: 0x12345679, ik: IK.POLL, pk: 1, payload: new Uint8Array() };
  assertEquals(said(novar.feed(writeTelegram(poll, new VdsKeys()), 1)), ["sent q", wire("P09")]);
  // P10: acknowledged, and hung up.
  const keys = new VdsKeys();
  const answer = {
    ...poll,
    tc: 0x10000001,
    rc: 0x1234567a,
    ik: IK.PAYLOAD,
    payload: hex("0041075019140b1501020300ff"),
  };
  assertEquals(writeTelegram(answer, keys).toHex(), wire("P10"));
  assertEquals(said(novar.feed(hex(wire("P10")), 2)), ["delivered q", "close"]);
});

Deno.test("encrypted: what a recorded device said, under the same key and counters", () => {
  const keys = new VdsKeys({ 7: SECRET });
  const read = (bytes: Uint8Array) => {
    const [found] = new Vds2465TcpFramer().feed(bytes);
    assert(found?.kind === "frame");
    const telegram = readTelegram(found.frame.key, found.frame.body, keys);
    assert(telegram.ok);
    return telegram.telegram;
  };
  const sender = new Vds2465TcpSender({ ...KEYED, random: counter(0x1f0), serviceRequest: false });
  sender.connected(0);
  const [sync] = sender.feed(hex(wire("P01")), 0);
  assert(sync?.kind === "send");
  assertEquals(read(sync.bytes), read(hex(wire("A01"))));
  const area =
    "010100 05020014000161 075019140a150c0011 1054426572656368746967756e67203720 20 0356563412 016190";
  sender.offer(item("a", area, "654321"), 0);
  const [, alarm] = sender.feed(hex(wire("A02")), 1);
  assert(alarm?.kind === "send");
  assertEquals(read(alarm.bytes), read(hex(wire("A03"))));
  assertEquals(said(sender.feed(hex(wire("A04")), 2))[0], "delivered a");
});

Deno.test("what cannot be read is refused; the account is the ident number where the records have none", () => {
  const sender = new Vds2465TcpSender({ ident: "777", random: counter(0xa0), serviceRequest: false });
  sender.connected(0);
  sender.feed(hex(wire("P01")), 0);
  const [refused] = sender.offer({ ...item("a", ""), protocol: "contact-id" }, 0);
  assert(refused?.kind === "refused" && refused.rule === "unreadable-event");
  assertStringIncludes(refused.message, "contact-id");
  assertEquals(said(sender.offer(item("b", "0502"), 0)), ["refused b truncated-record"]);
  assertEquals(said(sender.offer(item("c", ""), 0)), ["refused c no-event"]);
  assertEquals(sender.ready, true);
  for (const [account, ident] of [["4321", "02563412"], ["A1", "025677f7"]] as const) {
    const other = new Vds2465TcpSender({ ident: "777", random: counter(0xa0), serviceRequest: false });
    other.connected(0);
    other.feed(hex(wire("P01")), 0);
    other.offer(item("d", "05021103000122", account), 0);
    assertStringIncludes(said(other.feed(hex(wire("P03")), 0))[1] ?? "", `05021103000122${ident}`);
  }
});

Deno.test("commands of the centre are refused with error 02, or done where that is set, and can be taken out", () => {
  for (const commands of ["refuse", "accept"] as const) {
    const sender = new Vds2465TcpSender({ commands });
    const line = new PanelLine(sender, () => new Vds2465TcpSession({ firstCounter: 5 }));
    line.pass(100);
    line.command("c", hex("05021101000200"));
    line.pass(20_000);
    assertEquals(line.heard.filter((it) => it.startsWith("c ")), [
      commands === "accept" ? "c done" : "c rejected",
    ]);
    const [request, ...more] = sender.requests();
    assert(request?.kind === "command");
    assertEquals([request.record.data.toHex(), more], ["1101000200", []]);
  }
});

Deno.test("on demand: hangs up behind the last alarm; a permanent connection that ends is told as lost", () => {
  const sender = new Vds2465TcpSender({ hangUpAfterMs: 2000 });
  const line = new PanelLine(sender, () => new Vds2465TcpSession({ firstCounter: 5 }));
  line.send(item("a", burglary(1)), item("b", burglary(2)));
  line.pass(10_000);
  assertEquals(line.delivered, ["a", "b"]);
  assert(line.heard.indexOf("close") > line.heard.lastIndexOf("alarm"));
  assertEquals(line.log.filter((it) => it.startsWith("absent")), []);

  const permanent = new Vds2465TcpSender();
  permanent.connected(0);
  assertEquals(permanent.disconnected(1), []);
  permanent.connected(2);
  permanent.feed(hex(wire("P01")), 3);
  assertEquals(said(permanent.disconnected(4)), ["absent disconnected"]);
  permanent.connected(5);
  permanent.feed(hex(wire("P01")), 6);
  permanent.offer(item("a", burglary(1)), 7);
  assertEquals(said(permanent.disconnected(8)), ["absent a disconnected"]);
});

const WAYS: [Vds2465TcpSenderOptions, Vds2465TcpSessionOptions][] = [
  [{}, {}],
  [KEYED, { keys: { 7: SECRET } }],
  [{ ...KEYED, hangUpAfterMs: 3000 }, { keys: { 7: SECRET } }],
  [{}, { onDemand: true }],
];

Deno.test("any breaks, delays and failures: every alarm has one end, and is delivered only if it was accepted", () => {
  fc.assert(
    fc.property(
      fates(["cut"], 8000),
      verdicts,
      fc.nat(WAYS.length - 1),
      fc.nat(6),
      (each, outcomes, way, count) => {
        const [options, session] = WAYS[way]!;
        let seed = 1;
        const sender = new Vds2465TcpSender({ ...options, random: () => counter(seed++ * 0x9e3779b1)(4) });
        const line = new PanelLine(
          sender,
          () => new Vds2465TcpSession({ ...session, firstCounter: (seed++ * 0x9e3779b1) >>> 0 }),
          { fates: each, verdicts: outcomes },
        );
        line.send(...Array.from({ length: count }, (_, at) => item(`${at}`, burglary(at))));
        line.finish(2_500_000);
        line.check(octets);
        assertEquals(line.refused, []);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("quirks: wrong counters, unanswered polls and a wrong key are noticed, and nothing is called delivered wrongly", () => {
  const play = (options: Vds2465TcpSenderOptions, session: Vds2465TcpSessionOptions = {}) => {
    const line = new PanelLine(
      new Vds2465TcpSender({ random: counter(9), ...options }),
      () => new Vds2465TcpSession({ firstCounter: 5, ...session }),
    );
    line.send(item("a", burglary(1)), item("b", burglary(2)));
    line.pass(120_000);
    return line;
  };
  const honest = play({});
  assertEquals([honest.delivered, honest.heard.filter((it) => it.startsWith("refused"))], [["a", "b"], []]);

  const some = play({ quirks: { wrongCounterEvery: 3 } });
  assert(some.heard.includes("refused counter"));
  assertEquals(some.delivered, ["a", "b"]);
  const all = play({ quirks: { wrongCounterEvery: 1 } });
  assertEquals(all.delivered, []);
  assert(all.log.some((it) => it.startsWith("absent")));

  const deaf = play({ quirks: { unansweredPolls: 2 } });
  assertEquals([deaf.delivered, deaf.log.filter((it) => it.startsWith("absent"))], [["a", "b"], []]);
  const dead = new PanelLine(
    new Vds2465TcpSender({ random: counter(9), quirks: { unansweredPolls: 99 } }),
    () => new Vds2465TcpSession({ firstCounter: 5 }),
  );
  dead.pass(60_000);
  assert(dead.heard.includes("close"));

  const wrong = play({ ...KEYED, quirks: { wrongKey: "ff".repeat(16) } }, { keys: { 7: SECRET } });
  assertEquals([wrong.delivered, wrong.accepted], [[], []]);
  assert(wrong.heard.includes("refused checksum"));
});
