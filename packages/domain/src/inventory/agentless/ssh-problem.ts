/** Why a machine could not be read over SSH, in words for people. */
export const SSH_PROBLEMS = {
  unreachable: 'It cannot be reached at this address and port.',
  'host-key-changed':
    'It shows another host key than the one that was confirmed: nothing is read until somebody compares them.',
  'login-refused':
    'It refused our certificate: it does not trust our key for this account, or its clock is minutes off.',
  'answer-unreadable': 'What it answered is not what the reader says.',
  'answer-too-large': 'It said more than a machine has to say, and was cut off.',
  'too-slow': 'It took too long to answer.',
  'package-manager-failed': 'Its package manager could not list what is installed.',
  'no-package-manager': 'It has no package manager that is read over SSH: dpkg, rpm, pacman or apk.',
  'no-ssh-client': 'This server has no OpenSSH client: install ssh and ssh-keyscan.',
} as const;
export type SshProblem = keyof typeof SSH_PROBLEMS;

/** Words of OpenSSH's client, the first that is found counts. */
const WORDS: readonly (readonly [words: RegExp, problem: SshProblem])[] = [
  [/HOST IDENTIFICATION HAS CHANGED|Host key verification failed|no matching host key type/i, 'host-key-changed'],
  [/Permission denied|Too many authentication failures|not allowed/i, 'login-refused'],
  [/timed out|refused|No route|unreachable|resolve hostname|closed by|reset by|not known|banner/i, 'unreachable'],
];

/** What OpenSSH's client meant when it ended; null where its words tell nothing. */
export function problemInWords(stderr: string): SshProblem | null {
  return WORDS.find(([words]) => words.test(stderr))?.[1] ?? null;
}

/** Where a machine that is read over SSH stands. */
export const SSH_STATES = ['contacting', 'unconfirmed', 'key_changed', 'failing', 'reading'] as const;
export type SshState = (typeof SSH_STATES)[number];

/** Where a machine stands, by what is kept of it. */
export function sshState(host: {
  host_key: string | null;
  seen_key: string | null;
  problem: SshProblem | null;
}): SshState {
  if (host.host_key === null && host.seen_key !== null) return 'unconfirmed';
  if (host.host_key !== null && host.seen_key !== null) return 'key_changed';
  if (host.problem !== null) return 'failing';
  return host.host_key === null ? 'contacting' : 'reading';
}
