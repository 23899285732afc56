import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { OPENSSL, Pki } from "../dtls/pki.ts";
import { Child, ROOT, taskArguments } from "../support/child.ts";
import { Commissioning } from "../support/commissioning.ts";
import { log } from "../support/installed.ts";
import { until } from "../support/until.ts";

/** A site and a centre with certificates, and `tocsin dtls` beside a running RCT. */
async function make(pki: Pki): Promise<Commissioning> {
  const kit = await Commissioning.make();
  const { ports, folder } = kit;
  const cas = `${ROOT}${folder.path}/site-ca`;
  await Deno.mkdir(cas);
  await Deno.copyFile(pki.pem("ca"), `${cas}/ca.pem`);
  for (const name of ["rct", "spt", "other", "rogue-spt", "rogue-rct", "expired-spt", "ca", "rogue-ca"]) {
    await Deno.copyFile(pki.pem(name), `${ROOT}${folder.path}/${name}.pem`);
    await Deno.copyFile(pki.key(name), `${ROOT}${folder.path}/${name}-cert.key`);
  }
  const rct = await folder.read("rct.toml");
  const centre = `[commissioning]
host = "127.0.0.1"
port = ${ports.dtls}
certificate = "rct.pem"
private_key = "rct-cert.key"
site_ca = ["site-ca"]

[[output]]`;
  await folder.write(
    "rct.toml",
    rct.replace("[[output]]", centre).replace(
      'output = "automation"',
      'output = "automation"\ncertificate_name = "maker.example:0042"',
    ),
  );
  const spt = await folder.read("spt.toml");
  const site = `[commissioning]
port = ${ports.dtls}
certificate = "spt.pem"
private_key = "spt-cert.key"
rct_ca = ["ca.pem"]

[[input]]`;
  await folder.write("spt.toml", spt.replace("[[input]]", site));
  return kit;
}

async function startDtls(kit: Commissioning, config = "rct"): Promise<Child> {
  const child = new Child([...await taskArguments("tocsin-dtls"), "dtls", "--config", kit.file(config)]);
  await child.shows('"listening"', "err");
  return child;
}

function openWindow(kit: Commissioning) {
  return kit.tocsin(["commission", "--config", kit.file("rct"), "--site", "shop-12", "--certificate"]);
}

function atSite(kit: Commissioning, config = "spt") {
  const args = ["commission", "--config", kit.file(config), "--certificate"];
  return kit.tocsin(args, { task: "tocsin-dtls" });
}

async function withCertificates(run: (kit: Commissioning, pki: Pki) => Promise<void>): Promise<void> {
  const pki = await Pki.make();
  try {
    await using kit = await make(pki);
    await run(kit, pki);
  } finally {
    await pki.remove();
  }
}

Deno.test({
  name:
    "by certificate: window, commissioning, session with the new keys, an alarm across; then anew, and the end",
  ignore: !OPENSSL,
  fn: () =>
    withCertificates(async (kit) => {
      await kit.run("rct");
      await kit.run("spt");
      await using dtls = await startDtls(kit);
      const early = await atSite(kit);
      assertEquals(early.code, 69, "no window is open");
      await dtls.shows('"window-closed"', "err");
      assertEquals((await openWindow(kit)).code, 0);
      const { code, err } = await atSite(kit);
      assertEquals([code, err], [0, ""]);
      await dtls.shows('"commissioned"', "err");
      await kit.alarm();
      await kit.arrived();
      await kit.well("spt");
      const [, first] = await kit.keys("rct");
      assertEquals((await kit.keys("spt"))[1], first);
      const list = await kit.tocsin(["commission", "--config", kit.file("rct"), "--list"]);
      assertMatch(list.out, /keys by certificate since [^,]+, in use/);

      // The window serves once.
      assertEquals((await atSite(kit)).code, 69);
      await openWindow(kit);
      assertEquals((await atSite(kit)).code, 0);
      await until(async () => (await kit.keys("rct"))[1]!.toHex() !== first!.toHex(), "new keys");
      await kit.alarm();
      await kit.arrived();
      dtls.signal("SIGTERM");
      assertEquals(await dtls.status(), 0);
      assertStringIncludes(log(dtls).at(-1)!.message, "SIGTERM: closing");
      kit.collected.addChild("tocsin dtls", dtls);
      await kit.holdsNone([first!]);
    }),
});

