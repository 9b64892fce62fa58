/** A title of the sample catalogue. Texts are the project's own; figures are rough. */
export interface SampleTitle {
  readonly slug: string;
  readonly title: string;
  readonly native: string;
  readonly others: readonly string[];
  readonly year: number;
  readonly country: string;
  /** "Korean", "Japanese", "Chinese". */
  readonly adjective: string;
  readonly type: "Drama" | "Movie";
  readonly episodes?: number;
  /** Dates on air, or the release date of a film. */
  readonly dates: string;
  /** ISO date of the first day. */
  readonly published: string;
  readonly days?: string;
  readonly network?: string;
  readonly duration: string;
  readonly contentRating: string;
  readonly rating: number;
  readonly votes: number;
  readonly ranked: number;
  readonly popularity: number;
  readonly watchers: number;
  readonly synopsis: string;
  readonly genres: readonly string[];
  readonly tags: readonly string[];
  readonly director: string;
  readonly screenwriter: string;
  /** Actor and character. */
  readonly cast: readonly (readonly [string, string])[];
  /** Slug and relation. */
  readonly related?: readonly (readonly [string, string])[];
}

const restricted = "18+ Restricted (violence & profanity)";
const teens = "15+ - Teens 15 or older";

const sweetHome = {
  title: "Sweet Home",
  native: "스위트홈",
  country: "South Korea",
  adjective: "Korean",
  type: "Drama",
  days: "Friday",
  network: "Netflix",
  contentRating: restricted,
  genres: ["Action", "Horror", "Drama", "Sci-Fi"],
  director: "Lee Eung Bok",
  screenwriter: "Kim Hyung Min",
} as const;

