/** Modules named by path: what is loaded, and what is said of those that cannot be. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OutsideAdapterError } from "../../src/gateway/outside_adapter_error.ts";
import { loadAdapters } from "../../src/gateway/outside_adapters.ts";
import { ROOT, WorkFolder } from "../support/child.ts";

/** A module's text: an adapter with the members given, and no others. */
function module(members: Record<string, string>, session = ""): string {
  const fields = { name: '"my-panel"', contract: "1", session: "() => new Session()", ...members };
  const written = Object.entries(fields).filter(([, value]) => value !== "");
  return `class Session {
    feed() { return []; }
    tick() { return []; }
    settle() { return []; }
    end() { return []; }
    ${session}
  }
  export const adapter = { ${written.map(([key, value]) => `${key}: ${value}`).join(", ")} };\n`;
}

async function load(text: string, file = "panel.ts") {
  await using folder = await WorkFolder.make();
  await folder.write(file, text);
  return await loadAdapters([`./${file}`], `${ROOT}${folder.path}`);
}

async function refusal(text: string): Promise<OutsideAdapterError> {
  return await assertRejects(() => load(text), OutsideAdapterError);
}

Deno.test("a module is found from the folder of the configuration, by absolute path too, whatever is in the path", async () => {
  await using folder = await WorkFolder.make();
  await Deno.mkdir(`${ROOT}${folder.path}/a b#c?d%20`);
  await folder.write("a b#c?d%20/panel.ts", module({}));
  await folder.write("other.js", module({ name: '"other-2"' }));
  const adapters = await loadAdapters(
    ["a b#c?d%20/panel.ts", `${ROOT}${folder.path}/other.js`],
    `${ROOT}${folder.path}`,
  );
  assertEquals(adapters.map(({ name }) => name), ["my-panel", "other-2"]);
  assertEquals(adapters[0]!.session({}).feed(Uint8Array.of(1), 0), []);
  assertEquals(await loadAdapters([], folder.path), []);
});

Deno.test("the adapter is an export by that name, or the default", async () => {
  const [named] = await load(module({}));
  const [byDefault] = await load(module({}).replace("export const adapter =", "export default"));
  assertEquals([named?.name, byDefault?.name], ["my-panel", "my-panel"]);
});

Deno.test("what a session does comes through, and only what the contract names", async () => {
  const [adapter] = await load(
    module({}, 'settle() { return [{ kind: "close", reason: "bye", extra: 1 }]; }'),
  );
  assertEquals(adapter!.session({}).settle(1, "accepted", 0), [{ kind: "close", reason: "bye" }]);
});

Deno.test("options reach the session, and an adapter may be an object with state of its own", async () => {
  const text = module(
    {
      account: '""',
      session:
        "function (options) { this.account = options.defaultAccount; return new Session(this.account); }",
    },
    `constructor(account) { this.account = account; }
    end() { return [{ kind: "poll", account: this.account, detail: "" }]; }`,
  );
  const [adapter] = await load(text);
  assertEquals(adapter!.session({ defaultAccount: "7" }).end(0), [{
    kind: "poll",
    account: "7",
    detail: "",
  }]);
});

