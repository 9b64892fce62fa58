/** Resident memory in bytes; `NaN` where the system does not tell, such as Linux without `/proc`. */
export function residentMemory(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return Number.NaN;
  }
}
