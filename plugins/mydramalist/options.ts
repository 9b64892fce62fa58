import * as v from "valibot";

const template = v.pipe(
  v.string(),
  v.url("must be a URL such as https://example.org/search/q/{}"),
  v.regex(/^https?:/i, "must begin with http:// or https://"),
  v.check((url) => url.split("{}").length === 2, "must hold exactly one {}, where the query or slug is put in"),
);

const site = v.pipe(
  v.string(),
  v.url("must be a URL such as https://mydramalist.com"),
  v.regex(/^https?:/i, "must begin with http:// or https://"),
);

const providers = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === "string" ? value.split(",") : value)),
  v.transform((names) => names.map((name) => name.trim().toLowerCase()).filter((name) => name !== "")),
  v.array(v.picklist(["json", "site"], "may name json and site, in the order in which they are asked")),
  v.minLength(1, "must name json, site or both"),
  v.transform((names) => [...new Set(names)]),
);

const flag = v.union(
  [
    v.boolean(),
    v.pipe(
      v.picklist(["true", "false"]),
      v.transform((value) => value === "true"),
    ),
  ],
  "must be true or false",
);

/** Options of the plugin; texts are taken everywhere, because they come from the environment. */
export const options = v.strictObject({
  /** Search of the JSON service, with one `{}` for the query. */
  apiUrl: v.optional(template, "https://kuryana.tbdh.app/search/q/{}"),
  /** Details of the JSON service, with one `{}` for the slug. */
  detailsUrl: v.optional(template, "https://kuryana.tbdh.app/id/{}"),
  /** In front of the site's `/search?q=` and `/{slug}`. */
  siteUrl: v.optional(site, "https://mydramalist.com"),
  /** Upstreams in the order in which they are asked. */
  providers: v.optional(providers, ["json", "site"]),
  /** Let the site provider fetch the cast page too. */
  fullCast: v.optional(flag, false),
});
