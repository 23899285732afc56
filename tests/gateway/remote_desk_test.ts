import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RemoteDesk } from "../../src/gateway/remote_desk.ts";
import {
  readEnvelope,
  type RemoteCommand,
  type RemoteOutcome,
  writeEnvelope,
} from "../../src/remote/envelope.ts";
import type { Result } from "../../src/ip/profile.ts";
import type { RctRequestEnd } from "../../src/session/rct_requests.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const order = { account: "1234", input: "galaxy", by: "operator 3", data: encode("CSA*1") };

/** A centre with three sites, and the SPTs' ends of its requests. */
class Centre {
  readonly asked: { site: string; command: RemoteCommand; answer: (end: RctRequestEnd) => void }[] = [];
  readonly logged: string[] = [];
  connected = true;
  readonly desk: RemoteDesk;

  constructor(waitMs?: number, enabled = true) {
    this.desk = new RemoteDesk({
      enabled,
      sites: new Map([["shop", true], ["bank", true], ["kiosk", false]]),
      connected: () => this.connected,
      ask: (site, data) => {
        const read = readEnvelope(data);
        assert(read.kind === "ours" && read.envelope.kind === "command");
        const { promise, resolve } = Promise.withResolvers<RctRequestEnd>();
        this.asked.push({ site, command: read.envelope, answer: resolve });
        return promise;
      },
      log: (level, rule, message, fields) =>
        void this.logged.push(JSON.stringify([level, rule, message, fields])),
      ...(waitMs === undefined ? {} : { waitMs }),
    });
  }

  /** The SPT's first answer to the command that was asked for last. */
  answer(result: Result, data?: Uint8Array): void {
    this.asked.at(-1)?.answer({
      kind: "answered",
      request: { kind: "poll", ref: "1" },
      result,
      ...(data === undefined ? {} : { data }),
    });
  }

  accept(): void {
    const { id = "" } = this.asked.at(-1)?.command ?? {};
    this.answer("RESP_ACKNOWLEDGE", writeEnvelope({ kind: "answer", id, accepted: true, detail: "" }));
  }

  outcome(change: Partial<RemoteOutcome> = {}): Uint8Array {
    const { id = "" } = this.asked.at(-1)?.command ?? {};
    return writeEnvelope({
      kind: "outcome",
      id,
      outcome: "done",
      detail: "",
      data: encode("SA1"),
      ...change,
    });
  }
}

Deno.test("a command is asked of the site, and its outcome comes back", async () => {
  const centre = new Centre();
  const end = centre.desk.command("shop", order);
  const [asked] = centre.asked;
  assert(asked !== undefined);
  const { id, ...command } = asked.command;
  assertEquals([asked.site, command], ["shop", { kind: "command", ...order }]);
  centre.accept();
  assert(centre.desk.take("shop", centre.outcome()));
  assertEquals(await end, { id, outcome: "done", detail: "", data: encode("SA1") });
  const fields = `{"site":"shop","command":"${id}","input":"galaxy","account":"1234","by":"operator 3"}`;
  assertEquals(centre.logged, [
    `["info","command","a command goes to the site",${fields}]`,
    `["info","command-done","the panel has confirmed it",${fields}]`,
  ]);
  // It comes once more: nobody waits, and the SPT is not told to repeat it.
  assert(centre.desk.take("shop", centre.outcome()));
  assertStringIncludes(centre.logged.at(-1) ?? "", "command-late");
  centre.desk.close();
});

Deno.test("the outcome may come before the SPT's first answer, or in it", async () => {
  const centre = new Centre();
  const first = centre.desk.command("shop", order);
  centre.desk.take("shop", centre.outcome({ outcome: "rejected", detail: "no such area" }));
  centre.accept();
  const { outcome, detail } = await first;
  assertEquals([outcome, detail], ["rejected", "no such area"]);
  const second = centre.desk.command("shop", order);
  centre.answer("RESP_ACKNOWLEDGE", centre.outcome({ outcome: "closed", detail: "gone" }));
  assertEquals((await second).outcome, "closed");
  centre.desk.close();
});

