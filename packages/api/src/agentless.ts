import { SSH_PROBLEMS, SSH_STATES, type SshProblem } from '@fleetmend/domain/inventory/agentless/ssh-problem.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, page, pageQuery } from './endpoint.ts';
import { hostText, labels } from './inventory.ts';

/** A name or an address that OpenSSH's client takes as one, and never as an option. */
const address = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?$|^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/);
const userName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/);
const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/);

const sshHost = z.object({
  /** The asset it is. */
  id: z.string(),
  name: z.string(),
  address: z.string(),
  port: z.int(),
  user_name: z.string(),
  state: z.enum(SSH_STATES),
  /** The host key that counts. */
  host_key: z
    .object({ type: z.string(), fingerprint: z.string(), confirmed_by: z.string(), confirmed_at: instant })
    .nullable(),
  /** Another that it shows, or shows first: a person has to compare it. */
  seen_key: z.object({ type: z.string(), fingerprint: z.string(), seen_at: instant }).nullable(),
  problem: z
    .object({
      code: z.enum(Object.keys(SSH_PROBLEMS) as [SshProblem, ...SshProblem[]]),
      text: z.string(),
      /** What the other end said of it. */
      detail: z.string(),
    })
    .nullable(),
  next_step: z.string(),
  tried_at: instant.nullable(),
  read_at: instant.nullable(),
  due_at: instant,
  /** How often it was logged in to, was read, and had changed so that all of it was read. */
  logins: z.int(),
  reads: z.int(),
  whole_reads: z.int(),
});

/** Machines without an agent, read over SSH: inventory alone, and on the word of the connection. */
export const agentlessEndpoints = {
  readSshAuthority: {
    method: 'GET',
    path: '/api/v1/ssh-authority',
    summary: 'The key that signs the certificates of our SSH logins, and what makes a machine trust it',
    permission: 'assets:read',
    response: z.object({ public_key: z.string(), fingerprint: z.string(), account: z.string(), setup: z.string() }),
  },
  listSshHosts: {
    method: 'GET',
    path: '/api/v1/ssh-hosts',
    summary: 'Machines that are read over SSH, and where each stands',
    permission: 'assets:read',
    query: pageQuery,
    response: page(sshHost),
  },
  readSshHost: {
    method: 'GET',
    path: '/api/v1/ssh-hosts/:id',
    summary: 'One machine that is read over SSH, by id or name',
    permission: 'assets:read',
    params: idParam,
    response: sshHost,
    problems: ['not-found'],
  },
  addSshHost: {
    method: 'POST',
    path: '/api/v1/ssh-hosts',
    summary: 'Add a machine to read over SSH; its host key waits for a person unless its fingerprint is given',
    permission: 'assets:write',
    body: z.strictObject({
      address,
      port: z.int().min(1).max(65_535).default(22),
      user_name: userName.default('fleetmend'),
      /** The address where none is given. */
      name: hostText(253).min(1).optional(),
      fingerprint: fingerprint.optional(),
      labels: labels.default({}),
    }),
    response: sshHost,
    status: 201,
    problems: ['invalid', 'name-taken'],
  },
  confirmHostKey: {
    method: 'POST',
    path: '/api/v1/ssh-hosts/:id/host-key',
    summary: 'Confirm the host key that a machine shows, by its fingerprint, after comparing it',
    permission: 'assets:write',
    params: idParam,
    body: z.strictObject({ fingerprint }),
    response: sshHost,
    problems: ['not-found', 'state-conflict', 'precondition-failed'],
  },
  requestSshRead: {
    method: 'POST',
    path: '/api/v1/ssh-hosts/:id/reads',
    summary: 'Read a machine over SSH now',
    permission: 'assets:write',
    params: idParam,
    response: sshHost,
    status: 202,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
