import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseRctConfig, parseSptConfig } from "../../src/config/load.ts";
import { formatSize, parseSize } from "../../src/config/size.ts";
import { RCT, SPT } from "./samples.ts";

Deno.test("journal.keep and journal.max_size, at both ends, and off", () => {
  for (
    const [text, keepMs, maxBytes] of [
      ['keep = "731d"\nmax_size = "2GB"', 731 * 86_400_000, 2_000_000_000],
      ['keep = "off"\nmax_size = "off"', undefined, undefined],
      ["keep = false", undefined, undefined],
      ['max_size = "16 MB"', 800 * 86_400_000, 16_000_000],
    ] as const
  ) {
    const spt = parseSptConfig(`${SPT}\n[journal]\n${text}\n`, "spt.toml");
    const rct = parseRctConfig(`${RCT}\n[journal]\n${text}\n`, "rct.toml");
    assert(spt.ok && rct.ok);
    for (const { journal } of [spt.config, rct.config]) {
      assertEquals([journal.keepMs, journal.maxBytes], [keepMs, maxBytes], text);
    }
  }
});

Deno.test("a size that was written for people is read back, to a thousandth", () =>
  fc.assert(
    fc.property(fc.integer({ min: 16_000_000, max: 9e14 }), (octets) => {
      const read = parseSize(formatSize(octets));
      assert(
        read !== undefined && Math.abs(read - octets) / octets < 0.001,
        `${formatSize(octets)}: ${read}`,
      );
    }),
  ));

Deno.test("what is no size", () => {
  for (const value of ["", "2", "2 G", "2gb", "-1GB", "1e3MB", "2 GB ", 5, true, "99999999999GB"]) {
    assertEquals(parseSize(value), undefined, String(value));
  }
});
