/**
 * Commissions sites that come with a certificate: the RCT's end, in a process of its own. Needs the right to load libssl.
 *
 * @module
 */
import type { RctConfig, SiteConfig } from "../config/rct_config.ts";
import { sameSpt } from "../dtls/common_name.ts";
import type { DtlsConnection } from "../dtls/dtls_connection.ts";
import { DtlsError } from "../dtls/dtls_end.ts";
import { DtlsServer } from "../dtls/dtls_server.ts";
import { edition } from "../ip/editions.ts";
import { equal } from "../ip/constant_time.ts";
import { peekHandle } from "../ip/seal.ts";
import type { KeyStore } from "../keys/key_store.ts";
import { KeyStoreError } from "../keys/key_store_error.ts";
import { SecretKey } from "../keys/secret_key.ts";
import type { PathIdentity } from "../session/path_identity.ts";
import { type CommissioningEffect, RctCommissionings } from "../session/rct_commissionings.ts";
import type { Log } from "./log.ts";
import { filesState } from "./files_state.ts";
import { systemRandom } from "./random.ts";

/** Conversations are looked at this often. */
const TICK_MS = 500;
/** CAs and certificates are looked at this often, so that one can be added or taken away while this runs. */
const LOOK_MS = 2000;

/** What a {@link DtlsCommissioner} works with. */
export interface DtlsCommissionerParts {
  /** The RCT's configuration; `commissioning.certificate` is there. */
  config: RctConfig;
  /** The key store, shared with the running RCT; the caller closes it. */
  store: KeyStore;
  log: Log;
}

/**
 * Listens for SPTs with certificates and puts their master sets into the key store, where the running RCT finds them.
 *
 * A site gets in when a CA of the file has signed its certificate, when the certificate's common name is the site's
 * `certificate_name`, and while a window is open for it (`tocsin commission --site NAME --certificate`).
 */
export class DtlsCommissioner {
  readonly #parts: DtlsCommissionerParts;
  readonly #random = systemRandom();
  #server!: DtlsServer;
  #looking: ReturnType<typeof setInterval> | undefined;
  #reloading: Promise<void> | undefined;
  /** State of the files that were read; undefined after a read that failed: it is tried again. */
  #read: string | undefined;
  /** What was told of a read that failed. */
  #trouble: string | undefined;

  /**
   * Starts to listen.
   *
   * @param parts What it works with.
   * @returns The running commissioner.
   * @throws {DtlsError} (rejects) When certificates, CAs or the library cannot be used.
   * @throws {Error} (rejects) When the port cannot be bound.
   */
  static async open(parts: DtlsCommissionerParts): Promise<DtlsCommissioner> {
    const commissioner = new DtlsCommissioner(parts);
    await commissioner.#start();
    return commissioner;
  }

  private constructor(parts: DtlsCommissionerParts) {
    this.#parts = parts;
  }

