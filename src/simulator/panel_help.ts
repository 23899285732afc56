/**
 * The help of `tocsin panel`.
 *
 * @module
 */
import { simulatedLanguages } from "./languages.ts";

const LANGUAGES = Object.entries(simulatedLanguages)
  .map(([name, { about, example }]) => `  ${name.padEnd(16)} ${about}; --alarm "${example}"`)
  .join("\n");

/** The text. */
export const PANEL_HELP = `tocsin panel LANGUAGE --to HOST:PORT --alarm CODE[:NUMBER][@AREA] …

Plays an alarm panel: sends alarms to a receiver of any make, waits for each acknowledgement, repeats as panels do, says
line by line what happens, and ends. Real receivers raise real alarms: use an account that is known to be a test.

${LANGUAGES}

Where the receiver is, one of
  --to HOST:PORT       connect by TCP; with --udp send datagrams (dc09)
  --listen PORT        let the receiver connect to the panel
  --serial DEVICE,SPEED,FRAME[,OPTION…]
                       a serial line, e.g. /dev/ttyUSB0,9600,8N1; options as in tocsin serial;
                       start it as deno task tocsin-serial panel …

What is sent
  --account ACCOUNT    the site [1234; vds2465-…: 123456]
  --alarm WORDS        an alarm; may be given more than once
  --random N           N alarms out of all that the language has
  --seed S             the same S gives the same alarms; printed when it is not given
  --every DURATION     pause between two of these alarms, e.g. 500ms
  --script FILE        before them, step by step, one a line:
                       alarm BA:3@1 Text · restore BA:3@1 · random 5 · wait 2s · drop · # remark

What is wrong with the panel or its line; all can be combined
  --split              one octet at a time
  --slow MS            a pause between two octets
  --noise              garbage before each frame
  --bad-parity K       every K-th frame has a wrong checksum first; where there is none, it is unreadable
  --ignore-ack         it does not hear the receiver
  --repeat             it sends each alarm twice, although it was acknowledged
  --drop-after K       it cuts the connection, once, behind K frames
  --no-crlf            it leaves out CR LF (contact-id, scancom)

How it is set
  --wait DURATION      how long it waits for an answer   --tries N   how often it sends a frame
  --level 1|2|3        sia: level                        --encrypted  sia: asks for an encrypted session
  --time               sia: puts the time of day in front of each event
  --form FORM          contact-id: plain climax csv-ip sur-gard radionics ademco-685
                       scancom: plain sur-gard ademco-685 bosch-sia
  --channels N         scancom: channels of a message, 8, 16, 24 or 32
  --poll DURATION      texecom: polls; dc09: supervises
  --key KEY            dc09: a key, 16 to 32 characters or hex; vds2465-tcp: NUMBER:32 hex digits. Test keys only: other
                       programs of this machine can read the arguments

Exit status: 0 all alarms acknowledged, 1 not all, 64 wrong arguments, 69 the port to listen on, or the
serial line, cannot be had.
`;
