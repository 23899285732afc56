/**
 * Bosch 6500: what a Radionics D6500, or a Bosch D6600 or D6100 in D6500 mode, says to automation software (AE side).
 *
 * @module
 */
export { Bosch6500Ae, type Bosch6500AeOptions } from "./ae_simulator.ts";
export { Bosch6500AnswerReader } from "./answer_reader.ts";
export { type Bosch6500Command, parseCommand, writeCommand } from "./command.ts";
export { bosch6500Decoder, bosch6500EventDrafts } from "./decode.ts";
export { eventMeaning, receiverEvent } from "./event_codes.ts";
export { Bosch6500Framer, type Bosch6500FramerOptions } from "./framer.ts";
export {
  type Bosch6500Header,
  type Bosch6500Message,
  type Bosch6500Reading,
  type Bosch6500Refusal,
  type Bosch6500Result,
  parseBosch6500,
} from "./message.ts";
export { bosch6500Session, type Bosch6500SessionOptions } from "./session.ts";
export { writeAlarm, type WriteBosch6500Options } from "./write_alarm.ts";
export { writeContactIdAlarm } from "./write_contact_id.ts";
export { type Bosch6500Writing, writeBosch6500 } from "./write_message.ts";
export { writeScancomAlarm } from "./write_scancom.ts";
export { writeSiaAlarm } from "./write_sia.ts";
