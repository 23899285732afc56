/**
 * Every vector that the references have is copied into an adapter, and a test reads it.
 *
 * The lists here are those of the references: the machine-readable file and the tables of panel-formats.md §7,
 * vds2465.md §11 and receiver-outputs.md §7.5. A vector of several lines in the reference is several vectors here, with a
 * letter behind its id.
 */
import { assert, assertEquals } from "@std/assert";

/** panel-formats.md §7: SIA, Contact ID, Fast Format and DC-09. */
const PANEL_FORMATS = `
  S01 S03 S05 S06 S07 S08 S09 S10 S11 S12 S14 S16 S17 S18 S20 S22 S30 S32 S33 S40 S41 S42 S45 S46
  T01 T02 T03 T04 T05 T06 T10 T11 T14 T15 T18 T21 T22 T23 T26 T27 T28 T29 T30
  D01 D02 D04 D06 D07 D08 D10 D11
  C01 C02 C03 C04 C06 C07 C08 C09 C10 C12 C20 C21 C30 C40 C41
  F01 F03 F04 F06 F07 F08 F10 F11 F13 F14 F16 F18 F19 F20 F22`;

/** vds2465.md §11: serial, records, TCP in clear and encrypted. */
const VDS2465 = `
  F01 F02 F03 F04 F05 F06 F07 F08 F09 F10 F11 F12 F13 F14 F15 F16 F17 F18 F19 F20 F21
  Q01 Q02 Q03 Q04 Q05 Q06
  P01 P02 P03 P04 P05 P06 P07 P08 P09 P10 P11 P12 P13 P14 P15 P16 P17
  A01 A02 A03 A04 A05 A06 A07`;

/** receiver-outputs.md §7.5: DC-09. */
const DC09 = "V1 V3 V5 V7 V8 V10 V11 V13 V14 V16 V18 V19";

const ADAPTERS = new URL("../../adapters/", import.meta.url);
const TESTS = new URL("./", import.meta.url);

interface Vector {
  id: string;
  wire: string;
}

/** The vectors of one file. */
interface VectorFile {
  /** From the project's folder: `adapters/sia/vectors/sia_text.json`. */
  path: string;
  vectors: Vector[];
}

function vectorFiles(): VectorFile[] {
  const files: VectorFile[] = [];
  for (const { name: adapter, isDirectory } of Deno.readDirSync(ADAPTERS)) {
    const folder = new URL(`${adapter}/vectors/`, ADAPTERS);
    if (!isDirectory || !exists(folder)) continue;
    for (const { name } of Deno.readDirSync(folder)) {
      const vectors = JSON.parse(Deno.readTextFileSync(new URL(name, folder))) as Vector[];
      files.push({ path: `adapters/${adapter}/vectors/${name}`, vectors });
    }
  }
  return files;
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isDirectory;
  } catch {
    return false;
  }
}

/** Text of every test and what it imports below a folder; nothing if there is no such folder. */
function testSources(folder: URL): string[] {
  if (!exists(folder)) return [];
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testSources(new URL(`${name}/`, folder));
    return name.endsWith(".ts") ? [Deno.readTextFileSync(new URL(name, folder))] : [];
  });
}

const files = vectorFiles();

/** The ids of some adapters' vectors, without the letter that tells several of one id apart. */
function idsOf(isMeant: (path: string) => boolean): Set<string> {
  const ids = files.filter(({ path }) => isMeant(path)).flatMap(({ vectors }) => vectors.map(({ id }) => id));
  return new Set(ids.map((id) => /^[A-Z]\d+(?=[a-z]$)/.exec(id)?.[0] ?? id));
}

const isVds = (path: string) => path.startsWith("adapters/vds2465/");
for (
  const [reference, list, here, count] of [
    ["panel-formats.md", PANEL_FORMATS, idsOf((path) => !isVds(path)), 81],
    ["vds2465.md", VDS2465, idsOf(isVds), 51],
    ["receiver-outputs.md §7.5", DC09, idsOf((path) => path.startsWith("adapters/dc09/")), 12],
  ] as const
) {
  Deno.test(`every vector of ${reference} is here`, () => {
    const wanted = list.trim().split(/\s+/);
    assertEquals([wanted.length, new Set(wanted).size], [count, count]);
    assertEquals(wanted.filter((id) => !here.has(id)), []);
  });
}

Deno.test("the Fast Format vectors are in their own folder: DC-09 has other ones of the same ids", () => {
  const here = idsOf((path) => path.startsWith("adapters/scancom/"));
  assertEquals(PANEL_FORMATS.split(/\s+/).filter((id) => id.startsWith("F") && !here.has(id)), []);
});

Deno.test("within a file every vector has an id of its own and something to read", () => {
  for (const { path, vectors } of files) {
    assert(vectors.length > 0, path);
    assertEquals(new Set(vectors.map(({ id }) => id)).size, vectors.length, path);
    for (const { id, wire } of vectors) assert(id !== "" && wire !== "", `${path} ${id}`);
  }
});

Deno.test("each file of vectors is read by a test of its adapter", () => {
  for (const { path } of files) {
    const [, adapter = ""] = path.split("/");
    const tests = testSources(new URL(`${adapter}/`, TESTS));
    assert(
      tests.some((source) => source.includes(path)),
      `no test of tests/adapters/${adapter} reads ${path}`,
    );
  }
});
