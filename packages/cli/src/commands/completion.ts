import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Nouns } from '../noun.ts';

export function register(program: Command, cli: Cli, nouns: Nouns): void {
  program
    .command('completion <shell>')
    .description('a completion script, to be read by the shell: source <(fleetmend completion bash)')
    .action(async (shell: string) => {
      if (shell !== 'bash')
        throw new CliError('usage', `there is no completion for "${shell}"`, { fix: 'There is one for bash.' });
      cli.io.stdout.write(await bashScript(cli, nouns));
    });
}

/** Nouns, verbs and options as a table in a bash function; nothing is run while completing. */
async function bashScript(cli: Cli, nouns: Nouns): Promise<string> {
  const scratch = new Command('fleetmend');
  for (const { load } of Object.values(nouns)) (await load()).register(scratch, cli, nouns);
  const cases = scratch.commands.flatMap((noun) => [
    `    ${JSON.stringify(noun.name())}) words=${JSON.stringify([...noun.commands.map((verb) => verb.name()), ...flags(noun)].join(' '))} ;;`,
    ...noun.commands.map(
      (verb) =>
        `    ${JSON.stringify(`${noun.name()} ${verb.name()}`)}) words=${JSON.stringify(flags(verb).join(' '))} ;;`,
    ),
  ]);
  return [
    '# bash completion of fleetmend; made by: fleetmend completion bash',
    '_fleetmend() {',
    `  local words="${Object.keys(nouns).join(' ')} help --json --no-color --yes --url --debug"`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own syntax
    '  local current="${COMP_WORDS[COMP_CWORD]}" noun="${COMP_WORDS[1]}" verb="${COMP_WORDS[2]}"',
    '  [ "$COMP_CWORD" -lt 3 ] && verb=""',
    '  [ "$COMP_CWORD" -lt 2 ] && noun=""',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own syntax
    '  case "${noun}${verb:+ $verb}" in',
    ...cases,
    '    ?*) [ -n "$verb" ] && words="" ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own syntax
    '  [ "${#COMPREPLY[@]}" -eq 0 ] && COMPREPLY=($(compgen -f -- "$current"))',
    '}',
    'complete -F _fleetmend fleetmend',
    '',
  ].join('\n');
}

function flags(command: Command): string[] {
  return command.options.map(({ long }) => long ?? '').filter(Boolean);
}
