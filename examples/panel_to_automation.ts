// Puts a Contact ID panel straight onto Sur-Gard automation software, pass-through: the panel is acknowledged when the
// software has acknowledged. Run: deno run --allow-net examples/panel_to_automation.ts [panel port] [AE port]
import { contactId, listenPanels, Output, surGardSession } from "../mod.ts";

const automation = new Output({
  session: surGardSession({ receiver: "01", line: "1" }),
  role: "listen",
  port: Number(Deno.args[1] ?? 1025),
});
const panels = listenPanels({
  language: contactId,
  port: Number(Deno.args[0] ?? 10003),
  onAlarm: async ([event]) => {
    if (event === undefined) return;
    const digits = new TextDecoder().decode(event.raw).replaceAll(/[^0-9A-F]/g, "");
    const data = new TextEncoder().encode(digits.slice(0, 15));
    await automation.deliver({ account: event.account, protocol: "contact-id", data });
    console.log(`delivered: ${event.account} ${event.code} ${event.label}`);
  },
});
console.log(`panels ${panels.port}, automation ${automation.port}`);
