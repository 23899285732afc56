import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { msToNtp, ntpToMs } from "../../src/ip/ntp_time.ts";

const IN_2026 = Date.UTC(2026, 0, 1);
const ERA_1 = Date.UTC(2036, 1, 7, 6, 28, 16);

Deno.test("1970 is 2208988800 seconds after 1900, half a second is half of 2^32", () => {
  assertEquals(msToNtp(0), 0x83aa7e8000000000n);
  assertEquals(msToNtp(500) & 0xffffffffn, 0x80000000n);
});

Deno.test("any millisecond within 60 years of now comes back to the millisecond", () => {
  const years60 = 60 * 365 * 86_400_000;
  fc.assert(fc.property(fc.integer({ min: -years60, max: years60 }), (offset) => {
    const time = IN_2026 + offset;
    assertEquals(Math.round(ntpToMs(msToNtp(time), IN_2026)), time);
  }));
});

Deno.test("the era turns over in 2036: the next second is the one after, seen from either side", () => {
  assertEquals(msToNtp(ERA_1), 0n);
  assertEquals(msToNtp(ERA_1 - 1000) >> 32n, 0xffffffffn);
  for (const now of [ERA_1 - 60_000, ERA_1 + 60_000]) {
    assertEquals(ntpToMs(0n, now), ERA_1);
    assertEquals(ntpToMs(0xffffffff00000000n, now), ERA_1 - 1000);
  }
});

Deno.test("without a clock times from 1968 to 2036 are era 0 and the others era 1", () => {
  assertEquals(ntpToMs(0x83aa7e8000000000n, 0), 0);
  assertEquals(ntpToMs(0n, 0), ERA_1);
});

Deno.test("the fraction never carries into a second that is not there", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1000, maxExcluded: true, noNaN: true }), (fraction) => {
    assert(msToNtp(fraction) >> 32n === 0x83aa7e80n);
  }));
});
