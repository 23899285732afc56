/**
 * The page and what belongs to it, embedded as text so that the program is one piece.
 *
 * @module
 */
import html from "./page.html" with { type: "text" };
import css from "./page.css" with { type: "text" };
import script from "./page.js" with { type: "text" };
import icon from "./icon.svg" with { type: "text" };

/** Path, content type and text of each file of the page. */
export const PAGE_FILES: readonly { path: string; type: string; text: string }[] = [
  { path: "/", type: "text/html; charset=utf-8", text: html },
  { path: "/page.css", type: "text/css; charset=utf-8", text: css },
  { path: "/page.js", type: "text/javascript; charset=utf-8", text: script },
  { path: "/icon.svg", type: "image/svg+xml", text: icon },
];
