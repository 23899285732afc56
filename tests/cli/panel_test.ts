import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { contactId } from "../../adapters/contact_id/mod.ts";
import { dc09 } from "../../adapters/dc09/mod.ts";
import { sia } from "../../adapters/sia/mod.ts";
import { runPanel } from "../../src/cli/panel.ts";
import { ptyTest, Wire } from "../serial/pty.ts";
import { answer, Receiver } from "../simulator/receiver.ts";
import { Child, WorkFolder } from "../support/child.ts";
import { freePort } from "../../src/demo/free_port.ts";

/** Runs it in a process of its own, with the right to use the network and nothing else. */
function panel(args: string[], rights = ["--allow-net"]): Child {
  return new Child(["run", "--quiet", "--no-prompt", ...rights, "main.ts", "panel", ...args]);
}

/** The rows, without times of day and ports. */
function rows(child: Child): string[] {
  return child.out.trimEnd().split("\n").map((row) =>
    row.replace(/after \d+ ms|127\.0\.0\.1:\d+/, "…").trim()
  );
}

Deno.test("alarms are told line by line, and the exit status is 0 when all are acknowledged", async () => {
  await using receiver = new Receiver(sia);
  await using child = panel([
    "sia",
    "--to",
    `127.0.0.1:${receiver.port}`,
    "--alarm",
    "BA:3@1 Hall",
    "--alarm=RP",
  ]);
  assertEquals(await child.status(), 0, child.err);
  assertEquals(rows(child), [
    "- connected     to …",
    "1 sent          #1234",
    "1 sent          Nri1/BA3",
    "1 sent          AHall",
    "1 acknowledged  …",
    "1 sent          0",
    "2 sent          #1234",
    "2 sent          NRP",
    "2 acknowledged  …",
    "2 sent          0",
    "- disconnected  the panel has finished",
    "sent 2, acknowledged 2, refused 0, unanswered 0",
  ]);
  assertEquals([...new Set(receiver.codes)], ["BA 3", "RP"]);
});

Deno.test("a panel that asks for encryption says so in front, on each connection", async () => {
  await using receiver = new Receiver(sia);
  await using child = panel(["sia", "--to", `127.0.0.1:${receiver.port}`, "--alarm", "BA", "--encrypted"]);
  assertEquals(await child.status(), 1, child.out);
  assertEquals(rows(child).slice(0, 2), [
    "- connected     to …",
    "- sent          05 01 81 …: asks for an encrypted session",
  ]);
});

Deno.test("random alarms are the same for the same seed", async () => {
  const runs: string[][] = [];
  for (let run = 0; run < 2; run++) {
    await using receiver = new Receiver(contactId);
    const to = ["--to", `127.0.0.1:${receiver.port}`];
    await using child = panel(["contact-id", ...to, "--random", "10", "--seed", "7", "--every", "1ms"]);
    assertEquals(await child.status(), 0, child.err);
    assertStringIncludes(child.out, "random alarms of --seed 7\n");
    assertEquals(receiver.alarms.length, 10);
    runs.push(rows(child).filter((row) => row.includes(" sent ")));
  }
  assertEquals(runs[0], runs[1]);
});

Deno.test("a script is done, with faults, and what the receiver refuses makes the exit status 1", async () => {
  await using folder = await WorkFolder.make();
  await folder.write("night.txt", "alarm BA:3\nwait 10ms\nrestore BA:3\ndrop\nalarm FA:1\n");
  let failures = 0;
  await using receiver = new Receiver(sia, () => {
    if (failures > 0) throw new Error("disk full");
  });
  const args = ["sia", "--to", `127.0.0.1:${receiver.port}`, "--script", `${folder.path}/night.txt`];
  const rights = ["--allow-net", `--allow-read=${folder.path}`];
  {
    await using child = panel([...args, "--split", "--bad-parity", "3", "--repeat"], rights);
    assertEquals(await child.status(), 0, child.out + child.err);
    assertStringIncludes(child.out, "spoiled");
    assertStringIncludes(child.out, "(2nd time)");
    assertStringIncludes(child.out, "sent 6, acknowledged 6, refused 0, unanswered 0\n");
  }
  failures = 1;
  await using child = panel(args, rights);
  assertEquals(await child.status(), 1, child.out + child.err);
  assertStringIncludes(child.out, "sent 3, acknowledged 0, refused 3, unanswered 0\n");
});

Deno.test("a panel that listens says where, and a receiver that stays mute makes the exit status 1", async () => {
  const port = freePort("tcp");
  await using child = panel([
    "contact-id",
    "--listen",
    `${port}`,
    "--alarm",
    "130",
    "--wait",
    "50ms",
    "--tries",
    "2",
  ]);
  await child.shows(`waiting for the receiver on port ${port}`);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  assertEquals(await child.status(), 1, child.err);
  assertStringIncludes(child.out, "no answer     no-answer: ");
  assertStringIncludes(child.out, "sent 1, acknowledged 0, refused 0, unanswered 1\n");
  conn.closeWrite();
});

ptyTest(
  "a serial line is opened with the right to, and without it the message says what is missing",
  async () => {
    await using wire = await Wire.make();
    const receiver = wire.panel().then((conn) => answer(conn, sia.session({})));
    const args = ["sia", "--serial", `${wire.device},9600,8N1`, "--alarm", "BA:3"];
    {
      await using child = panel(args, ["--allow-ffi", "--allow-read", "--allow-write"]);
      assertEquals(await child.status(), 0, child.out + child.err);
      assertStringIncludes(child.out, `connected     to ${wire.device}`);
    }
    await using child = panel(args, []);
    assertEquals(await child.status(), 69);
    assertStringIncludes(child.err, "tocsin-serial");
    await wire.unplug();
    assertEquals((await receiver).map(({ code }) => code), ["BA"]);
  },
);

