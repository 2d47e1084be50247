/** Where a value stands in the repository, for sentences about it. Lines and columns count from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };
