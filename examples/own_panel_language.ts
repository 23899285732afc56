// A panel language of your own: lines such as "1234 BA 12" (account, SIA code, zone), answered with + or -.
// In spt.toml: adapters = ["./own_panel_language.ts"] at the top, and language = "my-panel" in an [[input]]. Or alone.
// Run: deno run --allow-net examples/own_panel_language.ts [port]
import type { EventDraft, PanelAlarm, PanelEffect, PanelSession } from "../mod.ts";

const LINE = /^([0-9A-F]{3,16}) ([A-Z]{2}) (\d{1,4})\r?\n$/;
const HELP = "expected account, code and zone: set the panel to its text format";
const octets = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

class MyPanelSession implements PanelSession {
  readonly nextTick = undefined;
  #line = "";
  #read = 0;
  #waiting: PanelAlarm[] = [];
  #open = false;
  #ref = 0;

  feed(bytes: Uint8Array): PanelEffect[] {
    const effects: PanelEffect[] = [];
    for (const octet of bytes) {
      this.#line += String.fromCharCode(octet);
      if (octet !== 0x0a && this.#line.length < 64) continue;
      const raw = octets(this.#line), found = LINE.exec(this.#line);
      // What is not answered is sent again: so a line that is one too many is not lost.
      if (found !== null && this.#waiting.length < 32) this.#waiting.push(alarm(found, raw));
      else effects.push({ kind: "refused", offset: this.#read, rule: "no-line", message: HELP, raw });
      [this.#line, this.#read] = ["", this.#read + raw.length];
    }
    return [...effects, ...this.#next()];
  }
  settle(ref: number, outcome: "accepted" | "failed"): PanelEffect[] {
    if (!this.#open || ref !== this.#ref) return [];
    this.#open = false;
    return [{ kind: "send", bytes: octets(outcome === "accepted" ? "+" : "-") }, ...this.#next()];
  }
  tick = () => [];
  end = () => [];
  // One alarm at a time: an answer has no number, so its place has to tell which line it is for.
  #next(): PanelEffect[] {
    if (this.#open || this.#waiting.length === 0) return [];
    this.#open = true;
    return this.#waiting.splice(0, 1).map((alarm) => ({ kind: "alarm", ref: ++this.#ref, alarm }));
  }
}

function alarm([, account = "", code = "", zone = ""]: string[], raw: Uint8Array): PanelAlarm {
  const event = { account, language: "my-panel", code, label: code, zone, raw };
  const data = octets(`#${account}|N${code}${zone}`);
  return { events: [{ ...event, qualifier: "new", flags: [] }], protocol: "sia", data, raw, complete: true };
}

export const adapter = { name: "my-panel", contract: 1, session: () => new MyPanelSession() } as const;

if (import.meta.main) {
  const { listenPanels } = await import("../mod.ts");
  const onAlarm = ([event]: EventDraft[]) => console.log(event?.account, event?.code, event?.zone);
  const { port } = listenPanels({ language: adapter, port: Number(Deno.args[0] ?? 10009), onAlarm });
  console.log(`listening on ${port}`);
}
