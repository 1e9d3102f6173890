/** An entry of the audit log, as far as a sentence needs it. */
export interface LoggedDeed {
  verb: string;
  /** `change/CH-1` */
  object: string;
  detail: unknown;
}

type Say = (id: string, detail: (key: string) => string) => string;

/** What was done, in words that follow the name of whoever did it. */
const SAY: Record<string, Say> = {
  'asset.code': () => 'made a code that enrols a machine',
  'asset.edit': (id, detail) => `edited ${detail('hostname') || id}`,
  'asset.enrol': (id, detail) => `enrolled ${detail('hostname') || id}`,
  'asset.retire': (id, detail) => `retired ${detail('hostname') || id}`,
  'change.approve': (id) => `signed ${id}`,
  'change.cancel': (id, detail) => `cancelled ${because(id, detail('reason'))}`,
  'change.create': (id, detail) => `asked for ${because(id, detail('title'))}`,
  'change.expire': (id) => `let ${id} expire: its last window has passed`,
  'change.plan': (id) => `completed the exact plan of ${id}`,
  'change.reject': (id, detail) => `rejected ${because(id, detail('reason'))}`,
  'change.unplannable': (id) => `found no exact plan for ${id}`,
  'feed.import': (id, detail) =>
    detail('refused') === ''
      ? `loaded the feed ${id} from a file`
      : `refused a file for the feed ${id}: ${detail('refused')}`,
  'feed.release': (id, detail) =>
    `let the feed ${id} through with ${detail('released_records')} records instead of ${detail('records')}`,
  'feed.sync': (id) => `asked for the feed ${id} now`,
  'key.register': (_id, detail) => `registered the key ${detail('name')}`,
  'patch.lower': (id, detail) => because(`lowered ${detail('name') || id} ${detail('step')}`, detail('reason')),
  'patch.raise': (id, detail) => because(`raised ${detail('name') || id} ${detail('step')}`, detail('reason')),
  'person.create': (id, detail) => `added ${detail('name') || id}`,
  'person.sign-in-link': () => 'made a sign-in link',
  'policy.create': (id) => `wrote the policy ${id}`,
  'policy.edit': (id) => `changed the policy ${id}`,
  'ranking.edit': (_id, detail) => `wrote version ${detail('version')} of the ranking`,
  'rollout.pause': (id, detail) => `paused ${because(id, detail('reason'))}`,
  'rollout.resume': (id) => `resumed ${id}`,
  'rollout.retry': (id) => `tried the failed machines of ${id} again`,
  'rollout.rollback': (id, detail) => `rolled back ${because(id, detail('reason'))}`,
  'rollout.start': (id, detail) => `started ${id} for ${detail('change')}`,
  'rollout.stop': (id, detail) => `stopped ${because(id, detail('reason'))}`,
  'root.in-force': (id) => `brought version ${id} of the trust root into force`,
  'root.quorum': (_id, detail) => `asked for a quorum of ${detail('quorum')} in the next trust root`,
  'root.sign': (id) => `signed version ${id} of the trust root`,
  'session.close': () => 'signed out',
  'session.open': () => 'signed in',
  'token.create': (_id, detail) => `made the token ${detail('name')}`,
  'token.revoke': () => 'revoked a token',
  'vex.import': (_id, detail) => `took the VEX document ${detail('document')} of ${detail('author')}`,
  'vex.remove': (_id, detail) => `took back the VEX document ${detail('document')} of ${detail('author')}`,
  'webhook.disable': (_id, detail) => `switched the webhook off: ${detail('reason')}`,
  'webhook.remove': () => 'removed the webhook',
  'webhook.set': (_id, detail) => `set the webhook to ${detail('host')}`,
  'webhook.test': () => 'sent a test event to the webhook',
};

const STEPS: Record<string, string> = {
  install: 'the installation',
  reboot: 'the reboot',
  probe: 'the gates',
  rollback: 'the way back',
};

/** An entry of the audit log as a sentence without its subject; an unknown verb stands as it is. */
export function describeDeed({ verb, object, detail }: LoggedDeed): string {
  const id = object.slice(object.indexOf('/') + 1);
  const say = Object.hasOwn(SAY, verb) ? SAY[verb] : undefined;
  if (say !== undefined) return say(id, (key) => read(detail, key));
  const [, step = '', outcome] = /^deployment\.([a-z]+)\.([a-z]+)$/.exec(verb) ?? [];
  if (outcome === undefined) return `${verb} ${object}`;
  const what = `${Object.hasOwn(STEPS, step) ? STEPS[step] : step} of ${id} on ${read(detail, 'hostname')}`;
  if (outcome === 'succeeded') return `reported: ${what} succeeded`;
  return because(
    `reported: ${what} ${outcome === 'refused' ? 'was refused' : outcome === 'failed' ? 'failed' : 'gave no answer'}`,
    read(detail, 'detail'),
  );
}

function because(text: string, reason: string): string {
  return reason === '' ? text : `${text}: ${reason}`;
}

function read(detail: unknown, key: string): string {
  if (typeof detail !== 'object' || detail === null || !Object.hasOwn(detail, key)) return '';
  const value: unknown = Reflect.get(detail, key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
