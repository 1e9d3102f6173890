import { parseNpmRange, satisfiesNpmRange } from '@fleetmend/domain/versions/npm-range.ts';
import { compareVersionTexts, isVersionScheme, VERSION_SCHEMES } from '@fleetmend/domain/versions/registry.ts';
import { parseSemver } from '@fleetmend/domain/versions/semver.ts';
import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { printLine } from '../print.ts';
import { readLines } from '../read-lines.ts';

const SIGNS = ['<', '=', '>'];

/** `version compare` and `version satisfies`: offline, and as quick as they are read when thousands come on stdin. */
export function registerVersionOrder(version: Command, cli: Cli): void {
  version
    .command('compare <scheme> [a] [b]')
    .description(`which of two versions is older: <, =, > or ? (no version); ${Object.keys(VERSION_SCHEMES).join(' ')}`)
    .option('--batch', 'read lines of two versions with a tab between them, and answer each with a line')
    .action((scheme: string, a: string | undefined, b: string | undefined, { batch }: BatchOption) => {
      if (!isVersionScheme(scheme))
        throw new CliError('usage', `there is no scheme of versions of this name: ${JSON.stringify(scheme)}`, {
          fix: `Use one of ${Object.keys(VERSION_SCHEMES).join(', ')}.`,
        });
      const answer = (left: string, right: string) => SIGNS[(compareVersionTexts(scheme, left, right) ?? 2) + 1] ?? '?';
      return answerAll(cli, [a, b], batch === true, answer);
    });
  version
    .command('satisfies <scheme> [range] [version]')
    .description('whether a version is in a range, true or false; the scheme is npm')
    .option('--batch', 'read lines of a range and a version with a tab between them, and answer each with a line')
    .option('--include-prerelease', 'count pre-releases the range does not name')
    .action((scheme: string, range: string | undefined, text: string | undefined, options: SatisfiesOptions) => {
      if (scheme !== 'npm')
        throw new CliError('usage', `ranges of ${JSON.stringify(scheme)} are not known here`, { fix: 'Use npm.' });
      const isIn = satisfiesNpm(options.includePrerelease === true);
      return answerAll(cli, [range, text], options.batch === true, (left, right) => String(isIn(left, right)));
    });
}

interface BatchOption {
  batch?: boolean;
}
interface SatisfiesOptions extends BatchOption {
  includePrerelease?: boolean;
}

/** As npm's own `satisfies`: false for what is no range or no version, too. */
function satisfiesNpm(includesPrerelease: boolean): (range: string, version: string) => boolean {
  return (rangeText, versionText) => {
    const range = parseNpmRange(rangeText, { includesPrerelease });
    const version = parseSemver(versionText);
    return range !== null && version !== null && satisfiesNpmRange(range, version);
  };
}

async function answerAll(
  cli: Cli,
  given: readonly (string | undefined)[],
  isBatch: boolean,
  answer: (left: string, right: string) => string,
): Promise<void> {
  const [left, right] = given;
  if (isBatch === (left !== undefined || right !== undefined) || (left === undefined) !== (right === undefined))
    throw new CliError('usage', 'give two texts, or --batch and lines on stdin');
  if (left !== undefined && right !== undefined) return printLine(cli, answer(left, right));
  await answerLines(cli, answer);
}

/** One line of answer for each line of stdin, whatever stands there: the lines stay side by side. */
async function answerLines(cli: Cli, answer: (left: string, right: string) => string): Promise<void> {
  let count = 0;
  for await (const lines of readLines(cli.io.stdin)) {
    const answers = lines.map((line) => {
      count++;
      const tab = line.indexOf('\t');
      if (tab !== -1 && !line.includes('\t', tab + 1)) return answer(line.slice(0, tab), line.slice(tab + 1));
      note(cli, `line ${count} is not two texts with one tab between them`);
      cli.exit = 'usage';
      return answer('', '');
    });
    if (answers.length > 0) cli.io.stdout.write(`${answers.join('\n')}\n`);
  }
}
