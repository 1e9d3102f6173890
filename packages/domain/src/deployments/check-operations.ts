import type { Operation, Step, Target } from '../changes/change-document.ts';
import { compareIn } from '../versions/ecosystems.ts';
import { type Refusal, refuse } from './refusals.ts';

/** What of the host bounds the packages an order may move. */
export interface PackageKnowledge {
  installed: Record<string, string | null>;
  protected_packages: readonly string[];
  max_operations: number;
}

/**
 * The limits no signature can lift, and whether the machine is in the state the change was planned for. Convergent: a
 * package that is already where the step would bring it is fine.
 */
export function checkOperations(step: Step, { operations, rollback }: Target, host: PackageKnowledge): Refusal | null {
  return (
    checkLimits(operations, host) ??
    checkLimits(rollback.operations, host) ??
    checkDirection(operations) ??
    checkWayBack(operations, rollback.operations) ??
    checkInstalled(step, step === 'rollback' ? rollback.operations : operations, host.installed)
  );
}

function checkLimits(operations: readonly Operation[], host: PackageKnowledge): Refusal | null {
  const names = operations.map(packageKey);
  if (new Set(names).size < names.length) return refuse('duplicate-operation');
  if (operations.length > host.max_operations) {
    return refuse('too-many-operations', `${operations.length} instead of at most ${host.max_operations}.`);
  }
  const guarded = operations.find((operation) => host.protected_packages.includes(operation.package));
  return guarded === undefined ? null : refuse('package-protected', `${guarded.package}.`);
}

function checkDirection(operations: readonly Operation[]): Refusal | null {
  const backwards = operations.find(({ ecosystem, from, to }) => from !== null && compareIn(ecosystem, to, from) !== 1);
  return backwards === undefined
    ? null
    : refuse('moves-backwards', `${packageKey(backwards)} from ${backwards.from} to ${backwards.to}.`);
}

/** A rollback is the one step that may move backwards, so it may do nothing but undo what the same change did. */
function checkWayBack(forward: readonly Operation[], back: readonly Operation[]): Refusal | null {
  const byName = new Map(forward.map((operation) => [packageKey(operation), operation]));
  const stray = back.find((operation) => {
    const undone = byName.get(packageKey(operation));
    return undone === undefined || operation.from !== undone.to || operation.to !== undone.from;
  });
  return stray === undefined ? null : refuse('rollback-inconsistent', `${packageKey(stray)}.`);
}

function checkInstalled(
  step: Step,
  operations: readonly Operation[],
  installed: PackageKnowledge['installed'],
): Refusal | null {
  if (step === 'probe') return null;
  for (const operation of operations) {
    const name = packageKey(operation);
    const version = Object.hasOwn(installed, name) ? (installed[name] ?? null) : null;
    if (version === operation.to) continue;
    if (version === null && operation.from !== null) return refuse('package-not-installed', `${name}.`);
    // A reboot belongs to what was installed: before that there is no reason for one.
    if (step === 'reboot' || version !== operation.from) {
      return refuse('version-differs', `${name} is ${version ?? 'not installed'}.`);
    }
  }
  return null;
}

/**
 * A package as one machine knows it: `openssl:amd64`, and with its ecosystem where that is not deb's, since several
 * managers of one machine may each have a package of one name. The key of `HostKnowledge.installed`.
 */
export function packageKey({
  ecosystem,
  package: name,
  architecture,
}: Pick<Operation, 'ecosystem' | 'package' | 'architecture'>): string {
  return ecosystem === 'deb' ? `${name}:${architecture}` : `${ecosystem}/${name}:${architecture}`;
}
