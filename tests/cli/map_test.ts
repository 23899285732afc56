import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const COMMAND = new URL("../../src/cli/map.ts", import.meta.url).href;
const CALL = `import { runMap } from ${JSON.stringify(COMMAND)}; Deno.exit(await runMap(Deno.args));`;

const SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const RCT = `name = "centre"
http = false
[identity]
device_id = "02000000000000000000000000000001"
[translation]
table = "sites.toml"
[[site]]
name = "shop-12"
device_id = "02000000000000000000000000000002"
output = "both"
account = "4711"
[[route]]
name = "both"
mode = "all"
outputs = ["automation", "old"]
[[output]]
name = "automation"
[[output]]
name = "wide"
line_digits = 3
port = 1031
[[output]]
name = "old"
language = "ademco-685"
port = 1026
[[output]]
name = "bosch"
language = "bosch-6500"
port = 1027
[[output]]
name = "dc"
language = "dc07"
port = 1028
[[output]]
name = "ip"
language = "dc09"
host = "127.0.0.1"
port = 1029
[[output]]
name = "vds"
language = "vds2465-tcp"
host = "127.0.0.1"
port = 1030
[[output]]
name = "bus"
language = "mqtt"
host = "127.0.0.1"
client_id = "rct"
[[output]]
name = "hook"
language = "webhook"
url = "http://127.0.0.1:8099/alarm"
secrets = ["whsec_${SECRET}"]
`;
const TABLE = `[outputs.old.zones]
15 = "115"
[outputs.old.accounts]
map = { 4711 = "0099" }
`;

