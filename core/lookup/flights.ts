/** How to make a flight when none is under way. */
export interface FlightOptions<T> {
  /** The caller's: leaving does not end the flight for the others. */
  readonly signal: AbortSignal;
  /** ms from take-off. */
  readonly deadline: number;
  /** Whether it flies on when everybody has left. Default false. */
  readonly goesOn?: boolean;
  timeout(): Error;
  work(signal: AbortSignal): Promise<T>;
}

interface Flight {
  readonly result: Promise<unknown>;
  readonly abort: AbortController;
  readonly timer: NodeJS.Timeout;
  goesOn: boolean;
  passengers: number;
}

/** One piece of work per key, however many ask for it. */
export interface Flights {
  /** Joins the flight of that key, or starts it. When the last caller leaves, work that does not go on is aborted. */
  join<T>(key: string, options: FlightOptions<T>): Promise<T>;
  /** How many are in the air. */
  readonly size: number;
  /** How many have ended so far. */
  readonly landed: number;
}

/** Makes an empty set of flights. */
export function createFlights(): Flights {
  const flights = new Map<string, Flight>();
  let landed = 0;

  const start = (key: string, { deadline, timeout, work }: FlightOptions<unknown>): Flight => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(timeout()), deadline);
    const result = work(abort.signal).finally(() => {
      clearTimeout(timer);
      landed++;
      if (flights.get(key) === flight) flights.delete(key);
    });
    // Everybody may have left before it fails; those who wait see the rejection themselves.
    result.catch(() => undefined);
    const flight: Flight = { result, abort, timer, goesOn: false, passengers: 0 };
    flights.set(key, flight);
    return flight;
  };

  return {
    get size() {
      return flights.size;
    },
    get landed() {
      return landed;
    },
    async join<T>(key: string, options: FlightOptions<T>): Promise<T> {
      const { signal, goesOn = false } = options;
      signal.throwIfAborted();
      const flight = flights.get(key) ?? start(key, options);
      flight.passengers++;
      flight.goesOn ||= goesOn;
      flight.timer.ref();
      const left = Promise.withResolvers<never>();
      const leave = () => left.reject(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
      try {
        // A key always stands for one kind of work, and so for one type.
        return (await Promise.race([flight.result, left.promise])) as T;
      } finally {
        signal.removeEventListener("abort", leave);
        if (--flight.passengers === 0 && flights.get(key) === flight) {
          // What nobody waits for must not keep the process alive.
          if (flight.goesOn) flight.timer.unref();
          else {
            flights.delete(key);
            flight.abort.abort(signal.reason);
          }
        }
      }
    },
  };
}
