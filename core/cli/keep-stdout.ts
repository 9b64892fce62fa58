import { Console } from "node:console";

/**
 * Keeps stdout for what a command was asked for: whatever else is printed from now on goes to stderr, such as what plugins
 * print while they are loaded and run. That holds until the process ends, for a plugin's timer may outlast the command.
 *
 * @returns prints on stdout.
 */
export function keepStdout(): (text: string) => void {
  const { stdout, stderr } = process;
  const print = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write; // a stream's, as well
  // Deno's console does not go by process.stdout.
  Object.assign(console, { ...new Console(stderr, stderr) });
  return (text) => void print(text);
}
