/** The SPT and the RCT ask each other at the same time, and datagrams are lost (ip-protocol.md §2.3, §4.4). */
import { assert, assertEquals } from "@std/assert";
import { reconstructed2020 } from "../../src/ip/profile.ts";
import { Pair } from "./pair.ts";

const NAMES = ["->EVENT_MSG", "<-EVENT_RESP", "<-TRANSPARENT_MSG", "->TRANSPARENT_RESP"];
const way = ({ to, name }: { to: string; name: string }) => `${to === "rct" ? "->" : "<-"}${name}`;

Deno.test("an alarm and a request of the RCT under way at once, one datagram of each lost: both answered by the first repeat", () => {
  let tried = 0;
  for (const alarmLoss of [undefined, NAMES[0], NAMES[1]]) {
    for (const requestLoss of [undefined, NAMES[2], NAMES[3]]) {
      for (const alarmFirst of [true, false]) {
        for (const order of [0, 1, 2, 3, 4, 5]) {
          const pair = new Pair().connect();
          const left = new Set([alarmLoss, requestLoss]);
          pair.loses = (telegram) => left.delete(way(telegram));
          if (alarmFirst) pair.alarm("a");
          pair.ask({ kind: "transparent", ref: "t", data: new Uint8Array([1, 2]) });
          if (!alarmFirst) pair.alarm("a");
          for (let turn = 0; pair.line.length > 0; turn++) {
            // Which of those on the line comes next.
            const telegram = pair.line.splice((order >> (turn % 3)) % pair.line.length, 1)[0]!;
            if (!pair.loses(telegram)) pair.deliver(telegram);
          }
          pair.run(2000);
          const title = `${alarmLoss} and ${requestLoss} lost, alarm first ${alarmFirst}, order ${order}`;
          assertEquals(pair.delivered("a"), 1, title);
          assertEquals([pair.ends("t"), pair.session.counters["events"]], [["RESP_ACKNOWLEDGE"], 1], title);
          pair.works();
          tried++;
        }
      }
    }
  }
  assertEquals(tried, 108);
});

Deno.test("an alarm that was lost is taken although many answers of its SPT came before its repeat", () => {
  const pair = new Pair().connect();
  let losses = 1;
  pair.loses = ({ name }) => name === "EVENT_MSG" && losses-- > 0;
  pair.alarm("a");
  for (let i = 0; i < 50; i++) {
    pair.ask({ kind: "poll", ref: `${i}` });
    pair.flush();
    assertEquals(pair.ends(`${i}`), ["RESP_ACKNOWLEDGE"]);
  }
  pair.run(2000);
  assertEquals(pair.delivered("a"), 1);
});

Deno.test("a request of the RCT that was lost is taken although many alarms went before its repeat", () => {
  const pair = new Pair().connect();
  let losses = 1;
  pair.loses = ({ name }) => name === "TRANSPARENT_MSG" && losses-- > 0;
  pair.ask({ kind: "transparent", ref: "t", data: new Uint8Array([1]) });
  for (let i = 0; i < 50; i++) {
    pair.alarm(`${i}`);
    pair.flush();
    assertEquals(pair.delivered(`${i}`), 1);
  }
  pair.run(2000);
  assertEquals(pair.ends("t"), ["RESP_ACKNOWLEDGE"]);
});

Deno.test("no answer of the SPT arrives for a while: the alarm after that is taken at once all the same", () => {
  for (const lost of [1, 3, 4, 5, 8]) {
    const pair = new Pair({ spt: { heartbeatMs: 600_000 } }).connect();
    pair.loses = ({ name }) => name === "SET_TIME_RESP" || name === "POLL_RESP";
    for (let i = 0; i < lost; i++) {
      pair.ask({ kind: "set-time", ref: `${i}`, time: 1n });
      pair.run(2000);
    }
    pair.alarm("a");
    pair.run();
    assertEquals(pair.delivered("a"), 1, `${lost} answers lost`);
  }
});

Deno.test("requests that the RCT gave up do not shut out its next one, in pull mode neither", () => {
  for (const pollMode of ["push", "pull"] as const) {
    const pair = new Pair({ spt: { heartbeatMs: 60_000, pollMode } }).connect();
    assertEquals(pair.session.pollMode, pollMode);
    pair.loses = ({ name }) => name === "SET_TIME_CMD";
    pair.ask({ kind: "set-time", ref: "lost", time: 1n });
    pair.run(2000);
    assertEquals(pair.ends("lost"), ["no answer after 1 transmissions"]);
    pair.ask({ kind: "transparent", ref: "t", data: new Uint8Array([1]) });
    pair.run();
    assertEquals(pair.ends("t"), ["RESP_ACKNOWLEDGE"], pollMode);
    pair.run(600_000);
    assertEquals(pair.said("path-failed"), 0);
  }
});

Deno.test("the SPT takes a request of the RCT beyond the window no more, and a response puts it right", () => {
  const { sequenceWindow } = reconstructed2020.values;
  for (const given of [sequenceWindow, sequenceWindow + 1]) {
    const pair = new Pair({ spt: { heartbeatMs: 600_000 } }).connect();
    pair.loses = ({ to }) => to === "spt";
    for (let i = 0; i < given; i++) {
      pair.ask({ kind: "poll", ref: `${i}` });
      pair.run(22_000);
    }
    pair.loses = () => false;
    pair.ask({ kind: "poll", ref: "after" });
    pair.run();
    assertEquals(
      pair.ends("after"),
      given === sequenceWindow ? ["RESP_ACKNOWLEDGE"] : [],
      `${given} given up`,
    );
    if (given === sequenceWindow) continue;
    assertEquals(pair.sptSaid.at(-1), { kind: "dropped", rule: "sequence" });
    // The answer to an alarm shows where the RCT's numbers are, and its repeated request fits again.
    pair.alarm("a");
    pair.run(2000);
    assertEquals([pair.delivered("a"), pair.ends("after")], [1, ["RESP_ACKNOWLEDGE"]]);
    pair.works();
  }
});

Deno.test("a request that was given up is not taken after a later one", () => {
  const pair = new Pair().connect();
  let kept: Parameters<Pair["deliver"]>[0] | undefined;
  pair.loses = (telegram) => {
    if (telegram.name !== "SET_TIME_CMD") return false;
    kept = telegram;
    return true;
  };
  pair.ask({ kind: "set-time", ref: "t", time: 5n });
  pair.run(2000);
  // The RCT asks whether the SPT is there: that closes the door behind the request it gave up.
  assertEquals(pair.log.slice(-2).map((line) => line.split(" ")[0]), ["<-POLL_MSG", "->POLL_RESP"]);
  pair.deliver(kept!);
  assertEquals(pair.sptSaid.at(-1), { kind: "dropped", rule: "sequence" });
  assertEquals(pair.said("set-time"), 0);
});

Deno.test("a time that somebody kept back sets no clock", () => {
  const pair = new Pair().connect();
  let kept: Parameters<Pair["deliver"]>[0] | undefined;
  // The attacker keeps back whatever the RCT asks, and nothing else.
  pair.loses = (telegram) => {
    if (telegram.to !== "spt" || telegram.name.endsWith("_RESP")) return false;
    if (telegram.name === "SET_TIME_CMD") kept = telegram;
    return true;
  };
  pair.ask({ kind: "set-time", ref: "t", time: 5n });
  pair.run(120_000);
  pair.deliver(kept!);
  assertEquals(pair.said("set-time"), 0);
  const answer = pair.tape.at(-1)!;
  assert(answer.message?.name === "SET_TIME_RESP");
  assertEquals(answer.message.result, "RESP_TIME_NOT_SET");
});