Deno.test("an SPT that does not want a command says why; one that knows no commands too", async () => {
  const centre = new Centre();
  const say = async (result: Result, data?: (id: string) => Uint8Array) => {
    const end = centre.desk.command("shop", order);
    centre.answer(result, data?.(centre.asked.at(-1)?.command.id ?? ""));
    const { outcome, detail } = await end;
    return `${outcome}: ${detail}`;
  };
  const refusal = (id: string) => writeEnvelope({ kind: "answer", id, accepted: false, detail: "no panel" });
  assertEquals(await say("RESP_PROCESS_ERROR", refusal), "rejected: no panel");
  assertStringIncludes(
    await say("RESP_CMD_NOT_SUPPORTED"),
    "rejected: the SPT refuses: it takes no commands: allow",
  );
  assertStringIncludes(
    await say("RESP_UNKNOWN_ERROR"),
    "rejected: the SPT refuses: it answers RESP_UNKNOWN_ERROR",
  );
  assertStringIncludes(await say("RESP_ACKNOWLEDGE"), "no-answer: the SPT took the octets as something else");
  assertStringIncludes(
    await say("RESP_ACKNOWLEDGE", () => encode("ok")),
    "no-answer: the SPT took the octets",
  );
});

Deno.test("no outcome in time: that it is not known is said, and with what is known; a late one is logged", async () => {
  const centre = new Centre(50);
  const silent = centre.desk.command("shop", order);
  centre.asked[0]?.answer({
    kind: "unanswered",
    request: { kind: "poll", ref: "1" },
    reason: "no answer after 5 transmissions",
  });
  const { outcome, detail } = await silent;
  assertEquals(outcome, "no-answer");
  assertEquals(
    detail,
    "no answer within 0.05 s: it is not known whether the command was carried out; the SPT did not answer " +
      "(no answer after 5 transmissions)",
  );
  const taken = centre.desk.command("shop", order);
  centre.accept();
  assertStringIncludes((await taken).detail, "the SPT has taken it, and told no outcome");
  assert(centre.desk.take("shop", centre.outcome({ detail: "at last" })));
  assertStringIncludes(centre.logged.at(-1) ?? "", "nobody waits for this outcome any more: done: at last");
});

Deno.test("an SPT that did not answer can still report the outcome", async () => {
  const centre = new Centre();
  const end = centre.desk.command("shop", order);
  centre.asked[0]?.answer({
    kind: "unanswered",
    request: { kind: "poll", ref: "1" },
    reason: "a new session",
  });
  // The words of the request come first.
  await Promise.resolve();
  centre.desk.take("shop", centre.outcome());
  assertEquals((await end).outcome, "done");
});

Deno.test("another site cannot end a command", async () => {
  const centre = new Centre();
  const end = centre.desk.command("shop", order);
  assert(centre.desk.take("bank", centre.outcome({ outcome: "done" })));
  centre.desk.take("shop", centre.outcome({ outcome: "rejected", detail: "truly" }));
  assertEquals((await end).detail, "truly");
});

Deno.test("nothing is sent where commands are off, and the reason names the setting", async () => {
  const off = new Centre(undefined, false);
  assertEquals(off.desk.refuses("shop")?.rule, "remote-off");
  const { outcome, detail } = await off.desk.command("shop", order);
  assertEquals(outcome, "rejected");
  assertStringIncludes(detail, "enabled = true under [remote]");
  const centre = new Centre();
  assertStringIncludes(
    (await centre.desk.command("kiosk", order)).detail,
    "remote = true under its [[site]]",
  );
  assertStringIncludes((await centre.desk.command("none", order)).detail, "no site of this name");
  assertStringIncludes((await centre.desk.command("shop", { data: new Uint8Array() })).detail, "empty");
  centre.connected = false;
  assertStringIncludes((await centre.desk.command("shop", order)).detail, "not connected: nothing was sent");
  assertEquals([off.asked, centre.asked], [[], []]);
  assert(centre.logged.every((line) => line.includes("command-rejected")));
});

Deno.test("eight commands to a site may be open; stopping ends them all", async () => {
  const centre = new Centre();
  const ends = Array.from({ length: 8 }, () => centre.desk.command("shop", order));
  assertStringIncludes((await centre.desk.command("shop", order)).detail, "8 commands to this site");
  ends.push(centre.desk.command("bank", order));
  centre.desk.close();
  for (const { outcome, detail } of await Promise.all(ends)) {
    assertEquals([outcome, detail.startsWith("the RCT stops")], ["no-answer", true]);
  }
  assertStringIncludes((await centre.desk.command("shop", order)).detail, "the RCT stops: nothing was sent");
});

Deno.test("a code is not logged, nor is an answer; octets of others are left to others", async () => {
  const centre = new Centre();
  const end = centre.desk.command("shop", { data: encode("?543210") });
  centre.desk.take("shop", centre.outcome({ data: encode("543210 ok") }));
  await end;
  const all = centre.logged.join("\n");
  assert(!all.includes("543210") && !all.includes(encode("543210").toHex()), all);
  assertStringIncludes(all, '"by":"not said"');
  assert(!centre.desk.take("shop", encode("raw")));
  assert(!centre.desk.take("shop", encode('{"tocsin":"outcome"}')));
});
