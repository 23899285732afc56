/** A gateway as a process of its own: prints what a line says as hex, one piece a line, and the line's news. */
import { connectSerial } from "../../src/transport/serial_client.ts";

const [socket = "", line = ""] = Deno.args;
const print = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
connectSerial(
  {
    socket,
    line,
    retryMs: 10,
    maxRetryMs: 50,
    onNews: (news) => print("rule" in news ? news.rule : news.kind),
  },
  () => ({ data: (bytes) => void print(`= ${bytes.toHex()}`), closed: () => {} }),
);
