/**
 * The library of the property tests, with the same random cases in every run: what fails once fails again, on any machine.
 * `TOCSIN_SEED=random` draws others, `TOCSIN_SEED=N` those of a run that failed.
 *
 * @module
 */
import fc from "npm:fast-check@4.10.2";

const given = Deno.env.get("TOCSIN_SEED");
if (given !== "random") {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given ?? 20261121) | 0 });
}

export * from "npm:fast-check@4.10.2";
export { default } from "npm:fast-check@4.10.2";
