#!/usr/bin/env node
import { CommanderError } from "commander";
import { endSoon } from "./cli/end.ts";
import { createProgram } from "./cli/program.ts";
import { forgiveClosedPipes } from "./cli/terminal.ts";
import { isBinary } from "./platform/packaged.ts";
import { mapStackTraces } from "./platform/stack-traces.ts";

/** The command line. It is a function, for the executable's module format knows no `await` outside of one. */
async function main(): Promise<void> {
  if (isBinary()) mapStackTraces();
  forgiveClosedPipes(process.stdout, process.stderr);
  const program = createProgram();
  try {
    if (process.argv.length > 2) await program.parseAsync();
    else program.outputHelp();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      const { describeFailure } = await import("./cli/failure.ts");
      const { text, exitCode } = describeFailure(error, { stack: process.env.LOG_LEVEL?.toUpperCase() === "DEBUG" });
      process.stderr.write(text);
      process.exitCode = exitCode;
    }
  }
  endSoon();
}

void main();
