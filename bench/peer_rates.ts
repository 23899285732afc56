import { fileURLToPath } from "node:url";
import { type Figures, rounded } from "./figures.ts";

/** Languages that a peer reads. */
const LANGUAGES = ["dc09", "dc09_aes", "vds2465_tcp", "vds2465_tcp_aes"];
/** Turns of each side; the first one warms up. */
const TURNS = 11;

/**
 * Tocsin beside the npm peers that can be run: in turns, so that a machine that changes its pace does so under both.
 *
 * @param ms For about how long each.
 * @returns For each language the rates of both, and ours by theirs. None when the peers cannot be loaded; standard
 *   output then says so.
 */
export async function peerRates(ms: number): Promise<Figures> {
  await using ours = new Side("ours");
  await using peer = new Side("peer");
  if (!await ours.ready() || !await peer.ready()) {
    console.log("No figures beside the npm peers: they could not be loaded. They are installed by");
    console.log("  deno install --config tests/peers/deno.json");
    return {};
  }
  const figures: Figures = {};
  for (const name of LANGUAGES) {
    const sums = [[0, 0], [0, 0]] as [[number, number], [number, number]];
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [side, sum] of [[ours, sums[0]], [peer, sums[1]]] as const) {
        const [done, spent] = await side.run(name, ms / TURNS);
        if (turn === 0) continue;
        sum[0] += done;
        sum[1] += spent;
      }
    }
    const [mine, theirs] = sums.map(([done, spent]) => done / (spent / 1000)) as [number, number];
    figures[`parse_${name}_beside_peer_per_s`] = rounded(mine);
    figures[`parse_${name}_peer_per_s`] = rounded(theirs);
    figures[`parse_${name}_per_peer`] = rounded(mine / theirs);
  }
  return figures;
}

/** One side, in a process of its own. */
class Side implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #text = "";

  constructor(name: "ours" | "peer") {
    const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
    const config = path("../tests/peers/deno.json");
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", "--config", config, path("beside_child.ts"), name],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#writer = this.#child.stdin.getWriter();
  }

  async ready(): Promise<boolean> {
    return await this.#line() === "ready";
  }

  async run(name: string, ms: number): Promise<[number, number]> {
    await this.#writer.write(new TextEncoder().encode(`${name} ${ms}\n`));
    const line = await this.#line();
    if (line === undefined) throw new Error(`the process for ${name} ended`);
    const [done = NaN, spent = NaN] = line.split(" ").map(Number);
    return [done, spent];
  }

  async #line(): Promise<string | undefined> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) return undefined;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#child.status;
    while (!(await this.#lines.read()).done);
  }
}
