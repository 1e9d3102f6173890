import type { Command } from 'commander';
import type { Cli } from './cli.ts';

/** A first word of the CLI. Only the one that is asked for is loaded: that keeps the start quick. */
export interface Noun {
  summary: string;
  load(): Promise<{ register(program: Command, cli: Cli, nouns: Nouns): void }>;
}
export type Nouns = Readonly<Record<string, Noun>>;
