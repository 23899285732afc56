/**
 * `tocsin commission` at the site: takes the secret, or the certificate, and fetches the keys from the RCT.
 *
 * @module
 */
import { readQrContent } from "../commissioning/secret_qr.ts";
import { type LineNumber, readSecret, readSecretLine } from "../commissioning/printed_secret.ts";
import { SecretKey } from "../keys/secret_key.ts";
import type { SptConfig } from "../config/spt_config.ts";
import { type CommissionEnd, commissionOverUdp } from "../gateway/commission_site.ts";
import { systemRandom } from "../gateway/random.ts";
import { edition } from "../ip/editions.ts";
import type { MasterSource } from "../keys/device_keys.ts";
import type { KeyStore } from "../keys/key_store.ts";
import { KeyStoreError } from "../keys/key_store_error.ts";
import type { PathIdentity } from "../session/path_identity.ts";
import { SptCommissioning } from "../session/spt_commissioning.ts";
import type { CommissionArguments } from "./commission.ts";
import { openOrMakeKeyStore } from "./key_store_argument.ts";
import { EXIT_UNAVAILABLE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Exit status: the secret is mistyped (EX_DATAERR of sysexits). */
const EXIT_DATA = 65;
/** A line may be typed this often. */
const TRIES = 5;

/**
 * Runs the command at the site.
 *
 * @param config The SPT's configuration.
 * @param args The arguments.
 * @returns Exit status.
 */
export async function commissionAtSite(config: SptConfig, args: CommissionArguments): Promise<number> {
  const wrong = (problem: string) => wrongArguments("commission", problem);
  for (const name of ["site", "window"] as const) {
    if (args.text.has(name)) return wrong(`--${name} is for the receiving centre's end`);
  }
  for (const name of ["wait", "list", "close", "no-qr"] as const) {
    if (args.on.has(name)) return wrong(`--${name} is for the receiving centre's end`);
  }
  const [deed, ...others] = [
    ...(["revoke", "certificate"] as const).filter((name) => args.on.has(name)),
    ...(["secret-file"] as const).filter((name) => args.text.has(name)),
  ];
  if (others.length > 0) return wrong(`--${deed} and --${others.join(", --")}: one at a time`);
  // Before anything is typed or sent: the keys must have a place to go to.
  const opened = openOrMakeKeyStore(config.keys);
  if (!opened.ok) {
    console.error(`tocsin commission: ${opened.message}`);
    return EXIT_UNAVAILABLE;
  }
  try {
    return await commission(config, args, opened.store);
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    console.error(`tocsin commission: ${error.message}`);
    return EXIT_UNAVAILABLE;
  } finally {
    opened.store.close();
  }
}

async function commission(config: SptConfig, args: CommissionArguments, store: KeyStore): Promise<number> {
  const { deviceId } = config.identity;
  if (args.on.has("revoke")) {
    store.revoke(deviceId, Date.now());
    console.log("The keys from commissioning are destroyed.");
    return 0;
  }
  let end: CommissionEnd;
  if (args.on.has("certificate")) {
    // Loaded only here: it needs the right to load libssl.
    const { commissionByCertificate } = await import("../gateway/commission_certificate.ts");
    end = await commissionByCertificate(config, progress);
  } else {
    const secret = await readTheSecret(config, args.text.get("secret-file"));
    if (secret === undefined) return EXIT_DATA;
    const session = new SptCommissioning({
      profile: edition(config.rct.edition),
      random: systemRandom(),
      sptDeviceId: deviceId,
      way: { kind: "secret", secret: secret.octets() },
      hashes: config.rct.hash === "sha-256" ? ["sha-256"] : [config.rct.hash, "sha-256"],
      responseTimeoutMs: config.rct.responseTimeoutMs,
      transmissions: config.rct.transmissions,
    });
    end = await commissionOverUdp(session, config.rct, progress);
  }
  if (!end.ok) {
    console.error(`tocsin commission: ${end.message}`);
    return EXIT_UNAVAILABLE;
  }
  allowAgain(store, deviceId);
  if (!keep(store, end.identity, args.on.has("certificate") ? "certificate" : "secret")) {
    console.error("tocsin commission: the keys could not be kept: they were revoked meanwhile; start again");
    return EXIT_UNAVAILABLE;
  }
  console.log("Commissioned. A running SPT takes the new keys up by itself within seconds.");
  return 0;
}

/** The steps, in a technician's words; the rest is of no interest to him. */
const STEPS: Readonly<Record<string, string>> = {
  VERSION_REQ: "calling the receiving centre …",
  DEVICE_ID_REQ: "it answers; saying who we are …",
  ENCRYPT_SELECT_REQ: "proving the secret …",
  ENCRYPT_KEY_REQ: "fetching the keys …",
};

function progress(step: string): void {
  const text = STEPS[step];
  if (text !== undefined) console.log(text);
}

/** The box's owner has commissioned it anew: what was revoked here before is allowed again, and not sooner. */
function allowAgain(store: KeyStore, deviceId: Uint8Array): void {
  if (store.device(deviceId)?.revokedAt === undefined) return;
  const now = Date.now();
  // A window that nobody can use: its only effect is to lift the revocation.
  store.openWindow(deviceId, { method: "certificate", name: "-", openedAt: now, until: now + 1 });
  store.closeWindow(deviceId);
}

function keep(store: KeyStore, identity: PathIdentity, how: MasterSource): boolean {
  const { sptDeviceId, rctDeviceId, masterHandle, master } = identity;
  if (master.encryption === "none") throw new TypeError("a master set without a cipher");
  return store.put(sptDeviceId, {
    masterHandle,
    encryption: master.encryption,
    hash: master.hash,
    key: new SecretKey(master.key),
    rctDeviceId,
    sptDeviceId,
    since: Date.now(),
    how,
  });
}

/** The secret from a file, from a pipe, or typed line by line; undefined when it cannot be read, which was said then. */
async function readTheSecret(config: SptConfig, file: string | undefined): Promise<SecretKey | undefined> {
  if (file === undefined && Deno.stdin.isTerminal()) return typedSecret();
  let text: string;
  try {
    text = file === undefined
      ? await new Response(Deno.stdin.readable).text()
      : await Deno.readTextFile(file);
  } catch (error) {
    console.error(`tocsin commission: ${file}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
  if (/^\s*tocsin:/i.test(text)) return scannedSecret(text, config.identity.deviceId);
  const read = readSecret(text);
  if (read.ok) return read.secret;
  for (const { message } of read.errors) console.error(message);
  return undefined;
}

function scannedSecret(text: string, deviceId: Uint8Array): SecretKey | undefined {
  const read = readQrContent(text);
  if (!read.ok) {
    console.error(`tocsin commission: ${read.message}`);
    for (const { message } of read.errors) console.error(message);
    return undefined;
  }
  if (read.deviceId.toHex() === deviceId.toHex()) return read.secret;
  console.error(
    `tocsin commission: this secret is for device ${read.deviceId.toHex()}, this is device ${deviceId.toHex()}`,
  );
  return undefined;
}

/** Line by line, so that a mistake is told at once. */
function typedSecret(): SecretKey | undefined {
  console.log(
    "The receiving centre has printed a secret of four lines. Case, spaces and dashes do not matter.",
  );
  const secret = new Uint8Array(32);
  for (const line of [1, 2, 3, 4] as const) {
    const part = typedLine(line);
    if (part === undefined) {
      console.error("tocsin commission: given up; start again when you have the secret at hand");
      return undefined;
    }
    secret.set(part.octets(), (line - 1) * 8);
  }
  return new SecretKey(secret);
}

function typedLine(line: LineNumber): SecretKey | undefined {
  for (let i = 0; i < TRIES; i++) {
    const text = prompt(`Line ${line}:`);
    if (text === null) return undefined;
    const read = readSecretLine(line, text);
    if (read.ok) return read.part;
    for (const { message } of read.errors) console.error(`  ${message}`);
  }
  return undefined;
}
