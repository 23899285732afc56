/**
 * What is stated of the premises' side.
 *
 * @module
 */
import { formatDuration } from "../config/duration.ts";
import type { InputConfig } from "../config/input_config.ts";
import type { SptConfig } from "../config/spt_config.ts";
import { edition } from "../ip/editions.ts";
import { stated, type StatementRow, type StatementSection } from "./statement.ts";

/**
 * States the configuration of an SPT; see `centreSections`.
 *
 * @param config The configuration.
 * @returns Sections.
 */
export function siteSections(config: SptConfig): StatementSection[] {
  const { name, rct, keys, identity, commissioning } = config;
  return [
    { title: `SPT ${name}: acknowledgement of inputs`, rows: config.inputs.map(acknowledgement) },
    { title: `SPT ${name}: ports and listeners`, rows: listeners(config) },
    {
      title: `SPT ${name}: path, encryption and keys`,
      rows: [
        stated("RCT", `UDP ${rct.hostname}:${rct.port}; nothing listens towards it`, "rct.host, rct.port"),
        stated("paths", "one", "program"),
        stated(
          "heartbeat",
          `${formatDuration(rct.heartbeatMs)}; a request is sent ${rct.transmissions} times, first after ${
            formatDuration(rct.responseTimeoutMs)
          }, before the path has failed`,
          "rct.heartbeat, rct.transmissions, rct.response_timeout",
        ),
        stated("encryption asked for", `${rct.encryption} with ${rct.hash}`, "rct.encryption, rct.hash"),
        stated(
          "edition of the IP protocol",
          `${rct.edition}; profile ${edition(rct.edition).name}`,
          "rct.edition",
        ),
        stated(
          "session keys",
          `renewed after ${formatDuration(rct.sessionLifetimeMs)}`,
          "rct.session_lifetime",
        ),
        stated(
          "master key",
          identity.master === undefined
            ? `from commissioning${commissioning.certificate === undefined ? "" : " with a certificate"}`
            : "in the configuration",
          "identity",
        ),
        stated(
          "key store",
          `encrypted with a store key, which is in ${
            keys.keyFile === undefined ? "the environment of the process" : "a file of its own"
          }`,
          "keys",
        ),
        stated("SPT type of EN 50131-10 (X, Y, Z)", "", ""),
        stated(
          "time of alarms",
          rct.clock === "own" ? "this machine's own clock" : "the RCT's clock, as it tells it",
          "rct.clock",
        ),
      ],
    },
  ];
}

function acknowledgement({ name, acknowledge, passThroughWaitMs, language }: InputConfig): StatementRow {
  const value = acknowledge === "pass-through"
    ? `pass-through: the panel is answered when the RCT has acknowledged; refused after ${
      formatDuration(passThroughWaitMs)
    } without`
    : "store-and-forward: the panel is answered when the alarm is on the SPT's disk; it is then sent until the RCT has it";
  return stated(`input ${name} (${language})`, value, "input.acknowledge");
}

function listeners({ inputs, raws, http }: SptConfig): StatementRow[] {
  const allowed = (allow: string[] | undefined) =>
    allow === undefined ? "from any address" : `from ${allow.join(", ")}`;
  const rows = inputs.map((input) => {
    const { name, line, allow } = input;
    if (line.kind === "serial") {
      return stated(`input ${name}`, `serial line ${line.settings.device}`, "input.serial");
    }
    const transport = line.transport === "both" ? "TCP and UDP" : line.transport.toUpperCase();
    const value = `${transport} ${line.hostname}:${line.port}, ${allowed(allow)}, ${protection(input)}`;
    return stated(`input ${name}`, value, "input.listen, input.allow");
  });
  for (const { name, line } of raws) {
    rows.push(
      line.kind === "serial"
        ? stated(`raw line ${name}`, `serial line ${line.settings.device}`, "raw.serial")
        : stated(
          `raw line ${name}`,
          `TCP ${line.hostname}:${line.port}, ${allowed(line.allow)}, in clear`,
          "raw.listen",
        ),
    );
  }
  const page = http === undefined ? "none" : `TCP ${http.hostname}:${http.port}, without a login`;
  return [...rows, stated("page and API", page, "http")];
}

function protection({ settings }: InputConfig): string {
  if ((settings.language !== "dc09" && settings.language !== "vds2465-tcp") || settings.keys.length === 0) {
    return "in clear";
  }
  const required = settings.language === "dc09"
    ? settings.encryption === "required"
    : settings.allowPlain !== true;
  return required ? "encrypted where there is a key" : "encrypted or in clear where there is a key";
}
