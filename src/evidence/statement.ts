/**
 * A statement of configuration: rows of what is stated, and where from.
 *
 * @module
 */
import { PAGE_STYLE } from "./page_style.ts";
import { escaped } from "./shown.ts";

/** What stands where nobody has said anything. */
export const NOT_STATED = "not stated";

/** One thing that is stated. */
export interface StatementRow {
  /** What. */
  readonly what: string;
  /** What is stated of it, or {@link NOT_STATED}. */
  readonly value: string;
  /** Where it is from: a key of the configuration, an option, the program. */
  readonly from: string;
}

/** Rows that belong together. */
export interface StatementSection {
  readonly title: string;
  readonly rows: readonly StatementRow[];
}

/** A whole statement. */
export interface Statement {
  readonly title: string;
  /** What a reader has to know first. */
  readonly preface: string;
  readonly sections: readonly StatementSection[];
}

/**
 * A row; an empty value is one that is not stated.
 *
 * @param what What.
 * @param value What is stated of it.
 * @param from Where it is from.
 * @returns The row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stated } from "./statement.ts";
 *
 * assertEquals(stated("capacity", "", "--capacity").value, "not stated");
 * ```
 */
export function stated(what: string, value: string, from: string): StatementRow {
  return { what, value: value === "" ? NOT_STATED : value, from };
}

/**
 * Writes a statement as Markdown.
 *
 * @param statement The statement.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { stated, statementMarkdown } from "./statement.ts";
 *
 * const text = statementMarkdown({
 *   title: "centre", preface: "", sections: [{ title: "Ports", rows: [stated("a|b", "<x>", "listen.port")] }],
 * });
 * assertStringIncludes(text, "| a\\|b | &lt;x&gt; | listen.port |");
 * ```
 */
export function statementMarkdown({ title, preface, sections }: Statement): string {
  // Names come from files: nothing in them is markup.
  const cell = (text: string) =>
    text
      .replaceAll(/[\p{Cc}\s]+/gu, " ")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll(/[\\`*_[\]|~]/g, (sign) => `\\${sign}`);
  const parts = sections.map(({ title, rows }) =>
    [
      `## ${cell(title)}`,
      "",
      "| What | Stated | From |",
      "|---|---|---|",
      ...rows.map(({ what, value, from }) => `| ${cell(what)} | ${cell(value)} | ${cell(from)} |`),
      "",
    ].join("\n")
  );
  return `# ${cell(title)}\n\n${cell(preface)}\n\n${parts.join("\n")}`;
}

/**
 * Writes a statement as one HTML file.
 *
 * @param statement The statement.
 * @returns The document.
 */
export function statementHtml({ title, preface, sections }: Statement): string {
  const parts = sections.map(({ title, rows }) =>
    `<h2>${
      escaped(title)
    }</h2>\n<div class="scroll"><table><thead><tr><th>What</th><th>Stated</th><th>From</th></tr></thead><tbody>${
      rows.map(({ what, value, from }) =>
        `<tr><td>${escaped(what)}</td><td>${escaped(value)}</td><td class="muted">${escaped(from)}</td></tr>`
      ).join("\n")
    }</tbody></table></div>`
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title><style>${PAGE_STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<p>${escaped(preface)}</p>
${parts.join("\n")}
</body></html>
`;
}
