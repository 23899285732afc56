/**
 * How to publish alarms.
 *
 * @module
 */
import type { SecretKey } from "../../src/keys/secret_key.ts";

/** Settings of an `MqttSession`. Times are in ms. */
export interface MqttSessionOptions {
  /** Client identifier: one for each output of each gateway, or they throw each other out. 1 to 64 characters. */
  clientId: string;
  /** Topic of an alarm, with `{account}`, `{protocol}` and `{id}`. @default {"tocsin/alarm/{account}"} */
  topic?: string;
  /**
   * Topic that says `online` while there is a connection, and `offline` (the last will) when it is lost; kept by the
   * broker. Empty for none. @default {"tocsin/available/" + clientId}
   */
  availability?: string;
  /** User name. */
  username?: string;
  /** Password. */
  password?: SecretKey;
  /**
   * What to do when the broker says that nobody has subscribed, and so nobody has the alarm: `refuse` keeps it and offers it
   * again, `accept` calls it delivered. Not every broker says so. @default {"refuse"}
   */
  noSubscriber?: "refuse" | "accept";
  /** How long to wait for an answer. @default {10000} */
  waitMs?: number;
  /** Idle time before a PINGREQ; the broker may ask for a shorter one. 0 for none. @default {30000} */
  keepAliveMs?: number;
}
