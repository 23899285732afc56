import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as fc from "fast-check";
import { readSiteTable } from "../../../src/event/translation/read_site_table.ts";
import { siteAccount } from "../../../src/event/translation/site_account.ts";
import { siteRules, type SiteTable } from "../../../src/event/translation/site_table.ts";
import { translate } from "../../../src/event/translation/translate.ts";
import { event } from "./support.ts";

function table(value: unknown): SiteTable {
  const read = readSiteTable(value);
  assert(read.ok, JSON.stringify(read));
  return read.table;
}

function problems(value: unknown): Record<string, string> {
  const read = readSiteTable(value);
  assert(!read.ok);
  return Object.fromEntries(read.problems.map(({ path, message }) => [path, message]));
}

Deno.test("a code of one's own goes first, and its restore goes along", () => {
  const codes = { "contact-id": { sia: { "131": "PA" } } };
  const rules = siteRules(table({ codes }), "contact-id", "sia", "1234");
  const code = (qualifier: "new" | "restore" | "status") =>
    translate(event("contact-id", "131", { qualifier }), "sia", rules).form;
  assertEquals([code("new").code, code("restore").code, code("status").block], ["PA", "PH", "O"]);
  assertEquals(translate(event("contact-id", "131"), "sia", rules).lost, []);
  assertEquals(translate(event("contact-id", "132"), "sia", rules).form.code, "BA");
  const own = table({ codes: { "contact-id": { sia: { "131": { to: "PA", restore: "PR" } } } } });
  const ownRules = siteRules(own, "contact-id", "sia", "1234");
  assertEquals(
    translate(event("contact-id", "131", { qualifier: "restore" }), "sia", ownRules).form.code,
    "PR",
  );
});

Deno.test("in SIA, where a restore has a code of its own, it follows its alarm's", () => {
  const rules = siteRules(
    table({ codes: { sia: { "contact-id": { BA: "131" } } } }),
    "sia",
    "contact-id",
    "",
  );
  const code = (name: string) => {
    const { qualifier, code } = translate(event("sia", name), "contact-id", rules).form;
    return qualifier + code;
  };
  assertEquals(["BA", "BR", "BH", "BT", "BJ", "FR"].map(code), [
    "1131",
    "3131",
    "3131",
    "1380",
    "3380",
    "3110",
  ]);
});

Deno.test("channels of Scancom, kinds of VdS 2465 and numbers of a SIA code can have codes of their own", () => {
  const codes = {
    scancom: { "contact-id": { "17/5": "130", "17/6": { to: "1154" } } },
    vds2465: { sia: { "70": "GA" } },
    sia: { scancom: { "BA/7": "17/12" } },
  };
  const own = table({ codes });
  const scancom = siteRules(own, "scancom", "contact-id", "");
  const cid = (code: string, device: string) =>
    translate(event("scancom", code, { device }), "contact-id", scancom).form;
  assertEquals([cid("17", "5").code, cid("37", "5").qualifier, cid("37", "6").code], ["130", "3", "154"]);
  const vds = siteRules(own, "vds2465", "sia", "");
  assertEquals(translate(event("vds2465", "F0"), "sia", vds).form.code, "GH");
  assertEquals(translate(event("vds2465", "70"), "sia", vds).known, true);
  const toScancom = siteRules(own, "sia", "scancom", "");
  assertEquals(translate(event("sia", "BA", { zone: "007" }), "scancom", toScancom).form, {
    channels: "5555555555515555",
    status: "7",
  });
  assertEquals(translate(event("sia", "BA", { zone: "8" }), "scancom", toScancom).form.channels, "55155555");
});

