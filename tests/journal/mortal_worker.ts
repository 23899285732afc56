/**
 * The journal's worker with a way to die: before the work for CRASH, after it (but before its answer is out) for
 * CRASH-AFTER.
 *
 * @module
 */
const port = globalThis as unknown as {
  postMessage(answer: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
};
const post = port.postMessage.bind(port);
let dying = false;
port.addEventListener("message", ({ data }) => {
  const text = JSON.stringify(data);
  dying = text.includes("CRASH-AFTER");
  if (text.includes("CRASH") && !dying) throw new Error("killed by the test");
});
port.postMessage = (answer) => {
  if (dying) throw new Error("killed by the test after the commit");
  post(answer);
};
await import("../../src/journal/sqlite_worker.ts");
export {};
