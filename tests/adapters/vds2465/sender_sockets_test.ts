/** The TCP sender behind a real socket, towards our own receiving centre. */
import { assertEquals } from "@std/assert";
import { vds2465Tcp, Vds2465TcpSender } from "../../../adapters/vds2465/mod.ts";
import { Output } from "../../../src/gateway/output.ts";
import { listenPanels } from "../../../src/gateway/panel_listener.ts";
import { systemRandom } from "../../../src/gateway/random.ts";
import { hex } from "./records.ts";

const SECRET = "00112233445566778899aabbccddeeff";

Deno.test("alarms are delivered through an output, in plain and encrypted", async () => {
  for (const key of [undefined, { number: 7, key: SECRET }]) {
    const codes: string[] = [];
    const keys = key === undefined ? {} : { keys: { 7: SECRET } };
    const listener = listenPanels({
      language: { name: "vds2465-tcp", session: (options) => vds2465Tcp.session({ ...options, ...keys }) },
      port: 0,
      onAlarm: (events) => void codes.push(...events.map(({ code, account }) => `${account} ${code}`)),
    });
    const session = new Vds2465TcpSender({ random: systemRandom(), ...(key === undefined ? {} : { key }) });
    const output = new Output({ session, role: "connect", port: listener.port });
    try {
      const deliver = (records: string) =>
        output.deliver({ account: "123456", protocol: "vds2465", data: hex(records) });
      await deliver("05021103000122");
      await deliver("0040");
      assertEquals(codes, ["123456 22", "123456 ST40"]);
    } finally {
      await output.close();
      await listener.close();
    }
  }
});
