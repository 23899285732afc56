import { assert, assertEquals } from "@std/assert";
import { addressAllowed } from "../../src/transport/address.ts";

Deno.test("addressAllowed() knows addresses, ranges, both families and mapped addresses", () => {
  const cases: [string, string[], boolean][] = [
    ["10.1.2.3", ["10.0.0.0/8"], true],
    ["11.1.2.3", ["10.0.0.0/8"], false],
    ["10.1.2.3", ["0.0.0.0/0"], true],
    ["::ffff:10.1.2.3", ["10.1.2.3"], true],
    ["fe80::1", ["fe80::/10"], true],
    ["fe80::1", ["10.0.0.0/8"], false],
    ["2001:db8::7", ["2001:db8:0:0:0:0:0:7"], true],
    ["::1", ["::1/128"], true],
    ["10.1.2.3", ["10.1.2.3/33", "10.1.2.300", "", "x"], false],
    ["nonsense", ["0.0.0.0/0"], false],
  ];
  for (const [address, allow, expected] of cases) {
    assertEquals(addressAllowed(address, allow), expected, `${address} in ${allow}`);
  }
  assert(!addressAllowed("10.0.0.1", []));
});
