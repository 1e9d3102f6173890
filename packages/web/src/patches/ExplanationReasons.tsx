import type { Output } from '@fleetmend/api/client.ts';
import { describeMove } from '@fleetmend/domain/patches/patch-move.ts';
import { DecisionBadge } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { Sentence } from '../ui/Sentence.tsx';
import { DueDate } from './DueDate.tsx';
import classes from './patches.module.css';

type Explanation = Output<'explainPatch'>;

/** What stands beside the points: the decision's path, by when, what has moved it, what would, and what is not known. */
export function ExplanationReasons({ explanation }: { explanation: Explanation }) {
  const { ssvc, decision, above, would_drop_if, not_known } = explanation;
  return (
    <dl className={classes['because']}>
      <div>
        <dt>SSVC path</dt>
        <dd>
          <ol className={classes['path']}>
            {ssvc.map((step) => (
              <li key={step.point}>
                <span title={revealText(step.because)}>
                  {step.point} = <b>{step.value}</b>
                </span>
              </li>
            ))}
            <li>
              <DecisionBadge decision={decision} />
            </li>
          </ol>
          <ul className={`${classes['evidence']} small muted`}>
            {ssvc.map((step) => (
              <li key={step.point}>
                {step.point}: <HostText text={step.because} />
              </li>
            ))}
          </ul>
        </dd>
      </div>
      {explanation.due.length > 0 && <Due due={explanation.due} />}
      {explanation.moves.length > 0 && <Moves moves={explanation.moves} />}
      {above && <Reason title="Above the next one" text={above} />}
      {would_drop_if && <Reason title="What would change it" text={would_drop_if} />}
      <div>
        <dt>Not known</dt>
        <dd>
          {not_known.length === 0 ? (
            'Nothing is missing from this computation.'
          ) : (
            <ul className={classes['evidence']}>
              {not_known.map((missing) => (
                <li key={missing}>
                  <HostText text={missing} />
                </li>
              ))}
            </ul>
          )}
        </dd>
      </div>
    </dl>
  );
}

/** By when, on the machines where it is due first, and by which row of BOD 26-04. */
function Due({ due }: { due: Explanation['due'] }) {
  return (
    <div>
      <dt>Due</dt>
      <dd>
        <ul className={classes['evidence']}>
          {due.map((each) => (
            <li key={`${each.hostname} ${each.vulnerability}`}>
              <b>
                <DueDate at={each.due_at} />
              </b>{' '}
              on <HostText text={each.hostname} />: <Sentence text={each.text} />
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}

/** When it was raised or lowered, from where to where, and by what. */
function Moves({ moves }: { moves: Explanation['moves'] }) {
  return (
    <div>
      <dt>Raised and lowered</dt>
      <dd>
        <ul className={classes['evidence']}>
          {moves.map((move) => (
            <li key={move.at}>
              <Instant at={move.at} />: <b>{move.direction}</b> {describeMove(move)}, because{' '}
              <HostText text={move.reasons.join('; ')} />
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}

function Reason({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <HostText text={text} />
      </dd>
    </div>
  );
}
