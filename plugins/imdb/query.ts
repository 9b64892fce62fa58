const CREW = ["director", "writer", "producer", "composer", "cinematographer", "editor"] as const;

const NAMES = "edges { node { name { nameText { text } } } }";

const crew = [...CREW, "production_designer", "costume_designer"].map((job) => {
  const alias = `${job.replace(/_(\w)/, (_, letter: string) => letter.toUpperCase())}s`;
  return `${alias}: credits(first: 10, filter: { categories: ["${job}"] }) { ${NAMES} }`;
});

/** One call for all that a card shows; the id travels as a variable. */
export const TITLE_QUERY = `query Title($id: ID!) {
  title(id: $id) {
    id
    titleText { text }
    originalTitleText { text }
    titleType { id text isSeries isEpisode }
    releaseYear { year endYear }
    releaseDate { day month year country { text } }
    runtime { seconds }
    ratingsSummary { aggregateRating voteCount }
    metacritic { metascore { score } }
    primaryImage { url width height }
    plot { plotText { plainText } }
    genres { genres { text } }
    countriesOfOrigin { countries { id text } }
    spokenLanguages { spokenLanguages { text } }
    certificate { rating }
    certificates(first: 60) { edges { node { rating ratingsBody { id } country { id text } } } }
    akas(first: 5) { edges { node { text } } }
    cast: credits(first: 15, filter: { categories: ["actor", "actress"] }) {
      edges { node { name { nameText { text } } ... on Cast { characters { name } } } }
    }
    creators: principalCredits(filter: { categories: ["creator"] }) { credits { name { nameText { text } } } }
    ${crew.join("\n    ")}
    technicalSpecifications {
      aspectRatios { items { aspectRatio } }
      soundMixes { items { text } }
      colorations { items { text } }
    }
    productionBudget { budget { amount currency } }
    worldwideGross: rankedLifetimeGross(boxOfficeArea: WORLDWIDE) { total { amount currency } }
    lifetimeGross: rankedLifetimeGross(boxOfficeArea: DOMESTIC) { total { amount currency } }
    openingWeekendGross(boxOfficeArea: DOMESTIC) { gross { total { amount currency } } }
    episodes { displayableSeasons(first: 100) { edges { node { season } } } }
    series { series { titleText { text } } episodeNumber { episodeNumber seasonNumber } }
  }
}`;

/** One call for the hits of a search; the words travel as a variable. */
export const SEARCH_QUERY = `query Search($term: String!) {
  mainSearch(first: 10, options: { searchTerm: $term, type: TITLE }) {
    edges {
      node {
        entity {
          ... on Title {
            id
            titleText { text }
            titleType { text }
            releaseYear { year }
            primaryImage { url }
          }
        }
      }
    }
  }
}`;

/** What the API is known to answer, for the day it refuses a key of the large query. */
export const SHORT_QUERY = `query Title($id: ID!) {
  title(id: $id) {
    id
    titleText { text }
    originalTitleText { text }
    titleType { id text }
    releaseYear { year endYear }
    releaseDate { day month year }
    runtime { seconds }
    ratingsSummary { aggregateRating voteCount }
    primaryImage { url }
    plot { plotText { plainText } }
    genres { genres { text } }
  }
}`;
