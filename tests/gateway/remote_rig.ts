import { assert } from "@std/assert";
import type { CommandResult, PanelCommand, PanelEffect, PanelSession } from "../../adapters/contract.ts";
import type { SptConfig } from "../../src/config/spt_config.ts";
import { Faults } from "../../src/gateway/faults.ts";
import { RemoteControl } from "../../src/gateway/remote_control.ts";
import { SiteTime } from "../../src/gateway/site_time.ts";
import { SptPath } from "../../src/gateway/spt_path.ts";
import { msToNtp } from "../../src/ip/ntp_time.ts";
import type { PathIdentity } from "../../src/session/path_identity.ts";
import { type Pair, until } from "../support/pair.ts";

/** Carries commands to a panel's session and its results back, as a panel's connection does. */
export class PanelOfTest {
  readonly #done = new Map<string, (result: CommandResult) => void>();
  /** What the session sends to the panel. */
  readonly wire: Uint8Array[] = [];
  /** What the panel answers to each; nothing when undefined. */
  answers: (bytes: Uint8Array) => Uint8Array | undefined = () => undefined;

  constructor(readonly session: PanelSession) {}

  send(command: PanelCommand, done: (result: CommandResult) => void): void {
    this.#done.set(command.id, done);
    assert(this.session.sendCommand !== undefined);
    this.take(this.session.sendCommand(command, 1));
  }

  take(effects: PanelEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "command-result") this.#done.get(effect.id)?.(effect);
      if (effect.kind !== "send") continue;
      this.wire.push(effect.bytes);
      const answer = this.answers(effect.bytes);
      // The panel takes its time: the answer comes when the SPT has answered the RCT.
      if (answer !== undefined) setTimeout(() => this.take(this.session.feed(answer, 2)));
    }
  }
}

/** An SPT's path by itself with remote control, in the place of the pair's SPT. */
export class RemoteRig implements AsyncDisposable {
  readonly said: string[] = [];
  readonly logged: string[] = [];
  /** Alarms that wait; they go first. */
  readonly alarms: string[] = [];
  /** Whether it is an SPT with remote control at all. */
  knowsCommands = true;
  readonly control: RemoteControl;
  readonly path: SptPath;

  constructor(pair: Pair, find: ConstructorParameters<typeof RemoteControl>[0]["find"]) {
    const config: SptConfig = pair.sptConfig;
    const log = (level: string, rule: string, message: string, fields?: Record<string, unknown>) =>
      void this.logged.push(JSON.stringify([level, rule, message, fields]));
    const faults = new Faults(() => {}, () => {});
    this.control = new RemoteControl({ find, report: (octets) => this.path.tell(octets), log });
    this.path = new SptPath({
      config,
      faults,
      log,
      time: new SiteTime("own", faults),
      capture: undefined,
      backoffMs: [200, 1000],
      events: {
        sent: (ref) => this.said.push(`sent ${ref}`),
        delivered: (ref) => this.said.push(`delivered ${ref}`),
        refused: (ref) => this.said.push(`refused ${ref}`),
        returned: (ref) => this.said.push(`returned ${ref}`),
        moved: () => this.#pump(),
        state: () => {},
        transparent: (data) => this.knowsCommands ? this.control.take(data) : undefined,
      },
    });
    const { deviceId, master } = config.identity;
    const { rctDeviceId, masterHandle, masterKey } = master!;
    const identity: PathIdentity = {
      sptDeviceId: deviceId,
      rctDeviceId,
      masterHandle,
      master: { encryption: "aes-256", hash: "sha-256", key: masterKey.octets() },
    };
    this.use = () => this.path.use(identity);
    this.use();
  }

  /** Begins a new session. */
  readonly use: () => void;

  async connected(): Promise<void> {
    await until(() => this.path.state === "connected" && this.path.ready, "the path");
  }

  #pump(): void {
    while (this.path.ready) {
      const ref = this.alarms.shift();
      if (ref === undefined) return;
      const data = new TextEncoder().encode("#1234|NBA01");
      this.path.offer({ kind: "event", ref, protocol: "sia", data, time: msToNtp(Date.now()) & ~63n });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.path.close();
  }
}
