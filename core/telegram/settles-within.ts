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