/** Each mistake, the rule it has, and what is said of it. */
const MISTAKES: readonly [what: string, text: string, rule: string, words: string[]][] = [
  ["not TypeScript", "export const adapter = {", "not-loadable", ["a module", "deno check ./panel.ts"]],
  ["an error while loading", 'throw new Error("no table");', "not-loadable", ["no table"]],
  ["no export", "const adapter = 1;", "no-adapter", ["no export at all", "write export const adapter"]],
  ["another export", "export const panel = {};", "no-adapter", ['"panel"']],
  ["a text", 'export const adapter = "x";', "no-adapter", ['found "x"']],
  ["no name", module({ name: "" }), "bad-name", ["found nothing", '"my-panel"']],
  ["a name with capitals", module({ name: '"MyPanel"' }), "bad-name", ['"MyPanel"']],
  ["a name of ours", module({ name: '"sia"' }), "name-taken", ['"sia"', '"my-sia"']],
  ["a name of the command line", module({ name: '"auto"' }), "name-taken", ['"auto"']],
  ["no contract", module({ contract: "" }), "wrong-contract", [
    "contract 1",
    "found nothing",
    "write contract: 1",
  ]],
  ["a newer contract", module({ contract: "2" }), "wrong-contract", ["contract 1", "the number 2"]],
  ["a contract in quotes", module({ contract: '"1"' }), "wrong-contract", ['found "1"']],
  ["no session", module({ session: "" }), "bad-session", ["a function", "found nothing"]],
  ["a session that is no function", module({ session: "{}" }), "bad-session", ["an object"]],
  ["a session that throws", module({ session: '() => { throw new Error("late"); }' }), "bad-session", [
    "late",
  ]],
  ["a session of nothing", module({ session: "() => undefined" }), "bad-session", ["no feed()"]],
  ["a session without settle()", module({}, "settle = undefined;"), "bad-session", ["no settle()"]],
  ["feed() that throws", module({}, 'feed() { throw new Error("oops"); }'), "bad-session", ["feed(): oops"]],
  ["noise that throws", module({}, "feed(b) { return b.length ? null : []; }"), "bad-session", [
    "feed()",
    "null",
  ]],
  ["tick() without answer", module({}, "tick() {}"), "bad-session", ["tick()", "found nothing"]],
  ["settle() that is async", module({}, "async settle() { return []; }"), "bad-session", [
    "must not be async",
  ]],
  ["end() with a wrong effect", module({}, 'end() { return [{ kind: "ack" }]; }'), "bad-session", ['"ack"']],
  ["a bad nextTick", module({}, 'nextTick = "soon";'), "bad-session", ["nextTick", '"soon"']],
];

for (const [what, text, rule, words] of MISTAKES) {
  Deno.test(`refused, with what to do about it: ${what}`, async () => {
    const error = await refusal(text);
    assertEquals([error.rule, error.file], [rule, "./panel.ts"]);
    for (const word of ['adapter "./panel.ts": ', "expected", ...words]) {
      if (word === "expected" && error.message.includes("failed a trial")) continue;
      assertStringIncludes(error.message, word);
    }
  });
}

Deno.test("refused: no such file, a folder, an address, nothing", async () => {
  await using folder = await WorkFolder.make();
  await Deno.mkdir(`${ROOT}${folder.path}/folder.ts`);
  for (
    const [path, rule] of [
      ["./missing.ts", "file-not-readable"],
      ["./folder.ts", "file-not-readable"],
      ["https://example.org/panel.ts", "not-a-path"],
      ["npm:panel", "not-a-path"],
      ["data:text/javascript,export default 1", "not-a-path"],
      ["", "not-a-path"],
    ] as const
  ) {
    const error = await assertRejects(
      () => loadAdapters([path], `${ROOT}${folder.path}`),
      OutsideAdapterError,
    );
    assertEquals([error.rule, error.file], [rule, path]);
    assertStringIncludes(error.message, "from the folder of the configuration");
  }
});

Deno.test("refused: two adapters of one name", async () => {
  await using folder = await WorkFolder.make();
  await folder.write("one.ts", module({}));
  await folder.write("two.ts", module({}));
  const error = await assertRejects(
    () => loadAdapters(["./one.ts", "./two.ts"], `${ROOT}${folder.path}`),
    OutsideAdapterError,
  );
  assertEquals([error.rule, error.file], ["name-taken", "./two.ts"]);
  assertStringIncludes(error.message, '"./one.ts"');
});

Deno.test("a rejected promise of a session in its trial does not end the process", async () => {
  const error = await refusal(module({}, 'async feed() { throw new Error("unheard"); }'));
  assert(error.message.includes("must not be async"));
  // An unhandled rejection would fail this test once the event loop turns.
  await new Promise((resolve) => setTimeout(resolve, 0));
});
