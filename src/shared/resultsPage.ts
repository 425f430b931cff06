/** What the host and the table of a batch's results say to each other. */

export interface ResultRowView {
  /** Of the whole table, from 0. */
  readonly number: number;
  readonly id: string;
  readonly status: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly firstLine: string;
}

export type ResultsPageMessage =
  | { readonly type: "ready" }
  /** Rows from a place in what is shown. */
  | { readonly type: "rows"; readonly from: number; readonly count: number }
  | { readonly type: "filter"; readonly failed: boolean }
  | { readonly type: "text"; readonly number: number }
  | { readonly type: "conversation"; readonly number: number }
  /** Send what failed once more. */
  | { readonly type: "again" };

export type ResultsHostMessage =
  | {
      readonly type: "table";
      readonly name: string;
      readonly summary: string;
      readonly count: number;
      /** There are failed requests that can be sent again. */
      readonly again: boolean;
    }
  | { readonly type: "rows"; readonly from: number; readonly rows: readonly ResultRowView[] }
  | { readonly type: "text"; readonly number: number; readonly text: string };
