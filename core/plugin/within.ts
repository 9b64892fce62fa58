/**
 * Gives work a signal and a deadline. Work that ignores its signal may go on; nobody looks at it any more.
 *
 * @param timeout ms.
 * @param late makes the error that work past its deadline is given up with.
 */
export async function within<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeout: number,
  late: () => Error,
): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work(abort.signal),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const error = late();
          reject(error);
          abort.abort(error);
        }, timeout);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
