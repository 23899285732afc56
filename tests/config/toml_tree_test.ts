import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/toml";
import fc from "fast-check";
import { readTomlTree, type TomlNode } from "../../src/config/toml_tree.ts";

function plain(node: TomlNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "array") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}

function lines(node: TomlNode, path: string, into: Record<string, number>): Record<string, number> {
  if (path !== "") into[path] = node.line;
  if (node.kind === "array") node.items.forEach((item, i) => lines(item, `${path}[${i}]`, into));
  if (node.kind === "table") {
    for (const [key, value] of node.entries) lines(value, path === "" ? key : `${path}.${key}`, into);
  }
  return into;
}

function faults(text: string): [number, string, string][] {
  return readTomlTree(text).faults.map((fault) => [fault.line, fault.key, fault.message]);
}

Deno.test("every key knows its line: tables, array tables, dotted, quoted and inline keys, long strings", () => {
  const text = [
    "\uFEFFname = 'x' # a [comment] = 1", // 1
    'long = """', // 2
    "[not.a.table]",
    "key = 5",
    '"quoted" """', // 5
    "after = true", // 6
    "raw = '''", // 7
    "a = 1'''",
    "[a.b]", // 9
    "c = 1",
    "[a]", // 11
    'd."e.f" = 2',
    "allow = [ # first", // 13
    '  "10.0.0.1", # second',
    "",
    '  "10.0.0.2",',
    "]",
    "[[list]]", // 18
    "x = { y = 1, z = [1, 2] }",
    "[[list]]", // 20
    "[list.sub]",
    "x = 1e3",
  ].join("\r\n");
  const { root, faults, lastLine } = readTomlTree(text);
  assertEquals(faults, []);
  assertEquals(lastLine, 22);
  assertEquals(lines(root, "", {}), {
    "name": 1,
    "long": 2,
    "after": 6,
    "raw": 7,
    "a": 11,
    "a.b": 9,
    "a.b.c": 10,
    "a.d": 12,
    "a.d.e.f": 12,
    "a.allow": 13,
    "a.allow[0]": 14,
    "a.allow[1]": 16,
    "list": 18,
    "list[0]": 18,
    "list[0].x": 19,
    "list[0].x.y": 19,
    "list[0].x.z": 19,
    "list[0].x.z[0]": 19,
    "list[0].x.z[1]": 19,
    "list[1]": 20,
    "list[1].sub": 21,
    "list[1].sub.x": 22,
  });
});

Deno.test("values are those of the TOML parser", () => {
  const text = [
    'a = "tab\\t quote\\" \\u00e4"',
    "b = 'C:\\tocsin'",
    "c = 1_000",
    "d = -0.5",
    "e = 0x1F",
    "f = false",
    "g = 1979-05-27T07:32:00Z",
    'h = """\none \\\n   two"""',
    "i = [[1, 2], ['x']]",
    "j = {}",
    "k = inf",
    'l = """"four""""',
  ].join("\n");
  const { root, faults } = readTomlTree(text);
  assertEquals(faults, []);
  assertEquals(plain(root), { ...parse(text) });
});

Deno.test("each fault has a line and words, and the lines after it are read", () => {
  const cases: [string, number, string, string][] = [
    ["port 5", 1, "port", 'expected key = value, found no "="'],
    ["port: 5", 1, "port", 'expected key = value, found no "="'],
    ["port =", 1, "port", "expected a value, found nothing"],
    ["= 5", 1, "", "expected a key (letters, digits, _ and -) or a [table]"],
    ["port = 5 6", 1, "port", "expected the end of the line or a comment (#) after the value"],
    [
      "language = sia",
      1,
      "language",
      'expected a number, true, false or text in quotes ("…"), found a word without quotes',
    ],
    [
      "port = 10002a",
      1,
      "port",
      'expected a number, true, false or text in quotes ("…"), found a word without quotes',
    ],
    ["account = 0123", 1, "account", "a number may not begin with 0: if the zero counts, put it in quotes"],
    ['name = "x', 1, "name", 'the text begun with " is never closed'],
    ["name = '''x", 1, "name", "the text begun with ''' is never closed"],
    [
      'path = "C:\\data"',
      1,
      "path",
      "a single backslash in double quotes: write \\\\ or use single quotes",
    ],
    ["allow = [1, 2", 1, "allow", "expected a comma or the closing ] of the list that begins on line 1"],
    ["allow = [1 2]", 1, "allow", "expected a comma or the closing ] of the list that begins on line 1"],
    ["a = {x = 1, x = 2}", 1, "a", "a key stands twice between { and }"],
    ["a = {x 1}", 1, "a", 'expected key = value between { and }, found no "="'],
    ["a = {x.y = 1}", 1, "a", "expected a key without dots between { and }"],
    ["a = {x = 1", 1, "a", "expected a comma or the closing }"],
    ["a = [[[[[[[[[[1]]]]]]]]]]", 1, "a", "expected at most 8 brackets inside each other"],
    ["a = 1979-13-99", 1, "a", "expected a number, true, false, a date or text in quotes"],
  ];
  for (const [line, at, key, message] of cases) {
    const { root, faults } = readTomlTree(`${line}\nnext = 1\n`);
    assertEquals(faults.map((f) => [f.line, f.key, f.message]), [[at, key, message]], line);
    assertEquals(root.entries.get("next")?.line, 2, line);
  }
});

