import type { PackageFile } from './package-manager.ts';

/** One package that a dry run would move. */
export interface Step {
  name: string;
  from: string | null;
  to: string;
}

/** How what a dry run would do differs from what was approved, in words; null where they are the same. */
export function compareSteps(files: readonly PackageFile[], steps: readonly Step[]): string | null {
  const line = ({ name, from, to }: Step) => `${name} ${from ?? '(new)'} → ${to}`;
  const expected = new Set(files.map(({ operation }) => line({ ...operation, name: operation.package })));
  const found = new Set(steps.map(line));
  const more = [...found].filter((step) => !expected.has(step));
  const less = [...expected].filter((step) => !found.has(step));
  if (more.length === 0 && less.length === 0) return null;
  return [
    more.length > 0 ? `not approved: ${more.join(', ')}` : '',
    less.length > 0 ? `would not happen: ${less.join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}
