// A Fault is the world saying no: the network, the remote, the disk, another program. Adapters throw it; only the
// controller's loop retries it. Its message and hint are safe to show: adapters mask secrets before they make one.

export type FaultCode =
  | 'remote-unreachable'
  | 'remote-refused'
  | 'remote-auth'
  | 'remote-timeout'
  /** A forge that wants to be left alone for a while; `afterMs` says how long. */
  | 'remote-limited'
  | 'remote-too-large'
  | 'remote-empty'
  | 'ref-moved'
  | 'object-missing'
  | 'repository-damaged'
  | 'git-missing'
  | 'git-failed'
  | 'tree-hostile'
  | 'state-locked'
  | 'state-unwritable'
  | 'disk-full'
  | 'supervisor-lost'
  | 'spawn-failed'
  | 'ledger-damaged'
  | 'ledger-blocked'
  /** What a person asked for, and rules or keys do not allow. */
  | 'refused'
  | 'usage';

export type FaultOptions = {
  readonly retry: 'now' | 'later' | 'never';
  readonly hint: string;
  readonly cause?: unknown;
  /** The remote asks to be left alone for so long. */
  readonly afterMs?: number;
  /** What was asked for may have been done all the same: it is looked up before it is repeated. */
  readonly inDoubt?: true;
};

export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly retry: 'now' | 'later' | 'never';
  readonly hint: string;
  readonly afterMs: number | null;
  readonly isInDoubt: boolean;

  constructor(code: FaultCode, message: string, options: FaultOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = options.retry;
    this.hint = options.hint;
    this.afterMs = options.afterMs ?? null;
    this.isInDoubt = options.inDoubt === true;
  }
}
