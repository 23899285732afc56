import { assertEquals, assertRejects } from "@std/assert";
import { SurGardAe, surGardSession } from "../../adapters/sur_gard/mod.ts";
import { DemoCentre } from "../../src/demo/demo_centre.ts";
import { Output } from "../../src/gateway/output.ts";

const ALARM = {
  account: "1234",
  protocol: "contact-id",
  data: new TextEncoder().encode("123418113101015"),
} as const;

Deno.test("a script's output delivers in order, resolves on the AE's answer, and rejects what is left when closed", async () => {
  const output = new Output({ session: surGardSession({ profile: "sg-mlr2" }), role: "listen", port: 0 });
  const centre = new DemoCentre(output.port);
  centre.start();
  await Promise.all([output.deliver(ALARM), output.deliver({ ...ALARM, account: "4321" })]);
  assertEquals(centre.alarms, 2);
  assertEquals(centre.ae instanceof SurGardAe, true);
  await centre.stop();
  const left = assertRejects(() => output.deliver(ALARM), Error, "the output was closed");
  await output.close();
  await left;
});
