import { PanelPlayer } from "../../src/demo/panel_player.ts";

/**
 * A panel as patient as a slow machine needs it: one that waits for an answer as long as {@link until} does, and knocks
 * at a closed port as long. A real panel repeats after some seconds, and a test would see the alarm twice.
 *
 * @param tries How often it sends, or tries to connect; each takes at least 200 ms.
 */
export function panelAt(port: number, tries = 300): PanelPlayer {
  return new PanelPlayer({ port, waitMs: 60_000, tries });
}
