import type { ChangeDocument, Gate, Operation, Target } from '@fleetmend/domain/changes/change-document.ts';
import { spanText } from './relative-time.ts';
import { visibleText } from './visible-text.ts';

/**
 * A change document in words, everything that will happen and nothing else: what a person reads before signing. Made
 * from the document alone.
 */
export function changeLines(document: ChangeDocument, digest: string): string[] {
  const { targets } = document;
  const show = visibleText;
  return [
    `${show(document.change)}  ${show(document.title)}`,
    `Why           ${show(document.reason) || '(no reason was given)'}`,
    `Author        ${show(document.author)}, ${show(document.created_at)}`,
    `Policy        ${show(document.policy.name)} (${document.policy.sha256.slice(0, 12)}…), ${document.quorum} ${document.quorum === 1 ? 'person' : 'people'} must sign`,
    ...document.windows.map(
      ({ from, until }, i) => `${i === 0 ? 'May run       ' : '              '}${show(from)} to ${show(until)}`,
    ),
    ...document.rings.map(
      (ring, i) =>
        `Ring ${i + 1}        ${show(ring.name)}: ${count(ring.assets.length, 'machine')}, ${ring.max_in_flight} at a time, then watched for ${spanText(ring.bake_seconds)}`,
    ),
    ...(document.gates.length === 0
      ? ['Gates         none: nothing but the installation itself is checked']
      : document.gates.map((gate) => `Gate          ${gateText(gate)}`)),
    `If a gate fails  ${document.on_gate_fail === 'rollback' ? 'roll back' : 'pause'};  reboot ${document.reboot === 'never' ? 'never' : 'if needed'}`,
    ...withoutWayBack(document),
    `Machines      ${targets.length}`,
    ...targets.flatMap(targetLines),
    `Trust         root version ${document.root_version}, epoch ${document.epoch}, organisation ${show(document.organization)}`,
    `SHA-256       ${digest}`,
  ];
}

function targetLines({ hostname, asset, operations, rollback }: Target): string[] {
  const back =
    rollback.class === 'none'
      ? `  way back: none${rollback.reason === null ? '' : ` (${visibleText(rollback.reason)})`}`
      : '  way back:';
  return [
    `  ${visibleText(hostname)} (${visibleText(asset)})`,
    ...operations.map((operation) => `    ${operationText(operation)}`),
    `  ${back}`,
    ...(rollback.class === 'none' ? [] : rollback.operations.map((operation) => `      ${operationText(operation)}`)),
  ];
}

function operationText({ package: name, architecture, from, to, sha256, size, origin }: Operation): string {
  const move = from === null ? `new ${visibleText(to)}` : `${visibleText(from)} → ${visibleText(to)}`;
  return `${visibleText(name)}:${visibleText(architecture)} ${move}  ${visibleText(origin)}  ${size} bytes  sha256 ${sha256}`;
}

function withoutWayBack({ targets, accepts_no_rollback }: ChangeDocument): string[] {
  const without = targets.filter(({ rollback }) => rollback.class === 'none').length;
  if (without === 0) return [];
  return [
    `WARNING       ${count(without, 'machine')} cannot go back${accepts_no_rollback ? '; the author accepts that' : ''}`,
  ];
}

function gateText(gate: Gate): string {
  return gate.kind === 'systemd'
    ? `systemd unit ${visibleText(gate.unit)} runs`
    : `${visibleText(gate.url)} answers ${gate.expect_status}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
