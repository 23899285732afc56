import { assert, assertEquals, assertThrows } from "@std/assert";
import { ContactIdSession } from "../../adapters/contact_id/mod.ts";
import { SiaSession } from "../../adapters/sia/mod.ts";
import { TexecomSession } from "../../adapters/texecom/mod.ts";
import type { OutputConfig } from "../../src/config/rct_config.ts";
import type { InputConfig } from "../../src/config/spt_config.ts";
import { outputSession, panelSession } from "../../src/gateway/languages.ts";

const input = (language: string) => ({ language, account: "1234" }) as InputConfig;
const output = (language: string) =>
  ({
    language,
    receiver: "01",
    line: "1",
    waitMs: 4000,
    nakLimit: 3,
    text: true,
    heartbeatMs: undefined,
  }) as unknown as OutputConfig;

Deno.test("every language of the configuration has its session, and no other", () => {
  assert(panelSession(input("sia")) instanceof SiaSession);
  assert(panelSession(input("contact-id")) instanceof ContactIdSession);
  assert(panelSession(input("texecom")) instanceof TexecomSession);
  assertEquals(outputSession(output("sur-gard")).ready, false, "nobody is connected yet");
  assertThrows(() => panelSession(input("morse")), RangeError, 'no input language "morse"');
  assertThrows(() => outputSession(output("morse")), RangeError, 'no output language "morse"');
});
