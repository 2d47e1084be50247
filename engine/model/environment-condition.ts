// Where an environment stands, in one word, and where only a person can go on, why. Alerts and scripts watch these
// words: some may be added, none is renamed.

export type Condition = 'Ready' | 'Reconciling' | 'Stalled';

/** Why only a person can go on. */
export type StallReason =
  | 'LedgerDamaged'
  | 'GatesUnknown'
  | 'ConfigurationBroken'
  | 'RollbackFailed'
  | 'FirstDeploymentFailed'
  | 'DeploymentFailed'
  | 'HeldBack'
  | 'Quarantined'
  | 'HistoryRewritten'
  | 'TagMoved'
  | 'VersionBroken';
