// Written by reading the captured answers; never the output of the parser.

/** The suggestion API's answer to "Existence 2012", 2023. */
export const existenceHits = [
  hit("tt2402107", "Existence", 2012, "Movie", "MV5BMTU5NzA3ODQ3NF5BMl5BanBnXkFtZTcwMTY4Mzg5Nw@@"),
  hit(
    "tt2455602",
    "Halloween: Existence",
    2012,
    "Short",
    "MV5BOTFmMWVkMWItYjcwNi00MzViLWIyMDMtYzNjMDlkMjNlMTc1XkEyXkFqcGdeQXVyMzYzNzc1NjY@",
  ),
  hit(
    "tt2776514",
    "Three Marks of Existence",
    2012,
    "Movie",
    "MV5BNmRkYThlNTMtZWIzMy00OTcyLWEwYjgtODQxYzM0MzMyMWM4XkEyXkFqcGdeQXVyMTMzODIyNjE4",
  ),
  hit(
    "tt2301896",
    "Evidence of Existence",
    2012,
    "Movie",
    "MV5BNDdjMGViMjAtZDFjZi00NDg2LThmYTQtNTEzN2NkZWNlYTUwXkEyXkFqcGdeQXVyMjcyNTE4Mzg@",
  ),
  hit("tt8702820", "Existence Transfer", 2012, "Short"),
  hit("tt5575186", "Reflections: Existence", 2012, "Short"),
  hit("tt4950030", "A Theoretical Proof for the Existence of Fairies", 2012, "Short"),
  hit("tt2679654", "Existences Invisibles", 2012, "Short", "MV5BMTY3ODE4MDQxMV5BMl5BanBnXkFtZTgwNDAwNjg2NTE@"),
];

/** The suggestion API's answer to "The Matrix 1999", 2023. */
export const matrixHits = [
  hit(
    "tt0133093",
    "The Matrix",
    1999,
    "Movie",
    "MV5BNzQzOTk3OTAtNDQ0Zi00ZTVkLWI0MTEtMDllZjNkYzNjNTc4L2ltYWdlXkEyXkFqcGdeQXVyNjU0OTQ0OTY@",
  ),
  hit(
    "tt0365467",
    "Making 'The Matrix'",
    1999,
    "TV movie",
    "MV5BZjJjMTg5MTEtMDkwMy00ZjUyLTg5ODYtMmNmY2ZiNGVlZTdjXkEyXkFqcGdeQXVyODA1NjQ0OTY@",
  ),
  hit(
    "tt5319308",
    "The Matrix: Follow the White Rabbit",
    1999,
    "Video",
    "MV5BNDUzOWFjOWUtZmM5NS00M2QyLWFkYzQtOTIwZDg2ZGMwYzM5XkEyXkFqcGdeQXVyODA1NjQ0OTY@",
  ),
  hit(
    "tt0211096",
    "V-World Matrix",
    1999,
    "Video",
    "MV5BMDI4ZGU1OWYtYTNjMy00YWQ4LTg3M2YtNmUxMDhiZjFhZTYwL2ltYWdlL2ltYWdlXkEyXkFqcGdeQXVyMjc4MjYzOA@@",
  ),
  hit("tt0438231", "The Matrix: The Movie Special", 1999, "TV movie"),
  hit("tt0248271", "Our Friend, Martin", 1999, "Video", "MV5BOTIwMTgyMjgwNF5BMl5BanBnXkFtZTcwMDg1OTQyMQ@@"),
  hit("tt4730778", "The Metrix", 1999, "TV movie"),
  hit(
    "tt0221762",
    "The Martin Short Show",
    1999,
    "TV series",
    "MV5BYmQ4NGEyYmYtM2RhNC00ZjFkLTlkMjktYTAzMzYyMTBiNmFlXkEyXkFqcGdeQXVyNTgzMTg5Ng@@",
  ),
];

/** GraphQL's answer to "matrix", 2025: the first ten of its eighteen titles and two people. */
export const mainSearchHits = [
  hit("tt0133093", "The Matrix", 1999, "Movie", "MV5BN2NmN2VhMTQtMDNiOS00NDlhLTliMjgtODE2ZTY0ODQyNDRhXkEyXkFqcGc@"),
  hit(
    "tt0234215",
    "The Matrix Reloaded",
    2003,
    "Movie",
    "MV5BNjAxYjkxNjktYTU0YS00NjFhLWIyMDEtMzEzMTJjMzRkMzQ1XkEyXkFqcGc@",
  ),
  hit(
    "tt10838180",
    "The Matrix Resurrections",
    2021,
    "Movie",
    "MV5BZGZjM2Y1YWYtMjFiZC00YTg2LThjOWUtZDY3ZjAzNGEwZjgyXkEyXkFqcGc@",
  ),
  hit(
    "tt0242653",
    "The Matrix Revolutions",
    2003,
    "Movie",
    "MV5BMmNmMTEzODQtNmExMS00OGUxLWFkNTItMTM3NzBlNDk0YWU5XkEyXkFqcGc@",
  ),
  hit("tt31998838", "Matrix 5", undefined, "Movie"),
  hit("tt0106062", "Matrix", 1993, "TV Series", "MV5BM2JiZjU1NmQtNjg1Ni00NjA3LTk2MjMtNjYxMTgxODY0NjRhXkEyXkFqcGc@"),
  hit(
    "tt0410519",
    "The Matrix Recalibrated",
    2004,
    "Video",
    "MV5BZjU2Y2FmNjEtYTc5Ni00MmMyLTljOTktODdkNmQ0YTk1NjYwXkEyXkFqcGc@",
  ),
  hit("tt0295432", "The Matrix Revisited", 2001, "Video", "MV5BMTkzNjg3NjE4N15BMl5BanBnXkFtZTgwNTc3NTAwNzE@"),
  hit(
    "tt12355912",
    "The Matrix: Reborn",
    2020,
    "TV Movie",
    "MV5BYzc3M2IyNTctMGM0Mi00Yzc5LTg0M2UtYTdiNDY2NjJiNmFmXkEyXkFqcGc@",
  ),
  hit(
    "tt9847360",
    "A Glitch in the Matrix",
    2021,
    "Movie",
    "MV5BYmU0NzFhYmEtMmUzNC00MjQ1LTg3NTctZDdlZmVlY2MzMDQzXkEyXkFqcGc@",
  ),
];

function hit(id: string, title: string, year: number | undefined, kind: string, picture?: string) {
  return {
    id,
    title,
    ...(year === undefined ? {} : { year }),
    url: `https://www.imdb.com/title/${id}/`,
    kind,
    ...(picture === undefined ? {} : { thumbnail: `https://m.media-amazon.com/images/M/${picture}._V1_UX1000_.jpg` }),
  };
}
