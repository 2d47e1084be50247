// `forge` of tidegate.yaml: where proposals are opened, and what is shown there. A secret is never in it: it is told
// by the name of the environment variable that holds it.

export type ForgeConfig = {
  readonly place: ForgePlace;
  readonly plan: {
    /** Which pull requests get a plan, by what they change; null: all that change what an environment is made of. */
    readonly paths: readonly string[] | null;
  };
  /** Environments whose runs are shown as deployments. */
  readonly deployments: readonly string[];
};

export type ForgePlace =
  | {
      readonly kind: 'github';
      /** `acme/shop` */
      readonly repository: string;
      readonly api: string;
      readonly login: GithubLogin;
      readonly webhook: { readonly port: number; readonly secret: string } | null;
    }
  | { readonly kind: 'gitlab' }
  | { readonly kind: 'plain' };

/** Null where proposals are merged by a push; else the forge that merges pull requests itself. */
export function mergingForge(forge: ForgeConfig | null): 'GitHub' | null {
  return forge?.place.kind === 'github' ? 'GitHub' : null;
}

/** Each secret by the name of its environment variable. */
export type GithubLogin =
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'app'; readonly app: number; readonly installation: number; readonly key: string };
