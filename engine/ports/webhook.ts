// A port that a forge may knock at. It carries nothing: who may knock has the repository looked at sooner.

import type { ForgeConfig } from '../model/forge-config.ts';

export type WebhookPort = {
  /** Opens, moves or closes the port as the configuration says now. */
  follow(forge: ForgeConfig | null): void;
  close(): Promise<void>;
};
