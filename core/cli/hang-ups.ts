/** Who is told of SIGHUP. */
export interface HangUps {
  /** Tells `listener` from now on, and nobody else; and at once, when the signal came while nobody was told. */
  pass(listener: () => void): void;
}

/** Listens for SIGHUP until the process ends, for unheard it would end it. */
export function listenForHangUps(): HangUps {
  let missed = false;
  let listener = () => {
    missed = true;
  };
  process.on("SIGHUP", () => listener());
  return {
    pass(next) {
      listener = next;
      if (missed) next();
      missed = false;
    },
  };
}
