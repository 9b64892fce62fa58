import { setTimeout as sleep } from "node:timers/promises";

/** A JSON service that knows every title asked for, after a stated latency. */
export interface Upstream {
  readonly calls: number;
  fetch(request: Request): Promise<Response>;
}

/** Makes the upstream; posters are the emulator's own. @param options.latency ms. */
export function createUpstream({ latency, poster }: { readonly latency: number; readonly poster: string }): Upstream {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    async fetch(request) {
      calls++;
      await sleep(latency);
      const slug = decodeURIComponent(new URL(request.url).pathname.split("/").at(-1) ?? "");
      return Response.json({ slug_query: slug, data: title(slug, poster), scrape_date: "2026-01-01" });
    },
  };
}

function title(slug: string, poster: string): unknown {
  const name = `Title ${slug.split("-")[0]}`;
  return {
    link: `https://mydramalist.com/${slug}`,
    title: name,
    complete_title: `${name} (2024)`,
    sub_title: `${name} ‧ Drama ‧ 2024`,
    year: "2024",
    rating: 8.1,
    poster,
    synopsis: "Someone moves into a house where nothing is as it was told. ".repeat(12),
    casts: Array.from({ length: 8 }, (_, index) => ({
      name: `Person ${index}`,
      profile_image: "",
      slug: "",
      link: "",
    })),
    details: {
      country: "South Korea",
      type: "Drama",
      episodes: "16",
      aired: "Jan 1, 2024 - Feb 20, 2024",
      aired_on: "Monday",
      original_network: "Netflix",
      duration: "60 min.",
      score: "8.1 (scored by 1,000 users)",
      ranked: "#100",
      popularity: "#100",
      content_rating: "15+",
      watchers: "1,000",
      favorites: "0",
    },
    others: {
      native_title: [name],
      also_known_as: [],
      director: [],
      screenwriter: [],
      genres: ["Drama", "Mystery"],
      tags: [],
      related_content: [],
    },
  };
}
