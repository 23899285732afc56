import { assert, assertEquals } from "@std/assert";
import { SiteChannels } from "../../src/gateway/site_channels.ts";
import { isAck } from "../../src/demo/panel_player.ts";
import { Pair } from "../support/pair.ts";
import { panelAt } from "../support/panel.ts";
import { until } from "../support/until.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a site's channels have their names, an account's own before those of the site", () => {
  const names = new Map([["shop", {
    all: { "1": "Fire", "2": "Panic" },
    byAccount: { "1234": { "1": "Kiln" } },
  }]]);
  const sites = new SiteChannels(names);
  const labels = (site: string, text: string) =>
    sites.events(site, "scancom", bytes(text)).map(({ label }) => label);
  assertEquals(labels("shop", "1234155555557"), ["Alarm: Kiln"]);
  assertEquals(labels("shop", "5678115555557"), ["Alarm: Fire", "Alarm: Panic"]);
  assertEquals(labels("other", "1234155555557"), ["Alarm: fire"]);
});

Deno.test("channels are remembered by site and account, and only of what was stored", () => {
  const sites = new SiteChannels();
  const news = (site: string, text: string) =>
    sites.events(site, "scancom", bytes(text)).map(({ device, qualifier }) =>
      `${device ?? "-"} ${qualifier}`
    );
  assertEquals(news("shop", "1234155555557"), ["1 new"]);
  assertEquals(news("shop", "1234155555557"), ["1 new"], "not stored yet");
  sites.stored("shop", "scancom", bytes("1234155555557"));
  assertEquals(news("shop", "1234655555557"), ["- status"]);
  assertEquals(news("shop", "5678655555557"), ["1 status"]);
  assertEquals(news("other", "1234655555557"), ["1 status"]);
  // The restore was lost on its way: the next message makes it good.
  assertEquals(news("shop", "1234555555557"), ["1 restore"]);
  sites.stored("shop", "sia", bytes("1234155555557"));
  sites.stored("shop", "scancom", bytes("rubbish"));
  assertEquals(sites.events("shop", "sia", bytes("#1234|NBA1"))[0]?.code, "BA");
  assertEquals(
    sites.events("shop", "scancom", bytes("rubbish"))[0]?.flags.includes("unreadable-event"),
    true,
  );
});

Deno.test("at the centre a channel that is still active is told once, under the name that the site gave it", async () => {
  await using pair = await Pair.open({
    adjust: (_spt, rct) => void (rct.sites[0]!.channels = { all: { "1": "Kiln" }, byAccount: {} }),
  });
  for (const line of ["1234 1555 5555 7\r\n", "1234 6155 5555 7\r\n"]) {
    const panel = panelAt(pair.ports.scancom);
    assert(await panel.send(bytes(line), isAck));
    panel.close();
  }
  await until(() => pair.centre.alarms === 2, "both at the AE");
  const lives = (await pair.rct.alarms(10)).reverse();
  assertEquals(lives.map(({ alarm }) => alarm.events.map(({ label }) => label)), [
    ["Alarm: Kiln"],
    ["Alarm: channel 2"],
  ]);
});
