import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { addSite } from "../../src/cli/init_files.ts";
import { formatConfigError } from "../../src/config/config_error.ts";
import { loadRctConfig, parseRctConfig } from "../../src/config/load.ts";
import { change, RCT, rctErrors } from "./samples.ts";

/** Two more outputs; a route's lines begin on line 14. */
const OUTPUTS = '[[output]]\nname = "east"\nport = 1026\n[[output]]\nname = "west"\nport = 1027\n';
const TWO = change(RCT, "[[site]]", `${OUTPUTS}[[site]]`);
const withRoutes = (...lines: string[]) =>
  change(TWO, "[[site]]", `[[route]]\n${lines.join("\n")}\n[[site]]`);

Deno.test("a site may name a route", () => {
  const text = withRoutes('name = "standby"', 'mode = "first"', 'outputs = ["east", "west"]');
  const result = parseRctConfig(change(text, 'output = "automation"', 'output = "standby"'), "rct.toml");
  assert(result.ok);
  assertEquals(result.warnings, []);
  assertEquals(result.config.sites[0]?.output, "standby");
  assertEquals(result.config.routes, [{
    name: "standby",
    mode: "first",
    outputs: ["east", "west"],
    accounts: [],
  }]);
});

Deno.test("init adds a site that goes to a route", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const text = withRoutes('name = "standby"', 'mode = "first"', 'outputs = ["east", "west"]');
    await Deno.writeTextFile(join(dir, "rct.toml"), text, { mode: 0o600 });
    const refused = await addSite({ dir, site: "bank", output: "stand" });
    assertEquals(refused, {
      ok: false,
      errors: ["--output: expected one of automation, east, west, standby"],
    });
    assert((await addSite({ dir, site: "bank", output: "standby" })).ok);
    const result = await loadRctConfig(join(dir, "rct.toml"));
    assert(result.ok);
    assertEquals(result.config.sites.map(({ output }) => output), ["automation", "standby"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("each wrong route has its exact message", () => {
  const all = ['name = "r"', 'mode = "all"'];
  const by = ['name = "r"', 'mode = "by-account"'];
  const cases: [lines: string[], ...errors: string[]][] = [
    [
      ['mode = "all"', 'outputs = ["east", "west"]'],
      "12: route.name: expected a name of 1-64 characters, found nothing: add a line name = … under [route]",
    ],
    [
      ['name = "r"', 'mode = "both"', 'outputs = ["east", "west"]'],
      '14: route.mode: expected "first", "all" or "by-account", found "both"',
    ],
    [
      ['name = "east"', 'mode = "all"', 'outputs = ["east", "west"]'],
      "13: route.name: expected one of its own, found the name of the output on line 7",
    ],
    [
      [...all, 'outputs = ["east", "west"]', "[[route]]", ...all, 'outputs = ["west", "east"]'],
      '17: route.name: expected one of its own, found the same "r" as on line 13',
    ],
    [
      all,
      "12: route.outputs: expected a list of at most 32 names of outputs, found nothing: add a line outputs = " +
      '["east", "west"]',
    ],
    [
      [...all, 'outputs = ["east"]'],
      "15: route.outputs: expected two outputs or more, found one: let the site name that one instead",
    ],
    [
      [...all, 'outputs = ["east", "west", "east"]'],
      "15: route.outputs: expected each output once, found number 3 before",
    ],
    [
      [...all, 'outputs = ["east", "wst"]'],
      '15: route.outputs: expected the name of an [[output]], found "wst": did you mean west?',
    ],
    [
      [...all, 'outputs = ["east", "west"]', 'accounts = ["*:east"]'],
      '16: route.accounts: this key means nothing while mode is "all": take the line away',
    ],
    [
      [...all, 'outputs = ["east", "r"]'],
      '15: route.outputs: expected the name of an [[output]], found "r": there are automation, east, west',
    ],
    [
      by,
      '12: route.accounts: expected a list of at most 10000 accounts and outputs such as "10*:east" or "*:west", found nothing: ' +
      'add a line accounts = ["10*:east", "*:west"]',
    ],
    [
      [...by, 'outputs = ["east", "west"]', 'accounts = ["*:east"]'],
      '15: route.outputs: this key means nothing while mode is "by-account": take the line away',
    ],
    [
      [...by, 'accounts = ["10*:east"]'],
      '15: route.accounts: expected "*" as the last, for all other accounts: add "*:" and the name of an output',
    ],
    [
      [...by, 'accounts = ["1*0:east", "*:west"]'],
      '15: route.accounts: expected accounts and outputs such as "10*:east" or "*:west", found "1*0:east"',
    ],
    [
      [...by, 'accounts = ["10*:eest", "*:west"]'],
      '15: route.accounts: expected the name of an [[output]] or [[route]], found "eest": did you mean east?',
    ],
    [
      [...by, 'accounts = ["*:r"]'],
      '15: route.accounts: expected an output, or a route with mode "first" or "all", found one with mode "by-account": ' +
      "write its accounts here",
    ],
  ];
  for (const [lines, ...errors] of cases) {
    assertEquals(
      rctErrors(withRoutes(...lines)),
      errors.map((error) => `rct.toml:${error}`),
      lines.join("\n"),
    );
  }
});

Deno.test("a route in the place of another table is refused", () => {
  assertEquals(rctErrors(change(TWO, "[[site]]", '[route]\nname = "r"\n[[site]]')), [
    "rct.toml:12: route: expected one or more tables [[route]], found [route] with single brackets",
  ]);
});

Deno.test("an account that is never reached, and a standby whose return nobody would notice, are warned of", () => {
  const warned = (text: string) => {
    const result = parseRctConfig(text, "rct.toml");
    assertEquals(result.ok ? [] : result.errors, []);
    return result.warnings.map(formatConfigError);
  };
  const by = (...accounts: string[]) =>
    withRoutes('name = "r"', 'mode = "by-account"', `accounts = ${JSON.stringify(accounts)}`);
  assertEquals(warned(by("1234:east", "12*:west", "*:east")), []);
  for (
    const [wide, narrow] of [["12*", "1234"], ["12*", "123*"], ["12*", "12*"], ["*", "1234"]] as const
  ) {
    assertEquals(
      warned(by(`${wide}:west`, `${narrow}:east`, "*:east"))[0],
      `rct.toml:15: route.accounts: "${narrow}" is never reached: "${wide}" before it takes the same accounts; ` +
        "put the narrower one first",
    );
  }
  const first = withRoutes('name = "r"', 'mode = "first"', 'outputs = ["east", "west"]');
  const off = change(first, 'name = "west"\n', 'name = "west"\nheartbeat = "off"\n');
  assertEquals(warned(off), [
    "rct.toml:16: route.outputs: heartbeat is off at west: that such an output is back is only noticed by trying an " +
    "alarm with it; set heartbeat if the AE answers those",
  ]);
  assertEquals(warned(change(off, 'mode = "first"', 'mode = "all"')), []);
  // Off where nothing is said.
  const ademco = change(first, 'name = "east"\n', 'name = "east"\nlanguage = "ademco-685"\n');
  assert(warned(ademco)[0]?.includes("heartbeat is off at east"));
});

Deno.test("a pass-through site waits as long as its route: the shortest for all, the longest for others", () => {
  const routed = (mode: string, outputs: string) =>
    change(
      `${withRoutes('name = "r"', `mode = "${mode}"`, outputs)}acknowledge = "pass-through"\n`,
      'output = "automation"',
      'output = "r"',
    );
  const slow = (text: string) => change(text, 'name = "west"\n', 'name = "west"\nwait = "30s"\n');
  const pair = 'outputs = ["east", "west"]';
  assertEquals(rctErrors(routed("first", pair)), []);
  assertEquals(rctErrors(slow(routed("all", pair))), []);
  const error =
    "expected at least the wait of its output (30s): else the SPT is refused before the AE can answer";
  for (const text of [routed("first", pair), routed("by-account", 'accounts = ["1*:east", "*:west"]')]) {
    assertEquals(rctErrors(slow(text)), [`rct.toml:17: site.pass_through_wait: ${error}`]);
  }
  // A route in a route, and 10,000 accounts that change nothing.
  const accounts = Array.from({ length: 9999 }, (_, n) => `"${n}:east"`).join(", ");
  assertEquals(rctErrors(slow(routed("by-account", `accounts = [${accounts}, "*:east"]`))), []);
  const inner = `accounts = ["1*:east", "*:pair"]\n[[route]]\nname = "pair"\nmode = "first"\n${pair}`;
  assertEquals(rctErrors(slow(routed("by-account", inner))), [
    `rct.toml:21: site.pass_through_wait: ${error}`,
  ]);
});

Deno.test("whatever a route names, nothing throws, and what is taken has no circle", () => {
  const name = fc.constantFrom("east", "west", "automation", "a", "b", "c", "", "*");
  const route = fc.record({
    name: fc.constantFrom("a", "b", "c"),
    mode: fc.constantFrom("first", "all", "by-account", "none"),
    outputs: fc.option(fc.array(name, { maxLength: 4 })),
    accounts: fc.option(fc.array(fc.tuple(fc.constantFrom("1", "1*", "*", ""), name), { maxLength: 4 })),
  });
  fc.assert(
    fc.property(fc.array(route, { maxLength: 4 }), name, (routes, output) => {
      const tables = routes.map((each) =>
        [
          "[[route]]",
          `name = "${each.name}"`,
          `mode = "${each.mode}"`,
          ...(each.outputs === null ? [] : [`outputs = ${JSON.stringify(each.outputs)}`]),
          ...(each.accounts === null
            ? []
            : [`accounts = ${JSON.stringify(each.accounts.map((pair) => pair.join(":")))}`]),
        ].join("\n")
      );
      const text = change(TWO, "[[site]]", `${tables.join("\n")}\n[[site]]`);
      const result = parseRctConfig(
        change(text, 'output = "automation"', `output = "${output}"`),
        "rct.toml",
      );
      if (!result.ok) return assert(result.errors.length > 0);
      const { routes: sound, outputs } = result.config;
      const isOutput = (target: string) => outputs.some((each) => each.name === target);
      for (const { mode, outputs: names, accounts } of sound) {
        assert(mode === "by-account" || (names.length > 1 && names.every(isOutput)));
        for (const { output: target } of accounts) {
          const inner = sound.find((each) => each.name === target);
          assert(isOutput(target) || (inner !== undefined && inner.mode !== "by-account"));
        }
        assert(mode !== "by-account" || accounts.at(-1)?.accounts === "*");
      }
    }),
    { numRuns: 2000 },
  );
});
