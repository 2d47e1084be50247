// A controller's decisions beside the model forge: a real repository, a clock that the test moves, one environment
// whose rules the test chooses. Nothing is run: what would be begun is the end of a round.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ForgeWatch } from '../../../engine/controller/forge/forge-watch.ts';
import { Survey } from '../../../engine/controller/observe/survey.ts';
import { whyOf } from '../../../engine/explain/why.ts';
import { openNativeGit } from '../../../engine/git/native.ts';
import type { LedgerRecord } from '../../../engine/ledger/records/table.ts';
import type { Observed } from '../../../engine/model/observed.ts';
import type { GitRepository } from '../../../engine/ports/git.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { commitFiles, type StoryPerson } from '../git-repositories.ts';
import { startingFiles } from '../scenario-files.ts';
import { nameSigning } from '../survey-world.ts';
import { makeWorld, type World } from './model-world.ts';

export const APP = 'environments/production/app.txt';
export const MINUTE_MS = 60_000;
export const DAN: StoryPerson = { name: 'Dan', email: 'dan@example.org' };

const NO_HOLIDAYS = { holidays: async () => ({}), knows: async () => false };
/** Of nobody: it stands for no signature that there is. */
const A_KEY = `leo@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}\n`;

type Decided = 'granted' | 'waits' | 'denied';

export class ForgeStory {
  readonly world: World;
  readonly survey: Survey;
  /** Everything that was decided to be written down, oldest first; and what begins, which is not. */
  readonly written: LedgerRecord[] = [];
  watch: ForgeWatch;
  readonly #directory: string;
  readonly #git: GitRepository;
  #last: Observed | null = null;

  private constructor(world: World, directory: string, git: GitRepository) {
    this.world = world;
    this.#directory = directory;
    this.#git = git;
    this.survey = this.#view();
    this.watch = this.newWatch();
  }

  /** `rule`: what production waits for, as in YAML. */
  static async begin(rule: string): Promise<ForgeStory> {
    const world = await makeWorld();
    const directory = mkdtempSync(path.join(tmpdir(), 'tidegate-story-'));
    configure(world, rule, 'optional');
    const git = await openNativeGit({ url: world.model.repository, directory: path.join(directory, 'repo.git') });
    return new ForgeStory(world, directory, git);
  }

  async end(): Promise<void> {
    await this.world.until(this.watch.end());
    await this.#git.close();
    await this.world.end();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  configure(rule: string, signatures: 'optional' | 'required' = 'optional'): void {
    configure(this.world, rule, signatures);
  }

  /** A pull request, by the bot, of somebody's commit. */
  async opened(branch: string, files: Readonly<Record<string, string>>, author = DAN): Promise<number> {
    const { world } = this;
    const head = commitFiles(world.model.repository, files, { branch, parent: world.head('main'), author });
    const order = { branch, base: 'main', head, title: branch, body: '' };
    const answer = await world.until(world.another().open(order));
    if (answer.type !== 'open' || answer.number === null) throw new Error(answer.type);
    return answer.number;
  }

  async merged(number: number, branch: string, method: 'merge' | 'squash' | 'rebase'): Promise<void> {
    const { world } = this;
    const order = { number, branch, base: 'main', head: world.head(branch), method, message: '' };
    const answer = await world.until(world.another().merge(order));
    if (answer.type !== 'merged') throw new Error(answer.type);
  }

  /** One look at the remote; with the forge, one at that as well. */
  async look(what: 'with the forge' | 'at Git alone' = 'with the forge'): Promise<void> {
    const { world, survey, watch } = this;
    world.clock.advance(MINUTE_MS);
    await survey.take(await survey.look(), world.clock.monotonicMs());
    if (what === 'at Git alone') return;
    watch.looked();
    await world.untilTrue(() => !watch.underWay);
  }

  /** A look, and all that is decided then. */
  async round(): Promise<Decided> {
    await this.look();
    return this.decided();
  }

  async decided(): Promise<Decided> {
    for (let times = 0; times < 8; times += 1) {
      this.#last = await this.survey.observe(['production'], { jobs: new Map(), effects: new Map() });
      const records = reconcile(this.#last, this.world.clock.now()).append.map(({ record }) => record);
      const isBegun = records.some(({ type }) => type === 'run-opened');
      for (const record of records) {
        if (isBegun && !/^review-/.test(record.type)) this.written.push(record);
        else this.append(record);
      }
      if (isBegun) return 'granted';
      if (records.length === 0) break;
    }
    return this.#verdict().status === 'denied' ? 'denied' : 'waits';
  }

  append(record: LedgerRecord): void {
    this.survey.ledger.append('production', [record]);
    this.written.push(record);
  }

  get why(): string {
    return this.#verdict().sentence;
  }

  newWatch(): ForgeWatch {
    const { survey, world } = this;
    return new ForgeWatch({
      survey,
      clock: world.clock,
      log: { info: () => {}, error: () => {}, warn: () => {} },
      emit: () => {},
      open: async () => world.another(),
      openSurvey: () => this.#view(),
      openHolidays: async () => NO_HOLIDAYS,
    });
  }

  #verdict() {
    const [environment] = this.#last?.environments ?? [];
    if (environment === undefined || this.#last === null) throw new Error('nothing was decided');
    return whyOf(environment, this.#last, this.world.clock.now()).verdict;
  }

  #view(): Survey {
    return new Survey({
      git: this.#git,
      openLedger: async () => this.#git,
      openSigning: async () => nameSigning,
      openHolidays: async () => NO_HOLIDAYS,
      clock: this.world.clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      controller: { id: 'controller-1', name: 'one' },
      nonce: () => 'n',
      only: [],
    });
  }
}

function configure(world: World, rule: string, signatures: 'optional' | 'required'): void {
  const id = (login: string) => world.model.state.account(login).id;
  const people = ['leo', 'eve', 'dan'].map(
    (who) => `  ${who}: { email: ${who}@example.org, github: { login: ${who}-x, id: ${id(`${who}-x`)} } }\n`,
  );
  const text = [
    'version: 1\ntimezone: UTC\npeople:\n  ana: { email: ana@example.org }\n  bot: { email: tidegate-bot@forge.example }\n',
    ...people,
    `teams: { leads: [leo, eve, dan] }\nledger: { signatures: ${signatures} }\n`,
    'forge: { github: { repository: acme/shop, token: TOKEN } }\n',
  ];
  commitFiles(world.model.repository, {
    ...startingFiles('world', { production: { policies: '[gate]' } }),
    'tidegate.yaml': text.join(''),
    'policies/gate.yaml': rule,
    ...(signatures === 'required' ? { 'policies/allowed_signers': A_KEY } : {}),
  });
}
