import { assert } from "@std/assert";

/**
 * Waits until something holds.
 *
 * @param what What is waited for, as the failure names it.
 * @param ms When to give up: long, since a slow machine must not fail a test, and waiting costs nothing when it holds.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  ms = 60_000,
): Promise<void> {
  for (const end = performance.now() + ms; !await holds();) {
    assert(performance.now() < end, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
