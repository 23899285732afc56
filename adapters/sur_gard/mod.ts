/**
 * Sur-Gard: what receivers of the MLR2, MLR2000 and System families say to automation software (AE side).
 *
 * @module
 */
export {
  type AeBehaviour,
  type AeEffect,
  type AeRecord,
  SurGardAe,
  type SurGardAeOptions,
} from "./ae_simulator.ts";
export { surGardDecoder, surGardEventDrafts } from "./decode.ts";
export { SurGardFramer, type SurGardFramerOptions } from "./framer.ts";
export {
  parseSurGard,
  type SurGardHeader,
  type SurGardMessage,
  type SurGardReading,
  type SurGardRefusal,
  type SurGardResult,
} from "./message.ts";
export { type SurGardProfile, type SurGardProfileName, surGardProfiles } from "./profiles.ts";
export { receiverStatus } from "./receiver_status.ts";
export { surGardSession, type SurGardSessionOptions } from "./session.ts";
export { writeAlarm, type WriteAlarmOptions } from "./write_alarm.ts";
export { writeContactIdAlarm } from "./write_contact_id.ts";
export { writeSurGard } from "./write_message.ts";
export { writeSiaAlarm } from "./write_sia.ts";
