/**
 * The help of `tocsin ae`.
 *
 * @module
 */
import { aeLanguages } from "./languages.ts";

const LANGUAGES = Object.entries(aeLanguages)
  .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  .join("\n");

/** The text. */
export const AE_HELP = `tocsin ae LANGUAGE --listen [HOST:]PORT …

Plays automation software: takes the alarms of a receiver of any make, answers each, says line by line what came and what was
answered, and at the end how much it was. Nobody is called and nothing is stored: no real site may send here.

${LANGUAGES}

Where the receiver is, one of
  --listen [HOST:]PORT  the receiver connects, or posts; with --udp it sends datagrams (dc09)
  --connect HOST:PORT   connect to the receiver, and again when the connection is lost (not mqtt, webhook)
  --serial DEVICE,SPEED,FRAME[,OPTION…]
                        a serial line, e.g. /dev/ttyUSB0,9600,8N1; options as in tocsin serial;
                        start it as deno task tocsin-serial ae … (not mqtt, webhook)

How it answers
  --nak N               refuses the first N alarms, then takes all
  --refuse-with CODE    what a refusal is. webhook: a status, 300 to 599 [503]; mqtt: a reason code, 128 to 255 [151];
                        without --nak everything is refused
  --silent              answers nothing, neither alarms nor signs of life

What is wrong with the AE or its line; all can be combined
  --late DURATION       answers alarms late, e.g. 5s
  --fragments           answers one octet at a time
  --twice               answers each alarm twice
  --rubbish             garbage before each answer; --seed S: the same S gives the same garbage
  --drop-after N        cuts the connection, once, in place of an answer, behind N answered alarms
  --stall-after N       says nothing more on that connection, once, behind N answered alarms

How it is set
  --key KEY             dc09: a key, 16 to 32 characters or hex; vds2465-tcp: NUMBER:32 hex digits
  --secret SECRET       webhook: signatures are checked with it (whsec_…), and requests that do not fit answered 401.
                        Test keys and secrets only: other programs of this machine can read the arguments
  --line-digits N       sur-gard: reads only lines with a line number of N characters, 1 to 7
  --strict              sur-gard: as --line-digits 1 if that is not given; dc09: answers a wrong clock with NAK, and refuses
                        messages in clear when there is a key

What it shows
  --json                one JSON object a line; what is no message goes to standard error
  --all                 every sign of life, not only the first of each connection
  --count N             ends when N alarms are acknowledged, repeats counted

A repeat is "marked" when it says so itself, or has the number or identity of the alarm before; else "unmarked", as two alarms
that are truly alike are, too.

Exit status: 0 ended by Ctrl-C or --count, 64 wrong arguments, 69 the port, or the serial line, cannot be had or is gone.
`;
