import { assert, assertEquals } from "@std/assert";
import { contactId } from "../../adapters/contact_id/mod.ts";
import type { PanelAdapter } from "../../adapters/contract.ts";
import { dc09, dc09Keys, Dc09Session } from "../../adapters/dc09/mod.ts";
import { scancom } from "../../adapters/scancom/mod.ts";
import { sia } from "../../adapters/sia/mod.ts";
import { texecom } from "../../adapters/texecom/mod.ts";
import { capturedTraffic, type Transmission } from "../../src/demo/captured_panels.ts";
import { isAck, isDc09Ack, isSiaAck, PanelPlayer } from "../../src/demo/panel_player.ts";
import { listenPanels } from "../../src/gateway/panel_listener.ts";

const recorded = dc09Keys("AAAAAAAAAAAAAAAA");
assert(recorded.ok);
const encryption = {
  keys: new Map([["1111", recorded.keys]]),
  random: (octets: number) => crypto.getRandomValues(new Uint8Array(octets)),
};

const LANGUAGES: Record<Transmission["input"], [PanelAdapter, (answer: Uint8Array) => boolean]> = {
  "galaxy": [sia, isSiaAck],
  "dialler": [contactId, isAck],
  "premier": [texecom, isAck],
  "scantronic": [scancom, isAck],
  "ip-panels": [{ ...dc09, session: () => new Dc09Session({ encryption }) }, isDc09Ack],
};

/** What each transmission says, in the order of the programme. */
const SAID = [
  ["galaxy", "before", "027978 CL"],
  ["dialler", "before", "1234 131"],
  ["premier", "before", "1000 BA"],
  ["scantronic", "before", "8531 17+17"],
  ["ip-panels", "before", "AAAA 407"],
  ["dialler", "down", "1234 131"],
  ["ip-panels", "down", "1111 WA"],
  ["scantronic", "down", "2890 58"],
  ["premier", "down", "1000 130"],
  ["galaxy", "after", "027978 RP"],
  ["dialler", "after", "1234 137"],
];

Deno.test("every captured transmission is acknowledged frame by frame, and makes the alarms it promises", async () => {
  const said: unknown[] = [];
  for (const { input, phase, title, frames, alarms } of capturedTraffic()) {
    const [language, accepted] = LANGUAGES[input];
    // Text that comes after an alarm is told as the same alarm again.
    const heard = new Set<string>();
    const receiver = listenPanels({
      language,
      port: 0,
      onAlarm: (events) =>
        void heard.add(`${events[0]?.account} ${events.map(({ code }) => code).join("+")}`),
    });
    const panel = new PanelPlayer({ port: receiver.port, waitMs: 60_000, tries: 1 });
    try {
      for (const frame of frames) assert(await panel.send(frame, accepted), title);
    } finally {
      panel.close();
      await receiver.close();
    }
    assertEquals(heard.size, alarms, title);
    said.push([input, phase, ...heard]);
  }
  assertEquals(said, SAID);
});
