// Defects that lives found, each with its story and the seed that showed it then. A change of the simulator makes another life of
// the same seed: these were found before its last changes, so that they are lived again and are no proof for their stories.

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
