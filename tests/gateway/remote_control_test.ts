import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandResult, PanelCommand } from "../../adapters/contract.ts";
import { RemoteControl, type RemotePanel, type TransparentAnswer } from "../../src/gateway/remote_control.ts";
import { readEnvelope, type RemoteEnvelope, writeEnvelope } from "../../src/remote/envelope.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function command(
  id: string,
  data = "CSA*1",
  more: { account?: string; input?: string; by?: string } = {},
): Uint8Array {
  return writeEnvelope({ kind: "command", id, data: encode(data), ...more });
}

function result(outcome: CommandResult["outcome"], detail = "", data = ""): CommandResult {
  return { kind: "command-result", id: "the session's", outcome, detail, data: encode(data) };
}

function envelope(octets: Uint8Array | undefined): RemoteEnvelope {
  const read = readEnvelope(octets ?? new Uint8Array());
  assert(read.kind === "ours");
  return read.envelope;
}

/** What an answer says, in short. */
function said({ result, data }: TransparentAnswer): string {
  const it = envelope(data);
  if (it.kind === "answer") return `${result} ${it.id} ${it.accepted ? "accepted" : it.detail}`;
  assert(it.kind === "outcome");
  return `${result} ${it.id} ${it.outcome} ${it.detail} ${new TextDecoder().decode(it.data)}`.trim();
}

/** A site with one panel, which is asked for by account 1234. */
class Site {
  readonly sent: { command: PanelCommand; done: (result: CommandResult) => void }[] = [];
  readonly reported: Uint8Array[] = [];
  readonly logged: string[] = [];
  readonly asked: (string | undefined)[][] = [];
  panel: RemotePanel = { input: "galaxy", send: (command, done) => void this.sent.push({ command, done }) };
  readonly control = new RemoteControl({
    find: (account, input) => {
      this.asked.push([account, input]);
      return account === "9999" ? { why: "no panel has account 9999" } : this.panel;
    },
    report: (octets) => void this.reported.push(octets),
    log: (level, rule, message, fields) =>
      void this.logged.push(JSON.stringify([level, rule, message, fields])),
  });

  take(octets: Uint8Array): string {
    return said(this.control.take(octets));
  }
}

Deno.test("a command goes to the panel that is found; its outcome is reported when it is known", () => {
  const site = new Site();
  const octets = command("7", "CSA*1", { account: "1234", input: "galaxy", by: "operator 3" });
  assertEquals(site.take(octets), "RESP_ACKNOWLEDGE 7 accepted");
  assertEquals(site.asked, [["1234", "galaxy"]]);
  const [sent] = site.sent;
  assertEquals(sent?.command, { id: "7", data: encode("CSA*1") });
  assertEquals([site.reported.length, site.control.open], [0, 1]);
  sent?.done(result("done", "", "SA1"));
  assertEquals(site.reported.map(envelope), [
    { kind: "outcome", id: "7", outcome: "done", detail: "", data: encode("SA1") },
  ]);
  assertEquals(site.control.open, 0);
  const fields = '{"command":"7","input":"galaxy","account":"1234","by":"operator 3"}';
  assertEquals(site.logged, [
    `["info","command","a command of the RCT goes to the panel",${fields}]`,
    `["info","command-done","the panel has confirmed it",${fields}]`,
  ]);
});

Deno.test("a command that comes again is not carried out again, but answered with what is known", () => {
  const site = new Site();
  site.take(command("7"));
  assertEquals(site.take(command("7")), "RESP_ACKNOWLEDGE 7 accepted");
  site.sent[0]?.done(result("rejected", "no such area"));
  // Another word of the session changes nothing.
  site.sent[0]?.done(result("done"));
  assertEquals(site.take(command("7")), "RESP_ACKNOWLEDGE 7 rejected no such area");
  assertEquals([site.sent.length, site.reported.length], [1, 1]);
  // One that was refused stays refused, though the panel is there now.
  const before = site.panel;
  const away = new Site();
  away.panel = { input: "x", send: () => {} };
  assertEquals(
    away.take(command("8", "CSA*1", { account: "9999" })),
    "RESP_PROCESS_ERROR 8 no panel has account 9999",
  );
  away.panel = before;
  assertEquals(away.take(command("8")), "RESP_PROCESS_ERROR 8 no panel has account 9999");
});

