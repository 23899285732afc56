/**
 * Translation between the panel languages: tables and rules as data, and what each translation loses.
 *
 * @module
 */
export { codeName } from "./code_name.ts";
export {
  type CodeRow,
  codeRow,
  type CodeTable,
  codeTable,
  translatedLanguages,
  type UnknownRow,
} from "./code_tables.ts";
export type {
  ContactIdForm,
  Forms,
  Loss,
  ScancomForm,
  SiaForm,
  TargetLanguage,
  Translated,
  VdsForm,
} from "./forms.ts";
export type { CodeOverride, CodeOverrides } from "./override_code.ts";
export { readSiteTable, type SiteTableProblem, type SiteTableRead } from "./read_site_table.ts";
export { ends, restoreOf } from "./restores.ts";
export { showForm } from "./show_form.ts";
export { siteAccount } from "./site_account.ts";
export {
  type AccountRule,
  type Numbers,
  type OutputTable,
  type SiteCodes,
  type SiteNumbers,
  type SiteRules,
  siteRules,
  type SiteTable,
} from "./site_table.ts";
export { translate } from "./translate.ts";
