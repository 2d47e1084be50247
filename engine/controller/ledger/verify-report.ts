// What `tidegate verify` finds: what was read, and what is wrong with it.

export type VerifyReport = {
  readonly refs: number;
  readonly commits: number;
  readonly records: number;
  readonly problems: readonly { readonly ref: string; readonly commit: string; readonly message: string }[];
};
