/** Certificates for tests, made by the `openssl` command when the tests start. */
import { assertEquals } from "@std/assert";

/** Whether there is an `openssl` of version 3 here, and the library beside it. */
export const OPENSSL: boolean = await (async () => {
  try {
    const { stdout } = await new Deno.Command("openssl", { args: ["version"] }).output();
    return new TextDecoder().decode(stdout).startsWith("OpenSSL 3");
  } catch {
    return false;
  }
})();
if (!OPENSSL) console.warn("tests/dtls: ignored, no OpenSSL 3 here. Install openssl and libssl3.");

/** Runs `openssl` to its end; fails when it does. */
export async function openssl(args: string[], stdin = ""): Promise<string> {
  const child = new Deno.Command("openssl", { args, stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  assertEquals(code, 0, `openssl ${args.join(" ")}\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Kinds of keys. */
export type KeyKind = "ec" | "rsa" | "dsa";

/** How a certificate is to be made. */
export interface CertificateOptions {
  /** Who signs it; itself when absent. */
  by?: string;
  key?: KeyKind;
  /** Days until it ends; -1 for one that ended yesterday. @default {30} */
  days?: number;
  /** A CA's certificate. */
  ca?: boolean;
  /** More lines of the extensions. */
  extensions?: string[];
}

/** A folder of certificates `NAME.pem` and keys `NAME.key`. */
export class Pki {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the usual ones: see the calls. */
  static async make(): Promise<Pki> {
    const pki = new Pki(await Deno.makeTempDir({ prefix: "tocsin-pki-" }));
    await Promise.all([
      pki.certificate("ca", "Supplier CA", { ca: true }),
      pki.certificate("rsa-ca", "RSA CA", { ca: true, key: "rsa" }),
      pki.certificate("rogue-ca", "Supplier CA", { ca: true }),
    ]);
    await Promise.all([
      pki.certificate("rct", "rct.example", { by: "ca" }),
      pki.certificate("spt", "maker.example:0042", { by: "ca" }),
      pki.certificate("rct-rsa", "rct.example", { by: "rsa-ca", key: "rsa" }),
      pki.certificate("spt-rsa", "maker.example:0043", { by: "rsa-ca", key: "rsa" }),
      pki.certificate("rogue-rct", "rct.example", { by: "rogue-ca" }),
      pki.certificate("rogue-spt", "maker.example:0042", { by: "rogue-ca" }),
      pki.certificate("expired-spt", "maker.example:0044", { by: "ca", days: -1 }),
      pki.certificate("other", "maker.example:0099", { by: "ca" }),
    ]);
    return pki;
  }

  /** Path of a certificate. */
  pem(name: string): string {
    return `${this.folder}/${name}.pem`;
  }

  /** Path of a key. */
  key(name: string): string {
    return `${this.folder}/${name}.key`;
  }

  /** Settings of one of our ends that shows a certificate. */
  end(name: string, key = name): { certificateFile: string; keyFile: string } {
    return { certificateFile: this.pem(name), keyFile: this.key(key) };
  }

  /** Makes a key and a certificate. */
  async certificate(name: string, commonName: string, options: CertificateOptions = {}): Promise<void> {
    const { by, key = "ec", days = 30, ca = false, extensions = [] } = options;
    await this.#makeKey(name, key);
    const config = `${this.folder}/${name}.cnf`;
    await Deno.writeTextFile(
      config,
      ["[ext]", `basicConstraints=critical,CA:${ca ? "TRUE" : "FALSE"}`, ...extensions, ""].join("\n"),
    );
    const request = `${this.folder}/${name}.csr`;
    await openssl(["req", "-new", "-key", this.key(name), "-subj", `/CN=${commonName}`, "-out", request]);
    await openssl([
      ...["x509", "-req", "-in", request, "-out", this.pem(name), "-sha256", "-days", String(days)],
      ...["-extfile", config, "-extensions", "ext"],
      ...(by === undefined
        ? ["-signkey", this.key(name)]
        : ["-CA", this.pem(by), "-CAkey", this.key(by), "-set_serial", String(this.#serial++)]),
    ]);
  }

  /** A DSA set for the suite of 2013: `dsa-ca`, `dsa-rct`, `dsa-spt`. */
  async addDsa(): Promise<void> {
    await openssl(["dsaparam", "-out", `${this.folder}/dsa.param`, "1024"]);
    await this.certificate("dsa-ca", "DSA CA", { ca: true, key: "dsa" });
    await this.certificate("dsa-rct", "rct.example", { by: "dsa-ca", key: "dsa" });
    await this.certificate("dsa-spt", "maker.example:2013", { by: "dsa-ca", key: "dsa" });
  }

  /**
   * Makes a key file that seems to belong to the certificate `victim` but signs with the key of `thief`: programs compare
   * the public half only, so that `openssl` takes it. Both keys are P-256.
   */
  async stolenKey(name: string, victim: string, thief: string): Promise<void> {
    // ECPrivateKey (RFC 5915): SEQUENCE, INTEGER 1, OCTET STRING of 32 at 7, curve, public key.
    const [der, other] = await Promise.all([victim, thief].map(async (of) => {
      const file = `${this.folder}/${of}.ec.der`;
      await openssl(["ec", "-in", this.key(of), "-outform", "DER", "-out", file]);
      return await Deno.readFile(file);
    }));
    assertEquals(der!.subarray(5, 7).toHex(), "0420");
    der!.set(other!.subarray(7, 39), 7);
    const base64 = der!.toBase64().replaceAll(/.{64}/g, "$&\n");
    await Deno.writeTextFile(
      this.key(name),
      `-----BEGIN EC PRIVATE KEY-----\n${base64}\n-----END EC PRIVATE KEY-----\n`,
    );
  }

  async remove(): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  #serial = 1000;

  async #makeKey(name: string, kind: KeyKind): Promise<void> {
    const out = ["-out", this.key(name)];
    if (kind === "ec") {
      await openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", ...out]);
    } else if (kind === "rsa") {
      await openssl(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", ...out]);
    } else {
      await openssl(["genpkey", "-paramfile", `${this.folder}/dsa.param`, ...out]);
    }
  }
}
