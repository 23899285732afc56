import { assert, assertEquals } from "@std/assert";
import { SiaAckSearch } from "../../src/doctor/ack_styles.ts";
import { Answerer, SPEAK_FIRST_AFTER } from "../../src/doctor/answerer.ts";
import { Examination } from "../../src/doctor/examination.ts";
import { block, dc09, galaxy, hex, keys, octets, rules, TCP } from "./panels.ts";

const random = (count: number) => new Uint8Array(count).fill(0x41);

/** A live stream, without the I/O. */
function talk(options: { speakFirst?: boolean; keys?: string[] } = {}) {
  const known = keys(...options.keys ?? []);
  const examination = new Examination({ keys: known });
  const answerer = new Answerer({ random, speakFirst: options.speakFirst === true, keys: known }, 0);
  let now = 0;
  return {
    answerer,
    examination,
    /** The panel says something. */
    say(bytes: Uint8Array): string[] {
      now += 100;
      examination.feed("panel", bytes, now);
      const leading = examination.leading;
      const known = leading?.certainty === "sure" || leading?.certainty === "probable";
      const answers = answerer.feed(bytes, now, known ? leading?.score : undefined);
      if (answers.length > 0) examination.answered("panel");
      return answers.map((each) => each.toHex());
    },
    pass(ms: number): string[] {
      now += ms;
      return answerer.tick(now).map((each) => each.toHex());
    },
  };
}

Deno.test("a Galaxy is answered block by block, its first one too, and its alarm is told", () => {
  const panel = talk();
  const blocks = [block("#", "123456"), block("N", "ti12:01/ri1/BA1012"), block("0", "")];
  assertEquals(blocks.flatMap((each) => panel.say(each)), ["403887", "403887", "403887"]);
  assertEquals(panel.answerer.acknowledged, ["account 123456: BA Burglary Alarm, zone 1012"]);
});

Deno.test("the panel repeats because the ACK form is wrong: the next form is tried, and the one it takes is told", () => {
  for (const wanted of ["403887", "0038c7", "4008b7", "0008f7"]) {
    const search = new SiaAckSearch();
    // A panel that repeats its account until it is acknowledged in its way, and then goes on.
    const blocks = [block("#", "123456"), block("N", "ri1/BA1"), block("0", "")];
    let at = 0;
    for (let step = 0; step < 40 && at < blocks.length; step++) {
      const effects = search.feed(blocks[at]!, step);
      const settled = effects.flatMap((effect) =>
        effect.kind === "alarm" ? search.settle(effect.ref, "accepted", step) : []
      );
      const sent = [...effects, ...settled].flatMap((effect) =>
        effect.kind === "send" ? [effect.bytes.toHex()] : []
      );
      if (sent.includes(wanted)) at++;
    }
    assertEquals(at, blocks.length, wanted);
    const style = { "403887": "40", "0038c7": "00", "4008b7": "40-08", "0008f7": "00-08" }[wanted];
    assertEquals(search.understood, style);
  }
});

Deno.test("the verdict names an ACK form that was not the usual one, and a panel that takes none", () => {
  const examination = new Examination();
  examination.feed("panel", galaxy());
  const verdict = examination.verdict({ ...TCP, answering: true, ackStyle: "00" });
  assertEquals([rules(verdict)[0], verdict.fault, verdict.settings["ack_style"]], [
    "ack-style",
    "protocol",
    "00",
  ]);
  const panel = talk();
  for (let time = 0; time < 20; time++) panel.say(block("#", "123456"));
  const deaf = panel.examination.verdict({ ...TCP, answering: true });
  assertEquals([rules(deaf)[0], deaf.fault, deaf.readable], ["ack-not-understood", "protocol", false]);
});

Deno.test("nothing is sent before a language is probable", () => {
  const panel = talk();
  assertEquals(panel.say(hex("46")), []);
  assertEquals(panel.say(octets("hello\r\n")), []);
  assertEquals(panel.pass(60_000), []);
});

Deno.test("VdS 2465: this side begins when the other is silent, and not when it speaks", () => {
  const device = talk({ speakFirst: true });
  assertEquals(device.pass(SPEAK_FIRST_AFTER - 1), []);
  const [sync] = device.pass(1);
  assert(sync !== undefined && sync.startsWith("0000000e") && sync.endsWith("01010101"), sync);
  // IK 2 of the device with the receiver's counter, as vds2465.md §6.5 has it.
  const counter = parseInt(sync.slice(8, 16), 16) + 1;
  const body = new Uint8Array(14);
  new DataView(body.buffer).setUint32(0, 0xa0);
  new DataView(body.buffer).setUint32(6, counter);
  body.set([2, 1, 1, 1], 10);
  let sum = 0;
  for (let at = 0; at < 14; at += 2) sum += body[at]! << 8 | body[at + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  new DataView(body.buffer).setUint16(4, ~sum & 0xffff);
  const [poll] = device.say(hex(`0000000e${body.toHex()}`));
  assertEquals(poll?.slice(-6), "030100", "it is polled");

  const other = talk({ speakFirst: true });
  assertEquals(other.say(dc09('"NULL"0000L0#1234[]')).length, 1);
  assertEquals(other.pass(60_000), []);
});

Deno.test("DC-09, Contact ID, Fast Format, Texecom and VdS 2465 on a line are answered in their way", () => {
  const answer = (bytes: Uint8Array) => talk().say(bytes);
  const [ack] = answer(dc09('"SIA-DCS"0001L0#1234[#1234|Nri1BA5]'));
  assertEquals(new TextDecoder().decode(hex(ack!)), '\n1BC10012"ACK"0001L0#1234[]\r');
  assertEquals(answer(octets("1234181131010158\r\n")), ["06"]);
  assertEquals(answer(octets("1234 1555 5555 7\r\n")), ["06"]);
  assertEquals(answer(octets("21AAA181130010013\r\n")), ["32060d0a"]);
  assertEquals(answer(hex("6802026840024216")), ["6802026800020216"]);
});

Deno.test("an encrypted Galaxy session is hung up on", () => {
  const panel = talk();
  panel.say(block("#", "123456"));
  panel.say(hex("0501815968"));
  assert(panel.answerer.closing);
});