/** Runs `tocsin map` in a process of its own, with the configuration above. */
async function map(args: string[], input = "", rct = RCT) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/rct.toml`, rct, { mode: 0o600 });
    await Deno.writeTextFile(`${folder}/sites.toml`, TABLE, { mode: 0o600 });
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--config", CONFIG, CALL, "--", "--config", `${folder}/rct.toml`, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    // A command that needs no input may have ended before it is written.
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
    const { code, stdout, stderr } = await child.output();
    const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [
      string,
      string,
    ];
    return { code, text, lines: text.split("\n").filter((line) => line !== ""), errors };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("map: every output, octet by octet", async () => {
  const { code, text, lines, errors } = await map(["--from", "contact-id", "130:15@1"]);
  assertEquals([code, errors], [0, ""]);
  assertEquals(lines[0], '1234 contact-id 130 new "Burglary" area 01 zone 015');
  for (
    const line of [
      "automation  sur-gard     5011 181234E13001015<DC4>",
      "wide        sur-gard     501001 181234E13001015<DC4>",
      "old         ademco-685   <LF>11 1234 18 E130 01 C115 <CR>",
      "bosch       bosch-6500   a011 123418113001015<DC4>",
      "vds         vds2465-tcp  0502110f00012202562143",
    ]
  ) assertStringIncludes(text, line);
  assertMatch(text, /dc {10}dc07 {9}<LF>[0-9A-F]{6}a\d{4}0101\[#1234\|18113001015\]<CR>/);
  assertMatch(text, /ip {10}dc09 {9}<LF>[0-9A-F]{4}0027"ADM-CID"\d{4}L0#1234\[#1234\|1130 01 015\]<CR>/);
  assertStringIncludes(text, "bus         mqtt         tocsin/alarm/1234 {");
  assertMatch(text, /hook {8}webhook {6}POST .*"account":"1234"/);
  assert(!text.includes(SECRET));
});

Deno.test("map: a site's outputs, with its account, the numbers of the table, and what is lost", async () => {
  const { code, lines } = await map(["--site", "shop-12", "--from", "sia", "--restore", "BA:15@1 Hall"]);
  assertEquals(lines.filter((line) => !line.includes("note:")), [
    '1234 sia BA new "Burglary Alarm" area 1 zone 15 text "Hall"',
    "  automation  sur-gard    S011[#4711|Nri1/BA15]<DC4>",
    '                          lost text: the text "Hall", as this output sends none',
    "  old         ademco-685  <LF>11 0099 18 E130 01 C115 <CR>",
    '                          lost text: the text "Hall"',
    '1234 sia BR restore "Burglary Restoral" area 1 zone 15 text "Hall"',
    "  automation  sur-gard    S011[#4711|Nri1/BR15]<DC4>",
    '                          lost text: the text "Hall", as this output sends none',
    "  old         ademco-685  <LF>11 0099 18 R130 01 C115 <CR>",
    "                          lost restore-kind: BR Burglary Restoral is sent as 3130, which does not say which " +
    "restore it was",
    '                          lost text: the text "Hall"',
  ]);
  assertEquals(code, 0);
});

Deno.test("map: a whole code table, in JSON, with the octets of each line", async () => {
  const { code, lines } = await map(["--output", "automation", "--from", "vds2465", "--codes", "--json"]);
  assertEquals(code, 0);
  const rows = lines.map((line) => JSON.parse(line));
  assert(rows.length > 70);
  const burglary = rows.find(({ events }) => events[0].code === "22");
  const [output] = burglary.outputs;
  assertEquals(output.lines.map(({ line }: { line: string }) => line), ["S011[#123456|Nri1/BA1]<DC4>"]);
  assertEquals(Uint8Array.fromHex(output.lines[0].bytes).at(-1), 0x14);
  assertEquals(output.lost.map(({ what }: { what: string }) => what), ["device"]);
  const unknown = rows.filter(({ outputs }) => outputs[0].unknown > 0);
  assert(unknown.length > 0, "codes without translation are counted");
});

Deno.test("map: event data, and events as JSON from tocsin decode or a webhook", async () => {
  const data = await map(["--output", "automation", "--from", "scancom", "--data", "1234155555557", "--hex"]);
  assertEquals(data.lines, [
    '1234 scancom 17 new "Alarm: fire" device 1',
    "  automation  sur-gard  80111234 1555 5555 7<DC4>",
    "                        38 30 31 31 31 32 33 34 20 31 35 35 35 20 35 35 35 35 20 37 14",
  ]);
  const event = { language: "sia", account: "1234", code: "OP", qualifier: "new", user: "7" };
  const read = await map(
    ["--output", "bosch", "--event", "-"],
    `${JSON.stringify({ events: [event] })}\n${JSON.stringify(event)}\n`,
  );
  assertEquals(read.lines.filter((line) => line.includes("bosch")), [
    "  bosch  bosch-6500  S011[#1234|NOP7]<DC4>",
    "  bosch  bosch-6500  S011[#1234|NOP7]<DC4>",
  ]);
});

Deno.test("map: what an output cannot say is told, with status 65", async () => {
  const { code, text } = await map(["--output", "ip", "--from", "sia", "--data", "#|NBA01"]);
  assertStringIncludes(text, "nothing is sent, bad-account: ");
  assertEquals(code, 65);
});

Deno.test("map: wrong arguments are answered in two lines, and a wrong configuration with its errors", async () => {
  const wrong: [args: string[], words: string][] = [
    [["--from", "sia"], "expected events, or --codes, or --data, or --event; found nothing"],
    [["--from", "morse", "SOS"], '--from: no language "morse": expected sia'],
    [["130"], "--from LANGUAGE is missing"],
    [
      ["--from", "contact-id", "--account", "12", "130"],
      '--account: expected 4 to 16 digits, or letters B to F, found "12"',
    ],
    [["--from", "contact-id", "BA"], 'code "BA": expected three digits'],
    [["--from", "contact-id", "130", "--site", "nowhere"], '--site: no site "nowhere": there is shop-12'],
    [["--from", "contact-id", "130", "--output", "x"], '--output: no output "x": there is automation'],
    [["--from", "vds2465", "--data", "xyz"], "--data: expected pairs of hex digits"],
    [["--from", "sia", "--outptu", "x", "BA"], "--outptu: unknown"],
    [["--event", "-"], "-: line 1: no JSON"],
  ];
  for (const [args, words] of wrong) {
    const { code, errors, text } = await map(args, "rubbish\n");
    assertEquals([code, text], [64, ""], args.join(" "));
    assertStringIncludes(errors, words);
    assertStringIncludes(errors, "\nAll options: tocsin map --help");
  }
  assertEquals((await map(["--event", "no-such-file"])).code, 66);
  const broken = await map(["--from", "sia", "BA"], "", RCT.replace('"both"', '"bth"'));
  assertEquals(broken.code, 78);
  assertStringIncludes(broken.errors, "did you mean both?");
});
