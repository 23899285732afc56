import { assert } from "@std/assert";

/** Waits for a condition; fails when it does not hold in time. Apart from the one of `Pair`, which brings a whole gateway. */
export async function until(holds: () => boolean, what: string, ms = 20_000): Promise<void> {
  for (const end = performance.now() + ms; !holds();) {
    assert(performance.now() < end, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
