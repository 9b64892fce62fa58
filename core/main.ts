#!/usr/bin/env node
import { CommanderError } from "commander";
import { endSoon } from "./cli/end.ts";
import { describeFailure } from "./cli/failure.ts";
import { watchOutput } from "./cli/output-errors.ts";
import { createProgram } from "./cli/program.ts";
import { isBinary } from "./platform/packaged.ts";
import { mapStackTraces } from "./platform/stack-traces.ts";

/** The command line. It is a function, for the executable's module format knows no `await` outside of one. */
async function main(): Promise<void> {
  if (isBinary()) mapStackTraces();
  watchOutput(process.stdout, { tell: (line) => void process.stderr.write(line) });
  // Of an error of stderr nobody could be told but by the status.
  watchOutput(process.stderr, { tell: () => undefined });
  const program = createProgram();
  try {
    if (process.argv.length > 2) await program.parseAsync();
    else program.outputHelp();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode ||= error.exitCode;
    else {
      const { text, exitCode } = describeFailure(error, { stack: process.env.LOG_LEVEL?.toUpperCase() === "DEBUG" });
      process.stderr.write(text);
      process.exitCode = exitCode;
    }
  }
  endSoon();
}

void main();