/** The sample catalogue; "Sweet Home" comes first. */
export const catalogue: readonly SampleTitle[] = [
  {
    ...sweetHome,
    slug: "34064-sweet-home",
    others: ["Seuwiteu Hom", "Sweet Home Season 1"],
    year: 2020,
    episodes: 10,
    dates: "Dec 18, 2020",
    published: "2020-12-18",
    duration: "52 min.",
    rating: 8.7,
    votes: 47104,
    ranked: 223,
    popularity: 60,
    watchers: 82513,
    synopsis:
      "A lonely student moves into a shabby apartment block just as people begin to turn into monsters shaped by their own desires. Cut off from the street, the neighbours who never greeted each other have to decide whom to trust, floor by floor.",
    tags: ["Monsters", "Survival", "Adapted From A Webtoon", "Multiple Mains"],
    cast: [
      ["Song Kang", "Cha Hyun Soo"],
      ["Lee Jin Wook", "Pyeon Sang Wook"],
      ["Lee Si Young", "Seo Yi Kyung"],
      ["Lee Do Hyun", "Lee Eun Hyuk"],
      ["Go Min Si", "Lee Eun Yoo"],
    ],
    related: [["705721-sweet-home-2", "Korean sequel"]],
  },
  {
    ...sweetHome,
    slug: "705721-sweet-home-2",
    title: "Sweet Home Season 2",
    others: ["Seuwiteu Hom 2", "Sweet Home 2"],
    year: 2023,
    episodes: 8,
    dates: "Dec 1, 2023",
    published: "2023-12-01",
    duration: "60 min.",
    rating: 7.4,
    votes: 15800,
    ranked: 7050,
    popularity: 420,
    watchers: 31200,
    synopsis:
      "The survivors leave their apartment block and find that the world outside has organised itself without them: a stadium as a camp, soldiers with orders of their own, and researchers who see in every half-monster a chance.",
    tags: ["Monsters", "Survival", "Military"],
    cast: [
      ["Song Kang", "Cha Hyun Soo"],
      ["Lee Si Young", "Seo Yi Kyung"],
      ["Go Min Si", "Lee Eun Yoo"],
      ["Jung Jin Young", "Park Chan Young"],
    ],
    related: [
      ["34064-sweet-home", "Korean prequel"],
      ["748097-sweet-home-3", "Korean sequel"],
    ],
  },
  {
    ...sweetHome,
    slug: "748097-sweet-home-3",
    title: "Sweet Home Season 3",
    others: ["Seuwiteu Hom 3", "Sweet Home 3"],
    year: 2024,
    episodes: 8,
    dates: "Jul 19, 2024",
    published: "2024-07-19",
    duration: "55 min.",
    rating: 7.5,
    votes: 9900,
    ranked: 6480,
    popularity: 690,
    watchers: 20100,
    synopsis:
      "What comes after the monsters? A new kind of human walks out of the cocoons, without pain and without warmth, and the last people of the camp must settle what they still want to be.",
    tags: ["Monsters", "Survival", "Siblings"],
    cast: [
      ["Song Kang", "Cha Hyun Soo"],
      ["Lee Do Hyun", "Lee Eun Hyuk"],
      ["Go Min Si", "Lee Eun Yoo"],
      ["Lee Jin Wook", "Pyeon Sang Wook"],
    ],
    related: [["705721-sweet-home-2", "Korean prequel"]],
  },
  {
    slug: "35729-emergency-lands-of-love",
    title: "Crash Landing on You",
    native: "사랑의 불시착",
    others: ["Sarangui Bulsichak", "Love's Crash Landing"],
    year: 2019,
    country: "South Korea",
    adjective: "Korean",
    type: "Drama",
    episodes: 16,
    dates: "Dec 14, 2019 - Feb 16, 2020",
    published: "2019-12-14",
    days: "Saturday, Sunday",
    network: "tvN",
    duration: "1 hr. 25 min.",
    contentRating: teens,
    rating: 9,
    votes: 104300,
    ranked: 74,
    popularity: 6,
    watchers: 163000,
    synopsis:
      "A storm carries a paragliding heiress from Seoul over the most guarded border in the world, straight into the arms of a North Korean officer. He hides her in his village; she learns to make do without electricity, and he to smile.",
    genres: ["Action", "Comedy", "Romance", "Military"],
    tags: ["Forbidden Love", "Fish Out Of Water", "Soldier Male Lead"],
    director: "Lee Jung Hyo",
    screenwriter: "Park Ji Eun",
    cast: [
      ["Hyun Bin", "Ri Jeong Hyeok"],
      ["Son Ye Jin", "Yoon Se Ri"],
      ["Seo Ji Hye", "Seo Dan"],
      ["Kim Jung Hyun", "Gu Seung Jun"],
    ],
  },
  {
    slug: "18452-goblin",
    title: "Guardian: The Lonely and Great God",
    native: "쓸쓸하고 찬란하神-도깨비",
    others: ["Goblin", "Dokkaebi"],
    year: 2016,
    country: "South Korea",
    adjective: "Korean",
    type: "Drama",
    episodes: 16,
    dates: "Dec 2, 2016 - Jan 21, 2017",
    published: "2016-12-02",
    days: "Friday, Saturday",
    network: "tvN",
    duration: "1 hr. 17 min.",
    contentRating: teens,
    rating: 8.8,
    votes: 98000,
    ranked: 187,
    popularity: 2,
    watchers: 158000,
    synopsis:
      "For nine hundred years a general has carried the sword that killed him. Only his bride can draw it and let him rest, and she turns out to be a cheerful schoolgirl who sees ghosts. Meanwhile a forgetful grim reaper rents his spare room.",
    genres: ["Comedy", "Romance", "Melodrama", "Supernatural"],
    tags: ["Immortal", "Grim Reaper", "Reincarnation", "Bromance"],
    director: "Lee Eung Bok",
    screenwriter: "Kim Eun Sook",
    cast: [
      ["Gong Yoo", "Kim Shin"],
      ["Kim Go Eun", "Ji Eun Tak"],
      ["Lee Dong Wook", "Grim Reaper"],
      ["Yoo In Na", "Sunny"],
    ],
  },
];
