/**
 * One `[[output]]` of an RCT's file; its keys are described with the others of `RctConfig`.
 *
 * @module
 */
import type { LineSettings } from "../serial/line_settings.ts";
import type { OutputSettings } from "./output_settings.ts";

/** How an output reaches its automation software. */
export type OutputLine =
  | {
    /** The AE connects to us, over TCP. */
    kind: "listen";
    hostname: string;
    port: number;
    /** Addresses and CIDR blocks of the AE; undefined allows all. Whoever connects can acknowledge alarms. */
    allow: string[] | undefined;
  }
  | {
    /** We connect to the AE, over TCP. */
    kind: "connect";
    hostname: string;
    port: number;
    /** TLS, with the certificates of the system or of a PEM file; undefined: in clear. */
    tls: { ca: string | undefined } | undefined;
  }
  | {
    /** We send datagrams to the AE, and it answers with datagrams. */
    kind: "udp";
    hostname: string;
    port: number;
  }
  | {
    /** A serial line, held by `tocsin serial`. */
    kind: "serial";
    settings: LineSettings;
  }
  | {
    /** We post to a web server. */
    kind: "http";
    url: string;
    /** Whether `http:` is allowed for other machines too. */
    allowHttp: boolean;
    /** PEM file of certificates in place of the system's. */
    ca: string | undefined;
    /** How long one attempt may take, ms. */
    timeoutMs: number;
  };

/** One automation software. Times in ms. */
export interface OutputConfig {
  /** Unique among outputs and routes. */
  name: string;
  /** The AE's language. */
  language: string;
  /** How it is reached. */
  line: OutputLine;
  /** In which language this receiver tells of its own faults and of those of its sites' paths. `off`: not at all. */
  faults: "auto" | "contact-id" | "sia" | "off";
  /** Account of this receiver's own faults. */
  faultAccount: string;
  /** What the language needs to know. */
  settings: OutputSettings;
}
