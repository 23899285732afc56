/** Sound configurations for the tests, and what errors look like. */
import { formatConfigError } from "../../src/config/config_error.ts";
import { type LoadResult, parseRctConfig, parseSptConfig } from "../../src/config/load.ts";

export const SPT_ID = "020000a1b2c3d4e5f60718293a4b5c6d";
export const RCT_ID = "0200005e6f708192a3b4c5d6e7f80910";
export const KEY = "9f1c22d84b7e03a65d8f40e1b2c7396a18e5f40d6b92c37a51e8d04f6b2c9a73";

export const SPT = `name = "shop-12"
[rct]
host = "rct.example"
[identity]
device_id = "${SPT_ID}"
rct_device_id = "${RCT_ID}"
master_handle = "0462f3aa"
master_key = "${KEY}"
[[input]]
name = "galaxy"
language = "sia"
listen = "0.0.0.0:10002"
`;

export const RCT = `name = "centre"
[identity]
device_id = "${RCT_ID}"
[[output]]
name = "automation"
[[site]]
name = "shop-12"
device_id = "${SPT_ID}"
master_handle = "0462f3aa"
master_key = "${KEY}"
output = "automation"
`;

/** The SPT's with every key that commissioning and editions brought. */
export const SPT_MORE = change(
  SPT,
  "[identity]",
  `edition = "2017"
hash = "ripemd-256"
poll = "pull"
clock = "own"
[keys]
path = "data/keys.sqlite"
key_file = "spt.key"
[commissioning]
certificate = "spt.pem"
private_key = "spt-key.pem"
rct_ca = ["ca.pem"]
port = 50137
validate_rct = true
legacy_dss = false
[identity]`,
);

/** The RCT's, likewise. */
export const RCT_MORE = change(
  RCT,
  "[identity]",
  `[listen]
edition = "2017"
advertise = ["192.0.2.1:50136"]
[keys]
path = "data/keys.sqlite"
key_file = "rct.key"
[commissioning]
window = "15m"
certificate = "rct.pem"
private_key = "rct-key.pem"
site_ca = ["site-ca"]
host = "0.0.0.0"
port = 50137
legacy_dss = false
[identity]`,
) + `certificate_name = "maker.example:1"
edition = "2020"
poll = "push"
set_time = "1d"
key_lifetime = "off"
`;

/** The errors of an SPT's text, as printed. */
export function sptErrors(text: string): string[] {
  return errorLines(parseSptConfig(text, "spt.toml"));
}

/** The errors of an RCT's text, as printed. */
export function rctErrors(text: string): string[] {
  return errorLines(parseRctConfig(text, "rct.toml"));
}

/** The sound text with one part replaced; fails if the part is not there. */
export function change(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the sample has no ${from}`);
  return text.replace(from, () => to);
}

function errorLines(result: LoadResult<unknown>): string[] {
  return result.ok ? [] : result.errors.map(formatConfigError);
}
