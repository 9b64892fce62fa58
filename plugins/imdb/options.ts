import * as v from "valibot";

const base = v.pipe(
  v.string(),
  v.url("must be a URL such as https://www.imdb.com"),
  v.regex(/^https?:/i, "must begin with http:// or https://"),
);

const providers = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === "string" ? value.split(",") : value)),
  v.transform((names) => names.map((name) => name.trim().toLowerCase()).filter((name) => name !== "")),
  v.array(v.picklist(["graphql", "page"], "may name graphql and page, in the order in which they are asked")),
  v.minLength(1, "must name graphql, page or both"),
  v.transform((names) => [...new Set(names)]),
);

/** Options of the plugin; texts are taken everywhere, because they come from the environment. */
export const options = v.strictObject({
  /** In front of `/x/{q}.json`. */
  suggestionUrl: v.optional(base, "https://v3.sg.media-imdb.com/suggestion"),
  /** In front of `/title/tt…/reference`. */
  siteUrl: v.optional(base, "https://www.imdb.com"),
  /** The whole address. */
  graphqlUrl: v.optional(base, "https://api.graphql.imdb.com/"),
  /** Where details come from, in the order in which they are asked. */
  providers: v.optional(providers, ["graphql", "page"]),
});
