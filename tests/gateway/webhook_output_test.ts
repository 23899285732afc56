import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { verifyWebhook } from "../../adapters/webhook/verify.ts";
import { WebhookOutput, type WebhookOutputOptions } from "../../src/gateway/webhook_output.ts";
import { until } from "../support/until.ts";
import { item, KEYS, Rig, serve } from "./webhook_rig.ts";

Deno.test("alarms are posted in order, one at a time, signed, and delivered on 2xx", async () => {
  await using server = serve();
  await using rig = new Rig(server.url);
  rig.add("a1", "a2", "a3");
  await until(() => rig.outcomes().length === 3, "three deliveries");
  assertEquals(rig.outcomes(), ["delivered a1", "delivered a2", "delivered a3"]);
  assertEquals(rig.seen.filter(({ kind }) => kind === "present").length, 1);
  for (const [index, { headers, body, path }] of server.received.entries()) {
    const verified = verifyWebhook({ headers, body, keys: KEYS, now: Date.now() });
    assert(verified.ok, JSON.stringify(verified));
    assertEquals([verified.id, path], [`a${index + 1}`, "/alarms"]);
    assertEquals(headers.get("content-type"), "application/json");
    assertEquals(JSON.parse(new TextDecoder().decode(body)).data.id, verified.id);
  }
});

Deno.test("a large alarm in every script arrives octet for octet", async () => {
  await using server = serve();
  await using rig = new Rig(server.url);
  const text = 'Überfall äöü 警報 \u0000\u001f"\\ '.repeat(4000);
  rig.output.offer(item("big", text));
  assertEquals((await rig.first()).kind, "delivered");
  const [got] = server.received;
  assert(got !== undefined && verifyWebhook({ ...got, keys: KEYS, now: Date.now() }).ok);
  assertEquals(JSON.parse(new TextDecoder().decode(got.body)).data.events[0].text, text);
});

Deno.test("503, then 500, then 200: the same alarm three times, delivered once, id and body unchanged", async () => {
  await using server = serve(
    () => new Response("busy", { status: 503, headers: { "retry-after": "0" } }),
    () => new Response("oops", { status: 500 }),
    () => new Response("ok"),
  );
  await using rig = new Rig(server.url);
  rig.add("a1", "a2");
  await until(() => rig.outcomes().length === 2, "both delivered");
  assertEquals(rig.outcomes(), ["delivered a1", "delivered a2"]);
  assertEquals(server.received.map(({ headers }) => headers.get("webhook-id")), ["a1", "a1", "a1", "a2"]);
  assertEquals(server.received[0]?.body, server.received[2]?.body);
  for (const one of server.received) assert(verifyWebhook({ ...one, keys: KEYS, now: Date.now() }).ok);
});

Deno.test("a refusal names what the receiver said, and the next alarm goes", async () => {
  await using server = serve(
    () => Response.json({ error: "no such site" }, { status: 422 }),
    () => new Response(),
  );
  await using rig = new Rig(server.url);
  rig.add("a1", "a2");
  await until(() => rig.outcomes().length === 2, "both have an outcome");
  assertEquals(rig.outcomes(), ["refused a1 status-422", "delivered a2"]);
  const refused = await rig.first();
  assert(refused.kind === "refused");
  assertStringIncludes(refused.message, "no such site");
});

Deno.test("a redirection is not followed", async () => {
  await using elsewhere = serve();
  await using server = serve(() => Response.redirect(elsewhere.url, 307));
  await using rig = new Rig(server.url);
  rig.add("a1");
  assertEquals((await rig.first()).kind, "refused");
  assertEquals(rig.outcomes(), ["refused a1 redirected"]);
  assertEquals(elsewhere.received, []);
});