Deno.test({
  name:
    "by certificate: another name, a rogue CA, an expired one, one without its key, a rogue RCT, a CA that was removed",
  ignore: !OPENSSL,
  fn: () =>
    withCertificates(async (kit, pki) => {
      await kit.run("rct");
      const folder = `${ROOT}${kit.folder.path}`;
      await pki.stolenKey("stolen", "spt", "other");
      await Deno.copyFile(pki.key("stolen"), `${folder}/stolen.key`);
      {
        await using dtls = await startDtls(kit);
        await openWindow(kit);
        const cases: [string, string, string, string][] = [
          ["other", "other.pem", "other-cert.key", '"certificate-unknown"'],
          ["rogue", "rogue-spt.pem", "rogue-spt-cert.key", '"dtls-'],
          ["expired", "expired-spt.pem", "expired-spt-cert.key", '"dtls-'],
          ["stolen", "spt.pem", "stolen.key", '"dtls-'],
        ];
        for (const [name, certificate, key, rule] of cases) {
          await kit.copy("spt", name, 'certificate = "spt.pem"', `certificate = "${certificate}"`);
          await kit.change(name, 'private_key = "spt-cert.key"', `private_key = "${key}"`);
          const { code, out, err } = await atSite(kit, name);
          assertEquals(code, 69, `${name}: ${out}${err}`);
          assert(!out.includes("Commissioned"), name);
          await until(() => dtls.err.includes(rule), `${name}: ${rule} in ${dtls.err}`);
        }
        assertEquals((await kit.keys("rct")).length, 1, "nobody was commissioned");
        // Handshakes that take long must not be ended by a look at files that have not changed.
        assert(!dtls.err.includes("dtls-reload"), dtls.err);
        await Deno.remove(`${folder}/site-ca/ca.pem`);
        await Deno.copyFile(pki.pem("rogue-ca"), `${folder}/site-ca/rogue.pem`);
        await dtls.shows('"dtls-reload"', "err");
        assertEquals((await atSite(kit)).code, 69, "its CA is trusted no more");
        await Deno.copyFile(pki.pem("ca"), `${folder}/site-ca/ca.pem`);
        await until(() => dtls.err.split('"dtls-reload"').length === 3, "the CA is back");
        await dtls[Symbol.asyncDispose]();
        kit.collected.addChild("tocsin dtls", dtls);
      }
      await kit.copy("rct", "rogue-rct", 'certificate = "rct.pem"', 'certificate = "rogue-rct.pem"');
      await kit.change("rogue-rct", 'private_key = "rct-cert.key"', 'private_key = "rogue-rct-cert.key"');
      await using rogue = await startDtls(kit, "rogue-rct");
      const wrong = await atSite(kit);
      assertEquals(wrong.code, 69);
      assertMatch(wrong.err, /certificate/);
      assert(!rogue.err.includes('"commissioned"'));
      assertEquals((await kit.keys("rct")).length, 1);
    }),
});

Deno.test({
  name: "tocsin dtls: what cannot be used is named; without the right to load libssl it says so",
  ignore: !OPENSSL,
  fn: () =>
    withCertificates(async (kit) => {
      const dtls = (config: string, task = "tocsin-dtls") =>
        kit.tocsin(["dtls", "--config", kit.file(config)], { task });
      await kit.copy("rct", "none", 'certificate = "rct.pem"', 'certificate = "gone.pem"');
      const gone = await dtls("none");
      assertEquals(gone.code, 69, gone.err);
      assertStringIncludes(gone.err, "gone.pem");
      const right = await dtls("rct", "tocsin");
      assertEquals(right.code, 69, right.err);
      assertMatch(right.err, /ffi/);
      await using taken = new Taken(kit.ports.dtls);
      const port = await dtls("rct");
      assertEquals([port.code, taken.port], [69, kit.ports.dtls]);
      assertStringIncludes(port.err, String(kit.ports.dtls));
      const pcap = await kit.tocsin(["dtls", "--config", kit.file("rct"), "--pcap", "x"], {
        task: "tocsin-dtls",
      });
      assertEquals(pcap.code, 64);
      await using site = await Commissioning.make();
      const without = await site.tocsin(["commission", "--config", site.file("spt"), "--certificate"]);
      assertEquals(without.code, 69);
      assertStringIncludes(without.err, "names no certificate");
      const centre = await site.tocsin([
        ...["commission", "--config", site.file("rct"), "--site", "shop-12", "--certificate"],
      ]);
      assertEquals(centre.code, 64);
      assertStringIncludes(centre.err, "certificate_name");
    }),
});

/** A UDP port that somebody else has. */
class Taken implements AsyncDisposable {
  readonly #socket: Deno.DatagramConn;
  readonly port: number;

  constructor(port: number) {
    this.port = port;
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    return Promise.resolve();
  }
}
