/** An alarm of two telegrams, and what the centre says between them; and a clock that is set back meanwhile. */
import { assert, assertEquals } from "@std/assert";
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { Vds2465TcpSender } from "../../../adapters/vds2465/tcp_sender.ts";
import { IK } from "../../../adapters/vds2465/tcp_telegram.ts";
import { ascii } from "../../support/ascii.ts";
import { hex } from "./records.ts";
import { TcpPeer } from "./tcp_peer.ts";

/** Becomes a telegram for each of the two events: input 3, input 4. */
const TWO: OutputItem = {
  id: "a",
  account: "123456",
  protocol: "sia",
  data: ascii("#9|Nri1/BA3/FA4"),
  events: [],
  repeated: false,
};
const FIRST_TAKEN = "05031103000122";
const SECOND_TAKEN = "05031104000110";
const SWITCH = "05021101000200";
const REFUSED = "02111102";
const HOUR = 3_600_000;

/** A sender whose centre has synchronised and polls, with the alarm on its way. */
function underWay(now = 0, more: Partial<ConstructorParameters<typeof Vds2465TcpSender>[0]> = {}) {
  const sender = new Vds2465TcpSender({ random: () => hex("000000a0"), serviceRequest: false, ...more });
  const peer = new TcpPeer(5);
  const feed = (ik: number, records = "", at = now) => {
    const effects = sender.feed(peer.write(ik, records), at);
    for (const effect of effects) if (effect.kind === "send") peer.hear(effect.bytes);
    return said(effects);
  };
  sender.connected(now);
  feed(IK.SYNC_REQUEST, "01");
  feed(IK.POLL);
  sender.offer(TWO, now);
  assertEquals(feed(IK.POLL), ["sent a"]);
  return { sender, feed };
}

function said(effects: OutputEffect[]): string[] {
  return effects.filter(({ kind }) => kind !== "send").map((it) => {
    const partly = it.kind === "refused" && it.partly === true ? " partly" : "";
    return it.kind + ("id" in it ? ` ${it.id}` : "") + ("rule" in it ? ` ${it.rule}` : "") + partly;
  });
}

for (const commands of ["refuse", "accept"] as const) {
  Deno.test(`the centre takes the first telegram and commands something in one breath (${commands}): the alarm goes on`, () => {
    const { sender, feed } = underWay(0, { commands });
    assertEquals(feed(IK.PAYLOAD, `${FIRST_TAKEN} ${SWITCH}`), []);
    // The answer to the command, then the second telegram.
    for (let polls = 0; polls < 3; polls++) feed(IK.POLL);
    assertEquals(feed(IK.PAYLOAD, SECOND_TAKEN), ["delivered a"]);
    assertEquals([sender.ready, sender.requests().length], [true, 1]);
  });
}

Deno.test("the centre commands something behind the first telegram and falls silent: the alarm goes back once", () => {
  const { sender, feed } = underWay();
  const told = [...feed(IK.PAYLOAD, `${FIRST_TAKEN} ${SWITCH}`), ...said(sender.tick(200_000))];
  told.push(...said(sender.disconnected(300_000)));
  assertEquals(told.filter((it) => / a\b/.test(it)).length, 1, told.join());
});

Deno.test("of two telegrams the centre refuses one: what is offered again is a repeat; it refuses both: it is none", () => {
  const cases: [string, string, string][] = [
    [REFUSED, SECOND_TAKEN, "refused a error-02 partly"],
    [FIRST_TAKEN, REFUSED, "refused a error-02 partly"],
    [REFUSED, REFUSED, "refused a error-02"],
    [FIRST_TAKEN, SECOND_TAKEN, "delivered a"],
  ];
  for (const [first, second, end] of cases) {
    const { sender, feed } = underWay();
    assertEquals(feed(IK.PAYLOAD, first), []);
    feed(IK.POLL);
    assertEquals(feed(IK.PAYLOAD, second), [end]);
    assert(sender.ready);
  }
});

Deno.test("the clock is set back an hour with an alarm in flight: silence is noticed as soon as ever", () => {
  const NOON = 12 * HOUR;
  const seconds = (setBack: number) => {
    const { sender } = underWay(NOON);
    for (let s = 0; s < 2 * HOUR / 1000; s++) {
      if (said(sender.tick(NOON - setBack + s * 1000)).some((it) => it.startsWith("absent a"))) return s;
    }
    return Infinity;
  };
  const usual = seconds(0);
  assert(usual < 60, `${usual} s`);
  assertEquals(seconds(HOUR), usual);
});

Deno.test("the clock is set back an hour before the centre has synchronised: its silence is noticed as soon as ever", () => {
  const NOON = 12 * HOUR;
  const seconds = (setBack: number) => {
    const sender = new Vds2465TcpSender({ random: () => hex("000000a0"), serviceRequest: false });
    sender.connected(NOON);
    for (let s = 0; s < 2 * HOUR / 1000; s++) {
      if (said(sender.tick(NOON - setBack + s * 1000)).some((it) => it.startsWith("close"))) return s;
    }
    return Infinity;
  };
  const usual = seconds(0);
  assert(usual < 60, `${usual} s`);
  assertEquals(seconds(HOUR), usual);
});
