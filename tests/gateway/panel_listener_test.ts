import { assertEquals } from "@std/assert";
import { ContactIdSession } from "../../adapters/contact_id/mod.ts";
import { listenPanels } from "../../src/gateway/panel_listener.ts";

Deno.test("a script's listener acknowledges when the script has taken the alarm, and refuses when it has not", async () => {
  let works = false;
  const got: string[] = [];
  await using panels = closing(listenPanels({
    language: { name: "contact-id", session: (options) => new ContactIdSession(options) },
    port: 0,
    onAlarm: (events) => {
      if (!works) throw new Error("not now");
      got.push(`${events[0]!.account} ${events[0]!.code}`);
    },
  }));
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: panels.port });
  const ask = async () => {
    await conn.write(new TextEncoder().encode("1234181131010158\r\n"));
    const answer = new Uint8Array(16);
    await conn.read(answer);
    return answer[0];
  };
  assertEquals(await ask(), 0x15);
  works = true;
  assertEquals(await ask(), 0x06);
  assertEquals(got, ["1234 131"]);
});

function closing<T extends { close(): Promise<void>; port: number }>(it: T) {
  return { port: it.port, [Symbol.asyncDispose]: () => it.close() };
}
