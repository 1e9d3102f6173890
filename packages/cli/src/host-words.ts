import type { Command } from 'commander';
import { CliError } from './cli-error.ts';

/** What people say of a machine beside its labels, as options give it. */
export interface WorthOptions {
  owner?: string;
  service?: string;
  criticality?: string;
  sensitivity?: string;
  exposure?: string;
}

/** The options that say what a machine is worth. */
export function worthOptions(command: Command): Command {
  return command
    .option('--owner <text>', 'who owns it; "" for nobody')
    .option('--service <group>', 'the service group it belongs to; "" for none')
    .option('--criticality <level>', 'low, medium, high or none')
    .option('--sensitivity <level>', 'of its data: none, internal, confidential, or unknown')
    .option('--exposure <level>', 'isolated, internal, internet or unknown');
}

/** Options as the API takes them; what was not given stays as it is. The server judges the words. */
export function readWorth({ owner, service, criticality, sensitivity, exposure }: WorthOptions) {
  const orNull = (text: string | undefined, nothing: string) =>
    text === undefined ? undefined : text === nothing ? null : text;
  return {
    owner: orNull(owner, ''),
    service_group: orNull(service, ''),
    criticality: orNull(criticality, 'none'),
    data_sensitivity: orNull(sensitivity, 'unknown'),
    exposure: orNull(exposure, 'unknown'),
  } as {
    owner?: string | null;
    service_group?: string | null;
    criticality?: null;
    data_sensitivity?: null;
    exposure?: null;
  };
}

/** Labels as `env=prod role=web`. */
export function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

/** Labels to set (`env=prod`) and to take away (`env-`). @throws CliError (usage) on anything else. */
export function readLabels(words: readonly string[]): { set: Record<string, string>; gone: string[] } {
  const set: Record<string, string> = {};
  const gone: string[] = [];
  for (const word of words) {
    const match = /^([a-z][a-z0-9_.-]*?)(?:=(.*)|-)$/.exec(word);
    if (match?.[1] === undefined)
      throw new CliError('usage', `"${word}" is no label`, { fix: 'Write env=prod to set one, env- to take it away.' });
    if (match[2] === undefined) gone.push(match[1]);
    else set[match[1]] = match[2];
  }
  return { set, gone };
}
