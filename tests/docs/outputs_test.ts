/** docs/outputs.md: every configuration it shows is taken, and it names every key of every language. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { formatDuration } from "../../src/config/duration.ts";
import { loadRctConfig } from "../../src/config/load.ts";
import { OUTPUT_LANGUAGES } from "../../src/config/output_languages.ts";
import { rctErrors } from "../config/samples.ts";
import { ROOT } from "../support/child.ts";

const page = Deno.readTextFileSync(`${ROOT}docs/outputs.md`);
const blocks = [...page.matchAll(/^```toml\n([\s\S]*?)^```$/gm)].map(([, body = ""]) => body);
const isTable = (body: string) => body.startsWith("# sites.toml\n");
const ID = "00112233445566778899aabbccddeeff";

/** The shortest file around a block; a site uses its first route, or else its first output. */
function rctFile(body: string): string {
  const [, used] = /\[\[route\]\]\nname = "(.*)"/.exec(body) ?? /\[\[output\]\]\nname = "(.*)"/.exec(body) ??
    [];
  assert(used !== undefined, body);
  return `name = "docs"
[identity]
device_id = "${ID}"
[[site]]
name = "site"
device_id = "${ID.replace("00", "01")}"
output = "${used}"
${body}`;
}

/** A section of the page. */
function section(heading: string): string {
  const [, text] = new RegExp(`^## ${heading}$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(page) ?? [];
  assert(text !== undefined, heading);
  return text;
}

/** What stands in backticks in the first column. */
function firstColumn(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith("| `")).flatMap((line) =>
    [...(line.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)
  );
}

Deno.test("docs/outputs.md: every configuration shown is taken without a word, its table too", async () => {
  const table = blocks.find(isTable);
  assert(table !== undefined && blocks.length > 10);
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(dir, "sites.toml"), table);
    for (const body of blocks.filter((each) => !isTable(each))) {
      const path = join(dir, "rct.toml");
      await Deno.writeTextFile(path, rctFile(body), { mode: 0o600 });
      const result = await loadRctConfig(path);
      assertEquals([result.ok ? [] : result.errors, result.warnings], [[], []], body);
      if (!result.ok || !body.includes("[translation]")) continue;
      assertEquals(result.config.translation?.outputs?.["automation"]?.users, { "12": "3" });
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("docs/outputs.md: the section of each language names its keys, all of them and no other", () => {
  const sections: Record<string, string[]> = {
    "Sur-Gard": ["sur-gard"],
    "Ademco 685": ["ademco-685"],
    "Bosch 6500": ["bosch-6500"],
    "DC-07 and Bosch SIA mode": ["dc07", "bosch-sia"],
    "DC-09": ["dc09"],
    "VdS 2465": ["vds2465-tcp"],
    "MQTT": ["mqtt"],
    "Webhook": ["webhook"],
  };
  assertEquals(Object.values(sections).flat().sort(), Object.keys(OUTPUT_LANGUAGES).sort());
  const ways: readonly string[] = ["role", "host", "port", "allow", "serial"];
  for (const [heading, languages] of Object.entries(sections)) {
    const keys = new Set(languages.flatMap((language) => OUTPUT_LANGUAGES[language]?.keys ?? []));
    // The ways of receivers' lines have a section of their own.
    const common = languages.some((language) => OUTPUT_LANGUAGES[language]?.ways.includes("listen"))
      ? ways
      : [];
    const own = [...keys].filter((key) => !common.includes(key));
    assertEquals(firstColumn(section(heading)).sort(), own.sort(), heading);
  }
});

Deno.test("docs/outputs.md: waits and heartbeats are those of the code, and every language is in the first table", () => {
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| (\w+) \| (\w+) \| .* \|$/gm)];
  const shown = Object.fromEntries(
    rows.map(([, language = "", wait, heartbeat]) => [language, [wait, heartbeat]]),
  );
  const expected = Object.entries(OUTPUT_LANGUAGES).map(([language, { waitMs, heartbeatMs, keys }]) => {
    const heartbeat = heartbeatMs > 0
      ? formatDuration(heartbeatMs)
      : keys.includes("heartbeat")
      ? "off"
      : "none";
    return [language, [formatDuration(waitMs), heartbeat]];
  });
  assertEquals(shown, Object.fromEntries(expected));
  for (const language of Object.keys(OUTPUT_LANGUAGES)) {
    assert(section("Which language for which AE").includes(`| \`${language}\``), language);
  }
});

Deno.test("docs/outputs.md: the words it says it says", () => {
  const at = '[[output]]\nname = "automation"\n';
  const said = [
    ...rctErrors(rctFile(`${at}language = "dc09"\ntext = true\n`)),
    ...rctErrors(rctFile(`${at}serial = "/dev/ttyS0,9600,8N1"\nport = 7\n`)),
    ...rctErrors(rctFile(`${at}[[route]]\nname = "r"\nmode = "by-account"\naccounts = ["1*:automation"]\n`)),
    ...rctErrors(
      rctFile(`${at}language = "dc09"\nhost = "ae"\nport = 7\n`)
        .replace("[[site]]\n", '[[site]]\nacknowledge = "pass-through"\n'),
    ),
  ].join("\n");
  const words = firstColumn(section("What is told when the file is wrong")).filter((each) =>
    !each.endsWith("…")
  );
  assertEquals(words.length, 5);
  for (const each of words) assert(said.includes(each), `${each} is not in:\n${said}`);
});

Deno.test("docs/outputs.md: links lead somewhere, and files that are named are there", async () => {
  for (const [, target = ""] of page.matchAll(/\]\(([\w./-]+)\)/g)) {
    assert(await Deno.stat(`${ROOT}docs/${target}`).then(() => true, () => false), target);
  }
  for (const [, path = ""] of page.matchAll(/`((?:adapters|src|docs)\/[\w./-]+)`/g)) {
    assert(await Deno.stat(`${ROOT}${path}`).then(() => true, () => false), path);
  }
});
