/** The pages in docs/adapters: what they show is what the programs print and take, and what they claim is there. */
import { assert, assertEquals } from "@std/assert";
import { contactIdQuirks } from "../../adapters/contact_id/mod.ts";
import type { Quirk } from "../../adapters/quirk.ts";
import { scancomQuirks } from "../../adapters/scancom/mod.ts";
import { siaQuirks } from "../../adapters/sia/mod.ts";
import { INPUT_FIELDS } from "../../src/config/input_config.ts";
import { INPUT_LANGUAGES, LANGUAGE_FIELDS } from "../../src/config/input_languages.ts";
import { parseRctConfig, parseSptConfig } from "../../src/config/load.ts";
import { RCT_FIELDS } from "../../src/config/rct_config.ts";
import { ROOT } from "../support/child.ts";

const FOLDER = `${ROOT}docs/adapters/`;
const SOURCE = new URL("../../", import.meta.url);
const pages = new Map<string, string>();
for (const { name } of Deno.readDirSync(FOLDER)) {
  if (name.endsWith(".md")) pages.set(name, Deno.readTextFileSync(`${FOLDER}${name}`));
}
const languages = Object.keys(INPUT_LANGUAGES);
/** Pages of languages: those of inputs, and the output's. */
const ofLanguages = [...languages, "sur-gard"].map((language) => `${language}.md`);
const page = (name: string) => pages.get(name) ?? "";

/** The fenced blocks of a page, in order. */
function blocks(text: string): { kind: string; body: string }[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind = "", body = ""]) => ({
    kind,
    body,
  }));
}

