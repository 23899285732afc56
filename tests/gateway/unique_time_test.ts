import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { UniqueTime } from "../../src/gateway/unique_time.ts";
import { EVENTS_PER_TIME } from "../../src/event/event_id.ts";
import { ntpToMs } from "../../src/ip/ntp_time.ts";

Deno.test("times increase strictly whatever the clock does, and leave room for the events of one alarm", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 }), { maxLength: 50 }),
      fc.nat(255),
      (clock, r) => {
        const times = new UniqueTime((octets) => new Uint8Array(octets).fill(r));
        let last = -1n;
        for (const now of clock.sort((a, b) => (a % 7) - (b % 7))) {
          const time = times.next(Math.min(now, 2_000_000_000_000));
          assert(time > last);
          assertEquals(time % BigInt(EVENTS_PER_TIME), 0n);
          last = time;
        }
      },
    ),
  );
});

Deno.test("a time is that of the clock to within two milliseconds", () => {
  const now = Date.UTC(2026, 10, 21);
  const time = new UniqueTime((octets) => new Uint8Array(octets).fill(255)).next(now);
  assert(Math.abs(ntpToMs(time, now) - now) < 2);
});

Deno.test("after a restart with the clock set back the same moment gives another time", () => {
  let seed = 1;
  const make = () => new UniqueTime((octets) => new Uint8Array(octets).fill(seed++));
  assertNotEquals(make().next(1_700_000_000_000), make().next(1_700_000_000_000));
});