Deno.test("a faulty header is named, and its keys fall into no other table", () => {
  const { root, faults } = readTomlTree("[a]\nx = 1\n[b\nx = 2\n[c]\nx = 3\n");
  assertEquals(faults.map((f) => [f.line, f.key, f.message]), [
    [3, "b", "expected the table's name to end with ]"],
  ]);
  assertEquals(plain(root), { a: { x: 1 }, c: { x: 3 } });
});

Deno.test("an open list does not swallow the statements after it", () => {
  const { root, faults } = readTomlTree('a = [\n  "x",\n  "y"\nb = 2\n[t]\nc = 3\n');
  assertEquals(faults.length, 1);
  assertEquals(faults[0]?.line, 1);
  assertEquals(plain(root), { b: 2, t: { c: 3 } });
});

Deno.test("keys and tables that stand twice are refused, with the line of the first", () => {
  const twice = (line: number) => `stands here again, after line ${line}: keep one of the two`;
  assertEquals(faults("a = 1\na = 2"), [[2, "a", twice(1)]]);
  assertEquals(faults("[a]\nx = 1\n[a]\ny = 1"), [[3, "a", twice(1)]]);
  assertEquals(faults("[[a]]\nx = 1\nx = 2"), [[3, "a.x", twice(2)]]);
  assertEquals(faults("[[a]]\n[a]"), [[2, "a", twice(1)]]);
  assertEquals(faults("[a]\n[[a]]"), [[2, "a", twice(1)]]);
  assertEquals(faults("a = {b = 1}\n[a]"), [[2, "a", twice(1)]]);
  assertEquals(faults("a = {b = 1}\na.c = 1"), [[2, "a.c", twice(1)]]);
  assertEquals(faults("a = [1]\n[[a]]"), [[2, "a", twice(1)]]);
  assertEquals(faults("a = 1\n[a.b]"), [[2, "a.b", twice(1)]]);
  assertEquals(faults("a.b = 1\n[a]"), [[2, "a", twice(1)]]);
  assertEquals(faults("[a.b]\n[a]\n[a.c]"), []);
});

Deno.test("names of JavaScript's own are ordinary keys", () => {
  const { root, faults } = readTomlTree("__proto__ = 1\n[constructor]\n__proto__.x = 2\n");
  assertEquals(faults, []);
  assertEquals(root.entries.get("__proto__")?.line, 1);
  assertEquals(root.entries.get("constructor")?.line, 2);
  assertEquals(({} as Record<string, unknown>).x, undefined);
});

Deno.test("every truncation of a file is read without throwing, and keeps what was complete", () => {
  const text = 'a = 1\n[t]\nb = "two"\nc = ["x",\n "y"]\n[[l]]\nd = {e = 1}\nf = """\nlong\n"""\n';
  for (let end = 0; end <= text.length; end++) {
    const { root } = readTomlTree(text.slice(0, end));
    if (end >= 6) assertEquals(root.entries.get("a")?.line, 1);
  }
  assertEquals(faults(text), []);
});

Deno.test("random text never throws, and each fault is on a line of the text", () => {
  const pieces = fc.constantFrom(
    ..."\n \t\r=.,#[]{}\"'\\_-:0129azAZ\u00e4\u0000",
    "[[",
    '"""',
    "'''",
    "a = ",
    "\r\n",
    "true",
    "1979-02-30",
    "\\u12",
    "__proto__",
    "toString",
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(pieces, { maxLength: 60 }).map((p) => p.join(""))), (text) => {
      const count = text.split("\n").length;
      for (const fault of readTomlTree(text).faults) assert(fault.line >= 1 && fault.line <= count);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("what is written as TOML is read back, each key on its line", () => {
  const key = fc.string({ minLength: 1, maxLength: 8 });
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k, maxLength: 9 }), (entries) => {
      const text = entries.map(([k, v]) => `${JSON.stringify(k)} = ${JSON.stringify(v)}\n`).join("");
      const { root, faults } = readTomlTree(text);
      assertEquals(faults, []);
      assertEquals([...root.entries.keys()], entries.map(([k]) => k));
      entries.forEach(([k, v], i) => {
        const node = root.entries.get(k);
        assert(node !== undefined);
        assertEquals(node.line, i + 1);
        assertEquals(plain(node), v);
      });
    }),
    { numRuns: 500 },
  );
});

Deno.test("ten thousand sites are read in a time that grows with their number only", () => {
  const site = (i: number) => `[[site]]\nname = "s${i}"\nkey = "${"ab".repeat(32)}"\noutput = "main"\n`;
  const text = Array.from({ length: 10_000 }, (_, i) => site(i)).join("");
  const start = performance.now();
  const { root, faults } = readTomlTree(text);
  const took = performance.now() - start;
  assertEquals(faults, []);
  const sites = root.entries.get("site");
  assert(sites?.kind === "array" && sites.items.length === 10_000);
  // A hundred times what it takes: no slow machine fails this, a reader that is lost in the file does.
  assert(took < 60_000, `took ${took} ms`);
});
