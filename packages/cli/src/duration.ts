import { CliError } from './cli-error.ts';

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a time as `90s`, `30m`, `4h` or `1d`. @throws CliError (usage) on anything else. */
export function readSeconds(text: string): number {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
  const unit = SECONDS[match?.[2] ?? ''];
  if (unit === undefined)
    throw new CliError('usage', `"${text}" is no time`, { fix: 'Write a number and one of s, m, h, d, as in 30m.' });
  return Number(match?.[1]) * unit;
}
