/**
 * Reads RFC 4180 and nothing else: records end with CR LF, quotes only around whole fields, every record as wide as the first.
 *
 * @throws {Error} Where the text is anything else.
 */
export function strictCsv(text: string): string[][] {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: string[] = [];
    while (true) {
      if (text[at] === '"') {
        let field = "";
        for (at++; !(text[at] === '"' && text[at + 1] !== '"'); at++) {
          if (at >= text.length) throw new Error("a quote is not closed");
          if (text[at] === '"') at++;
          field += text[at];
        }
        at++;
        record.push(field);
      } else {
        const [field] = /^[^",\r\n]*/.exec(text.slice(at, at + 100_000))!;
        at += field.length;
        record.push(field);
      }
      if (text[at] === ",") at++;
      else if (text.startsWith("\r\n", at)) break;
      else {throw new Error(
          `record ${records.length}: ${JSON.stringify(text.slice(at, at + 10))} behind a field`,
        );}
    }
    at += 2;
    if (record.length !== (records[0] ?? record).length) throw new Error(`record ${records.length}: width`);
    records.push(record);
  }
  return records;
}
