/**
 * An RCT's own messages, with what they need of the RCT.
 *
 * @module
 */
import type { RctConfig } from "../config/rct_config.ts";
import { siteAccount } from "../event/translation/mod.ts";
import type { Journal } from "../journal/journal.ts";
import type { RctSessions } from "../session/rct_sessions.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";
import { OwnEventReceivers } from "./own_event_receivers.ts";
import { OwnEvents } from "./own_events.ts";
import { systemRandom } from "./random.ts";
import type { RctAlarms } from "./rct_alarms.ts";
import type { RctOutputs } from "./rct_outputs.ts";
import { Routing } from "./routing.ts";

/** What of an RCT they work with. */
export interface RctOwnEventsParts {
  config: RctConfig;
  sessions: RctSessions;
  outputs: RctOutputs;
  alarms: RctAlarms;
  journal: Journal;
  faults: Faults;
  log: Log;
}

/**
 * Makes them.
 *
 * @param parts What of the RCT they work with.
 * @returns Not started yet.
 */
export function rctOwnEvents(parts: RctOwnEventsParts): OwnEvents {
  const { config, sessions, outputs, alarms, journal, faults, log } = parts;
  const routing = new Routing(config.outputs.map(({ name }) => name), config.routes);
  const receivers = new OwnEventReceivers(config.outputs, config.sites, routing);
  return new OwnEvents({
    receivers,
    spelled: (site, account, output) => {
      const known = receivers.sites.get(site)?.account ?? account;
      return config.translation === undefined
        ? known
        : siteAccount(config.translation, known, output).account;
    },
    journal,
    store: async (lane, alarm, hops) => void await alarms.store(alarm, [outputs.lane(lane)!], hops),
    faults,
    log,
    isOver: ({ site, output }) =>
      site === undefined
        ? outputs.state(output ?? "") === "present"
        : sessions.sites.get(site)?.state === "connected",
    deviceId: config.identity.deviceId,
    random: systemRandom(),
  });
}
