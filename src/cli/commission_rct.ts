/**
 * `tocsin commission` at the receiving centre: opens windows, shows secrets once, revokes keys.
 *
 * @module
 */
import { printSecret } from "../commissioning/printed_secret.ts";
import { secretQr } from "../commissioning/secret_qr.ts";
import { parseDuration } from "../config/duration.ts";
import type { RctConfig, SiteConfig } from "../config/rct_config.ts";
import { SecretKey } from "../keys/secret_key.ts";
import type { DeviceKeys } from "../keys/device_keys.ts";
import type { KeyStore } from "../keys/key_store.ts";
import { KeyStoreError } from "../keys/key_store_error.ts";
import type { CommissionArguments } from "./commission.ts";
import { openOrMakeKeyStore } from "./key_store_argument.ts";
import { EXIT_UNAVAILABLE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const SHORTEST_WINDOW = 60_000;
const LONGEST_WINDOW = 86_400_000;
/** `--wait` looks this often. */
const LOOK_MS = 500;

/**
 * Runs the command at the receiving centre.
 *
 * @param config The RCT's configuration.
 * @param args The arguments.
 * @returns Exit status.
 */
export async function commissionAtCentre(config: RctConfig, args: CommissionArguments): Promise<number> {
  const wrong = (problem: string) => wrongArguments("commission", problem);
  if (args.text.has("secret-file")) return wrong("--secret-file is for the site's end");
  const name = args.text.get("site");
  const site = config.sites.find((other) => other.name === name);
  if (!args.on.has("list") && site === undefined) {
    const names = config.sites.slice(0, 10).map((other) => other.name).join(", ");
    const more = config.sites.length > 10 ? ", …" : "";
    return wrong(`--site NAME: expected one of the file's sites (${names}${more})`);
  }
  const window = args.text.get("window");
  const windowMs = window === undefined ? config.commissioning.windowMs : parseDuration(window);
  const useless = uselessOption(args);
  if (useless !== undefined) return wrong(useless);
  if (windowMs === undefined || windowMs < SHORTEST_WINDOW || windowMs > LONGEST_WINDOW) {
    return wrong("--window: expected 1m to 24h, such as 30m");
  }
  const opened = openOrMakeKeyStore(config.keys);
  if (!opened.ok) {
    console.error(`tocsin commission: ${opened.message}`);
    return EXIT_UNAVAILABLE;
  }
  const { store } = opened;
  try {
    if (args.on.has("list")) return list(config, store);
    if (args.on.has("close")) return close(site!, store);
    if (args.on.has("revoke")) return revoke(site!, store);
    return await open(site!, store, windowMs, args);
  } catch (error) {
    if (!(error instanceof KeyStoreError)) throw error;
    console.error(`tocsin commission: ${error.message}`);
    return EXIT_UNAVAILABLE;
  } finally {
    store.close();
  }
}

/** An option that would be passed over without a word is more likely a mistake. */
function uselessOption({ on, text }: CommissionArguments): string | undefined {
  const deed = (["list", "close", "revoke"] as const).find((name) => on.has(name));
  if (deed === undefined) {
    return on.has("certificate") && on.has("no-qr") ? "--no-qr has no effect with --certificate" : undefined;
  }
  const useless = (["certificate", "wait", "no-qr"] as const).find((name) => on.has(name)) ??
    (["window", ...deed === "list" ? ["site" as const] : []] as const).find((name) => text.has(name));
  return useless === undefined ? undefined : `--${useless} has no effect with --${deed}`;
}

async function open(
  site: SiteConfig,
  store: KeyStore,
  windowMs: number,
  args: CommissionArguments,
): Promise<number> {
  const now = Date.now();
  const until = now + windowMs;
  const end = clock(until);
  const before = store.device(site.deviceId);
  if (before?.revokedAt !== undefined) console.log(`Site ${site.name} was revoked; this allows it again.`);
  let openedAt: number;
  if (args.on.has("certificate")) {
    if (site.certificateName === undefined) {
      return wrongArguments(
        "commission",
        `site ${site.name} has no certificate_name: write the common name of the SPT's certificate there`,
      );
    }
    openedAt = store.openWindow(site.deviceId, {
      method: "certificate",
      name: site.certificateName,
      openedAt: now,
      until,
    });
    console.log(`Site ${site.name} may come with the certificate "${site.certificateName}" until ${end}.`);
    console.log(
      `"tocsin dtls" has to run here. At the site: tocsin commission --config spt.toml --certificate`,
    );
  } else {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    openedAt = store.openWindow(site.deviceId, {
      method: "secret",
      secret: new SecretKey(secret),
      openedAt: now,
      until,
    });
    const lines = printSecret(secret).trimEnd().split("\n").map((line, i) => `  ${i + 1}  ${line}`);
    console.log(`Secret for site ${site.name}, device ${site.deviceId.toHex()}`);
    console.log(`It serves once, until ${end}, and is shown only now. Do not send it by e-mail.\n`);
    console.log(lines.join("\n"));
    if (!args.on.has("no-qr")) {
      console.log(`\n${secretQr(secret, site.deviceId, { colours: Deno.stdout.isTerminal() })}`);
    }
    console.log(`\n"tocsin rct" has to run here. At the site: tocsin commission --config spt.toml`);
    secret.fill(0);
  }
  return args.on.has("wait")
    ? await wait(site, store, { openedAt, until, before: before?.masters[0]?.masterHandle })
    : 0;
}

interface Window {
  openedAt: number;
  until: number;
  /** Handle of the newest master set before. */
  before: number | undefined;
}

async function wait(site: SiteConfig, store: KeyStore, { openedAt, until, before }: Window): Promise<number> {
  console.log("Waiting for the site. Ctrl-C ends the waiting, not the window.");
  for (;;) {
    const device = store.device(site.deviceId);
    if (device?.pending?.openedAt !== openedAt) {
      const set = device?.masters[0];
      if (set !== undefined && set.masterHandle !== before) {
        console.log(`Site ${site.name} is commissioned, ${clock(set.since)}.`);
        return 0;
      }
      console.error(`tocsin commission: the window for site ${site.name} was closed or opened anew`);
      return EXIT_UNAVAILABLE;
    }
    if (Date.now() >= until) {
      console.error(`tocsin commission: the window has ended, site ${site.name} has not come`);
      return EXIT_UNAVAILABLE;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function close(site: SiteConfig, store: KeyStore): number {
  console.log(
    store.closeWindow(site.deviceId)
      ? `The window for site ${site.name} is closed; its secret is worthless.`
      : `No window is open for site ${site.name}.`,
  );
  return 0;
}

function revoke(site: SiteConfig, store: KeyStore): number {
  store.revoke(site.deviceId, Date.now());
  console.log(`Site ${site.name} is revoked: its keys are destroyed, a running RCT serves it no more.`);
  if (site.master !== undefined) {
    console.log("Its master_key in the file is not used any more: take the lines out of the file.");
  }
  return 0;
}

function list(config: RctConfig, store: KeyStore): number {
  const width = Math.max(4, ...config.sites.map(({ name }) => name.length));
  for (const site of config.sites) {
    const line = describe(site, store.device(site.deviceId));
    console.log(`${site.name.padEnd(width)}  ${site.deviceId.toHex()}  ${line}`);
  }
  return 0;
}

function describe(site: SiteConfig, device: DeviceKeys | undefined): string {
  const parts: string[] = [];
  if (device?.revokedAt !== undefined) parts.push(`revoked ${clock(device.revokedAt)}`);
  const [newest] = device?.masters ?? [];
  if (newest !== undefined) {
    const used = newest.proved ? "in use" : "not used yet";
    parts.push(`keys by ${newest.how} since ${clock(newest.since)}, ${used}`);
  } else if (device?.revokedAt === undefined) {
    parts.push(site.master === undefined ? "no keys" : "keys in the file");
  }
  const pending = device?.pending;
  if (pending !== undefined && pending.until > Date.now()) {
    parts.push(`window open until ${clock(pending.until)} (${pending.method})`);
  }
  return parts.join("; ");
}

/** A time of day as people at this machine read it. */
function clock(ms: number): string {
  const date = new Date(ms);
  const pad = (n: number) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}
