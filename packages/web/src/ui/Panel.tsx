import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

/** A titled region of a page. `isFlush` lets a table or a list touch its edges. */
export function Panel({
  title,
  note,
  actions,
  children,
  isFlush = false,
}: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  isFlush?: boolean;
}) {
  const id = useId();
  return (
    <section className={classes['panel']} aria-labelledby={id}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {note && <p className={classes['note']}>{note}</p>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </header>
      <div className={isFlush ? classes['flush'] : classes['body']}>{children}</div>
    </section>
  );
}

/** Names and values, in two columns. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) => (
        <FactRow key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function FactRow({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** Nothing to show, said as a sentence, with the way on. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes['empty']}>
      <h3>{title}</h3>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** A plain list with a line between its rows. */
export function LineList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes['list']} aria-label={label}>
      {children}
    </ul>
  );
}
