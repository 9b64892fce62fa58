/**
 * Gives work a signal and a deadline; work that ignores its signal is not waited for.
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

/**
 * Whether work settles within some time; its outcome stays with the caller.
 *
 * @param time ms.
 */
export async function settlesWithin(work: Promise<unknown>, time: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const settled = work.then(
    () => true,
    () => true,
  );
  const passed = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), time);
  });
  const result = await Promise.race([settled, passed]);
  clearTimeout(timer);
  return result;
}
