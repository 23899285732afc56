/**
 * Runs a commissioning from the premises by certificate: the conversation inside DTLS. Needs the right to load libssl.
 *
 * @module
 */
import type { SptConfig } from "../config/spt_config.ts";
import { DtlsClient } from "../dtls/dtls_client.ts";
import { DtlsError } from "../dtls/dtls_end.ts";
import { edition } from "../ip/editions.ts";
import { SptCommissioning } from "../session/spt_commissioning.ts";
import { type CommissionEnd, CommissionRun, findRct, notFound } from "./commission_site.ts";
import { systemRandom } from "./random.ts";

/**
 * Commissions this SPT with the certificate of its configuration.
 *
 * @param config The SPT's configuration.
 * @param progress Told each step.
 * @returns The master set, or why there is none.
 */
export async function commissionByCertificate(
  config: SptConfig,
  progress?: (step: string) => void,
): Promise<CommissionEnd> {
  const { certificate, caFiles, rctName, validateRct, legacyDss, port } = config.commissioning;
  if (certificate === undefined) {
    const message =
      "the file names no certificate: write certificate, private_key and rct_ca below [commissioning]";
    return { ok: false, message };
  }
  const to = await findRct(config.rct.hostname, port);
  if (to === undefined) return { ok: false, message: notFound(config.rct.hostname) };
  try {
    await using client = await DtlsClient.open({
      certificateFile: certificate.chainFile,
      keyFile: certificate.keyFile,
      caFiles,
      validateRct,
      ...(rctName === undefined ? {} : { rctName }),
      legacyDss,
    });
    const connection = await client.connect(to);
    const session = new SptCommissioning({
      profile: edition(config.rct.edition),
      random: systemRandom(),
      sptDeviceId: config.identity.deviceId,
      way: { kind: "dtls", masterKey: connection.masterKey.octets() },
      hashes: config.rct.hash === "sha-256" ? ["sha-256"] : [config.rct.hash, "sha-256"],
      responseTimeoutMs: config.rct.responseTimeoutMs,
      transmissions: config.rct.transmissions,
    });
    const run = new CommissionRun(session, connection, progress);
    connection.onMessage = (bytes) => run.receive(bytes);
    connection.onClosed = ({ message }) => run.stop(`the RCT ended the connection: ${message}`);
    const end = await run.end;
    connection.onClosed = undefined;
    connection.close();
    return end;
  } catch (error) {
    if (error instanceof DtlsError) return { ok: false, message: error.message };
    throw error;
  }
}
