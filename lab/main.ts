import { Command, CommanderError } from "commander";
import { addCommands } from "./commands/index.ts";
import { realWorld, tell, type World } from "./commands/world.ts";
import { exitCodes, hasCode, LabError } from "./errors.ts";
import { printableLines } from "./units.ts";
import { version } from "./version.ts";

const EXAMPLES = `
Examples:
  lab up                          a swarm from the files in sources/, live on this terminal
  lab up -d --until complete      in the background, until every leecher has everything
  lab status --json | jq .swarms  the swarm's state for a script
  lab down                        remove all of it

Exit codes: 0 ok · 1 failed · 2 usage or bad input · 3 environment (engine, port, disk) ·
4 a node failed · 5 conflict with another lab · 124 a wait timed out · 130/143 interrupted`;

await main(realWorld());

async function main(world: World): Promise<void> {
  outliveClosedStreams(world);
  try {
    await program(world).parseAsync();
  } catch (error) {
    process.exitCode = explain(world, error);
  }
}

/** `lab events | head` ends as any program does whose reader is gone; a closed terminal only takes the words away. */
function outliveClosedStreams({ stdout, stderr }: World): void {
  stdout.on("error", (error) => {
    if (hasCode(error, "EPIPE")) process.exit(exitCodes.ok);
    if (!hasCode(error, "EIO")) throw error;
  });
  stderr.on("error", (error) => {
    if (!hasCode(error, "EPIPE", "EIO")) throw error;
  });
}

function program(world: World): Command {
  const lab = new Command("lab")
    .description("A container lab that shows how BitTorrent swarms really work.")
    .version(version, "--version")
    .addHelpText("after", EXAMPLES)
    .configureOutput({ outputError: (text, write) => write(printableLines(text.replace(/^error: /, "lab: "))) })
    .showSuggestionAfterError()
    .showHelpAfterError("(lab --help shows all commands)")
    .exitOverride();
  return addCommands(lab, world);
}

/** Prints what was thrown, once; the exit code that belongs to it. */
function explain(world: World, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof LabError) {
    if (error.message) tell(world, `lab: ${printableLines(error.message)}`);
    if (error.hint) tell(world, `     ${printableLines(error.hint)}`);
    return error.exitCode;
  }
  tell(world, "lab: this is a bug in lab, please report it:");
  tell(world, printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return exitCodes.failed;
}