/** The names in the first column of the table under a heading, as far as they stand in backticks. */
function firstColumn(text: string, heading: string): string[] {
  const section = new RegExp(`^## ${heading}$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(text)?.[1] ?? "";
  return section.split("\n").filter((line) => line.startsWith("| `")).flatMap((line) =>
    [...(line.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)
  );
}

Deno.test("every language of an input has a page, the output too, and the overview names them all", () => {
  for (const name of ofLanguages) {
    assert(pages.has(name), `docs/adapters/${name} is missing`);
    assert(page("README.md").includes(`](${name})`), `README.md does not name ${name}`);
  }
  const known = ["README.md", "your-own.md", ...ofLanguages];
  for (const name of pages.keys()) assert(page("README.md").includes(name) || known.includes(name), name);
});

Deno.test("each page of a language has the same sections", () => {
  for (const name of ofLanguages) {
    const text = page(name);
    for (
      const section of [
        "Wiring",
        "In Tocsin",
        "What is acknowledged, and when",
        "Quirk profiles",
        "Evidence",
        "Traps",
      ]
    ) {
      assert(text.includes(`\n## ${section}\n`), `${name}: no section "${section}"`);
    }
    assert(
      /\n## In the (panel|device|automation software)\n/.test(text),
      `${name}: nothing to set at the other end`,
    );
  }
});

/** Runs a command of a page in a shell, with `tocsin` as it would be installed. */
async function shell(command: string): Promise<string> {
  const script = 'tocsin() { "$DENO" run --no-check --no-prompt --allow-read main.ts "$@"; }\n' + command;
  const { stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", script],
    cwd: SOURCE,
    env: { DENO: Deno.execPath(), NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "", command);
  return new TextDecoder().decode(stdout);
}

/** JSON texts, one behind the other, each of them an object that ends with a brace in the first column. */
function objects(text: string): unknown[] {
  return text.trim().split(/\n(?=\{)/).map((each) => timeless(JSON.parse(each)));
}

/** The same without what depends on the moment. */
function timeless(decoded: { events?: { id?: string; receivedAt?: string }[] }): unknown {
  for (const event of decoded.events ?? []) {
    delete event.id;
    delete event.receivedAt;
  }
  return decoded;
}

for (const [name, text] of pages) {
  const found = blocks(text);
  const commands = found.flatMap((block, at) =>
    block.kind === "sh" ? [{ command: block.body.trim(), next: found[at + 1] }] : []
  );

  Deno.test(`docs/adapters/${name}: each command prints what the page shows, and no other JSON is shown`, async () => {
    assert(commands.length > 0 || name === "your-own.md", "no example");
    for (const { command, next } of commands) {
      assert(next?.kind === "json", `${command}: no output below it`);
      assertEquals(objects(await shell(command)), objects(next.body), command);
    }
    assertEquals(found.filter(({ kind }) => kind === "json").length, commands.length);
  });

  Deno.test(`docs/adapters/${name}: every configuration shown is taken without a word`, () => {
    for (const { body } of found.filter(({ kind }) => kind === "toml")) {
      const result = body.includes("[[output]]") ? parseRctConfig(rctFile(body), "rct.toml") : parseSptConfig(
        sptFile(body),
        "spt.toml",
        { languages: ["my-panel"] },
      );
      assertEquals([result.ok ? [] : result.errors, result.warnings], [[], []], body);
    }
  });

  Deno.test(`docs/adapters/${name}: links lead somewhere, and files that are named are there`, async () => {
    for (const [, target = "", anchor = ""] of text.matchAll(/\]\(([\w./-]*)(#[\w-]*)?\)/g)) {
      const there = target === ""
        ? text
        : await Deno.readTextFile(`${FOLDER}${target}`).catch(() => undefined);
      assert(there !== undefined, `there is no ${target}`);
      const anchors = [...there.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
        "#" + title.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-")
      );
      if (anchor !== "") assert(anchors.includes(anchor), `${target}${anchor}`);
    }
    for (const [, path = ""] of text.matchAll(/`((?:adapters|tests|src|examples|docs)\/[\w./-]+)`/g)) {
      assert(await Deno.stat(new URL(path, SOURCE)).then(() => true, () => false), `there is no ${path}`);
    }
  });

  Deno.test(`docs/adapters/${name}: the vectors it counts are there, in that number and of that kind`, () => {
    const rows = [...text.matchAll(/^\| `(adapters\/(\w+)\/vectors\/\w+\.json)` \| (.*) \|$/gm)];
    if (ofLanguages.includes(name)) assert(rows.length > 0, "no evidence");
    for (const [, path = "", , claim = ""] of rows) {
      const vectors: { kind?: string }[] = JSON.parse(Deno.readTextFileSync(new URL(path, SOURCE)));
      const counts = new Map<string, number>();
      for (const { kind = "refused" } of vectors) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      assertEquals(claim, [...counts].map(([kind, count]) => `${count} ${kind}`).join("; "), path);
    }
    // Two pages share the folder of VdS 2465.
    const folder = rows[0]?.[2];
    if (folder === undefined || folder === "vds2465") return;
    const files = [...Deno.readDirSync(new URL(`adapters/${folder}/vectors/`, SOURCE))].map((each) =>
      each.name
    );
    assertEquals(rows.map(([, path = ""]) => path.split("/").at(-1)).sort(), files.sort());
  });
}

Deno.test("every key that a page describes exists in that language, and none of the language's keys is left out", () => {
  const common = Object.keys(INPUT_FIELDS).filter((key) => !Object.hasOwn(LANGUAGE_FIELDS, key));
  const overview = page("README.md");
  const described = firstColumn(overview, "Keys of every input");
  for (const key of described) assert(common.includes(key), `README.md: there is no key ${key}`);
  for (const key of common) assert(overview.includes(`\`${key}\``), `README.md does not name ${key}`);
  for (const [language, { keys }] of Object.entries(INPUT_LANGUAGES)) {
    const named = firstColumn(page(`${language}.md`), "In Tocsin");
    assertEquals(named.toSorted(), keys.toSorted(), `${language}.md`);
  }
  for (const key of firstColumn(page("sur-gard.md"), "In Tocsin")) {
    assert(Object.hasOwn(RCT_FIELDS.output, key), `sur-gard.md: there is no key ${key}`);
  }
});

const QUIRKS: readonly [file: string, folder: string, quirks: readonly Quirk[]][] = [
  ["sia.md", "sia", siaQuirks],
  ["contact-id.md", "contact_id", contactIdQuirks],
  ["scancom.md", "scancom", scancomQuirks],
];

Deno.test("every file in a quirks folder is in use, and there are no folders but those", async () => {
  const used = new Map(QUIRKS.map(([, folder, quirks]) => [folder, quirks.map(({ name }) => name)]));
  for await (const { name: folder, isDirectory } of Deno.readDir(new URL("adapters/", SOURCE))) {
    if (!isDirectory) continue;
    const quirks = new URL(`adapters/${folder}/quirks/`, SOURCE);
    const files = await Array.fromAsync(Deno.readDir(quirks)).catch(() => []);
    const names = files.map(({ name }) =>
      JSON.parse(Deno.readTextFileSync(new URL(name, quirks))).name as string
    );
    assertEquals(names.toSorted(), (used.get(folder) ?? []).toSorted(), folder);
  }
});

Deno.test("each quirk stands on its language's page, says whether it has to be named, and claims no more evidence than it has", () => {
  for (const [file, , quirks] of QUIRKS) {
    const [, section = ""] = page(file).split("\n## Quirk profiles\n");
    const rows = section.split("\n## ")[0]!.split("\n").filter((line) => line.startsWith("| `"));
    for (const { name, signs, transcripts } of quirks) {
      const row = rows.find((line) => line.startsWith(`| \`${name}\` |`));
      assert(row !== undefined, `${file} does not name the quirk ${name}`);
      assertEquals(row.includes("| by name"), signs.length === 0, `${file}: how ${name} is set`);
      const counts = new Map<string, number>();
      for (const { kind } of transcripts) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const claim = [...counts].map(([kind, count]) => `${count} ${kind}`).join("; ");
      assert(row.endsWith(`| ${claim} |`), `${file}: the transcripts of ${name} are ${claim}`);
      const [, evidence = ""] = page(file).split("\n## Evidence\n");
      const real = transcripts.some(({ kind }) => kind !== "constructed");
      if (!real) {
        assert(evidence.includes(`\`${name}\``), `${file}: that ${name} is constructed has to be said`);
      }
    }
  }
  for (const file of ["texecom.md", "vds2465-serial.md", "vds2465-tcp.md", "dc09.md"]) {
    assert(/\n## Quirk profiles\n\nNone/.test(page(file)), file);
  }
});

const ID = "00112233445566778899aabbccddeeff";

/** The shortest file around an input of a page; top-level keys of the page stay at the top. */
function sptFile(body: string): string {
  const [top = "", ...inputs] = body.split(/^(?=\[\[)/m);
  return `name = "docs"\n${top}
[rct]
host = "rct.example"

[identity]
device_id = "${ID}"

${inputs.join("")}`;
}

/** The same for an output: a site uses it. */
function rctFile(body: string): string {
  return `name = "docs"

[identity]
device_id = "${ID}"

[[site]]
name = "site"
device_id = "${ID.replace("00", "01")}"
output = "automation"

${body}`;
}
