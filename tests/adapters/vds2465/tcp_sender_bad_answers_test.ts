/** A centre that answers badly: rubbish before an answer, answers twice, answers late. */
import { assert, assertEquals } from "@std/assert";
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import { Vds2465TcpSender } from "../../../adapters/vds2465/tcp_sender.ts";
import { IK } from "../../../adapters/vds2465/tcp_telegram.ts";
import { concat, cut, hex } from "./records.ts";
import { TcpPeer } from "./tcp_peer.ts";

const ECHO = "05031103000122";

function item(id: string, address = "03"): OutputItem {
  const data = hex(`050211${address}000122 0356214365`);
  return { id, account: "123456", protocol: "vds2465", data, events: [], repeated: false };
}

function said(effects: OutputEffect[]): string[] {
  return effects.filter(({ kind }) => kind !== "send")
    .map((it) => it.kind + ("id" in it ? ` ${it.id}` : "") + ("rule" in it ? ` ${it.rule}` : ""));
}

class Line {
  readonly sender = new Vds2465TcpSender({ random: () => hex("000000a0"), serviceRequest: false });
  peer = new TcpPeer(5);

  constructor() {
    this.connect();
  }

  connect(): void {
    this.peer = new TcpPeer(5);
    this.sender.connected(0);
    this.feed(this.peer.write(IK.SYNC_REQUEST, "01"));
    this.feed(this.peer.write(IK.POLL));
  }

  feed(bytes: Uint8Array): string[] {
    const effects = this.sender.feed(bytes, 10);
    for (const effect of effects) if (effect.kind === "send") this.peer.hear(effect.bytes);
    return said(effects);
  }

  /** An alarm is on its way. */
  send(id: string, address?: string): void {
    this.sender.offer(item(id, address), 10);
    assertEquals(this.feed(this.peer.write(IK.POLL)), [`sent ${id}`]);
  }
}

Deno.test("rubbish before an answer: nothing is delivered by it, the connection is given up, and the next one delivers", () => {
  for (
    const rubbish of [
      hex("ff"),
      hex("0615"),
      hex("00000001ff"),
      hex("48545450 2f312e31"),
      hex("ffffffffffffffff"),
    ]
  ) {
    for (const split of [99, 1]) {
      const line = new Line();
      line.send("a");
      const answer = line.peer.write(IK.PAYLOAD, ECHO);
      const told: string[] = [];
      for (const part of cut(concat(rubbish, answer), [split])) told.push(...line.feed(part));
      // A length that may be right is waited for: silence ends that.
      if (!told.includes("absent a no-vds2465")) told.push(...said(line.sender.tick(40_000)));
      assertEquals(told.filter((it) => it.startsWith("delivered")), []);
      assertEquals(told.filter((it) => it.startsWith("absent a")).length, 1, told.join());
      assertEquals(told.filter((it) => it === "close").length, 1);
      line.connect();
      line.send("a");
      assertEquals(line.feed(line.peer.write(IK.PAYLOAD, ECHO)), ["delivered a"]);
    }
  }
});

Deno.test("a telegram that cannot be read, is damaged or counts wrongly before the answer is stray, and the answer counts", () => {
  const line = new Line();
  line.send("a");
  const { peer } = line;
  const good = peer.write(IK.PAYLOAD, ECHO);
  const damaged = good.with(good.length - 1, (good.at(-1) ?? 0) ^ 0xff);
  assertEquals(line.feed(damaged), ["stray checksum"]);
  peer.tc--;
  assertEquals(line.feed(peer.write(IK.PAYLOAD, ECHO, { rc: 0x12345678 })), ["stray counter"]);
  peer.tc--;
  assertEquals(line.feed(good), ["delivered a"]);
});

Deno.test("an answer that comes twice, as a telegram or as a record, delivers one alarm and not the next", () => {
  const line = new Line();
  line.send("a");
  const answer = line.peer.write(IK.PAYLOAD, ECHO);
  // The same telegram again is a repeat: it is answered again and delivers nothing.
  assertEquals(line.feed(concat(answer, answer)), ["delivered a"]);
  line.sender.offer(item("b"), 10);
  assertEquals(line.feed(answer), []);
  assertEquals(line.sender.ready, false);
  line.feed(line.peer.write(IK.POLL));
  const twice = line.feed(line.peer.write(IK.PAYLOAD, `${ECHO} ${ECHO}`));
  assertEquals(twice, ["delivered b", "stray unexpected-acknowledgement"]);
  line.send("c", "04");
  assertEquals(line.feed(line.peer.write(IK.PAYLOAD, ECHO)), ["stray unexpected-acknowledgement"]);
  assertEquals(line.feed(line.peer.write(IK.PAYLOAD, "05031104000122")), ["delivered c"]);
});

Deno.test("the late answer to an alarm of the connection before is not believed on the new one", () => {
  const line = new Line();
  line.send("a");
  const late = line.peer.write(IK.PAYLOAD, ECHO);
  assertEquals(said(line.sender.tick(40_010)).filter((it) => it.startsWith("absent")).length, 1);
  const sender = new Vds2465TcpSender({ random: () => hex("77777777"), serviceRequest: false });
  const peer = new TcpPeer(0x500);
  sender.connected(0);
  for (const bytes of [peer.write(IK.SYNC_REQUEST, "01")]) {
    for (const effect of sender.feed(bytes, 1)) if (effect.kind === "send") peer.hear(effect.bytes);
  }
  sender.offer(item("a"), 2);
  for (const effect of sender.feed(peer.write(IK.POLL), 3)) {
    if (effect.kind === "send") peer.hear(effect.bytes);
  }
  assertEquals(said(sender.feed(late, 4)), ["stray counter"]);
  assertEquals(said(sender.feed(peer.write(IK.PAYLOAD, ECHO), 5)), ["delivered a"]);
});

Deno.test("a megabyte of rubbish costs neither memory nor a wrong delivery", () => {
  const line = new Line();
  line.send("a");
  const told: string[] = [];
  const noise = new Uint8Array(1 << 16).fill(0xa5);
  for (let count = 0; count < 16; count++) told.push(...line.feed(noise));
  assertEquals(told.filter((it) => it.startsWith("delivered")), []);
  assert(told.length < 10, told.join());
});
