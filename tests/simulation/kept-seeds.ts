// Defects that lives found, each with the seed that shows it: with the repair taken out again, the life of that seed
// breaks a law. `meets` stands in its table as long as the life still comes to the place where it broke. A change of
// the simulator makes another life of the same seed: then it proves nothing any more, and another seed is to be found
// by running lives without the repair, or the story becomes a test of its own (promotions of adopted tags, overtaken
// claims and branches of earlier lives have theirs).

export const KEPT_SEEDS: readonly { readonly seed: string; readonly story: string; readonly meets: RegExp }[] = [
  {
    seed: '49',
    story:
      'a promotion from an environment that ran a commit on no branch made every tick fail, of all environments, wherever the cache was empty',
    meets: /staging: holds [^\n]*which runs here, is no longer in its history.* production: holds/s,
  },
  {
    seed: '618',
    story: 'a rollback wrote earlier gates back to the default branch: a window that had been set since was gone',
    meets: /development: effect-ended .*because development had other gates at/,
  },
  {
    seed: '29',
    story:
      'of a ledger that a person had set back its neighbours said no more how far it was, and who lost the state folder went on with it',
    meets: /eve +rewrites \S+staging.* c1 +loses its state folder.* c1#9 +says [^\n]*staging was rewritten/s,
  },
  {
    seed: '421',
    story:
      'a controller that had not looked since before the lost step went on with a ledger that a person had set back',
    meets: /eve +rewrites \S+staging.* c1#1 +says [^\n]*staging was rewritten/s,
  },
  {
    seed: '1943',
    story:
      'a controller that serves some environments only let the others be forgotten, and a deleted ledger was begun again',
    meets: /eve +rewrites \S+development.* c1 +loses its state folder.* c1#2 +says [^\n]*development was deleted/s,
  },
  {
    seed: '1578',
    story: 'what a tag that was adopted brought to the next environment was never deployed',
    meets: /development: adopted +\(v1\.4\.0 .* staging: run-opened +\(staging-2 /s,
  },
  {
    seed: '20634',
    story: 'a rollback whose tag the remote refused was said to be written back, without a word of the tag',
    meets: /effect-ended [^\n]*tag v1\.8\.1 was not written: the remote refuses it/,
  },
  {
    seed: '50183',
    story:
      'who was let into a team at the head lifted a freeze that stands at the head, as one whom gates in force name',
    meets: /eve +development: deploy-requested.*ana +commits +\(chore: let eve into the crew\).*development: holds/s,
  },
  {
    seed: '61423',
    story: 'who said no to a change of gates was taken out of the crew at the head, and the no was not heard any more',
    meets: /dan +staging: gates-rejected.*eve +commits +\(chore: take dan out of the crew\)/s,
  },
  {
    seed: '60806',
    story: 'who was taken out at the head, and is in force, said no to the change that does so',
    meets: /dan +staging: gates-rejected.*ana +staging: gates-overridden/s,
  },
  {
    seed: '63032',
    story: 'gates that a run brought landed after its controller had lost the run, and its stages with it',
    meets: /c2#4 +development: gates-accepted.*development-2\.3 +\(controller c1: development-2: taken over/s,
  },
  {
    seed: '70732',
    story: 'ana took her yes back in the seconds between its acceptance and the push of that',
    meets: /dropped: gates-accepted .* ana <ana@example.org> said no to this change before it was accepted/,
  },
];
