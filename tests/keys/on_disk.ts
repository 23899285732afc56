/** The files of a key store, as another program sees them. */
import { DatabaseSync } from "node:sqlite";

/** Changes the file as another program would. */
export function tamper(path: string, sql: string, ...values: (Uint8Array | number)[]): void {
  const db = new DatabaseSync(path);
  db.prepare(sql).run(...values);
  db.close();
}

/** What is sealed in the row of a device. */
export function sealedOf(path: string, id: Uint8Array): Uint8Array {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare("SELECT sealed FROM device WHERE id = ?").get(id);
  db.close();
  return row?.["sealed"] as Uint8Array;
}

/** Every octet of the store on disk, the log included. */
export function octetsOf(folder: string): Uint8Array {
  const files = Array.from(Deno.readDirSync(folder), ({ name }) => Deno.readFileSync(`${folder}/${name}`));
  return new Uint8Array(files.flatMap((file) => Array.from(file)));
}
