import type { Outcome, Receipt } from "../items/outcome.ts";
import type { ConvertOptions } from "../options.ts";

/** What report.json holds; see finish(). */
export type ReportDocument = Readonly<Record<string, unknown>>;

/** Turns outcomes into manifest lines and, at the end, into the report whose sums must agree. */
export class JobReport {
  constructor(_facts: { readonly toolVersion: string; readonly options: ConvertOptions }) {}

  /** Counts an outcome. @returns its lines of manifest.jsonl, without line ends */
  add(_outcome: Outcome, _receipts: readonly Receipt[]): readonly string[] {
    return [];
  }

  /** True when anything was lost, skipped or damaged so far. */
  get hasErrors(): boolean {
    return false;
  }

  /** The report of the whole job. @throws JobError jobs/sums-disagree */
  finish(_source: { readonly size: number; readonly sha256: string }): ReportDocument {
    return {};
  }
}
