/** How long the process may take to end by itself, in ms. */
const PATIENCE = 500;

/**
 * Ends the process when its command is through and something still keeps it alive, as a plugin's own timer or connection
 * does. One that has nothing left to do ends by itself, and at once; what was printed is given to its reader first.
 */
export function endSoon(): void {
  const look = () => {
    if (process.stdout.writableLength > 0 || process.stderr.writableLength > 0) return endSoon();
    const held = [...new Set(process.getActiveResourcesInfo())].join(", ") || "unknown";
    // The system cannot be told to give a name up: Node itself waits for it.
    const what = held.includes("GetAddrInfoReqWrap")
      ? "a name server that does not answer"
      : `likely a plugin's own (${held})`;
    process.stderr.write(`Something still keeps the process alive, ${what}; it is ended all the same.\n`);
    process.exit();
  };
  setTimeout(look, PATIENCE).unref();
}
