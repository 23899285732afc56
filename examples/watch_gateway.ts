// Follows a running SPT or RCT live and prints each step of each alarm, for a pager, a siren, a screen.
// Run: deno run --allow-net examples/watch_gateway.ts [http://127.0.0.1:8150]
const url = Deno.args[0] ?? "http://127.0.0.1:8150";

const health = await (await fetch(`${url}/healthz`)).json();
console.log(
  health.ok ? "all is well" : `faults: ${health.faults.map((f: { rule: string }) => f.rule).join(", ")}`,
);

const { body } = await fetch(`${url}/api/events`);
const lines = body!.pipeThrough(new TextDecoderStream());
let rest = "", type = "";
for await (const chunk of lines) {
  const parts = (rest + chunk).split("\n");
  rest = parts.pop()!;
  for (const line of parts) {
    if (line.startsWith("event:")) type = line.slice(6).trim();
    if (!line.startsWith("data:")) continue;
    const event = JSON.parse(line.slice(5));
    if (type === "hop") console.log(event.account, event.label, event.hop.step, event.hop.detail);
    else console.log(type, event.rule ?? event.site ?? event.name, event.message ?? event.state ?? "");
  }
}
