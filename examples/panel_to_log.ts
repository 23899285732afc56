// Writes every alarm of Galaxy-type panels to a file, then acknowledges the panel.
// Run: deno run --allow-net --allow-write=alarms.log examples/panel_to_log.ts [port]
import { listenPanels, sia } from "../mod.ts";

const log = await Deno.open("alarms.log", { append: true, create: true });

const listener = listenPanels({
  language: sia,
  hostname: "0.0.0.0",
  port: Number(Deno.args[0] ?? 10002),
  onAlarm: async (events) => {
    for (const event of events) {
      // An alarm whose panel sends a text after it has two lines: without the text, and with it.
      const { account, code, label, area, zone, user, text } = event;
      const line = [new Date().toISOString(), account, code, label, area, zone, user, text];
      await log.write(new TextEncoder().encode(line.join("\t") + "\n"));
    }
    // On disk first: the panel forgets the alarm when it is acknowledged.
    await log.syncData();
  },
  onRefused: ({ rule, message }, peer) => console.error(`${peer}: ${rule}: ${message}`),
});
console.log(`listening on ${listener.port}`);
