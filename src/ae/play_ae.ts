/**
 * Plays automation software towards a real receiver.
 *
 * @module
 */
import { seededRandom } from "../simulator/seeded_random.ts";
import { connectTcp, listenTcp, type TcpConnection } from "../transport/tcp.ts";
import { listenUdpPeers } from "../transport/udp_peers.ts";
import { AeConnection, type AeNews } from "./ae_connection.ts";
import { AeFaultCounts, type AeFaults, FaultyAe } from "./ae_faults.ts";
import type { AePlace } from "./ae_place.ts";
import { type AeManner, AeVerdicts } from "./ae_verdicts.ts";
import { AlarmMemory } from "./alarm_memory.ts";
import { aeLanguages, type AeSettings } from "./languages.ts";

/** What is played. */
export interface AePlay {
  /** Name of a language in `aeLanguages`. */
  language: string;
  /** Where it is connected. */
  place: AePlace;
  /** How the AE is set. */
  settings?: AeSettings;
  /** How it answers. */
  manner?: AeManner;
  /** What is wrong with it. */
  faults?: AeFaults;
  /** Of the garbage. @default {1} */
  seed?: number;
}

/** A running AE. */
export interface PlayedAe {
  /** Where it is connected, in words. */
  readonly where: string;
  /** True while answers wait to be sent. */
  readonly busy: boolean;
  /** Settles, with the reason, when the AE cannot go on: its serial line is gone. */
  readonly lost: Promise<string>;
  /** Ends every connection, behind what was said. */
  close(): Promise<void>;
}

/**
 * Plays an AE until it is closed.
 *
 * @param play What to play, and where.
 * @param tell Told of everything that happens, as it happens.
 * @returns The running AE.
 * @throws {Error} When a port or a line cannot be had, there is no such language, or a setting does not fit it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { surGardSession } from "../../adapters/sur_gard/mod.ts";
 * import { Output } from "../gateway/output.ts";
 * import { playAe } from "./play_ae.ts";
 *
 * const output = new Output({ session: surGardSession({ profile: "sg-mlr2" }), role: "listen", port: 0 });
 * const accounts: string[] = [];
 * const ae = await playAe(
 *   { language: "sur-gard", place: { kind: "connect", hostname: "127.0.0.1", port: output.port } },
 *   (news) => void (news.kind === "message" && news.record.kind === "alarm" && accounts.push(news.record.account)),
 * );
 * await output.deliver({ account: "1234", protocol: "contact-id", data: new TextEncoder().encode("123418113001015") });
 * assertEquals(accounts, ["1234"]);
 * await ae.close();
 * await output.close();
 * ```
 */
export async function playAe(play: AePlay, tell: (news: AeNews) => void): Promise<PlayedAe> {
  const { language: name, place, settings = {}, manner = {}, faults = {}, seed = 1 } = play;
  const language = Object.hasOwn(aeLanguages, name) ? aeLanguages[name] : undefined;
  if (language === undefined) throw new RangeError(`no language "${name}"`);
  const shared = { verdicts: new AeVerdicts(manner), memory: new AlarmMemory() };
  const counts = new AeFaultCounts();
  const chance = seededRandom(seed);
  const peer = () => new FaultyAe(language.peer(settings, shared), faults, counts, chance);
  // A key that is none is found before anybody connects.
  peer();
  const open = new Set<AeConnection>();
  const accept = (connection: TcpConnection): AeConnection => {
    const handler = new AeConnection(connection, peer(), (news) => {
      if (news.kind === "disconnected") open.delete(handler);
      tell(news);
    });
    open.add(handler);
    return handler;
  };
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>();
  const { where, close } = await connect(place, accept, tell, lose);
  return {
    where,
    lost,
    get busy() {
      return [...open].some(({ busy }) => busy);
    },
    close,
  };
}

async function connect(
  place: AePlace,
  accept: (connection: TcpConnection) => AeConnection,
  tell: (news: AeNews) => void,
  lose: (reason: string) => void,
): Promise<{ where: string; close: () => Promise<void> }> {
  if (place.kind === "serial") {
    // Loaded when it is used: all else does without the right to call the C library.
    const { openSerialAe } = await import("./serial_ae.ts");
    const close = await openSerialAe(place.settings, accept, lose);
    return { where: place.settings.device, close };
  }
  const { hostname, port } = place;
  if (place.kind === "connect") {
    const onFailed = (message: string) => tell({ kind: "no-connection", message });
    const { close } = connectTcp({ hostname, port, maxRetryMs: 5000, onFailed }, accept);
    return { where: `${hostname}:${port}`, close };
  }
  const onRefused = (peer: string) =>
    tell({ kind: "no-connection", message: `${peer} was turned away: too many connections are open` });
  const options = { hostname, port, onRefused };
  const listener = place.udp ? listenUdpPeers(options, accept) : listenTcp(options, accept);
  return { where: `${place.udp ? "UDP " : ""}port ${listener.port}`, close: () => listener.close() };
}
