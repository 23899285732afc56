/**
 * Commands to panels as the HTTP window sees them; the RCT implements {@link RemoteView}.
 *
 * @module
 */
import type { CommandResult } from "../../adapters/contract.ts";

/** What a panel is to do. */
export interface RemoteOrder {
  /** Account of the panel; undefined when the site has one panel only. */
  account?: string;
  /** Name of the SPT's input; undefined for any. */
  input?: string;
  /** Who wants it, for the logs of both ends. */
  by?: string;
  /** The command in the panel's own language; may hold a secret. */
  data: Uint8Array;
}

/** What became of it. */
export interface RemoteResult {
  /** The command's id, as both ends log it. */
  id: string;
  /** How it ended; see `CommandResult`. */
  outcome: CommandResult["outcome"];
  /** Why, in words; may be empty. */
  detail: string;
  /** What the panel answered; may be empty. */
  data: Uint8Array;
}

/** Why a site takes no commands. */
export interface RemoteRefusal {
  /** Kebab-case name. */
  rule: "remote-off" | "site-remote-off" | "no-such-site";
  /** What is so, and what to do. */
  message: string;
}

/** The way to panels. */
export interface RemoteView {
  /** Why a site takes no commands; undefined when it does. */
  refuses(site: string): RemoteRefusal | undefined;
  /** Gives a command and waits for its outcome, for about a minute. Never rejects. */
  command(site: string, order: RemoteOrder): Promise<RemoteResult>;
}
