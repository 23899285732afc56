import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const COMMAND = new URL("../../src/cli/translate.ts", import.meta.url).href;
const CALL = `import { runTranslate } from ${
  JSON.stringify(COMMAND)
}; Deno.exit(await runTranslate(Deno.args));`;

/** Runs `tocsin translate` in a process of its own. */
async function run(args: string[], input: string | Uint8Array = "") {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", CONFIG, CALL, "--", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // A command that needs no input may have ended before it is written.
  await writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  return { code, lines: text.split("\n").filter((line) => line !== ""), errors };
}

async function withFile(name: string, text: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/${name}`, text);
    await use(`${folder}/${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("translate: each event as it was, as it is sent, and what is lost", async () => {
  const { code, lines } = await run(
    ["--from", "contact-id", "--to", "sia"],
    "1234181131010158\r\n123418313001015C\r\n",
  );
  assertEquals(lines, [
    '1234 contact-id 131 new "Perimeter burglary" area 01 zone 015',
    '  sia   Nri1/BA15 "Perimeter burglary"',
    "  lost  sub-kind: 131 Perimeter burglary is sent as BA, which says less (subtype lost)",
    '1234 contact-id 130 restore "Burglary" area 01 zone 015',
    "  sia   Nri1/BH15",
  ]);
  assertEquals(code, 0);
});

Deno.test("translate: what cannot be read is refused with words and exit status 65; the rest goes on", async () => {
  const { code, lines } = await run(
    ["--from", "contact-id", "--to", "sia"],
    "no alarm\r\n123418113001015E\r\n",
  );
  assertEquals(code, 65);
  assert(lines[0]!.startsWith("refused at 0, "), lines[0]);
  assertEquals(lines.at(-1), "  sia   Nri1/BA15");
  const hex = await run(["--from", "vds2465", "--to", "sia", "--hex"], "05 0z");
  assertEquals(hex.code, 65);
  assertStringIncludes(hex.errors, '"z"');
});

Deno.test("translate: the language of the input goes as it came; control characters of a panel reach no terminal", async () => {
  const { lines } = await run(["--from", "sia-text", "--to", "sia"], "#1234|Nri1/BA5\n");
  assertEquals(lines[1], "  sia   as it came, byte for byte");
  const text = await run(
    ["--from", "vds2465", "--to", "sia", "--hex"],
    "05021103000122 0356214365 0354014e 1b",
  );
  // deno-lint-ignore no-control-regex
  assert(!/[\u0000-\u0009\u000b-\u001f]/.test(text.lines.join("\n")), JSON.stringify(text.lines));
});

Deno.test("translate --json: one object a line, with the whole form", async () => {
  const { lines } = await run(
    ["--from", "vds2465", "--to", "contact-id", "--hex", "--json"],
    "05021103000170 0356214365",
  );
  const [first] = lines.map((line) => JSON.parse(line));
  assertEquals(first.form, { messageType: "18", qualifier: "1", code: "150", group: "01", zone: "003" });
  assertEquals([first.known, first.account, first.event.code], [false, "123456", "70"]);
  assertEquals(first.lost.map(({ what }: { what: string }) => what), ["code", "device", "account-length"]);
});

Deno.test("translate --table: codes, numbers and accounts of one's own, from TOML and JSON, by output", async () => {
  const toml = [
    "[codes.contact-id.sia]",
    '131 = "PA"',
    "[zones]",
    "15 = 115",
    "[outputs.east.accounts]",
    'prefix = "50"',
    "length = 6",
    "",
  ].join("\n");
  await withFile("own.toml", toml, async (path) => {
    const args = ["--from", "contact-id", "--to", "sia", "--table", path];
    assertEquals((await run(args, "1234181131010158\r\n")).lines[1], "  sia   Nri1/PA115");
    const east = await run([...args, "--output", "east"], "1234183131010156\r\n");
    assertEquals(east.lines[1], "  sia   501234 Nri1/PH115");
    const west = await run([...args, "--output", "west"], "");
    assertEquals(west.code, 64);
    assertStringIncludes(west.errors, 'no output "west"');
  });
  await withFile("own.json", '{"accounts":{"map":{"123456":"77"}}}', async (path) => {
    const { lines } = await run(
      ["--from", "vds2465", "--to", "contact-id", "--hex", "--table", path],
      "05021103000122 0356214365",
    );
    assertEquals(lines.slice(1), [
      "  contact-id  77 1130 01 003",
      "  lost  device: device 1 has no place in the message",
    ]);
  });
});

Deno.test("translate --table: in one language an event goes as it came, unless a rule says something else of it", async () => {
  const toml = [
    "[codes.contact-id.contact-id]",
    '131 = "130"',
    "[zones]",
    "7 = 107",
    "[accounts.map]",
    '4321 = "99"',
    "",
  ].join("\n");
  await withFile("own.toml", toml, async (path) => {
    const args = ["--from", "contact-id", "--to", "contact-id", "--table", path];
    const input = "1234181131010158\r\n123418313001015C\r\n1234181130010073\r\n432118113001015E\r\n";
    const { lines } = await run(args, input);
    assertEquals(lines.filter((line) => line.startsWith("  ")), [
      "  contact-id  1130 01 015",
      "  contact-id  as it came, byte for byte",
      "  contact-id  1130 01 107",
      "  contact-id  99 as it came but for the account",
    ], lines.join("\n"));
    const json = await run([...args, "--json"], input);
    assertEquals(json.lines.map((line) => JSON.parse(line).asItCame), [false, true, false, false]);
    const codes = await run(["--codes", ...args]);
    assertEquals(codes.lines, ["131    1130           own Perimeter burglary"]);
  });
  const without = await run(["--codes", "--from", "sia", "--to", "sia"]);
  assertEquals(without.code, 64);
  assertStringIncludes(without.errors, "one's own table");
});

Deno.test("translate --table: every fault of a table is named with its place, before anything is read", async () => {
  await withFile("own.json", '{"zone":{},"codes":{"sia":{"contact-id":{"BA":"x"}}}}', async (path) => {
    const { code, errors, lines } = await run(["--from", "sia-text", "--to", "sia", "--table", path], "");
    assertEquals([code, lines.length], [65, 0]);
    assertStringIncludes(errors, "own.json: zone: there is no setting zone");
    assertStringIncludes(errors, "own.json: codes.sia.contact-id.BA: ");
  });
  await withFile("own.toml", "zones = [", async (path) => {
    const { code, errors } = await run(["--from", "sia-text", "--to", "sia", "--table", path], "");
    assertEquals(code, 65);
    assertStringIncludes(errors, "own.toml is not TOML");
  });
  const missing = await run(["--from", "sia-text", "--to", "sia", "--table", "not/there.json"]);
  assertEquals(missing.code, 66);
});

Deno.test("translate --codes: the whole table, with what one's own table changes in it", async () => {
  const { lines, code } = await run(["--codes", "--from", "vds2465", "--to", "contact-id"]);
  assertEquals([lines.length, code], [79, 0]);
  assert(lines.some((line) => /^22 +1130 \/ 3130 +C +Burglary$/.test(line)), lines.join("\n"));
  await withFile("own.json", '{"codes":{"vds2465":{"contact-id":{"22":"131","05":"140"}}}}', async (path) => {
    const own = await run(["--codes", "--from", "vds2465", "--to", "contact-id", "--table", path]);
    assertEquals(own.lines.length, 80);
    assertEquals(own.lines.filter((line) => /^\S+ +\S+ +own /.test(line)).length, 2);
  });
});

Deno.test("translate: arguments that cannot be used are named, with exit status 64", async () => {
  const wrong: [string[], string][] = [
    [["--from", "sia"], "--to LANGUAGE is missing"],
    [["--to", "sia"], "--from LANGUAGE is missing"],
    [["--from", "morse", "--to", "sia"], 'no language "morse"'],
    [["--from", "sia", "--to", "morse"], 'no language "morse"'],
    [["--codes", "--from", "dc09", "--to", "sia"], "--codes wants two of"],
    [["--from", "sia", "--to", "contact-id", "--tabel", "x"], "--tabel"],
  ];
  const results = await Promise.all(wrong.map(([args]) => run(args)));
  for (const [i, { code, errors }] of results.entries()) {
    assertEquals(code, 64);
    assertStringIncludes(errors, wrong[i]![1]);
  }
  const help = await run(["--help"]);
  assertEquals(help.code, 0);
  assertStringIncludes(help.lines.join("\n"), "--table FILE");
});
