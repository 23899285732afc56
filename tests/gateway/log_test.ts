import { assertEquals } from "@std/assert";
import { stderrLog } from "../../src/gateway/log.ts";

Deno.test("one JSON object a line; ten a minute of one rule and source, then how many were left out", () => {
  const { error } = console, { now } = Date;
  const lines: Record<string, unknown>[] = [];
  console.error = (line: string) => void lines.push(JSON.parse(line));
  let at = 1_700_000_000_000;
  Date.now = () => at;
  try {
    const log = stderrLog("shop");
    for (let i = 0; i < 25; i++) log("warn", "parity", "bad", { input: "galaxy" });
    assertEquals(lines.length, 10);
    assertEquals(lines[0], {
      time: "2023-11-14T22:13:20.000Z",
      level: "warn",
      name: "shop",
      rule: "parity",
      message: "bad",
      input: "galaxy",
    });
    log("warn", "parity", "bad", { input: "dialler" });
    assertEquals(lines.length, 11, "another source has its own ten");
    at += 60_000;
    log("warn", "parity", "bad", { input: "galaxy" });
    assertEquals(lines.at(-1)!["leftOut"], 15);
    const before = lines.length;
    for (let i = 0; i < 25; i++) {
      log("info", "command-done", "the panel has confirmed it", { input: "galaxy" });
    }
    assertEquals(lines.length, before + 25, "who commanded what is never left out");
  } finally {
    console.error = error;
    Date.now = now;
  }
});
