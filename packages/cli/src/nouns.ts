import type { Nouns } from './noun.ts';

/** Every first word of the CLI, in the order help lists them. */
export const NOUNS: Nouns = {
  login: { summary: 'sign in to a server', load: () => import('./commands/login.ts') },
  logout: { summary: 'forget a server, and revoke the token it gave', load: () => import('./commands/logout.ts') },
  status: { summary: 'are we safe, are we on time, what needs me?', load: () => import('./commands/status.ts') },
  open: { summary: 'show something in the console', load: () => import('./commands/open.ts') },
  host: { summary: 'machines: packages, history, labels, enrolment', load: () => import('./commands/host.ts') },
  patch: { summary: 'what to ship next, in order, and why', load: () => import('./commands/patch.ts') },
  finding: { summary: 'which vulnerability touches which machine', load: () => import('./commands/finding.ts') },
  advisory: {
    summary: 'what feeds say of an advisory or a CVE, and whom it touches',
    load: () => import('./commands/advisory.ts'),
  },
  policy: { summary: 'what has been agreed to happen, where and when', load: () => import('./commands/policy.ts') },
  ranking: { summary: 'how many points each factor gives', load: () => import('./commands/ranking.ts') },
  change: { summary: 'exact plans: create, read, approve', load: () => import('./commands/change.ts') },
  rollout: { summary: 'approved changes being shipped', load: () => import('./commands/rollout.ts') },
  vex: { summary: 'what others have said does not affect us', load: () => import('./commands/vex.ts') },
  feed: { summary: 'sources of knowledge and how fresh they are', load: () => import('./commands/feed.ts') },
  kpi: { summary: 'success rate, time to patch, compliance', load: () => import('./commands/kpi.ts') },
  audit: { summary: 'who did what, and proof that the log is whole', load: () => import('./commands/audit.ts') },
  key: { summary: 'your keys for approving', load: () => import('./commands/key.ts') },
  root: { summary: 'the trust root: whose approvals hosts believe', load: () => import('./commands/root.ts') },
  person: { summary: 'people and their roles', load: () => import('./commands/person.ts') },
  token: { summary: 'API tokens', load: () => import('./commands/token.ts') },
  webhook: { summary: 'where events are sent', load: () => import('./commands/webhook.ts') },
  api: { summary: 'one raw call of the API', load: () => import('./commands/api.ts') },
  cvss: { summary: 'score a CVSS vector, and say it in words; offline', load: () => import('./commands/cvss.ts') },
  completion: { summary: 'a completion script for bash', load: () => import('./commands/completion.ts') },
  match: { summary: 'which advisories touch an inventory, offline', load: () => import('./commands/match.ts') },
  scan: { summary: 'what a system has installed, offline', load: () => import('./commands/scan.ts') },
  version: { summary: 'the version of this program', load: () => import('./commands/version.ts') },
};

/** Other words people type for a noun. */
export const ALIASES: Record<string, string> = { asset: 'host', report: 'kpi', cve: 'advisory' };
