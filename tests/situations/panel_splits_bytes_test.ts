import { assert, assertEquals } from "@std/assert";
import { Pair, until } from "../support/pair.ts";

/** A Galaxy burst: account, event, text, end of data (captures S05, S01, S06, S07). */
const BURST = [
  "4623303237393738 99",
  "564e746931313a34352f69643030312f70693031302f434cf5",
  "5b412b494e42524f54542020202020202020495220536f7672756d209934",
  "40308f",
].map((hex) => Uint8Array.fromHex(hex.replaceAll(" ", "")));

/** Plays the burst in pieces; `cut` says where the bytes of a block are split. Returns the answers. */
async function play(port: number, cut: (block: Uint8Array) => number[]): Promise<string[]> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const answers: string[] = [];
  const buffer = new Uint8Array(16);
  for (const block of BURST) {
    let from = 0;
    for (const to of [...cut(block), block.length]) {
      await conn.write(block.subarray(from, to));
      from = to;
      if (to < block.length) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const n = await conn.read(buffer);
    answers.push(buffer.subarray(0, n ?? 0).toHex());
  }
  conn.close();
  return answers;
}

Deno.test("a panel that splits its bytes in any way is understood: one alarm each time, with its text", async () => {
  await using pair = await Pair.open();
  const longest = Math.max(...BURST.map(({ length }) => length));
  let bursts = 0;
  for (let at = 1; at < longest; at++) {
    const answers = await play(pair.ports.sia, (block) => at < block.length ? [at] : []);
    assertEquals(answers, ["403887", "403887", "403887", "403887"], `split at ${at}`);
    bursts++;
  }
  assertEquals(
    await play(pair.ports.sia, (block) => Array.from({ length: block.length - 1 }, (_, i) => i + 1)),
    ["403887", "403887", "403887", "403887"],
    "one byte at a time",
  );
  bursts++;
  await until(() => pair.centre.ae.alarms.length === bursts, "every alarm at the AE");
  assert(
    pair.centre.lines.every((line) => line === "S011[#027978|Nti11:45/id001/pi010/CL]<DC4>"),
    pair.centre.lines[0],
  );
  const lives = await pair.spt.alarms(100);
  assertEquals(lives.length, bursts);
  assert(lives.every(({ alarm }) => alarm.events[0]?.text?.includes("INBROTT")), "a text is missing");
});
