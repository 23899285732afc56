/** The quirk is found by the first octets, or named, or set for an account: in each case the session acts by it. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { contactIdQuirks, ContactIdSession } from "../../adapters/contact_id/mod.ts";
import type { PanelEffect, PanelSession } from "../../adapters/contract.ts";
import { type QuirkChoice, QuirkChooser } from "../../adapters/quirk_choice.ts";
import { scancomQuirks, ScancomSession } from "../../adapters/scancom/mod.ts";
import { siaQuirks, SiaSession } from "../../adapters/sia/mod.ts";
import { ascii } from "./contact_id/arbitrary.ts";
import { block, concat } from "./sia/blocks.ts";

type Named = PanelSession & { readonly quirkName: string | undefined };

function session(language: string, quirks?: QuirkChoice): Named {
  const options = quirks === undefined ? {} : { quirks };
  if (language === "sia") return new SiaSession(options);
  return language === "contact-id" ? new ContactIdSession(options) : new ScancomSession(options);
}

/** Feeds pieces, accepts each alarm, and ends; at last the name of the quirk. */
function play(panel: Named, pieces: readonly Uint8Array[]): unknown[] {
  const seen: PanelEffect[] = [];
  const take = (effects: PanelEffect[]): void => {
    for (const effect of effects) {
      seen.push(effect);
      if (effect.kind === "alarm" || effect.kind === "text") take(panel.settle(effect.ref, "accepted", 0));
    }
  };
  for (const piece of pieces) take(panel.feed(piece, 0));
  const name = panel.quirkName;
  take(panel.end(0));
  return [...seen, name];
}

function octets(bytes: Uint8Array): Uint8Array[] {
  return [...bytes].map((octet) => Uint8Array.of(octet));
}

const known = [...siaQuirks, ...contactIdQuirks, ...scancomQuirks].filter(({ signs }) => signs.length > 0);

for (const { language, name, transcripts } of known) {
  for (const { title, wire, encoding } of transcripts) {
    if (encoding !== "hex") continue;
    Deno.test(`${language} ${name}, not named: ${title}`, () => {
      const bytes = Uint8Array.fromHex(wire.replaceAll(" ", ""));
      const wanted = play(session(language, { name }), octets(bytes));
      assertEquals(wanted.at(-1), name);
      assert(wanted.length > 1);
      assertEquals(play(session(language), octets(bytes)), wanted);
      assertEquals(play(session(language, { name: "auto" }), octets(bytes)), wanted);
      const whole = play(session(language, { name }), [bytes]);
      assertEquals(play(session(language), [bytes]), whole);
      for (let at = 1; at < bytes.length; at++) {
        const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
        assertEquals(play(session(language), pieces), play(session(language, { name }), pieces));
      }
    });
  }
}

Deno.test("at least one quirk of each language that has signs is told by them", () => {
  assertEquals(known.map(({ name }) => name), ["galaxy-flex", "honeywell-fx020", "climax"]);
});

const CLIMAX = ascii("[CID2 181401010012843]");
const PLAIN = ascii("1234181131010158\r\n");

function start(...choice: ConstructorParameters<typeof ContactIdSession>) {
  const panel = new ContactIdSession(...choice);
  const short = (effects: PanelEffect[]) =>
    effects.map((effect) => effect.kind === "refused" ? effect.rule : effect.kind);
  return {
    panel,
    feed: (bytes: Uint8Array, now = 0) => short(panel.feed(bytes, now)),
    tick: (now: number) => short(panel.tick(now)),
  };
}

Deno.test("first octets that no sign fits are read as ever, and answered with their last octet", () => {
  const { panel, feed } = start();
  assertEquals(feed(PLAIN.subarray(0, 15)), []);
  assertEquals(feed(PLAIN.subarray(15, 16)), ["alarm"]);
  assertEquals(panel.quirkName, undefined);
  // From the first message on everything stays.
  panel.settle(1, "accepted", 0);
  assertEquals(feed(concat(CLIMAX, ascii("\r"))).includes("alarm"), false);
  assertEquals(panel.quirkName, undefined);
});

Deno.test("noise of a line that was just plugged in does not decide", () => {
  for (const noise of ["\xff\xfe\r\n", "\r\n", " \t", "\x00", "12\r", "9999999\r\n"]) {
    const { panel, feed } = start();
    feed(ascii(noise));
    panel.tick(5000);
    assertEquals([feed(CLIMAX, 6000), panel.quirkName], [["alarm"], "climax"], JSON.stringify(noise));
  }
  // Without a line end the silence behind it is a fresh start too.
  const { panel, feed, tick } = start();
  assertEquals([feed(ascii("\xff\xfe"), 0), tick(1000), feed(CLIMAX, 1500)], [[], ["noise"], ["alarm"]]);
  assertEquals(panel.quirkName, "climax");
  const [alarm] = start().panel.feed(concat(ascii("\r\n\r\n"), CLIMAX), 0);
  assert(alarm?.kind === "alarm");
});

Deno.test("a SIA block that was broken chooses nothing, and its repetition does", () => {
  const account = block("#", "023456");
  const panel = new SiaSession();
  const broken = account.slice();
  broken[1] = 0x22;
  panel.feed(broken, 0);
  assertEquals(panel.quirkName, undefined);
  assertEquals(panel.feed(account, 60), [{ kind: "send", bytes: Uint8Array.fromHex("403887") }]);
  assertEquals(panel.quirkName, "galaxy-flex");
});

