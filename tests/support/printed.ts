/** What a command printed. */
export interface Printed {
  status: number;
  out: string;
  err: string;
}

/** Runs a command in this process and gives its exit status and what it printed. */
export async function printed(command: () => Promise<number>): Promise<Printed> {
  const { log, error } = console;
  const out: string[] = [];
  const err: string[] = [];
  console.log = (...words) => void out.push(words.join(" "));
  console.error = (...words) => void err.push(words.join(" "));
  try {
    return { status: await command(), out: out.join("\n"), err: err.join("\n") };
  } finally {
    console.log = log;
    console.error = error;
  }
}
