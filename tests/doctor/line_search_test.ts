import { assert, assertEquals } from "@std/assert";
import {
  bestTrial,
  isHopeless,
  type LineTrial,
  type LineTry,
  nextTry,
} from "../../src/doctor/line_search.ts";

const show = (each: LineTry | undefined) => each && `${each.baud} ${each.dataBits}${each.parity}`;
const clean = { framing: 0, parity: 0, breaks: 0, overrun: 0, bufferOverrun: 0 };

/** A trial in which nothing could be read. */
function failed(each: LineTry, more: Partial<LineTrial> = {}): LineTrial {
  return { ...each, octets: 40, errors: undefined, certainty: "none", points: 0, ...more };
}

/** Searches a line that behaves as given, and lists what was tried. */
function search(line: (each: LineTry) => Partial<LineTrial>, fixed: Partial<LineTry> = {}): string[] {
  const trials: LineTrial[] = [];
  for (let next = nextTry([], fixed); next !== undefined; next = nextTry(trials, fixed)) {
    trials.push(failed(next, line(next)));
    assert(trials.length <= 200);
  }
  return trials.map((each) => show(each)!);
}

// A pseudo-terminal takes every speed for every other, so hardware is played here by the counts that its driver gives.
/** A line at a speed and frame, whose driver counts errors. */
function counted(baud: number, dataBits: 7 | 8, parity: LineTry["parity"]) {
  return (each: LineTry): Partial<LineTrial> => {
    if (each.baud !== baud) return { errors: { ...clean, framing: 25 } };
    if (each.dataBits === dataBits && each.parity === parity) {
      return { errors: clean, certainty: "sure", points: 40 };
    }
    if (each.parity !== "N") return { errors: { ...clean, parity: 20 } };
    return { errors: clean, ...(parity === "E" || parity === "O" ? { eighthBit: parity } : {}) };
  };
}

Deno.test("the settings are found, whatever they are, with error counts", () => {
  for (const baud of [300, 1200, 9600, 19_200, 115_200]) {
    for (const [bits, parity] of [[8, "N"], [7, "E"], [7, "O"], [8, "E"]] as const) {
      assertEquals(search(counted(baud, bits, parity)).at(-1), `${baud} ${bits}${parity}`);
    }
  }
});

Deno.test("the settings are found without error counts, too", () => {
  for (const wanted of ["300 7E1", "1200 8N1", "115200 8N1", "2400 8O1"]) {
    const tried = search((each) => `${show(each)}1` === wanted ? { certainty: "probable", points: 12 } : {});
    assertEquals(`${tried.at(-1)}1`, wanted);
  }
});

Deno.test("the usual setting comes first, and a found one ends the search", () => {
  assertEquals(search(() => ({ certainty: "sure", points: 30 })), ["9600 8N"]);
});

Deno.test("a speed with framing errors is not tried with other frames", () => {
  const tried = search((each) =>
    each.baud === 9600 ? { errors: { ...clean, framing: 20 } } : { errors: clean }
  );
  assertEquals(tried.filter((each) => each.startsWith("9600")), ["9600 8N"]);
});

Deno.test("a parity bit in the data is followed at once", () => {
  const tried = search((each) =>
    show(each) === "9600 8N" ? { eighthBit: "O" } : { certainty: "sure", points: 30 }
  );
  assertEquals(tried, ["9600 8N", "9600 7O"]);
});

Deno.test("what is known is not searched, and every setting is tried once", () => {
  assertEquals(search(() => ({}), { baud: 1200, dataBits: 7, parity: "E" }), ["1200 7E"]);
  const speeds = search(() => ({}), { baud: 2400 });
  assertEquals(speeds.every((each) => each.startsWith("2400 ")), true);
  const all = search(() => ({}));
  assertEquals(new Set(all).size, all.length);
  assert(all.length > 50);
});

Deno.test("an odd speed that is given is tried with all frames", () => {
  assertEquals(search(() => ({}), { baud: 31_337 }).length, 6);
});

Deno.test("a setting is given up for sense, not for silence", () => {
  const base = failed({ baud: 9600, dataBits: 8, parity: "N" });
  assert(!isHopeless({ ...base, octets: 0 }));
  assert(!isHopeless({ ...base, octets: 10 }));
  assert(isHopeless({ ...base, octets: 10, errors: { ...clean, framing: 9 } }));
  assert(isHopeless(base));
  assert(!isHopeless({ ...base, certainty: "sure" }));
});

Deno.test("the best try: the language first, then the fewest errors; a silent line has none", () => {
  const base = failed({ baud: 9600, dataBits: 8, parity: "N" });
  assertEquals(bestTrial([{ ...base, octets: 0 }]), undefined);
  const worse = { ...base, baud: 300, errors: { ...clean, framing: 30 } };
  const better = { ...base, baud: 1200, errors: { ...clean, framing: 1 } };
  assertEquals(bestTrial([worse, better])?.baud, 1200);
  assertEquals(bestTrial([better, { ...worse, points: 5, certainty: "a guess" }])?.baud, 300);
});