Deno.test("numbers are replaced, whatever their leading zeros; the nearest level goes first", () => {
  const own = table({
    areas: { "02": 12 },
    zones: { "5": "105", "6": "106" },
    users: { "1": "901" },
    sites: { "1234": { zones: { "5": "205" } } },
    outputs: { east: { zones: { "5": "305" }, sites: { "1234": { zones: { "5": "405" } } } } },
  });
  const zone = (account: string, number: string, output?: string) =>
    translate(
      event("sia", "BA", { area: "2", zone: number }),
      "contact-id",
      siteRules(own, "sia", "contact-id", account, output),
    ).form;
  assertEquals(zone("9", "005").zone, "105");
  assertEquals(zone("9", "005").group, "12");
  assertEquals(zone("1234", "5").zone, "205");
  assertEquals(zone("1234", "6").zone, "106");
  assertEquals(zone("9", "5", "east").zone, "305");
  assertEquals(zone("1234", "5", "east").zone, "405");
  assertEquals(zone("1234", "5", "west").zone, "205");
  assertEquals(zone("1234", "7").zone, "007");
  const user = siteRules(own, "sia", "contact-id", "9");
  assertEquals(translate(event("sia", "CL", { user: "01" }), "contact-id", user).form.zone, "901");
});

Deno.test("accounts: mapped, with a prefix, filled and cut; each output its own", () => {
  const own = table({
    accounts: { map: { "0007": "70007" }, prefix: "9" },
    outputs: {
      east: { accounts: { length: 4 } },
      west: { accounts: { prefix: "AB", length: 6, map: { "1": "X" } } },
    },
  });
  const account = (name: string, output?: string) => siteAccount(own, name, output).account;
  assertEquals([account("1234"), account("0007"), account("7")], ["91234", "70007", "97"]);
  assertEquals([account("12", "east"), account("0007", "east")], ["9012", "70007"]);
  assertEquals([account("1234", "west"), account("1", "west"), account("0001234", "west")], [
    "AB1234",
    "X",
    "AB1234",
  ]);
  assertEquals(account("", "west"), "");
  const cut = siteAccount(own, "71234", "west");
  assertEquals(cut.account, "AB1234");
  assertEquals(cut.lost.map(({ what }) => what), ["account-length"]);
  assertStringIncludes(cut.lost[0]!.detail, "71234");
});

Deno.test("an account or output named like a member of every object has no rules", () => {
  const own = table({ zones: { "5": "6" } });
  for (const name of ["__proto__", "constructor", "toString"]) {
    assertEquals(siteRules(own, name, "sia", name, name).zones, { "5": "6" });
    assertEquals(siteAccount(table({ accounts: { map: { a: "b" } } }), name, name).account, name);
  }
});

Deno.test("each fault is named with its place, and all of them at once", () => {
  const found = problems({
    zone: {},
    areas: { one: "1", "2": [], "3": "4", "03": "5" },
    codes: {
      texecom: {},
      sia: { sia: { BA: "130" }, "contact-id": { burglary: "130", BA: "BA" } },
      vds2465: { sia: { A2: "BR" } },
      scancom: { vds2465: { "37/3": "A2" } },
      "contact-id": { scancom: { "130": "17/40", "131": {}, "132": { too: "17/3" } } },
    },
    accounts: { prefix: "1234", length: 4, map: { "1": "two words" } },
    outputs: { east: { outputs: {} } },
    sites: [],
  });
  assertEquals(Object.keys(found).sort(), [
    "accounts.length",
    "accounts.map.1",
    "areas.03",
    "areas.2",
    "areas.one",
    "codes.contact-id.scancom.130",
    "codes.contact-id.scancom.131",
    "codes.contact-id.scancom.132",
    "codes.contact-id.scancom.132.too",
    "codes.scancom.vds2465.37/3",
    "codes.sia.contact-id.BA",
    "codes.sia.contact-id.burglary",
    "codes.sia.sia.BA",
    "codes.texecom",
    "codes.vds2465.sia.A2",
    "outputs.east.outputs",
    "sites",
    "zone",
  ]);
  assertStringIncludes(found["zone"]!, "areas, zones");
  assertStringIncludes(found["codes.vds2465.sia.A2"]!, "A2 goes along");
  assertStringIncludes(found["codes.contact-id.scancom.130"]!, "17/3");
  assertEquals(problems(7), { "the table": "7 is no table: expected names with values." });
});

Deno.test("whatever is read, it is a table or it is refused with words", () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
    const read = readSiteTable(value);
    assert(read.ok || read.problems.every(({ path, message }) => path !== "" && message.length > 10));
  }));
});
