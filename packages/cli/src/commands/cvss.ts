import {
  type Cvss,
  cvssBaseScore,
  cvssEnvironmentalScore,
  cvssOverallScore,
  cvssSeverity,
  cvssTemporalScore,
  describeCvss,
  parseCvss,
  printCvss,
} from '@fleetmend/domain/advisories/cvss/cvss.ts';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { type Cell, printFields, printJson } from '../print.ts';
import { readLines } from '../read-lines.ts';

const HELP = `
The score is, for 4.0, that of the whole vector (CVSS-BTE). For 2.0, 3.0 and 3.1 it is the base score, the one advisories
publish; with --whole it is the environmental or temporal score where the vector defines such metrics.
Severity is FIRST's scale for 3.x and 4.0, and NVD's (LOW, MEDIUM, HIGH) for 2.0.`;

export function register(program: Command, cli: Cli): void {
  program
    .command('cvss')
    .description('scores of CVSS vectors, offline')
    .command('score [vector]')
    .description('the score of a vector of CVSS 2.0, 3.0, 3.1 or 4.0, and its metrics in words')
    .option('--batch', 'read a vector a line, and answer each with a line: score, tab, severity; ? if it is not valid')
    .option('--whole', 'count temporal and environmental metrics of 2.0 and 3.x too')
    .addHelpText('after', HELP)
    .action((vector: string | undefined, { batch, whole }: ScoreOptions) => {
      const choose = whole === true ? cvssOverallScore : publishedScore;
      if ((batch === true) === (vector !== undefined))
        throw new CliError('usage', 'give a vector, or --batch and lines on stdin');
      return vector === undefined ? scoreLines(cli, choose) : explainVector(cli, vector, choose);
    });
}

interface ScoreOptions {
  batch?: boolean;
  whole?: boolean;
}
type Choose = (cvss: Cvss) => number;

/** The number that goes with a vector in advisories: CVSS 4.0 knows one, the others publish the base score. */
function publishedScore(cvss: Cvss): number {
  return cvss.version === '4.0' ? cvssOverallScore(cvss) : cvssBaseScore(cvss);
}

async function scoreLines(cli: Cli, choose: Choose): Promise<void> {
  for await (const lines of readLines(cli.io.stdin)) {
    const answers = lines.map((line) => {
      const cvss = parseCvss(line);
      if (cvss === null) return '?\n';
      const score = choose(cvss);
      return `${score.toFixed(1)}\t${cvssSeverity(cvss.version, score)}\n`;
    });
    if (answers.length > 0) cli.io.stdout.write(answers.join(''));
  }
}

function explainVector(cli: Cli, vector: string, choose: Choose): void {
  const cvss = parseCvss(vector);
  if (cvss === null)
    throw new CliError('usage', `this is no CVSS vector: ${JSON.stringify(vector)}`, {
      fix: 'Each base metric must stand there once, spelled as its version spells it; in 2.0 and 4.0 in order.',
    });
  const score = choose(cvss);
  const answer = {
    vector: printCvss(cvss),
    version: cvss.version,
    score,
    severity: cvssSeverity(cvss.version, score),
    base_score: cvssBaseScore(cvss),
    temporal_score: cvssTemporalScore(cvss),
    environmental_score: cvssEnvironmentalScore(cvss),
    metrics: describeCvss(cvss),
  };
  if (cli.options().json === true) return printJson(cli, answer);
  printFields(cli, [
    ['Vector', answer.vector],
    ['CVSS', answer.version],
    ['Score', score.toFixed(1)],
    ['Severity', answer.severity],
    ...oneDecimal('Base score', answer.base_score),
    ...oneDecimal('Temporal score', answer.temporal_score),
    ...oneDecimal('Environmental score', answer.environmental_score),
    ...answer.metrics.map(({ metric, name, value, meaning }): [string, Cell] => [
      `${name} (${metric})`,
      meaning === value ? value : `${meaning} (${value})`,
    ]),
  ]);
}

function oneDecimal(label: string, score: number | null): [string, Cell][] {
  return score === null ? [] : [[label, score.toFixed(1)]];
}
