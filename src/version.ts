/** Version of the program, as shown by `--version`, on the page and in the log. */
export const VERSION = "0.1.0";