Deno.test("https: a certificate that is trusted carries alarms; one that is not, or of another name, carries none", async () => {
  const folder = await Deno.makeTempDir();
  const pem = async (name: string) => {
    const args = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
    ];
    const files = ["-keyout", `${folder}/${name}.key`, "-out", `${folder}/${name}.pem`];
    const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
    const made = await new Deno.Command("openssl", { args: [...args, ...files, ...subject], stderr: "null" })
      .output();
    assert(made.success, "openssl could not make a certificate; is it installed?");
    return {
      cert: await Deno.readTextFile(`${folder}/${name}.pem`),
      key: await Deno.readTextFile(`${folder}/${name}.key`),
    };
  };
  const [good, other] = [await pem("localhost"), await pem("other.example")];
  await Deno.remove(folder, { recursive: true });
  for (
    const [served, trusted, expected] of [
      [good, good, "delivered a1"],
      [good, other, "absent a1 tls"],
      [other, other, "absent a1 tls"],
    ] as const
  ) {
    let posts = 0;
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {}, ...served }, () => {
      posts++;
      return new Response();
    });
    await using rig = new Rig(`https://localhost:${server.addr.port}/`, { ca: trusted.cert, tries: 1 });
    rig.add("a1");
    await rig.first();
    assertEquals(rig.outcomes(), [expected], JSON.stringify(rig.seen));
    assertEquals(posts, expected.startsWith("delivered") ? 1 : 0);
    await server.shutdown();
  }
});

Deno.test("a proxy in the environment changes nothing, and the network is the only right that is needed", async () => {
  await using server = serve();
  const program = `
    import { WebhookOutput } from ${
    JSON.stringify(import.meta.resolve("../../src/gateway/webhook_output.ts"))
  };
    import { SecretKey } from ${JSON.stringify(import.meta.resolve("../../src/keys/secret_key.ts"))};
    const output = new WebhookOutput({
      url: ${JSON.stringify(server.url)}, keys: [new SecretKey(new Uint8Array(32))], tries: 1,
      onEffects: (effects) => {
        for (const { kind, message } of effects) console.log(kind, message ?? "");
        if (effects.some(({ kind }) => kind !== "sent" && kind !== "present")) output.close();
      },
    });
    output.offer({ id: "a1", account: "1", protocol: "sia", data: new Uint8Array(), events: [], repeated: false });
  `;
  const proxies = Object.fromEntries(
    ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].map((name) =>
      [name, "http://127.0.0.1:1"] as const
    ),
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--config", config, "--allow-net=127.0.0.1", "--ext=ts", "-"],
    env: { ...proxies, NO_PROXY: "", no_proxy: "", NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout).split("\n").map((line) => line.trim()).filter((line) =>
    line !== ""
  );
  assertEquals(said, ["sent", "present", "delivered"], new TextDecoder().decode(stderr));
  assertEquals(server.received.length, 1);
});

Deno.test("addresses and figures that make no sense are refused when the output is made", () => {
  const make = (more: Partial<WebhookOutputOptions>) => () =>
    new WebhookOutput({ url: "https://arc.example/", keys: KEYS, onEffects: () => {}, ...more });
  assertThrows(make({ url: "http://arc.example/" }), RangeError, "in clear");
  assertThrows(make({ url: "nonsense" }), RangeError, "no URL");
  assertThrows(make({ timeoutMs: 0 }), RangeError, "timeoutMs");
  assertThrows(make({ keys: [] }), RangeError, "key");
});

Deno.test("neither the key nor the path of the URL is in what is told", async () => {
  await using server = serve(() => new Response("no", { status: 403 }));
  await using rig = new Rig(`${server.url}/s3cret?token=s3cret`);
  rig.add("a1");
  await rig.first();
  const told = `${JSON.stringify(rig.seen)}${Deno.inspect(rig.output, { depth: 9 })}`;
  for (const secret of ["s3cret", KEYS[0]?.octets().toBase64() ?? "", "5a5a5a5a", "90, 90, 90"]) {
    assert(!told.includes(secret), secret);
  }
});
