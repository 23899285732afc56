/**
 * SIA DC-07 and Bosch's SIA mode: what receivers say to automation software in numbered frames (AE side).
 *
 * @module
 */
export {
  Dc07Ae,
  type Dc07AeBehaviour,
  type Dc07AeEffect,
  type Dc07AeOptions,
  type Dc07AeRecord,
} from "./ae_simulator.ts";
export { type Dc07AnswerParts, Dc07AnswerReader } from "./answer_reader.ts";
export { dc07Decoder, dc07EventDrafts } from "./decode.ts";
export { Dc07Framer } from "./framer.ts";
export {
  type Dc07Frame,
  dc07Line,
  type Dc07Meaning,
  dc07Meaning,
  type Dc07Message,
  type Dc07Result,
  parseDc07,
} from "./message.ts";
export { type Dc07Profile, type Dc07ProfileName, dc07Profiles } from "./profiles.ts";
export { Dc07Session, type Dc07SessionOptions } from "./session.ts";
export { type Dc07WriteOptions, writeDc07Alarm } from "./write_alarm.ts";
export { writeDc07 } from "./write_message.ts";
