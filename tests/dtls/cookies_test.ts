import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Cookies } from "../../src/dtls/cookies.ts";

/** Keys in order: 1, 2, 3… */
function counted(): () => Uint8Array {
  let n = 0;
  return () => new Uint8Array(32).fill(++n);
}

Deno.test("a cookie is for one address and port, and one server", () => {
  const cookies = new Cookies(counted(), 0);
  const cookie = cookies.make("192.0.2.7 5684", 0);
  assertEquals(cookie.length, 32);
  assertEquals(cookies.make("192.0.2.7 5684", 1000), cookie);
  assertNotEquals(cookies.make("192.0.2.7 5685", 0), cookie);
  assert(!cookies.accepts("192.0.2.7 5685", cookie, 0));
  assert(!cookies.accepts("192.0.2.7 5684", cookie.subarray(1), 0));
  assert(!cookies.accepts("192.0.2.7 5684", new Uint8Array(), 0));
  const other = new Cookies(() => new Uint8Array(32).fill(99), 0);
  assert(!other.accepts("192.0.2.7 5684", cookie, 0));
});

Deno.test("a cookie lives for five to ten minutes", () => {
  const minute = 60_000;
  for (const made of [0, 4]) {
    const cookies = new Cookies(counted(), 0);
    const cookie = cookies.make("a 1", made * minute);
    assert(cookies.accepts("a 1", cookie, 5 * minute), "after the first change of the key");
    assert(!cookies.accepts("a 1", cookie, 10 * minute), "after the second");
  }
  const quiet = new Cookies(counted(), 0);
  const cookie = quiet.make("a 1", 0);
  assert(!quiet.accepts("a 1", cookie, 10 * minute), "when nobody came in between");
});
