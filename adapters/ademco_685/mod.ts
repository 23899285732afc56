/**
 * Ademco 685: what that receiver, and those that emulate it, say to automation software (AE side).
 *
 * @module
 */
export { Ademco685Ae, type Ademco685AeOptions } from "./ae_simulator.ts";
export { ademco685Decoder, ademco685EventDrafts } from "./decode.ts";
export { Ademco685Framer, type Ademco685FramerOptions } from "./framer.ts";
export {
  type Ademco685Header,
  type Ademco685Message,
  type Ademco685Refusal,
  type Ademco685Result,
  parseAdemco685,
} from "./message.ts";
export { type EventDigit, eventDigit } from "./event_digit.ts";
export { receiverStatus } from "./receiver_status.ts";
export { ademco685Session, type Ademco685SessionOptions } from "./session.ts";
export { type WriteAdemco685Options, writeAlarm } from "./write_alarm.ts";
export { writeContactIdAlarm } from "./write_contact_id.ts";
export { type Ademco685Writing, writeAdemco685 } from "./write_message.ts";
export { writePulseAlarm, type WritePulseOptions } from "./write_pulse.ts";
export { writeScancomAlarm } from "./write_scancom.ts";
