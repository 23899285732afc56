/**
 * A place in TOML text, and the way to the next sound statement.
 *
 * @module
 */

/**
 * Why a statement cannot be read; thrown and caught inside the reader. Holds nothing of the statement's value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TomlProblem } from "./toml_cursor.ts";
 *
 * assertEquals(new TomlProblem(3, "expected a value, found nothing").rule, "not-toml");
 * ```
 */
export class TomlProblem extends Error {
  /** Which rule it breaks. */
  rule: "duplicate-key" | "not-toml" = "not-toml";

  /**
   * @param position Offset of the fault.
   * @param message What was expected and found.
   * @param key The key it stands at, if known.
   * @param open True when something begun here is never closed: the lines after it may be sound.
   */
  constructor(readonly position: number, message: string, public key: string = "", readonly open = false) {
    super(message);
  }
}

/**
 * A place in a text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Cursor } from "./toml_cursor.ts";
 *
 * const cursor = new Cursor("# first\n  second");
 * cursor.skipToContent();
 * assertEquals([cursor.peek(), cursor.lineAt(cursor.position)], ["s", 2]);
 * ```
 */
export class Cursor {
  /** Offset of the next character. */
  position = 0;
  readonly #lines: number[] = [0];

  /** @param text The whole text. */
  constructor(readonly text: string) {
    for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) this.#lines.push(i + 1);
  }

  /** Characters in the text. */
  get length(): number {
    return this.text.length;
  }

  /** Whether nothing is left. */
  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The next character, `""` at the end. */
  peek(): string {
    return this.text[this.position] ?? "";
  }

  /** Whether `what` comes next. */
  startsWith(what: string): boolean {
    return this.text.startsWith(what, this.position);
  }

  /** Goes `count` characters on. */
  skip(count: number): void {
    this.position += count;
  }

  /** Skips spaces and tabs. */
  skipBlank(): void {
    while (this.peek() === " " || this.peek() === "\t") this.position++;
  }

  /** Skips blanks, line ends and comments. */
  skipToContent(): void {
    for (;;) {
      this.skipBlank();
      const c = this.peek();
      if (c === "\n" || (c === "\r" && this.text[this.position + 1] === "\n")) this.position++;
      else if (c === "#") this.#toLineEnd();
      else return;
    }
  }

  /** Expects a comment, the line's end or the text's end. */
  endStatement(): void {
    this.skipBlank();
    if (this.peek() === "#") this.#toLineEnd();
    if (this.atEnd || this.peek() === "\n" || this.startsWith("\r\n")) return;
    throw new TomlProblem(this.position, "expected the end of the line or a comment (#) after the value");
  }

  /** Goes to the line after the one that holds offset `from`. */
  toNextLine(from: number): void {
    const end = this.text.indexOf("\n", from);
    this.position = end === -1 ? this.text.length : end + 1;
  }

  /** Goes on to the next line that looks like `[table]` or `key =`. */
  skipToStatement(): void {
    const pattern = /[ \t]*(?:\[{1,2}[ \t]*[A-Za-z_]|[A-Za-z0-9_-]+[ \t]*[.=])/y;
    while (!this.atEnd) {
      pattern.lastIndex = this.position;
      if (pattern.test(this.text)) return;
      this.toNextLine(this.position);
    }
  }

  /** The line, from 1, that holds offset `position`. */
  lineAt(position: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #toLineEnd(): void {
    const end = this.text.indexOf("\n", this.position);
    this.position = end === -1 ? this.text.length : end;
  }
}
