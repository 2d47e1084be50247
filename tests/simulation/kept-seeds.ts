// Lives that found a defect, each with its story. They are lived again at every run of the suite. A change of the simulator itself
// makes another life of the same seed: then the story is looked for again with the defect put back, and its seed is replaced.

export const KEPT_SEEDS: readonly { readonly seed: string; readonly story: string }[] = [
  {
    seed: '58',
    story:
      'a promotion from an environment that ran a commit on no followed branch made every tick fail, of all environments, wherever the cache was empty',
  },
  {
    seed: '477',
    story:
      'a deployment that failed wrote earlier gates back to the default branch: a window that had been set since was gone',
  },
  {
    seed: '456',
    story: 'a deleted ledger was begun anew after its neighbours had been written to and the state folder was lost',
  },
  {
    seed: '758',
    story:
      'a controller that had seen a ledger, and never written to it, went on with it after a kill although a person had rewritten it',
  },
];
