// Written by reading the captured pages; never the output of the parser.

/** The search page of 2023 for "sweet home"; the JSON service's answer lists the same. */
export const sweetHomeHits = [
  hit("34064-sweet-home", "Sweet Home", 2020, "Korean Drama", "xy8oq_4s"),
  hit("2569-sweet-home", "Sweet Home", 1989, "Japanese Movie", "XrJ0Xs"),
  hit("32556-sweet-home", "Sweet Home", 1994, "Japanese Drama", "D8Kmzs"),
  hit("12657-sweet-home-2002", "Sweet Home", 2002, "Korean Special", "rR07ps"),
  hit("700621-sweet-home", "Sweet Home", 2021, "Korean Movie", "eNd3d_4s"),
  hit("751453-sweet-home", "Sweet Home", undefined, "Korean Movie", "eYzpgE_4s"),
  hit("16146-happy-home", "Happy Home", 2016, "Korean Drama", "B2ZEAs"),
  hit("29333-reun-lorm-ruk", "Reun Lorm Ruk", 2011, "Thai Drama", "0OjxOs"),
  hit("727555-home-sweet-home", "Home, Sweet Home", 2019, "Chinese Movie", "xoynN_4s"),
  hit("734193-home-sweet-home", "Home, Sweet Home", 2017, "Japanese Movie", "E656b_4s"),
];

/** The first page of the most popular dramas, 2025. */
export const popularHits = [
  korean("18452-goblin", "Guardian: The Lonely and Great God", 2016, "JkD8Xs"),
  korean("18894-strong-woman-do-bong-soon", "Strong Woman Do Bong Soon", 2017, "XZqYJs"),
  korean("49865-psycho-but-it-s-okay", "It's Okay to Not Be Okay", 2020, "xw3xX_4s"),
  korean("27885-why-secretary-kim", "What's Wrong with Secretary Kim", 2018, "jr3Dzs"),
  korean("10904-descendants-of-the-sun", "Descendants of the Sun", 2016, "vN26Zs"),
  korean("35729-emergency-lands-of-love", "Crash Landing on You", 2019, "g0wylo_4s"),
  korean("19262-weightlifting-fairy-kim-bok-joo", "Weightlifting Fairy Kim Bok Joo", 2016, "D2X7Ds"),
  korean("16589-w", "W", 2016, "6wjE0_4s"),
  korean("693591-in-house-confrontation", "Business Proposal", 2022, "v24Pg_4s"),
  korean("32925-hotel-del-luna", "Hotel del Luna", 2019, "RApq6s"),
  korean("21576-while-you-were-sleeping", "While You Were Sleeping", 2017, "jQV45J_4s"),
  korean("61371-vincenzo", "Vincenzo", 2021, "vAnBe_4s"),
  korean("38627-true-beauty", "True Beauty", 2020, "qP2kK_4s"),
  korean("2987-boys-over-flowers", "Boys over Flowers", 2009, "peoVE_4s"),
  korean("6640-the-heirs", "The Heirs", 2013, "qWb15s"),
  korean("40257-round-six", "Squid Game", 2021, "X6vkX_4s"),
  korean("7398-you-who-came-from-the-stars", "My Love from the Star", 2013, "d0dQAs"),
  korean("54625-flower-of-evil", "Flower of Evil", 2020, "WAEAp_4s"),
  korean("15999-moon-lovers-scarlet-heart-ryeo", "Moon Lovers: Scarlet Heart Ryeo", 2016, "jWJxbs"),
  korean("10814-healer", "Healer", 2014, "lBOo4s"),
];

function korean(id: string, title: string, year: number, picture: string) {
  return hit(id, title, year, "Korean Drama", picture);
}

function hit(id: string, title: string, year: number | undefined, kind: string, picture: string) {
  return {
    id,
    title,
    ...(year === undefined ? {} : { year }),
    url: `https://mydramalist.com/${id}`,
    kind,
    thumbnail: `https://i.mydramalist.com/${picture}.jpg?v=1`,
  };
}
