/** Sound configurations for the tests, and what errors look like. */
import { formatConfigError } from "../../src/config/config_error.ts";
import { type LoadResult, parseRctConfig, parseSptConfig } from "../../src/config/load.ts";

export const SPT_ID = "020000a1b2c3d4e5f60718293a4b5c6d";
export const RCT_ID = "0200005e6f708192a3b4c5d6e7f80910";
export const KEY = "9f1c22d84b7e03a65d8f40e1b2c7396a18e5f40d6b92c37a51e8d04f6b2c9a73";
/** A key of VdS 2465, and a webhook's secret. */
export const VDS_KEY = "5a17c3e08b9d42f6a1750e9c3b8d264f";
export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

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

/** The RCT's with an output in every language, routes of every mode, and serial lines. */
export const RCT_OUTPUTS = change(
  RCT,
  '[[output]]\nname = "automation"\n',
  `[serial]
socket = "data/lines.sock"
[[output]]
name = "automation"
language = "sur-gard"
role = "listen"
host = "192.0.2.1"
port = 1026
allow = ["192.0.2.0/24"]
receiver = "A7"
line = "12"
line_digits = 3
heartbeat = "60s"
wait = "5s"
nak_limit = 26
text = true
text_answers = true
faults = "sia"
fault_account = "9999"
[[output]]
name = "ademco"
language = "ademco-685"
serial = "/dev/ttyS0,9600,8N1"
receiver = "2"
line = "3"
heartbeat = "45s"
wait = "2s"
nak_limit = 3
form = "contact-id"
address_letter = "contact"
previous = "E"
mark_98 = true
trailing_blank = false
terminator = "esc"
faults = "contact-id"
[[output]]
name = "bosch"
language = "bosch-6500"
role = "connect"
host = "ae.example"
port = 10001
receiver = "02"
line = "4"
heartbeat = "off"
header = "lf"
qualifiers = "letters"
mark_98 = false
commands = "reject"
text = true
faults = "off"
[[output]]
name = "dc07"
language = "dc07"
port = 1027
receiver = "5"
line = "6"
heartbeat = "20s"
text = true
[[output]]
name = "bosch-sia"
language = "bosch-sia"
serial = "/dev/ttyS1,9600,8N1"
wait = "4s"
[[output]]
name = "dc09"
language = "dc09"
role = "connect"
host = "ae.example"
port = 9999
transport = "udp"
receiver = "1F"
line = "0"
account = "1234"
key = "0123456789ABCDEF"
wait = "5s"
tries = 4
nak_limit = 3
heartbeat = "10m"
[[output]]
name = "dc09-tcp"
language = "dc09"
host = "ae.example"
port = 9999
timestamps = true
close_after_ack = true
[[output]]
name = "vds"
language = "vds2465-tcp"
host = "centre.example"
port = 4000
ident = "123456"
key = "7:${VDS_KEY}"
wait = "9s"
hang_up_after = "1m"
[[output]]
name = "broker"
language = "mqtt"
host = "broker.example"
tls = true
ca = "broker-ca.pem"
client_id = "tocsin-east"
topic = "arc/{account}"
availability = "off"
username = "tocsin"
password = "swordfish"
no_subscriber = "accept"
wait = "8s"
heartbeat = "15s"
[[output]]
name = "web"
language = "webhook"
url = "https://arc.example/alarms"
ca = "web-ca.pem"
allow_http = false
timeout = "9s"
tries = 6
secrets = ["${WEBHOOK_SECRET}"]
[[route]]
name = "both"
mode = "all"
outputs = ["automation", "web"]
[[route]]
name = "standby"
mode = "first"
outputs = ["automation", "ademco"]
[[route]]
name = "accounts"
mode = "by-account"
accounts = ["10*:both", "1234:dc09", "*:standby"]
`,
);