Deno.test("an outcome that is known at once is the answer, and not reported besides", () => {
  const site = new Site();
  site.panel = {
    input: "galaxy",
    send: (_, done) => done(result("rejected", "this input takes no commands")),
  };
  assertEquals(site.take(command("7")), "RESP_ACKNOWLEDGE 7 rejected this input takes no commands");
  assertEquals([site.reported, site.control.open], [[], 0]);
});

Deno.test("eight commands may be open, the ninth is refused and not carried out later either", () => {
  const site = new Site();
  for (let n = 0; n < 8; n++) assertEquals(site.take(command(`${n}`)), `RESP_ACKNOWLEDGE ${n} accepted`);
  assertStringIncludes(site.take(command("8")), "RESP_PROCESS_ERROR 8 8 commands have no outcome yet");
  site.sent[0]?.done(result("done"));
  assertStringIncludes(site.take(command("8")), "RESP_PROCESS_ERROR 8");
  assertEquals(site.take(command("9")), "RESP_ACKNOWLEDGE 9 accepted");
  assertEquals(site.sent.length, 9);
});

Deno.test("the outcomes of 256 commands are remembered, the oldest is forgotten", () => {
  const site = new Site();
  let sends = 0;
  site.panel = { input: "galaxy", send: (_, done) => (sends++, done(result("done"))) };
  for (let n = 0; n <= 256; n++) site.take(command(`${n}`));
  assertEquals(sends, 257);
  site.take(command("1"));
  site.take(command("256"));
  assertEquals(sends, 257);
});

Deno.test("what is no command is not supported; what cannot be read is refused in words", () => {
  const site = new Site();
  assertEquals(site.control.take(encode("tocsin probe")), { result: "RESP_CMD_NOT_SUPPORTED" });
  const outcome = writeEnvelope({
    kind: "outcome",
    id: "7",
    outcome: "done",
    detail: "",
    data: new Uint8Array(),
  });
  assertEquals(site.control.take(outcome), { result: "RESP_CMD_NOT_SUPPORTED" });
  assertStringIncludes(
    site.take(encode('{"tocsin":"command","id":"1"}')),
    "cannot read the command: data is not",
  );
  assertEquals(site.sent, []);
});

Deno.test("code of an input that throws stops nothing, and its message is not passed on", () => {
  const site = new Site();
  site.panel = {
    input: "own",
    send: () => {
      throw new Error("bad octets 543210");
    },
  };
  assertStringIncludes(
    site.take(command("7", "?543210")),
    "7 no-answer the SPT has a fault: it is not known",
  );
  const lost = new RemoteControl({
    find: () => {
      throw new Error("gone");
    },
    report: () => {},
    log: () => {},
  });
  assertStringIncludes(said(lost.take(command("7"))), "RESP_PROCESS_ERROR 7 the SPT has a fault");
  assert(!site.logged.join().includes("543210"));
});

Deno.test("neither a command nor the panel's answer is logged", () => {
  const site = new Site();
  site.take(command("7", "?543210"));
  site.sent[0]?.done(result("done", "", "secret answer"));
  site.take(command("8", "?543210", { account: "9999" }));
  const all = site.logged.join("\n");
  assertEquals(site.logged.length, 3);
  for (const secret of ["543210", encode("543210").toHex(), "secret", encode("secret").toHex()]) {
    assert(!all.includes(secret), all);
  }
});

Deno.test("an answer longer than can be carried is cut, and that is said", () => {
  const site = new Site();
  site.take(command("7"));
  site.sent[0]?.done(result("done", "", "x".repeat(300)));
  const it = envelope(site.reported[0]);
  assert(it.kind === "outcome");
  assertEquals(it.data.length, 255);
  assertEquals(it.detail, "the panel answered 300 octets, the first 255 are here");
});
