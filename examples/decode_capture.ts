// Says what a captured Galaxy burst means. Run: deno run examples/decode_capture.ts
import { decode } from "../mod.ts";

const capture = Uint8Array.fromHex(
  "46233032373937389956" + "4e7469" + "31313a34352f69643030312f70693031302f434cf5" + "40308f",
);
for (const message of decode("auto", capture)) {
  if (!message.ok) {
    console.log(`octet ${message.offset}: ${message.message}`);
    continue;
  }
  for (const event of message.events) {
    console.log(`account ${event.account}: ${event.code} ${event.label}, user ${event.user ?? "unknown"}`);
  }
}
