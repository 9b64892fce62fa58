const EMOJI: ReadonlyMap<string, string> = new Map(
  Object.entries({
    action: "💥",
    adventure: "🧭",
    animation: "🎨",
    biography: "📜",
    comedy: "😂",
    crime: "🚔",
    documentary: "🎥",
    drama: "🎭",
    family: "👪",
    fantasy: "🪄",
    "film-noir": "🕵️",
    "game show": "🎲",
    "game-show": "🎲",
    history: "🏯",
    horror: "👻",
    music: "🎵",
    musical: "🎶",
    mystery: "🧩",
    news: "📰",
    "reality tv": "📹",
    "reality-tv": "📹",
    romance: "💕",
    "sci-fi": "🚀",
    short: "⏱️",
    sport: "🏅",
    "talk show": "🎙️",
    "talk-show": "🎙️",
    thriller: "🔪",
    war: "⚔️",
    western: "🤠",
  }),
);

/** `🎭 Drama`. */
export function genreLabel(genre: string): string {
  return `${EMOJI.get(genre.toLowerCase()) ?? "🎬"} ${genre}`;
}