Deno.test("no key is shown, neither a good nor a bad one", async () => {
  const key = "00112233445566778899AABBCCDDEEFF0011223344556677";
  await using receiver = new Receiver(dc09);
  const to = ["dc09", "--to", `127.0.0.1:${receiver.port}`, "--alarm", "BA"];
  await using good = panel([...to, "--key", key, "--wait", "100ms"]);
  await using bad = panel([...to, "--key", `${key}1`]);
  assertEquals([await good.status(), await bad.status()], [1, 64], "the receiver has no key");
  for (const { out, err } of [good, bad]) assert(!(out + err).includes(key.slice(0, 16)));
});

/** Runs it in this process, with what it writes caught. */
async function caught(args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { log, error } = console;
  const said = { out: "", err: "" };
  console.log = (text: string) => void (said.out += `${text}\n`);
  console.error = (text: string) => void (said.err += `${text}\n`);
  try {
    return { code: await runPanel(args), ...said };
  } finally {
    Object.assign(console, { log, error });
  }
}

Deno.test("--help is the help, on standard output", async () => {
  const { code, out } = await caught(["sia", "--help"]);
  assertEquals(code, 0);
  for (const word of ["--drop-after", "vds2465-tcp", "Exit status"]) assertStringIncludes(out, word);
});

Deno.test("a port that is taken cannot be listened on: 69", async () => {
  using taken = Deno.listen({ port: 0 });
  const { code, err } = await caught(["sia", "--listen", `${taken.addr.port}`, "--alarm", "BA"]);
  assertEquals(code, 69);
  assertStringIncludes(err, "tocsin panel: another program has the port");
});

ptyTest("a serial line that is not there ends it at once, with the reason: 69", async () => {
  const { code, out, err } = await caught(["sia", "--serial", "/dev/no-such-line,9600,8N1", "--alarm", "BA"]);
  assertEquals([code, out], [69, ""]);
  assertStringIncludes(err, "no such device /dev/no-such-line");
});

const TO = ["--to", "127.0.0.1:1"];
const WRONG: [args: string[], words: string][] = [
  [[], "LANGUAGE is missing: expected sia, "],
  [["klingon", ...TO], 'no language "klingon"'],
  [["sia", "more", ...TO, "--alarm", "BA"], '"more": expected one language'],
  [["sia", "--alarm", "BA"], "one of --to"],
  [["sia", ...TO, "--listen", "1", "--alarm", "BA"], "one of --to"],
  [["sia", "--to", "localhost", "--alarm", "BA"], "HOST:PORT"],
  [["sia", "--listen", "0", "--alarm", "BA"], "--listen: expected a TCP port"],
  [["sia", "--serial", "/dev/ttyUSB0,9600", "--alarm", "BA"], '--serial: line "/dev/ttyUSB0,9600"'],
  [["sia", "--udp", ...TO, "--alarm", "BA"], "--udp means nothing in sia"],
  [["texecom", "--no-crlf", ...TO, "--alarm", "130"], "--no-crlf means nothing in texecom"],
  [["dc09", "--udp", "--listen", "1", "--alarm", "BA"], "--udp goes with --to"],
  [["sia", ...TO], "nothing to send"],
  [["sia", ...TO, "--alarm", "BA:"], "--alarm: expected CODE"],
  [["sia", ...TO, "--alarm"], "--alarm"],
  [["sia", ...TO, "--alarm", "130"], "two capital letters"],
  [["sia", ...TO, "--random", "many"], '--random: expected a whole number from 1 to 100000; found "many"'],
  [["sia", ...TO, "--random", "1", "--every", "soon"], "--every: expected a duration"],
  [["sia", ...TO, "--random", "1", "--slow", "0"], "--slow: expected a whole number"],
  [["sia", ...TO, "--random", "1", "--account", "12 34"], 'account "12 34"'],
  [["sia", ...TO, "--random", "1", "--random", "2"], "--random: given more than once"],
  [["sia", ...TO, "--random", "1", "--colour"], "--colour: unknown"],
  [["sia", ...TO, "--script", "no/such/file"], "cannot read no/such/file"],
  [["scancom", ...TO, "--alarm", "9"], "channel"],
  [["scancom", ...TO, "--alarm", "17", "--channels", "16"], "1 to 16"],
  [["scancom", ...TO, "--alarm", "1", "--channels", "12"], "--channels: expected 8, 16, 24 or 32"],
  [["dc09", ...TO, "--alarm", "BA", "--time"], "--time means nothing in dc09"],
];

for (const [args, words] of WRONG) {
  Deno.test(`wrong arguments, 64: ${args.join(" ")}`, async () => {
    const { code, err } = await caught(args);
    assertEquals(code, 64);
    const [first = "", ...rest] = err.trimEnd().split("\n");
    assertStringIncludes(first, words);
    // A page of help would push what was wrong off the screen.
    if (args.length === 0) assertStringIncludes(err, "Exit status");
    else assertEquals(rest, ["All options: tocsin panel --help"]);
  });
}

Deno.test("a wrong script is refused with its line", async () => {
  await using folder = await WorkFolder.make();
  await folder.write("night.txt", "alarm BA\n\nalrm BA\n");
  const { code, err } = await caught(["sia", ...TO, "--script", `${folder.path}/night.txt`]);
  assertEquals(code, 64);
  assertStringIncludes(err, 'night.txt, line 3: "alrm": expected alarm, restore, random, wait or drop');
});
