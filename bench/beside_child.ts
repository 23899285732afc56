/**
 * One side of the rates beside the npm peers: run with `--config tests/peers/deno.json`, argument `ours` or `peer`.
 *
 * Each side is a process of its own, so that neither pays for what the other leaves behind. A line on standard input, a
 * language and milliseconds, is answered by a line: how much was done, and in how many milliseconds.
 */
import { ours, type Work } from "./beside_ours.ts";

const works: Record<string, Work> = Deno.args[0] === "ours"
  ? ours()
  : (await import("./beside_peer.ts")).peer();
console.log("ready");

let text = "";
for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  text += part;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
    const [name = "", ms = ""] = text.slice(0, end).split(" ");
    text = text.slice(end + 1);
    const work = works[name];
    if (work === undefined) throw new Error(`${name} is no language of the bench`);
    let done = 0;
    const start = performance.now();
    let now = start;
    for (; now - start < Number(ms); now = performance.now()) done += work();
    console.log(`${done} ${now - start}`);
  }
}
// Sockets and timers of the peers are not waited for.
Deno.exit(0);
