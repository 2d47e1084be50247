// Whose this place is, and which controller spoke last here, in `.tidegate.json` beside `current`: another
// environment is refused, however it spells the way here; and so is an older epoch, so that a controller that was
// asleep while another took over cannot put its old version back. Both are claimed before the first byte is copied
// and asked again right before the switch, without giving way in between.

import fs from 'node:fs';
import path from 'node:path';
import { Refusal } from './copy.ts';
import type { Release } from './kind.ts';

const FILE = '.tidegate.json';

/** `repository` says to people where the owner comes from; the mark is what it is known by. */
export type Claim = { readonly epoch: number; readonly owner: Owner | null };

type Owner = NonNullable<Release['owner']> & { readonly repository: string };

type Recorded = Claim & { readonly release: string | null; readonly at: string };

/** Records the claim, or refuses because the place is another's, or because a newer epoch was here. */
export function claimPlace(root: string, claim: Claim): void {
  const recorded = checked(root, claim);
  if (recorded !== null && recorded.epoch >= claim.epoch && (claim.owner === null || recorded.owner !== null)) return;
  write(root, { ...claim, owner: recorded?.owner ?? claim.owner, release: recorded?.release ?? null, at: now() });
}

/** Renames `link` to `current`. Synchronous on purpose: between question and act there are two system calls, and
 *  none of our own process's other work. */
export function switchUnderClaim(root: string, claim: Claim, release: string, link: string): void {
  const recorded = checked(root, claim);
  fs.renameSync(link, path.join(root, 'current'));
  write(root, { ...claim, owner: recorded?.owner ?? claim.owner, release, at: now() });
}

function checked(root: string, { epoch, owner }: Claim): Recorded | null {
  const recorded = read(root);
  if (recorded === null) return null;
  checkOwner(root, recorded, owner);
  if (recorded.epoch > epoch) {
    throw new Refusal(
      `${root} was last written by a controller of epoch ${recorded.epoch}, this one has ${epoch}: another has taken over`,
    );
  }
  return recorded;
}

/** A place from before there were owners is the first one's who comes. */
function checkOwner(root: string, recorded: Recorded, owner: Claim['owner']): void {
  if (recorded.owner === null || recorded.owner.mark === owner?.mark) return;
  const whose = `the environment ${recorded.owner.environment} of ${recorded.owner.repository}`;
  const who = owner === null ? 'this run, which claimed no place,' : `${owner.environment} of ${owner.repository}`;
  throw new Refusal(
    `${root} belongs to ${whose} (mark ${recorded.owner.mark}), and ${who} may not put anything there; give it another \`to:\`, ` +
      `or, to take the place over, see to it that its owner no longer deploys there and remove ${path.join(root, FILE)}`,
  );
}

/** A folder inside another's place is that other's as well: its releases are there, and `current` leads into one.
 *  Asked before anything is made on the way to `root`. */
export function checkAround(root: string, { owner }: Claim): void {
  let folder = root;
  while (!fs.existsSync(folder)) folder = path.dirname(folder);
  folder = fs.realpathSync(folder);
  for (;;) {
    const recorded = read(folder);
    if (recorded !== null) checkOwner(folder, recorded, owner);
    if (folder === path.dirname(folder)) return;
    folder = path.dirname(folder);
  }
}

function read(root: string): Recorded | null {
  const file = path.join(root, FILE);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const recorded = parse(text);
  if (recorded === null)
    throw new Refusal(`${file} is not as Tidegate wrote it; look what happened there, then remove it`);
  return recorded;
}

function parse(text: string): Recorded | null {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || !('epoch' in value) || !Number.isSafeInteger(value.epoch))
      return null;
    const owner = 'owner' in value ? ownerIn(value.owner) : null;
    if (owner === undefined) return null;
    return { release: null, at: '', ...(value as Partial<Recorded>), owner, epoch: Number(value.epoch) };
  } catch {
    return null;
  }
}

/** Undefined for what is none: then nobody can say whose the place is. */
function ownerIn(value: unknown): Claim['owner'] | undefined {
  if (value === null) return null;
  if (typeof value !== 'object' || !('environment' in value) || !('mark' in value)) return undefined;
  const { environment, mark } = value;
  if (typeof environment !== 'string' || typeof mark !== 'string') return undefined;
  const repository = 'repository' in value && typeof value.repository === 'string' ? value.repository : 'a repository';
  return { environment, mark, repository };
}

function write(root: string, recorded: Recorded): void {
  const file = path.join(root, FILE);
  const unfinished = path.join(root, '.tidegate-unfinished-epoch');
  const descriptor = fs.openSync(unfinished, 'w', 0o644);
  try {
    fs.writeSync(descriptor, `${JSON.stringify(recorded)}\n`);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(unfinished, file);
}

function now(): string {
  return new Date().toISOString();
}