  /** Where it listens. */
  get address(): { hostname: string; port: number } {
    return { hostname: this.#server.hostname, port: this.#server.port };
  }

  /** Says goodbye to all and stops. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    await this.#reloading;
    await this.#server.close();
  }

  async #start(): Promise<void> {
    const { config: { commissioning }, log } = this.#parts;
    const { certificate, caPaths, hostname, port, legacyDss } = commissioning;
    if (certificate === undefined) throw new TypeError("the configuration names no certificate");
    const files = [certificate.chainFile, certificate.keyFile, ...caPaths];
    // Before they are read: what changes in between is seen at the next look.
    this.#read = await filesState(files);
    try {
      this.#server = await DtlsServer.open({
        hostname,
        port,
        certificateFile: certificate.chainFile,
        keyFile: certificate.keyFile,
        caFiles: caPaths,
        legacyDss,
        onConnection: (connection) => this.#serve(connection),
        onRefused: ({ peer, rule, message }) =>
          log("warn", `dtls-${rule}`, `${peer.hostname}:${peer.port} turned away: ${message}`),
      });
    } catch (error) {
      if (error instanceof DtlsError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot listen for DTLS on UDP ${hostname}:${port}: ${reason}`, { cause: error });
    }
    this.#looking = setInterval(() => {
      this.#reloading ??= this.#reload(files).finally(() => this.#reloading = undefined);
    }, LOOK_MS);
    log("info", "listening", `DTLS on UDP ${this.#server.hostname}:${this.#server.port}`);
  }

  /** Reads the files again if they have changed. Without need it would end handshakes under way, and slow ones never end. */
  async #reload(files: readonly string[]): Promise<void> {
    const { log } = this.#parts;
    const state = await filesState(files);
    if (state === this.#read) return;
    try {
      await this.#server.reload();
      this.#read = state;
      this.#trouble = undefined;
      log("info", "dtls-reload", "certificates and CAs have changed and were read again");
    } catch (error) {
      this.#read = undefined;
      const message = error instanceof Error ? error.message : String(error);
      if (message === this.#trouble) return;
      this.#trouble = message;
      log("error", "dtls-reload", `certificates and CAs stay as they were: ${message}`);
    }
  }

  #serve(connection: DtlsConnection): void {
    const { config, log } = this.#parts;
    const name = connection.identity?.commonName;
    const site = config.sites.find(({ certificateName }) =>
      name !== undefined && certificateName !== undefined && sameSpt(name, certificateName)
    );
    if (site === undefined) {
      log("warn", "certificate-unknown", `certificate "${name ?? ""}" belongs to no site`);
      return connection.close();
    }
    if (this.#window(site) === undefined) {
      log("warn", "window-closed", "the site came with its certificate, but no window is open", {
        site: site.name,
      });
      return connection.close();
    }
    log("info", "commissioning", `certificate accepted, ${connection.cipherSuite}`, { site: site.name });
    this.#converse(connection, site);
  }

  /** The conversation inside one connection. */
  #converse(connection: DtlsConnection, site: SiteConfig): void {
    const { config, log } = this.#parts;
    const profile = edition(site.edition);
    const commissionings = new RctCommissionings({
      profile,
      random: this.#random,
      rctDeviceId: config.identity.deviceId,
      takeHandle: () => this.#freeHandle(site),
      dropHandle: () => {},
      window: (deviceId) => {
        const openedAt = this.#window(site);
        return openedAt !== undefined && equal(deviceId, site.deviceId)
          ? { kind: "dtls", openedAt }
          : undefined;
      },
    });
    const from = connection.peer;
    const dtls = { masterKey: connection.masterKey.octets() };
    const apply = (effects: CommissioningEffect[]) => {
      for (const effect of effects) {
        switch (effect.kind) {
          case "send":
            if (connection.open) connection.send(effect.bytes);
            break;
          case "store":
            apply(commissionings.settle(effect.ref, this.#store(site, effect.openedAt, effect.identity)));
            break;
          case "commissioned":
            log("info", "commissioned", "the site has new keys, by certificate", { site: site.name });
            break;
          case "ended":
            log("warn", "commissioning-ended", effect.reason, { site: site.name });
            break;
          case "dropped":
            log("warn", effect.rule, `a message was dropped: ${effect.rule}`, { site: site.name });
            break;
          case "begun":
        }
      }
    };
    const timer = setInterval(() => apply(commissionings.tick(Date.now())), TICK_MS);
    connection.onMessage = (bytes) => {
      const handle = peekHandle(profile, bytes);
      if (handle !== undefined) apply(commissionings.feed(bytes, handle, from, Date.now(), dtls) ?? []);
    };
    // The SPT ends the connection when it has the last answer; one that does not is ended for its silence.
    connection.onClosed = () => clearInterval(timer);
  }

  #window(site: SiteConfig): number | undefined {
    return this.#guard(site, () => {
      const pending = this.#parts.store.pending(site.deviceId, Date.now());
      return pending?.method === "certificate" ? pending.openedAt : undefined;
    });
  }

  #store(
    site: SiteConfig,
    openedAt: number | undefined,
    { masterHandle, master, rctDeviceId }: PathIdentity,
  ): boolean {
    const { encryption, hash, key } = master;
    if (encryption === "none" || openedAt === undefined) return false;
    return this.#guard(site, () =>
      this.#parts.store.complete(site.deviceId, openedAt, {
        masterHandle,
        encryption,
        hash,
        key: new SecretKey(key),
        rctDeviceId,
        sptDeviceId: site.deviceId,
        since: Date.now(),
        how: "certificate",
      })) ?? false;
  }

  /** Handles of running sessions are the RCT's own matter: among four thousand million, it will not be one of them. */
  #freeHandle(site: SiteConfig): number | undefined {
    const { config, store } = this.#parts;
    return this.#guard(site, () => {
      for (let i = 0; i < 16; i++) {
        const [a = 0, b = 0, c = 0, d = 0] = this.#random(4);
        const handle = (a << 24 | b << 16 | c << 8 | d) >>> 0;
        const inFile = config.sites.some(({ master }) => master?.masterHandle === handle);
        if (handle !== 0 && !inFile && !store.handleTaken(handle)) return handle;
      }
      return undefined;
    });
  }

  #guard<T>(site: SiteConfig, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof KeyStoreError)) throw error;
      this.#parts.log("error", "key-store", error.message, { site: site.name });
      return undefined;
    }
  }
}
