import type { Output } from '@fleetmend/api/client.ts';
import { describeMove } from '@fleetmend/domain/patches/patch-move.ts';
import { type Cli, paint } from './cli.ts';
import { relativeTime } from './relative-time.ts';
import { visibleText } from './visible-text.ts';

type Explanation = Output<'explainPatch'>;

/** Why a patch stands where it stands: the same table as in the console. The points of its lines sum to the score. */
export function explanationLines(cli: Cli, explanation: Explanation): string[] {
  const { factors, score, rank, of, decision } = explanation;
  const rows = factors.map((factor) => [
    visibleText(factor.label),
    visibleText(factor.value),
    signed(factor.points),
    visibleText(factor.source) + (factor.as_of === null ? '' : ` · ${when(cli, factor.as_of)}`),
  ]);
  const widths = [0, 1, 2].map((i) =>
    Math.max(...[['Why first', 'value', 'points'], ...rows].map((row) => row[i]?.length ?? 0)),
  );
  const [label = 0, value = 0, points = 0] = widths;
  const line = ([a = '', b = '', c = '', d = '']: string[], indent = '  ') =>
    `${indent}${a.padEnd(label)}  ${b.padEnd(value)}  ${c.padStart(points)}   ${d}`.trimEnd();
  return [
    `${paint(cli, 'bold', `${visibleText(explanation.patch)}  ${visibleText(explanation.title)}`)}   rank ${rank} of ${of}   ${decisionText(decision)}`,
    paint(cli, 'dim', line(['Why first', 'value', 'points', 'source · as of'])),
    ...rows.map((row) => line(row)),
    line(['', '', String(score), `of ${explanation.model_factors_max} · ${visibleText(modelText(explanation))}`]),
    `SSVC path   ${explanation.ssvc.map(({ point, value: v }) => `${visibleText(point)}=${visibleText(v)}`).join(' → ')} ⇒ ${decisionText(decision)}`,
    ...explanation.due.map(({ hostname, text }) => visibleText(`Due         ${hostname}: ${text}`)),
    ...explanation.moves.map((move) => `Moved       ${visibleText(moveText(cli, move))}`),
    ...(explanation.above === null ? [] : [visibleText(explanation.above)]),
    ...(explanation.would_drop_if === null ? [] : [visibleText(explanation.would_drop_if)]),
    ...explanation.not_known.map((text, i) => `${i === 0 ? 'Not known' : '         '}   ${visibleText(text)}`),
  ];
}

function moveText(cli: Cli, move: Explanation['moves'][number]): string {
  return `${when(cli, move.at)}: ${move.direction} ${describeMove(move)}: ${move.reasons.join('; ')}`;
}

/** The version of the weights, and who wrote it when. */
function modelText({ model, model_written_at, model_written_by }: Explanation): string {
  return model_written_by === null
    ? model
    : `${model}, written by ${model_written_by} on ${model_written_at?.slice(0, 10)}`;
}

/** `track_star` as people know it: TRACK*. */
export function decisionText(decision: string): string {
  return decision.replace('_star', '*').toUpperCase();
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '0';
}

function when(cli: Cli, instant: string): string {
  return visibleText(cli.io.stdout.isTty ? relativeTime(instant, cli.io.now()) : instant);
}
