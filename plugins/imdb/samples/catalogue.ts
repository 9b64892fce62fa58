/** A title of the sample catalogue, in the project's own words. */
export interface SampleTitle {
  readonly id: string;
  readonly title: string;
  readonly original?: string;
  readonly series?: { readonly seasons: number; readonly endYear: number };
  readonly date: readonly [year: number, month: number, day: number];
  readonly minutes: number;
  readonly rating: number;
  readonly votes: number;
  readonly certificate: string;
  readonly plot: string;
  readonly genres: readonly string[];
  readonly countries: readonly string[];
  readonly languages: readonly string[];
  readonly cast: readonly (readonly [name: string, character: string])[];
  readonly directors: readonly string[];
  readonly writers: readonly string[];
  /** US dollars. */
  readonly budget?: number;
  readonly gross?: number;
}

const matrixCast = [
  ["Keanu Reeves", "Neo"],
  ["Laurence Fishburne", "Morpheus"],
  ["Carrie-Anne Moss", "Trinity"],
] as const;

const matrix = {
  certificate: "R",
  genres: ["Action", "Sci-Fi"],
  countries: ["United States", "Australia"],
  languages: ["English"],
  directors: ["Lana Wachowski", "Lilly Wachowski"],
  writers: ["Lilly Wachowski", "Lana Wachowski"],
} as const;

/** Titles to try the bot with. */
export const catalogue: readonly SampleTitle[] = [
  {
    ...matrix,
    id: "tt0133093",
    title: "The Matrix",
    date: [1999, 3, 31],
    minutes: 136,
    rating: 8.7,
    votes: 2193347,
    plot: "A programmer who doubts his world is shown what lies behind it, and has to choose whether to fight for those who are still asleep.",
    cast: [...matrixCast, ["Hugo Weaving", "Agent Smith"]],
    budget: 63000000,
    gross: 467222728,
  },
  {
    ...matrix,
    id: "tt0234215",
    title: "The Matrix Reloaded",
    date: [2003, 5, 15],
    minutes: 138,
    rating: 7.2,
    votes: 645000,
    plot: "While an army of machines digs towards the last human city, Neo looks for the source of the system and learns what he was meant to be.",
    cast: [...matrixCast, ["Jada Pinkett Smith", "Niobe"]],
    budget: 150000000,
    gross: 741847937,
  },
  {
    ...matrix,
    id: "tt0242653",
    title: "The Matrix Revolutions",
    date: [2003, 11, 5],
    minutes: 129,
    rating: 6.7,
    votes: 555000,
    plot: "The city holds out against the machines for one night more, and Neo goes where no one has come back from to offer them a bargain.",
    cast: [...matrixCast, ["Hugo Weaving", "Agent Smith"]],
    budget: 150000000,
    gross: 427344325,
  },
  {
    ...matrix,
    id: "tt10838180",
    title: "The Matrix Resurrections",
    date: [2021, 12, 22],
    minutes: 148,
    rating: 5.6,
    votes: 290000,
    plot: "A famous maker of games begins to suspect that his best-known work is something he remembers rather than something he made up.",
    countries: ["United States"],
    cast: [matrixCast[0], matrixCast[2], ["Yahya Abdul-Mateen II", "Morpheus"], ["Jessica Henwick", "Bugs"]],
    directors: ["Lana Wachowski"],
    writers: ["Lana Wachowski", "David Mitchell", "Aleksandar Hemon"],
    budget: 190000000,
    gross: 159000000,
  },
  {
    id: "tt6751668",
    title: "Parasite",
    original: "Gisaengchung",
    date: [2019, 5, 30],
    minutes: 132,
    rating: 8.5,
    votes: 1100000,
    certificate: "R",
    plot: "One after the other, the members of a poor family find work with a rich one, until somebody else turns up who knows the house better than they do.",
    genres: ["Drama", "Thriller"],
    countries: ["South Korea"],
    languages: ["Korean", "English"],
    cast: [
      ["Song Kang-ho", "Ki Taek"],
      ["Lee Sun-kyun", "Dong Ik"],
      ["Cho Yeo-jeong", "Yeon Kyo"],
    ],
    directors: ["Bong Joon Ho"],
    writers: ["Bong Joon Ho", "Han Jin-won"],
    budget: 11400000,
    gross: 262000000,
  },
  {
    id: "tt1520211",
    title: "The Walking Dead",
    series: { seasons: 11, endYear: 2022 },
    date: [2010, 10, 31],
    minutes: 45,
    rating: 8.1,
    votes: 1164809,
    certificate: "TV-MA",
    plot: "A deputy wakes in an empty hospital, sets out to find his family, and ends up leading strangers through a land that belongs to the dead.",
    genres: ["Drama", "Horror", "Thriller"],
    countries: ["United States"],
    languages: ["English"],
    cast: [
      ["Andrew Lincoln", "Rick Grimes"],
      ["Norman Reedus", "Daryl Dixon"],
      ["Melissa McBride", "Carol Peletier"],
    ],
    directors: [],
    writers: ["Frank Darabont"],
  },
];
