/**
 * The table `[http]`, which both files have.
 *
 * @module
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { Checker, Section } from "./checker.ts";
import type { Listener } from "./cross_checks.ts";
import { byDefault, type Field, flag } from "./field.ts";
import { host, portOrOff } from "./field_kinds.ts";

/** Where page and API listen. */
export interface HttpConfig {
  /** Address. Another than this machine's own was allowed expressly. */
  hostname: string;
  /** TCP port; 0 takes any free one. */
  port: number;
}

/** The fields of `[http]`. */
export type HttpFields = {
  readonly enabled: Field<boolean>;
  readonly host: Field<string>;
  readonly port: Field<number | undefined>;
  readonly allow_remote: Field<boolean>;
};

/**
 * The fields of `[http]` with their defaults.
 *
 * @param defaultPort The default port, in TOML.
 * @returns The fields.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { HTTP_FIELDS } from "./http_config.ts";
 *
 * assertEquals(HTTP_FIELDS("8151").port.fallback, "8151");
 * ```
 */
export function HTTP_FIELDS(defaultPort: string): HttpFields {
  return {
    enabled: byDefault(flag, "true"),
    host: byDefault(host, '"127.0.0.1"'),
    port: byDefault(portOrOff, defaultPort),
    allow_remote: byDefault(flag, "false"),
  };
}

/**
 * Checks `[http]`.
 *
 * @param checker The file under check.
 * @param fields The fields.
 * @returns The section; undefined when `http = false`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkHttp, HTTP_FIELDS } from "./http_config.ts";
 *
 * const checker = new Checker('[http]\nhost = "0.0.0.0"\n', "spt.toml");
 * checkHttp(checker, HTTP_FIELDS("8151"));
 * assertEquals(checker.errors[0]?.rule, "remote-http");
 * ```
 */
export function checkHttp(checker: Checker, fields: HttpFields): Section<HttpFields> | undefined {
  if (checker.switchedOff("http")) return undefined;
  const section = checker.table("http", fields);
  const { enabled, host, port, allow_remote } = section.values;
  if (
    enabled === true && host !== undefined && !isLoopback(host) && allow_remote === false &&
    (port !== undefined || !section.has("port"))
  ) {
    const message =
      `other machines could open the page: write host = "127.0.0.1", or add allow_remote = true`;
    checker.error(section.line("host"), section.name("host"), "remote-http", message);
  }
  return section;
}

/**
 * Makes the configuration of a section without errors.
 *
 * @param section The section of {@link checkHttp}.
 * @returns Where to listen; undefined when switched off.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { httpConfig } from "./http_config.ts";
 *
 * assertEquals(httpConfig(undefined), undefined);
 * ```
 */
export function httpConfig(section: Section<HttpFields> | undefined): HttpConfig | undefined {
  const { enabled, host: hostname, port } = section?.values ?? {};
  return enabled === true && hostname !== undefined && port !== undefined ? { hostname, port } : undefined;
}

/**
 * Names the section as something that listens.
 *
 * @param section The section of {@link checkHttp}.
 * @returns The listener; without port when switched off, with line 0 when the port is the default.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { httpListener } from "./http_config.ts";
 *
 * assertEquals(httpListener(undefined).port, undefined);
 * ```
 */
export function httpListener(section: Section<HttpFields> | undefined): Listener {
  const at = httpConfig(section);
  const line = section?.has("port") ? section.line("port") : 0;
  return { line, key: "http.port", hostname: at?.hostname, port: at?.port };
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback(hostname: string): boolean {
  if (isIPv4(hostname)) return loopback.check(hostname, "ipv4");
  if (isIPv6(hostname)) return loopback.check(hostname, "ipv6");
  return hostname.toLowerCase() === "localhost";
}