Deno.test("settings of the input go before those of the quirk that was found", () => {
  const { panel, feed } = start({ input: "digits" });
  assertEquals(feed(concat(CLIMAX, ascii("\r"))), ["noise"]);
  const { feed: feedText } = start({ input: "text", quirks: { name: "none" } });
  assertEquals(feedText(CLIMAX), ["alarm"]);
  assertEquals(panel.nextTick, undefined);
});

Deno.test("none is none, whatever the first octets are", () => {
  const { panel, feed } = start({ quirks: { name: "none" } });
  assertEquals(feed(concat(CLIMAX, ascii("\r"))), ["noise"]);
  assertEquals(panel.quirkName, undefined);
});

Deno.test("a quirk of one's own counts as named", () => {
  const [quirk] = contactIdQuirks;
  assert(quirk !== undefined);
  const { panel, feed } = start({ quirk: { ...quirk, name: "mine" } });
  assertEquals([panel.quirkName, feed(CLIMAX)], ["mine", ["alarm"]]);
  assertEquals(start({ quirk, quirks: { name: "dsc" } }).panel.quirkName, "dsc");
});

Deno.test("SIA: an account's own quirk answers from its account block on, and only there", () => {
  const panel = new SiaSession({ quirks: { byAccount: { "023456": "galaxy-rs232", "023457": "none" } } });
  const answers = ["023456", "023457", "023458", "023456"].map((account) => {
    const [answer] = panel.feed(block("#", account), 0);
    assert(answer?.kind === "send");
    return [answer.bytes.toHex(), panel.quirkName];
  });
  assertEquals(answers, [
    ["0038c7", "galaxy-rs232"],
    ["403887", undefined],
    ["403887", "galaxy-flex"],
    ["0038c7", "galaxy-rs232"],
  ]);
  panel.feed(block("N", "BA1"), 0);
  assertEquals(panel.settle(1, "failed", 0), [{ kind: "send", bytes: Uint8Array.fromHex("0039c6") }]);
  const set = new SiaSession({ ackStyle: "40-08", quirks: { byAccount: { "023456": "galaxy-rs232" } } });
  assertEquals(set.feed(block("#", "023456"), 0), [{ kind: "send", bytes: Uint8Array.fromHex("4008b7") }]);
  // Without an account block the default account is the one that is known.
  const byDefault = new SiaSession({ defaultAccount: "9", quirks: { byAccount: { "9": "galaxy-rs232" } } });
  assertEquals([byDefault.quirkName, byDefault.feed(block("~"), 0).length], ["galaxy-rs232", 2]);
});

Deno.test("Contact ID: points mean doors only at the accounts that have them, also for messages that waited", () => {
  const panel = new ContactIdSession({ quirks: { byAccount: { "1234": "monitor-xl" } } });
  const doors = (effects: PanelEffect[]) =>
    effects.flatMap((effect) =>
      effect.kind === "alarm" ? effect.alarm.events.map(({ device }) => device) : []
    );
  // Point 227 at 1234, at 1235, and at 1234 again.
  const seen = doors(panel.feed(ascii("123418113002227\r123518113002227\r123418313002227\r"), 0));
  for (let ref = 1; ref <= 3; ref++) seen.push(...doors(panel.settle(ref, "accepted", 0)));
  assertEquals(seen, ["27", undefined, "27"]);
  assertEquals(panel.quirkName, "monitor-xl");
});

Deno.test("Scancom: an account's own quirk names its channels; digits alone choose none", () => {
  const panel = new ScancomSession({ quirks: { byAccount: { "123456": "cooper-ion" } } });
  const labels = ["123456 5555 5155 7\r", "654321 5555 5155 7\r"].map((line, at) => {
    const [alarm] = panel.feed(ascii(line), 0);
    assert(alarm?.kind === "alarm");
    panel.settle(at + 1, "accepted", 0);
    return [alarm.alarm.events[0]?.label, panel.quirkName];
  });
  assertEquals(labels, [["Alarm: technical", "cooper-ion"], ["Alarm: emergency", undefined]]);
});

Deno.test("a name that no quirk has is refused at the start, with the names there are", () => {
  for (const language of ["sia", "contact-id", "scancom"]) {
    const error = assertThrows(() => session(language, { name: "galaxi" }), RangeError, "galaxi");
    const quirks = { "sia": siaQuirks, "contact-id": contactIdQuirks, "scancom": scancomQuirks }[language];
    for (const { name } of quirks ?? []) assert(error.message.includes(name), error.message);
    const byAccount = { "1234": "none", "0815": "galaxi" };
    assertThrows(
      () => session(language, { byAccount }),
      RangeError,
      'account "0815": no quirk is called "galaxi"',
    );
  }
  // Names of objects' own are no accounts and no quirks.
  assertThrows(() => session("sia", { name: "constructor" }), RangeError);
  assertEquals(new QuirkChooser(siaQuirks, { byAccount: {} }).of("constructor"), undefined);
  assertEquals(session("sia", { byAccount: { "1": "auto" } }).quirkName, undefined);
});
