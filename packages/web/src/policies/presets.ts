export interface Preset {
  id: string;
  title: string;
  sentence: string;
  yaml: string;
}

/** In place of a name, in the address where a policy begins. No policy can be called this: names begin with a letter. */
export const NEW_POLICY = '_new';

/** Where most teams can begin. Each is a whole policy, to be read and changed before it is saved. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'careful',
    title: 'Careful',
    sentence:
      'Machines labelled ring = canary first, one at a time, then a day of baking; all others after that, five at a time. Only on Tuesday and Thursday nights, with two approvals, and a failed gate rolls back.',
    yaml: `kind: Policy
name: careful
rings:
  - name: canary
    select: ring = canary
    max_in_flight: 1
    bake: 24h
  - name: broad
    max_in_flight: 5
    bake: 4h
window:
  tz: Europe/Berlin
  days: [tue, thu]
  start: "22:00"
  duration: 4h
approvals:
  quorum: 2
on_gate_fail: rollback
`,
  },
  {
    id: 'standard',
    title: 'Standard',
    sentence:
      'Machines labelled ring = canary first, an hour of baking, then all others, ten at a time. At any time, with one approval; a failed gate pauses and asks.',
    yaml: `kind: Policy
name: standard
rings:
  - name: canary
    select: ring = canary
    max_in_flight: 2
    bake: 1h
  - name: broad
    max_in_flight: 10
    bake: 15m
approvals:
  quorum: 1
on_gate_fail: pause
`,
  },
  {
    id: 'fast',
    title: 'Fast',
    sentence:
      'All machines in one ring, twenty at a time, a minute of baking, with one approval. For laboratories and first steps.',
    yaml: `kind: Policy
name: fast
rings:
  - name: all
    max_in_flight: 20
    bake: 1m
approvals:
  quorum: 1
on_gate_fail: pause
`,
  },
];
