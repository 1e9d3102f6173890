import { Command, CommanderError } from 'commander';
import type { Cli, GlobalOptions } from './cli.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Io } from './io.ts';
import { ALIASES, NOUNS } from './nouns.ts';
import { reportError } from './report-error.ts';

/** Runs one command line (without the program's own name) and gives the number the process ends with. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const program = new Command('fleetmend');
  const cli: Cli = { io, options: () => program.opts<GlobalOptions>(), exit: 'ok' };
  configure(program, cli);
  try {
    await addNouns(program, cli, args);
    await program.parseAsync(args, { from: 'user' });
    return EXIT_CODES[cli.exit].code;
  } catch (error) {
    // Commander has written its own message; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code;
    return EXIT_CODES[reportError(cli, error)].code;
  }
}

function configure(program: Command, { io }: Cli): void {
  program
    .description('Patch management for teams: discover, decide, approve, ship in stages, verify, prove.')
    .option('--json', "the API's answer as it is")
    .option('--no-color', 'no colours (also: NO_COLOR=1)')
    .option('-y, --yes', 'do not ask for confirmation')
    .option('--url <address>', 'the server to talk to (also: FLEETMEND_URL)')
    .option('--debug', 'say on stderr what is sent; secrets are left out')
    .showHelpAfterError('(add --help for the options)')
    .addHelpText(
      'after',
      '\nData goes to stdout: a table on a terminal, TSV in a pipe, JSON with --json.\nMore: fleetmend help exit-codes',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
    });
  program
    .command('help [topic]')
    .description('help for a command, or: exit-codes')
    .action((topic?: string) => showHelp(program, io, topic));
  program.helpCommand(false);
}

/** The noun asked for in full, the others by name only: enough for help and for "did you mean". */
async function addNouns(program: Command, cli: Cli, args: readonly string[]): Promise<void> {
  const isWord = (arg: string, at: number) => !arg.startsWith('-') && args[at - 1] !== '--url';
  const words = args.filter(isWord).map((arg) => (Object.hasOwn(ALIASES, arg) ? (ALIASES[arg] ?? arg) : arg));
  const wanted = words.find((word) => Object.hasOwn(NOUNS, word));
  for (const [name, { summary, load }] of Object.entries(NOUNS)) {
    if (name === wanted) (await load()).register(program, cli, NOUNS);
    else program.command(name).description(summary);
  }
  for (const [alias, name] of Object.entries(ALIASES)) {
    program.commands.find((command) => command.name() === name)?.alias(alias);
  }
}

function showHelp(program: Command, io: Io, topic: string | undefined): void {
  if (topic === 'exit-codes') {
    for (const { code, meaning } of Object.values(EXIT_CODES))
      io.stdout.write(`${String(code).padStart(3)}  ${meaning}\n`);
    return;
  }
  const command = program.commands.find((each) => each.name() === topic || each.alias() === topic);
  (command ?? program).outputHelp();
}
