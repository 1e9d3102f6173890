import { randomUUID } from 'node:crypto';
import type { TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { confirm } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { openClient } from '../open-client.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { signedInServer } from '../server-address.ts';
import { visibleText } from '../visible-text.ts';

export function register(program: Command, cli: Cli): void {
  const root = program.command('root').description('the trust root: whose approvals hosts believe');
  root
    .command('show')
    .description('the root in force, and the next version if one is proposed')
    .action(() => show(cli));
  root
    .command('sign')
    .description('read the proposed version, then sign it with your key')
    .option('--key <file>', 'OpenSSH or PEM Ed25519 key; a .pub file uses the SSH agent (also: FLEETMEND_KEY)')
    .action((options: { key?: string }) => sign(cli, options));
  root
    .command('quorum')
    .description('propose how many people must sign a change')
    .argument('<people>', 'a whole number', readQuorum)
    .action((quorum: number) => setQuorum(cli, quorum));
}

async function show(cli: Cli): Promise<void> {
  const call = await openClient(cli);
  const roots = await call('readTrustRoot', {});
  if (cli.options().json === true) return printJson(cli, roots);
  const { current, proposal } = roots;
  if (current === null) printLine(cli, 'There is no trust root yet: hosts only observe.');
  else for (const line of rootLines(current.root, current.digest)) printLine(cli, line);
  if (roots.pin_command !== null) printFields(cli, [['Pin a machine to it', roots.pin_command]]);
  if (proposal === null) return;
  printLine(cli, 'Proposed:');
  for (const line of rootLines(proposal.root, proposal.digest)) printLine(cli, line);
  printFields(cli, [
    ['Signed by', proposal.signatures.map(({ person }) => person).join(', ')],
    ['Still needs', proposal.needs.join('; ')],
  ]);
}

/** As with a change: what is signed is read from the text itself. */
async function sign(cli: Cli, options: { key?: string }): Promise<void> {
  const { keyPath, signDocument } = await import('../sign-document.ts');
  keyPath(cli, options.key);
  const call = await openClient(cli);
  const { current, chain, proposal } = await call('readTrustRoot', {});
  if (proposal === null)
    throw new CliError('error', 'no new root is proposed: there is nothing to sign', {
      fix: 'Register a key first: fleetmend key add FILE',
    });
  const [{ checkedRoot }, { parseTrustRoot }, { SIGNATURE_PURPOSES }] = await Promise.all([
    import('../check-document.ts'),
    import('@fleetmend/api/parse-change-document.ts'),
    import('@fleetmend/domain/access/trust-root.ts'),
  ]);
  const before = parseTrustRoot(chain.at(-1)?.document ?? '');
  if (current !== null && before === null)
    throw new CliError('error', 'the server shows a root in force but not its document; nothing was signed');
  const expected = { version: (before?.version ?? 0) + 1, organization: signedInServer(cli).organization };
  const root = checkedRoot({ text: proposal.document, digest: proposal.digest }, expected);
  for (const line of rootLines(root, proposal.digest)) note(cli, line);
  for (const line of rootDifference(before, root)) note(cli, line);
  await confirm(cli, `Sign version ${root.version} of the trust root?`);
  const signature = await signDocument(cli, options.key, {
    purpose: SIGNATURE_PURPOSES.root,
    document: proposal.document,
  });
  const signed = await call('signTrustRoot', {
    ifMatch: proposal.digest,
    idempotencyKey: randomUUID(),
    body: { signature },
  });
  if (cli.options().json === true) return printJson(cli, signed);
  printLine(
    cli,
    signed.in_force
      ? `Version ${signed.version} is in force (${visibleText(signed.digest)}).`
      : `Signed. Version ${signed.version} needs more signatures: fleetmend root show`,
  );
}

async function setQuorum(cli: Cli, quorum: number): Promise<void> {
  const call = await openClient(cli);
  await call('setTrustRootQuorum', { body: { quorum } });
  printLine(cli, `Proposed: ${quorum} must sign. It counts once the next root is signed: fleetmend root sign`);
}

function rootLines(root: TrustRootLike, digest: string): string[] {
  return [
    `Version       ${root.version} of ${visibleText(root.organization)}`,
    `Quorum        ${root.quorum} of ${root.people.length} people`,
    ...root.people.flatMap(({ id, name, keys }) => [
      `Person        ${visibleText(name)} (${visibleText(id)})`,
      ...keys.map(
        (key) =>
          `  key         ${key.kind} ${key.id}${key.origins === undefined ? '' : ` on ${key.origins.map(visibleText).join(', ')}`}`,
      ),
    ]),
    `SHA-256       ${digest}`,
  ];
}

/** Whose keys come and go against the root in force; those that come first, since they are what is given away. */
export function rootDifference(before: TrustRootLike | null, after: TrustRootLike): string[] {
  if (before === null) return ['This is the first root: from now on hosts believe these people.'];
  const keys = (root: TrustRootLike) =>
    new Map(
      root.people.flatMap(({ name, keys: list }) =>
        list.map((key) => [key.id, `${visibleText(name)} ${key.kind} ${key.id}`] as const),
      ),
    );
  const [old, fresh] = [keys(before), keys(after)];
  return [
    ...[...fresh].filter(([id]) => !old.has(id)).map(([, text]) => `+ ${text}`),
    ...[...old].filter(([id]) => !fresh.has(id)).map(([, text]) => `- ${text}`),
    ...(before.quorum === after.quorum ? [] : [`~ quorum ${before.quorum} → ${after.quorum}`]),
  ];
}

type TrustRootLike = Pick<TrustRoot, 'organization' | 'version' | 'quorum'> & {
  people: { id: string; name: string; keys: { id: string; kind: string; origins?: string[] | undefined }[] }[];
};

function readQuorum(text: string): number {
  const quorum = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (quorum < 1 || quorum > 20) throw new InvalidArgumentError('Give a whole number from 1 to 20.');
  return quorum;
}
