import { assertEquals, assertRejects } from "@std/assert";
import { Dc07Ae } from "../../../adapters/dc07/ae_simulator.ts";
import { Dc07Session } from "../../../adapters/dc07/session.ts";
import { type Delivery, Output } from "../../../src/gateway/output.ts";
import { connectTcp } from "../../../src/transport/tcp.ts";
import { until } from "../../support/until.ts";

function alarm(account: string): Delivery {
  return { account, protocol: "contact-id", data: new TextEncoder().encode("123418113001015") };
}

Deno.test("over TCP: delivered in order; a refused alarm is told, and one whose connection is cut comes again, marked", async () => {
  const ae = new Dc07Ae();
  const output = new Output({ session: new Dc07Session({ profile: "bosch-sia" }), role: "listen", port: 0 });
  let cut = () => {};
  let connections = 0;
  const peer = connectTcp({ hostname: "127.0.0.1", port: output.port }, (connection) => {
    connections++;
    cut = () => connection.close();
    return {
      data: (bytes) => {
        for (const effect of ae.feed(bytes, Date.now())) {
          if (effect.kind === "send") connection.send(effect.bytes);
        }
      },
      closed: () => ae.disconnected(),
    };
  });
  await Promise.all(["1001", "1002"].map((account) => output.deliver(alarm(account))));
  ae.behaviour = { kind: "nak", times: 3 };
  await assertRejects(() => output.deliver(alarm("1003")), Error, "NAK 3 times");
  ae.behaviour = { kind: "silent" };
  const last = output.deliver(alarm("1004"));
  await until(
    () => ae.alarms.some(({ frame }) => frame.data.includes("1004")),
    "the alarm that is not answered",
  );
  ae.behaviour = { kind: "ack" };
  cut();
  await last;
  assertEquals(connections, 2);
  const said = ae.alarms.map(({ frame }) => frame.data);
  assertEquals(said.slice(0, 2), ["#1001|18113001015", "#1002|18113001015"]);
  assertEquals(said.slice(2, 5), Array(3).fill("#1003|18113001015"));
  assertEquals(said.at(-1), "#1004|98113001015");
  await output.close();
  await peer.close();
});
